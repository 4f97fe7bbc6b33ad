"""The clocks: each case by the standard's own id, with Scotland's holidays. Monday 23 November 2026 is the court's day
unless a case says otherwise; Monday 30 November (St Andrew's day) is a holiday, and so are 25 and 28 December."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import standards
from domain.appointments import Kind
from domain.calendar import Calendar
from domain.limits import Base, Clock, Limit, Start, Target, Unit
from domain.orders import Milestone, Order, Requirement, Status
from domain.standards import Away, Known, LeftOut, Reading
from usecases import standards as file

CALENDAR = Calendar(holidays=frozenset({date(2026, 11, 30), date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1)}))
COURT = date(2026, 11, 23)
CLOCKS = {one.id: one for one in file.read().clocks}
BOTH = frozenset({Requirement.SUPERVISION, Requirement.UNPAID_WORK})
ORDER = Order(1, "O1", 1, COURT, BOTH, hours=60, officer_id=1)
LATER = date(2027, 6, 1)


KNOWN = Known(ORDER)


def read(clock: str, known: Known = KNOWN, today: date = LATER, number: int = 0) -> Reading:
    found = standards.readings([CLOCKS[clock]], known, CALENDAR, today)
    [one] = [one for one in found if one.number == number]
    return one


def done(milestone: Milestone, *days: date, order: Order = ORDER) -> Known:
    return Known(order, {milestone: days})


@pytest.mark.parametrize(
    ("clock", "number", "due"),
    [
        ("officer_named", 0, date(2026, 11, 25)),
        ("first_contact", 0, date(2026, 11, 24)),
        ("induction", 0, date(2026, 12, 1)),
        ("placement", 0, date(2026, 12, 3)),
        ("weekly_contact", 1, date(2026, 11, 29)),
        ("weekly_contact", 4, date(2026, 12, 20)),
        ("lscmi", 0, date(2026, 12, 22)),
        ("plan", 0, date(2026, 12, 22)),
        ("review", 1, date(2027, 2, 23)),
        ("review", 2, date(2027, 5, 23)),
        ("review", 3, date(2027, 11, 23)),
        ("level_1", 0, date(2027, 2, 23)),
    ],
)
def test_each_limit_counts_its_own_unit(clock: str, number: int, due: date) -> None:
    assert read(clock, number=number).due == due


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        (date(2026, 11, 27), Limit(1, Unit.WORKING_DAYS), date(2026, 12, 1)),
        (date(2026, 11, 28), Limit(0, Unit.WORKING_DAYS), date(2026, 11, 28)),
        (date(2026, 11, 28), Limit(1, Unit.WORKING_DAYS), date(2026, 12, 1)),
        (date(2026, 11, 30), Limit(3, Unit.MONTHS), date(2027, 2, 28)),
        (date(2027, 8, 31), Limit(6, Unit.MONTHS), date(2028, 2, 29)),
        (date(2026, 12, 31), Limit(2, Unit.WEEKS), date(2027, 1, 14)),
        (date(2026, 11, 27), Limit(2, Unit.DAYS), date(2026, 11, 29)),
    ],
)
def test_limits_over_holidays_weekends_and_short_months(start: date, limit: Limit, due: date) -> None:
    assert limit.after(start, CALENDAR) == due


def test_a_clock_starts_with_its_own_day_and_never_with_the_day_of_typing() -> None:
    received = Known(ORDER, {Milestone.RECEIVED: [date(2026, 11, 26)], Milestone.REQUIREMENT_STARTED: [LATER]})
    assert read("officer_named", received).due == date(2026, 11, 28)
    assert read("lscmi", received).start == LATER
    assert read("first_contact", received).start == COURT


@pytest.mark.parametrize(
    ("requirements", "hours", "clocks"),
    [
        ({Requirement.SUPERVISION}, None, {"induction", "weekly_contact", "lscmi", "plan", "review"}),
        ({Requirement.UNPAID_WORK}, 100, {"induction", "placement", "level_1"}),
        ({Requirement.UNPAID_WORK}, 101, {"induction", "placement", "level_2"}),
    ],
)
def test_an_order_has_the_clocks_of_its_requirements(
    requirements: set[Requirement], hours: int | None, clocks: set[str]
) -> None:
    order = replace(ORDER, requirements=frozenset(requirements), hours=hours)
    assert {one.id for one in CLOCKS.values() if one.bases & standards.bases_of(order)} == clocks | {
        "officer_named",
        "first_contact",
    }


@pytest.mark.parametrize(
    ("clock", "day", "band"),
    [
        ("first_contact", COURT, 0),
        ("first_contact", date(2026, 11, 24), 1),
        ("first_contact", date(2026, 12, 1), 2),
        ("first_contact", date(2026, 12, 2), 3),
        ("induction", date(2026, 12, 8), 1),
        ("induction", date(2026, 12, 9), 2),
        ("placement", date(2026, 12, 3), 0),
        ("placement", date(2026, 12, 14), 1),
        ("placement", date(2026, 12, 23), 2),
        ("placement", date(2027, 1, 23), 3),
        ("placement", date(2027, 1, 24), 4),
    ],
)
def test_bands_are_those_of_the_national_tables(clock: str, day: date, band: int) -> None:
    known = done(min(CLOCKS[clock].milestones), day)
    assert read(clock, known).band(CALENDAR) == band


def test_what_stops_a_clock() -> None:
    came = Known(ORDER, attended=[(Kind.UNPAID_WORK, date(2026, 12, 2)), (Kind.UNPAID_WORK, date(2026, 12, 9))])
    assert read("placement", came).done == date(2026, 12, 2)
    assert read("first_contact", came).done == date(2026, 12, 2)
    assert read("induction", came).done is None
    assert read("weekly_contact", Known(ORDER, contacts=[("wrote", COURT)]), number=1).met
    assert read("first_contact", Known(ORDER, contacts=[("wrote", COURT)])).done is None
    before = Known(ORDER, contacts=[("visited", COURT - timedelta(days=1))])
    assert read("first_contact", before).done is None, "what was before the order is no contact of it"


@pytest.mark.parametrize(
    ("days", "met"),
    [
        ([24], [1]),
        ([24, 25, 26], [1]),
        ([29], [1]),
        ([30], [2]),
        ([23, 30, 37, 44], [1, 2, 3, 4]),
        ([29, 36, 43, 50], [1, 2, 3, 4]),
    ],
)
def test_each_of_the_first_four_weeks_wants_a_contact_of_its_own(days: list[int], met: list[int]) -> None:
    """Days of November counted on: 31 is 1 December."""
    known = done(Milestone.CONTACT, *(date(2026, 11, 1) + timedelta(days=day - 1) for day in days))
    found = standards.readings([CLOCKS["weekly_contact"]], known, CALENDAR, LATER)
    assert [one.number for one in found if one.met] == met
    assert not any(one.done and not one.met for one in found), "a week that is over is not made up for"


@pytest.mark.parametrize(
    ("days", "read_"),
    [
        ([(2027, 2, 20), (2027, 5, 20)], {1: "met", 2: "met"}),
        ([(2027, 3, 20), (2027, 5, 20)], {1: "late", 2: "met"}),
        ([(2027, 5, 20)], {1: "late", 2: "open"}),
        ([(2027, 5, 25)], {1: "open", 2: "late"}),
        ([(2027, 2, 20), (2027, 2, 22)], {1: "met", 2: "open"}),
        ([(2027, 2, 22), (2027, 2, 25)], {1: "met", 2: "open"}),
    ],
)
def test_reviews_one_after_another(days: list[tuple[int, int, int]], read_: dict[int, str]) -> None:
    known = done(Milestone.REVIEW, *(date(*day) for day in days))
    for number, how in read_.items():
        one = read("review", known, number=number)
        assert ("met" if one.met else "late" if one.done else "open") == how


@pytest.mark.parametrize(
    ("known", "why"),
    [
        (Known(ORDER), None),
        (Known(ORDER, {Milestone.TRANSFERRED_IN: [COURT]}), LeftOut.TRANSFERRED_IN),
        (Known(ORDER, holds=[Away(date(2026, 12, 22))]), LeftOut.COULD_NOT),
        (Known(ORDER, holds=[Away(COURT, date(2026, 12, 21))]), None),
        (Known(ORDER, {Milestone.PLAN: [date(2026, 12, 1)]}, holds=[Away(COURT)]), None),
        (Known(replace(ORDER, status=Status.DIED, ended_on=date(2026, 12, 22))), LeftOut.DIED),
        (Known(replace(ORDER, status=Status.TRANSFERRED, ended_on=date(2026, 12, 1))), LeftOut.ENDED),
        (Known(replace(ORDER, status=Status.COMPLETED, ended_on=date(2026, 12, 23))), None),
    ],
)
def test_whom_the_national_tables_leave_out(known: Known, why: LeftOut | None) -> None:
    assert read("plan", known).left_out is why


def test_a_worker_who_is_named_without_a_day_is_neither_met_nor_missed() -> None:
    assert read("officer_named").left_out is LeftOut.UNDATED
    assert read("officer_named", Known(replace(ORDER, officer_id=None))).late(LATER)


def test_the_courts_own_date_takes_the_limits_place_and_the_hours_stop_it() -> None:
    longer = replace(ORDER, complete_by=date(2027, 5, 31))
    assert read("level_1", Known(longer)).due == date(2027, 5, 31)
    ended = replace(ORDER, status=Status.COMPLETED, ended_on=date(2027, 3, 1))
    assert not read("level_1", Known(ended)).met
    assert read("level_1", standards.with_hours_done(Known(ended), date(2027, 1, 12))).met


def test_a_local_limit_never_hides_that_the_national_one_was_missed() -> None:
    """The council of the inspection: plans by the first review, 90 days (I:348)."""
    own = (Target(date(2026, 1, 1), Limit(90, Unit.DAYS)), Target(date(2027, 1, 1), Limit(30, Unit.WORKING_DAYS)))
    clock = replace(CLOCKS["plan"], local=own)
    [one] = standards.readings([clock], done(Milestone.PLAN, date(2027, 1, 20)), CALENDAR, LATER)
    assert one.late(LATER)
    assert one.met_locally
    assert one.local_due == COURT + timedelta(days=90), "the limit in force when the clock started"


@pytest.mark.parametrize(
    ("clock", "told"),
    [
        ("plan", [date(2026, 12, 8), date(2026, 12, 15), date(2026, 12, 18), date(2026, 12, 22)]),
        ("placement", [date(2026, 11, 27), date(2026, 12, 3)]),
        ("officer_named", [date(2026, 11, 24), date(2026, 11, 25)]),
        ("level_1", [date(2027, 1, 26), date(2027, 2, 23)]),
    ],
)
def test_staff_are_told_ahead_on_these_mornings(clock: str, told: list[date]) -> None:
    known = Known(replace(ORDER, officer_id=None, case_manager_id=None))
    mornings = [day for day in _days(COURT, 120) if CALENDAR.working(day)]
    assert [day for day in mornings if standards.nudged(read(clock, known, day), known, CALENDAR, day)] == told


def test_nobody_is_told_of_a_placement_that_is_booked_until_its_last_day() -> None:
    known = Known(ORDER, booked=frozenset({Kind.UNPAID_WORK}))
    for day, told in ((date(2026, 11, 27), False), (date(2026, 12, 3), True)):
        assert standards.nudged(read("placement", known, day), known, CALENDAR, day) is told
    review = Known(ORDER)
    first = [one for one in _days(date(2027, 2, 1), 30) if CALENDAR.working(one)]
    assert [day for day in first if standards.nudged(read("review", review, day, number=1), review, CALENDAR, day)] == [
        date(2027, 2, 9),
        date(2027, 2, 23),
    ]


def test_a_last_day_on_a_weekend_is_told_on_the_friday() -> None:
    order = replace(ORDER, imposed_on=date(2026, 11, 26), officer_id=None)  # a Thursday: two days end on Saturday
    told = [
        day
        for day in _days(date(2026, 11, 26), 6)
        if CALENDAR.working(day)
        and standards.nudged(read("officer_named", Known(order), day), Known(order), CALENDAR, day)
    ]
    assert told == [date(2026, 11, 27)]


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("today", date(2026, 12, 2)),
        ("yesterday", date(2026, 12, 1)),
        ("1 Dec", date(2026, 12, 1)),
        ("3 Dec", date(2025, 12, 3)),
        ("Friday", date(2026, 11, 27)),
        ("2026-12-09", date(2026, 12, 9)),
        ("thanks", None),
    ],
)
def test_a_day_that_is_typed_lies_behind(typed: str, day: date | None) -> None:
    assert standards.day_behind(typed, date(2026, 12, 2)) == day


# ── Whatever the days ───────────────────────────────────────────────────────────────────────────────────────────────

DAYS = st.integers(0, 400).map(lambda n: COURT + timedelta(days=n))
ONE_STEP = st.sampled_from([one for one in CLOCKS.values() if not one.several])
LIMITS = st.builds(Limit, st.integers(0, 60), st.sampled_from(Unit))


def _days(first: date, number: int) -> Iterable[date]:
    return (first + timedelta(days=n) for n in range(number))


@given(clock=ONE_STEP, days=st.tuples(DAYS, DAYS), holds=st.lists(st.builds(Away, DAYS), max_size=1))
def test_a_later_day_never_makes_a_clock_better(clock: Clock, days: tuple[date, date], holds: list[Away]) -> None:
    milestone, order = min(clock.milestones), replace(ORDER, hours=150 if Base.LEVEL_2 in clock.bases else 60)
    early, late = (
        standards.readings([clock], Known(order, {milestone: [day]}, holds=holds), CALENDAR, LATER)[0]
        for day in sorted(days)
    )
    assert early.met or not late.met
    assert early.met_locally or not late.met_locally
    assert (early.band(CALENDAR) or 0) <= (late.band(CALENDAR) or 0)
    assert early.over(LATER, CALENDAR) <= late.over(LATER, CALENDAR)
    assert late.left_out is not None or early.left_out is None


@given(start=DAYS, limit=LIMITS, more=st.integers(0, 40))
def test_a_longer_limit_and_a_later_start_are_never_earlier(start: date, limit: Limit, more: int) -> None:
    due = limit.after(start, CALENDAR)
    assert due >= start
    assert replace(limit, number=limit.number + more).after(start, CALENDAR) >= due
    assert limit.after(start + timedelta(days=more), CALENDAR) >= due


@given(days=st.lists(DAYS, max_size=8), clock=st.sampled_from(["review", "weekly_contact"]))
@settings(max_examples=60)
def test_one_day_stops_one_step_and_steps_stand_in_order(days: list[date], clock: str) -> None:
    milestone = min(CLOCKS[clock].milestones)
    found = standards.readings([CLOCKS[clock]], done(milestone, *days), CALENDAR, LATER)
    stopped = [one.done for one in found if one.done is not None]
    assert stopped == sorted(set(stopped))
    assert set(stopped) <= set(days)
    assert [one.due for one in found] == sorted({one.due for one in found})
    assert sum(not one.passed(LATER) for one in found) <= 1


@given(days=st.lists(DAYS, max_size=6), more=DAYS)
def test_one_review_more_never_means_fewer_kept(days: list[date], more: date) -> None:
    def kept(several: list[date]) -> int:
        found = standards.readings([CLOCKS["review"]], done(Milestone.REVIEW, *several), CALENDAR, LATER)
        return sum(one.done is not None for one in found)

    assert kept([*days, more]) >= kept(days)


def test_the_start_of_a_clock_is_one_of_three() -> None:
    assert {one.starts for one in CLOCKS.values()} == set(Start)

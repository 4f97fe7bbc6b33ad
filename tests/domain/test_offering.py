"""Which forms are owed when: tables of cases, and what holds of any person."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import offering
from domain.appointments import Kind
from domain.calendar import Calendar
from domain.limits import Base, Clock, Limit, Start, Unit
from domain.offering import Asked, Dated, Due, Known
from domain.orders import Order, Requirement, Status
from domain.people import Individual
from domain.standards import Reading

TODAY = date(2026, 11, 24)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
CALENDAR = Calendar(ZoneInfo("Europe/London"))
CLOCK = Clock("review", frozenset({Base.SUPERVISION}), Start.COURT, (Limit(3, Unit.MONTHS),), "")
LIVE = date(2026, 11, 2)


def order(id_: int = 1, status: str = "active") -> Order:
    ended = TODAY if status != "active" else None
    supervision = frozenset({Requirement.SUPERVISION})
    return Order(id_, f"O{id_}", 1, date(2026, 9, 1), supervision, Status(status), ended_on=ended)


def dated(kind: str, day: date = YESTERDAY, came: bool | None = True, was_there: bool = False, of: int = 1) -> Dated:
    return Dated(of, Kind(kind), day, came, was_there)


def read(number: int, due: date, done: date | None = None) -> Reading:
    return Reading(CLOCK, number, date(2026, 9, 1), due, done)


def occasions(found: tuple[Due, ...]) -> list[tuple[int, str, str]]:
    return [(one.order.id, one.occasion, one.form) for one in found]


@pytest.mark.parametrize(
    ("dates", "owed"),
    [
        ([], False),
        ([dated("induction")], True),
        ([dated("induction", came=False)], False),
        ([dated("induction", TOMORROW, None)], False),
        ([dated("induction", TOMORROW, None), dated("supervision")], False),  # the induction is still ahead
        ([dated("induction", came=False), dated("supervision")], True),  # it was missed, and they were seen since
        ([dated("supervision")], True),
        ([dated("first_contact")], True),
        ([dated("unpaid_work")], False),
        (
            [dated("supervision"), dated("supervision", LIVE, None, was_there=True)],
            False,
        ),  # it ran already
        ([dated("induction", was_there=True)], True),  # booked before, kept since
        ([dated("induction", LIVE - timedelta(days=1), was_there=True)], False),  # kept before: it ran
        ([dated("induction", LIVE - timedelta(days=1), was_there=True), dated("supervision")], False),
    ],
)
def test_the_start(dates: list[Dated], owed: bool) -> None:
    found = offering.due(Known([order()], dates, since=LIVE), TODAY)
    assert occasions(found) == ([(1, "start", "baseline")] if owed else [])


def test_of_a_caseload_that_no_import_has_read_only_what_was_booked_here_begins() -> None:
    assert offering.due(Known([order()], [dated("induction", was_there=True)]), TODAY) == ()


WEEK = timedelta(days=7)


@pytest.mark.parametrize(
    ("reads", "booked", "number"),
    [
        ([read(1, TODAY + WEEK + timedelta(days=1))], None, None),
        ([read(1, TODAY + WEEK)], None, 1),
        ([read(1, TODAY)], None, 1),
        ([read(1, YESTERDAY)], None, None),  # nobody has booked it: there is nothing to come to
        ([read(1, YESTERDAY)], TODAY + timedelta(days=5), 1),
        ([read(1, YESTERDAY)], TODAY + timedelta(days=9), None),
        ([read(1, TODAY + timedelta(days=40))], TODAY + timedelta(days=6), 1),  # sooner than it must be
        ([read(1, TODAY + timedelta(days=3))], TODAY + timedelta(days=20), 1),
        ([read(1, TODAY + timedelta(days=3), YESTERDAY)], None, None),
        ([read(1, YESTERDAY, YESTERDAY), read(2, TODAY + timedelta(days=90))], TODAY + timedelta(days=2), 2),
        ([read(1, TODAY - timedelta(days=90)), read(2, YESTERDAY), read(3, TODAY + WEEK)], None, 3),
    ],
)
def test_the_review_that_comes_within_a_week(reads: list[Reading], booked: date | None, number: int | None) -> None:
    assert offering.next_review(reads, booked, TODAY) == number


LONG_AGO, LATELY = TODAY - 5 * WEEK, TODAY - 3 * WEEK
FAR = TODAY + timedelta(days=60)


@pytest.mark.parametrize(
    ("reads", "dates", "asked", "owed"),
    [
        ([], [dated("court_review", TODAY + WEEK, None)], {}, "review:1"),
        ([], [dated("review", TODAY, None)], {}, "review:1"),
        ([], [dated("court_review", TODAY + WEEK + timedelta(days=1), None)], {}, None),
        ([], [dated("court_review", YESTERDAY, None)], {}, None),
        ([], [dated("court_review", TODAY + WEEK, None)], {1: LONG_AGO}, "review:2"),
        ([], [dated("court_review", TOMORROW, None)], {1: YESTERDAY}, "review:1"),  # the one that was asked for
        ([read(1, FAR)], [dated("court_review", TOMORROW, None)], {}, "review:1"),
        ([read(1, FAR)], [dated("court_review", TOMORROW, None)], {1: LONG_AGO}, "review:2"),  # a second in its time
        ([read(1, TOMORROW)], [], {1: LONG_AGO}, "review:2"),  # which was asked ahead of a day at court
        ([read(1, YESTERDAY), read(2, FAR)], [dated("review", TODAY + 2 * WEEK, None)], {1: LONG_AGO}, None),
        ([read(2, TOMORROW)], [], {}, "review:2"),
        ([read(2, TOMORROW)], [], {1: LATELY}, "review:1"),  # nothing new within four weeks
        ([read(1, YESTERDAY, YESTERDAY)], [dated("court_review", TOMORROW, None)], {}, "review:1"),
    ],
)
def test_each_review_that_is_booked_has_its_own(
    reads: list[Reading], dates: list[Dated], asked: dict[int, date], owed: str | None
) -> None:
    known = Known([order()], dates, {1: reads}, [Asked(1, f"review:{n}", on) for n, on in asked.items()])
    assert [one.occasion for one in offering.due(known, TODAY)] == ([owed] if owed else [])


def test_two_orders_that_begin_on_one_day_ask_once_and_the_second_not_within_four_weeks() -> None:
    both = [order(1), order(2)]
    dates = [dated("induction"), dated("induction", of=2)]
    assert occasions(offering.due(Known(both, dates), TODAY)) == [(1, "start", "baseline")]
    asked = [Asked(1, "start", YESTERDAY)]
    assert occasions(offering.due(Known(both, dates, asked=asked), TODAY)) == [(1, "start", "baseline")]
    later = TODAY + timedelta(days=30)
    assert (2, "start", "baseline") in occasions(offering.due(Known(both, dates, asked=asked), later))


statuses = st.sampled_from([one.value for one in Status])
some_dates = st.builds(
    dated,
    st.sampled_from([one.value for one in Kind]),
    st.dates(TODAY - timedelta(days=90), TODAY + timedelta(days=90)),
    st.sampled_from([True, False, None]),
    st.booleans(),
    st.integers(1, 3),
)
some_asked = st.builds(
    Asked, st.integers(1, 3), st.sampled_from(["start", "review:1", "end"]), st.dates(TODAY - timedelta(days=90), TODAY)
)


@given(
    st.lists(statuses, max_size=3),
    st.lists(some_dates, max_size=6),
    st.lists(some_asked, max_size=4),
    st.lists(st.dates(TODAY - timedelta(days=90), TODAY + timedelta(days=90)), max_size=3, unique=True),
)
def test_what_holds_of_anybody(several: list[str], dates: list[Dated], asked: list[Asked], dues: list[date]) -> None:
    orders = [order(id_, status) for id_, status in enumerate(several, 1)]
    reads = {one.id: [read(n, due) for n, due in enumerate(sorted(dues), 1)] for one in orders}
    found = offering.due(Known(orders, dates, reads, asked, LIVE), TODAY)
    known = {(one.order_id, one.occasion) for one in asked}
    names = [(one.order.id, one.occasion) for one in found]
    assert len(names) == len(set(names))
    assert sum(name not in known for name in names) <= 1, "one new thing at a time"
    assert all(one.order.active is (one.occasion != "end") for one in found)
    if "died" in several or all(status == "transferred" for status in several):
        assert found == ()
    if any(one.occasion == "end" for one in found):
        assert not any(one.active for one in orders)
    if any(one.occasion != "end" and TODAY - one.on < offering.BETWEEN for one in asked):
        assert set(names) <= known | {(one.id, "end") for one in orders}


SAM = Individual(1, "C1", "Sam")


@pytest.mark.parametrize(
    ("changed", "linked", "reached", "hold", "why"),
    [
        ({}, True, True, "", ""),
        ({}, False, False, "", "not_linked"),
        ({}, True, False, "", "blocked"),
        ({"stopped": True}, True, True, "", "stopped"),
        ({"stopped": True}, False, False, "", "stopped"),
        ({"staff_contact_only": True, "stopped": True}, True, True, "", "staff_contact_only"),
        ({"youth": True}, True, True, "", "youth_without_consent"),
        ({"youth": True, "youth_consent": True}, True, True, "", ""),
        ({}, True, True, "custody", "hold_custody"),
    ],
)
def test_why_it_is_not_offered_in_the_chat(
    changed: dict[str, bool], linked: bool, reached: bool, hold: str, why: str
) -> None:
    assert offering.bar(Individual(1, "C1", "Sam", **changed), linked, reached, hold) == why  # type: ignore[arg-type]


def test_asked_again_on_day_three_and_ten_at_noon_by_the_wall_and_never_beyond_the_end() -> None:
    offered = datetime(2026, 10, 23, 22, 30, tzinfo=UTC)  # 23:30 in summer; the clocks change on the 25th
    found = offering.asked_again(offered, timedelta(days=28), CALENDAR)
    assert [at.isoformat() for at, _ in found] == ["2026-10-26T12:00:00+00:00", "2026-11-02T12:00:00+00:00"]
    assert [until for _, until in found] == [found[1][0], offered + timedelta(days=28)]
    assert len(offering.asked_again(offered, timedelta(days=7), CALENDAR)) == 1
    assert offering.asked_again(offered, timedelta(days=2), CALENDAR) == []

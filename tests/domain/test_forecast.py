"""The traffic light: a table of cases with its reason, what is ours apart, and nobody judged on silence."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import forecast, progress, slipping
from domain.appointments import Kind
from domain.attendance import Outcome, Record
from domain.calendar import Calendar
from domain.forecast import Forecast, Known, Light, Side, Why
from domain.progress import Ends, OnHold, Rules, Shift, Target

TODAY = date(2026, 11, 23)  # a Monday
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CALENDAR = Calendar(holidays=frozenset({date(2026, 11, 30)}))
CAME, LOST = "attended_full", "sent_home_service:weather"
UNKNOWN, ACCEPTED, NOT_ACCEPTED = "missed_reason_unknown", "missed_accepted:health", "missed_not_accepted"


def at(days: int, outcome: str = "", hours: int = 6, kind: Kind = Kind.UNPAID_WORK) -> Shift:
    """A date so many days from today at 9, and what stands on record about it."""
    day = TODAY + timedelta(days=days)
    start = datetime.combine(day, time(9), UTC)
    name, _, cause = outcome.partition(":")
    stands = Record(Outcome(name), start, cause) if name else None
    return Shift(days, kind, day, start, start + timedelta(hours=hours), standing=stands)


def weekly(outcome: str, *weeks: int, hours: int = 6) -> tuple[Shift, ...]:
    """Wednesdays, so many weeks from this one."""
    return tuple(at(7 * week + 2, outcome, hours) for week in weeks)


def known(
    shifts: Sequence[Shift],
    left: int,
    weeks: float,
    since: float = 10,
    holds: Sequence[OnHold] = (),
) -> Known:
    """An order imposed `since` weeks ago, with `left` hours still to do in so many weeks."""
    done = sum(one.worked for one in shifts)
    books = progress.books(1, 0, shifts, [left * 60 + done], Rules())
    books = replace(books, ordered=100 * 60, adjusted=left * 60 + done - 100 * 60)
    end = Target(TODAY + timedelta(days=round(7 * weeks)), Ends.COURT)
    return Known(books, TODAY - timedelta(weeks=since), end, shifts, holds)


def seen(one: Known, **rules: int) -> Forecast:
    return forecast.forecast(one, NOW, CALENDAR, Rules(**rules))  # type: ignore[arg-type]


SIX_WEEKS = (-6, -5, -4, -3, -2, -1)


@pytest.mark.parametrize(
    ("one", "light", "why", "side"),
    [
        # nothing to worry about
        (known(weekly(CAME, *SIX_WEEKS), 0, 4), "green", "done", None),
        (known(weekly(CAME, *SIX_WEEKS), 0, -4), "green", "done", None),  # done late is done
        (known([*weekly(CAME, *SIX_WEEKS), *weekly("", 0, 1, 2)], 18, 8), "green", "on_track", None),
        (known([*weekly(CAME, *SIX_WEEKS), *weekly("", 0, 1, 2)], 30, 8), "green", "on_track", None),
        # the end date
        (known([*weekly(CAME, *SIX_WEEKS), *weekly("", 0, 1)], 6, -1), "red", "over", "open"),
        (known([*weekly(CAME, *SIX_WEEKS), *weekly("", 0, 1)], 60, 6), "red", "late", "open"),
        (known([*weekly(CAME, *SIX_WEEKS), *weekly("", 0, 1)], 14, 3), "amber", "close", "open"),
        # nobody has booked anything
        (known(weekly(CAME, *SIX_WEEKS), 14, 8), "amber", "nothing_ahead", "service"),
        (known([*weekly(CAME, *SIX_WEEKS), *weekly("", 0)], 14, 8), "amber", "runs_out", "service"),
        (known([], 100, 12.6, since=0.4), "green", "new", None),  # day 3
        (known([], 100, 12, since=1), "amber", "not_booked", "service"),
        (known([], 100, 5, since=8), "red", "not_booked", "service"),
        # the person's own dates, decided by a person
        (
            known([*weekly(NOT_ACCEPTED, -3, -2, -1), *weekly(CAME, -6, -5, -4), *weekly("", 0, 1)], 40, 6),
            *("red", "late", "person"),
        ),
        (known([*weekly(ACCEPTED, *SIX_WEEKS), *weekly("", 0)], 40, 4), "red", "no_pace", "person"),
        (known([*weekly(ACCEPTED, -3, -2, -1), *weekly("", 0)], 40, 9, since=4), "amber", "no_pace", "person"),
        (
            known([*weekly(CAME, -6, -5), *weekly(ACCEPTED, -4, -3, -2, -1), *weekly("", *range(7))], 40, 9),
            *("amber", "slow", "person"),
        ),
        # a reason that is not known yet says nothing of anybody
        (known([*weekly(UNKNOWN, *SIX_WEEKS), *weekly("", 0)], 40, 4), "red", "no_pace", "open"),
        (known(weekly(UNKNOWN, *SIX_WEEKS), 14, 8, since=6), "amber", "no_pace", "open"),
        # what we lost is ours, also beside dates that were missed
        (
            known([*weekly(LOST, -3, -2, -1), *weekly(CAME, -6, -5, -4), *weekly("", 0, 1)], 40, 6),
            *("red", "late", "service"),
        ),
        (
            known([*weekly(LOST, -6, -5, -4, -3), *weekly(NOT_ACCEPTED, -2), *weekly(CAME, -1), *weekly("", 0)], 30, 6),
            *("red", "late", "service"),
        ),
        # nor does a day that nobody recorded
        (
            known([*weekly("", -3, -2, -1), *weekly(CAME, -6, -5, -4), *weekly("", 0, 1)], 40, 6),
            *("red", "late", "service"),
        ),
        # no colour
        (known(weekly(CAME, *SIX_WEEKS), 14, 3, holds=[OnHold(TODAY - timedelta(9))]), "none", "held", None),
        (replace(known(weekly(CAME, *SIX_WEEKS), 14, 3), target=None), "none", "no_end_date", None),
    ],
)
def test_the_light_and_its_reason(one: Known, light: str, why: str, side: str | None) -> None:
    found = seen(one)
    assert (found.light, found.why, found.side) == (light, why, side)


def test_what_it_would_be_but_for_us_is_shown_beside_it() -> None:
    lost = [*weekly(LOST, -3, -2, -1), *weekly(CAME, -6, -5, -4), *weekly("", 0, 1, 2)]
    found = seen(known(lost, 36, 7))
    assert (found.light, found.without_us) == (Light.RED, Light.GREEN)


def test_a_forecast_takes_what_is_booked_and_then_the_pace() -> None:
    found = seen(known([*weekly(CAME, *SIX_WEEKS), *weekly("", 0, 1)], 18, 8))
    assert found.pace == 6 * 60
    assert found.booked == 12 * 60
    assert found.last_booked == date(2026, 12, 2)
    assert found.finish == date(2026, 12, 9)  # a week at the pace after the last day that is booked
    assert seen(known([*weekly(CAME, *SIX_WEEKS), *weekly("", 0, 1, 2)], 18, 8)).finish == date(2026, 12, 9)


def test_weeks_on_hold_are_left_out_of_the_pace() -> None:
    away = OnHold(TODAY - timedelta(weeks=4), TODAY - timedelta(days=6))
    worked = weekly(CAME, -9, -8, -7, -6, -5, -1)
    assert seen(known(worked, 18, 8, since=12)).pace == pytest.approx(3 * 6 * 60 / 6, rel=0.4)
    assert seen(known(worked, 18, 8, since=12, holds=[away])).pace == pytest.approx(6 * 60, rel=0.15)


def test_waiting_for_the_first_date_slows_nobody_down() -> None:
    found = seen(known([at(-5, CAME), at(2), at(9)], 80, 20, since=4))
    assert found.pace == pytest.approx(6 * 60, rel=0.25)


def test_what_is_booked_in_a_hold_is_not_counted_on() -> None:
    later = OnHold(TODAY + timedelta(days=7))
    assert seen(known([*weekly(CAME, -1), *weekly("", 0, 1, 2)], 18, 8, holds=[later])).booked == 6 * 60


def test_other_activity_above_its_ceiling_brings_the_end_no_nearer() -> None:
    """30 hours count of 100; 28 are done, so that another two-hour class counts, and the one after it does not."""
    classes = [at(-7 * n, CAME, 7, Kind.OTHER_ACTIVITY) for n in (1, 2, 3, 4)]
    ahead = [at(7 * n, "", 2, Kind.OTHER_ACTIVITY) for n in (1, 2)]
    books = progress.books(1, 100, [*classes, *ahead], (), Rules())
    found = seen(
        Known(books, TODAY - timedelta(weeks=10), Target(TODAY + timedelta(weeks=8), Ends.COURT), [*classes, *ahead])
    )
    assert (books.other_credited, found.booked) == (28 * 60, 2 * 60)


@pytest.mark.parametrize(
    ("imposed_on", "day"),
    [
        (date(2026, 11, 23), 0),
        (date(2026, 11, 20), 1),  # Friday
        (date(2026, 11, 21), 1),
        (date(2026, 11, 22), 1),
        (date(2026, 11, 17), 4),
        (date(2026, 11, 9), 10),
    ],
)
def test_the_days_of_an_order_are_working_days(imposed_on: date, day: int) -> None:
    assert forecast.working_day(imposed_on, TODAY, CALENDAR) == day


def test_holidays_are_no_working_days() -> None:
    assert forecast.working_day(date(2026, 11, 27), date(2026, 12, 1), CALENDAR) == 1


def test_who_has_hours_lost_or_is_slipping_and_is_not_booked_enough_needs_a_place() -> None:
    booked = [*weekly(CAME, *SIX_WEEKS), *weekly("", 0, 1, 2)]
    cases = [
        (known(booked, 18, 8), 0),
        (known(booked, 30, 8), 0),
        (known(booked, 30, 8), 60),
        (known(booked, 60, 6), 0),
    ]
    assert [slipping.needs_place(seen(one), one.books.left, lost) for one, lost in cases] == [False, False, True, True]


# ── What holds for every order ──────────────────────────────────────────────────────────────────────────────────────

OUTCOMES = ["", CAME, LOST, UNKNOWN, ACCEPTED, NOT_ACCEPTED, "stood_down_ahead:vehicle", "moved_by_person"]


@st.composite
def orders(draw: st.DrawFn) -> Known:
    days = draw(st.lists(st.integers(-70, 40), max_size=20))
    shifts = [at(day, draw(st.sampled_from(OUTCOMES)) if day < 0 else "") for day in days]
    return known(shifts, draw(st.integers(0, 200)), draw(st.integers(-2, 30)))


@given(orders(), st.randoms(use_true_random=False))
def test_a_light_has_a_reason_and_no_order_of_records_changes_it(one: Known, random) -> None:  # type: ignore[no-untyped-def]
    found = seen(one)
    assert (found.side is not None) is (found.light in (Light.RED, Light.AMBER))
    assert (found.why is Why.DONE) is (one.books.left == 0)
    shuffled = list(one.shifts)
    random.shuffle(shuffled)
    assert seen(replace(one, shifts=shuffled)).light is found.light


@given(orders())
def test_nobody_is_judged_on_silence(one: Known) -> None:
    """Without a miss that somebody decided on, no light is the person's."""
    undecided = [shift for shift in one.shifts if shift.standing is None or "accepted" not in shift.standing.outcome]
    assert seen(replace(one, shifts=undecided)).side is not Side.PERSON


@given(orders())
def test_but_for_us_it_is_never_worse(one: Known) -> None:
    found, order = seen(one), forecast.WORST_FIRST
    if found.without_us is not None:
        assert order.index(found.without_us) >= order.index(found.light)

"""The books of an order: they balance whatever is recorded, corrected or adjusted, and in whatever order it came."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import attendance, progress
from domain.appointments import Kind
from domain.attendance import CAUSES, Outcome, Record
from domain.orders import Order, Requirement
from domain.progress import Books, Ends, Level, Rules, Shift

AT = datetime(2026, 11, 25, 9, tzinfo=UTC)
WORK, OTHER = Kind.UNPAID_WORK, Kind.OTHER_ACTIVITY


def shift(outcome: str = "", minutes: int | None = None, kind: Kind = WORK, hours: int = 6, cause: str = "") -> Shift:
    stands = Record(Outcome(outcome), AT, cause, minutes) if outcome else None
    return Shift(1, kind, AT.date(), AT, AT + timedelta(hours=hours), standing=stands)


def books(*shifts: Shift, hours: int = 100, adjustments: tuple[int, ...] = (), **rules: bool) -> Books:
    return progress.books(1, hours, shifts, adjustments, Rules(**rules))  # type: ignore[arg-type]


# ── What counts ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("one", "worked", "lost"),
    [
        (shift("attended_full", 360), 360, 0),
        (shift("attended_full"), 360, 0),  # no minutes were written down: all that was booked
        (shift("attended_full", 400), 400, 0),  # a long day is credited as recorded
        (shift("attended_part", 150), 150, 0),
        (shift("attended_part"), 0, 0),  # how much is not known
        (shift("sent_home_service", 0, cause="weather"), 0, 360),
        (shift("sent_home_service", 120, cause="full"), 120, 240),  # rain at eleven
        (shift("sent_home_service", cause="vehicle"), 0, 360),
        (shift("sent_home_service", 400, cause="other"), 400, 0),  # nothing of it was lost
        (shift("stood_down_ahead", cause="no_supervisor"), 0, 360),
        (shift("sent_home_other", 60), 60, 0),  # not lost to us, and what was worked is worked
        (shift("missed_reason_unknown"), 0, 0),
        (shift("missed_reason_unknown", 360), 0, 0),  # minutes beside an absence are a slip
        (shift("missed_accepted", cause="health"), 0, 0),
        (shift("missed_not_accepted"), 0, 0),
        (shift("moved_by_service"), 0, 0),
        (shift("moved_by_person"), 0, 0),
        (shift("not_expected", cause="custody"), 0, 0),
        (shift(), 0, 0),  # nobody said anything
    ],
)
def test_what_is_worked_and_what_is_lost_to_the_service(one: Shift, worked: int, lost: int) -> None:
    assert (one.worked, one.lost) == (worked, lost)


@pytest.mark.parametrize(
    ("hours", "other", "credited", "above"),
    [
        (100, 30, 30, 0),
        (100, 31, 30, 1),
        (20, 7, 6, 1),  # 30% of 20
        (300, 40, 30, 10),  # 30% would be 90: the lower counts
        (101, 40, 30, 10),
        (99, 30, 29.7, 0.3),
    ],
)
def test_other_activity_has_a_ceiling_and_what_is_above_is_shown(
    hours: int, other: int, credited: float, above: float
) -> None:
    found = books(shift("attended_full", other * 60, OTHER), hours=hours)
    assert (found.other_credited, found.other_above) == (round(credited * 60), round(above * 60))
    assert found.left == hours * 60 - found.other_credited


@pytest.mark.parametrize(
    ("adjustments", "worked", "to_do", "left"),
    [
        ((), 0, 6_000, 6_000),
        ((300,), 0, 6_300, 6_300),  # added to what is to be done
        ((-300,), 0, 5_700, 5_700),  # taken off, as where travel counts
        ((300, -300), 60, 6_000, 5_940),
        ((-7_000,), 60, 0, 0),
        ((), 9_000, 6_000, 0),  # worked more than was ordered: never below zero
    ],
)
def test_left_is_ordered_and_adjusted_less_credited(
    adjustments: tuple[int, ...], worked: int, to_do: int, left: int
) -> None:
    found = books(shift("attended_full", worked), adjustments=adjustments)
    assert (found.to_do, found.left, found.done) == (to_do, left, left == 0)


@pytest.mark.parametrize(
    ("hours", "kind", "adjustments", "done"),
    [
        (60, WORK, (), 9),  # seven hours a day from the 1st
        (60, WORK, (240,), 10),
        (60, WORK, (600, 600), None),
        (20, OTHER, (), None),  # six hours of it count, however much there is
        (20, OTHER, (-14 * 60,), 1),
        (None, WORK, (), None),
    ],
)
def test_the_day_on_which_the_hours_were_done(
    hours: int | None, kind: Kind, adjustments: tuple[int, ...], done: int | None
) -> None:
    order = Order(1, "O1", 1, date(2026, 9, 1), frozenset({Requirement.UNPAID_WORK}), hours=hours)
    ten = [replace(shift("attended_full", 7 * 60, kind), day=date(2026, 10, day)) for day in range(1, 11)]
    found = progress.done_on(order, reversed(ten), adjustments, Rules())
    assert found == (date(2026, 10, done) if done else None)


def test_whether_lost_hours_count_is_the_councils_rule() -> None:
    lost = (shift("sent_home_service", 0, cause="weather"), shift("stood_down_ahead", cause="vehicle"))
    not_counted, counted = books(*lost), books(*lost, lost_counts=True)
    assert (not_counted.lost, not_counted.credited, not_counted.left, not_counted.lost_open) == (720, 0, 6_000, 720)
    assert (counted.lost, counted.credited, counted.left, counted.lost_open) == (720, 720, 5_280, 0)
    assert not_counted.lost_by == {"weather": 360, "vehicle": 360}


# ── The books balance ───────────────────────────────────────────────────────────────────────────────────────────────


RECORDED = [(outcome, cause) for outcome in Outcome for cause in sorted(CAUSES.get(outcome, {""}))]
some_minutes = st.none() | st.integers(0, 600)
records = st.builds(
    lambda what, minutes, later, id: Record(what[0], AT + timedelta(minutes=later), what[1], minutes, id=id),
    st.sampled_from(RECORDED),
    some_minutes,
    st.integers(0, 5),
    st.integers(1, 99),
)


def shifts(standing: Sequence[tuple[str, str]]) -> st.SearchStrategy[Shift]:
    """Dates on which one of these stands."""
    return st.builds(
        lambda what, minutes, kind, hours: shift(what[0], minutes, kind, hours, what[1]),
        st.sampled_from(standing),
        some_minutes,
        st.sampled_from((WORK, OTHER)),
        st.integers(1, 8),
    )


some_shifts = st.lists(shifts([("", ""), *(one for one in RECORDED if one[0] is not Outcome.TAKEN_BACK)]))
some_misses = st.lists(shifts([one for one in RECORDED if one[0] in attendance.MISSED]), min_size=1)
some_order = st.randoms(use_true_random=True)


@given(some_shifts, st.integers(20, 300), st.lists(st.integers(-600, 600)), st.booleans(), some_order)
def test_the_books_balance_in_any_order(dates, hours, adjustments, lost_counts, random) -> None:  # type: ignore[no-untyped-def]
    found = books(*dates, hours=hours, adjustments=tuple(adjustments), lost_counts=lost_counts)
    assert found.left == max(found.ordered + found.adjusted - found.credited, 0)
    assert found.credited == found.worked + found.other_credited + (found.lost if lost_counts else 0)
    assert found.other_credited + found.other_above == found.other
    assert found.other_credited * 100 <= found.ordered * 30
    assert found.other_credited <= 1_800
    assert 0 <= found.lost_open <= found.left
    assert sum(found.lost_by.values()) == found.lost
    random.shuffle(dates)
    random.shuffle(adjustments)
    assert books(*dates, hours=hours, adjustments=tuple(adjustments), lost_counts=lost_counts) == found


@given(st.lists(records, min_size=1, unique_by=lambda one: one.id), some_order)
def test_only_the_latest_record_of_a_date_counts_however_it_came(several, random) -> None:  # type: ignore[no-untyped-def]
    latest = max(several, key=lambda one: (one.recorded_at, one.id))
    expected = replace(shift(), standing=latest)
    random.shuffle(several)
    found = replace(shift(), standing=attendance.standing(several))
    assert (found.worked, found.lost) == (expected.worked, expected.lost)


@given(some_misses)
def test_a_miss_of_whatever_kind_credits_nothing_and_loses_nothing(missed: list[Shift]) -> None:
    assert books(*missed).credited == books(*missed).lost == 0


# ── Level and end date ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("hours", "found"),
    [
        (None, None),
        (19, None),
        (20, Level.ONE),
        (100, Level.ONE),
        (101, Level.TWO),
        (300, Level.TWO),
        (301, None),
    ],
)
def test_the_level_is_of_the_hours_imposed(hours: int | None, found: Level | None) -> None:
    assert progress.level(hours) is found


@pytest.mark.parametrize(
    ("imposed_on", "hours", "complete_by", "day", "by"),
    [
        (date(2026, 9, 1), 100, None, date(2026, 12, 1), Ends.LEVEL),
        (date(2026, 9, 1), 101, None, date(2027, 3, 1), Ends.LEVEL),
        (date(2026, 11, 30), 100, None, date(2027, 2, 28), Ends.LEVEL),
        (date(2027, 11, 30), 100, None, date(2028, 2, 29), Ends.LEVEL),
        (date(2026, 8, 31), 101, None, date(2027, 2, 28), Ends.LEVEL),
        (date(2026, 12, 31), 100, None, date(2027, 3, 31), Ends.LEVEL),
        (date(2026, 10, 31), 200, None, date(2027, 4, 30), Ends.LEVEL),
        (date(2026, 9, 1), 100, date(2027, 9, 1), date(2027, 9, 1), Ends.COURT),  # the court's own is data
        (date(2026, 9, 1), 10, date(2027, 9, 1), date(2027, 9, 1), Ends.COURT),
    ],
)
def test_the_end_date_is_the_courts_own_or_follows_from_the_level(
    imposed_on: date, hours: int, complete_by: date | None, day: date, by: Ends
) -> None:
    needs = frozenset({Requirement.UNPAID_WORK})
    order = Order(1, "O1", 1, imposed_on, needs, hours=hours, complete_by=complete_by)
    assert progress.target(order) == progress.Target(day, by)


def test_hours_that_no_level_has_have_no_end_date_of_their_own() -> None:
    assert progress.target(Order(1, "O1", 1, date(2026, 9, 1), frozenset(), hours=310)) is None

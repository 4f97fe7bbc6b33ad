"""Rain at eleven: who is still there, and how long each had worked."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import attendance, sending_home
from domain.attendance import Outcome, Record

NINE = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
BOOKED = timedelta(hours=4)


def stands(outcome: Outcome, minutes: int | None = None) -> Record:
    return Record(outcome, NINE, minutes=minutes)


FULL, HOME, MISS = (
    stands(Outcome.ATTENDED_FULL, 240),
    stands(Outcome.SENT_HOME_OTHER, 30),
    stands(Outcome.MISSED_REASON_UNKNOWN),
)
LATE = stands(Outcome.ATTENDED_PART, 220)  # 20 minutes late
LEFT = stands(Outcome.ATTENDED_PART, 60)  # gone at 10:30


@pytest.mark.parametrize(
    ("standing", "after", "here", "worked"),
    [
        (FULL, 90, True, 90),
        (FULL, 90.5, True, 90),  # full minutes
        (FULL, -10, True, 0),
        (FULL, 300, True, 240),  # never more than was booked
        (LATE, 90, True, 70),  # from when they came
        (LATE, 10, True, 0),
        (LEFT, 90, False, 0),
        (HOME, 90, False, 90),
        (MISS, 90, False, 90),
        (None, 90, False, 90),  # of whom nothing is recorded `attendance.present` says whether they are meant
    ],
)
def test_who_is_still_there_and_how_long_they_had_worked(
    standing: Record | None, after: float, here: bool, worked: int
) -> None:
    moment = NINE + timedelta(minutes=after)
    assert sending_home.still_here(standing, NINE, BOOKED, moment) is here
    assert sending_home.worked_until(standing, NINE, BOOKED, moment) == worked


def test_what_was_worked_counts_and_the_rest_is_lost_by_us() -> None:
    home = attendance.registered(Outcome.SENT_HOME_SERVICE, NINE, 1, BOOKED, 90, "weather")
    assert (attendance.worked_minutes(home, BOOKED), attendance.lost_minutes(home, BOOKED)) == (90, 150)
    assert attendance.detail_of(home) == "weather+90"


def test_a_moment_is_a_minute_and_half_hours_go_by_the_clock() -> None:
    assert sending_home.moment_of(sending_home.minute_of(NINE)) == NINE
    assert sending_home.moment_of(sending_home.BEFORE_ANYBODY) < NINE
    found = sending_home.half_hours(NINE, NINE + timedelta(minutes=90))
    assert [f"{one:%H:%M}" for one in found] == ["10:00", "10:30"]
    assert [f"{one:%H:%M}" for one in sending_home.half_hours(NINE, NINE + timedelta(minutes=91))][-1] == "11:00"
    assert sending_home.half_hours(NINE, NINE) == []

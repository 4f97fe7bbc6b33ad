"""Sent home: who is still there when everybody goes, and how long each had worked by then.

One moment is meant for all, and each began at their own: a button carries it as a minute, counted from 1970, so that
what it shows is what is recorded, however late or often it is tapped.
"""

from datetime import UTC, datetime, timedelta

from domain.attendance import Outcome, Record, minutes_in, worked_minutes

EPOCH, MINUTE = datetime(1970, 1, 1, tzinfo=UTC), timedelta(minutes=1)
BEFORE_ANYBODY = 1  # the minute that says that nobody had worked
HALF_HOUR = 30  # minutes


def minute_of(moment: datetime) -> int:
    return (moment - EPOCH) // MINUTE


def moment_of(minute: int) -> datetime:
    return EPOCH + minute * MINUTE


def half_hours(after: datetime, before: datetime) -> list[datetime]:
    """Every half hour by the clock between two moments."""
    first, last = minute_of(after) // HALF_HOUR + 1, (minute_of(before) - 1) // HALF_HOUR
    return [moment_of(n * HALF_HOUR) for n in range(first, last + 1)]


def still_here(standing_: Record | None, starts_at: datetime, booked: timedelta, now: datetime) -> bool:
    """Whether somebody of whom it is recorded that they came has not gone since, as far as anybody said: who came for
    part has gone once that part is over."""
    if standing_ is None or standing_.outcome not in (Outcome.ATTENDED_FULL, Outcome.ATTENDED_PART):
        return False
    whole = standing_.outcome is Outcome.ATTENDED_FULL
    return whole or worked_minutes(standing_, booked) > _within(now - starts_at, booked)


def worked_until(standing_: Record | None, starts_at: datetime, booked: timedelta, until: datetime) -> int:
    """Full minutes from a person's own start until they were sent home: never more than was booked, and of who came
    late none before they came."""
    late = standing_ is not None and standing_.outcome is Outcome.ATTENDED_PART
    missing = minutes_in(booked) - worked_minutes(standing_, booked) if late else 0
    return max(_within(until - starts_at, booked) - missing, 0)


def _within(elapsed: timedelta, booked: timedelta) -> int:
    return max(min(minutes_in(elapsed), minutes_in(booked)), 0)

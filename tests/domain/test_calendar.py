"""Wall time, working time, quiet time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import LONDON, Calendar, NoSuchTime, TwiceTime, moment

ST_ANDREW = date(2026, 11, 30)
CALENDAR = Calendar(holidays=frozenset({ST_ANDREW}))
FIRST, LAST = datetime(2025, 1, 1), datetime(2027, 12, 31)  # noqa: DTZ001  (hypothesis adds the zone)
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def test_a_wall_time_that_the_spring_skips_is_refused() -> None:
    with pytest.raises(NoSuchTime):
        moment(LONDON, date(2026, 3, 29), time(1, 30))


def test_a_wall_time_that_the_autumn_repeats_is_refused() -> None:
    with pytest.raises(TwiceTime):
        moment(LONDON, date(2026, 10, 25), time(1, 30))


def test_the_evening_before_the_clocks_change_is_a_wall_time_not_24_hours() -> None:
    start = moment(LONDON, date(2026, 3, 29), time(10, 30))
    eve = CALENDAR.at(date(2026, 3, 28), time(18))
    assert eve == datetime(2026, 3, 28, 18, tzinfo=UTC)
    assert start - eve == timedelta(hours=15, minutes=30)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-23 15:30", 4, "2026-11-24 11:30"),  # Monday afternoon → Tuesday
        ("2026-11-27 16:50", 4, "2026-12-01 12:50"),  # Friday late → over the weekend and the holiday
        ("2026-11-28 12:00", 4, "2026-12-01 13:00"),  # Saturday
        ("2026-11-24 09:00", 8, "2026-11-24 17:00"),  # a whole day ends the same day
        ("2026-11-24 07:00", 4, "2026-11-24 13:00"),  # before opening
        ("2026-11-24 17:00", 1, "2026-11-25 10:00"),  # at closing
    ],
)
def test_working_hours_pass_only_while_somebody_works(start: str, hours: int, end: str) -> None:
    assert CALENDAR.after_working_time(at(start), timedelta(hours=hours)) == at(end)


@given(MOMENTS, st.integers(1, 80))
def test_working_time_measures_what_after_working_time_adds(start: datetime, hours: int) -> None:
    end = CALENDAR.after_working_time(start, timedelta(hours=hours))
    assert CALENDAR.working_time(start, end) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("moment_", "quiet", "until"),
    [
        ("2026-11-23 19:59", False, "2026-11-23 19:59"),
        ("2026-11-23 20:00", True, "2026-11-24 08:00"),
        ("2026-11-24 00:30", True, "2026-11-24 08:00"),
        ("2026-11-24 08:00", False, "2026-11-24 08:00"),
        ("2026-03-28 23:00", True, "2026-03-29 08:00"),  # the night that is an hour short
    ],
)
def test_quiet_hours(moment_: str, quiet: bool, until: str) -> None:
    assert CALENDAR.quiet(at(moment_)) is quiet
    assert CALENDAR.quiet_ends(at(moment_)) == at(until)


@given(MOMENTS)
def test_quiet_hours_always_end_and_then_it_is_not_quiet(now: datetime) -> None:
    end = CALENDAR.quiet_ends(now)
    assert now <= end <= now + timedelta(hours=14)
    assert not CALENDAR.quiet(end)


@pytest.mark.parametrize(
    ("now", "opening"),
    [
        ("2026-11-24 12:00", "2026-11-24 12:00"),
        ("2026-11-24 06:00", "2026-11-24 09:00"),
        ("2026-11-24 17:00", "2026-11-25 09:00"),
        ("2026-11-27 18:00", "2026-12-01 09:00"),
    ],
)
def test_when_somebody_is_next_at_work(now: str, opening: str) -> None:
    assert CALENDAR.next_opening(at(now)) == at(opening)


def test_working_days_back_know_holidays() -> None:
    assert CALENDAR.working_days_back(date(2026, 12, 2), 2) == date(2026, 11, 27)

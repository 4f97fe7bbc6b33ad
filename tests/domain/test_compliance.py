"""The ladder of an alert: when each rung is owed, in working hours, counted from the rung before it."""

from datetime import UTC, date, datetime, time

import pytest

from domain import compliance
from domain.calendar import Calendar
from domain.compliance import Item, Kind
from domain.outbox import To

# St Andrew's Day 2026 is a Monday; Boxing Day is kept on Monday the 28th, the 2nd of January on Monday the 4th.
HOLIDAYS = frozenset({date(2026, 11, 30), date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1), date(2027, 1, 4)})
CALENDAR = Calendar(holidays=HOLIDAYS)


def wall(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return CALENDAR.at(at.date(), at.time())


def climb(raised: str, kind: Kind = Kind.NON_ATTENDANCE, start: To | None = None) -> list[tuple[To, str]]:
    item = Item(1, kind, individual_id=1, order_id=1, appointment_id=1, raised_at=wall(raised))
    rungs = compliance.ladder(item, 1, wall(raised), CALENDAR, start)
    return [(one.to, f"{CALENDAR.wall(one.due_at):%a %d %b %H:%M}") for one in rungs]


@pytest.mark.parametrize(
    ("raised", "cover", "manager"),
    [
        ("2026-11-24 09:45", "Tue 24 Nov 13:45", "Wed 25 Nov 10:00"),
        ("2026-11-23 15:30", "Tue 24 Nov 11:30", "Wed 25 Nov 10:00"),  # not before cover: Monday afternoon
        ("2026-11-20 16:50", "Mon 23 Nov 12:50", "Tue 24 Nov 10:00"),  # Friday
        ("2026-11-21 10:15", "Mon 23 Nov 13:00", "Tue 24 Nov 10:00"),  # Saturday
        ("2026-11-22 23:59", "Mon 23 Nov 13:00", "Tue 24 Nov 10:00"),  # Sunday night
        ("2026-11-27 15:00", "Tue 01 Dec 11:00", "Wed 02 Dec 10:00"),  # Friday before a holiday Monday
        ("2026-11-27 09:15", "Fri 27 Nov 13:15", "Tue 01 Dec 10:00"),  # the manager waits for the holiday
        ("2026-12-24 16:00", "Tue 29 Dec 12:00", "Wed 30 Dec 10:00"),  # four days off in a row
        ("2026-12-31 15:00", "Tue 05 Jan 11:00", "Wed 06 Jan 10:00"),
        ("2026-11-24 07:00", "Tue 24 Nov 13:00", "Wed 25 Nov 10:00"),  # before anybody is at work
        ("2026-11-24 17:00", "Wed 25 Nov 13:00", "Thu 26 Nov 10:00"),  # as they go home
        ("2026-11-24 13:00", "Tue 24 Nov 17:00", "Wed 25 Nov 10:00"),  # to the last minute of the day
        ("2026-10-23 16:00", "Mon 26 Oct 12:00", "Tue 27 Oct 10:00"),  # the clocks go back on Sunday
        ("2026-03-27 16:00", "Mon 30 Mar 12:00", "Tue 31 Mar 10:00"),  # the clocks go forward on Sunday
    ],
)
def test_the_alert_climbs_by_working_time(raised: str, cover: str, manager: str) -> None:
    now = f"{CALENDAR.wall(wall(raised)):%a %d %b %H:%M}"
    assert climb(raised) == [(To.WORKER, now), (To.COVER, cover), (To.MANAGER, manager)]


def test_skipping_a_rung_counts_the_next_from_that_moment() -> None:
    assert climb("2026-11-23 15:30", start=To.COVER) == [
        (To.COVER, "Mon 23 Nov 15:30"),
        (To.MANAGER, "Tue 24 Nov 10:00"),
    ]
    assert climb("2026-11-23 15:30", start=To.MANAGER) == [(To.MANAGER, "Mon 23 Nov 15:30")]


FOR_THE_WORKER = sorted(kind for kind, rungs in compliance.LADDERS.items() if rungs == (To.WORKER, To.COVER))


@pytest.mark.parametrize("kind", FOR_THE_WORKER)
def test_what_an_individual_says_climbs_to_cover_and_past_it_only_if_nobody_can_be_told(kind: Kind) -> None:
    assert [to for to, _ in climb("2026-11-24 09:45", kind)] == [To.WORKER, To.COVER]
    assert climb("2026-11-24 09:45", kind, To.MANAGER) == [(To.MANAGER, "Tue 24 Nov 09:45")]


def test_words_of_danger_go_to_duty_and_15_minutes_later_to_a_manager_whatever_the_hour() -> None:
    assert climb("2026-11-25 10:00", Kind.DANGER) == [(To.DUTY, "Wed 25 Nov 10:00"), (To.MANAGER, "Wed 25 Nov 10:15")]
    assert climb("2026-11-28 23:50", Kind.DANGER) == [
        (To.DUTY, "Sat 28 Nov 23:50"),
        (To.MANAGER, "Sun 29 Nov 00:05"),
        (To.DUTY, "Tue 01 Dec 09:00"),  # Monday is a holiday: once more when somebody is at work again
    ]


def test_who_comes_after_whom_and_nobody_after_the_manager() -> None:
    assert [compliance.rung_after(to) for to in (To.WORKER, To.COVER, To.MANAGER)] == [To.COVER, To.MANAGER, None]


def test_a_council_with_other_hours_climbs_by_those() -> None:
    late = Calendar(work_from=time(8), work_to=time(20))
    item = Item(1, Kind.NON_ATTENDANCE, 1, 1, 1, wall("2026-11-23 15:30"))
    due = [one.due_at for one in compliance.ladder(item, 1, item.raised_at, late)]
    assert due[1] == datetime(2026, 11, 23, 19, 30, tzinfo=UTC)


def test_the_rungs_of_a_second_round_are_other_messages_than_those_of_the_first() -> None:
    first = Item(1, Kind.NON_ATTENDANCE, 1, 1, 1, wall("2026-11-23 15:30"))
    second = Item(1, Kind.NON_ATTENDANCE, 1, 1, 1, wall("2026-11-24 15:30"), round=2)
    keys = [{one.key for one in compliance.ladder(item, 1, item.raised_at, CALENDAR)} for item in (first, second)]
    assert keys[0] & keys[1] == set()
    assert len(keys[0]) == 3

"""The ladder of an alert: when each rung is owed, in working hours, counted from the rung before it."""

from datetime import UTC, date, datetime, time

import pytest

from domain import compliance
from domain.calendar import Calendar
from domain.compliance import FollowUp, Item, Kind
from domain.outbox import To
from usecases import ladders

# St Andrew's Day 2026 is a Monday; Boxing Day is kept on Monday the 28th, the 2nd of January on Monday the 4th.
HOLIDAYS = frozenset({date(2026, 11, 30), date(2026, 12, 25), date(2026, 12, 28), date(2027, 1, 1), date(2027, 1, 4)})
CALENDAR = Calendar(holidays=HOLIDAYS)
LADDERS = ladders.read()


def wall(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return CALENDAR.at(at.date(), at.time())


def shown(at: datetime) -> str:
    return f"{CALENDAR.wall(at):%a %d %b %H:%M}"


def climb(
    raised: str, kind: Kind = Kind.NON_ATTENDANCE, start: To | None = None, reason: str = "", begins: str = ""
) -> list[tuple[To, str]]:
    item = Item(1, kind, individual_id=1, order_id=1, appointment_id=1, raised_at=wall(raised), reason=reason)
    starts_at = wall(begins) if begins else None
    rungs = compliance.ladder(item, wall(raised), CALENDAR, LADDERS, starts_at, start)
    return [(one.to, shown(one.due_at)) for one in rungs]


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


FOR_THE_WORKER = (Kind.CALL, Kind.WORDS, Kind.CHANGED, Kind.RING, Kind.UNREACHABLE, Kind.NOTE, Kind.HOURS)


@pytest.mark.parametrize("kind", FOR_THE_WORKER)
def test_what_an_individual_says_climbs_to_cover_and_to_a_manager(kind: Kind) -> None:
    assert climb("2026-11-24 09:45", kind) == [
        (To.WORKER, "Tue 24 Nov 09:45"),
        (To.COVER, "Tue 24 Nov 13:45"),
        (To.MANAGER, "Wed 25 Nov 10:00"),
    ]
    assert climb("2026-11-24 09:45", kind, To.MANAGER) == [(To.MANAGER, "Tue 24 Nov 09:45")]


@pytest.mark.parametrize(("want", "cover"), [("", "10:45"), ("food", "10:45"), ("travel", "10:45"), ("date", "13:45")])
def test_help_that_is_needed_today_climbs_within_an_hour(want: str, cover: str) -> None:
    assert climb("2026-11-24 09:45", Kind.HELP, reason=want)[1] == (To.COVER, f"Tue 24 Nov {cover}")


@pytest.mark.parametrize("kind", Kind)
def test_every_ladder_ends_with_a_manager(kind: Kind) -> None:
    assert climb("2026-11-25 10:00", kind)[-1][0] is To.MANAGER


@pytest.mark.parametrize(
    ("said", "begins", "cover", "manager"),
    [
        ("2026-11-24 09:45", "2026-11-25 09:30", "Tue 24 Nov 11:45", "Wed 25 Nov 10:00"),  # two working hours
        ("2026-11-24 18:00", "2026-11-25 09:30", "Wed 25 Nov 08:30", "Thu 26 Nov 10:00"),  # an hour before is sooner
        ("2026-11-24 18:00", "2026-11-25 13:00", "Wed 25 Nov 11:00", "Thu 26 Nov 10:00"),
        ("2026-11-25 08:45", "2026-11-25 09:30", "Wed 25 Nov 08:45", "Thu 26 Nov 10:00"),  # less than an hour is left
        ("2026-11-25 10:00", "2026-11-25 09:30", "Wed 25 Nov 10:00", "Thu 26 Nov 10:00"),  # it has begun
        ("2026-11-20 16:50", "2026-11-25 09:30", "Mon 23 Nov 10:50", "Tue 24 Nov 10:00"),  # Friday afternoon
        ("2026-11-20 18:00", "2026-11-21 10:00", "Sat 21 Nov 09:00", "Mon 23 Nov 10:00"),  # a Saturday date
        ("2026-11-27 16:00", "2026-12-02 09:30", "Tue 01 Dec 10:00", "Wed 02 Dec 10:00"),  # Monday is a holiday
    ],
)
def test_cant_make_it_is_answered_within_two_working_hours_or_an_hour_before_the_start(
    said: str, begins: str, cover: str, manager: str
) -> None:
    assert climb(said, Kind.CANNOT, begins=begins)[1:] == [(To.COVER, cover), (To.MANAGER, manager)]


# ── The follow-up clock ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("raised", "next_work", "by", "listed"),
    [
        ("2026-11-23 09:50", None, "Wed 25 Nov 17:00", "Thu 26 Nov 10:00"),
        ("2026-11-23 15:30", None, "Wed 25 Nov 17:00", "Thu 26 Nov 10:00"),  # Monday afternoon: the same
        ("2026-11-20 16:50", None, "Tue 24 Nov 17:00", "Wed 25 Nov 10:00"),  # Friday
        ("2026-11-21 10:15", None, "Tue 24 Nov 17:00", "Wed 25 Nov 10:00"),  # Saturday
        ("2026-11-27 15:00", None, "Wed 02 Dec 17:00", "Thu 03 Dec 10:00"),  # Friday before a holiday Monday
        ("2026-12-24 16:00", None, "Wed 30 Dec 17:00", "Thu 31 Dec 10:00"),  # four days off in a row
        ("2026-10-23 16:00", None, "Tue 27 Oct 17:00", "Wed 28 Oct 10:00"),  # the clocks go back on Sunday
        ("2026-11-23 09:50", "2026-11-25 09:30", "Wed 25 Nov 09:30", "Thu 26 Nov 10:00"),  # the next work day is sooner
        ("2026-11-23 09:50", "2026-11-24 09:30", "Tue 24 Nov 09:30", "Wed 25 Nov 10:00"),
        ("2026-11-20 16:50", "2026-11-21 10:00", "Sat 21 Nov 10:00", "Mon 23 Nov 10:00"),  # a Saturday
        ("2026-11-23 09:50", "2026-11-30 09:30", "Wed 25 Nov 17:00", "Thu 26 Nov 10:00"),  # later: no matter
        ("2026-11-23 09:50", "2026-11-23 09:30", "Wed 25 Nov 17:00", "Thu 26 Nov 10:00"),  # the missed date itself
    ],
)
def test_somebody_has_spoken_to_them_in_two_working_days_or_before_the_next_work_day(
    raised: str, next_work: str | None, by: str, listed: str
) -> None:
    work = wall(next_work) if next_work else None
    due = compliance.follow_up_by(wall(raised), work, CALENDAR, LADDERS.follow_up)
    assert shown(due) == by
    item = Item(1, Kind.NON_ATTENDANCE, 1, 1, 1, wall(raised), follow_up_at=due)
    rows = compliance.plan_follow_up(item, CALENDAR, LADDERS)
    assert [(one.kind, shown(one.due_at)) for one in rows[:2]] == [("follow_up", by), ("put_on_list", listed)]
    later = CALENDAR.next_working_day(CALENDAR.next_working_day(CALENDAR.day(rows[1].due_at)))
    assert [(one.kind, one.due_at) for one in rows[2:]] == [("put_undecided", CALENDAR.at(later, time(10)))]


def test_a_council_may_ask_for_another_number_of_days_and_leave_the_next_work_day_out() -> None:
    rule = FollowUp(working_days=5, before_next_work=False)
    due = compliance.follow_up_by(wall("2026-11-23 09:50"), wall("2026-11-24 09:30"), CALENDAR, rule)
    assert shown(due) == "Tue 01 Dec 17:00"  # the 30th is a holiday


def test_words_of_danger_go_to_duty_and_15_minutes_later_to_a_manager_whatever_the_hour() -> None:
    assert climb("2026-11-25 10:00", Kind.DANGER) == [(To.DUTY, "Wed 25 Nov 10:00"), (To.MANAGER, "Wed 25 Nov 10:15")]
    assert climb("2026-11-28 23:50", Kind.DANGER) == [
        (To.DUTY, "Sat 28 Nov 23:50"),
        (To.MANAGER, "Sun 29 Nov 00:05"),
        (To.DUTY, "Tue 01 Dec 09:00"),  # Monday is a holiday: once more when somebody is at work again
    ]


def test_who_comes_after_whom_and_nobody_after_the_manager() -> None:
    missed, danger = (Item(1, kind, 1, 1, 1, wall("2026-11-23 15:30")) for kind in (Kind.NON_ATTENDANCE, Kind.DANGER))
    assert [LADDERS.after(missed, to) for to in (To.WORKER, To.COVER, To.MANAGER)] == [To.COVER, To.MANAGER, None]
    assert LADDERS.after(danger, To.DUTY) is To.MANAGER
    assert [compliance.rung_after(to) for to in (To.WORKER, To.COVER, To.MANAGER)] == [To.COVER, To.MANAGER, None]


def test_a_council_with_other_hours_climbs_by_those() -> None:
    late = Calendar(work_from=time(8), work_to=time(20))
    item = Item(1, Kind.NON_ATTENDANCE, 1, 1, 1, wall("2026-11-23 15:30"))
    due = [one.due_at for one in compliance.ladder(item, item.raised_at, late, LADDERS)]
    assert due[1] == datetime(2026, 11, 23, 19, 30, tzinfo=UTC)


def test_the_rungs_of_a_second_round_are_other_messages_than_those_of_the_first() -> None:
    first = Item(1, Kind.NON_ATTENDANCE, 1, 1, 1, wall("2026-11-23 15:30"))
    second = Item(1, Kind.NON_ATTENDANCE, 1, 1, 1, wall("2026-11-24 15:30"), round=2)
    keys = [{one.key for one in compliance.ladder(item, item.raised_at, CALENDAR, LADDERS)} for item in (first, second)]
    assert keys[0] & keys[1] == set()
    assert len(keys[0]) == 3


def test_rows_keep_the_version_of_the_ladders_and_say_that_nobody_has_it() -> None:
    item = Item(1, Kind.NON_ATTENDANCE, 1, 1, 1, wall("2026-11-23 15:30"), follow_up_at=wall("2026-11-25 17:00"))
    rows = compliance.ladder(item, item.raised_at, CALENDAR, LADDERS)
    assert [(one.rules, one.params.get("says", "")) for one in rows] == [("1", ""), ("1", "untaken"), ("1", "untaken")]
    assert {one.rules for one in compliance.plan_follow_up(item, CALENDAR, LADDERS)} == {"1"}

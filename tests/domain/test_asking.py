"""What is asked for sets the clock; a number that is typed means what its button meant; times are within work."""

from datetime import UTC, date, datetime, time

import pytest

from domain import asking, complaints, compliance
from domain.appointments import Answer
from domain.asking import Ring, Safe, Want
from domain.calendar import Calendar
from domain.compliance import Item, Kind
from domain.people import Individual, Role, Staff
from usecases import ladders, questions
from usecases.asking import number_to_ring

CALENDAR = Calendar(holidays=frozenset({date(2026, 11, 30), date(2026, 12, 25)}))
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("kind", "reason", "cover"),
    [
        (Kind.HELP, "", "11:00"),  # not said yet: it may be any of them
        (Kind.HELP, Want.FOOD, "11:00"),
        (Kind.HELP, Want.TALK, "11:00"),
        (Kind.HELP, Want.TRAVEL, "11:00"),
        (Kind.HELP, Want.DATE, "14:00"),
        (Kind.HELP, Want.OTHER, "14:00"),
        (Kind.CALL, "", "14:00"),
        (Kind.CHANGED, "contact", "14:00"),
        (Kind.CANNOT, "travel", "12:00"),  # owed a named person's answer
    ],
)
def test_how_long_the_worker_has_before_somebody_else_is_told(kind: Kind, reason: str, cover: str) -> None:
    item = Item(1, kind, 1, 1, None, datetime(2026, 11, 24, 10, tzinfo=UTC), reason=reason)
    rungs = compliance.ladder(item, item.raised_at, CALENDAR, ladders.read())
    assert f"{CALENDAR.wall(rungs[1].due_at):%H:%M}" == cover


@pytest.mark.parametrize(
    ("work_to", "offered"),
    [
        (time(17), (Safe.ANY, Safe.MORNING, Safe.AFTERNOON)),
        (time(20), (Safe.ANY, Safe.MORNING, Safe.AFTERNOON, Safe.EVENING)),
        (time(12), (Safe.ANY, Safe.MORNING)),
    ],
)
def test_only_times_at_which_somebody_is_at_work_are_offered(work_to: time, offered: tuple[Safe, ...]) -> None:
    assert asking.safe_times(Calendar(work_to=work_to)) == offered


def test_the_number_on_record_is_offered_only_if_there_is_one() -> None:
    assert asking.places_to_reach(Individual(1, "C1", "Sam")) == (Ring.WRITE,)
    assert asking.places_to_reach(Individual(1, "C1", "Sam", mobile_ending="123")) == (Ring.ON_RECORD, Ring.WRITE)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("07700 900123", "+447700900123"),
        ("07700-900-123", "+447700900123"),
        ("01475 715000", "+441475715000"),
        ("+48 601 234 567", "+48601234567"),
        ("call 07700900123 not the house", "+447700900123"),
        ("0770090012", None),
        ("077009001234", None),
        ("12345", None),
        ("flat 2, 12 Kelly Street", None),
        ("", None),
    ],
)
def test_the_number_in_what_was_typed(typed: str, found: str | None) -> None:
    assert number_to_ring(typed) == found


@pytest.mark.parametrize(
    ("kind", "typed", "said"),
    [
        ("reminder", "1", Answer.COMING),
        ("reply_coming", "2", Answer.CANNOT),
        ("reason_given", " yes ", Answer.COMING),
        ("reminder", "no!", Answer.CANNOT),
        ("reminder", "4", Answer.CALL),
        ("reminder", "5", None),
        ("reminder", "12", None),
        ("reminder", "no way", None),
        ("missed_care", "1", Answer.WAS_THERE),
        ("missed_care", "yes", Answer.OK),
        ("missed_care", "no", Answer.HELP),
        ("reply_ok", "2", Answer.OK),
    ],
)
def test_what_a_number_yes_or_no_says(kind: str, typed: str, said: Answer | None) -> None:
    assert questions.meant(kind, typed) is said


# ── Complaints ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("came", "first", "full", "reminded"),
    [
        ("2026-11-23 09:00", date(2026, 11, 27), date(2026, 12, 21), "Thu 26 Nov 10:00"),
        ("2026-11-22 23:00", date(2026, 11, 27), date(2026, 12, 21), "Thu 26 Nov 10:00"),  # Sunday counts as Monday
        ("2026-11-25 16:59", date(2026, 12, 2), date(2026, 12, 23), "Tue 01 Dec 10:00"),  # over the 30th, a holiday
        ("2026-11-30 12:00", date(2026, 12, 7), date(2026, 12, 29), "Fri 04 Dec 10:00"),  # on a holiday
    ],
)
def test_both_dates_are_counted_in_working_days(came: str, first: date, full: date, reminded: str) -> None:
    at = datetime.fromisoformat(came)
    dues = complaints.dues(CALENDAR.at(at.date(), at.time()), CALENDAR)
    assert [due.day for due in dues] == [first, full]
    assert f"{CALENDAR.wall(dues[0].remind_at):%a %d %b %H:%M}" == reminded


def staff(id_: int, role: Role, active_until: date | None = None) -> Staff:
    return Staff(id_, f"S{id_}", "A B", frozenset({role}), active_until=active_until)


def test_who_may_hear_of_a_complaint() -> None:
    everybody = {
        one.id: one
        for one in (
            staff(1, Role.CASE_MANAGER),
            staff(2, Role.MANAGER),
            staff(3, Role.DUTY),
            staff(4, Role.MANAGER, active_until=date(2026, 11, 20)),
        )
    }
    assert complaints.heard_by(everybody, frozenset({1}), TODAY) == {2}
    assert complaints.heard_by(everybody, frozenset({1, 2}), TODAY) == {3}
    assert complaints.heard_by(everybody, frozenset({1, 2, 3}), TODAY) == frozenset()

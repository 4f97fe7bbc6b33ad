"""The desk: what stands before what, and why (the clocks that duty workers keep)."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.asking import Want
from domain.calendar import Calendar
from domain.compliance import Item, Kind
from domain.desk import PAGE, Band, Open, View, first_of_page, in_order, listed, of_view, placed, reason

CALENDAR = Calendar()
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)  # a Monday in winter: wall time is UTC
ME, OTHER = 1, 2


def open_(
    id_: int,
    kind: Kind,
    ago: float = 1,
    starts_in: float | None = None,
    follow_up_in: float | None = None,
    **values: object,
) -> Open:
    """Something raised so many hours ago, about a date or a follow-up that is so many hours away, and about a person of
    its own unless `person` names one."""
    person = int(str(values.pop("person", id_)))
    due = MONDAY + timedelta(hours=follow_up_in) if follow_up_in is not None else None
    at = MONDAY - timedelta(hours=ago)
    item = Item(id_, kind, person, None, None, at, follow_up_at=due, **values)  # type: ignore[arg-type]
    starts_at = MONDAY + timedelta(hours=starts_in) if starts_in is not None else None
    return Open(item, f"C{person}", starts_at, "Kirsty" if item.claimed_by else "")


@pytest.mark.parametrize(
    ("one", "band", "code"),
    [
        (open_(1, Kind.DANGER), Band.NOW, "danger"),
        (open_(1, Kind.CANNOT, starts_in=2), Band.NOW, "cannot_soon"),
        (open_(1, Kind.CANNOT, starts_in=2.1), Band.HOURS, "cannot"),
        (open_(1, Kind.CANNOT, starts_in=14.9), Band.HOURS, "cannot"),  # today until midnight
        (open_(1, Kind.CANNOT, starts_in=15), Band.TODAY, "cannot"),
        (open_(1, Kind.CANNOT, starts_in=0), Band.TODAY, "cannot_over"),
        (open_(1, Kind.HELP, reason=Want.FOOD.value), Band.HOURS, "help"),
        (open_(1, Kind.HELP, reason=Want.TRAVEL.value), Band.HOURS, "help"),
        (open_(1, Kind.HELP, reason=Want.TALK.value), Band.HOURS, "help"),
        (open_(1, Kind.HELP, reason=""), Band.HOURS, "help"),  # which help is not known yet
        (open_(1, Kind.HELP, reason=Want.DATE.value), Band.TOMORROW, "help"),
        (open_(1, Kind.RING, starts_in=24), Band.HOURS, "ring"),
        (open_(1, Kind.RING, starts_in=25), Band.TODAY, "ring"),
        (open_(1, Kind.CALL), Band.TODAY, "call"),
        (open_(1, Kind.WORDS), Band.TODAY, "words"),
        (open_(1, Kind.NON_ATTENDANCE, follow_up_in=8), Band.TODAY, "follow_up"),
        (open_(1, Kind.NON_ATTENDANCE, follow_up_in=0), Band.TODAY, "follow_up_late"),
        (open_(1, Kind.NON_ATTENDANCE, follow_up_in=24), Band.TOMORROW, "follow_up"),
        (open_(1, Kind.NON_ATTENDANCE), Band.TOMORROW, "undecided"),
        (open_(1, Kind.UNRECORDED), Band.TODAY, "unrecorded"),
        (open_(1, Kind.CHANGED), Band.TOMORROW, "changed"),
        (open_(1, Kind.DEADLINE), Band.TOMORROW, "deadline"),
        (open_(1, Kind.COMPLAINT), Band.LATER, "complaint"),
        (open_(1, Kind.COMPLAINT, ago=24 * 7), Band.TODAY, "complaint"),  # five working days are over
        (open_(1, Kind.MY_DATA), Band.LATER, "my_data"),
    ],
)
def test_which_clock_something_stands_on(one: Open, band: Band, code: str) -> None:
    why = reason(one, MONDAY, CALENDAR)
    assert (why.band, why.code) == (band, code)


def test_every_kind_has_its_place() -> None:
    assert all(reason(open_(1, kind), MONDAY, CALENDAR) for kind in Kind)


def test_self_harm_now_then_food_then_an_undecided_absence_then_a_change_of_date_then_what_somebody_has() -> None:
    found = [
        open_(1, Kind.HELP, ago=100, reason=Want.DATE.value),
        open_(2, Kind.NON_ATTENDANCE, ago=90, follow_up_in=-20),
        open_(3, Kind.DANGER, ago=0),
        open_(4, Kind.HELP, ago=0.5, reason=Want.FOOD.value),
        open_(5, Kind.CANNOT, starts_in=1),
        open_(6, Kind.HELP, ago=2, reason=Want.FOOD.value),
        open_(7, Kind.DANGER, ago=1, claimed_by=OTHER),
    ]
    assert [one.lead.open.item.id for one in in_order(placed(found, MONDAY, CALENDAR), ME)] == [3, 5, 6, 4, 2, 1, 7]


def test_taking_it_on_does_not_stop_the_follow_up_clock_of_whoever_has_it() -> None:
    mine = open_(1, Kind.NON_ATTENDANCE, follow_up_in=2, claimed_by=ME)
    later = open_(2, Kind.NON_ATTENDANCE, follow_up_in=30, claimed_by=ME)
    free = open_(3, Kind.CHANGED)
    order = [one.lead.open.item.id for one in in_order(placed([later, free, mine], MONDAY, CALENDAR), ME)]
    assert order == [1, 3, 2]
    assert [one.lead.open.item.id for one in in_order(placed([mine, free], MONDAY, CALENDAR), OTHER)] == [3, 1]


def test_all_that_is_open_about_one_person_is_one_line_where_the_most_urgent_of_it_stands() -> None:
    found = [
        open_(1, Kind.CHANGED, person=8),
        open_(2, Kind.HELP, reason=Want.FOOD.value, person=9),
        open_(3, Kind.DANGER, person=8),
        open_(4, Kind.UNRECORDED, person=8),  # of a session, not of a person
    ]
    shown = [[thing.open.item.id for thing in one.things] for one in in_order(placed(found, MONDAY, CALENDAR), ME)]
    assert shown == [[3, 1], [2], [4]]
    assert [one.individual_id for one in in_order(placed(found, MONDAY, CALENDAR), ME)] == [8, 9, None]


@pytest.mark.parametrize(
    ("one", "stands"),
    [
        (open_(1, Kind.NON_ATTENDANCE), False),
        (open_(1, Kind.NON_ATTENDANCE, listed_at=MONDAY), True),
        (open_(1, Kind.NON_ATTENDANCE, listed_at=MONDAY, claimed_by=OTHER), True),
        (open_(1, Kind.DANGER), True),
        (open_(1, Kind.DANGER, claimed_by=OTHER), False),
        (open_(1, Kind.COMPLAINT, claimed_by=OTHER), True),
        (open_(1, Kind.UNRECORDED), True),
        (open_(1, Kind.WORDS), False),
    ],
)
def test_what_stands_on_the_managers_list(one: Open, stands: bool) -> None:
    assert listed(one.item, False, MONDAY, CALENDAR) is stands


@pytest.mark.parametrize(
    ("one", "told", "stands"),
    [
        (open_(1, Kind.CALL), False, False),
        (open_(1, Kind.CALL), True, True),
        (open_(1, Kind.NON_ATTENDANCE), True, True),
        (open_(1, Kind.NON_ATTENDANCE, claimed_by=OTHER, claimed_at=MONDAY), True, False),
        (open_(1, Kind.CANNOT, claimed_by=OTHER, claimed_at=MONDAY), True, True),  # still owed an answer
        (open_(1, Kind.CALL, claimed_by=OTHER, claimed_at=MONDAY - timedelta(days=2.9)), False, False),  # Friday
        (open_(1, Kind.CALL, claimed_by=OTHER, claimed_at=MONDAY - timedelta(days=3.5)), False, True),
        (open_(1, Kind.HELP, claimed_by=OTHER, claimed_at=MONDAY - timedelta(days=5)), False, True),
        (open_(1, Kind.CANNOT, claimed_by=OTHER, claimed_at=MONDAY - timedelta(days=5)), False, True),
        (open_(1, Kind.WORDS, claimed_by=OTHER, claimed_at=MONDAY - timedelta(days=5)), False, False),
        (open_(1, Kind.CALL, claimed_by=OTHER, claimed_at=MONDAY - timedelta(days=5), closed_at=MONDAY), True, False),
    ],
)
def test_what_nobody_took_or_answered_comes_on_the_managers_list(one: Open, told: bool, stands: bool) -> None:
    assert listed(one.item, told, MONDAY, CALENDAR) is stands


def test_on_the_managers_list_it_does_not_count_who_has_something() -> None:
    held = open_(1, Kind.HELP, reason=Want.FOOD.value, claimed_by=OTHER)
    free = open_(2, Kind.CHANGED)
    assert [one.lead.open.item.id for one in in_order(placed([free, held], MONDAY, CALENDAR))] == [1, 2]


def test_whoever_is_no_manager_is_shown_what_is_theirs_whichever_list_they_ask_for() -> None:
    everything = in_order(placed([open_(1, Kind.CALL)], MONDAY, CALENDAR), ME)
    assert of_view(everything, None, View.LIST) == everything
    assert of_view(everything, (), View.LIST) == ()


@pytest.mark.parametrize(
    ("total", "page", "first"), [(0, 0, 0), (1, 5, 0), (PAGE, 1, 0), (PAGE + 1, 1, PAGE), (9, -1, 0)]
)
def test_a_page_that_is_not_there_is_the_last_one(total: int, page: int, first: int) -> None:
    assert first_of_page(total, page) == first

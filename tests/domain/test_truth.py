"""Is it still true at the moment of sending? Of a date that somebody can't make, and of one that has moved."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.appointments import Appointment, Status
from domain.appointments import Kind as What
from domain.attendance import Outcome, Record
from domain.compliance import Item, Kind
from domain.facts import AboutAppointment, AboutItem
from domain.orders import Order
from domain.orders import Status as OrderStatus
from domain.outbox import Owed, Subject, To
from domain.people import Individual, Staff
from domain.truth import gates

STARTS = datetime(2026, 11, 30, 10, tzinfo=UTC)
ASKED = datetime(2026, 11, 24, 17, 30, tzinfo=UTC)
LATER = ASKED + timedelta(hours=1)
SAM, KIRSTY = Individual(1, "C1", "Sam"), Staff(1, "CM1", "Kirsty Muir", frozenset())
ORDER = Order(1, "O1", 1, date(2026, 9, 1), frozenset(), OrderStatus.ACTIVE)
DATE = Appointment(1, "A1", 1, What.UNPAID_WORK, STARTS.date(), STARTS)
ABOUT = AboutAppointment(DATE, ORDER, SAM)
OPEN = Item(1, Kind.CANNOT, 1, 1, 1, ASKED)
ANSWERED = replace(OPEN, closed_at=LATER, outcome="still_come")
MOVED = replace(ABOUT, appointment=replace(DATE, retimed_at=LATER + timedelta(hours=1)))
CANCELLED = replace(ABOUT, appointment=replace(DATE, status=Status.CANCELLED))


def so(kind: str, item: Item, about: AboutAppointment | None) -> bool:
    owed = Owed(kind, Subject("item", item.id), To.INDIVIDUAL, LATER, individual_id=1)
    return not gates(owed, AboutItem(item, SAM, ORDER, about), linked=True, died=False).no_longer_so


@pytest.mark.parametrize(
    ("about", "true"),
    [
        (ABOUT, True),
        (replace(ABOUT, appointment=replace(DATE, retimed_at=ASKED)), True),  # moved before they said so
        (replace(ABOUT, appointment=replace(DATE, moved_at=LATER)), True),  # at another place
        (MOVED, False),
        (CANCELLED, False),
        (replace(ABOUT, order=replace(ORDER, status=OrderStatus.REVOKED)), False),
        (replace(ABOUT, on_hold="custody"), False),
        (replace(ABOUT, standing=Record(Outcome.NOT_EXPECTED, LATER)), False),
        (replace(ABOUT, told_not_to_come_by=KIRSTY), False),
        (None, False),
    ],
)
def test_that_a_date_still_stands_is_said_only_of_one_that_does(about: AboutAppointment | None, true: bool) -> None:
    assert so("still_waiting", OPEN, about) is true
    assert not so("still_waiting", replace(OPEN, closed_at=LATER), about)


@pytest.mark.parametrize(
    ("about", "true"),
    [
        (ABOUT, True),
        (replace(ABOUT, told_not_to_come_by=KIRSTY), True),  # that is what is answered
        (replace(ABOUT, standing=Record(Outcome.NOT_EXPECTED, LATER)), True),  # of which nobody is told anything
        (replace(ABOUT, standing=Record(Outcome.STOOD_DOWN_AHEAD, LATER)), False),
        (replace(ABOUT, order=replace(ORDER, status=OrderStatus.REVOKED)), False),
        (MOVED, False),
        (CANCELLED, False),
        (None, False),
    ],
)
def test_an_answer_is_about_the_date_that_was_asked_about(about: AboutAppointment | None, true: bool) -> None:
    """It may have waited: *still come* is not said of another day."""
    assert so("cannot_answered", ANSWERED, about) is true
    assert not so("cannot_answered", replace(ANSWERED, withdrawn_at=LATER), about)


@pytest.mark.parametrize(
    ("one", "true"),
    [
        (replace(DATE, status=Status.CANCELLED, revision=2), True),
        (replace(DATE, starts_at=ASKED - timedelta(hours=8), revision=2), True),  # moved to a moment that is over
        (replace(DATE, revision=2), False),  # as they know it
        (replace(DATE, starts_at=STARTS + timedelta(days=2), revision=2), False),
        (replace(DATE, starts_at=STARTS - timedelta(days=2), revision=3), False),  # moved once more since
    ],
)
def test_a_date_is_off_at_the_time_that_they_know_if_there_is_none_then(one: Appointment, true: bool) -> None:
    known = {"was_at": STARTS.isoformat(), "was_place": 0, "was_on": 1, "was_revision": 1}
    owed = Owed("cancelled", Subject("appointment", 1), To.INDIVIDUAL, LATER, revision=2, params=known, family="news")
    assert gates(owed, replace(ABOUT, appointment=one), linked=True, died=False).no_longer_so is not true

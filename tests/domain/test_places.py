"""Who is offered a free place, in which order and when; and who gets it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain import places
from domain.calendar import Calendar
from domain.orders import Order, Requirement
from domain.outbox import OFFER as OFFER_KIND
from domain.outbox import End, Gates, Owed, Send, Status, Subject, To, Verdict, Wait, decide
from domain.people import Individual
from domain.places import Bar, Candidate, Offer, Turn
from domain.reminding import Skip

CALENDAR, LATER = Calendar(), timedelta(hours=2)
ORDER = Order(1, "O1", 1, date(2026, 9, 1), frozenset({Requirement.UNPAID_WORK}), hours=100)
SAM = Individual(1, "C1", "Sam")
ABLE = Candidate(SAM, ORDER)
WEDNESDAY = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
OFFER = Offer(1, 1, WEDNESDAY.date(), WEDNESDAY, WEDNESDAY + timedelta(hours=4), places=2, offered_by=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("changed", "bar"),
    [
        ({}, None),
        ({"lost": 240}, None),
        ({"order": None}, Bar.NO_ORDER),
        ({"hours_done": True}, Bar.HOURS_DONE),
        ({"on_hold": True}, Bar.ON_HOLD),
        ({"busy": True}, Bar.BUSY),
        ({"asked": True}, Bar.ASKED),
        ({"reachable": False}, Bar.NO_MESSAGES),
        ({"individual": replace(SAM, stopped=True)}, Bar.NO_MESSAGES),
        ({"individual": replace(SAM, staff_contact_only=True)}, Bar.NO_MESSAGES),
        ({"individual": replace(SAM, youth=True)}, Bar.NO_MESSAGES),
        ({"individual": replace(SAM, youth=True, youth_consent=True)}, None),
        ({"left_out": True}, Bar.LEFT_OUT),
        ({"left_out": True, "busy": True}, Bar.BUSY),  # what is so outweighs what staff chose
    ],
)
def test_who_is_offered_a_place(changed: dict[str, object], bar: Bar | None) -> None:
    assert replace(ABLE, **changed).bar is bar  # type: ignore[arg-type]


def candidate(n: int, lost: int) -> Candidate:
    return Candidate(Individual(n, f"C{n}", "X"), ORDER, lost)


def test_who_lost_most_to_the_service_is_first() -> None:
    lost = {1: 0, 2: 60, 3: 240, 4: 0, 5: 60}
    found = places.in_turn([candidate(n, minutes) for n, minutes in lost.items()] + [replace(ABLE, busy=True)])
    assert [one.individual.id for one in found] == [3, 2, 5, 1, 4]


@pytest.mark.parametrize(
    ("now", "lost", "first", "rest"),
    [
        ("23 09:00", (240, 0), "23 09:00", "23 11:00"),
        ("23 09:00", (0, 0), "23 09:00", "23 09:00"),  # nobody lost any: nobody waits
        ("23 09:00", (240, 60), "23 09:00", "23 09:00"),  # all of them did
        ("23 19:00", (240, 0), "23 19:00", "24 08:00"),  # the others would hear in quiet hours
        ("23 21:00", (240, 0), "24 08:00", "24 10:00"),  # the head start is waking time
        ("25 08:10", (240, 0), "25 08:10", "25 08:20"),  # short notice: half of what is left until 8:30
        ("25 09:00", (240, 0), "25 09:00", "25 09:00"),
    ],
)
def test_when_each_is_told(now: str, lost: tuple[int, int], first: str, rest: str) -> None:
    able = [candidate(n, minutes) for n, minutes in enumerate(lost, 1)]
    told = places.told_at(able, WEDNESDAY, at(now), LATER, CALENDAR)
    assert told == {1: at(first), 2: at(rest)}


@pytest.mark.parametrize(
    ("taken", "capacity", "expected", "left"),
    [
        (0, 8, 6, 2),
        (1, 8, 7, 1),
        (2, 8, 8, 0),
        (0, 8, 7, 1),  # somebody was booked by other means meanwhile
        (0, 8, 9, 0),  # more than the place holds are booked already
        (0, None, 9, 2),
        (0, 20, 6, 2),  # never more than were offered
    ],
)
def test_what_is_left(taken: int, capacity: int | None, expected: int, left: int) -> None:
    assert places.left(OFFER, taken, capacity, expected) == left


@pytest.mark.parametrize(
    ("changed", "offer", "answer", "free", "now", "turn"),
    [
        ({}, {}, "", 1, "24 12:00", Turn.YOURS),
        ({}, {}, "no_thanks", 1, "24 12:00", Turn.YOURS),  # thought again
        ({}, {}, "taken", 0, "24 12:00", Turn.HAD),
        ({"busy": True}, {}, "taken", 0, "24 12:00", Turn.HAD),  # busy with this very place
        ({}, {}, "", 0, "24 12:00", Turn.GONE),
        ({}, {"closed_at": at("24 11:00")}, "", 1, "24 12:00", Turn.GONE),
        ({}, {"places": 0}, "", 1, "24 12:00", Turn.GONE),  # never sent
        ({}, {}, "", 1, "25 09:30", Turn.GONE),  # begun
        ({"busy": True}, {}, "", 1, "24 12:00", Turn.BUSY),
        ({"hours_done": True}, {}, "", 1, "24 12:00", Turn.GONE),
        ({"on_hold": True}, {}, "", 1, "24 12:00", Turn.GONE),
        ({"order": None}, {}, "", 1, "24 12:00", Turn.GONE),
        ({"asked": True, "left_out": True}, {}, "", 1, "24 12:00", Turn.YOURS),
    ],
)
def test_who_gets_it(
    changed: dict[str, object], offer: dict[str, object], answer: str, free: int, now: str, turn: Turn
) -> None:
    found = places.turn(
        replace(OFFER, **offer),
        answer,
        free,
        replace(ABLE, **changed),
        at(now),  # type: ignore[arg-type]
    )
    assert found is turn


@pytest.mark.parametrize(
    ("now", "gates", "verdict"),
    [
        ("24 12:00", Gates(), Send()),
        ("23 21:00", Gates(), Wait(at("24 08:00"))),  # quiet hours hold it
        ("23 12:00", Gates(cap_reached=True), Wait(at("24 12:00"), Skip.CAP_REACHED)),  # and so does the cap
        ("24 12:00", Gates(no_longer_so=True), End(Status.CANCELLED, "no_longer_so")),
        ("25 08:30", Gates(), End(Status.MISSED, Skip.TOO_LATE)),  # an hour before the start
        ("24 12:00", Gates(stopped=True), End(Status.SUPPRESSED, Skip.STOPPED)),
    ],
)
def test_what_holds_an_offer_back(now: str, gates: Gates, verdict: Verdict) -> None:
    expires = WEDNESDAY - timedelta(hours=1)
    owed = Owed(OFFER_KIND, Subject("offered", 1), To.INDIVIDUAL, at(now), expires, individual_id=1)
    assert decide(owed, gates, at(now), CALENDAR) == verdict

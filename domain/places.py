"""Free places of a session: who is offered one, in which order, and who gets it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.about import Facts
from domain.appointments import Place
from domain.calendar import Calendar
from domain.orders import Order
from domain.outbox import OFFER, Owed, Subject, To
from domain.people import Individual, Staff
from domain.reminding import LEAST_NOTICE

LOOK_AHEAD = timedelta(days=14)  # how far ahead a place is offered
STOOD_DOWN = "stood_down"  # the cause of an offer that stands in for a day that is off
FAMILY = "offer"
REF = "offer:"  # how the references of dates begin that an offer has booked
PAGE = 12  # sessions or people on one message
TICKS = 30  # people to tick on one message: only their references
NAMES = 36  # people named in one line of a message


class Said(StrEnum):
    """What became of an offer to one person. Nothing at all is kept of silence."""

    TAKEN = "taken"
    NO_THANKS = "no_thanks"  # kept so that nobody is asked twice, and read for nothing else
    LEFT_OUT = "left_out"  # by staff, before anything was sent
    TOO_LATE = "too_late"  # they wanted it, and it had gone: they are told if one is free again
    GIVEN_BACK = "given_back"  # they had one, and cannot come


@dataclass(frozen=True)
class Offer:
    """Free places of one session. While staff still look at it, it offers none (`places` is 0)."""

    id: int
    place_id: int
    day: date
    starts_at: datetime
    ends_at: datetime
    places: int
    offered_by: int
    staff_id: int | None = None  # who runs the session
    cause: str = ""
    closed_at: datetime | None = None

    @property
    def sent(self) -> bool:
        return self.places > 0

    def open_at(self, now: datetime) -> bool:
        """Until it is full or the session begins."""
        return self.sent and self.closed_at is None and now < self.starts_at

    def runs_at(self, now: datetime) -> bool:
        """Whether a place that is free again can still be somebody else's, who has to set out in time."""
        return self.sent and now < self.starts_at - LEAST_NOTICE


@dataclass(frozen=True)
class Offered:
    """One offer to one person, on one order of theirs."""

    id: int
    offer_id: int
    individual_id: int
    order_id: int
    answer: str = ""
    appointment_id: int | None = None


@dataclass(frozen=True)
class FreeSession:
    """A session, named by any one of its dates (`appointment_id`; 0 for a day on which there is none yet)."""

    appointment_id: int
    place: Place
    day: date
    starts_at: datetime
    ends_at: datetime
    staff_id: int
    free: int | None  # None: nobody has said how many the place holds
    expected: int = 0


# ── Who is offered a place ──────────────────────────────────────────────────────────────────────────────────────────


class Bar(StrEnum):
    """Why somebody who is ticked for a place is not offered it, in the order in which it is asked."""

    NO_ORDER = "no_order"  # nothing to work off: no active order with unpaid work
    HOURS_DONE = "hours_done"
    ON_HOLD = "on_hold"
    BUSY = "busy"  # a date of theirs is on that day
    ASKED = "asked"  # about this session, whatever they said, if they said anything
    NO_MESSAGES = "no_messages"  # stopped, not linked, staff contact only, or under 18 without a yes
    LEFT_OUT = "left_out"


@dataclass(frozen=True)
class Candidate:
    """Somebody who is ticked for a place, and what decides whether they are offered it."""

    individual: Individual
    order: Order | None = None
    lost: int = 0  # minutes that the service let go, on that order
    hours_done: bool = False
    on_hold: bool = False
    busy: bool = False
    asked: bool = False
    reachable: bool = True
    left_out: bool = False

    @property
    def bar(self) -> Bar | None:
        bars = (
            (Bar.NO_ORDER, self.order is None),
            (Bar.HOURS_DONE, self.hours_done),
            (Bar.ON_HOLD, self.on_hold),
            (Bar.BUSY, self.busy),
            (Bar.ASKED, self.asked),
            (Bar.NO_MESSAGES, not (self.reachable and may_be_written_to(self.individual))),
            (Bar.LEFT_OUT, self.left_out),
        )
        return next((bar for bar, holds in bars if holds), None)


def owed(offer: Offer, offered_id: int, individual_id: int, due_at: datetime, step: str = "") -> Owed:
    """The message that offers one person a place. Of no use once it is too late to set out."""
    return Owed(
        kind=OFFER,
        subject=Subject("offered", offered_id),
        to=To.INDIVIDUAL,
        due_at=due_at,
        expires_at=offer.starts_at - LEAST_NOTICE,
        step=step,
        individual_id=individual_id,
        family=FAMILY,
    )


def may_be_written_to(individual: Individual) -> bool:
    """Whether the chat may be used at all, a linked phone apart."""
    youth = individual.youth and not individual.youth_consent
    return not (individual.stopped or individual.staff_contact_only or youth)


def in_turn(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Those who are offered a place, in the order in which they are told: who lost most to the service first."""
    able = [one for one in candidates if one.bar is None]
    return sorted(able, key=lambda one: (-one.lost, one.individual.case_ref))


def told_at(
    able: Sequence[Candidate], starts_at: datetime, now: datetime, later: timedelta, calendar: Calendar
) -> Mapping[int, datetime]:
    """When each of these is told (by individual): who lost hours to the service at once, the others `later`.

    The head start is waking time, so it counts from the end of quiet hours; and where time is short, it is half of what
    is left until it is too late to set out. If nobody lost any, or all did, nobody waits.
    """
    first = calendar.quiet_ends(now)
    left = max(starts_at - LEAST_NOTICE - first, timedelta())
    rest = calendar.quiet_ends(first + min(later, left / 2))
    nobody_waits = len({one.lost > 0 for one in able}) < 2
    return {one.individual.id: first if one.lost or nobody_waits else rest for one in able}


# ── Who gets it ─────────────────────────────────────────────────────────────────────────────────────────────────────


class Turn(StrEnum):
    """What comes of *Yes please*."""

    YOURS = "yours"
    HAD = "had"  # they have it already: a second tap
    GONE = "gone"
    BUSY = "busy"  # they have been given another date on that day


def left(offer: Offer, taken: int, capacity: int | None, expected: int) -> int:
    """How many places of an offer are free: never more than the place holds, whoever has been booked since."""
    room = offer.places - taken
    return max(min(room, capacity - expected) if capacity is not None else room, 0)


def turn(offer: Offer, answer: str, free: int, candidate: Candidate, now: datetime) -> Turn:
    """Whether a place goes to somebody who says yes now. Whoever said no may think again while there is one."""
    if answer == Said.TAKEN:
        return Turn.HAD
    if candidate.busy:
        return Turn.BUSY
    may_work = candidate.order is not None and not candidate.hours_done and not candidate.on_hold
    return Turn.YOURS if offer.open_at(now) and free > 0 and may_work else Turn.GONE


def ref(offer_id: int, individual_id: int) -> str:
    """The reference of the date that a taken place becomes."""
    return f"{REF}{offer_id}:{individual_id}"


# ── What staff are shown ────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class AboutSpare(Facts):
    """What one member of staff may offer, or tick people for: sessions ahead with free places, and all places."""

    staff: Staff
    sessions: tuple[FreeSession, ...]
    places: tuple[Place, ...]
    runners: Mapping[int, Staff]
    offered: tuple["AboutOffer", ...]  # by them, and not closed yet
    days: Mapping[int, tuple[FreeSession, ...]]  # by place: the days ahead without a session, as one of them would be


@dataclass(frozen=True)
class AboutTicks(Facts):
    """The people whom one member of staff may tick, and the places (ids) for which each is ticked."""

    staff: Staff
    places: tuple[Place, ...]
    people: tuple[Individual, ...]
    ticked: Mapping[int, Collection[int]]


@dataclass(frozen=True)
class Seen:
    """People as far as a reader may know who they are: those whom they may, and how many others there are."""

    named: tuple[Individual, ...] = ()
    others: int = 0


@dataclass(frozen=True)
class Company:
    """Whom somebody meets who goes to a place: who is booked there on that day, and who was asked and may come."""

    booked: Seen = Seen()
    asked: Seen = Seen()

    @property
    def named(self) -> tuple[Individual, ...]:
        return (*self.booked.named, *self.asked.named)


@dataclass(frozen=True)
class AboutOffer(Facts):
    """An offer as staff see it: what is free, what is taken, and who would be told when. Never who said no.

    Of a day on which the place has no session yet, `like` is the day of the session whose hours and supervisor it has.
    """

    offer: Offer
    place: Place
    runner: Staff | None
    free: int
    taken: int
    candidates: tuple[Candidate, ...] = ()  # in turn, and those who are not offered it after them
    told_at: Mapping[int, datetime] | None = None
    like: date | None = None
    company: Company = Company()

    @property
    def able(self) -> int:
        """How many would be offered a place."""
        return sum(one.bar is None for one in self.candidates)

    @property
    def listed(self) -> int:
        """How long the longest of its lists is, in people that one message of `PAGE` holds."""
        names = max(len(self.company.booked.named), len(self.company.asked.named))
        return max(len(self.candidates), -(-names // NAMES) * PAGE)

    @property
    def runner_is_there(self) -> bool:
        return self.runner is None or (
            self.runner.active_on(self.offer.day) and not self.runner.away_on(self.offer.day)
        )

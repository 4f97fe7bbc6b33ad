"""A session that is off before it begins: who hears of it when, and whom somebody has to ring."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.about import Facts
from domain.appointments import Place
from domain.calendar import Calendar
from domain.outbox import STAND_DOWN, End, Gates, Owed, Send, Subject, To, Wait, decide
from domain.people import Individual, Staff
from domain.places import AboutOffer
from domain.reminding import LEAST_NOTICE

CAUSES = ("no_supervisor", "weather", "vehicle", "other")
LOOK_AHEAD = timedelta(days=7)  # how far ahead a session is stood down
UNDO_WITHIN = timedelta(minutes=10)
FAMILY = "stand_down"


class Told(StrEnum):
    """How one person hears of it."""

    CHAT = "chat"
    RING = "ring"  # no message reaches them an hour before the start: a person rings
    BOTH = "both"  # a message goes, but too late to rely on
    NOT = "not"  # they are not expected: on hold, or no order any more


@dataclass(frozen=True)
class Hearing:
    """How and when one person hears that their date (`appointment_id`) is off. `suited`: the places (ids) for which
    they are ticked."""

    appointment_id: int
    individual: Individual
    told: Told
    at: datetime | None = None
    suited: Collection[int] = frozenset()


@dataclass(frozen=True)
class Indoor:
    """Somewhere else to go on that day, with room, and how many of the session are ticked for it. `staff_id`: who runs
    a session there on that day anyhow, whose hours these are."""

    place: Place
    free: int
    ticked: int
    starts_at: datetime
    ends_at: datetime
    staff_id: int | None = None


@dataclass(frozen=True)
class AboutStandDown(Facts):
    """A session, named by any of its dates: who would hear that it is off (`hearings`), and who has (`off`)."""

    appointment_id: int
    place: Place | None
    runner: Staff | None
    day: date
    starts_at: datetime
    hearings: tuple[Hearing, ...]
    off: tuple[Hearing, ...] = ()
    settled: int = 0  # how many have another outcome already, which stays
    indoor: tuple[Indoor, ...] = ()
    undoable: bool = False  # stood down just now, and nobody has been told
    instead: AboutOffer | None = None  # the places indoors that were chosen for them, and to whom they go


@dataclass(frozen=True)
class Standing:
    """A session ahead that may be stood down, named by one of its dates."""

    appointment_id: int
    place: Place | None
    runner: Staff | None
    day: date
    starts_at: datetime
    expected: int


@dataclass(frozen=True)
class AboutStandDowns(Facts):
    """The sessions ahead that one member of staff may stand down."""

    staff: Staff
    sessions: tuple[Standing, ...]


def instead(indoor: Indoor, cause: str) -> bool:
    """Whether people can be sent there: without a supervisor only where somebody else runs the day."""
    return indoor.staff_id is not None or cause != "no_supervisor"


def owed(
    appointment_id: int, individual: Individual, starts_at: datetime, now: datetime, offered: int = 0, round_: int = 0
) -> Owed:
    """The message that a date is off, perhaps with a place somewhere else. Of no use once it would have begun.
    `round_`: how often the date was on again before."""
    params = ({"agreed": 1} if individual.early_agreed else {}) | ({"offered": offered} if offered else {})
    return Owed(
        kind=STAND_DOWN,
        subject=Subject("appointment", appointment_id),
        to=To.INDIVIDUAL,
        due_at=now,
        expires_at=starts_at,
        step=str(round_) if round_ else "",
        individual_id=individual.id,
        params=params,
        family=FAMILY,
    )


def hears(
    message: Owed, gates: Gates, starts_at: datetime, now: datetime, calendar: Calendar
) -> tuple[Told, datetime | None]:
    """How and when this person hears, by the very rules by which the message will be weighed. Whoever cannot be told
    an hour before the start is rung."""
    if gates.died or gates.order_ended or gates.on_hold:
        return Told.NOT, None
    match decide(message, gates, now, calendar):
        case Send():
            at = now
        case Wait(until):
            at = until
        case End():
            return Told.RING, None
    if at >= starts_at:
        return Told.RING, None
    return (Told.CHAT if at <= starts_at - LEAST_NOTICE else Told.BOTH), at

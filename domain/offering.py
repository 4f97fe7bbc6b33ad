"""Which questionnaires are owed to a person and when: at the start of an order, ahead of each review, at the end.

An *occasion* names what a form is for: `start`, `review:1`, `review:2` …, `end`. The first reviews have the numbers of
the limits for which they are asked; one that comes between takes the next that is free. A form that was offered stays
the person's to answer; until then it follows what is on record.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from domain.appointments import Kind
from domain.calendar import Calendar
from domain.orders import Order, Status
from domain.people import Individual
from domain.reminding import Skip
from domain.standards import Reading

START, REVIEW, END = "start", "review", "end"
CLOCK = "review"  # the clock of the standards that says by when each review is due
BEFORE_REVIEW = timedelta(days=7)  # so that its answers can be talked about there
BETWEEN = timedelta(days=28)  # nobody is asked about their life twice within four weeks; the end is asked all the same
BEGINS = frozenset({Kind.SUPERVISION, Kind.FIRST_CONTACT})  # where no induction is booked, the first of these is one
STARTS = BEGINS | {Kind.INDUCTION}
REVIEWS = frozenset({Kind.REVIEW, Kind.COURT_REVIEW})
ASKED_AGAIN = (timedelta(days=3), timedelta(days=10))  # after the offer; never a third time
AGAIN_AT = time(12)  # when few are in bed, at work's busiest, or at the school gate

FORMS = {START: "baseline", REVIEW: "review"}  # of the end, what the order's status says
FORM_OWED = {
    Status.COMPLETED: "exit",
    Status.REVOKED_EARLY: "exit",
    Status.REVOKED: "early_end",
    Status.BREACHED: "early_end",
}


def review(number: int) -> str:
    """The occasion of the review of this number, from 1."""
    return f"{REVIEW}:{number}"


def kind_of(occasion: str) -> str:
    """`start`, `review` or `end`."""
    return occasion.partition(":")[0]


# ── What is owed ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Dated:
    """A booked date of an order, or an induction that is on record as a step. `was_there`: it was booked, or held as
    a step, before the caseload was first read."""

    order_id: int
    kind: Kind
    day: date
    came: bool | None  # in full or in part; None while nobody has said
    was_there: bool = False


@dataclass(frozen=True)
class Asked:
    """A form that is on record as owed."""

    order_id: int
    occasion: str
    on: date


@dataclass(frozen=True)
class Known:
    """What is on record of one person, as far as their forms depend on it. `since`: the day on which the caseload was
    first read, if it was."""

    orders: Sequence[Order] = ()
    dates: Sequence[Dated] = ()
    reviews: Mapping[int, Sequence[Reading]] = field(default_factory=dict)  # the steps of the review's clock, by order
    asked: Sequence[Asked] = ()
    since: date | None = None


@dataclass(frozen=True)
class Due:
    """A form that is owed now."""

    order: Order
    occasion: str
    form: str


def due(known: Known, today: date) -> tuple[Due, ...]:
    """What is owed today, at most one of each occasion of an order. Nothing at all to somebody who died."""
    if any(one.status is Status.DIED for one in known.orders):
        return ()
    ended = form_owed(known.orders)
    found = [Due(ended[1], END, ended[0])] if ended is not None else []
    asked = {(one.order_id, one.occasion) for one in known.asked}
    lately = any(kind_of(one.occasion) != END and today - one.on < BETWEEN for one in known.asked)
    for order in sorted((one for one in known.orders if one.active), key=lambda one: (one.imposed_on, one.id)):
        for occasion in _running(order, known, today):
            if (order.id, occasion) in asked or not lately:
                found.append(Due(order, occasion, FORMS[kind_of(occasion)]))
                lately |= (order.id, occasion) not in asked
    return tuple(found)


def _running(order: Order, known: Known, today: date) -> list[str]:
    number = _review(order, known, today)
    return [*([START] if _begun(order, known, today) else []), *([review(number)] if number else [])]


def _begun(order: Order, known: Known, today: date) -> bool:
    """The induction was attended; where none was and none is ahead, the first date at which they were seen. Not of an
    order that ran when the caseload was first read: what is known of it is not its beginning."""
    mine = [one for one in known.dates if one.order_id == order.id]
    inductions = [one for one in mine if one.kind is Kind.INDUCTION]
    held = [one for one in inductions if one.came and one.day <= today]
    if held:
        return any(_since_then(one, known) for one in held)
    if any(one.came is None and one.day >= today for one in inductions):
        return False
    seen = [one for one in mine if one.kind in BEGINS and one.came]
    return bool(seen) and not any(one.was_there for one in mine)


def _since_then(one: Dated, known: Known) -> bool:
    """Whether a date is of the time since the caseload is read here."""
    return not one.was_there or (known.since is not None and one.day >= known.since)


def _review(order: Order, known: Known, today: date) -> int | None:
    """The number of the review ahead of which they are asked now. One that is booked has a form of its own, whether or
    not a limit asks for it; a form that was asked for within four weeks serves for it."""
    reads, booked = known.reviews.get(order.id, ()), _booked_review(order, known, today)
    number = next_review(reads, booked, today)
    days = [*([booked] if booked is not None else []), *(one.due for one in reads if one.number == number)]
    near = any(day - BEFORE_REVIEW <= today <= day for day in days)
    if number is None and not near:
        return None
    reviews = [one for one in known.asked if one.order_id == order.id and kind_of(one.occasion) == REVIEW]
    asked = {int(one.occasion.partition(":")[2]): one.on for one in reviews}
    last = max(asked, key=lambda one: (asked[one], one), default=None)
    if last is not None and today - asked[last] < BETWEEN:
        return last
    number = number or 1
    return max(asked) + 1 if number in asked and near else number


def _booked_review(order: Order, known: Known, today: date) -> date | None:
    ahead = [one.day for one in known.dates if one.order_id == order.id and one.kind in REVIEWS]
    return min((day for day in ahead if day >= today), default=None)


def next_review(reads: Sequence[Reading], booked: date | None, today: date) -> int | None:
    """The number of the review that lies within a week, by its limit or by the date that is booked for it, if that is
    sooner. One that is overdue is asked about only if it is booked after all, and lost once the next one is due."""
    found = None
    for one in reads:
        if one.done is not None or one.left_out is not None:
            continue
        following = next((after.due for after in reads if after.number == one.number + 1), date.max)
        if following < today:
            continue
        mine = booked if booked is not None and booked <= following else None
        booked = None if mine is not None else booked  # it stands for one review
        day = min(one.due, mine or one.due) if one.due >= today else mine
        if day is not None and day - BEFORE_REVIEW <= today <= max(day, mine or day):
            found = one.number
    return found


def form_owed(orders: Iterable[Order]) -> tuple[str, Order] | None:
    """The form owed at the end to one individual, and the order that owes it, or None.

    One form when the last of a person's orders ends: the kind owed by the latest-ended order that owes one.
    Nothing while another order is open, and nothing at all to somebody who died.
    """
    known = list(orders)
    if any(order.active or order.status is Status.DIED for order in known):
        return None
    owing = [order for order in known if order.status in FORM_OWED]
    if not owing:
        return None
    last = max(owing, key=lambda order: (order.ended_on or order.imposed_on, order.id))
    return FORM_OWED[last.status], last


# ── Offering it ─────────────────────────────────────────────────────────────────────────────────────────────────────


class How(StrEnum):
    """What makes a form count as offered: Telegram took it, its text message was received, or staff put it on
    record."""

    TELEGRAM = "telegram"
    TEXT = "text"
    STAFF = "staff"


BLOCKED = "blocked"  # beside the skips: Telegram does not reach the chat


def bar(individual: Individual, linked: bool, way: bool, hold: str = "") -> str:
    """Why the form is not offered to a person as things are: a code; empty if it is. `way`: some message can reach
    them, `linked`: there is a chat."""
    bars = (
        (f"hold_{hold}", bool(hold)),
        (Skip.STAFF_CONTACT_ONLY.value, individual.staff_contact_only),
        (Skip.YOUTH.value, individual.youth and not individual.youth_consent),
        (Skip.STOPPED.value, individual.stopped),
        (BLOCKED, linked and not way),
        (Skip.NOT_LINKED.value, not way),
    )
    return next((code for code, holds in bars if holds), "")


def asked_again(offered_at: datetime, closes: timedelta, calendar: Calendar) -> list[tuple[datetime, datetime]]:
    """When somebody who has not answered is asked again, and until when each is of use: until the next, or the end."""
    day = calendar.day(offered_at)
    moments = [calendar.at(day + after, AGAIN_AT) for after in ASKED_AGAIN if after < closes]
    ends = [*moments[1:], offered_at + closes]
    return list(zip(moments, ends, strict=True)) if moments else []


class Said(StrEnum):
    """What became of asking somebody in person. Only who was reached has been offered anything."""

    LATER = "later"  # offered: they will think about it, or took a paper home
    NO = "no"  # offered: they said no
    UNREACHED = "unreached"

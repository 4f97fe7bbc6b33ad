"""Appointments and unpaid work sessions, and what an individual is told ahead of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby, islice

from domain import reminding
from domain.calendar import Calendar
from domain.outbox import Owed, Subject, To
from domain.reminding import EVENING_BEFORE, Does, Due, Rules


class Kind(StrEnum):
    """What an appointment is for."""

    FIRST_CONTACT = "first_contact"
    INDUCTION = "induction"
    SUPERVISION = "supervision"
    HOME_VISIT = "home_visit"
    REVIEW = "review"
    COURT_REVIEW = "court_review"
    UNPAID_WORK = "unpaid_work"
    OTHER_ACTIVITY = "other_activity"
    GROUP = "group"
    OTHER = "other"


class Status(StrEnum):
    """Whether an appointment is on."""

    BOOKED = "booked"
    CANCELLED = "cancelled"


class Answer(StrEnum):
    """What an individual tapped under a reminder or a caring message."""

    COMING = "coming"
    CANNOT = "cannot"
    HELP = "help"
    CALL = "call"
    WAS_THERE = "was_there"
    OK = "ok"


class Reason(StrEnum):
    """Why somebody cannot come, in buttons."""

    HEALTH = "health"
    WORK = "work"
    CARE = "care"
    TRAVEL = "travel"
    OTHER = "other"


@dataclass(frozen=True)
class Place:
    """Where. Only the nickname is ever shown to an individual by default: it is discreet by agreement."""

    id: int
    ref: str
    nickname: str
    address: str = ""
    bring: str = ""
    capacity: int | None = None


@dataclass(frozen=True)
class Appointment:
    """One date of one individual. `revision` rises whenever its date, time or place changes."""

    id: int
    ref: str
    order_id: int
    kind: Kind
    day: date
    starts_at: datetime
    ends_at: datetime | None = None
    place_id: int | None = None
    staff_id: int | None = None
    bring: str = ""
    status: Status = Status.BOOKED
    revision: int = 1
    booked_at: datetime | None = None  # when it became known; none: it was there when the caseload was first read
    moved_at: datetime | None = None  # when its date, time or place last changed, or whether it is on
    retimed_at: datetime | None = None  # when it was last put at another time ahead or a day that is past, or on again

    @property
    def booked(self) -> bool:
        return self.status is Status.BOOKED

    def not_moved_since(self, at: datetime) -> bool:
        """Whether what was said of it then is still about the same date: another place does not make it another."""
        return self.retimed_at is None or self.retimed_at <= at

    @property
    def over_at(self) -> datetime:
        """When it is over; an appointment without an end is taken to last an hour."""
        return self.ends_at or self.starts_at + timedelta(hours=1)

    @property
    def session(self) -> "Session | None":
        """The session that this date is part of, or None if nobody is named to run it."""
        return Session(self.staff_id, self.day, self.place_id or 0) if self.staff_id is not None else None

    @property
    def on_register(self) -> "Session":
        """The same; staff 0 if nobody is named to run it."""
        return self.session or Session(0, self.day, self.place_id or 0)


@dataclass(frozen=True)
class Session:
    """What a supervisor runs: a date, a place (0 for none) and a member of staff (0: nobody is named)."""

    staff_id: int
    day: date
    place_id: int


@dataclass(frozen=True)
class Reply:
    """What an individual said about a date, and when."""

    answer: Answer
    at: datetime
    reason: str = ""


def plan_reminders(
    appointment: Appointment,
    individual_id: int,
    calendar: Calendar,
    now: datetime,
    rules: Rules = EVENING_BEFORE,
    nudged: bool = False,
    nth: int = 0,
) -> list[Owed]:
    """Everything owed ahead of one appointment by the rules, as of `now`: none for one that is off or has begun.

    `nudged`: the person asked for a word on the morning itself. `nth`: which of its order's booked dates it is, by
    start (1 is the first; 0: not one of the first). `appointment.booked_at` is what makes a booking news; none, and it
    is not. `usecases.reminding.wanted` finds all of these for many appointments at once. What was sent is never owed
    again: reconcile with `db.outbox.plan` or `changes`, family "reminders".
    """
    if not appointment.booked or appointment.starts_at <= now:
        return []
    steps = rules.steps_for(appointment.kind, nudged, nth)
    planned = reminding.plan(steps, appointment.day, appointment.starts_at, appointment.booked_at, now, calendar)
    return [_owed(appointment, individual_id, due, rules.version) for due in planned]


def _owed(appointment: Appointment, individual_id: int, due: Due, version: str) -> Owed:
    """A booking is news once, however often the date moves; a reminder is of the date as it stands."""
    news, rings = due.step.at is None, due.step.does is Does.RING
    return Owed(
        kind="ring" if rings else "booked" if news else "reminder",
        subject=Subject("appointment", appointment.id),
        to=To.WORKER if rings else To.INDIVIDUAL,
        due_at=due.at,
        expires_at=due.expires_at,
        step=due.step.name,
        revision=0 if news else appointment.revision,
        individual_id=individual_id,
        params={} if due.step.essential else {"extra": 1},
        family="reminders",
        rules=version,
    )


def nth_of_order(booked: Iterable[tuple[int, datetime, int]], most: int) -> dict[int, int]:
    """Of booked dates (order id, start, id), the first of each order: which they are, from 1 to `most`, by id."""
    return {
        id_: nth
        for _, dates in groupby(sorted(booked), key=lambda one: one[0])
        for nth, (_, _, id_) in enumerate(islice(dates, most), 1)
    }

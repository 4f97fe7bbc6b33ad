"""Appointments and unpaid work sessions, and what an individual is told ahead of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from domain.calendar import Calendar
from domain.outbox import Owed, Subject, To


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

    @property
    def booked(self) -> bool:
        return self.status is Status.BOOKED

    @property
    def over_at(self) -> datetime:
        """When it is over; an appointment without an end is taken to last an hour."""
        return self.ends_at or self.starts_at + timedelta(hours=1)

    @property
    def session(self) -> "Session | None":
        """The session that this date is part of, or None if nobody is named to run it."""
        return Session(self.staff_id, self.day, self.place_id or 0) if self.staff_id is not None else None


@dataclass(frozen=True)
class Session:
    """What a supervisor runs: a date, a place (0 for none) and a member of staff."""

    staff_id: int
    day: date
    place_id: int


@dataclass(frozen=True)
class Reply:
    """What an individual said about a date, and when."""

    answer: Answer
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class Step:
    """One reminder ahead of an appointment: a wall time so many days before."""

    name: str
    days_before: int
    at: time


EVE = Step("eve", 1, time(18))  # one day before, in the evening: the step with evidence (field notes 4.1, 4.3)


def plan_reminders(
    appointment: Appointment,
    individual_id: int,
    calendar: Calendar,
    now: datetime,
    steps: Sequence[Step] = (EVE,),
) -> list[Owed]:
    """The reminders owed for one appointment, as of `now`: none for one that is off or has begun.

    A booking that comes after its evening is reminded at once, as long as it has not begun.
    """
    if not appointment.booked or appointment.starts_at <= now:
        return []
    dues = [(step, calendar.at(appointment.day - timedelta(days=step.days_before), step.at)) for step in steps]
    return [
        Owed(
            kind="reminder",
            subject=Subject("appointment", appointment.id),
            to=To.INDIVIDUAL,
            due_at=due,
            expires_at=appointment.starts_at,
            step=step.name,
            revision=appointment.revision,
            individual_id=individual_id,
            family="reminders",
        )
        for step, due in dues
    ]

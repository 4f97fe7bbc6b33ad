"""Everything that the bot will say unasked, as rows: what is owed, and what becomes of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from domain.calendar import Calendar

Params = Mapping[str, str | int]
FADED = frozenset({"faded", "item_faded"})  # kinds that take the place of what has stood long enough
WIPE = "wipe"  # the kind of a row that says nothing: messages are taken out of its chat


class Status(StrEnum):
    """Where a message stands. Every row ends in one of the last six, with a reason."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    CANCELLED = "cancelled"
    MISSED = "missed"
    UNREACHABLE = "unreachable"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


class To(StrEnum):
    """Whom a message is for: a role, resolved to people when it is sent."""

    INDIVIDUAL = "individual"
    WORKER = "worker"  # the officer or case manager of the order; under 18 the youth team
    COPY = "copy"  # the order's other worker, who owes nothing
    COVER = "cover"  # the worker's cover if named and linked, else everybody on duty
    DUTY = "duty"  # everybody on duty
    MANAGER = "manager"
    RUNNER = "runner"  # who runs the session
    STAFF = "staff"  # one named member of staff: `to_id`
    CHAT = "chat"  # one particular chat, linked or not any more: `to_id`


@dataclass(frozen=True)
class Subject:
    """What a message is about: a type of row and its id."""

    type: str
    id: int = 0

    def __str__(self) -> str:
        return f"{self.type}:{self.id}"

    @staticmethod
    def parse(text: str) -> "Subject":
        """The inverse of `str()`."""
        type_, _, id_ = text.partition(":")
        return Subject(type_, int(id_))


@dataclass(frozen=True)
class Saying:
    """What to say, never the sentence: a kind of message about a subject."""

    kind: str
    subject: Subject
    params: Params = field(default_factory=dict)


class How(StrEnum):
    """How an answer is spoken."""

    EDIT = "edit"  # in place of the message whose button was tapped; as a new message if that cannot be
    SEND = "send"
    MENU = "menu"  # the chat's list of commands


@dataclass(frozen=True)
class Answer:
    """What is said back to the one who spoke, stored with the effects of what they said."""

    saying: Saying
    how: How = How.SEND

    def as_row(self) -> dict[str, object]:
        """JSON-able; `of_row` is the inverse."""
        return {
            "kind": self.saying.kind,
            "subject": str(self.saying.subject),
            "params": dict(self.saying.params),
            "how": self.how.value,
        }

    @staticmethod
    def of_row(row: Mapping[str, Any]) -> "Answer":
        """The inverse of `as_row`."""
        return Answer(Saying(row["kind"], Subject.parse(row["subject"]), row["params"]), How(row["how"]))


NOTHING = Subject("nothing")


def send(kind: str, subject: Subject = NOTHING, **params: str | int) -> Answer:
    """An answer as a new message."""
    return Answer(Saying(kind, subject, params))


def edit(kind: str, subject: Subject = NOTHING, **params: str | int) -> Answer:
    """An answer in place of the message that was tapped."""
    return Answer(Saying(kind, subject, params), How.EDIT)


@dataclass(frozen=True)
class Owed:
    """A message that is owed: unique by kind, subject, step and revision."""

    kind: str
    subject: Subject
    to: To
    due_at: datetime
    expires_at: datetime | None = None
    step: str = ""
    revision: int = 0
    to_id: int | None = None
    individual_id: int | None = None  # whom it is about, so that a death or a STOP can find it
    params: Params = field(default_factory=dict)
    family: str = ""  # what is reconciled together: "" for the rows that nobody replans

    @property
    def key(self) -> str:
        return f"{self.kind}/{self.subject}/{self.step}/{self.revision}"

    @property
    def saying(self) -> Saying:
        return Saying(self.kind, self.subject, self.params)


@dataclass(frozen=True)
class Row:
    """A row of the outbox as it was read. `priority` 0 goes before 1: alerts before reminders."""

    id: int
    owed: Owed
    status: Status
    reason: str = ""
    attempts: int = 0


# ── What Telegram said of a message ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Accepted:
    """Telegram took it. Nothing more is ever known: accepted is not delivered, delivered is not read."""

    message_id: int


@dataclass(frozen=True)
class Unreachable:
    """The person blocked the bot, deleted the account, or never pressed Start."""


@dataclass(frozen=True)
class Refused:
    """It will never be taken as it is."""

    why: str


@dataclass(frozen=True)
class Later:
    """Not now: flood control, or trouble on the way. `seconds` is how long to wait at least."""

    seconds: float


Outcome = Accepted | Unreachable | Refused | Later

# ── Is it still true? ───────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Gates:
    """What decides whether an individual may be told something, read at the moment of sending."""

    linked: bool = True
    stopped: bool = False
    staff_contact_only: bool = False
    youth_without_consent: bool = False
    died: bool = False
    order_ended: bool = False
    on_hold: str = ""
    appointment_cancelled: bool = False
    outcome_recorded: bool = False
    revised: bool = False
    no_longer_so: bool = False  # the miss was corrected, the item was claimed, the form was answered …
    starts_at: datetime | None = None


@dataclass(frozen=True)
class Send:
    """Still true: say it now."""


@dataclass(frozen=True)
class Wait:
    """Still true, but not now."""

    until: datetime


@dataclass(frozen=True)
class End:
    """Not to be said: the row ends here, with its reason."""

    status: Status
    reason: str


Verdict = Send | Wait | End

ABOUT_APPOINTMENT = frozenset({"reminder"})
BY_A_PERSON = frozenset({"answer"})  # what a person writes to somebody who wrote first waits for no quiet hours to end
LEAST_NOTICE = timedelta(hours=1)  # a reminder held by quiet hours goes only if an hour remains (issue: reminders)


def decide(owed: Owed, gates: Gates, now: datetime, calendar: Calendar) -> Verdict:
    """Is it still true, still useful, and allowed, at the moment of sending?"""
    if gates.died:
        return End(Status.CANCELLED, "died")
    if gates.no_longer_so:
        return End(Status.CANCELLED, "no_longer_so")
    if owed.expires_at is not None and now >= owed.expires_at:
        return End(Status.MISSED, "too_late")
    if owed.to is not To.INDIVIDUAL:
        return Send()
    if owed.kind in BY_A_PERSON:
        return _to_individual(gates) or Send()
    return _about_appointment(owed, gates) or _to_individual(gates) or _in_quiet_hours(owed, gates, now, calendar)


def _about_appointment(owed: Owed, gates: Gates) -> End | None:
    """A reminder of a date that is off, moved or over helps nobody."""
    if owed.kind not in ABOUT_APPOINTMENT:
        return None
    ends = (
        (gates.appointment_cancelled, Status.CANCELLED, "appointment_cancelled"),
        (gates.revised, Status.CANCELLED, "moved"),
        (gates.outcome_recorded, Status.CANCELLED, "outcome_recorded"),
    )
    return next((End(status, reason) for holds, status, reason in ends if holds), None)


def _to_individual(gates: Gates) -> End | None:
    """Nobody is written to who may not be, or did not want to be, nor about an order that is held or has ended."""
    ends = (
        (gates.order_ended, Status.CANCELLED, "order_ended"),
        (bool(gates.on_hold), Status.SUPPRESSED, f"hold_{gates.on_hold}"),
        (gates.staff_contact_only, Status.SUPPRESSED, "staff_contact_only"),
        (gates.youth_without_consent, Status.SUPPRESSED, "youth_without_consent"),
        (gates.stopped, Status.SUPPRESSED, "stopped"),
        (not gates.linked, Status.UNREACHABLE, "not_linked"),
    )
    return next((End(status, reason) for holds, status, reason in ends if holds), None)


def _in_quiet_hours(owed: Owed, gates: Gates, now: datetime, calendar: Calendar) -> Verdict:
    """Held until the quiet hours end, if that is still in time."""
    if not calendar.quiet(now):
        return Send()
    until = calendar.quiet_ends(now)
    too_late = gates.starts_at is not None and owed.kind in ABOUT_APPOINTMENT
    if too_late and gates.starts_at is not None and until > gates.starts_at - LEAST_NOTICE:
        return End(Status.MISSED, "quiet_hours")
    return Wait(until)


@dataclass(frozen=True)
class Change:
    """What must be done so that the unsent rows of one family are exactly those wanted."""

    insert: tuple[Owed, ...] = ()
    update: tuple[tuple[int, Owed], ...] = ()
    cancel: tuple[int, ...] = ()


def reconcile(existing: Iterable[Row], wanted: Iterable[Owed]) -> Change:
    """Unsent rows become exactly `wanted`. What was sent, or is being sent, stays and is never owed again;
    what was cancelled and is wanted again is planned again."""
    rows = {row.owed.key: row for row in existing}
    wishes = {owed.key: owed for owed in wanted}
    again = (Status.PLANNED, Status.CANCELLED)
    return Change(
        insert=tuple(owed for key, owed in wishes.items() if key not in rows),
        update=tuple(
            (rows[key].id, owed)
            for key, owed in wishes.items()
            if key in rows
            and rows[key].status in again
            and (rows[key].owed != owed or rows[key].status is Status.CANCELLED)
        ),
        cancel=tuple(row.id for key, row in rows.items() if row.status is Status.PLANNED and key not in wishes),
    )

"""Everything that the bot will say unasked, as rows: what is owed, and what becomes of it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any

from domain import reminding
from domain.calendar import Calendar
from domain.reminding import Skip

Params = Mapping[str, str | int]
FADED = frozenset({"faded", "item_faded", "was_there_faded"})  # kinds that take the place of what has stood long enough
WIPE = "wipe"  # the kind of a row that says nothing: messages are taken out of its chat
ABOUT_NOTHING = frozenset({"faded", WIPE})  # kinds that say nothing of what they are about: nothing is read for them


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
    HOLDER = "holder"  # whoever has taken an item on, else the worker
    RUNNER = "runner"  # who runs the session
    NEAREST = "nearest"  # the first who can be told: `to_id` if named, the worker, their cover, managers
    STAFF = "staff"  # one named member of staff: `to_id`
    CHAT = "chat"  # one particular chat, linked or not any more: `to_id`
    TEXT = "text"  # the individual, in answer to what they texted


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
    rules: str = ""  # the version of the rules by which it is owed

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
    attempts: int = 0  # times that it was said, or may have been
    leased_until: datetime | None = None  # tells one claim from another

    @property
    def perhaps_said(self) -> bool:
        """Whether it is on its way, or nobody knows how its last try ended: it may stand in a chat."""
        return self.status is Status.SENDING or (self.status is Status.PLANNED and self.attempts > 0)


# ── What Telegram said of a message ─────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Accepted:
    """Telegram took it. Nothing more is ever known: accepted is not delivered, delivered is not read. Of a text message
    the gateway took it, under a `reference` by which its receipt comes."""

    message_id: int
    reference: str = ""


@dataclass(frozen=True)
class Unreachable:
    """The person blocked the bot, deleted the account, or never pressed Start."""


@dataclass(frozen=True)
class Refused:
    """It will never be taken as it is."""

    why: str


class Trouble(StrEnum):
    """Why something was not taken, as far as can be known."""

    BUSY = "busy"  # told to wait, or kept back by limits of our own: it was not said
    NEVER_SENT = "never_sent"  # the call did not get away
    UNKNOWN = "unknown"  # no answer came, or a senseless one: it may have been said
    STOPPING = "stopping"  # we are to stop: it was not said, and is left to the next as it is
    TEXTS = "texts"  # of a text message: it is looked for at the gateway before it is sent again
    TEXTS_SHUT = "texts_shut"  # of a text message that was not sent: the gateway had trouble with another
    TEXTS_BUSY = "texts_busy"  # of a text message that was not sent: too many others were on their way

    @property
    def reason(self) -> str:
        """Why a row still waits, or ends."""
        if self in (Trouble.TEXTS, Trouble.TEXTS_SHUT):
            return "texts_trouble"
        return {Trouble.BUSY: "telegram_busy", Trouble.TEXTS_BUSY: "texts_busy"}.get(self, "telegram_trouble")


@dataclass(frozen=True)
class Later:
    """Not now: flood control, or trouble on the way. `seconds` is how long to wait at least."""

    seconds: float
    trouble: Trouble = Trouble.BUSY


Reception = Accepted | Unreachable | Refused | Later

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
    hours_done: bool = False
    just_moved: bool = False  # the message of the change has gone, or goes, instead
    cap_reached: bool = False
    starts_at: datetime | None = None
    booked_at: datetime | None = None
    helps_until: datetime | None = None  # where that is sooner than the row has it


@dataclass(frozen=True)
class Send:
    """Still true: say it now."""


@dataclass(frozen=True)
class Wait:
    """Still true, but not now."""

    until: datetime
    reason: str = "quiet_hours"


@dataclass(frozen=True)
class End:
    """Not to be said: the row ends here, with its reason."""

    status: Status
    reason: str


Verdict = Send | Wait | End

ABOUT_APPOINTMENT = frozenset({"reminder", "booked"})  # what would be told of a date as it stands
RING = "ring"  # the kind of a row that says nothing: a person is asked to ring about a date
NOBODYS_CALL = frozenset({Skip.STAFF_CONTACT_ONLY, Skip.YOUTH, Skip.STOPPED, Skip.NOT_LINKED})  # these bar messages
TOLD_JUST_NOW = "told_just_now"  # why a row ends whose word an answer in the chat has said already
CHANGED = "changed"  # the message that tells of another date, time or place
NEWS = "news_together"  # the kind of a message that tells how several dates are otherwise
# Several for one person, claimed together, are one message: with which others each of these is told.
MERGED = {"reminder": "dates", "booked": "dates", CHANGED: NEWS, "cancelled": NEWS}
TOGETHER = "items_together"  # the kind of a message that lists several alerts
# What a person writes or decides in answer to somebody who wrote first waits for no quiet hours to end.
AT_ANY_HOUR = frozenset({"answer", "cannot_answered", "still_waiting"})
ASKED_FOR = AT_ANY_HOUR | {"ask_taken", "ask_closed", "form_back"}  # answers to what they asked: no cap counts them
OFFER = "place_offer"
OFFERS = frozenset({"form_offer", "form_again", "form_text", OFFER})
STAND_DOWN = "stand_down"
STAND_DOWN_FROM = time(6, 30)  # to save a wasted trip, where that was agreed (field notes 4.3)


def decide(owed: Owed, gates: Gates, now: datetime, calendar: Calendar, off: Collection[Skip] = ()) -> Verdict:
    """Is it still true, still useful, and allowed, at the moment of sending? `off` are rules that do not skip."""
    if gates.died:
        return End(Status.CANCELLED, Skip.DIED)
    if gates.no_longer_so:
        return End(Status.CANCELLED, "no_longer_so")
    expires_at = min((at for at in (owed.expires_at, gates.helps_until) if at is not None), default=None)
    if expires_at is not None and now >= expires_at:
        late = gates.booked_at is not None and gates.booked_at >= expires_at
        return End(Status.MISSED, "booked_late" if late else Skip.TOO_LATE)
    if owed.kind == RING:
        return _skipped(owed, gates, {*off, *NOBODYS_CALL}) or Send()
    if owed.to is not To.INDIVIDUAL:
        return Send()
    return _skipped(owed, gates, off) or _held(owed, gates, now, calendar) or _capped(owed, gates, now, calendar, off)


def _skipped(owed: Owed, gates: Gates, off: Collection[Skip]) -> End | None:
    """A reminder of a date that is off, moved or over helps nobody, nor does a call about it. Nobody is written to who
    may not be, or did not want to be, nor about an order that is held or has ended."""
    dated = owed.kind in ABOUT_APPOINTMENT
    ahead = dated or owed.kind == RING
    ends = (
        (Skip.CANCELLED, ahead and gates.appointment_cancelled, Status.CANCELLED),
        (Skip.REVISED, dated and gates.revised, Status.CANCELLED),
        (Skip.OUTCOME_RECORDED, ahead and gates.outcome_recorded, Status.CANCELLED),
        (Skip.ORDER_ENDED, gates.order_ended, Status.CANCELLED),
        (Skip.ON_HOLD, bool(gates.on_hold), Status.SUPPRESSED),
        (Skip.HOURS_DONE, dated and gates.hours_done, Status.SUPPRESSED),
        (Skip.JUST_MOVED, dated and gates.just_moved, Status.SUPPRESSED),
        (Skip.STAFF_CONTACT_ONLY, gates.staff_contact_only, Status.SUPPRESSED),
        (Skip.YOUTH, gates.youth_without_consent, Status.SUPPRESSED),
        (Skip.STOPPED, gates.stopped, Status.SUPPRESSED),
        (Skip.NOT_LINKED, not gates.linked, Status.UNREACHABLE),
    )
    for skip, holds, status in ends:
        if holds and skip not in off:
            return End(status, f"hold_{gates.on_hold}" if skip is Skip.ON_HOLD else skip)
    return None


def _held(owed: Owed, gates: Gates, now: datetime, calendar: Calendar) -> Wait | End | None:
    """Quiet hours hold only what an individual did not ask for, and what makes a sound, until they end; if that leaves
    too little time before the start, or it would help nobody then, it is missed."""
    if owed.kind in AT_ANY_HOUR or "edit" in owed.params or not calendar.quiet(now):
        return None
    until = calendar.quiet_ends(now)
    if owed.kind == STAND_DOWN and owed.params.get("agreed"):
        until = min(until, calendar.at(calendar.day(until), STAND_DOWN_FROM))
        return Wait(until) if until > now else None
    ahead = gates.starts_at if not gates.appointment_cancelled else None
    late = ahead is not None and ahead > now and not reminding.in_time(until, ahead)
    if late or (owed.expires_at is not None and until >= owed.expires_at):
        return End(Status.MISSED, Skip.QUIET_HOURS)
    return Wait(until)


def droppable(owed: Owed) -> bool:
    """Whether a cap may hold it back: extra steps and offers. Never the evening before, a court date, a change."""
    return owed.to is To.INDIVIDUAL and (owed.kind in OFFERS or bool(owed.params.get("extra")))


def _capped(owed: Owed, gates: Gates, now: datetime, calendar: Calendar, off: Collection[Skip]) -> Verdict:
    """What is of use on another day as well waits for one with room; the rest is dropped."""
    if not gates.cap_reached or not droppable(owed) or Skip.CAP_REACHED in off:
        return Send()
    if owed.kind in OFFERS:
        return Wait(calendar.at(calendar.day(now) + timedelta(days=1), calendar.wall(now).time()), Skip.CAP_REACHED)
    return End(Status.SUPPRESSED, Skip.CAP_REACHED)


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
    return Change(
        insert=tuple(owed for key, owed in wishes.items() if key not in rows),
        update=tuple(
            (rows[key].id, owed) for key, owed in wishes.items() if key in rows and _planned_anew(rows[key], owed)
        ),
        cancel=tuple(row.id for key, row in rows.items() if row.status is Status.PLANNED and key not in wishes),
    )


def _planned_anew(row: Row, wish: Owed) -> bool:
    """What an answer has said already is not said again."""
    if row.status is Status.CANCELLED:
        return row.reason != TOLD_JUST_NOW
    return row.status is Status.PLANNED and row.owed != wish

"""What every use case is given: the service as it runs, and who is speaking."""

import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec

from sqlalchemy.ext.asyncio import AsyncConnection

from db import inbox, outbox, people, traces
from db.engine import Database
from db.prepared import Reading, together
from domain.about import Facts
from domain.calendar import Calendar
from domain.clock import Clock
from domain.errors import NotAllowed, Stranger
from domain.outbox import Answer, Subject
from domain.people import Individual, Staff
from domain.policy import Policy
from usecases.forms import Forms

HEARD_TO = timedelta(minutes=1)
SECOND = timedelta(seconds=1)  # as exact as the date of a message is
P = ParamSpec("P")
Language = Reading[str | None]  # of the chat that is answered; none if nobody is linked to it


async def _nothing_prepared(work: "Work", answers: Sequence[Answer], language: Language) -> None:
    return None


async def _nobody_lost(work: "Work") -> None:
    return None


async def _no_guard(work: "Work") -> Sequence[Answer] | None:
    return None


async def _no_ear(work: "Work", answers: Sequence[Answer]) -> Sequence[Answer]:
    return answers


@dataclass(frozen=True)
class Service:
    """One running service. `wake` tells whoever sends that something may be due; `listen` hears all that is typed,
    once it has been acted on, and says what is answered in the end; `guard` says what is answered instead of acting,
    if whoever speaks has to unlock first. `prepare` gathers what is needed to put the answers into words, in the
    transaction that made them; `prepared` holds it, by update, until they are spoken; `counted` are figures that took
    long to count, by period, for whoever turns pages. `healed` is called when somebody speaks from a chat that could
    not be reached. `process` names this one among those that share a database.
    """

    db: Database
    clock: Clock
    calendar: Calendar
    policy: Policy
    forms: Forms
    wake: Callable[[], None] = lambda: None
    listen: Callable[["Work", Sequence[Answer]], Awaitable[Sequence[Answer]]] = _no_ear
    guard: Callable[["Work"], Awaitable[Sequence[Answer] | None]] = _no_guard
    prepare: Callable[["Work", Sequence[Answer], Language], Awaitable[object]] = _nothing_prepared
    healed: Callable[["Work"], Awaitable[None]] = _nobody_lost
    prepared: dict[int, object] = field(default_factory=dict)
    counted: dict[Subject, object] = field(default_factory=dict)
    process: str = field(default_factory=lambda: secrets.token_hex(8))


@dataclass(frozen=True)
class Turn:
    """One update of one chat: whoever speaks is looked up in the transaction that acts on it."""

    update_id: int
    chat_id: int
    message_id: int | None = None  # of what was typed; none for a tap
    tapped: int | None = None  # the message whose button was tapped
    words: str = ""  # what was typed, whatever for: talk, a command, an answer, the words beside a photo
    sent_at: datetime | None = None  # when that was: it may have waited at Telegram; of a tap nobody knows


@dataclass(frozen=True)
class Work:
    """One writing transaction on behalf of somebody. Neither `chat` nor person is set for a stranger."""

    service: Service
    tx: AsyncConnection
    now: datetime
    update_id: int
    chat_id: int
    chat: people.Chat | None = None
    individual: Individual | None = None
    staff: Staff | None = None
    tapped: int | None = None  # the message whose button was tapped
    words: str = ""  # what was typed, whatever for
    message_id: int | None = None  # of what was typed
    sent_at: datetime | None = None  # when that was, to the second; of a tap nobody knows
    known: dict[Subject, Facts] = field(default_factory=dict)  # gathered already, and still so for what is answered

    @property
    def today(self) -> date:
        return self.service.calendar.day(self.now)

    @property
    def said_at(self) -> datetime:
        """When it was said: it counts from then, however long it waited to be heard."""
        return self.now if self.sent_at is None else min(self.now, self.sent_at + SECOND)

    @property
    def chat_hashes(self) -> list[str]:
        """What the chat is looked up by (several while keys are being rotated)."""
        return self.service.db.keys.hashes(self.chat_id)

    def as_individual(self) -> Individual:
        """The individual who speaks; raises NotAllowed for anybody else."""
        if self.individual is None:
            raise NotAllowed if self.chat is not None else Stranger
        return self.individual

    def as_staff(self) -> Staff:
        """The member of staff who speaks; raises NotAllowed for anybody else and once the account has ended."""
        if self.chat is None:
            raise Stranger
        if self.staff is None or not self.staff.active_on(self.today):
            raise NotAllowed
        return self.staff


async def begin(service: Service, tx: AsyncConnection, turn: Turn) -> Work | None:
    """Takes the update, and looks up who speaks from this chat. None: it has taken effect already, or is another's."""
    taken = inbox.taking(turn.update_id, service.process)
    speaker, everybody = people.reading_speaker(service.db.keys.hashes(turn.chat_id)), people.reading_staff()
    await together(tx, taken, speaker, everybody)
    if not taken.found:
        return None
    chat, individual = speaker.found
    staff = None
    spoken = turn.message_id is not None or turn.tapped is not None
    now = service.clock.now()
    healed = chat is not None and not chat.reachable and spoken  # somebody speaks from it: it can be reached again
    if chat is not None and healed:
        await people.change_chat(tx, chat.id, unreachable_at=None)
        await outbox.hurry(tx, now)
    if chat is not None and chat.individual_id is not None and spoken:  # of staff only while they are let in (`guard`)
        await hear(tx, chat, now)
    if chat is not None and chat.staff_id is not None:
        staff = everybody.found.get(chat.staff_id)
    who = (chat, individual, staff)
    what = (turn.tapped, turn.words, turn.message_id)
    work = Work(service, tx, now, turn.update_id, turn.chat_id, *who, *what, sent_at=turn.sent_at)
    if healed:
        await service.healed(work)
    return work


async def hear(tx: AsyncConnection, chat: people.Chat, now: datetime) -> None:
    """Notes when somebody last spoke from a chat. Not every tap is worth a write: it is kept to the minute."""
    if chat.heard_at is None or now - chat.heard_at > HEARD_TO:
        await people.change_chat(tx, chat.id, heard_at=now)


def use_case(
    act: Callable[Concatenate[Work, P], Awaitable[Sequence[Answer]]],
) -> Callable[Concatenate[Service, Turn, P], Awaitable[None]]:
    """Makes a function of one transaction out of what is done in it.

    The update is taken first and its answers are stored last, in the same commit: called twice with one update it
    changes nothing the second time, and after a crash the answers are still there to be spoken.
    """

    async def once(service: Service, turn: Turn, /, *args: P.args, **kwargs: P.kwargs) -> None:
        async with service.db.write() as tx:
            work = await begin(service, tx, turn)
            if work is None:
                return
            if work.chat is not None and turn.message_id is not None:
                await traces.note_typed(tx, work.chat.id, turn.message_id, work.now)
            answers = await service.guard(work)
            if answers is None:
                answers = await service.listen(work, await act(work, *args, **kwargs))
            language = await inbox.answer(tx, turn.update_id, work.chat_hashes, answers)
            prepared = await service.prepare(work, answers, language)
        service.prepared[turn.update_id] = prepared
        service.wake()

    return wraps(act)(once)

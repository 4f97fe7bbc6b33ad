"""What stands in a chat, by the numbers that Telegram gave the messages: to edit, to hide, to take away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.prepared import Prepared, Reading, among
from db.tables import traces
from domain.outbox import Saying, Subject


@dataclass(frozen=True)
class Trace:
    """One message in one chat (the row id of `chats`). What was typed has no kind and no subject."""

    chat: int
    message_id: int
    ours: bool
    at: datetime
    kind: str = ""
    subject: str = ""


_NOTE = Prepared(
    insert(traces)
    .values({name: bindparam(name) for name in ("chat", "message_id", "ours", "kind", "subject", "at")})
    .inline()
)


_OURS = Prepared(
    select(traces).where(
        traces.c.chat == bindparam("chat"), traces.c.message_id == bindparam("message_id"), traces.c.ours.is_(True)
    )
)


_ABOUT = Prepared(
    select(traces).where(traces.c.subject == bindparam("subject"), among(traces.c.kind, "kinds")).order_by(traces.c.id)
)


async def note_ours(tx: AsyncConnection, said: Iterable[tuple[int, int, Saying]], at: datetime) -> None:
    """Remembers new messages of ours: (chat, message id, what it says). One that is edited keeps what it first said."""
    rows = [
        {"chat": chat, "message_id": id_, "ours": True, "kind": one.kind, "subject": str(one.subject), "at": at}
        for chat, id_, one in said
    ]
    await _NOTE.many(tx, rows)


async def note_typed(tx: AsyncConnection, chat: int, message_id: int, at: datetime) -> None:
    """Remembers a message that was typed."""
    await _NOTE.later(tx, chat=chat, message_id=message_id, ours=False, kind="", subject="", at=at)


async def belongs(tx: AsyncConnection, chat: int, message_id: int, subject: Subject) -> None:
    """Remembers what a message that was typed is about."""
    its = (traces.c.chat == chat, traces.c.message_id == message_id, traces.c.ours.is_(False))
    await tx.execute(update(traces).where(*its).values(subject=str(subject)))


_SINCE = Prepared(
    select(traces)
    .where(traces.c.chat == bindparam("chat"), traces.c.at >= bindparam("moment"))
    .order_by(traces.c.message_id)
)


async def since(tx: AsyncConnection, chat: int, moment: datetime) -> list[Trace]:
    """What came into a chat since a moment, oldest first."""
    return [_of(row) for row in await _SINCE.all(tx, chat=chat, moment=moment)]


async def about(tx: AsyncConnection, subject: Subject, kinds: Iterable[str]) -> list[Trace]:
    """Our messages of these kinds about a subject, in whatever chat, in the order in which they came."""
    return [_of(row) for row in await _ABOUT.all(tx, subject=str(subject), kinds=list(kinds))]


async def ours(tx: AsyncConnection, chat: int, message_id: int) -> Trace | None:
    """One message of ours; None if we do not know it."""
    return await reading_ours(chat, message_id).alone(tx)


def reading_ours(chat: int, message_id: int) -> Reading[Trace | None]:
    return Reading(_OURS, _first, chat=chat, message_id=message_id)


async def subject_of(tx: AsyncConnection, chat: int, message_id: int) -> Subject | None:
    """What a message of ours is about; None if we do not know the message."""
    found = await ours(tx, chat, message_id)
    return Subject.parse(found.subject) if found is not None and found.subject else None


async def gone(tx: AsyncConnection, chat: int, message_ids: Sequence[int]) -> None:
    """These messages have been taken out of a chat."""
    await tx.execute(delete(traces).where(traces.c.chat == chat, traces.c.message_id.in_(message_ids)))


async def forget(tx: AsyncConnection, before: datetime) -> int:
    """Forgets what is too old to be of use; returns how many there were."""
    return int((await tx.execute(delete(traces).where(traces.c.at < before))).rowcount)


def _first(rows: Sequence[Any]) -> Trace | None:
    return _of(rows[0]) if rows else None


def _of(row: Row[tuple[Any, ...]]) -> Trace:
    return Trace(row.chat, row.message_id, row.ours, row.at, row.kind, row.subject)

"""What stands in a chat, by the numbers that Telegram gave the messages: to edit, to hide, to take away."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

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


async def note_ours(tx: AsyncConnection, chat: int, said: Sequence[tuple[int, Saying]], at: datetime) -> None:
    """Remembers new messages of ours: (message id, what it says). One that is edited keeps what it first said."""
    rows = [
        {"message_id": message_id, "kind": saying.kind, "subject": str(saying.subject)} for message_id, saying in said
    ]
    if rows:
        await tx.execute(insert(traces), [{**row, "chat": chat, "ours": True, "at": at} for row in rows])


async def note_typed(tx: AsyncConnection, chat: int, message_id: int, at: datetime) -> None:
    """Remembers a message that was typed."""
    await tx.execute(insert(traces).values(chat=chat, message_id=message_id, ours=False, at=at))


async def since(tx: AsyncConnection, chat: int, moment: datetime) -> list[Trace]:
    """What came into a chat since a moment, oldest first."""
    query = select(traces).where(traces.c.chat == chat, traces.c.at >= moment).order_by(traces.c.message_id)
    return [_of(row) for row in await tx.execute(query)]


async def about(tx: AsyncConnection, subject: Subject, kinds: Iterable[str]) -> list[Trace]:
    """Our messages of these kinds about a subject, in whatever chat, in the order in which they came."""
    query = select(traces).where(traces.c.subject == str(subject), traces.c.kind.in_(list(kinds)))
    return [_of(row) for row in await tx.execute(query.order_by(traces.c.id))]


async def ours(tx: AsyncConnection, chat: int, message_id: int) -> Trace | None:
    """One message of ours; None if we do not know it."""
    query = select(traces).where(traces.c.chat == chat, traces.c.message_id == message_id, traces.c.ours.is_(True))
    row = (await tx.execute(query)).one_or_none()
    return _of(row) if row else None


async def subject_of(tx: AsyncConnection, chat: int, message_id: int) -> Subject | None:
    """What a message of ours is about; None if we do not know the message."""
    query = select(traces.c.subject).where(
        traces.c.chat == chat, traces.c.message_id == message_id, traces.c.ours.is_(True)
    )
    found = (await tx.execute(query)).scalar_one_or_none()
    return Subject.parse(found) if found else None


async def gone(tx: AsyncConnection, chat: int, message_ids: Sequence[int]) -> None:
    """These messages have been taken out of a chat."""
    await tx.execute(delete(traces).where(traces.c.chat == chat, traces.c.message_id.in_(message_ids)))


async def forget(tx: AsyncConnection, before: datetime) -> int:
    """Forgets what is too old to be of use; returns how many there were."""
    return int((await tx.execute(delete(traces).where(traces.c.at < before))).rowcount)


def _of(row: Row[tuple[Any, ...]]) -> Trace:
    return Trace(row.chat, row.message_id, row.ours, row.at, row.kind, row.subject)

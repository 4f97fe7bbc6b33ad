"""What came in: an update is a row here before Telegram is told that we have it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import inbox
from domain.outbox import Answer


@dataclass(frozen=True)
class Letter:
    """One update as it was kept. `answer` is set once its effects are committed."""

    update_id: int
    chat_hash: str
    raw: Mapping[str, Any]
    attempts: int
    answer: tuple[Answer, ...] | None


async def keep(tx: AsyncConnection, updates: Sequence[tuple[int, str, Mapping[str, Any]]], now: datetime) -> None:
    """Stores (update id, chat hash, raw update); one that is here already stays as it is."""
    ids = [update_id for update_id, _, _ in updates]
    known = set((await tx.execute(select(inbox.c.update_id).where(inbox.c.update_id.in_(ids)))).scalars())
    rows = [
        {"update_id": update_id, "chat_hash": chat_hash, "raw": raw, "received_at": now}
        for update_id, chat_hash, raw in {one[0]: one for one in updates}.values()
        if update_id not in known
    ]
    if rows:
        await tx.execute(insert(inbox), rows)


async def waiting_chats(tx: AsyncConnection) -> set[str]:
    """The chats (hashes) that have something waiting."""
    return set((await tx.execute(select(inbox.c.chat_hash).where(inbox.c.parked_at.is_(None)).distinct())).scalars())


async def waiting(tx: AsyncConnection, chat_hash: str) -> list[Letter]:
    """What of one chat is neither answered for good nor parked, earliest first."""
    query = select(inbox).where(inbox.c.parked_at.is_(None), inbox.c.chat_hash == chat_hash)
    return [
        Letter(row.update_id, row.chat_hash, row.raw, row.attempts, _answers(row.answer))
        for row in await tx.execute(query.order_by(inbox.c.received_at, inbox.c.update_id))
    ]


async def answer_to(tx: AsyncConnection, update_id: int) -> tuple[Answer, ...]:
    """What is stored to be said in answer to an update; nothing if it had no effect."""
    stored = (await tx.execute(select(inbox.c.answer).where(inbox.c.update_id == update_id))).scalar_one_or_none()
    return _answers(stored) or ()


def _answers(stored: list[dict[str, Any]] | None) -> tuple[Answer, ...] | None:
    return None if stored is None else tuple(Answer.of_row(one) for one in stored)


async def take(tx: AsyncConnection, update_id: int) -> bool:
    """Whether this update has still to take effect. False: it has done so already, or its row is gone."""
    query = select(inbox.c.update_id).where(inbox.c.update_id == update_id, inbox.c.answer.is_(None))
    return (await tx.execute(query.with_for_update())).one_or_none() is not None


async def answer(tx: AsyncConnection, update_id: int, answers: Iterable[Answer]) -> None:
    """Stores what is to be said, in the transaction of the effects."""
    rows = [one.as_row() for one in answers]
    await tx.execute(update(inbox).where(inbox.c.update_id == update_id).values(answer=rows))


async def failed_once_more(tx: AsyncConnection, update_id: int) -> int:
    """Counts a failure; returns how many there have been."""
    change = update(inbox).where(inbox.c.update_id == update_id).values(attempts=inbox.c.attempts + 1)
    return int((await tx.execute(change.returning(inbox.c.attempts))).scalar_one())


async def park(tx: AsyncConnection, update_id: int, now: datetime) -> None:
    """Sets an update aside for a person to look at, so that its chat can go on."""
    await tx.execute(update(inbox).where(inbox.c.update_id == update_id).values(parked_at=now))


async def drop(tx: AsyncConnection, update_id: int) -> None:
    """Deletes an update that was answered."""
    await tx.execute(delete(inbox).where(inbox.c.update_id == update_id))

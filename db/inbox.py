"""What came in: an update is a row here before Telegram is told that we have it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, false, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import bulk, locks
from db.prepared import Prepared, Reading, among, of_each_kind, together
from db.tables import answered, chats, inbox
from db.types import every_hash
from domain.outbox import Answer


@dataclass(frozen=True)
class Letter:
    """One update as it was kept. `answer` is set once its effects are committed."""

    update_id: int
    chat_hash: str
    raw: Mapping[str, Any]
    attempts: int
    answer: tuple[Answer, ...] | None


@dataclass(frozen=True)
class Lease:
    """Which process serves an update, and until when others leave it alone."""

    process: str
    until: datetime

    @property
    def columns(self) -> dict[str, Any]:
        return {"leased_by": self.process, "leased_until": self.until}


async def keep(
    tx: AsyncConnection,
    updates: Sequence[tuple[int, str, Mapping[str, Any]]],
    now: datetime,
    mine: Lease,
) -> list[Letter]:
    """Stores (update id, chat hash, raw update); one that is here already stays as it is. Returns those of them that
    this process is to serve: all that are new, but for chats of which something is waiting that is not its own. Even if
    nobody is at that: both are taken up together, in their order."""
    rows: dict[int, dict[str, Any]] = {
        update_id: {"update_id": update_id, "chat_hash": chat_hash, "raw": raw, "received_at": now}
        for update_id, chat_hash, raw in updates
    }
    if not rows:
        return []
    known = {row["chat_hash"] for row in rows.values()}
    theirs = await _elsewhere(tx, Reading(_WAITING, _chats, chats=list(known), process=mine.process))
    for row in rows.values():
        row |= {"leased_by": None, "leased_until": None} if row["chat_hash"] in theirs else mine.columns
    added = {id_: Reading(_KEPT[tx.dialect.name], bool, **row) for id_, row in rows.items()}
    # Asked only then: a row that another process was about to delete has held up the insert until it had done so.
    dealt_with = Reading(_DEALT_WITH, _ids, ids=list(rows))
    await together(tx, *added.values(), dealt_with)
    new = {id_ for id_, one in added.items() if one.found}
    if again := new & dealt_with.found:
        await _DROPPED.later(tx, ids=list(again))
        new -= again
    return [
        Letter(row["update_id"], row["chat_hash"], row["raw"], 0, None)
        for id_, row in rows.items()
        if id_ in new and row["chat_hash"] not in theirs
    ]


def _ids(rows: Iterable[Any]) -> set[int]:
    return {row.update_id for row in rows}


def _chats(rows: Iterable[Any]) -> set[str]:
    return {row.chat_hash for row in rows}


def _keeping(insert: Any) -> Prepared:
    names = ("update_id", "chat_hash", "raw", "received_at", "leased_by", "leased_until")
    row = insert(inbox).values({name: bindparam(name) for name in names})
    return Prepared(row.on_conflict_do_nothing().returning(inbox.c.update_id))


_KEPT = of_each_kind(_keeping)


async def left_behind(tx: AsyncConnection, now: datetime, mine: Lease) -> list[Letter]:
    """Takes up, chat by chat, what nobody is serving: after a crash, a stop, or because its chat was another's."""
    free = or_(inbox.c.leased_until.is_(None), inbox.c.leased_until <= now, _alone(tx))
    query = select(inbox.c.chat_hash).where(inbox.c.parked_at.is_(None), free).distinct()
    chats = set((await tx.execute(query)).scalars())
    if not chats:
        return []
    chats -= await _elsewhere(tx, Reading(_HELD, _chats, chats=list(chats), process=mine.process, now=now))
    return [letter for part in bulk.chunks(chats) for letter in await _take_up(tx, part, mine)]


async def _take_up(tx: AsyncConnection, chats: Sequence[str], mine: Lease) -> list[Letter]:
    """Everything that these chats have waiting, earliest first."""
    waiting = and_(inbox.c.parked_at.is_(None), inbox.c.chat_hash.in_(chats))
    await tx.execute(update(inbox).where(waiting).values(mine.columns))
    query = select(inbox).where(waiting).order_by(inbox.c.received_at, inbox.c.update_id)
    return [
        Letter(row.update_id, row.chat_hash, row.raw, row.attempts, _answers(row.answer))
        for row in await tx.execute(query)
    ]


_NOT_MINE = select(inbox.c.chat_hash).where(
    among(inbox.c.chat_hash, "chats"),
    inbox.c.leased_by.is_distinct_from(bindparam("process", type_=inbox.c.leased_by.type)),
    inbox.c.parked_at.is_(None),
)
_WAITING = Prepared(_NOT_MINE)
_HELD = Prepared(_NOT_MINE.where(inbox.c.leased_until > bindparam("now", type_=inbox.c.leased_until.type)))


async def _elsewhere(tx: AsyncConnection, theirs: Reading[set[str]]) -> set[str]:
    """Those chats of a list of which something waits that is not this process's, or is held by another. One
    chat's updates are answered in their order: where there are several processes, whoever asks this about a chat holds
    it until the transaction ends."""
    if tx.dialect.name != "postgresql":
        return set()
    await locks.hold_each(tx, theirs.values["chats"])
    return await theirs.alone(tx)


def _alone(tx: AsyncConnection) -> ColumnElement[bool]:
    """A SQLite file has one process: whatever another once took, it is not at it any more."""
    return true() if tx.dialect.name != "postgresql" else false()


_LEASED = Prepared(
    update(inbox)
    .where(inbox.c.leased_by == bindparam("process"))
    .values({name: bindparam(name, type_=inbox.c[name].type) for name in ("leased_by", "leased_until")})
)


async def renew(tx: AsyncConnection, mine: Lease) -> None:
    """What this process is still at stays its own."""
    await _LEASED.later(tx, process=mine.process, **mine.columns)


async def give_back(tx: AsyncConnection, mine: Lease) -> None:
    """What this process had not finished is anybody's from now on."""
    await _LEASED.later(tx, process=mine.process, leased_by=None, leased_until=None)


async def answer_to(tx: AsyncConnection, update_id: int, process: str) -> tuple[Answer, ...] | None:
    """What is stored to be said in answer to an update. None: another process sees to it, or has done so."""
    query = select(inbox.c.answer).where(inbox.c.update_id == update_id, inbox.c.leased_by == process)
    row = (await tx.execute(query)).one_or_none()
    return None if row is None else _answers(row.answer) or ()


def _answers(stored: list[dict[str, Any]] | None) -> tuple[Answer, ...] | None:
    return None if stored is None else tuple(Answer.of_row(one) for one in stored)


_TO_DO = Prepared(
    select(inbox.c.update_id)
    .where(
        inbox.c.update_id == bindparam("update_id"),
        inbox.c.leased_by == bindparam("process"),
        inbox.c.answer.is_(None),
    )
    .with_for_update()
)
_LANGUAGE = select(chats.c.language).where(among(chats.c.chat_hash, "hashes")).limit(1).scalar_subquery()
_ANSWERED = Prepared(
    update(inbox)
    .where(inbox.c.update_id == bindparam("id"))
    .values(answer=bindparam("answer"))
    .returning(_LANGUAGE.label("language"))
)


async def take(tx: AsyncConnection, update_id: int, process: str) -> bool:
    """Whether this update has still to take effect, and is this process's. False: it has done so already, its row is
    gone, or another process has taken it over."""
    return await taking(update_id, process).alone(tx)


def taking(update_id: int, process: str) -> Reading[bool]:
    return Reading(_TO_DO, bool, update_id=update_id, process=process)


async def answer(
    tx: AsyncConnection, update_id: int, hashes: list[str], answers: Iterable[Answer]
) -> Reading[str | None]:
    """Stores what is to be said, in the transaction of the effects. It says then which language the chat has that has
    one of these keyed hashes; None if nobody is linked to it."""
    stored = Reading(_ANSWERED, _language, id=update_id, hashes=hashes, answer=[one.as_row() for one in answers])
    await stored.later(tx)
    return stored


def _language(rows: Sequence[Any]) -> str | None:
    return rows[0].language if rows else None


async def spoken_before(tx: AsyncConnection, update_id: int, later: int) -> bool:
    """Whether the answer to an update had been spoken when a later one, which has still to be answered, came in."""
    by_then = and_(answered.c.update_id == update_id, answered.c.at <= inbox.c.received_at)
    query = select(inbox.c.update_id).join(answered, by_then).where(inbox.c.update_id == later)
    return (await tx.execute(query)).first() is not None


async def failed_once_more(tx: AsyncConnection, update_id: int) -> int:
    """Counts a failure; returns how many there have been."""
    change = update(inbox).where(inbox.c.update_id == update_id).values(attempts=inbox.c.attempts + 1)
    return int((await tx.execute(change.returning(inbox.c.attempts))).scalar_one())


async def park(tx: AsyncConnection, update_id: int, now: datetime) -> None:
    """Sets an update aside for a person to look at, so that its chat can go on."""
    await tx.execute(update(inbox).where(inbox.c.update_id == update_id).values(parked_at=now))


_DROPPED = Prepared(delete(inbox).where(among(inbox.c.update_id, "ids")))


def _remembering(insert: Any) -> Prepared:
    found = select(inbox.c.update_id, bindparam("at", type_=answered.c.at.type)).where(among(inbox.c.update_id, "ids"))
    return Prepared(insert(answered).from_select(["update_id", "at"], found).on_conflict_do_nothing())


_REMEMBERED = of_each_kind(_remembering)
_DEALT_WITH = Prepared(select(answered.c.update_id).where(among(answered.c.update_id, "ids")))


async def unsay(tx: AsyncConnection, chat: int, now: datetime) -> None:
    """Drops what was answered in a linked chat (its row) and has not been said: it may not be read there any more. What
    has still to be acted on stays; so does the update that this is done for, which has no answer yet."""
    linked = select(chats.c.chat_id).where(chats.c.id == chat, chats.c.chat_hash.is_not(None))
    chat_id = (await tx.execute(linked)).scalar_one_or_none()
    its = inbox.c.chat_hash.in_(every_hash(chat_id) if chat_id is not None else [])
    query = select(inbox.c.update_id).where(its, inbox.c.answer.is_not(None), inbox.c.parked_at.is_(None))
    if unsaid := (await tx.execute(query)).scalars().all():
        await drop(tx, unsaid, now)


async def drop(tx: AsyncConnection, update_ids: Sequence[int], now: datetime) -> None:
    """Deletes updates that were answered. That they were is remembered for as long as Telegram may hand them over
    again: a crash may fall between our storing one and its hearing of that."""
    await _REMEMBERED[tx.dialect.name].later(tx, ids=list(update_ids), at=now)
    await _DROPPED.later(tx, ids=list(update_ids))

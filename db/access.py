"""The record of access: append-only, one chain, one writer at a time."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db import locks
from db.prepared import Prepared
from db.tables import access, anchors, glass
from domain.audit import UNCHAINED, Anchor, Entry, Glass, chained

_NOTE = Prepared(
    insert(access).values({one.name: bindparam(one.name) for one in access.c if one.name != "id"}).inline()
)
_LAST = Prepared(  # from the newest backwards, to the first that there is
    select(access.c.chain).where(access.c.id > literal_column("0")).order_by(access.c.id.desc()).limit(1)
)


async def note(
    tx: AsyncConnection,
    now: datetime,
    staff_id: int | None,
    individual_ids: Iterable[int],
    act: str,
    what: str,
    reason: str = "",
) -> None:
    """One row for each person who was looked at or changed; no member of staff means the command line."""
    new = [Entry(now, staff_id, one, act, what, reason) for one in sorted(set(individual_ids))]
    if new:
        await _NOTE.many(tx, [_values(entry) for entry in chained(await _last_chain(tx), new)])


async def _last_chain(tx: AsyncConnection) -> str:
    """What the next row follows. From here to the end of the transaction nobody else appends: on SQLite every writing
    transaction is alone, on PostgreSQL this takes a lock, without which two at once would follow the same row."""
    await locks.hold(tx, locks.CHAINING)
    last = await _LAST.first(tx)
    return last.chain if last is not None and last.chain else UNCHAINED


def _values(entry: Entry) -> dict[str, Any]:
    return {
        "at": entry.at,
        "staff_id": entry.staff_id,
        "individual_id": entry.individual_id,
        "act": entry.act,
        "what": entry.what,
        "reason": str(entry.reason),
        "chain": entry.chain,
    }


def _entry_of(row: Row[tuple[Any, ...]]) -> Entry:
    return Entry(row.at, row.staff_id, row.individual_id, row.act, row.what, row.reason, row.id, row.chain)


# ── Broken glass ────────────────────────────────────────────────────────────────────────────────────────────────────


async def break_glass(
    tx: AsyncConnection, staff_id: int, individual_id: int, reason: str, now: datetime, until: datetime
) -> int:
    """Opens one person to one member of staff for a while; returns the row's id."""
    values = {"staff_id": staff_id, "individual_id": individual_id, "reason": reason, "at": now, "until": until}
    return int((await tx.execute(insert(glass).values(values).returning(glass.c.id))).scalar_one())


_BEHIND = Prepared(
    select(glass.c.staff_id).where(glass.c.individual_id == bindparam("individual"), glass.c.until > bindparam("now"))
)


async def behind_glass(tx: AsyncConnection, individual_id: int, now: datetime) -> frozenset[int]:
    """The staff to whom this person stands open now because they broke the glass."""
    return frozenset(row.staff_id for row in await _BEHIND.all(tx, individual=individual_id, now=now))


async def broken_glass(tx: AsyncConnection, ids: Iterable[int]) -> list[Glass]:
    """These breakings, by their ids."""
    rows = await tx.execute(select(glass).where(glass.c.id.in_(set(ids))))
    return [Glass(row.id, row.staff_id, row.individual_id, row.reason, row.at, row.until) for row in rows]


# ── What was kept long enough ───────────────────────────────────────────────────────────────────────────────────────


async def forget_up_to(tx: AsyncConnection, last: int, chain: str, number: int, now: datetime) -> None:
    """Deletes the oldest rows, up to this one, and writes down what the first that stays follows."""
    gone = (await anchor(tx)).gone + number
    await tx.execute(delete(access).where(access.c.id <= last))
    await tx.execute(insert(anchors).values(at=now, access_id=last, chain=chain, gone=gone))


# ── Reading the record ──────────────────────────────────────────────────────────────────────────────────────────────


async def anchor(tx: AsyncConnection) -> Anchor:
    """What the first row that is left follows."""
    newest = select(anchors).order_by(anchors.c.id.desc()).limit(1)
    row = (await tx.execute(newest)).one_or_none()
    return Anchor(row.access_id, row.chain, row.gone, row.at) if row else Anchor()


async def count(tx: AsyncConnection) -> int:
    """How many rows the record has."""
    return int((await tx.execute(select(func.count()).select_from(access))).scalar_one())


async def entries(tx: AsyncConnection, after: int, most: int) -> list[Entry]:
    """The next rows after a number, in the order in which they were written."""
    query = select(access).where(access.c.id > after).order_by(access.c.id).limit(most)
    return [_entry_of(row) for row in await tx.execute(query)]


async def entry(tx: AsyncConnection, id_: int) -> Entry | None:
    row = (await tx.execute(select(access).where(access.c.id == id_))).one_or_none()
    return _entry_of(row) if row else None


async def about(tx: AsyncConnection, individual_id: int, most: int | None = None) -> Sequence[Entry]:
    """Who looked at or changed one person, latest first."""
    query = select(access).where(access.c.individual_id == individual_id).order_by(access.c.id.desc()).limit(most)
    return [_entry_of(row) for row in await tx.execute(query)]

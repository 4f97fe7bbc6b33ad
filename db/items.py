"""What is open and owed to an individual, or about one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.prepared import Prepared, Reading, among
from db.tables import items
from domain.compliance import STOOD_OFF, Item, Kind

KINDS = {one.value: one for one in Kind}  # by name: a desk has hundreds of them


def _item_of(row: Row[tuple[Any, ...]]) -> Item:
    return Item(
        id=row.id,
        kind=KINDS[row.kind],
        individual_id=row.individual_id,
        order_id=row.order_id,
        appointment_id=row.appointment_id,
        raised_at=row.raised_at,
        claimed_by=row.claimed_by,
        claimed_at=row.claimed_at,
        disputed_at=row.disputed_at,
        withdrawn_at=row.withdrawn_at,
        closed_at=row.closed_at,
        words=row.words or "",
        reason=row.reason,
        round=row.round,
        number=row.number or "",
        safe_time=row.safe_time or "",
        outcome=row.outcome,
        follow_up_at=row.follow_up_at,
        listed_at=row.listed_at,
        listed_why=row.listed_why,
    )


_ONCE = Prepared(select(items).where(items.c.once == bindparam("once")))


async def open_once(
    tx: AsyncConnection,
    kind: Kind,
    once: str,
    individual_id: int,
    order_id: int | None,
    now: datetime,
    appointment_id: int | None = None,
    reason: str = "",
    words: str = "",
) -> tuple[Item, bool]:
    """Opens an item, or finds the one that `once` names already; says which. A withdrawn one opens again."""
    row = await _ONCE.first(tx, once=once)
    if row is not None and row.withdrawn_at is None:
        return _item_of(row), False
    values = {
        "kind": kind.value,
        "once": once,
        "individual_id": individual_id,
        "order_id": order_id,
        "appointment_id": appointment_id,
        "reason": reason,
        "words": words or None,
        "raised_at": now,
        "round": 1 if row is None else row.round + 1,
        "claimed_by": None,
        "claimed_at": None,
        "disputed_at": None,
        "withdrawn_at": None,
        "closed_at": None,
        "outcome": "",
        "follow_up_at": None,
        "listed_at": None,
        "listed_why": "",
    }
    change = insert(items).values(values) if row is None else update(items).where(items.c.id == row.id).values(values)
    return _item_of((await tx.execute(change.returning(items))).one()), True


_BY_ID = Prepared(select(items).where(among(items.c.id, "ids")))
_ABOUT = Prepared(
    select(items)
    .where(items.c.kind == bindparam("kind"), items.c.appointment_id == bindparam("appointment"))
    .order_by(items.c.id.desc())
    .limit(1)
)


async def item(tx: AsyncConnection, id_: int) -> Item | None:
    return (await items_by_id(tx, [id_])).get(id_)


async def items_by_id(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, Item]:
    return {row.id: _item_of(row) for row in await _BY_ID.all(tx, ids=list(set(ids)))}


async def item_about(tx: AsyncConnection, kind: Kind, appointment_id: int) -> Item | None:
    """The item of a kind about one appointment, whatever became of it."""
    row = await _ABOUT.first(tx, kind=kind.value, appointment=appointment_id)
    return _item_of(row) if row else None


_STOOD_OFF = Prepared(
    select(items.c.appointment_id, items.c.claimed_by, items.c.closed_at, items.c.outcome)
    .where(
        items.c.kind == literal_column(f"'{Kind.CANNOT.value}'"),
        among(items.c.appointment_id, "ids"),
        items.c.closed_at.is_not(None),
        items.c.withdrawn_at.is_(None),
    )
    .order_by(items.c.id)
)


async def stood_off(tx: AsyncConnection, appointment_ids: Iterable[int]) -> dict[int, tuple[int, datetime]]:
    """By whom (a staff id) and when the individual was last answered that they need not come on these dates."""
    return await reading_stood_off(appointment_ids).alone(tx)


def reading_stood_off(appointment_ids: Iterable[int]) -> Reading[dict[int, tuple[int, datetime]]]:
    return Reading(_STOOD_OFF, _stood_off, ids=list(set(appointment_ids)))


def _stood_off(rows: Iterable[Any]) -> dict[int, tuple[int, datetime]]:
    last = {row.appointment_id: row for row in rows}
    return {id_: (row.claimed_by, row.closed_at) for id_, row in last.items() if row.outcome in STOOD_OFF}


async def open_of(tx: AsyncConnection, kind: Kind, individual_id: int, appointment_id: int | None) -> Item | None:
    """What an individual has asked for already, about this date or about none, and nobody has dealt with yet."""
    date = items.c.appointment_id
    query = select(items).where(
        items.c.kind == kind.value,
        items.c.individual_id == individual_id,
        date.is_(None) if appointment_id is None else date == appointment_id,
        items.c.withdrawn_at.is_(None),
        items.c.closed_at.is_(None),
    )
    row = (await tx.execute(query.order_by(items.c.id.desc()).limit(1))).one_or_none()
    return _item_of(row) if row else None


async def items_about(tx: AsyncConnection, kind: Kind, appointment_ids: Iterable[int]) -> dict[int, Item]:
    """The item of a kind about each of these appointments that has one, whatever became of it."""
    query = select(items).where(items.c.kind == kind.value, items.c.appointment_id.in_(set(appointment_ids)))
    return {row.appointment_id: _item_of(row) for row in await tx.execute(query.order_by(items.c.id))}


async def of_individual(tx: AsyncConnection, kind: Kind, individual_id: int) -> list[Item]:
    """Every item of a kind about one person, whatever became of it, the newest first."""
    query = select(items).where(items.c.kind == kind.value, items.c.individual_id == individual_id)
    return [_item_of(row) for row in await tx.execute(query.order_by(items.c.id.desc()))]


async def of_appointment(tx: AsyncConnection, appointment_id: int) -> list[Item]:
    """Everything that was ever raised about one appointment."""
    query = select(items).where(items.c.appointment_id == appointment_id).order_by(items.c.id)
    return [_item_of(row) for row in await tx.execute(query)]


async def open_items(tx: AsyncConnection) -> list[Item]:
    """Everything open, oldest first."""
    query = select(items).where(items.c.withdrawn_at.is_(None), items.c.closed_at.is_(None)).order_by(items.c.raised_at)
    return [_item_of(row) for row in await tx.execute(query)]


async def open_of_kind(tx: AsyncConnection, kind: Kind) -> list[Item]:
    """Everything of one kind that is open, oldest first."""
    mine = (items.c.kind == kind.value, items.c.withdrawn_at.is_(None), items.c.closed_at.is_(None))
    return [_item_of(row) for row in await tx.execute(select(items).where(*mine).order_by(items.c.id))]


async def open_about(tx: AsyncConnection, individual_id: int) -> list[Item]:
    """Everything open about one person, oldest first."""
    query = select(items).where(
        items.c.individual_id == individual_id, items.c.withdrawn_at.is_(None), items.c.closed_at.is_(None)
    )
    return [_item_of(row) for row in await tx.execute(query.order_by(items.c.raised_at, items.c.id))]


async def named(tx: AsyncConnection, once: str) -> Item | None:
    """The item of which there may be only one, by what it is called."""
    row = await _ONCE.first(tx, once=once)
    return _item_of(row) if row else None


async def change_item(tx: AsyncConnection, id_: int, **values: object) -> None:
    await tx.execute(update(items).where(items.c.id == id_).values(**values))

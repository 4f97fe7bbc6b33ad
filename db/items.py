"""What is open and owed to an individual, or about one."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, String, bindparam, cast, insert, literal, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import changing
from db.prepared import Prepared, Reading, among
from db.tables import appointments, items, orders
from domain.appointments import Status
from domain.compliance import STOOD_OFF, Item, Kind
from domain.orders import Status as OrderStatus

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
_VALUES = {
    name: bindparam(name, type_=items.c[name].type)
    for name in (
        *("kind", "once", "individual_id", "order_id", "appointment_id", "reason", "words", "raised_at", "round"),
        *("claimed_by", "claimed_at", "disputed_at", "withdrawn_at", "closed_at", "outcome"),
        *("follow_up_at", "listed_at", "listed_why"),
    )
}
_RAISED = Prepared(insert(items).values(_VALUES).returning(items))
_RAISED_AGAIN = Prepared(
    update(items).where(items.c.id == bindparam("at_id", type_=items.c.id.type)).values(_VALUES).returning(items)
)


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
    change = _RAISED if row is None else _RAISED_AGAIN
    again = {} if row is None else {"at_id": row.id}
    (raised,) = await change.all(tx, **again, **values)
    return _item_of(raised), True


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
    return await reading_about(kind, appointment_id).alone(tx)


def reading_about(kind: Kind, appointment_id: int) -> Reading[Item | None]:
    return Reading(_ABOUT, _first, kind=kind.value, appointment=appointment_id)


def _first(rows: Sequence[Any]) -> Item | None:
    return _item_of(rows[0]) if rows else None


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


def cannot(appointment_id: int, revision: int) -> str:
    """What *I can't make it* is named by: once of each state of a date."""
    return f"{Kind.CANNOT.value}:{appointment_id}:{revision}"


async def may_open_again(tx: AsyncConnection, once: str, now: datetime) -> None:
    """Lets what is closed be raised again under its name, as what was withdrawn is."""
    its = (items.c.once == once, items.c.closed_at.is_not(None))
    await tx.execute(update(items).where(*its).values(withdrawn_at=now))


_ITS_NAME = literal(f"{Kind.CANNOT.value}:").concat(cast(appointments.c.id, String)).concat(":")
_AGAIN = (
    select(items)
    .join(appointments, appointments.c.id == items.c.appointment_id)
    .join(orders, orders.c.id == appointments.c.order_id)
    .where(
        items.c.once == _ITS_NAME.concat(cast(appointments.c.revision, String)),
        items.c.closed_at.is_not(None),
        items.c.withdrawn_at.is_(None),
        appointments.c.status == Status.BOOKED.value,
        orders.c.status == OrderStatus.ACTIVE.value,
    )
    .order_by(items.c.id)
)


async def cannot_again(tx: AsyncConnection, outcomes: Iterable[str], now: datetime) -> list[Item]:
    """Those that say *I can't make it*, ended in one of these ways, and are about a date ahead that stands again as it
    stood then."""
    query = _AGAIN.where(items.c.outcome.in_(sorted(outcomes)), appointments.c.starts_at > now)
    return [_item_of(row) for row in await tx.execute(query)]


_STANDS_OPEN = (items.c.withdrawn_at.is_(None), items.c.closed_at.is_(None))  # as the index of what is open has it
_OPEN_OF_ONE = (
    select(items)
    .where(items.c.kind == bindparam("kind"), items.c.individual_id == bindparam("individual"), *_STANDS_OPEN)
    .order_by(items.c.id.desc())
    .limit(1)
)
_OPEN_ABOUT_NONE = Prepared(_OPEN_OF_ONE.where(items.c.appointment_id.is_(None)))
_OPEN_ABOUT_ONE = Prepared(_OPEN_OF_ONE.where(items.c.appointment_id == bindparam("appointment")))


async def open_of(tx: AsyncConnection, kind: Kind, individual_id: int, appointment_id: int | None) -> Item | None:
    """What an individual has asked for already, about this date or about none, and nobody has dealt with yet."""
    if appointment_id is None:
        row = await _OPEN_ABOUT_NONE.first(tx, kind=kind.value, individual=individual_id)
    else:
        row = await _OPEN_ABOUT_ONE.first(tx, kind=kind.value, individual=individual_id, appointment=appointment_id)
    return _item_of(row) if row else None


_ABOUT_SEVERAL = Prepared(
    select(items).where(among(items.c.appointment_id, "ids"), items.c.kind == bindparam("kind")).order_by(items.c.id)
)


async def items_about(tx: AsyncConnection, kind: Kind, appointment_ids: Iterable[int]) -> dict[int, Item]:
    """The item of a kind about each of these appointments that has one, whatever became of it."""
    rows = await _ABOUT_SEVERAL.all(tx, kind=kind.value, ids=list(set(appointment_ids)))
    return {row.appointment_id: _item_of(row) for row in rows}


async def of_individual(tx: AsyncConnection, kind: Kind, individual_id: int) -> list[Item]:
    """Every item of a kind about one person, whatever became of it, the newest first."""
    query = select(items).where(items.c.kind == kind.value, items.c.individual_id == individual_id)
    return [_item_of(row) for row in await tx.execute(query.order_by(items.c.id.desc()))]


async def of_appointment(tx: AsyncConnection, appointment_id: int) -> list[Item]:
    """Everything that was ever raised about one appointment."""
    query = select(items).where(items.c.appointment_id == appointment_id).order_by(items.c.id)
    return [_item_of(row) for row in await tx.execute(query)]


_OPEN = Prepared(select(items).where(*_STANDS_OPEN).order_by(items.c.raised_at, items.c.id))
_OPEN_OF_KIND = Prepared(select(items).where(items.c.kind == bindparam("kind"), *_STANDS_OPEN).order_by(items.c.id))


async def open_items(tx: AsyncConnection) -> list[Item]:
    """Everything open, oldest first."""
    return [_item_of(row) for row in await _OPEN.all(tx)]


async def open_of_kind(tx: AsyncConnection, kind: Kind) -> list[Item]:
    """Everything of one kind that is open, oldest first."""
    return [_item_of(row) for row in await _OPEN_OF_KIND.all(tx, kind=kind.value)]


_OPEN_ABOUT = Prepared(
    select(items)
    .where(
        items.c.individual_id == bindparam("individual_id"),
        items.c.withdrawn_at.is_(None),
        items.c.closed_at.is_(None),
    )
    .order_by(items.c.raised_at, items.c.id)
)


async def open_about(tx: AsyncConnection, individual_id: int) -> list[Item]:
    """Everything open about one person, oldest first."""
    return [_item_of(row) for row in await _OPEN_ABOUT.all(tx, individual_id=individual_id)]


async def named(tx: AsyncConnection, once: str) -> Item | None:
    """The item of which there may be only one, by what it is called."""
    row = await _ONCE.first(tx, once=once)
    return _item_of(row) if row else None


_STANDING = Prepared(select(items.c.once).where(among(items.c.once, "names"), items.c.withdrawn_at.is_(None)))


async def standing(tx: AsyncConnection, names: Iterable[str]) -> set[str]:
    """Those of these names by which there is an item that was not withdrawn."""
    wanted = list(names)
    return {row.once for row in await _STANDING.all(tx, names=wanted)} if wanted else set()


async def change_item(tx: AsyncConnection, id_: int, **values: object) -> None:
    await changing.row(tx, items, id_, **values)

"""What staff did about something open: rang, wrote, visited. What was undone stays beside it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.prepared import Prepared, among
from db.tables import contacts
from domain.deciding import Contact, How


def _contact_of(row: Row[tuple[Any, ...]]) -> Contact:
    return Contact(row.id, row.item_id, row.individual_id, row.staff_id, How(row.how), row.at, row.undone_at)


async def add(tx: AsyncConnection, item_id: int, individual_id: int, staff_id: int, how: How, at: datetime) -> int:
    """Puts one on record; returns its id."""
    whose = {"item_id": item_id, "individual_id": individual_id, "staff_id": staff_id}
    new = insert(contacts).values(how=how.value, at=at, **whose).returning(contacts.c.id)
    return int((await tx.execute(new)).scalar_one())


async def undo(tx: AsyncConnection, id_: int, at: datetime) -> None:
    """It was not so, says whoever entered it."""
    await tx.execute(update(contacts).where(contacts.c.id == id_).values(undone_at=at))


_OF_ITEMS = Prepared(select(contacts).where(among(contacts.c.item_id, "ids")).order_by(contacts.c.at, contacts.c.id))


async def of_items(tx: AsyncConnection, item_ids: Iterable[int]) -> Mapping[int, list[Contact]]:
    """What was done about each of these items, in order, what was undone included."""
    found: dict[int, list[Contact]] = {}
    for row in await _OF_ITEMS.all(tx, ids=list(set(item_ids))):
        found.setdefault(row.item_id, []).append(_contact_of(row))
    return found


async def of_individual(tx: AsyncConnection, individual_id: int) -> list[Contact]:
    """Everything that was done about one person, in order."""
    query = select(contacts).where(contacts.c.individual_id == individual_id)
    return [_contact_of(row) for row in await tx.execute(query.order_by(contacts.c.at, contacts.c.id))]

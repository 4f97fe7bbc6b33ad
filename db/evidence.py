"""What individuals sent to show why: sealed, and opened one at a time."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.prepared import Prepared, among
from db.tables import evidence
from domain.evidence import Evidence

_KNOWN = [column for column in evidence.c if column.name not in ("content", "update_id")]


def _evidence_of(row: Row[tuple[Any, ...]]) -> Evidence:
    return Evidence(row.id, row.individual_id, row.item_id, row.appointment_id, row.at, row.mime, row.size)


async def add(
    tx: AsyncConnection,
    individual_id: int,
    item_id: int,
    appointment_id: int,
    at: datetime,
    update_id: int,
    mime: str,
    content: bytes,
) -> None:
    """Keeps one file; `update_id` is what brought it."""
    about = {"individual_id": individual_id, "item_id": item_id, "appointment_id": appointment_id}
    what = {"mime": mime, "size": len(content), "content": content, "update_id": update_id}
    await tx.execute(insert(evidence).values(at=at, **about, **what))


async def count(tx: AsyncConnection, item_id: int) -> int:
    """How many are kept about one item."""
    query = select(func.count()).select_from(evidence).where(evidence.c.item_id == item_id)
    return int((await tx.execute(query)).scalar_one())


_OF_APPOINTMENTS = Prepared(select(*_KNOWN).where(among(evidence.c.appointment_id, "ids")).order_by(evidence.c.id))


async def of_appointments(tx: AsyncConnection, ids: Iterable[int]) -> Mapping[int, list[Evidence]]:
    """What was sent about each of these dates, in order, without what is in it."""
    found: dict[int, list[Evidence]] = {}
    for row in await _OF_APPOINTMENTS.all(tx, ids=list(set(ids))):
        found.setdefault(row.appointment_id, []).append(_evidence_of(row))
    return found


async def opened(tx: AsyncConnection, id_: int) -> tuple[Evidence, bytes | None] | None:
    """One of them, with what is in it."""
    row = (await tx.execute(select(evidence).where(evidence.c.id == id_))).one_or_none()
    return (_evidence_of(row), row.content) if row is not None else None

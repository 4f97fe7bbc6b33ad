"""Sittings know the person and nothing of the answers; forms hold the answers and know no person."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import sittings


@dataclass(frozen=True)
class Sitting:
    """One run of one person through a form."""

    id: int
    form_id: str
    individual_id: int
    order_id: int
    form: str
    version: str
    owed_at: datetime
    offered_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    declined_at: datetime | None


def _sitting_of(row: Row[tuple[Any, ...]]) -> Sitting:
    return Sitting(
        row.id,
        row.form_id,
        row.individual_id,
        row.order_id,
        row.form,
        row.version,
        row.owed_at,
        row.offered_at,
        row.started_at,
        row.finished_at,
        row.declined_at,
    )


async def sitting(tx: AsyncConnection, id_: int) -> Sitting | None:
    row = (await tx.execute(select(sittings).where(sittings.c.id == id_))).one_or_none()
    return _sitting_of(row) if row else None


async def change(tx: AsyncConnection, id_: int, **values: object) -> None:
    await tx.execute(update(sittings).where(sittings.c.id == id_).values(**values))

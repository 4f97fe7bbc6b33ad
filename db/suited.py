"""Whom staff ticked for which place: nobody else is offered it."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db import bulk
from db.tables import suited


async def ticked(tx: AsyncConnection, individual_ids: Iterable[int]) -> dict[int, set[int]]:
    """The places (ids) for which each of these people is ticked."""
    found: dict[int, set[int]] = {}
    for part in bulk.chunks(set(individual_ids)):
        for row in await tx.execute(select(suited).where(suited.c.individual_id.in_(part))):
            found.setdefault(row.individual_id, set()).add(row.place_id)
    return found


async def ticked_for(tx: AsyncConnection, place_id: int) -> list[int]:
    """Everybody (ids) who is ticked for a place."""
    return list((await tx.execute(select(suited.c.individual_id).where(suited.c.place_id == place_id))).scalars())


async def tick(tx: AsyncConnection, individual_id: int, place_id: int, by: int, now: datetime) -> None:
    await untick(tx, individual_id, place_id)
    values = {"individual_id": individual_id, "place_id": place_id, "ticked_by": by, "at": now}
    await tx.execute(insert(suited).values(values))


async def untick(tx: AsyncConnection, individual_id: int, place_id: int) -> None:
    mine = (suited.c.individual_id == individual_id, suited.c.place_id == place_id)
    await tx.execute(delete(suited).where(*mine))

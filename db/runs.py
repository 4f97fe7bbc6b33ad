"""When each job of the clock last ran to its end."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import runs


async def note(tx: AsyncConnection, job: str, now: datetime) -> None:
    changed = await tx.execute(update(runs).where(runs.c.job == job).values(at=now))
    if changed.rowcount == 0:
        await tx.execute(insert(runs).values(job=job, at=now))


async def last(tx: AsyncConnection, job: str) -> datetime | None:
    return (await tx.execute(select(runs.c.at).where(runs.c.job == job))).scalar_one_or_none()

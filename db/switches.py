"""What somebody has turned off, when, and who it was."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.prepared import Prepared
from db.tables import switches


@dataclass(frozen=True)
class Off:
    """A switch that is off. `by` is None for the command line."""

    at: datetime
    by: int | None


_OFF = Prepared(select(switches.c.off_at, switches.c.off_by).where(switches.c.name == bindparam("name")))


async def off(tx: AsyncConnection, name: str) -> Off | None:
    """None: it is on."""
    row = await _OFF.first(tx, name=name)
    return Off(row.off_at, row.off_by) if row is not None else None


async def turn_off(tx: AsyncConnection, name: str, now: datetime, by: int | None) -> None:
    await tx.execute(insert(switches).values(name=name, off_at=now, off_by=by))


async def turn_on(tx: AsyncConnection, name: str) -> None:
    await tx.execute(delete(switches).where(switches.c.name == name))

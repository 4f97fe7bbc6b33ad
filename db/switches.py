"""What somebody has turned off, when, and who it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.prepared import Prepared, Reading
from db.tables import switches


@dataclass(frozen=True)
class Off:
    """A switch that is off. `by` is None for the command line."""

    at: datetime
    by: int | None


_OFF = Prepared(select(switches.c.off_at, switches.c.off_by).where(switches.c.name == bindparam("name")))


async def off(tx: AsyncConnection, name: str) -> Off | None:
    """None: it is on."""
    return await reading_off(name).alone(tx)


def reading_off(name: str) -> Reading[Off | None]:
    return Reading(_OFF, _first, name=name)


def _first(rows: Sequence[Any]) -> Off | None:
    return Off(rows[0].off_at, rows[0].off_by) if rows else None


async def turn_off(tx: AsyncConnection, name: str, now: datetime, by: int | None) -> None:
    await tx.execute(insert(switches).values(name=name, off_at=now, off_by=by))


async def turn_on(tx: AsyncConnection, name: str) -> None:
    await tx.execute(delete(switches).where(switches.c.name == name))

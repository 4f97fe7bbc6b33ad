"""What only one process does at a time, where several share a database: until when, and whose it is."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from db.prepared import Prepared
from db.tables import leases


async def take(tx: AsyncConnection, name: str, holder: str, until: datetime, now: datetime) -> bool:
    """Takes or renews a lease; False while it is another's."""
    free = or_(leases.c.holder == holder, leases.c.until <= now)
    renewed = update(leases).where(leases.c.name == name, free).values(holder=holder, until=until)
    if (await tx.execute(renewed.returning(leases.c.name))).first() is not None:
        return True
    new: Any = postgresql.insert(leases) if tx.dialect.name == "postgresql" else sqlite.insert(leases)
    values = {"name": name, "holder": holder, "until": until}
    added = new.values(values).on_conflict_do_nothing().returning(leases.c.name)
    return (await tx.execute(added)).first() is not None


_HELD = Prepared(
    select(leases.c.name)
    .where(
        leases.c.name == bindparam("name"),
        leases.c.holder == bindparam("holder"),
        leases.c.until > bindparam("now", type_=leases.c.until.type),
    )
    .with_for_update()
)


async def held(tx: AsyncConnection, name: str, holder: str, now: datetime) -> bool:
    """Whether it is this holder's, and stays so until the transaction ends."""
    return await _HELD.first(tx, name=name, holder=holder, now=now) is not None


async def give_back(tx: AsyncConnection, holder: str, name: str | None = None) -> None:
    """Ends one lease of a holder, or all of them."""
    which = leases.c.holder == holder if name is None else (leases.c.holder == holder) & (leases.c.name == name)
    await tx.execute(delete(leases).where(which))


async def living(tx: AsyncConnection, prefix: str, now: datetime) -> int:
    """How many leases, of those whose names begin like this, have not run out."""
    query = select(leases.c.name).where(leases.c.name.startswith(prefix), leases.c.until > now)
    return len((await tx.execute(query)).all())


async def forget(tx: AsyncConnection, before: datetime) -> None:
    """Rows of processes that are long gone."""
    await tx.execute(delete(leases).where(leases.c.until < before))

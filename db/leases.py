"""What only one process does at a time, where several share a database: until when, and whose it is."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.prepared import Prepared, Reading, of_each_kind
from db.tables import leases


def _taking(insert: Any) -> Prepared:
    new = insert(leases).values({name: bindparam(name) for name in ("name", "holder", "until")})
    free = or_(leases.c.holder == new.excluded.holder, leases.c.until <= bindparam("now", type_=leases.c.until.type))
    renewed = new.on_conflict_do_update(
        index_elements=[leases.c.name],
        set_={"holder": new.excluded.holder, "until": new.excluded.until},
        where=free,
    )
    return Prepared(renewed.returning(leases.c.name))


_TAKEN = of_each_kind(_taking)


async def take(tx: AsyncConnection, name: str, holder: str, until: datetime, now: datetime) -> bool:
    """Takes or renews a lease; False while it is another's."""
    wanted = {"name": name, "holder": holder, "until": until, "now": now}
    return await _TAKEN[tx.dialect.name].first(tx, **wanted) is not None


_HELD = Prepared(
    select(leases.c.name)
    .where(
        leases.c.name == bindparam("name"),
        leases.c.holder == bindparam("holder"),
        leases.c.until > bindparam("now", type_=leases.c.until.type),
    )
    .with_for_update()
)


def reading_held(name: str, holder: str, now: datetime) -> Reading[bool]:
    """Whether it is this holder's, and stays so until the transaction ends."""
    return Reading(_HELD, bool, name=name, holder=holder, now=now)


_GIVEN_BACK = Prepared(delete(leases).where(leases.c.holder == bindparam("holder")))
_ONE_GIVEN_BACK = Prepared(
    delete(leases).where(leases.c.name == bindparam("name"), leases.c.holder == bindparam("holder"))
)


async def give_back(tx: AsyncConnection, holder: str, name: str | None = None) -> None:
    """Ends one lease of a holder, or all of them."""
    if name is None:
        await _GIVEN_BACK.later(tx, holder=holder)
    else:
        await _ONE_GIVEN_BACK.later(tx, holder=holder, name=name)


async def living(tx: AsyncConnection, prefix: str, now: datetime) -> int:
    """How many leases, of those whose names begin like this, have not run out."""
    query = select(leases.c.name).where(leases.c.name.startswith(prefix), leases.c.until > now)
    return len((await tx.execute(query)).all())


async def forget(tx: AsyncConnection, before: datetime) -> None:
    """Rows of processes that are long gone."""
    await tx.execute(delete(leases).where(leases.c.until < before))

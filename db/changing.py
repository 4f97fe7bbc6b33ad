"""One row's columns changed by their names: put into SQL once for each few of them that are changed together."""

from functools import cache

from sqlalchemy import Table, bindparam, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.prepared import Prepared


async def row(tx: AsyncConnection, table: Table, id_: int, **values: object) -> None:
    """Gives columns of the row with this id new values."""
    await _changing(table, tuple(sorted(values))).later(tx, at_id=id_, **values)


@cache
def _changing(table: Table, names: tuple[str, ...]) -> Prepared:
    values = {name: bindparam(name, type_=table.c[name].type) for name in names}
    return Prepared(update(table).where(table.c.id == bindparam("at_id", type_=table.c.id.type)).values(values))

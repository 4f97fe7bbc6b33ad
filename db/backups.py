"""Every row of every table as plain lines, sealed values still sealed; and back, into either kind of database."""

import base64
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import Date, LargeBinary, Table, delete, func, select, text, tuple_, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import bulk, sealing, tables
from db import outbox as owed
from db.tables import inbox, outbox
from db.types import UtcDateTime
from domain.outbox import Row, Status

TABLES = tables.metadata.sorted_tables
CHUNK = 500


async def revision(tx: AsyncConnection) -> str:
    """The migration that this database has had last."""
    return str((await tx.execute(text("SELECT version_num FROM alembic_version"))).scalar_one())


def known_revisions() -> frozenset[str]:
    """Every migration that this version of the code has."""
    script = ScriptDirectory(str(Path(__file__).parent / "migrations"))
    return frozenset(step.revision for step in script.walk_revisions())


async def count(tx: AsyncConnection) -> int:
    """How many rows there are in all tables."""
    total = 0
    for table in TABLES:
        total += int((await tx.execute(select(func.count()).select_from(table))).scalar_one())
    return total


async def empty(tx: AsyncConnection) -> bool:
    """Whether nobody is known here."""
    for table in (tables.staff, tables.individuals):
        if (await tx.execute(select(table.c.id).limit(1))).first() is not None:
            return False
    return True


async def rows(tx: AsyncConnection, table: Table) -> AsyncIterator[list[Any]]:
    """Every row as values that JSON can hold, in the order of the table's columns."""
    sealed = bulk.personal(table)
    columns = [type_coerce(one, LargeBinary).label(one.name) if one.name in sealed else one for one in table.c]
    key = tuple_(*table.primary_key.columns)
    query = select(*columns).order_by(*table.primary_key.columns).limit(sealing.batch_of(table, CHUNK))
    found = (await tx.execute(query)).all()
    while found:
        for row in found:
            yield [_plain(value) for value in row]
        after = tuple(getattr(found[-1], column.name) for column in table.primary_key.columns)
        found = (await tx.execute(query.where(key > after))).all()


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    return value.isoformat() if isinstance(value, date) else value


def row_of(table: Table, names: Sequence[str], values: Sequence[Any]) -> dict[str, Any]:
    """The inverse: a row ready to be written, sealed values as they are."""
    return {name: _value(table, name, value) for name, value in zip(names, values, strict=True)}


def _value(table: Table, name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in bulk.personal(table):
        return base64.b64decode(value)
    if isinstance(table.c[name].type, UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(table.c[name].type, Date) else value


async def clear(tx: AsyncConnection) -> None:
    """Deletes every row of every table."""
    for table in reversed(TABLES):
        await tx.execute(delete(table))


async def add(tx: AsyncConnection, table: Table, several: Sequence[Mapping[str, Any]]) -> list[tuple[int, Any, Any]]:
    """Writes rows. Links within the table itself come back as (id, column, value): see `link`."""
    own = [column for column in table.c if any(key.column.table is table for key in column.foreign_keys)]
    later = [(row["id"], column, row[column.name]) for row in several for column in own if row.get(column.name)]
    plain = [{**row, **{column.name: None for column in own}} for row in several]
    for batch in bulk.added(tx.dialect, table, plain):
        await batch.run(tx)
    return later


async def link(tx: AsyncConnection, links: Iterable[tuple[int, Any, Any]]) -> None:
    """Sets links within a table, once all its rows are there."""
    for id_, column, value in links:
        await tx.execute(update(column.table).where(column.table.c.id == id_).values({column.name: value}))


async def count_on(tx: AsyncConnection) -> None:
    """New rows get ids after those that are here. SQLite does so by itself."""
    if tx.dialect.name != "postgresql":
        return
    for table in TABLES:
        if "id" in table.c:
            highest = select(func.max(table.c.id)).scalar_subquery()
            sequence = func.pg_get_serial_sequence(table.name, "id")
            await tx.execute(select(func.setval(sequence, func.coalesce(highest, 1), highest.is_not(None))))


async def unsent(tx: AsyncConnection) -> list[Row]:
    """Everything that is owed and not sent."""
    total = int((await tx.execute(select(func.count()).select_from(outbox))).scalar_one())
    return await owed.owed_next(tx, total)


async def miss(tx: AsyncConnection, ids: Iterable[int], now: datetime) -> None:
    """Ends rows as missed because a backup was restored."""
    values = {"status": Status.MISSED.value, "reason": "restored", "settled_at": now}
    for part in bulk.chunks(ids):
        await tx.execute(update(outbox).where(outbox.c.id.in_(part)).values(values))


async def drop_updates(tx: AsyncConnection) -> int:
    """Deletes what had come in and was being answered when the backup was made: it was answered long ago."""
    return int((await tx.execute(delete(inbox).where(inbox.c.parked_at.is_(None)))).rowcount)

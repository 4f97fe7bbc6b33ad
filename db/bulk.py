"""Thousands of rows in one statement, made ready before the transaction: within it only the driver has work to do.

Binding 20 columns of 10,000 rows costs SQLAlchemy a second or two; the database writes them in a tenth of that.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Dialect, Insert, LargeBinary, Table, Update, bindparam, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.prepared import read_anew
from db.types import Sealed, SealedBytes, SealedJson

T = TypeVar("T")
CHUNK = 1000  # names in one statement: SQLite takes 32,766 of them, PostgreSQL 65,535


def chunks(names: Iterable[T]) -> Iterator[list[T]]:
    """At most as many at a time as one statement can name."""
    rest = iter(names)
    while part := list(islice(rest, CHUNK)):
        yield part


@dataclass(frozen=True)
class Batch:
    """One statement with the parameters of many rows, as the driver takes them."""

    sql: str
    rows: list[Any]

    async def run(self, tx: AsyncConnection) -> None:
        """Writes them all."""
        await tx.exec_driver_sql(self.sql, self.rows)
        read_anew(tx)


def ready(dialect: Dialect, statement: Insert | Update, rows: Sequence[Mapping[str, Any]]) -> Batch:
    """A statement whose every parameter is named by each row."""
    compiled = statement.compile(dialect=dialect)
    processors = {
        name: processor
        for name, bind in compiled.binds.items()
        if (processor := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
    }
    names: Sequence[str] = (compiled.positiontup or ()) if compiled.positional else list(compiled.binds)

    def bound(row: Mapping[str, Any]) -> dict[str, Any]:
        return {name: processors[name](row[name]) if name in processors else row[name] for name in names}

    whole = map(bound, rows)
    return Batch(compiled.string, [tuple(row.values()) for row in whole] if compiled.positional else list(whole))


def added(dialect: Dialect, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[Batch]:
    """Inserts rows that name the same columns and whose personal values are sealed."""
    if not rows:
        return []
    return [ready(dialect, insert(table).values(parameters(table, rows[0])), [filled(row) for row in rows])]


def changed(dialect: Dialect, table: Table, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> list[Batch]:
    """Changes only the named columns of each row (by id): one statement for each set of columns."""
    groups: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for id_, values in rows:
        groups.setdefault(tuple(sorted(values)), []).append({"at_id": id_, **filled(values)})
    mine = table.c.id == bindparam("at_id", type_=table.c.id.type)
    return [
        ready(dialect, update(table).where(mine).values(parameters(table, names)), group)
        for names, group in groups.items()
    ]


@lru_cache
def personal(table: Table) -> frozenset[str]:
    """The columns whose values are sealed."""
    sealed = Sealed | SealedBytes | SealedJson
    return frozenset(column.name for column in table.columns if isinstance(column.type, sealed))


def parameters(table: Table, names: Iterable[str]) -> dict[str, Any]:
    """A parameter for each column; what is sealed already is written as it is."""
    return {
        name: bindparam(f"to_{name}", type_=LargeBinary() if name in personal(table) else table.c[name].type)
        for name in names
    }


def filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same values under the names of their parameters."""
    return {f"to_{name}": value for name, value in values.items()}

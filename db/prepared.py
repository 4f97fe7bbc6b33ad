"""Statements that are put into SQL once: what is read for every message and every tap.

SQLAlchemy builds, looks up and wraps a statement anew each time that it is executed, which takes far longer than the
database does (docs/adr/0009 has the figures). Here a statement keeps its text and its types, and goes straight to the
driver, within the transaction that it is given. For anything that is not on the way of each message, `tx.execute` is
the simpler thing.
"""

import json
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import psycopg
from sqlalchemy import ARRAY, Boolean, ColumnElement, Dialect, String, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.base import Executable
from sqlalchemy.types import TypeEngine

from db import postgres

FEW = 100  # rows that are given to PostgreSQL one by one, with whatever is asked next
T = TypeVar("T")
Processor = Callable[[Any], Any] | None
_named: Any = namedtuple  # mypy wants to know the names beforehand


def of_each_kind(make: Callable[[Any], T]) -> Mapping[str, T]:
    """What is made with the `insert` of each kind of database, by its name: only that one knows ON CONFLICT."""
    return {"sqlite": make(sqlite.insert), "postgresql": make(postgresql.insert)}


class among(ColumnElement[bool]):
    """`column` is one of the values given under a name, however many there are: one text for any number of them, and
    another for a single one, which PostgreSQL has to plan but once: of a list it thinks anew each time how long it is.
    """

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any], name: str) -> None:
        self.column = column
        self.name = name
        self.type = Boolean()

    def self_group(self, against: Any = None) -> "among":
        """As it is. SQLAlchemy would compare it with 1, and SQLite then reads the whole table, index or not."""
        return self


@compiles(among, "sqlite")
def _among_json(element: among, compiler: Any, **how: Any) -> str:
    values = func.json_each(bindparam(element.name, type_=_AsJson())).table_valued("value")
    return _compared(element, element.column.in_(select(values.c.value)), compiler, **how)


@compiles(among)
def _among_array(element: among, compiler: Any, **how: Any) -> str:
    values = bindparam(element.name, type_=ARRAY(element.column.type))
    return _compared(element, element.column == func.any(values), compiler, **how)


def _compared(
    element: among,
    several: ColumnElement[bool],
    compiler: Any,
    lists: set[str] | None = None,
    single: Collection[str] = (),
    **how: Any,
) -> str:
    """Tells by the way which values are given as `lists`."""
    if lists is not None:
        lists.add(element.name)
    one = element.column == bindparam(element.name, type_=element.column.type)
    return str(compiler.process(one if element.name in single else several, **how))


class _AsJson(String):
    """A list as SQLite's json_each reads it."""

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        return json.dumps


class Prepared:
    """One statement. Its parameters are the `bindparam`s in it, given by name to `all`, `first` and `run`."""

    def __init__(self, statement: Executable) -> None:
        self._statement = statement
        self._lists: Collection[str] | None = None
        self._texts: dict[tuple[type, Collection[str]], _Text] = {}

    async def all(self, tx: AsyncConnection, **values: Any) -> list[Any]:
        """Every row, with its columns by name."""
        driver = driver_of(tx)
        ((rows, _),) = await _executed(tx, driver, [(self._text(tx, driver, values), values)])
        return rows

    async def first(self, tx: AsyncConnection, **values: Any) -> Any | None:
        """The first row, or None."""
        rows = await self.all(tx, **values)
        return rows[0] if rows else None

    async def run(self, tx: AsyncConnection, **values: Any) -> int:
        """How many rows it changed."""
        driver = driver_of(tx)
        ((_, count),) = await _executed(tx, driver, [(self._text(tx, driver, values), values)])
        return count

    async def later(self, tx: AsyncConnection, **values: Any) -> None:
        """Carries it out before whatever comes next in this transaction, or its end: which is where it raises, if it
        fails. It saves a way to PostgreSQL and back where nothing is to be heard."""
        await Reading(self, _nothing, **values).later(tx)

    async def many(self, tx: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
        """The same `later` for each of these: parameters by name. An insert must return nothing (`Insert.inline`)."""
        if not rows:
            return
        driver = driver_of(tx)
        text = self._text(tx, driver, rows[0])
        if len(rows) <= FEW and not isinstance(driver, sqlite3.Connection):
            for row in rows:
                driver.put_off(text.asked(row), lambda its: None)
            return
        values = [text.parameters(row) for row in rows]
        try:
            if isinstance(driver, sqlite3.Connection):
                driver.executemany(text.sql, values)
                return
            async with driver.cursor() as cursor:
                await cursor.executemany(text.sql, values)
        except (sqlite3.Error, psycopg.Error) as error:
            raise await as_sqlalchemy_has_it(tx, error, text.sql) from error

    def _text(self, tx: AsyncConnection, driver: object, values: Mapping[str, Any]) -> "_Text":
        if self._lists is None:
            self._lists = _lists_in(self._statement, tx.dialect)
        single = tuple([name for name in self._lists if len(values[name]) == 1]) if self._lists else ()
        key = (type(driver), single)
        if (text := self._texts.get(key)) is None:
            text = self._texts[key] = _Text(self._statement, tx.dialect, single)
        return text


class Reading(Generic[T]):
    """A statement with its values, and what is made of its rows: for several that are carried out together. What it
    came to is `found` by then."""

    found: T

    def __init__(self, statement: Prepared, made: Callable[[list[Any]], T], **values: Any) -> None:
        self.statement = statement
        self.made = made
        self.values = values

    async def alone(self, tx: AsyncConnection) -> T:
        """The same, carried out by itself."""
        if not self.known(tx):
            self.hear(tx, await self.statement.all(tx, **self.values))
        return self.found

    async def later(self, tx: AsyncConnection) -> None:
        """Carries it out before whatever comes next in this transaction, or its end."""
        driver = driver_of(tx)
        if self.known(tx):
            return
        if isinstance(driver, sqlite3.Connection):
            await together(tx, self)
            return
        text = self.statement._text(tx, driver, self.values)
        driver.put_off(text.asked(self.values), lambda its: self.hear(tx, text.rows(its.rows, its.type_of)))

    async def heard(self, tx: AsyncConnection) -> T:
        """What it came to, now that it was put off; if nothing has come since, it is carried out by itself."""
        if not hasattr(self, "found"):
            await _executed(tx, driver_of(tx), [])
        return self.found

    def known(self, tx: AsyncConnection) -> bool:
        """Whether it need not be carried out, as `found` is there already."""
        return False

    def hear(self, tx: AsyncConnection, rows: list[Any]) -> None:
        self.found = self.made(rows)


class ReadOnce(Reading[T]):
    """One that a transaction carries out only the first time: whoever reads it again is given what was found then, and
    may not change it. Whoever writes what it reads calls `read_anew`."""

    def known(self, tx: AsyncConnection) -> bool:
        found = tx.info.get(_FOUND, {})
        if self.statement in found:
            self.found = found[self.statement]
        return self.statement in found

    def hear(self, tx: AsyncConnection, rows: list[Any]) -> None:
        super().hear(tx, rows)
        tx.info.setdefault(_FOUND, {})[self.statement] = self.found


_FOUND = "what was read once"


def read_anew(tx: AsyncConnection) -> None:
    """From here on nothing counts as read."""
    tx.info.pop(_FOUND, None)


async def together(tx: AsyncConnection, *readings: Reading[Any]) -> None:
    """Carries all of these out, in their order: on PostgreSQL in one exchange."""
    driver = driver_of(tx)
    unknown = [one for one in readings if not one.known(tx)]
    if not unknown:
        return
    asked = [(one.statement._text(tx, driver, one.values), one.values) for one in unknown]
    found = await _executed(tx, driver, asked)
    for one, (rows, _) in zip(unknown, found, strict=True):
        one.hear(tx, rows)


def _lists_in(statement: Any, dialect: Dialect) -> Collection[str]:
    lists = set[str]()
    statement.compile(dialect=dialect, compile_kwargs={"lists": lists})
    return sorted(lists)


def _nothing(_: list[Any]) -> None:
    """What is made of rows that nobody asked for."""


class _Text:
    """A statement as one kind of database takes it, with what turns values into its types and back. Of a list that is
    `single` it takes the one value."""

    def __init__(self, statement: Executable, dialect: Dialect, single: Collection[str]) -> None:
        compiled: Any = statement.compile(dialect=dialect, compile_kwargs={"single": single})  # type: ignore[attr-defined]
        self.sql = str(compiled)
        self.numbered, numbered = _with_numbers(self.sql) if not compiled.positional else (b"", ())
        self._given = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        self._in = {name: _sent(bind.type, dialect) for name, bind in compiled.binds.items()}
        self._single = single
        self._positional: bool = compiled.positional
        self._order = [(name, self._in[name]) for name in (compiled.positiontup if self._positional else numbered)]
        self._columns = compiled._result_columns
        self.returns = bool(self._columns)
        self._dialect = dialect
        self._make: Any = None
        self._out: list[tuple[int, Callable[[Any], Any]]] = []

    def parameters(self, values: Mapping[str, Any]) -> Any:
        """Values by name, as the driver's cursor takes them; raises KeyError for one that is missing."""
        if self._positional:
            return self._in_order(values)
        whole = self._whole(values)
        return {name: process(whole[name]) if process else whole[name] for name, process in self._in.items()}

    def asked(self, values: Mapping[str, Any]) -> postgres.Asked:
        """The same for PostgreSQL, without a cursor."""
        return postgres.Asked(self.numbered, self._in_order(values))

    def rows(self, values: Iterable[Sequence[Any]], type_of: Callable[[int], object]) -> list[Any]:
        """What the driver returned, as our types. Some of them ask what the database calls theirs."""
        if not values:
            return []
        if self._make is None:
            each = [_received(one.type, self._dialect, type_of(n)) for n, one in enumerate(self._columns)]
            self._out = [(n, process) for n, process in enumerate(each) if process]
            self._make = _named("Row", [one.keyname for one in self._columns])._make
        return [self._make(self._as_ours(row) if self._out else row) for row in values]

    def _as_ours(self, row: Sequence[Any]) -> Sequence[Any]:
        cells = list(row)
        for n, process in self._out:
            if cells[n] is not None:
                cells[n] = process(cells[n])
        return cells

    def _in_order(self, values: Mapping[str, Any]) -> list[Any]:
        whole = self._whole(values)
        return [process(whole[name]) if process else whole[name] for name, process in self._order]

    def _whole(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        if not self._given and not self._single:
            return values
        return {**self._given, **values, **{name: values[name][0] for name in self._single}}


class _Numbers(dict[str, str]):
    """The names in a text, numbered as they come."""

    def __missing__(self, name: str) -> str:
        self[name] = f"${len(self) + 1}"
        return self[name]


def _with_numbers(sql: str) -> tuple[bytes, Sequence[str]]:
    """A text with %(names)s in it as PostgreSQL itself reads it: $1, $2, … And whose values these are."""
    numbers = _Numbers()
    return (sql % numbers).encode(), list(numbers)


def _sent(type_: TypeEngine[Any], dialect: Dialect) -> Processor:
    if isinstance(type_, ARRAY):
        return _as_array
    return type_.dialect_impl(dialect).bind_processor(dialect)


def _as_array(values: Iterable[int | str]) -> str:
    """A list as PostgreSQL writes one. The driver would first look through it for what it is made of, which takes a
    quarter of what the statement takes."""
    return "{" + ",".join('"' + str(one).replace("\\", "\\\\").replace('"', '\\"') + '"' for one in values) + "}"


def _received(type_: TypeEngine[Any], dialect: Dialect, theirs: object) -> Processor:
    return type_.dialect_impl(dialect).result_processor(dialect, theirs)


def driver_of(tx: AsyncConnection) -> Any:
    """The driver's own connection: one of db/sqlite.py or db/postgres.py."""
    return tx.sync_connection.connection.driver_connection  # type: ignore[union-attr]


async def _executed(
    tx: AsyncConnection, driver: Any, asked: Sequence[tuple[_Text, Mapping[str, Any]]]
) -> list[tuple[list[Any], int]]:
    """The rows of each, and how many were found or changed, straight from the driver."""
    try:
        if isinstance(driver, sqlite3.Connection):
            return [_on_sqlite(driver, text, values) for text, values in asked]
        found = await driver.ask([text.asked(values) for text, values in asked])
    except (sqlite3.Error, psycopg.Error) as error:
        raise await as_sqlalchemy_has_it(tx, error, "; ".join(text.sql for text, _ in asked)) from error
    return [(text.rows(its.rows, its.type_of), its.number) for (text, _), its in zip(asked, found, strict=True)]


def _on_sqlite(driver: sqlite3.Connection, text: _Text, values: Mapping[str, Any]) -> tuple[list[Any], int]:
    cursor = driver.execute(text.sql, text.parameters(values))
    return text.rows(cursor.fetchall() if text.returns else [], _no_type), cursor.rowcount


def _no_type(_: int) -> None:
    """SQLite's columns have none."""


async def as_sqlalchemy_has_it(tx: AsyncConnection, error: Exception, sql: str) -> BaseException:
    """The same error as from `tx.execute`; a connection that was lost is not used again."""
    lost = isinstance(error, psycopg.Error) and bool(driver_of(tx).closed)
    if lost:
        await tx.invalidate(error)
    base: type[Exception] = psycopg.Error if isinstance(error, psycopg.Error) else sqlite3.Error
    ours = DBAPIError.instance(sql, None, error, base, True, lost, tx.dialect)
    assert isinstance(ours, BaseException)
    return ours

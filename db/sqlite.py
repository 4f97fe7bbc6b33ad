"""A statement on SQLite in one trip to the connection's thread, where the driver's own cursor makes four.

A trip costs two thread switches, which is more than most of our statements take (docs/adr/0006).
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import aiosqlite

CHUNK = 64  # rows a driver's own cursor would fetch at a time; ours fetches all of them


class Cursor:
    """What SQLAlchemy asks of a driver's cursor. The rows are there as soon as the statement has run."""

    def __init__(self, connection: "Connection") -> None:
        self._connection = connection
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> "Cursor":
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> "Cursor":
        return await self._run(lambda cursor: cursor.execute(sql, parameters))

    async def executemany(self, sql: str, parameters: Sequence[Sequence[Any]]) -> "Cursor":
        return await self._run(lambda cursor: cursor.executemany(sql, parameters))

    async def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        self._rows = []

    async def _run(self, statement: Callable[[sqlite3.Cursor], object]) -> "Cursor":
        await self._connection.trip(lambda: self._there(statement))
        return self

    def _there(self, statement: Callable[[sqlite3.Cursor], object]) -> None:
        """In the connection's own thread."""
        cursor = self._connection.raw.cursor()
        try:
            statement(cursor)
            self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
            self._rows = cursor.fetchall() if cursor.description else []
        finally:
            cursor.close()


class Connection(aiosqlite.Connection):
    """The driver's connection with our cursor."""

    def cursor(self) -> Cursor:  # type: ignore[override]
        return Cursor(self)

    @property
    def raw(self) -> sqlite3.Connection:
        """For use in the connection's own thread."""
        return self._conn

    async def trip(self, work: Callable[[], None]) -> None:
        """Does something in the connection's own thread."""
        await self._execute(work)  # type: ignore[no-untyped-call]


async def connect(file: str, wait_seconds: float) -> Connection:
    """Opens a database file."""
    connection = Connection(lambda: sqlite3.connect(file, timeout=wait_seconds), CHUNK)
    connection._thread.daemon = True  # as SQLAlchemy has it: an open connection never holds up the end
    await connection
    return connection

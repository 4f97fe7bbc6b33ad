"""SQLite without a thread: a statement of ours takes less time than the two thread switches that it would cost.

SQLAlchemy's usual driver for asyncio runs each connection in a thread of its own. Here the standard library's driver is
called from the event loop itself (docs/adr/0008 has the figures). What could take long is waited for without holding
anybody up: another process's lock is asked for again and again, with a sleep between.
"""

import asyncio
import sqlite3
from collections import deque
from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.pool import AsyncAdaptedQueuePool
from sqlalchemy.util import await_only

LOCK_SECONDS = 10.0  # how long a writer waits for another process's transaction to end
BETWEEN_TRIES = 0.005  # seconds
KNOWN = 1000  # statements that a connection need not read again: more than there are
URL = "sqlite+loop://"


class Cursor(sqlite3.Cursor):
    """Has its rows as soon as the statement has run: no statement is left half way when its transaction ends."""

    _rows: deque[Any]

    def execute(self, sql: str, parameters: Any = (), /) -> "Cursor":
        super().execute(sql, parameters)
        self._rows = deque(super().fetchall() if self.description else ())
        return self

    def fetchone(self) -> Any:
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[Any]:
        return [self._rows.popleft() for _ in range(min(size or self.arraysize, len(self._rows)))]

    def fetchall(self) -> list[Any]:
        rows, self._rows = list(self._rows), deque()
        return rows

    async def _async_soft_close(self) -> None:
        """SQLAlchemy is done with the statement; the rows that are still to be read are here."""
        await _nothing()


class Connection(sqlite3.Connection):
    """Its cursors are ours."""

    lost = False  # a file does not go away

    def cursor(self, factory: Any = Cursor) -> Any:
        return super().cursor(factory)

    async def begin(self, writing: bool) -> None:
        """A snapshot from the first read on; or the lock at once, and another process may hold it: then others of ours
        go on meanwhile."""
        patience = asyncio.get_running_loop().time() + LOCK_SECONDS
        while True:
            try:
                self.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or asyncio.get_running_loop().time() > patience:
                    raise
                await asyncio.sleep(BETWEEN_TRIES)

    async def end(self, well: bool) -> None:
        """Nothing, if nothing was begun."""
        return self.commit() if well else self.rollback()


class Dialect(SQLiteDialect_pysqlite):
    """The standard library's driver, for an asynchronous engine."""

    driver = "loop"
    is_async = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, url: Any) -> type[AsyncAdaptedQueuePool]:
        return AsyncAdaptedQueuePool

    def connect(self, *where: Any, **how: Any) -> Any:
        return super().connect(*where, factory=Connection, cached_statements=KNOWN, **how)

    def get_driver_connection(self, connection: Any) -> Any:
        return connection

    def do_execute(self, cursor: Any, *statement: Any, **more: Any) -> None:
        super().do_execute(cursor, *statement, **more)  # type: ignore[no-untyped-call]
        await_only(_nothing())

    def do_executemany(self, cursor: Any, *statement: Any, **more: Any) -> None:
        super().do_executemany(cursor, *statement, **more)  # type: ignore[no-untyped-call]
        await_only(_nothing())


async def _nothing() -> None:
    """SQLAlchemy takes a statement that awaits nothing for a driver's mistake: this one awaits nothing, and says so."""


registry.register("sqlite.loop", __name__, "Dialect")

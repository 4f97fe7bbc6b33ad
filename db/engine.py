"""Where what is remembered is kept: one database, two ways in, each a transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from db import postgres, sqlite
from db.connections import Connections
from db.types import Keyring, unlocked

# To one PostgreSQL. All of them stay: to make some for a rush and give them up again took half of the server's time.
# With eight, what had just been said waited too long to be written down, and was said again after a kill.
CONNECTIONS = 18
READERS = 4  # of a SQLite file, beside its one writer


class Database:
    """A SQLite file or a PostgreSQL database, and the keys to its sealed columns."""

    def __init__(self, url: str, keys: Keyring) -> None:
        self.url = make_url(url)
        self.keys = keys
        self.sqlite = self.url.get_backend_name() == "sqlite"
        if self.sqlite:
            self._writer, self._reader = self._file(1), self._file(READERS)
            self._writing, self._reading = Connections(self._writer, 1), Connections(self._reader, READERS)
            self._glancing = self._reading
        else:
            self._writer = self._reader = self._server(CONNECTIONS)
            self._writing = self._reading = Connections(self._writer, CONNECTIONS)
            self._glancing = Connections(self._server(1, isolation_level="AUTOCOMMIT"), 1)

    def _file(self, most: int) -> AsyncEngine:
        file = self.url.database or ":memory:"
        engine = create_async_engine(f"{sqlite.URL}/{file}", pool_size=most, max_overflow=0)
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        return engine

    def _server(self, most: int, **more: Any) -> AsyncEngine:
        url, ours = self.url.set(drivername="postgresql+psycopg"), {"async_creator_fn": postgres.Connection.connect}
        return create_async_engine(url, pool_size=most, max_overflow=0, connect_args=ours, **more)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One writing transaction: all of it, or nothing. On SQLite it takes the lock at once (BEGIN IMMEDIATE)."""
        with unlocked(self.keys):
            async with self._writing.transaction(writing=True) as tx:
                yield tx

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One reading transaction: one snapshot of what was committed, which never waits for a writer."""
        with unlocked(self.keys):
            async with self._reading.transaction(writing=False) as tx:
                yield tx

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[AsyncConnection]:
        """One prepared statement, of which the database makes its own transaction: no word of begin and end."""
        with unlocked(self.keys):
            async with self._glancing.transaction(writing=None) as tx:
                yield tx

    async def close(self) -> None:
        for one in (self._writing, self._reading, self._glancing):
            await one.close()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # `Connections` says BEGIN, not the driver by itself
    for pragma in ("journal_mode=WAL", "busy_timeout=0", "foreign_keys=ON", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")

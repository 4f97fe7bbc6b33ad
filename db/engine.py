"""Where what is remembered is kept: one database, two ways in, each a transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from select import POLLIN, poll
from typing import Any

import psycopg
from sqlalchemy import event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from db import sqlite
from db.types import Keyring, unlocked

# To one PostgreSQL. All of them stay: to make some for a rush and give them up again took half of the server's time.
# With eight, what had just been said waited too long to be written down, and was said again after a kill.
CONNECTIONS = 18


class Database:
    """A SQLite file or a PostgreSQL database, and the keys to its sealed columns."""

    def __init__(self, url: str, keys: Keyring) -> None:
        self.url = make_url(url)
        self.keys = keys
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self._writer = self._engine(writing=True)
        self._reader = self._engine(writing=False) if self.sqlite else self._writer
        self._glancer = self._reader if self.sqlite else self._autocommitting()

    def _engine(self, writing: bool) -> AsyncEngine:
        if not self.sqlite:
            url = self.url.set(drivername="postgresql+psycopg")
            engine = create_async_engine(url, pool_size=CONNECTIONS, max_overflow=0)
            event.listen(engine.sync_engine, "checkout", _refuse_lost)
            return engine
        engine = create_async_engine(
            f"{sqlite.URL}/{self.url.database or ':memory:'}", pool_size=1 if writing else 4, max_overflow=0
        )
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", sqlite.begin_immediate if writing else sqlite.begin_deferred)
        return engine

    def _autocommitting(self) -> AsyncEngine:
        """One connection more to PostgreSQL, on which a statement stands for itself."""
        url = self.url.set(drivername="postgresql+psycopg")
        engine = create_async_engine(url, pool_size=1, max_overflow=0, isolation_level="AUTOCOMMIT")
        event.listen(engine.sync_engine, "checkout", _refuse_lost)
        return engine

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One writing transaction: all of it, or nothing. On SQLite it takes the lock at once (BEGIN IMMEDIATE)."""
        with unlocked(self.keys):
            async with self._writer.begin() as connection:
                yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One reading transaction: one snapshot of what was committed, which never waits for a writer."""
        with unlocked(self.keys):
            async with self._reader.connect() as connection:
                if not self.sqlite:  # PostgreSQL would otherwise look anew at each statement
                    await connection.execution_options(isolation_level="REPEATABLE READ")
                async with connection.begin():
                    yield connection

    @asynccontextmanager
    async def glance(self) -> AsyncIterator[AsyncConnection]:
        """One prepared statement, of which the database makes its own transaction: no word of begin and end."""
        with unlocked(self.keys):
            async with self._glancer.connect() as connection:
                yield connection

    async def close(self) -> None:
        await self._writer.dispose()
        await self._reader.dispose()
        await self._glancer.dispose()


def _refuse_lost(connection: Any, _record: Any, _proxy: Any) -> None:
    """A server that has gone says so on the socket, where nothing else is to be read between two transactions. To look
    there costs nothing; to ask the server (`pool_pre_ping`) is one more way there and back for every transaction."""
    try:
        ended = poll()
        ended.register(connection.driver_connection.fileno(), POLLIN)
        lost = bool(ended.poll(0))
    except psycopg.OperationalError:
        lost = True
    if lost:
        raise DisconnectionError


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy says BEGIN, not the driver
    for pragma in ("journal_mode=WAL", "busy_timeout=0", "foreign_keys=ON", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")

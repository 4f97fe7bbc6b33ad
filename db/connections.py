"""Connections that stay open, each lent to one transaction at a time.

SQLAlchemy's pool, and its word of begin and end, take longer over a transaction than the database does over what is in
it. So its connections are taken from it once, and kept; a transaction is begun and ended with the driver itself. What
is executed in it by `tx.execute` has SQLAlchemy's own idea of a transaction as well, which ends with it.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import psycopg
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.prepared import as_sqlalchemy_has_it, driver_of, read_anew

PATIENCE = 30.0  # seconds that a transaction waits for a connection


class Connections:
    """At most so many to one database; whoever comes when all are lent waits in line."""

    def __init__(self, engine: AsyncEngine, most: int) -> None:
        self._engine = engine
        self._free = asyncio.Semaphore(most)
        self._idle: list[AsyncConnection] = []
        self._closed = False

    @asynccontextmanager
    async def transaction(self, writing: bool | None) -> AsyncIterator[AsyncConnection]:
        """All of it, or nothing; None: each statement stands for itself."""
        tx = await self._taken()
        try:
            read_anew(tx)
            if writing is not None:
                await _begin(tx, writing)
            yield tx
            await _end(tx, well=True)
        except BaseException:  # also of a task that is cancelled, perhaps once more while it cleans up
            await asyncio.shield(asyncio.create_task(self._undone(tx)))
            raise
        await self._given_back(tx)

    async def close(self) -> None:
        """Closes all that nobody has, and whatever is given back after that."""
        self._closed = True
        while self._idle:
            await self._idle.pop().close()
        await self._engine.dispose()

    async def _taken(self) -> AsyncConnection:
        await self._let_in()
        try:
            while self._idle:
                tx = self._idle.pop()
                if not driver_of(tx).lost:
                    return tx
                await _drop(tx)
            return await self._engine.connect()
        except BaseException:
            self._free.release()
            raise

    async def _let_in(self) -> None:
        if not self._free.locked():  # to watch the time takes longer than to come in
            await self._free.acquire()
            return
        try:
            async with asyncio.timeout(PATIENCE):
                await self._free.acquire()
        except TimeoutError:
            raise NoConnection("Every connection to the database was in use for too long") from None

    async def _given_back(self, tx: AsyncConnection, whole: bool = True) -> None:
        try:
            if whole and not self._closed:
                self._idle.append(tx)
            else:  # a pool that has been closed has let go of it, and would keep it open
                await _drop(tx)
        finally:
            self._free.release()

    async def _undone(self, tx: AsyncConnection) -> None:
        """Takes back what was done. A connection of which that is not certain is not used again."""
        await self._given_back(tx, whole=await _rolled_back(tx))


async def _rolled_back(tx: AsyncConnection) -> bool:
    if tx.invalidated:  # it was lost on the way
        return False
    try:
        await _end(tx, well=False)
    except SQLAlchemyError:
        return False
    return True


async def _drop(tx: AsyncConnection) -> None:
    with suppress(SQLAlchemyError):
        await tx.invalidate()
        await tx.close()


async def _begin(tx: AsyncConnection, writing: bool) -> None:
    try:
        await driver_of(tx).begin(writing)
    except (sqlite3.Error, psycopg.Error) as error:
        raise await as_sqlalchemy_has_it(tx, error, "BEGIN") from error


async def _end(tx: AsyncConnection, well: bool) -> None:
    if well and tx.in_transaction():  # SQLAlchemy had something executed in it
        await tx.commit()
        return
    if tx.get_transaction() is not None:  # also one whose end failed, which it would hold against whoever comes next
        await tx.rollback()
    try:
        await driver_of(tx).end(well)
    except (sqlite3.Error, psycopg.Error) as error:
        raise await as_sqlalchemy_has_it(tx, error, "COMMIT" if well else "ROLLBACK") from error

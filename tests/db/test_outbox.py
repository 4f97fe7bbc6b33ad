"""Claims: who goes first, and who is passed over."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from db import outbox, tables
from db.engine import Database
from domain.outbox import Owed, Status, Subject, To

NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)
LEASE = timedelta(minutes=2)
EARLIER = timedelta(hours=-1)


def owed(number: int, to: To, due: timedelta = timedelta()) -> Owed:
    return Owed("reminder", Subject("appointment", number), to, NOW + due)


async def claim(database: Database, now: datetime, most: int) -> list[tuple[int, int]]:
    """What was claimed, in order: what it is about, and how often it has been."""
    async with database.write() as tx:
        rows = await outbox.claim(tx, now, now + LEASE, most)
    assert all(row.status is Status.SENDING and row.leased_until == now + LEASE for row in rows)
    return [(row.owed.subject.id, row.attempts) for row in rows]


async def test_alerts_are_claimed_first_then_what_was_abandoned_then_reminders(database: Database) -> None:
    async with database.write() as tx:
        for one in (
            *(owed(1, To.INDIVIDUAL), owed(2, To.INDIVIDUAL, EARLIER), owed(3, To.DUTY), owed(4, To.WORKER, EARLIER)),
            *(owed(5, To.INDIVIDUAL, LEASE), owed(6, To.DUTY, LEASE), owed(7, To.DUTY, LEASE * 2)),
        ):
            await outbox.owe(tx, one, NOW)
    assert await claim(database, NOW, 1) == [(4, 1)]
    assert await claim(database, NOW, 2) == [(3, 1), (2, 1)]
    assert await claim(database, NOW, 9) == [(1, 1)]  # the rest is held by others, or not due
    abandoned = NOW + LEASE  # by whoever claimed them
    assert await claim(database, abandoned, 2) == [(4, 2), (6, 1)]
    assert await claim(database, abandoned, 9) == [(3, 2), (2, 2), (1, 2), (5, 1)]
    assert await claim(database, abandoned, 9) == []


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # a SQLite file has one writer at a time
async def test_a_claim_does_not_wait_for_rows_that_another_transaction_holds(database: Database) -> None:
    """An import, say, that has changed thousands of them."""
    async with database.write() as tx:
        for number in (1, 2):
            await outbox.owe(tx, owed(number, To.INDIVIDUAL), NOW)
    async with database.write() as holding, asyncio.timeout(10):
        await holding.execute(update(tables.outbox).where(tables.outbox.c.subject == "appointment:1").values(rules="2"))
        assert await claim(database, NOW, 9) == [(2, 1)]
    assert await claim(database, NOW, 9) == [(1, 1)]

"""A reading transaction is one snapshot; a writing one is all or nothing."""

from contextlib import AsyncExitStack

import psycopg
import pytest
from sqlalchemy import func, select, text

from db import tables
from db.engine import Database
from db.types import Keyring
from tests.conftest import SECRET


async def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(database: Database) -> None:
    count = select(func.count()).select_from(tables.places)
    async with database.read() as reading:
        assert (await reading.execute(count)).scalar_one() == 0
        async with database.write() as writing:
            await writing.execute(tables.places.insert().values(ref="P1", nickname="The yard"))
        assert (await reading.execute(count)).scalar_one() == 0
    async with database.read() as reading:
        assert (await reading.execute(count)).scalar_one() == 1


async def fails_half_way(database: Database) -> None:
    async with database.write() as writing:
        await writing.execute(tables.places.insert().values(ref="P1", nickname="The yard"))
        raise RuntimeError


async def test_what_fails_half_way_leaves_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError):
        await fails_half_way(database)
    async with database.read() as reading:
        assert (await reading.execute(select(tables.places))).all() == []


async def test_a_rush_makes_no_connection_that_the_next_one_must_make_again(postgres: str) -> None:
    database = Database(postgres, Keyring([SECRET]))
    servers = []
    for _ in range(2):
        async with AsyncExitStack() as open_:
            rush = [await open_.enter_async_context(database.read()) for _ in range(12)]
            servers.append({(await one.execute(text("SELECT pg_backend_pid()"))).scalar_one() for one in rush})
    assert servers[0] == servers[1]
    await database.close()


async def test_connections_that_the_server_has_ended_are_replaced_before_anybody_needs_them(postgres: str) -> None:
    database = Database(postgres, Keyring([SECRET]))
    one = select(1)
    async with database.read() as first, database.read() as second:
        assert (await first.execute(one)).scalar_one() == (await second.execute(one)).scalar_one() == 1
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    async with database.read() as first, database.read() as second:
        assert (await first.execute(one)).scalar_one() == (await second.execute(one)).scalar_one() == 1
    await database.close()

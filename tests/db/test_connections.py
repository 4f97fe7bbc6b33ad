"""A connection is lent to one transaction after another, and none finds what an earlier one left."""

import asyncio
from datetime import date
from typing import Any

import pytest
from sqlalchemy import bindparam, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from db import postgres, trouble
from db.engine import CONNECTIONS, Database
from db.prepared import Prepared, Reading, among, driver_of, together
from db.tables import duty_days, places

ADD = Prepared(insert(places).values(ref=bindparam("ref"), nickname=bindparam("nickname")).inline())
REFS = Prepared(select(places.c.ref).where(among(places.c.ref, "refs")).order_by(places.c.ref))
NAP = Prepared(select(func.pg_sleep(30)))


async def refs(database: Database, *wanted: str) -> list[str]:
    async with database.read() as tx:
        return [row.ref for row in await REFS.all(tx, refs=wanted)]


async def fails_after(database: Database, *added: str) -> None:
    async with database.write() as tx:
        for ref in added:
            await ADD.run(tx, ref=ref, nickname="Yard")
        raise RuntimeError


async def test_prepared_statements_outlive_a_rollback(database: Database) -> None:
    for number in range(8):  # often enough for the driver to prepare what goes through SQLAlchemy as well
        async with database.write() as tx:
            await ADD.run(tx, ref=f"P{number}", nickname="Yard")
            await tx.execute(select(places))
        with pytest.raises(RuntimeError):
            await fails_after(database, f"Q{number}")
    assert await refs(database, "P0", "P7", "Q0", "Q7") == ["P0", "P7"]


SESSION = text("SELECT pg_backend_pid(), count(*) FROM pg_prepared_statements WHERE name LIKE 'minder%'")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_rollback_has_the_server_prepare_nothing_anew(database: Database) -> None:
    prepared = set()
    for number in range(3):
        async with database.write() as tx:
            await ADD.run(tx, ref=f"P{number}", nickname="Yard")
        with pytest.raises(RuntimeError):
            await fails_after(database, f"Q{number}")
        async with database.write() as tx:
            prepared.add(tuple((await tx.execute(SESSION)).one()))
    assert len(prepared) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_session_is_handed_on_to_the_next_test(database: Database) -> None:
    """Or each would have its statements prepared anew: half of a conversation's time."""
    async with database.write() as tx:
        one = (await tx.execute(SESSION)).one()
    await database.close()
    another = Database(database.url.render_as_string(hide_password=False), database.keys)
    async with another.write() as tx:
        assert (await tx.execute(SESSION)).one()[0] == one[0]
    await another.close()


async def test_what_is_carried_out_later_comes_before_whatever_follows(database: Database) -> None:
    async with database.write() as tx:
        await ADD.later(tx, ref="P1", nickname="Yard")
        assert [row.ref for row in await REFS.all(tx, refs=["P1", "P2"])] == ["P1"]
        await ADD.later(tx, ref="P2", nickname="Yard")
        assert (await tx.execute(select(func.count()).select_from(places))).scalar_one() == 2
        await ADD.later(tx, ref="P3", nickname="Yard")
    assert await refs(database, "P1", "P2", "P3") == ["P1", "P2", "P3"]


async def test_what_was_put_off_is_heard_of_once_it_is_wanted(database: Database) -> None:
    def number(refs: list[str]) -> Reading[int]:
        return Reading(REFS, len, refs=refs)

    async with database.write() as tx:
        before, after, alone = number(["P1"]), number(["P1"]), number(["P1", "P2"])
        await before.later(tx)
        await ADD.later(tx, ref="P1", nickname="Yard")
        await after.later(tx)
        assert await after.heard(tx) == 1  # with nothing asked since
        assert await before.heard(tx) == 0
        await alone.later(tx)
        await ADD.run(tx, ref="P2", nickname="Yard")
        assert await alone.heard(tx) == 1  # as of where it stood in the line


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_what_the_driver_cannot_send_does_not_cost_the_connection(database: Database) -> None:
    async with database.write() as tx:
        with pytest.raises(DBAPIError):
            await ADD.run(tx, ref="P\0", nickname="Yard")
        await ADD.run(tx, ref="P1", nickname="Yard")
    assert await refs(database, "P1") == ["P1"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_more_than_a_socket_takes_at_once_is_sent_and_heard(database: Database) -> None:
    many = [Reading(REFS, len, refs=[f"P{n}-{m}" for m in range(200)]) for n in range(3000)]
    async with asyncio.timeout(60), database.read() as tx:
        await together(tx, *many)
    assert {one.found for one in many} == {0}


async def adds_later(database: Database, *added: str) -> None:
    async with database.write() as tx:
        for ref in added:
            await ADD.later(tx, ref=ref, nickname="Yard")


async def test_so_it_is_after_something_small_in_the_same_transaction(database: Database) -> None:
    many = [Reading(REFS, len, refs=[f"P{n}" * 20_000]) for n in range(40)]  # 2.4 MB, and an answer to each
    async with asyncio.timeout(20), database.write() as tx:
        for _ in range(2):
            assert await REFS.all(tx, refs=["P1"]) == []
            await together(tx, *many)
            assert [one.found for one in many] == [0] * 40


async def test_what_fails_later_fails_its_transaction(database: Database) -> None:
    with pytest.raises(IntegrityError):
        await adds_later(database, "P1", "P1")
    with pytest.raises(RuntimeError):
        await fails_after(database, "P2")
    assert await refs(database, "P1", "P2") == []


async def ends_badly(database: Database) -> None:
    """What was put off fails on PostgreSQL as the transaction ends; on SQLite a rule that it looks at only then, as it
    would find that the disk is full."""
    async with database.write() as tx:
        await tx.execute(select(places))
        if database.sqlite:
            await tx.execute(text("PRAGMA defer_foreign_keys=ON"))
            await tx.execute(insert(duty_days).values(day=date(2026, 11, 25), staff_id=99))
        else:
            await ADD.later(tx, ref="P1", nickname="Yard")


async def test_what_fails_as_it_ends_leaves_a_connection_that_can_be_used(database: Database) -> None:
    """With something executed in SQLAlchemy's own way, before and after: it would wait for a word of its own."""
    await adds_later(database, "P1")
    for _ in range(2):
        with pytest.raises(IntegrityError):
            await ends_badly(database)
    async with database.write() as tx:
        assert (await tx.execute(select(func.count()).select_from(places))).scalar_one() == 1
        await tx.execute(insert(places).values(ref="P2", nickname="Yard"))
    assert await refs(database, "P1", "P2") == ["P1", "P2"]


async def test_several_together_are_carried_out_in_their_order(database: Database) -> None:
    def first(rows: list[Any]) -> str | None:
        return rows[0].ref if rows else None

    added = Reading(ADD, len, ref="P1", nickname="Yard")
    before, after = (Reading(REFS, first, refs=["P1"]) for _ in range(2))
    async with database.write() as tx:
        await together(tx, before, added, after)
    assert (before.found, after.found) == (None, "P1")


async def together_with_a_failure(database: Database) -> None:
    reading = Reading(REFS, len, refs=["P1"])
    twice = [Reading(ADD, len, ref="P1", nickname="Yard") for _ in range(2)]
    async with database.write() as tx:
        await together(tx, reading, *twice, reading)


async def test_of_several_together_one_fails_and_nothing_has_happened(database: Database) -> None:
    for _ in range(2):
        with pytest.raises(IntegrityError):
            await together_with_a_failure(database)
    assert await refs(database, "P1") == []


async def cancelled_soon(work: Any) -> None:
    task = asyncio.create_task(work)
    await asyncio.sleep(0.2)  # it is with the server by then
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("by", ["prepared", "sqlalchemy"])
async def test_who_is_cancelled_half_way_leaves_a_clean_connection(database: Database, by: str) -> None:
    async def half_way() -> None:
        async with database.write() as tx:
            await ADD.run(tx, ref="P1", nickname="Yard")
            await (NAP.all(tx) if by == "prepared" else tx.execute(text("SELECT pg_sleep(30)")))

    for _ in range(3):
        await cancelled_soon(half_way())
    async with asyncio.timeout(5):
        assert await refs(database, "P1") == []
        async with database.write() as tx:
            assert [row.ref for row in await REFS.all(tx, refs=["P1"])] == []
    assert len(database._writing._idle) == 1
    assert database._writing._free._value == CONNECTIONS


async def test_who_is_cancelled_in_the_line_does_not_keep_a_place(database: Database) -> None:
    async def waits() -> None:
        async with database.write():
            pass

    async with database.write():
        if database.sqlite:
            await cancelled_soon(waits())
    async with asyncio.timeout(5), database.write() as tx:
        await ADD.run(tx, ref="P1", nickname="Yard")
    assert await refs(database, "P1") == ["P1"]


async def ends_its_own(database: Database) -> None:
    async with database.write() as tx:
        await ADD.run(tx, ref="P1", nickname="Yard")
        own = select(func.pg_terminate_backend(func.pg_backend_pid()))
        await Prepared(own).all(tx)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_server_that_goes_in_the_middle_is_trouble_that_passes(database: Database) -> None:
    with pytest.raises(DBAPIError) as raised:
        await ends_its_own(database)
    assert trouble.passing(raised.value)
    assert raised.value.connection_invalidated
    assert await refs(database, "P1") == []
    assert database._writing._free._value == CONNECTIONS


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_what_is_given_back_after_the_end_is_closed_too(database: Database, monkeypatch: Any) -> None:
    """Whoever is cancelled as the bot stops may give back theirs after that."""
    monkeypatch.setattr(postgres, "Connection", postgres.Connection.__base__)  # one that no test is handed
    another = Database(database.url.render_as_string(hide_password=False), database.keys)
    async with another.write() as tx:
        await ADD.run(tx, ref="P1", nickname="Yard")
        driver = driver_of(tx)
        await another.close()
    assert driver.closed
    assert await refs(database, "P1") == ["P1"]

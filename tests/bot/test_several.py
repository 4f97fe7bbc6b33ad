"""Several processes on one PostgreSQL: they share the work, and one that stops hands on what it holds."""

import asyncio
import signal
from collections import Counter
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from bot.clock import SystemClock
from db import outbox, people, tables
from db.engine import Database
from db.types import Keyring
from domain.outbox import Owed, Subject, To
from reminders import schedule
from sandbox.people import Person
from tests.bot.conftest import TOKEN, Machine
from tests.bot.nursery import Forked
from tests.conftest import Reused

SOON = 60.0  # seconds that anything may take here on a busy machine; a stop has its own limit
MANY = 150
SECRET = "one key of this test and no other"


@pytest.fixture
def shared(machine: Machine, reused: Reused) -> str:
    """The address of the database that all processes of the machine use."""
    url = reused.emptied()
    machine.environment |= {
        "MINDER_TOKEN": TOKEN,
        "MINDER_SECRET_KEY": SECRET,
        "MINDER_DATABASE_URL": url,
        "MINDER_HEALTH_LISTEN": "off",
    }
    return url


async def begins(machine: Machine) -> Forked:
    process = await machine.starts("run")
    assert b"Minder is running" in await asyncio.wait_for(process.stdout.readline(), SOON)
    return process


async def ends(process: Forked) -> str:
    """A clean stop: its log."""
    process.send_signal(signal.SIGTERM)
    _, err = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0
    return err.decode()


async def answered(person: Person, times: int) -> None:
    async with asyncio.timeout(SOON):
        while sum(shown.who == "bot" for shown in person.chat) < times:
            await asyncio.sleep(0.02)


async def owe_many(database: Database, machine: Machine) -> list[Person]:
    """One message each to many people, due now."""
    told = [machine.telegram.add_person(f"P{n}", started=True) for n in range(MANY)]
    now = SystemClock().now()
    async with database.write() as tx:
        about = {"case_ref": "C1", "first_name": "Sam"}
        one = (await tx.execute(tables.individuals.insert().values(about).returning(tables.individuals.c.id))).scalar()
        for person in told:
            await people.link_chat(tx, person.id, database.keys.hash(person.id), now, language="en")
        ids = (await tx.execute(select(tables.chats.c.id).order_by(tables.chats.c.id))).scalars().all()
        for id_ in ids:
            owed = Owed("not_sent", Subject("individual", one or 0), To.CHAT, now, step=str(id_), to_id=id_)
            await outbox.owe(tx, owed, now)
    return told


async def statuses(database: Database) -> Counter[str]:
    query = select(tables.outbox.c.status, func.count().label("number")).group_by(tables.outbox.c.status)
    async with database.read() as tx:
        return Counter({row.status: row.number for row in await tx.execute(query)})


@pytest.mark.timeout(300)  # three processes start, one after another
async def test_one_that_stops_hands_on_the_polling_and_what_it_had_not_said(machine: Machine, shared: str) -> None:
    sam = machine.telegram.add_person("Sam")
    database = Database(shared, Keyring([SECRET]))
    told = await owe_many(database, machine)
    first = await begins(machine)
    sam.say("hello")
    await answered(sam, 1)
    async with asyncio.timeout(SOON):
        while (await statuses(database))["planned"] == MANY:
            await asyncio.sleep(0.05)
    log = await ends(first)
    assert "not_finished" not in log
    left = await statuses(database)
    assert left["sending"] == 0
    assert left["planned"] > 0
    async with database.read() as tx:
        assert (await tx.execute(select(tables.leases.c.name))).all() == []

    second, third = await begins(machine), await begins(machine)
    sam.say("hello again")
    await answered(sam, 2)
    async with asyncio.timeout(SOON):
        while (await statuses(database))["sent"] < MANY:
            await asyncio.sleep(0.1)
    assert [sum(shown.who == "bot" for shown in person.chat) for person in told] == [1] * MANY
    logs = await asyncio.gather(ends(second), ends(third))
    assert not any("another_poller" in one or "claim_lost" in one for one in logs)
    assert log.count('"job_ran"') == len(schedule.jobs(ZoneInfo("Europe/London")))
    assert not any('"job_ran"' in one for one in logs)
    await database.close()

"""Several processes on one PostgreSQL: they share the work, and one that stops hands on what it holds."""

import asyncio
import signal
import socket
from collections import Counter
from itertools import cycle
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.clock import SystemClock
from db import outbox, people, tables
from db.engine import Database
from db.types import Keyring
from domain.outbox import Owed, Subject, To
from reminders import schedule
from sandbox import web
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


def free_ports(number: int) -> list[int]:
    """Each is bound until all are known: no two are the same."""
    bound = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [int(one.getsockname()[1]) for one in bound]
    for one in bound:
        one.close()
    return ports


class Proxy:
    """What stands before the processes: passes each post to the next of them, and every third to all of them, as where
    an answer was lost and it is posted again."""

    def __init__(self, ports: list[int]) -> None:
        self.took = Counter[int]()  # posts that each process has answered with 200
        self._next, self._ports, self._posts = cycle(ports), ports, 0

    async def post(self, request: Request) -> Response:
        body, headers = await request.body(), dict(request.headers)
        self._posts += 1
        to = self._ports if self._posts % 3 == 0 else [next(self._next)]
        async with httpx.AsyncClient(trust_env=False) as client:
            answers = await asyncio.gather(
                *(client.post(f"http://127.0.0.1:{port}/dates", content=body, headers=headers) for port in to)
            )
        self.took.update(port for port, answer in zip(to, answers, strict=True) if answer.status_code == 200)
        return Response(status_code=max(answer.status_code for answer in answers))


@pytest.mark.timeout(300)
async def test_behind_a_webhook_all_receive_and_each_update_has_one_effect(machine: Machine, shared: str) -> None:
    ports = free_ports(2)
    proxy = Proxy(ports)
    people_ = [machine.telegram.add_person(f"P{n}") for n in range(10)]
    async with web.served(Starlette(routes=[Route("/dates", proxy.post, methods=["POST"])])) as address:
        machine.environment["MINDER_WEBHOOK_URL"] = f"{address}/dates"
        processes = []
        for port in ports:
            machine.environment["MINDER_WEBHOOK_LISTEN"] = f"127.0.0.1:{port}"
            processes.append(await begins(machine))
        async with asyncio.timeout(SOON):
            while not all([await listens(port) for port in ports]):
                await asyncio.sleep(0.05)
        for words in ("/start", "hello", "hello again"):
            for person in people_:
                person.say(words)
        for person in people_:
            await answered(person, 3)
        logs = await asyncio.gather(*(ends(process) for process in processes))
    assert [sum(shown.who == "bot" for shown in person.chat) for person in people_] == [3] * len(people_)
    assert all(proxy.took[port] >= 15 for port in ports), "of thirty updates, ten of which went to both"
    assert not any("not_finished" in one for one in logs)


async def listens(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True

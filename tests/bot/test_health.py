"""/healthz, /readyz, /metrics and the heartbeat of a bot that really runs, over real HTTP, on both databases."""

import asyncio
import re
import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import insert, text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import health, serving
from bot.app import App, build
from bot.clock import SystemClock
from bot.settings import Settings
from db import tables
from sandbox.clock import MovableClock
from sandbox.people import Person
from tests.bot.conftest import TOKEN, Machine, in_charge
from usecases import heartbeat, pausing, watching

SOON = 60.0  # seconds that anything here may take on a busy machine


@dataclass
class Alarm:
    """Whoever waits for the heartbeat."""

    address: str = ""
    calls: int = 0
    called: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, _: Request) -> Response:
        self.calls += 1
        self.called.set()
        return Response("OK")


@pytest.fixture
async def alarm() -> AsyncIterator[Alarm]:
    alarm = Alarm()
    async with serving.served(Starlette(routes=[Route("/beat", alarm.take)]), "127.0.0.1", 0) as port:
        alarm.address = f"http://127.0.0.1:{port}/beat"
        yield alarm


@dataclass
class Running:
    """A bot in its run, and a browser beside it."""

    app: App
    address: str
    person: Person

    async def get(self, page: str) -> httpx.Response:
        async with httpx.AsyncClient() as browser:
            return await browser.get(f"{self.address}/{page}", timeout=SOON)

    async def until(self, page: str, wanted: int) -> httpx.Response:
        """The page, once it answers with a status."""
        async with asyncio.timeout(SOON):
            while True:
                try:
                    answer = await self.get(page)
                    if answer.status_code == wanted:
                        return answer
                except httpx.TransportError:
                    pass  # it is not there yet
                await asyncio.sleep(0.02)

    async def metrics(self) -> dict[str, float]:
        """Each number by its name and labels."""
        page = (await self.get("metrics")).text
        found = [line.rpartition(" ") for line in page.splitlines() if not line.startswith("#")]
        return {name: float(value) for name, _, value in found}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


@pytest.fixture
async def running(machine: Machine, database_url: str, alarm: Alarm) -> AsyncIterator[Running]:
    port = free_port()
    settings = Settings(
        token=TOKEN,
        secret_key=("a secret key that is long enough",),
        telegram_url=machine.url,
        database_url=database_url,
        lock_after_hours=0,
        health_listen=f"127.0.0.1:{port}",
        heartbeat_url=alarm.address,
    )
    app = build(settings, SystemClock())
    await in_charge(app.service.db, machine.telegram.add_person("Nan", started=True).id)
    task = asyncio.create_task(app.run())
    yield Running(app, f"http://127.0.0.1:{port}", machine.telegram.add_person("Morag"))
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_running_bot_is_alive_and_ready_and_its_heart_beats(running: Running, alarm: Alarm) -> None:
    ready = (await running.until("readyz", 200)).json()
    assert ready == {"database": True, "migrations": True, "telegram": True}
    living = (await running.until("healthz", 200)).json()
    assert set(living) >= {"dispatcher", "poller", "clock", "heart"}
    async with asyncio.timeout(SOON):
        await alarm.called.wait()
    assert not await heartbeat.silent(running.app.service)


async def test_what_was_said_and_sent_is_counted_and_nobody_is_named(running: Running) -> None:
    service = running.app.service
    await running.until("readyz", 200)
    running.person.say("/help")
    async with service.db.write() as tx:
        await tx.execute(insert(tables.imports).values(at=service.clock.now() - timedelta(hours=2), counts={}))
    assert await pausing.pause_from_command_line(service)
    async with asyncio.timeout(SOON):
        while not running.person.chat[1:]:
            await asyncio.sleep(0.02)
        numbers = await running.metrics()
        while not numbers.get('minder_telegram_calls_total{method="sendMessage",outcome="ok"}'):
            numbers = await running.metrics()
    assert numbers['minder_telegram_call_seconds_bucket{le="+Inf",method="sendMessage"}'] >= 1
    assert numbers["minder_sending_paused"] == 1
    assert numbers["minder_managers_linked"] == 1
    assert 7200 <= numbers["minder_last_import_age_seconds"] < 7300
    assert numbers["minder_updates_total"] >= 1
    assert numbers["process_resident_memory_bytes"] > 0
    page = (await running.get("metrics")).text
    assert not re.search(rf"Morag|MGR1|{running.person.id}", page)


async def test_with_no_manager_to_be_told_nobody_hears_a_heartbeat(running: Running, alarm: Alarm) -> None:
    heart, today = running.app.heart, running.app.service.calendar.day(running.app.service.clock.now())
    await running.until("readyz", 200)
    async with asyncio.timeout(SOON):
        while not await heart.beat():  # it may first have to say what was due before it started, such as a digest
            await asyncio.sleep(0.02)
    alarm.called.clear()
    async with running.app.service.db.write() as tx:
        await tx.execute(tables.staff.update().values(away_from=today, away_until=today))
    assert not await heart.beat()
    assert not alarm.called.is_set()
    assert (await running.metrics())["minder_managers_linked"] == 0


async def test_a_database_of_another_version_is_not_ready_though_the_bot_lives(running: Running) -> None:
    await running.until("readyz", 200)
    async with running.app.service.db.write() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    answer = await running.until("readyz", 503)
    assert answer.json() == {"database": True, "migrations": False, "telegram": True}
    assert (await running.get("healthz")).status_code == 200


@pytest.mark.parametrize("hears", [False, True])
async def test_a_database_that_is_away_or_silent_is_not_ready_though_the_bot_lives(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, hears: bool
) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as server:  # it takes calls and never answers
        port = server.getsockname()[1]
        if not hears:
            server.close()
        settings = Settings(
            token=TOKEN,
            secret_key=("a secret key that is long enough",),
            telegram_url=machine.url,
            database_url=f"postgresql://minder@127.0.0.1:{port}/minder",
        )
        app = build(settings, SystemClock())
        await app.application.initialize()
        try:
            async with serving.served(app.monitor.pages(), "127.0.0.1", 0) as at:
                browser = Running(app, f"http://127.0.0.1:{at}", machine.telegram.add_person("Morag"))
                ready, lives = await browser.get("readyz"), await browser.get("healthz")
        finally:
            await app.application.shutdown()
            await app.service.db.close()
    assert (ready.status_code, ready.json()) == (503, {"database": False, "migrations": False, "telegram": True})
    assert lives.status_code == 200


async def test_the_address_is_called_each_minute_but_while_telegram_does_not_answer(
    machine: Machine, alarm: Alarm
) -> None:
    clock, file = MovableClock(SystemClock().now()), machine.folder / "minder.db"
    settings = Settings(
        token=TOKEN,
        secret_key=("a secret key that is long enough",),
        telegram_url=machine.url,
        database_url=f"sqlite:///{file}",
        health_listen="off",
        heartbeat_url=alarm.address,
    )
    shutil.copy(machine.migrated, file)
    app = build(settings, clock)
    await in_charge(app.service.db)
    await app.application.initialize()
    beating = asyncio.create_task(app.heart.keep_beating())
    calls = []
    try:
        for minute in range(8):
            async with asyncio.timeout(SOON):
                while app.heart.moved_at != clock.now() or clock.next_wake() is None:
                    await asyncio.sleep(0.01)
            calls.append(alarm.calls)
            wake = clock.next_wake()
            assert wake is not None
            assert wake - clock.now() == timedelta(minutes=1)
            if minute == 2:
                machine.telegram.faults.refuse("getMe", 502, "Bad Gateway", times=10**6)
            if minute == 5:
                machine.telegram.faults.coming.clear()
            clock.move_to(wake)
        assert calls == [1, 2, 3, 4, 4, 4, 5, 6], "an answer of Telegram counts for three minutes"
    finally:
        beating.cancel()
        await asyncio.gather(beating, return_exceptions=True)
        await app.application.shutdown()
        await app.service.db.close()


async def test_what_waits_too_long_silences_the_heart_and_shows_in_the_figures(machine: Machine) -> None:
    """A bot that was built and does not run: nobody sends what is due."""
    clock = MovableClock(SystemClock().now())
    file = machine.folder / "minder.db"
    settings = Settings(
        token=TOKEN,
        secret_key=("a secret key that is long enough",),
        telegram_url=machine.url,
        database_url=f"sqlite:///{file}",
        health_listen="off",
    )
    shutil.copy(machine.migrated, file)
    app = build(settings, clock)
    await in_charge(app.service.db)
    await app.application.initialize()
    try:
        assert await app.heart.beat()
        assert await pausing.pause_from_command_line(app.service)
        clock.move_to(clock.now() + timedelta(minutes=4))
        assert await app.heart.beat()
        clock.move_to(clock.now() + timedelta(minutes=2))
        assert not await app.heart.beat()
        app.dispatcher.moved_at = clock.now()
        assert app.monitor.living() == {"dispatcher": True, "poller": True, "clock": True, "heart": True}
        clock.move_to(clock.now() + timedelta(minutes=4))
        async with serving.served(app.monitor.pages(), "127.0.0.1", 0) as at:
            answer = await Running(app, f"http://127.0.0.1:{at}", machine.telegram.add_person("Nan")).get("healthz")
        assert (answer.status_code, answer.json()) == (503, app.monitor.living())
        assert app.monitor.living()["dispatcher"] is False
        assert not await app.monitor.able()
        assert app.monitor.telegram_lately()
        app.dispatcher.moved_at = clock.now()
        clock.put_back(timedelta(hours=1))  # and nobody knows how long ago that was
        assert (app.monitor.living()["dispatcher"], app.monitor.telegram_lately()) == (False, False)
        clock.move_to(clock.now() + timedelta(hours=1))
        page = app.meters.page(await watching.figures(app.service)).decode()
        assert "minder_outbox_due 1.0" in page
        assert "minder_outbox_oldest_due_seconds 600.0" in page
        assert 'minder_outbox{status="planned"} 1.0' in page
    finally:
        await app.application.shutdown()
        await app.service.db.close()

"""Several processes, updates that are brought, and a database that goes away: one effect and one answer each."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import time, timedelta

import httpx
import psycopg
import pytest
from sqlalchemy import func, select

from bot import webhook
from bot.app import App, build
from bot.clock import SystemClock
from bot.settings import Settings
from db import outbox, tables
from domain.outbox import Status
from sandbox import gateway
from sandbox.bots import Event
from sandbox.limits import Limits
from sandbox.people import Person
from sandbox.server import Telegram
from sandbox.town import Town
from sandbox.transport import SandboxRequest
from tests.conftest import SECRET
from tests.conversations.conftest import Phone, World
from tests.conversations.test_nothing_lost import replies
from usecases import incoming, leasing, outgoing, settling

only_shared = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


async def another(world: World) -> Town:
    """One more process on the same database."""
    town = world.town
    return await Town.found(town.telegram, town.app.settings, town.clock, SandboxRequest(town.telegram))


async def killed(town: Town) -> None:
    """No goodbye: what it held, it still holds."""
    receiver = town.app.receiver
    receiver._stop_polling = _nothing  # type: ignore[method-assign]
    assert receiver._poller is not None
    receiver._poller.cancel()
    await asyncio.gather(receiver._poller, return_exceptions=True)
    await town.app.service.db.close()


async def _nothing(_: int | None) -> None:
    pass


@only_shared
async def test_another_process_takes_over_from_one_that_was_killed(world: World, sam: Phone) -> None:
    old, world.town = world.town, await another(world)
    await killed(old)
    began = world.town.clock.now()
    await sam.says("/next")
    sam.sees("Your next dates:")
    assert timedelta() < world.town.clock.now() - began <= leasing.LASTS + timedelta(seconds=5)


@only_shared
async def test_what_a_killed_process_was_saying_is_said_by_another_after_its_claim_ended(
    world: World, sam: Phone
) -> None:
    old = world.town
    world.town = await another(world)
    old.clock.move_to(world.town.app.service.calendar.at(old.clock.now().date() + timedelta(days=1), time(18)))
    claimed = (await outgoing.claim(old.app.service)).parcels
    assert len(claimed) == 1
    await killed(old)
    began = world.town.clock.now()
    await world.moves_to("2026-11-24 18:10")
    said = [one for one in sam.new if "The yard." in one.text]
    assert [one.date - began for one in said] == [outgoing.LEASE]


@only_shared
async def test_two_dates_of_one_evening_are_one_message_though_two_processes_want_them_at_once(
    world: World, sam: Phone
) -> None:
    await world.appointment("A2", 1, 1, "2026-11-25 18:30")
    one, other = world.town, await another(world)
    evening = one.app.service.calendar.at(one.clock.now().date() + timedelta(days=1), time(18))
    one.clock.move_to(evening)
    claiming: asyncio.Task[outgoing.Claim] | None = None
    with suppress(ConnectionError):  # the first is at it, and then its connection breaks
        async with one.app.service.db.write() as tx:
            assert len(await outbox.claim(tx, evening, evening + outgoing.LEASE, 1)) == 1
            claiming = asyncio.create_task(outgoing.claim(other.app.service))
            await asyncio.wait({claiming}, timeout=0.3)
            raise ConnectionError
    assert claiming is not None
    [parcel] = (await claiming).parcels
    assert len(parcel.parts) == 2
    await killed(other)


@only_shared
async def test_a_claim_that_another_has_taken_over_is_not_settled_twice(world: World, sam: Phone) -> None:
    slow = world.town
    world.town = await another(world)
    slow.clock.move_to(world.town.app.service.calendar.at(slow.clock.now().date() + timedelta(days=1), time(18)))
    [parcel] = (await outgoing.claim(slow.app.service)).parcels
    slow.clock.move_to(slow.clock.now() + outgoing.LEASE)
    assert not outgoing.time_for_a_call(parcel, slow.clock.now())
    [again] = (await outgoing.claim(world.town.app.service)).parcels
    await settling.settle(slow.app.service, [(parcel, {})])
    async with world.town.app.service.db.read() as tx:
        row = (await tx.execute(select(tables.outbox.c.status, tables.outbox.c.leased_until))).one()
    assert tuple(row) == (Status.SENDING.value, again.row.leased_until)
    await killed(slow)


@only_shared
async def test_a_job_runs_in_one_process(world: World, sam: Phone) -> None:
    mine, other = world.town.app, await another(world)
    due_at = mine.service.clock.now()
    assert await leasing.begin_job(mine.service, "tidy", due_at)
    assert not await leasing.begin_job(other.app.service, "tidy", due_at)
    await mine.run_jobs(next(job for job in mine.jobs if job.name == "tidy"))
    await leasing.end_job(mine.service, "tidy")
    assert not await leasing.begin_job(other.app.service, "tidy", due_at)
    assert await leasing.begin_job(other.app.service, "tidy", due_at + timedelta(days=1))
    assert [await leasing.present(one) for one in (mine.service, other.app.service)] == [1, 2]
    await other.close()
    assert await leasing.present(mine.service) == 1


@only_shared
async def test_a_clock_put_back_keeps_nobody_from_taking_up_what_another_left(world: World, sam: Phone) -> None:
    town, gone = world.town, await another(world)
    sharing = asyncio.ensure_future(town.app.receiver.keep_sharing())
    await asyncio.sleep(0)
    updates = [{"update_id": 7_000, **message_from(sam, "/next")}]
    assert await incoming.keep(gone.app.service, updates)
    await incoming.give_back(gone.app.service)
    town.clock.put_back(timedelta(hours=1))
    town.clock.move_to(town.clock.now() + timedelta(seconds=1.5))
    async with asyncio.timeout(10):
        while not sam.new:
            await asyncio.sleep(0.001)
    sam.sees("Your next dates:")
    sharing.cancel()
    await gone.close()


def message_from(sam: Phone, words: str) -> dict[str, object]:
    """An update as Telegram would bring it."""
    who = {"id": sam.person.id, "first_name": "Sam", "is_bot": False}
    chat = {"id": sam.person.id, "type": "private", "first_name": "Sam"}
    return {"message": {"message_id": 900, "date": 1_700_000_000, "chat": chat, "from": who, "text": words}}


# ── A database that goes away ───────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def switch(address: str) -> Iterator[Callable[[bool], None]]:
    """Turns a database off and on: nobody gets in, and whoever was in is thrown out."""
    head, _, query = address.partition("?")
    with psycopg.connect(f"{head.rsplit('/', 1)[0]}/postgres?{query}", autocommit=True) as connection:

        def turn(on: bool) -> None:
            connection.execute(f"ALTER DATABASE minder ALLOW_CONNECTIONS {'true' if on else 'false'}")
            if not on:
                connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'minder'")

        try:
            yield turn
        finally:
            turn(True)


@only_shared
async def test_a_database_that_is_gone_for_a_minute_is_waited_for(world: World, sam: Phone, database_url: str) -> None:
    clock = world.town.clock
    cut_at: list[float] = []
    with switch(database_url) as turn:

        def cut(event: Event) -> None:
            if event.who != "Sam" and not cut_at:  # Telegram has the reminder, and it is not yet written down
                cut_at.append(clock.now().timestamp())
                turn(False)

        world.town.telegram.on_event(cut)
        moving = asyncio.ensure_future(world.moves_to("2026-11-24 18:00"))
        while not cut_at or clock.now().timestamp() < cut_at[0] + 60:
            await asyncio.sleep(0.005)
            assert not moving.done()
        sam.person.tap("I'll be there")
        turn(True)
        await moving
        await world.town.settle()
    assert sum("The yard." in one.text for one in sam.new) == 1
    assert "You said: I'll be there." in sam.newest()
    assert await replies(world) == 1


@only_shared
async def test_a_tap_has_one_effect_though_the_database_is_gone_when_its_answer_is_looked_up_again(
    world: World, sam: Phone, database_url: str
) -> None:
    await world.moves_to("2026-11-24 18:00")
    clock = world.town.clock
    world.town.telegram.faults.refuse("editMessageText", 429, "Too Many Requests: retry after 7", retry_after=7)
    sam.person.tap("I'll be there")
    while (waits_until := clock.next_wake()) is None:  # its effect is there, the answer has to wait
        await asyncio.sleep(0.001)
    with switch(database_url) as turn:
        turn(False)
        clock.move_to(waits_until)
        while clock.next_wake() is None:  # the answer could not be looked up: the bot waits to try again
            await asyncio.sleep(0.001)
        turn(True)
    await world.town.settle()
    assert await replies(world) == 1
    assert "You said: I'll be there." in sam.newest()


# ── Updates that are brought ────────────────────────────────────────────────────────────────────────────────────────


@asynccontextmanager
async def brought(database_url: str, **given: str) -> AsyncIterator[tuple[App, Telegram, str]]:
    """A bot to which Telegram posts updates, over real HTTP. `given` are settings."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    telegram = Telegram(SystemClock(), limits=Limits(), seed=1)
    token = telegram.add_bot("Dates", "dates_bot").token
    settings = Settings(
        token=token,
        secret_key=(SECRET,),
        database_url=database_url,
        webhook_url=f"http://127.0.0.1:{port}/updates/here",
        webhook_listen=f"127.0.0.1:{port}",
        **given,  # type: ignore[arg-type]
    )
    app = build(settings, telegram.clock, SandboxRequest(telegram))
    await app.open()
    tasks = [
        asyncio.create_task(webhook.keep_serving(settings, app.receiver, app.application.bot)),
        asyncio.create_task(gateway.deliver(telegram)),
    ]
    try:
        yield app, telegram, settings.webhook_url
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await app.close()


async def hears(person: Person, words: str) -> None:
    async with asyncio.timeout(20):
        while not any(words in shown.text for shown in person.chat if shown.who == "bot"):
            await asyncio.sleep(0.01)


async def test_telegram_brings_the_updates(database_url: str) -> None:
    async with brought(database_url, webhook_secret="set-by-the-council") as (app, telegram, url):
        sam = telegram.add_person("Sam")
        sam.say("hello")
        await hears(sam, "Hello. This chat works with a link")
        async with asyncio.timeout(20):
            while telegram.waiting(app.settings.token):  # the answer may come before the update is confirmed
                await asyncio.sleep(0.01)
        hook = telegram.bots[app.settings.token].webhook
        assert hook is not None
        assert (hook.secret, hook.last_error) == ("set-by-the-council", None)
        assert telegram.bots[app.settings.token].allowed_updates == ["message", "callback_query", "my_chat_member"]
        await refuses_others(url, "set-by-the-council")
        async with app.service.db.read() as tx:
            assert (await tx.execute(select(func.count()).select_from(tables.inbox))).scalar_one() == 0
        assert sum(shown.who == "bot" for shown in sam.chat) == 1


async def refuses_others(url: str, secret: str) -> None:
    """Only Telegram knows the secret; and what is no update is not kept."""
    async with httpx.AsyncClient(trust_env=False) as client:

        async def status(body: bytes, given: str | None) -> int:
            headers = {} if given is None else {webhook.HEADER: given}
            return (await client.post(url, content=body, headers=headers)).status_code

        update = b'{"update_id": 1}'
        assert [await status(update, given) for given in (None, "", secret[:-1], secret + "x")] == [403] * 4
        assert [await status(body, secret) for body in (b"", b"[]", b"{", b'{"update_id": "1"}')] == [400] * 4
        assert await status(b" " * (webhook.MOST_BYTES + 1), secret) == 413
        assert (await client.get(url)).status_code == 405


async def test_an_update_that_cannot_be_kept_is_brought_again(database_url: str) -> None:
    async with brought(database_url) as (app, telegram, _):
        sam = telegram.add_person("Sam")
        taken = app.receiver.take
        troubles = [OSError("the database is away"), None]

        async def take(updates: object, polled: bool = False) -> None:
            trouble = troubles.pop(0) if troubles else None
            if trouble is not None:
                raise trouble
            await taken(updates, polled)  # type: ignore[arg-type]

        app.receiver.take = take  # type: ignore[method-assign]
        sam.say("hello")
        await hears(sam, "Hello. This chat works with a link")
        hook = telegram.bots[app.settings.token].webhook
        assert hook is not None
        assert hook.last_error is not None
        assert "503" in hook.last_error[1]


async def test_polling_after_a_webhook_takes_it_away(world: World, sam: Phone) -> None:
    town = world.town
    await town.telegram.call(town.app.settings.token, "setWebhook", {"url": "https://example.org/hook"})
    await sam.says("/next")
    sam.sees("Your next dates:")


async def test_what_was_one_message_when_a_process_was_killed_is_one_again(world: World, sam: Phone) -> None:
    """Though whoever takes it up takes one row at a time."""
    await world.appointment("A2", 1, 1, "2026-11-25 18:30")
    service, clock = world.town.app.service, world.town.clock
    clock.move_to(service.calendar.at(clock.now().date() + timedelta(days=1), time(18)))
    [parcel] = (await outgoing.claim(service, 1)).parcels
    assert len(parcel.parts) == 2
    clock.move_to(clock.now() + outgoing.LEASE)
    [parcel] = (await outgoing.claim(service, 1)).parcels
    assert len(parcel.parts) == 2

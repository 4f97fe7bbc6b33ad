"""What is owed while something is in its way: a line, a call that hangs, a database that is away, a crash."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from telegram.request import RequestData

from bot.settings import Settings
from db import outbox, people, tables
from domain.outbox import Later, Owed, Status, Subject, To, Trouble
from messages import limits, request
from reminders import dispatch
from sandbox.clock import MovableClock
from sandbox.limits import Limits
from sandbox.people import Person
from sandbox.server import Telegram
from sandbox.town import Town
from sandbox.transport import SandboxRequest
from tests.conftest import SECRET
from tests.conversations.test_several import only_shared, switch
from usecases import outgoing

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
only_here = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is shared is not what is tried


class Wire(SandboxRequest):
    """On which calls can hang: those of which `hangs` says so, given who is written to. Others take so many seconds."""

    def __init__(self, telegram: Telegram) -> None:
        super().__init__(telegram)
        self.clock = telegram.clock
        self.hangs: Callable[[int], bool] = lambda _: False
        self.hanging = asyncio.Event()
        self.takes: Callable[[int], float] = lambda _: 0.0

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **how: Any
    ) -> tuple[int, bytes]:
        given = request_data.parameters if request_data is not None else {}
        if url.endswith("/sendMessage") and self.hangs(int(given["chat_id"])):
            self.hanging.set()
            await asyncio.Event().wait()
        if url.endswith("/sendMessage") and (seconds := self.takes(int(given["chat_id"]))):
            await self.clock.sleep(seconds)
        return await super().do_request(url, method, request_data, *args, **how)


@dataclass
class Crowd:
    """People to each of whom something is owed, and the bot that says it."""

    town: Town
    wire: Wire
    people: list[Person] = field(default_factory=list)
    chats: list[int] = field(default_factory=list)  # their rows

    @property
    def clock(self) -> MovableClock:
        return self.town.clock

    async def gathers(self, many: int, staff: bool = False) -> None:
        """So many people: nobody in particular, or all of them on duty."""
        self.people = [self.town.telegram.add_person(f"P{n}", started=True) for n in range(many)]
        service = self.town.app.service
        async with service.db.write() as tx:
            await tx.execute(tables.individuals.insert().values(case_ref="C1", first_name="Sam"))
            for n, one in enumerate(self.people):
                who = {}
                if staff:
                    made = tables.staff.insert().values(ref=f"D{n}", name=f"Dee{n} Gunn", roles="duty")
                    who = {"staff_id": (await tx.execute(made.returning(tables.staff.c.id))).scalar_one()}
                hashed = service.db.keys.hash(one.id)
                await people.link_chat(tx, one.id, hashed, self.clock.now(), language="en", **who)
            self.chats = list((await tx.execute(select(tables.chats.c.id).order_by(tables.chats.c.id))).scalars())

    async def owes(self, to: To, to_id: int | None = None, after: float = 0.0) -> None:
        """One message about Sam."""
        due_at = self.clock.now() + timedelta(seconds=after)
        async with self.town.app.service.db.write() as tx:
            owed = Owed("not_sent", Subject("individual", 1), to, due_at, step=str(to_id), to_id=to_id)
            await outbox.owe(tx, owed, self.clock.now())

    async def owes_each(self) -> None:
        """One message in each chat, due now."""
        for chat in self.chats:
            await self.owes(To.CHAT, chat)

    def heard(self) -> list[int]:
        """How many messages each of them has."""
        return [sum(shown.who == "bot" for shown in one.chat) for one in self.people]

    async def until(self, seen: Callable[[], bool]) -> None:
        """Until that is so; the clock moves to whoever sleeps."""
        while not seen():
            if (wake := self.clock.next_wake()) is not None:
                self.clock.move_to(max(wake, self.clock.now()))
            await asyncio.sleep(0.001)

    def asleep(self) -> int:
        """How many wait for the clock to move."""
        return len(self.clock._sleepers)

    async def another(self) -> Town:
        """One more process on the same database."""
        old = self.town
        return await Town.found(old.telegram, old.app.settings, old.clock, SandboxRequest(old.telegram))

    async def hears_nobody(self, town: Town | None = None) -> None:
        """The bot listens no more: only what it says moves the clock, and uses the database."""
        poller = (town or self.town).app.receiver._poller
        assert poller is not None
        poller.cancel()
        await asyncio.gather(poller, return_exceptions=True)

    async def ends(self) -> set[str]:
        async with self.town.app.service.db.read() as tx:
            return set((await tx.execute(select(tables.outbox.c.status))).scalars())

    async def left(self) -> list[tuple[Any, ...]]:
        """How each message stands that has not been sent: status, reason, tries, when it is due, params."""
        rows = tables.outbox.c
        query = select(rows.status, rows.reason, rows.attempts, rows.due_at, rows.params)
        async with self.town.app.service.db.read() as tx:
            found = await tx.execute(query.where(rows.kind == "not_sent", rows.status != Status.SENT.value))
            return [tuple(row) for row in found]

    async def risen(self) -> None:
        """The process was killed with all that it held, and another begins once that counts as abandoned."""
        await self.hears_nobody()
        await self.town.app.service.db.close()
        self.clock.move_to(self.clock.now() + outgoing.LEASE)
        self.town = await self.another()
        await self.town.settle()


@pytest.fixture
def a_second() -> int:
    """How many messages may be said in one."""
    return 30


@pytest.fixture
async def crowd(database_url: str, a_second: int) -> AsyncIterator[Crowd]:
    clock = MovableClock(NOON)
    telegram = Telegram(clock, limits=Limits(overall=1000, overall_burst=1000), longest_poll=60.0, seed=1)
    settings = Settings(
        token=telegram.add_bot("Dates", "dates_bot").token,
        secret_key=(SECRET,),
        phone="01475 715 000",
        lock_after_hours=0,
        database_url=database_url,
        messages_a_second=a_second,
    )
    wire = Wire(telegram)
    crowd = Crowd(await Town.found(telegram, settings, clock, wire), wire)
    yield crowd
    await crowd.town.close()


@only_here
async def test_a_pause_for_all_while_many_stand_in_line_has_nobody_told_twice(crowd: Crowd) -> None:
    await crowd.gathers(90)
    await crowd.owes_each()
    telegram = crowd.town.telegram
    telegram.faults.refuse("sendMessage", 429, "Too Many Requests: retry after 300", retry_after=300, times=5)
    await crowd.town.settle()
    assert (set(crowd.heard()), await crowd.ends()) == ({0}, {Status.PLANNED.value})
    await crowd.town.move_to(crowd.clock.now() + timedelta(minutes=10))
    assert (set(crowd.heard()), await crowd.ends()) == ({1}, {Status.SENT.value})


@only_here
@pytest.mark.parametrize("a_second", [1])
async def test_a_line_that_is_longer_than_a_claim_lasts_has_nobody_told_twice(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatch, "GATHER_SECONDS", 0.0)  # which are minutes of a clock that is moved
    await crowd.gathers(200)
    await crowd.owes_each()
    await crowd.town.move_to(crowd.clock.now() + timedelta(minutes=10))
    assert (set(crowd.heard()), await crowd.ends()) == ({1}, {Status.SENT.value})


@only_here
@pytest.mark.parametrize("a_second", [1])
async def test_no_more_is_claimed_than_can_be_said_soon(crowd: Crowd) -> None:
    await crowd.gathers(20)
    await crowd.owes_each()
    running = asyncio.create_task(crowd.town.app.dispatcher.run())
    while crowd.clock.next_wake() is None:  # those who were claimed stand in line
        await asyncio.sleep(0.001)
    async with crowd.town.app.service.db.read() as tx:
        sending = select(tables.outbox.c.id).where(tables.outbox.c.status == Status.SENDING.value)
        assert len((await tx.execute(sending)).all()) <= 5
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@only_here
async def test_a_call_that_hangs_holds_up_nothing_that_falls_due_later(crowd: Crowd) -> None:
    await crowd.gathers(2)
    crowd.wire.hangs = lambda chat: chat == crowd.people[0].id
    await crowd.owes(To.CHAT, crowd.chats[0])
    await crowd.owes(To.CHAT, crowd.chats[1], after=0.5)
    running = asyncio.create_task(crowd.town.app.dispatcher.run())
    await crowd.wire.hanging.wait()
    crowd.clock.move_to(crowd.clock.now() + timedelta(seconds=0.5))
    async with asyncio.timeout(10):
        while not crowd.heard()[1]:
            await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@only_shared
async def test_what_could_not_be_written_down_for_longer_than_a_claim_lasts_is_not_said_again(
    crowd: Crowd, database_url: str
) -> None:
    """Somebody is heard of before the process looks again whether the database is back."""
    await crowd.gathers(1)
    await crowd.owes_each()
    await crowd.hears_nobody()
    with switch(database_url) as turn:
        cut = [turn]
        crowd.town.telegram.on_event(lambda _: cut.pop()(False) if cut else None)
        running = asyncio.create_task(crowd.town.app.dispatcher.run())
        back_at = crowd.clock.now() + outgoing.LEASE
        await crowd.until(lambda: crowd.clock.now() >= back_at and crowd.asleep() == 1)
        assert crowd.heard() == [1]
        turn(True)
    while not running.done():
        crowd.town.app.service.wake()
        await asyncio.sleep(0.01)
        crowd.clock.move_to(crowd.clock.now() + timedelta(seconds=0.05))
    await running
    assert (crowd.heard(), await crowd.ends()) == ([1], {Status.SENT.value})


@only_shared
async def test_once_the_database_is_back_each_process_lets_the_others_write_down_what_they_said(
    crowd: Crowd, database_url: str
) -> None:
    await crowd.gathers(1)
    await crowd.owes_each()
    other = await crowd.another()
    await crowd.hears_nobody()
    await crowd.hears_nobody(other)
    with switch(database_url) as turn:
        cut = [turn]
        crowd.town.telegram.on_event(lambda _: cut.pop()(False) if cut else None)
        saying = asyncio.create_task(crowd.town.app.dispatcher.run())
        await crowd.until(lambda: not cut)
        looking = asyncio.create_task(other.app.dispatcher.keep_running())
        back_at = crowd.clock.now() + outgoing.LEASE
        await crowd.until(lambda: crowd.clock.now() >= back_at and crowd.asleep() == 2)
        turn(True)
    while not saying.done():
        await asyncio.sleep(0.01)
        crowd.clock.move_to(crowd.clock.now() + timedelta(seconds=0.05))
    await saying
    looking.cancel()
    await asyncio.gather(looking, return_exceptions=True)
    await other.close()
    assert (crowd.heard(), await crowd.ends()) == ([1], {Status.SENT.value})


async def test_of_several_who_are_told_of_it_a_crash_repeats_the_one_that_was_being_told(crowd: Crowd) -> None:
    await crowd.gathers(5, staff=True)
    await crowd.owes(To.DUTY)
    crowd.wire.hangs = lambda chat: crowd.heard().count(1) == 4
    running = asyncio.create_task(crowd.town.app.dispatcher.run())
    await crowd.until(crowd.wire.hanging.is_set)
    assert sorted(crowd.heard()) == [0, 1, 1, 1, 1]
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await crowd.risen()
    assert (crowd.heard(), await crowd.ends()) == ([1] * 5, {Status.PLANNED.value, Status.SENT.value})
    async with crowd.town.app.service.db.read() as tx:
        had = (await tx.execute(select(tables.deliveries.c.chat).order_by(tables.deliveries.c.chat))).scalars()
        traced = (await tx.execute(select(tables.traces.c.chat).order_by(tables.traces.c.chat))).scalars()
        assert list(had) == list(traced) == crowd.chats


@only_here
async def test_no_call_is_begun_that_might_outlast_its_claim(crowd: Crowd) -> None:
    """The first of two has taken so long that others might take the message for abandoned before the second ends."""
    await crowd.gathers(2, staff=True)
    await crowd.owes(To.DUTY)
    crowd.wire.takes = lambda chat: 46.0 if not any(crowd.heard()) else 0.0
    crowd.wire.hangs = lambda chat: any(crowd.heard())
    running = asyncio.create_task(crowd.town.app.dispatcher.run())
    await crowd.until(crowd.wire.hanging.is_set)
    async with crowd.town.app.service.db.read() as tx:
        (row,) = (await tx.execute(select(tables.outbox).where(tables.outbox.c.kind == "not_sent"))).all()
    assert row.status == Status.SENDING.value
    assert row.leased_until - crowd.clock.now() >= outgoing.LONGEST_CALL
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


def test_a_call_is_given_all_the_time_that_it_may_take() -> None:
    parts = request.CONNECT + request.WRITE + request.READ + request.POOL
    assert timedelta(seconds=parts) + limits.LONGEST <= outgoing.LONGEST_CALL
    assert outgoing.LONGEST_CALL < outgoing.LEASE


@only_here
@pytest.mark.parametrize("a_second", [1])
async def test_who_stands_in_line_when_the_process_stops_is_left_to_the_next(crowd: Crowd) -> None:
    await crowd.gathers(4)
    await crowd.owes_each()
    dispatcher = crowd.town.app.dispatcher
    running = asyncio.create_task(dispatcher.run())
    await crowd.until(lambda: any(crowd.heard()))
    before = sum(crowd.heard())
    stopping = asyncio.create_task(dispatcher.stop())
    await crowd.until(stopping.done)
    await running
    assert sum(crowd.heard()) == before < 4
    left = await crowd.left()
    assert left == [(Status.PLANNED.value, "", 0, NOON, {})] * (4 - before), "as it was: it had no trouble"


@only_here
async def test_what_one_of_two_has_when_the_process_stops_is_left_to_the_next_for_the_other(crowd: Crowd) -> None:
    await crowd.gathers(2, staff=True)
    await crowd.owes(To.DUTY)
    crowd.wire.takes = lambda chat: 1.0
    dispatcher = crowd.town.app.dispatcher
    running = asyncio.create_task(dispatcher.run())
    await crowd.until(lambda: crowd.asleep() > 0)
    stopping = asyncio.create_task(dispatcher.stop())
    await crowd.until(stopping.done)
    await running
    assert sorted(crowd.heard()) == [0, 1]
    assert await crowd.left() == [(Status.PLANNED.value, "", 0, NOON, {})]
    await crowd.risen()
    assert crowd.heard() == [1, 1]


@only_here
async def test_what_is_kept_back_says_nothing_of_whether_calls_get_away(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    await crowd.gathers(2)
    await crowd.owes_each()
    tries, channel = [crowd.clock.now()], crowd.town.app.dispatcher.channel

    async def send(chat_id: int, message: object) -> Later:
        if chat_id == crowd.people[1].id:
            return Later(1.0)
        tries.append(crowd.clock.now())
        return Later(0.0, Trouble.NEVER_SENT)

    monkeypatch.setattr(channel, "send", send)
    running = asyncio.create_task(crowd.town.app.dispatcher.run())
    async with asyncio.timeout(20):
        await crowd.until(lambda: len(tries) > 20)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert tries[-1] - tries[0] > timedelta(minutes=4)

"""Several processes on one database: each update has one of them, and a chat's are answered in their order."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.app import build
from bot.settings import Settings
from db import inbox
from sandbox.clock import MovableClock
from tests.conftest import SECRET
from tests.conversations.conftest import MONDAY
from usecases import incoming
from usecases.service import Service

SHARED = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # a SQLite file has one process


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(MONDAY)


@pytest.fixture
async def process(database_url: str, clock: MovableClock) -> AsyncIterator[Callable[[], Service]]:
    """Another process each time, on the same database and the same clock."""
    made: list[Service] = []

    def new() -> Service:
        settings = Settings(token="1:a-token-for-tests", secret_key=(SECRET,), database_url=database_url)
        made.append(build(settings, clock).service)
        return made[-1]

    yield new
    for one in made:
        await one.db.close()


def typed(update_id: int, chat: int) -> dict[str, Any]:
    return {"update_id": update_id, "message": {"chat": {"id": chat}, "text": "hello"}}


def ids(letters: list[inbox.Letter]) -> list[int]:
    return [letter.update_id for letter in letters]


async def takes(service: Service, update_id: int) -> bool:
    async with service.db.write() as tx:
        return await inbox.take(tx, update_id, service.process)


async def test_an_update_that_comes_twice_is_served_once(process: Callable[[], Service]) -> None:
    one = process()
    assert ids(await incoming.keep(one, [typed(1, 7), typed(1, 7)])) == [1]
    assert ids(await incoming.keep(one, [typed(1, 7), typed(2, 7)])) == [2]


async def test_an_update_that_was_answered_is_not_served_again(process: Callable[[], Service]) -> None:
    """A crash between our storing it and Telegram's hearing of that has it handed over once more."""
    one = process()
    (letter,) = await incoming.keep(one, [typed(1, 7)])
    await incoming.drop(one, [incoming.Answered(letter, [])])
    assert ids(await incoming.keep(process(), [typed(1, 7), typed(2, 7)])) == [2]


async def test_what_came_in_before_an_answer_was_spoken_is_told_from_what_came_after(
    process: Callable[[], Service], clock: MovableClock
) -> None:
    one = process()
    (first,) = await incoming.keep(one, [typed(1, 7)])
    await incoming.keep(one, [typed(2, 7)])

    async def spoken_before(later: int) -> bool:
        async with one.db.read() as tx:
            return await inbox.spoken_before(tx, 1, later)

    assert not await spoken_before(2)
    clock.move_to(MONDAY + timedelta(minutes=1))
    await incoming.drop(one, [incoming.Answered(first, [])])
    clock.move_to(MONDAY + timedelta(minutes=2))
    await incoming.keep(one, [typed(3, 7)])
    assert (await spoken_before(2), await spoken_before(3)) == (False, True)


@SHARED
async def test_a_chat_that_another_process_is_at_waits_for_it(process: Callable[[], Service]) -> None:
    one, other = process(), process()
    first = await incoming.keep(one, [typed(1, 7)])
    assert ids(await incoming.keep(other, [typed(2, 7), typed(3, 8)])) == [3]
    assert await incoming.left_behind(other) == []
    assert not await takes(other, 1)
    assert not await takes(other, 2)
    await incoming.drop(one, [incoming.Answered(first[0], [])])
    assert ids(await incoming.left_behind(one)) == [2]
    assert await takes(one, 2)


@SHARED
async def test_a_chat_that_another_process_is_just_taking_up_is_waited_for(process: Callable[[], Service]) -> None:
    one, other = process(), process()
    keys, now = one.db.keys, one.clock.now()
    async with one.db.write() as tx:
        lease = inbox.Lease(one.process, now + incoming.LEASE)
        await inbox.keep(tx, [(1, keys.hash(7), typed(1, 7)), (2, keys.hash(8), typed(2, 8))], now, lease)
        keeping = asyncio.create_task(incoming.keep(other, [typed(3, 8), typed(4, 7), typed(5, 9)]))
        await asyncio.wait({keeping}, timeout=0.3)
    assert ids(await keeping) == [5]


@SHARED
async def test_what_a_dead_process_had_is_taken_up_in_its_order(
    process: Callable[[], Service], clock: MovableClock
) -> None:
    dead, other = process(), process()
    await incoming.keep(dead, [typed(5, 7), typed(6, 7)])
    clock.move_to(clock.now() + timedelta(seconds=1))
    await incoming.keep(other, [typed(4, 7)])
    clock.move_to(clock.now() + incoming.LEASE)
    assert ids(await incoming.left_behind(other)) == [5, 6, 4]
    assert not await takes(dead, 5)
    letter = (await incoming.left_behind(dead),)
    assert letter == ([],)


@SHARED
async def test_what_comes_just_after_a_dead_process_had_its_time_is_not_answered_before_what_it_left(
    process: Callable[[], Service], clock: MovableClock
) -> None:
    dead, other = process(), process()
    await incoming.keep(dead, [typed(1, 7)])
    clock.move_to(clock.now() + incoming.LEASE + timedelta(seconds=1))
    assert ids(await incoming.keep(other, [typed(2, 7), typed(3, 8)])) == [3]
    assert ids(await incoming.left_behind(other)) == [1, 2]


@SHARED
async def test_what_waits_for_nobody_any_more_is_not_overtaken(
    process: Callable[[], Service], clock: MovableClock
) -> None:
    one, other = process(), process()
    (first,) = await incoming.keep(one, [typed(1, 7)])
    await incoming.keep(other, [typed(2, 7)])
    await incoming.drop(one, [incoming.Answered(first, [])])
    clock.move_to(clock.now() + timedelta(seconds=1))
    assert await incoming.keep(other, [typed(3, 7)]) == []
    assert ids(await incoming.left_behind(other)) == [2, 3]


@SHARED
async def test_a_process_that_is_at_it_for_long_keeps_what_it_took(
    process: Callable[[], Service], clock: MovableClock
) -> None:
    slow, other = process(), process()
    await incoming.keep(slow, [typed(1, 7)])
    clock.move_to(clock.now() + incoming.LEASE - timedelta(seconds=1))
    await incoming.hold_on(slow)
    clock.move_to(clock.now() + timedelta(seconds=2))
    assert await incoming.left_behind(other) == []
    await incoming.give_back(slow)
    assert ids(await incoming.left_behind(other)) == [1]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # where one writer waits for another
async def test_what_gathers_while_the_database_is_waited_for_is_let_go_of_in_one_transaction(
    process: Callable[[], Service],
) -> None:
    one = process()
    first, second = await incoming.keep(one, [typed(1, 7), typed(2, 8)])
    answered = [incoming.Answered(first, [])]
    async with one.db.write():
        letting_go = asyncio.create_task(incoming.drop(one, answered))
        await asyncio.sleep(0)
        answered.append(incoming.Answered(second, []))
    assert ids([gone.letter for gone in await letting_go]) == [1, 2]
    assert ids(await incoming.left_behind(one)) == []
    assert ids(await incoming.keep(one, [typed(1, 7), typed(2, 8)])) == []

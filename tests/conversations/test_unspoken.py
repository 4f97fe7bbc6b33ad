"""While an answer cannot be spoken, what is typed and tapped behind it takes effect all the same."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table

from db import tables
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import rows

WAIT = timedelta(minutes=10)


async def seen(world: World, table: Table) -> Sequence[Any]:
    """The rows of a table once there are any, while no clock moves."""
    async with asyncio.timeout(10):
        while not (found := await rows(world, table)):
            await asyncio.sleep(0.001)
    return found


async def asks_and_gets_no_answer(world: World, sam: Phone) -> datetime:
    """Telegram takes nothing for Sam's chat for ten minutes; returns when that began."""
    began, clock = world.town.clock.now(), world.town.clock
    world.town.telegram.faults.refuse("sendMessage", 429, "Too Many Requests: retry after 600", retry_after=600)
    sam.person.say("/next")
    async with asyncio.timeout(10):
        while (clock.next_wake() or began) < began + WAIT:
            await asyncio.sleep(0.001)
    return began


async def test_words_of_danger_are_heard_at_once_and_all_is_answered_in_its_order(world: World, sam: Phone) -> None:
    dee = await world.linked("Dee", "DUTY1")
    began = await asks_and_gets_no_answer(world, sam)
    sam.person.say("I want to die")
    assert [item.raised_at for item in await seen(world, tables.items)] == [began]
    sam.sees_nothing_new()
    await world.town.settle()
    assert world.town.clock.now() >= began + WAIT
    first, *_, last = [shown.text for shown in sam.new]
    assert first.startswith("Your next dates:")
    assert "116 123" in last
    dee.sees("URGENT")
    assert len(await rows(world, tables.items)) == 1


@pytest.fixture
async def reminded(world: World, sam: Phone) -> Phone:
    await world.moves_to("2026-11-24 18:00")
    sam.reads_all()
    return sam


async def test_a_tap_counts_from_its_own_moment_and_has_one_effect(world: World, reminded: Phone) -> None:
    began = await asks_and_gets_no_answer(world, reminded)
    reminded.person.tap("I can't make it")
    reminded.person.say("/language klingon")  # a refusal
    assert [one.at for one in await seen(world, tables.replies)] == [began]
    await world.town.settle()
    assert len(await rows(world, tables.replies)) == 1
    assert [item.raised_at for item in await rows(world, tables.items)] == [began]

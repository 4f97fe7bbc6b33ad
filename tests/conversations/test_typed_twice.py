"""A number that is typed again because nothing came back answers what stands in the chat, and no question that nobody
has seen yet; and what was typed while the bot was away counts from when it was sent."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from db import reminded as ahead
from db import tables
from db.prepared import Prepared
from domain.reminded import Said
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import rows
from tests.conversations.test_nothing_lost import crash, risen


@pytest.fixture
def begins() -> datetime:
    """An hour before the reminder of Wednesday's date."""
    return datetime(2026, 11, 24, 17, tzinfo=UTC)


@pytest.fixture
async def reminded(world: World, sam: Phone) -> Phone:
    await world.linked("Kirsty", "CM1")
    await world.moves_to("2026-11-24 18:00")
    world.everybody_reads_all()
    return sam


async def said(world: World) -> list[tuple[str, str]]:
    return [(one.answer, one.reason) for one in await rows(world, tables.replies)]


async def reasons(world: World) -> list[tuple[str, str]]:
    return [(item.kind, item.reason) for item in await rows(world, tables.items)]


def asleep(world: World, minutes: int) -> None:
    """The bot hears of nothing for a while: what was typed waits at Telegram."""
    world.town.clock.move_to(world.town.clock.now() + timedelta(minutes=minutes))


async def waits_to_speak(world: World) -> None:
    """Until what was acted on could not be spoken and is to be tried again."""
    async with asyncio.timeout(10):
        while not await rows(world, tables.replies) or world.town.clock.next_wake() is None:
            await asyncio.sleep(0.001)


async def says_and_is_kept(world: World, sam: Phone, words: str) -> None:
    """Types, and the bot has it while what it said before still waits to be spoken."""
    sam.person.say(words)
    waiting = Prepared(select(tables.inbox.c.update_id))
    async with asyncio.timeout(10):
        while True:
            async with world.town.app.service.db.read() as tx:
                if len(await waiting.all(tx)) == 2:
                    return
            await asyncio.sleep(0.001)


def spoken_late(world: World, method: str) -> None:
    """Telegram takes no answer for ten minutes."""
    world.town.telegram.faults.refuse(method, 429, "Too Many Requests: retry after 600", retry_after=600)


@pytest.mark.parametrize(("number", "answer", "item"), [("2", "cannot", "cannot"), ("3", "help", "help")])
async def test_a_number_sent_twice_while_the_bot_was_away(
    world: World, reminded: Phone, number: str, answer: str, item: str
) -> None:
    for _ in range(2):
        reminded.person.say(number)
        asleep(world, 2)
    await world.town.settle()
    assert await said(world) == [(answer, ""), (answer, "")]
    assert await reasons(world) == [(item, "")]
    asleep(world, 1)
    await reminded.says("2")  # now the question stands in the chat
    assert await reasons(world) == [(item, {"cannot": "work", "help": "food"}[item])]


@pytest.mark.parametrize(("number", "answer", "item"), [("2", "cannot", "cannot"), ("3", "help", "help")])
async def test_a_number_sent_again_while_the_answer_waits(
    world: World, reminded: Phone, number: str, answer: str, item: str
) -> None:
    spoken_late(world, "sendMessage")
    reminded.person.say(number)
    await waits_to_speak(world)
    asleep(world, 1)
    await says_and_is_kept(world, reminded, number)
    await world.town.settle()
    assert await said(world) == [(answer, ""), (answer, "")]
    assert await reasons(world) == [(item, "")]


async def test_a_tap_that_shows_nothing_and_the_number_typed_after_it(world: World, reminded: Phone) -> None:
    spoken_late(world, "editMessageText")
    reminded.person.tap("I can't make it")
    await waits_to_speak(world)
    asleep(world, 1)
    await says_and_is_kept(world, reminded, "2")
    await world.town.settle()
    assert await said(world) == [("cannot", ""), ("cannot", "")]
    asleep(world, 1)
    await reminded.says("3")
    assert await reasons(world) == [("cannot", "care")]


async def test_a_number_typed_before_a_kill_is_no_answer_to_what_was_spoken_after_it(
    world: World, reminded: Phone
) -> None:
    spoken_late(world, "editMessageText")
    reminded.person.tap("I can't make it")
    await waits_to_speak(world)
    asleep(world, 1)
    await says_and_is_kept(world, reminded, "1")  # they can come after all
    await crash(world.town)
    await risen(world)
    assert (await said(world))[-1] == ("coming", "")
    [item] = await rows(world, tables.items)
    assert item.withdrawn_at is not None


async def test_words_and_numbers_typed_under_what_was_spoken_are_taken_for_it(world: World, reminded: Phone) -> None:
    await reminded.taps("I can't make it")
    asleep(world, 1)
    await reminded.says("1")
    assert await said(world) == [("cannot", ""), ("cannot", "health")]


async def test_two_taps_that_show_nothing_and_a_number(world: World, reminded: Phone) -> None:
    spoken_late(world, "editMessageText")
    reminded.person.tap("I can't make it")
    await waits_to_speak(world)
    reminded.person.tap("I can't make it")
    async with asyncio.timeout(10):
        while len(await said(world)) < 2:
            await asyncio.sleep(0.001)
    reminded.person.say("1")
    async with asyncio.timeout(10):
        while len(await said(world)) < 3:
            await asyncio.sleep(0.001)
    assert (await said(world))[-1] == ("coming", "")
    await world.town.settle()


async def test_who_says_so_again_days_later_is_asked_again(world: World, reminded: Phone) -> None:
    await reminded.taps("I can't make it")
    await world.moves_to("2026-11-25 20:00")
    async with world.town.app.service.db.write() as tx:
        await tx.execute(tables.answered.delete())  # kept for a few days, and it is made up that they have passed
    reminded.person.press("say:1:1:cannot", reminded.person.chat[-1].id)
    await world.town.settle()
    await reminded.says("1")
    assert (await said(world))[-1] == ("cannot", "health")


@pytest.mark.parametrize("away", [True, False])
async def test_other_words_in_between_do_not_unask_what_was_asked(world: World, reminded: Phone, away: bool) -> None:
    await reminded.says("3")
    assert "What would help?" in reminded.newest()
    asleep(world, 1)
    if away:
        reminded.person.say("the gas is off")
        reminded.person.say("2")
        asleep(world, 1)
    else:
        spoken_late(world, "sendMessage")
        reminded.person.say("the gas is off")
        async with asyncio.timeout(10):
            while len(await rows(world, tables.items)) < 2:
                await asyncio.sleep(0.001)
        await says_and_is_kept(world, reminded, "2")
    await world.town.settle()
    assert await said(world) == [("help", "")]
    assert ("help", "food") in await reasons(world)


async def test_a_typed_no_counts_from_when_it_was_sent(world: World, reminded: Phone) -> None:
    await world.moves_to("2026-11-25 08:30")
    reminded.person.say("2")
    asleep(world, 90)
    await world.town.settle()
    [one] = await rows(world, tables.replies)
    assert one.at.isoformat()[:16] == "2026-11-25T08:30"
    assert "See you" not in reminded.newest()


async def test_a_tap_that_waited_longer_than_the_words_behind_it_is_not_the_last_word(
    world: World, reminded: Phone
) -> None:
    """When it was made nobody knows: it has the moment at which it was heard, which is later than theirs."""
    reminded.person.tap("I'll be there")
    asleep(world, 5)
    reminded.person.say("no")
    asleep(world, 55)
    await world.town.settle()
    assert [answer for answer, _ in await said(world)] == ["coming", "cannot"]
    day = datetime(2026, 11, 25, tzinfo=UTC).date()
    async with world.town.app.service.db.read() as tx:
        assert list((await ahead.said_ahead(tx, day, day)).values()) == [Said.CANNOT]

"""While an answer cannot be spoken, what is typed and tapped behind it takes effect all the same."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, func, select
from sqlalchemy.exc import OperationalError
from telegram import Update

from bot.receive import TROUBLE_SECONDS
from db import tables
from db.types import Keyring
from domain.outbox import WIPE
from messages.actions.enrolment import NotMe
from tests.conftest import SECRET
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import rows
from tests.conversations.test_deciding import missed
from tests.conversations.test_evidence import LETTER
from tests.conversations.test_nothing_lost import crash, risen

WAIT = timedelta(minutes=10)


async def seen(world: World, table: Table, so: Callable[[Any], bool] = lambda row: True) -> Sequence[Any]:
    """The rows of a table that are so, once there are any, while no clock moves."""
    async with asyncio.timeout(10):
        while not (found := [row for row in await rows(world, table) if so(row)]):
            await asyncio.sleep(0.001)
    return found


def keeps_back(world: World) -> None:
    """Telegram takes nothing for ten minutes for the chat that is written to next."""
    world.town.telegram.faults.refuse("sendMessage", 429, "Too Many Requests: retry after 600", retry_after=600)


async def asks_and_gets_no_answer(world: World, asker: Phone, asks: str = "/next") -> datetime:
    """Telegram takes nothing for this chat for ten minutes; returns when that began."""
    began, clock = world.town.clock.now(), world.town.clock
    keeps_back(world)
    asker.person.say(asks)
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


# ── What holds an answer back ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("shut", ["by a reminder", "for all"])
async def test_words_of_danger_are_heard_at_once_behind_a_gate_of_our_own(world: World, sam: Phone, shut: str) -> None:
    if shut == "by a reminder":
        keeps_back(world)
        await world.moves_to("2026-11-24 18:00")
    else:
        for chat in range(5):
            world.town.app.channel.limits.pause(chat, WAIT.total_seconds())
    sam.sees_nothing_new()
    began = world.town.clock.now()
    sam.person.say("/next")
    sam.person.say("I want to die")
    assert [item.raised_at for item in await seen(world, tables.items)] == [began]
    sam.sees_nothing_new()
    await world.town.settle()
    assert world.town.clock.now() >= began + WAIT
    answers = [shown.text for shown in sam.new if "Your next dates:" in shown.text or "116 123" in shown.text]
    assert ["116 123" in text for text in answers] == [False, True]


async def test_what_cannot_take_effect_for_a_moment_does_so_soon(
    world: World, sam: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = await asks_and_gets_no_answer(world, sam)
    application: Any = world.town.app.receiver.application
    real, troubles = application.process_update, [OperationalError("x", {}, Exception("database is locked"))]

    async def locked(_: object, update: Update) -> None:
        if troubles:
            raise troubles.pop()
        await real(update)

    monkeypatch.setattr(type(application), "process_update", locked)
    sam.person.say("I want to die")
    clock, soon = world.town.clock, began + timedelta(seconds=TROUBLE_SECONDS)
    async with asyncio.timeout(10):
        while clock.next_wake() != soon:
            await asyncio.sleep(0.001)
    clock.move_to(soon)
    assert [item.raised_at for item in await seen(world, tables.items)] == [soon]
    await world.town.settle()
    assert len(await rows(world, tables.items)) == 1


async def test_a_letter_behind_an_answer_waits_until_telegram_gives_it(world: World, sam: Phone) -> None:
    await world.linked("Kirsty", "CM1")
    await missed(world)
    await world.moves_to("2026-11-25 16:00")
    sam.reads_all()
    world.town.telegram.faults.lose_call("sendMessage", times=8)
    world.town.telegram.faults.lose_call("getFile", times=7)
    sam.person.say("I was in hospital, here is the letter")
    sam.person.send_file("letter.pdf", LETTER)
    await world.town.settle()
    assert len(await rows(world, tables.evidence)) == 1
    assert "We have it, and it is kept safe." in sam.newest()


# ── What is true by the time it is said ─────────────────────────────────────────────────────────────────────────────


async def test_an_answer_that_waited_speaks_as_of_then(world: World, sam: Phone) -> None:
    await world.moves_to("2026-11-24 23:55")
    sam.reads_all()
    await asks_and_gets_no_answer(world, sam)
    await world.town.settle()
    assert "Today, Wed 25 Nov" in sam.newest()
    await asks_and_gets_no_answer(world, sam)
    await world.change(tables.appointments, "A1", status="cancelled")
    await world.town.settle()
    assert "Wed 25 Nov" not in sam.newest()
    assert len(sam.new) == 2


async def test_one_behind_our_own_gate_too(world: World, sam: Phone) -> None:
    world.town.app.channel.limits.pause(sam.person.id, WAIT.total_seconds())
    sam.person.say("/next")
    async with asyncio.timeout(10):
        while world.town.clock.next_wake() is None:
            await asyncio.sleep(0.001)
    await world.change(tables.appointments, "A1", status="cancelled")
    await world.town.settle()
    assert "Wed 25 Nov" not in sam.newest()
    assert len(sam.new) == 1


# ── Whose chat it is by then ────────────────────────────────────────────────────────────────────────────────────────


async def kept(world: World) -> int:
    """How many updates there still are that somebody has to see to."""
    async with world.town.app.service.db.read() as tx:
        return int((await tx.execute(select(func.count()).select_from(tables.inbox))).scalar_one())


def of_the_bot(phone: Phone) -> list[str]:
    return [shown.text for shown in phone.person.chat if shown.who == "bot"]


def a_new_key(world: World) -> None:
    """What is kept is still under the old one; what comes in is looked up under both."""
    world.town.app.service.db.keys = Keyring(["a new key of thirty-two letters or more", SECRET])


@pytest.mark.parametrize(("killed", "rotating"), [(False, False), (True, False), (False, True)])
async def test_nothing_that_waits_is_said_to_whoever_is_not_them(
    world: World, sam: Phone, killed: bool, rotating: bool
) -> None:
    if rotating:
        a_new_key(world)
    await asks_and_gets_no_answer(world, sam)
    sam.person.press(NotMe().pack(), 1)
    await seen(world, tables.chats, lambda row: row.unlinked_at)
    if killed:
        await crash(world.town)
        await risen(world)
    await world.town.settle()
    (closed,) = of_the_bot(sam)
    assert "This chat is closed now." in closed
    assert await kept(world) == 0


@pytest.mark.parametrize("rotating", [False, True])
async def test_nothing_that_waits_is_left_standing_after_hide(world: World, sam: Phone, rotating: bool) -> None:
    if rotating:
        a_new_key(world)
    await asks_and_gets_no_answer(world, sam)
    sam.person.say("/hide")
    await seen(world, tables.outbox, lambda row: row.kind == WIPE)
    sam.person.say("/language")
    await world.town.settle()
    assert "/next" not in [shown.text for shown in sam.person.chat]
    done, asked = of_the_bot(sam)
    assert (done, "?" in asked) == ("Done.", True), "what was asked after it is answered"


@pytest.mark.parametrize("killed", [False, True])
async def test_what_is_left_of_several_answers_is_not_said_either(world: World, sam: Phone, killed: bool) -> None:
    """The second waits when the person's link goes to another phone."""
    invitation = await world.invited("C1")
    said: list[str] = []
    world.town.telegram.on_event(lambda event: keeps_back(world) if event.who != "Sam" and not said else None)
    world.town.telegram.on_event(lambda event: said.append(event.who) if event.who != "Sam" else None)
    sam.person.say("/next I want to die")
    async with asyncio.timeout(10):
        while (world.town.clock.next_wake() or world.town.clock.now()) < world.town.clock.now() + WAIT:
            await asyncio.sleep(0.001)
    assert len(of_the_bot(sam)) == 1
    other, clock = world.phone("Sam's new phone"), world.town.clock
    other.person.say(f"/start {invitation.code}")
    clock.move_to(clock.now() + timedelta(seconds=1))  # our own limits have answers apart by a moment
    other.person.say(invitation.digits)
    await seen(world, tables.chats, lambda row: row.unlinked_at)
    if killed:
        await crash(world.town)
        await risen(world)
    await world.town.settle()
    _, *since = of_the_bot(sam)
    assert [text for text in since if "116 123" in text or "Wed 25" in text] == []
    assert await kept(world) == 0

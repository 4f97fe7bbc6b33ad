"""A staff phone that was silent for twelve hours asks for its PIN before it does anything."""

import logging
from dataclasses import fields
from enum import Enum
from functools import cache
from typing import Any, get_type_hints

import pytest
from sqlalchemy import select

from bot import app  # noqa: F401  (hangs every handler)
from db import people, tables
from domain import locks
from handlers import COMMANDS, TAPS
from sandbox.town import Town
from sandbox.transport import SandboxRequest
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import looked_at, rows
from tests.conversations.spying import Spy

ASKED = "Please type your PIN to open this chat. What you just sent or tapped has not been done."
PIN = "2846"


@pytest.fixture
async def world(world: World) -> World:
    """The same town, where staff phones lock after 12 hours."""
    old = world.town
    await old.close()
    settings = old.app.settings.model_copy(update={"lock_after_hours": 12})
    world.town = await Town.found(old.telegram, settings, old.clock, SandboxRequest(old.telegram))
    return world


@cache
def digest() -> str:
    """What is kept of the PIN. To make one takes as long as a whole story."""
    return locks.digest(PIN, b"salt for a story")


async def with_pin(world: World, name: str, ref: str) -> Phone:
    """Somebody who has chosen their PIN and is at work. How they chose it is the first story here."""
    phone = await world.linked(name, ref)
    async with world.writing() as tx:
        staff = await people.staff_by_ref(tx, ref)
        assert staff is not None
        await people.keep_lock(tx, staff.id, locks.Lock(pin=digest()))
        heard = tables.chats.update().where(tables.chats.c.staff_id == staff.id)
        await tx.execute(heard.values(heard_at=world.town.clock.now()))
    return phone


@pytest.fixture
async def kirsty(world: World, sam: Phone) -> Phone:
    return await with_pin(world, "Kirsty", "CM1")


async def kept(world: World, ref: str) -> Any:
    async with world.town.app.service.db.read() as tx:
        return (await tx.execute(select(tables.staff).where(tables.staff.c.ref == ref))).one()


# ── Choosing one ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_right_after_linking_staff_choose_one_which_stays_nowhere_and_a_new_phone_needs_it(
    world: World, sam: Phone, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    kirsty = world.phone("Kirsty")
    await kirsty.joins("CM1")
    assert "choose a PIN" in kirsty.newest()
    await kirsty.says("/alerts")
    assert "choose a PIN" in kirsty.newest()
    await kirsty.says("1234")
    assert "too easy" in kirsty.newest()
    await kirsty.says(PIN)
    assert kirsty.newest() == "Please type the same PIN once more."
    await kirsty.says("9753")
    assert "not the same" in kirsty.newest()
    await kirsty.says(PIN)
    await kirsty.says("/alerts")
    assert kirsty.newest() == "Please type the same PIN once more."
    await kirsty.says(PIN)
    kirsty.sees("Your PIN is set.")
    await kirsty.says("/alerts")
    kirsty.sees("Nothing is open.")

    await world.moves_to("2026-11-24 09:00")
    for words in ("/today", "9753", PIN):
        await kirsty.says(words)
    kirsty.sees("Open.")
    assert not any(digits in shown.text for shown in kirsty.person.chat for digits in (PIN, "9753"))
    out = capsys.readouterr()
    assert PIN not in caplog.text + out.out.replace(kirsty.person.name, "") + out.err
    staff = await kept(world, "CM1")
    assert PIN not in staff.pin
    async with world.town.app.service.db.read() as tx:
        assert (await tx.execute(select(tables.inbox))).all() == []

    other = world.phone("Kirsty's new phone")
    await other.joins("CM1")
    await other.says("/alerts")
    other.sees(ASKED)


# ── Asking for it ───────────────────────────────────────────────────────────────────────────────────────────────────


async def test_after_twelve_hours_of_silence_nothing_is_done_until_the_pin_is_typed(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    async def heard() -> Any:
        return next(one.heard_at for one in await rows(world, tables.chats) if one.staff_id is not None)

    before = await heard()
    await kirsty.says("/help")
    assert await heard() == before, "silence is counted to the minute, not written at every word"
    await world.moves_to("2026-11-23 09:05")
    await kirsty.says("/help")
    assert await heard() > before
    await world.moves_to("2026-11-23 21:05")
    await kirsty.says("/alerts")
    kirsty.sees("Nothing is open.")
    await world.moves_to("2026-11-24 09:05")
    kirsty.reads_all()
    await kirsty.says("/alerts")
    kirsty.sees("Nothing is open.")
    await sam.says("I need a word please")
    kirsty.reads_all()
    await world.moves_to("2026-11-24 21:06")
    await kirsty.taps("Show")
    kirsty.sees(ASKED)
    assert not any("a word please" in shown.text for shown in kirsty.person.chat)
    assert ("C1", "item") not in await looked_at(world, "CM1")
    await kirsty.says(PIN)
    kirsty.sees("Open. Please type or tap it again.")
    assert "a word please" in await kirsty.opens()


async def test_alerts_reach_a_locked_phone_and_nothing_leaves_it_and_individuals_are_never_asked(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await world.moves_to("2026-11-24 18:00")
    world.everybody_reads_all()
    kirsty.person.send_photo("look at this")
    kirsty.person.send_sticker("🙂")
    await kirsty.says("are you coming?")
    assert [shown.text for shown in kirsty.new] == [ASKED] * 3
    sam.sees_nothing_new()
    await sam.taps("I can't make it")
    assert kirsty.newest() == "C1: can't make it."
    await sam.taps("My health")
    await sam.taps("I'll be there")
    assert "You said: I'll be there." in sam.newest()


async def test_three_wrong_ones_in_a_row_lock_the_account_and_only_a_manager_who_is_told_unlocks_it(
    world: World, kirsty: Phone
) -> None:
    await kirsty.says("/unlock SUP1")
    kirsty.sees("that is not part of your role")
    morag = await with_pin(world, "Morag", "MGR1")
    await morag.says("/unlock NOBODY")
    morag.sees("I know nothing by that name that you can see")
    await world.moves_to("2026-11-23 22:00")
    for words in ("9753", "9754", PIN):  # a right one forgives the wrong ones before it
        await kirsty.says(words)
    assert kirsty.newest() == "Open. Please type or tap it again."
    await world.moves_to("2026-11-24 22:00")
    kirsty.reads_all()
    morag.reads_all()
    await kirsty.says("9753")
    kirsty.sees("That is not your PIN. Tries left: 2.")
    await kirsty.says("9754")
    kirsty.sees("Tries left: 1.")
    morag.sees_nothing_new()
    await kirsty.says("9755")
    kirsty.sees("This chat is locked. Please ask a manager")
    morag.sees("Kirsty Muir (CM1) typed three wrong PINs and is locked out.")
    await kirsty.says(PIN)
    assert "This chat is locked." in kirsty.newest()
    assert not any(PIN in shown.text for shown in kirsty.person.chat)

    await morag.says("/unlock CM1")
    assert ASKED in morag.newest()  # her own phone was silent too
    await morag.says(PIN)
    await morag.says("/unlock CM1")
    morag.sees("Kirsty Muir (CM1) can now choose a new PIN")
    for words in ("hello", "8642", "8642"):
        await kirsty.says(words)
    kirsty.sees("Your PIN is set.")
    await kirsty.says("/alerts")
    kirsty.sees("Nothing is open.")

    await world.moves_to("2026-11-25 22:01")
    for words in ("9753", "9754", "9755"):  # typed at once, each counts
        kirsty.person.say(words)
    await world.town.settle()
    staff = await kept(world, "CM1")
    assert staff.locked_at is not None
    async with world.town.app.service.db.read() as tx:
        assert (await people.lock_of(tx, staff.id)).locked


# ── Nothing forgets to ask ──────────────────────────────────────────────────────────────────────────────────────────


async def test_no_command_and_no_button_goes_past_a_locked_phone(
    world: World, kirsty: Phone, database_url: str
) -> None:
    """Each is tried once: every other one on SQLite, and the rest on PostgreSQL."""
    await kirsty.says("/help")
    await world.moves_to("2026-11-23 22:00")
    spy, asked, below = Spy(world), dict[str, int](), kirsty.person.chat[-1].id
    every: list[Any] = [*sorted(COMMANDS), *TAPS]
    for one in every[database_url.startswith("sqlite") :: 2]:
        if isinstance(one, str):
            kirsty.person.say(f"/{one} C1")
        else:
            hints = get_type_hints(one)
            kirsty.person.press(one(**{field.name: _some(hints[field.name]) for field in fields(one)}).pack(), below)
        asked[str(one)] = kirsty.person.bot.pending[-1]["update_id"]
    await world.town.settle()
    heard = {name: [message.text for message in spy.answers.get(number, [])] for name, number in asked.items()}
    assert len(heard) > len(every) // 3
    assert {name: texts for name, texts in heard.items() if texts != [ASKED]} == {}


def _some(hint: Any) -> Any:
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    return 1 if hint is int else "staff"

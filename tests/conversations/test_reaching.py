"""A phone that Telegram cannot reach: its worker hears once, and the person's next word heals it."""

import asyncio
from datetime import timedelta

from sqlalchemy import text

from db import tables
from domain.outbox import Subject
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, owed_about, rows
from usecases import reaching
from usecases.service import Service


async def test_a_blocked_chat_is_told_once_and_heals_with_the_next_word(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    one, order = await id_of(world, tables.individuals, "C1"), await id_of(world, tables.orders, "O1")
    await world.appointment("A2", order, one, "2026-11-26 09:30")
    later = await world.appointment("A3", order, one, "2026-11-27 09:30")
    sam.person.block()
    await world.moves_to("2026-11-24 18:30")
    kirsty.sees("C1: cannot be reached.")
    assert "find another way" in await kirsty.opens()
    kirsty.reads_all()
    await world.moves_to("2026-11-25 19:00")
    kirsty.sees_nothing_new()
    sam.person.unblock()
    await sam.says("hello?")
    kirsty.sees("C1: wrote.")
    assert [row.closed_at is not None for row in await rows(world, tables.items) if row.kind == "unreachable"] == [True]
    await world.moves_to("2026-11-26 18:00")
    sam.sees("Tomorrow, Fri 27 Nov, 9:30.")
    assert await owed_about(world, Subject("appointment", later)) == [("reminder", "sent", "")]


async def test_a_reminder_that_telegram_refuses_says_the_same_and_another_phone_heals_it(
    world: World, sam: Phone
) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    sam.person.deactivate()
    await world.moves_to("2026-11-24 18:00")
    kirsty.sees("C1: cannot be reached.")
    kirsty.reads_all()
    await world.moves_to("2026-11-24 18:30")
    sam.person.block()  # and now Telegram says so, too
    await world.moves_to("2026-11-24 19:00")
    kirsty.sees_nothing_new()
    await world.phone("Sam's other phone").joins("C1")
    assert "cannot be reached. Done." in " ".join(str(shown.text) for shown in kirsty.person.chat)


async def test_who_said_stop_and_then_blocks_is_no_news(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await sam.says("stop")
    sam.person.block()
    await world.town.settle()
    kirsty.sees_nothing_new()


async def test_the_old_phone_of_somebody_who_has_just_linked_a_new_one_is_no_news(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    sam.person.deactivate()
    new = world.phone("Sam's new phone")
    await new.joins("C1")
    kirsty.sees("C1 has linked a phone.")
    await new.says("hello it is me")
    assert [row.kind for row in await rows(world, tables.items)] == ["words"]
    new.person.block()
    await world.town.settle()
    kirsty.sees("C1: cannot be reached.")


async def test_a_block_that_shows_while_an_answer_is_spoken_is_told_once(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    sam.person.say("/next")
    sam.person.block()
    await world.town.settle()
    kirsty.sees("C1: cannot be reached.")
    kirsty.reads_all()
    await world.moves_to("2026-11-23 12:00")
    kirsty.sees_nothing_new()
    assert [row.kind for row in await rows(world, tables.items)] == ["unreachable"]


async def test_two_who_find_a_chat_lost_at_once_raise_one_item(world: World, sam: Phone) -> None:
    """Both have seen that it can be reached before either has written, as two processes may on PostgreSQL."""
    await world.linked("Kirsty", "CM1")
    service, chat = world.town.app.service, (await rows(world, tables.chats))[0].id
    async with service.db.write() as tx:
        await reaching.lost(service, tx, chat)
        world.town.clock.move_to(world.town.clock.now() + timedelta(seconds=1))
        second = asyncio.create_task(_lost(service, chat))
        while not service.db.sqlite and not await _somebody_waits(service):
            assert not second.done()
    await second
    await world.town.settle()
    assert [row.kind for row in await rows(world, tables.items)] == ["unreachable"]


async def _lost(service: Service, chat: int) -> None:
    async with service.db.write() as tx:
        await reaching.lost(service, tx, chat)


async def _somebody_waits(service: Service) -> bool:
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    async with service.db.read() as tx:
        return (await tx.execute(text(waiting))).first() is not None

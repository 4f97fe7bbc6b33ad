"""A phone that Telegram cannot reach: its worker hears once, and the person's next word heals it."""

from db import tables
from domain.outbox import Subject
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, owed_about, rows


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

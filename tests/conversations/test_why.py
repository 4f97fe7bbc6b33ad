"""/why: what was and was not sent about a date, in words that are true; and not for anybody out of reach."""

from db import tables
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, looked_at


async def test_kirsty_asks_why_and_reads_what_was_sent_and_whoever_is_out_of_reach_learns_nothing(
    world: World, sam: Phone
) -> None:
    """Not even that the date is there."""
    kirsty = await world.linked("Kirsty", "CM1")
    await kirsty.says("/why A1")
    kirsty.sees("C1: Unpaid work", "Reminder: still to be sent, tomorrow at 18:00.", "Nothing was answered.")
    await world.moves_to("2026-11-24 18:00")
    await kirsty.says("/why A1")
    text = kirsty.sees("Reminder: accepted by Telegram, today at 18:00.")
    assert "Seen" not in text
    await sam.taps("I can't make it")
    await sam.taps("My health")
    await kirsty.says("/why A1")
    text = kirsty.sees("Reminder: accepted by Telegram, today at 18:00. Seen: they answered.")
    assert "Alert, to Kirsty Muir: accepted by Telegram, today at 18:00." in text
    assert "can't make it, My health, today at 18:00" in text
    assert ("C1", "why") in await looked_at(world, "CM1")

    await world.staff("CM2", "Ailsa Bain", "case_manager")
    ailsa, rab = await world.linked("Ailsa", "CM2"), await world.linked("Rab", "SUP1")
    await ailsa.says("/why A1")
    refused = ailsa.newest()
    await ailsa.says("/why A999")
    assert ailsa.newest() == refused
    await rab.says("/why A1")
    rab.sees("you cannot do that from here")


async def test_what_was_not_sent_says_why(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await world.row(
        tables.holds,
        ref="H1",
        order_id=await id_of(world, tables.orders, "O1"),
        kind="hospital",
        from_day=world.town.app.service.clock.now().date(),
    )
    await world.moves_to("2026-11-24 19:00")
    await kirsty.says("/why A1")
    kirsty.sees("Reminder: held back, today at 18:00 (in hospital).")

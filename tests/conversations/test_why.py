"""/why: what was and was not sent about a date, in words that are true; and not for anybody out of reach."""

from datetime import UTC, datetime

import pytest

from db import tables
from domain.imports import File
from tests.conversations import test_texts
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, looked_at
from tests.conversations.test_texts import Texted, said_yes
from usecases import imports

texted, kirsty = test_texts.texted, test_texts.kirsty
ONLY_AN_ANSWER = "Only an answer shows that a message was seen."


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
    rab.sees("that is not part of your role")


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


async def test_kirsty_who_names_no_date_is_told_how(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await kirsty.says("/why")
    kirsty.sees("/why APPOINTMENT_REF")


async def test_a_date_that_is_cancelled_is_said_to_be(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await kirsty.says("/why A1")
    assert "cancelled" not in kirsty.newest()
    await world.change(tables.appointments, "A1", status="cancelled")
    await kirsty.says("/why A1")
    assert kirsty.newest().splitlines()[1] == "This date is cancelled."


@pytest.mark.parametrize("begins", [datetime(2026, 11, 24, 16, tzinfo=UTC)])
async def test_a_change_that_nobody_was_told_is_not_said_to_have_been_told(world: World, sam: Phone) -> None:
    """Its message would have gone in quiet hours, too shortly before the date for the morning."""
    kirsty = await world.linked("Kirsty", "CM1")
    await world.appointment("A2", 1, 1, "2026-11-25 12:00")
    await world.moves_to("2026-11-24 18:30")
    await world.moves_to("2026-11-24 20:20")
    csv = "appointment_ref,order_ref,kind,date,start,end,status\nA2,O1,unpaid_work,2026-11-25,08:30,12:30,booked\n"
    service = world.town.app.service
    done = await imports.run(service, [File("appointments.csv", csv.encode())], False, lambda *_: None)
    assert not done.problems
    await world.moves_to("2026-11-25 08:45")
    await kirsty.says("/why A2")
    kirsty.sees(
        "Reminder: held back, yesterday at 20:20 (the change was to be told instead).",
        "Change: not sent in time, yesterday at 20:20 (quiet hours).",
    )


async def test_of_whoever_blocked_the_chat_it_is_not_said_that_no_phone_is_linked(
    texted: Texted, kirsty: Phone
) -> None:
    sam = await texted.world.linked("Sam", "C1")
    sam.person.block()
    await texted.world.town.settle()
    await texted.world.moves_to("2026-11-24 18:00")
    await kirsty.says("/why A1")
    because = "(no phone is linked that Telegram reaches, and they have not agreed to text messages)."
    kirsty.sees(f"Reminder: nobody reached, today at 18:00 {because}")


async def test_what_is_known_of_a_text_is_not_said_to_be_what_telegram_knows(texted: Texted, kirsty: Phone) -> None:
    await kirsty.says("/why A1")
    telegram = "Accepted by Telegram is all that is ever known of a message. Only an answer shows that it was seen."
    assert kirsty.newest().splitlines()[-1] == telegram
    await said_yes(texted)
    await texted.world.moves_to("2026-11-24 18:00")
    await kirsty.says("/why A1")
    assert kirsty.newest().splitlines()[-1] == ONLY_AN_ANSWER
    await texted.receipt("delivered")
    await kirsty.says("/why A1")
    assert "delivered, says its receipt" in kirsty.newest()
    assert kirsty.newest().splitlines()[-1] == ONLY_AN_ANSWER

"""A lost phone is cut off at once; and an account that has ended leaves nothing behind."""

from datetime import UTC, date, datetime, timedelta

import pytest

from db import tables
from sandbox.chats import Shown
from tests.conversations.conftest import MONDAY, Phone, World
from tests.conversations.looking import looked_at
from tests.conversations.test_unspoken import asks_and_gets_no_answer, seen
from usecases import cutting_off


@pytest.fixture
def begins() -> datetime:
    """On the morning of the date."""
    return datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.fixture
async def kirsty(world: World, sam: Phone) -> Phone:
    """Kirsty, whose phone has an open card, an old message and an invitation on it."""
    kirsty = await world.linked("Kirsty", "CM1")
    await kirsty.says("/help")
    await world.moves_to("2026-11-25 10:00")
    await sam.says("I need a word please")
    await kirsty.opens()
    await kirsty.says("/invite C1")
    return kirsty


@pytest.fixture
async def morag(world: World, kirsty: Phone) -> Phone:
    return await world.linked("Morag", "MGR1")


def of_the_bot(phone: Phone) -> list[Shown]:
    return [shown for shown in phone.person.chat if shown.who == "bot"]


async def cuts_off(morag: Phone, ref: str) -> None:
    await morag.says(f"/cutoff {ref}")
    await morag.taps("Yes, cut off")


@pytest.mark.parametrize("begins", [MONDAY])
async def test_a_lost_phone_is_emptied_and_a_stranger_from_then_on(
    world: World, sam: Phone, kirsty: Phone, morag: Phone
) -> None:
    card = next(shown for shown in kirsty.person.chat if "a word please" in shown.text).id
    await morag.says("/cutoff CM1")
    morag.sees("Cut off the phone of Kirsty Muir (CM1)?", "messages of the last 48 hours are deleted")
    assert len(of_the_bot(kirsty)) > 1  # a slip of the finger does nothing
    await morag.taps("Yes, cut off")
    assert "The phone of Kirsty Muir (CM1) is cut off" in morag.newest()
    assert "Older messages cannot be deleted: they are single lines" in morag.newest()
    assert "/invite CM1" in morag.newest()
    (old,) = of_the_bot(kirsty)
    assert "/desk" in old.text  # what /help said, more than 48 hours ago
    kirsty.reads_all()
    for data in (f"item:{1}", "claim:1", "fold:1"):
        kirsty.person.press(data, card)
        await world.town.settle()
    await kirsty.says("/alerts")
    assert {shown.text for shown in kirsty.new} == {kirsty.new[0].text}
    assert "C1" not in kirsty.new[0].text
    await sam.says("and another thing")
    await world.moves_to("2026-11-27 12:00")
    assert not any("C1" in shown.text for shown in kirsty.person.chat if shown.who == "bot")


async def test_what_waits_to_be_said_on_a_lost_phone_is_not_said(world: World, kirsty: Phone, morag: Phone) -> None:
    await morag.says("/cutoff CM1")
    await world.moves_to("2026-11-25 10:05")
    kirsty.reads_all()
    await asks_and_gets_no_answer(world, kirsty, "/desk")
    morag.person.tap("Yes, cut off")
    await seen(world, tables.chats, lambda chat: chat.unlinked_at)
    await world.town.settle()
    assert "The phone of Kirsty Muir (CM1) is cut off" in morag.newest()
    assert of_the_bot(kirsty) == []


async def test_what_was_owed_to_that_phone_goes_to_somebody_else_until_its_owner_comes_back_with_a_new_invitation(
    world: World, sam: Phone, kirsty: Phone, morag: Phone
) -> None:
    dee = await world.linked("Dee", "DUTY1")
    shown = next(one for one in kirsty.person.chat if "?start=" in one.text)
    code = shown.text.split("?start=")[1].split()[0]
    await cuts_off(morag, "CM1")
    finder = world.phone("Who found it")
    await finder.says(f"/start {code}")
    assert "That link does not work." in finder.newest(), "its open invitations are dead"
    await world.moves_to("2026-11-25 14:00")
    dee.sees("C1: wrote.")
    other = world.phone("Kirsty's new phone")
    await other.joins("CM1")
    await other.says("/alerts")
    other.sees("C1: wrote")


async def test_only_managers_cut_off_anybody_down_to_the_last_of_them_and_nobody_learns_who_is_there(
    world: World, sam: Phone, kirsty: Phone, morag: Phone
) -> None:
    for said in ("/cutoff SUP1", "/cutoff NOBODY"):
        await kirsty.says(said)
        kirsty.sees("that is not part of your role")
        kirsty.reads_all()
    kirsty.person.press("cutoff:staff:1", 1)
    kirsty.person.press("cutoff:individual:1", 1)
    await world.town.settle()
    assert ["that is not part of your role" in one.text for one in kirsty.new] == [True, True]
    for said in ("/cutoff NOBODY", "/cutoff"):
        morag.reads_all()
        await morag.says(said)
        morag.sees("I know nothing by that name that you can see")
    for data in ("cutoff:staff:99", "cutoff:individual:99", "cutoff:door:1"):
        morag.reads_all()
        morag.person.press(data, 1)
        await world.town.settle()
        morag.sees("I know nothing by that name that you can see")

    await cuts_off(morag, "SUP1")
    assert "Rab Boyd (SUP1) has no phone linked here." in morag.newest()

    assert of_the_bot(sam)
    await cuts_off(morag, "C1")
    assert "The phone of C1 is cut off" in morag.newest()
    assert "Sam" not in morag.newest()
    assert of_the_bot(sam) == []
    assert ("C1", "cut off") in await looked_at(world, "MGR1")
    await sam.says("/next")
    assert "Wed 25 Nov" not in sam.newest()

    morag.reads_all()
    await morag.says("/cutoff MGR1")
    morag.sees("This is your own phone", "No other manager is linked.")
    await morag.taps("Yes, cut off")
    assert "This chat is closed." in morag.newest()
    await morag.says("/cutoff CM1")
    assert "Kirsty" not in morag.newest()


# ── Accounts that end by themselves ─────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
async def una(world: World, sam: Phone) -> Phone:
    """Una, a sessional duty worker until Wednesday, with an open card on her phone."""
    await world.staff("SES1", "Una Orr", "duty+supervisor", active_until=date(2026, 11, 25))
    una = await world.linked("Una", "SES1")
    await world.moves_to("2026-11-25 09:00")
    await sam.says("I need a word please")
    await world.moves_to("2026-11-25 15:00")
    await una.opens()
    return una


async def test_on_the_last_day_everything_still_works_and_an_account_that_is_made_longer_just_goes_on(
    world: World, una: Phone
) -> None:
    await una.taps("I'm dealing with it")
    assert "Una Orr is dealing with it" in una.newest()
    await world.moves_to("2026-11-26 09:00")
    await world.change(tables.staff, "SES1", active_until=date(2026, 12, 31))
    await una.says("/alerts")
    una.sees("C1: wrote")


async def test_the_night_after_it_the_chat_is_emptied_nothing_works_any_more_and_alerts_pass_it_by(
    world: World, sam: Phone, una: Phone
) -> None:
    card = next(shown for shown in una.person.chat if "a word please" in shown.text).id
    await world.moves_to("2026-11-26 00:06")
    assert of_the_bot(una) == []
    for data in ("item:1", "claim:1", "here:1:1"):
        una.reads_all()
        una.person.press(data, card)
        await world.town.settle()
        una.sees("Your account has ended")
    for said in ("/alerts", "/today", "/help", "is anybody there?"):
        una.reads_all()
        await una.says(said)
        assert [shown.text for shown in una.new] == [
            "Your account has ended, so you cannot do that from here. If that is a mistake, please ask a manager."
        ]
    async with world.at_once():
        dee = await world.linked("Dee", "DUTY1")
        await world.order("O2", await world.individual("C2", "Jo"))
        jo = await world.linked("Jo", "C2")
    await world.moves_to("2026-11-26 09:00")
    una.reads_all()
    await jo.says("hello?")
    await world.moves_to("2026-11-26 14:00")
    dee.sees("C2: wrote.")
    una.sees_nothing_new()


async def test_what_waits_to_be_said_when_it_ends_is_not_said(world: World, una: Phone) -> None:
    await world.moves_to("2026-11-25 23:58")
    began = await asks_and_gets_no_answer(world, una, "/alerts")
    world.town.clock.move_to(began + timedelta(minutes=7))
    assert await cutting_off.clear_ended(world.town.app.service) == {"cleared": 1}
    await world.town.app.dispatcher.run()
    await world.town.settle()
    assert of_the_bot(una) == []

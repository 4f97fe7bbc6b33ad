"""A staff phone shows one line; *Show* opens the rest, which goes again: when it is dealt with, or after two days."""

from datetime import UTC, datetime

import pytest

from tests.conversations.conftest import Phone, World
from tests.conversations.looking import looked_at

ONE_LINE = "C1: can't make it."


@pytest.fixture
def begins() -> datetime:
    """An hour before the reminder."""
    return datetime(2026, 11, 24, 17, tzinfo=UTC)


@pytest.fixture
async def kirsty(world: World, sam: Phone) -> Phone:
    """Kirsty, who has just been told that Sam cannot come on Wednesday."""
    kirsty = await world.linked("Kirsty", "CM1")
    await world.moves_to("2026-11-24 18:00")
    await sam.taps("I can't make it")
    return kirsty


async def test_a_card_comes_as_one_line_and_opens_in_place(world: World, kirsty: Phone) -> None:
    assert kirsty.newest() == ONE_LINE
    assert kirsty.buttons() == ["Show", "I'm dealing with it"]
    assert ("C1", "item") not in await looked_at(world, "CM1")
    assert "Wed 25 Nov, 9:30, The yard" in await kirsty.opens()
    assert ("C1", "item") in await looked_at(world, "CM1")
    await kirsty.taps("Hide")
    assert kirsty.newest() == ONE_LINE
    assert len(kirsty.new) == 1


async def test_an_open_card_folds_when_it_is_dealt_with(world: World, kirsty: Phone) -> None:
    await kirsty.opens()
    await kirsty.taps("I'm dealing with it")
    assert "The yard" in kirsty.newest()
    await kirsty.taps("Done")
    await kirsty.taps("Spoke with them")
    assert kirsty.newest().startswith(f"{ONE_LINE} Done")
    assert "The yard" not in kirsty.newest()
    assert kirsty.buttons() == []


async def test_an_open_card_folds_when_somebody_else_deals_with_it(world: World, kirsty: Phone) -> None:
    dee = await world.linked("Dee", "DUTY1")
    await kirsty.opens()
    await dee.says("/alerts")
    await dee.taps("1. C1")
    await dee.taps("I'm dealing with it")
    assert kirsty.newest().startswith(f"{ONE_LINE} Dee Gunn is dealing with it")


async def test_after_47_hours_an_open_card_is_one_line_again(world: World, kirsty: Phone) -> None:
    await kirsty.taps("I'm dealing with it")
    await world.moves_to("2026-11-26 16:59")
    assert "The yard" in kirsty.newest()
    await world.moves_to("2026-11-26 17:01")  # within a minute: what was said waited for its turn, for a moment
    assert kirsty.newest().startswith(ONE_LINE)
    assert "The yard" not in kirsty.newest()
    assert kirsty.buttons() == ["Show"]


async def test_an_old_card_opens_as_a_new_message_which_goes_in_its_turn(world: World, kirsty: Phone) -> None:
    await world.moves_to("2026-11-26 09:00")
    kirsty.reads_all()
    assert "The yard" in await kirsty.opens()
    kirsty.sees("The yard")
    await world.moves_to("2026-11-28 08:00")
    assert not any("The yard" in shown.text for shown in kirsty.person.chat)


async def test_a_register_and_its_names_are_taken_away(world: World, sam: Phone) -> None:
    rab = await world.linked("Rab", "SUP1")
    await world.moves_to("2026-11-25 09:00")
    await rab.says("/today")
    rab.sees("Sam")
    await rab.taps("1. Sam")
    await world.moves_to("2026-11-27 16:00")  # the question why nothing was recorded is gone by then too
    assert not any("Sam" in shown.text for shown in rab.person.chat if shown.who == "bot")
    assert rab.newest() == "This has been taken away, as it is two days old. Ask for it again if you need it."
    assert rab.buttons() == []


async def test_an_invitation_and_its_picture_are_deleted(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await kirsty.says("/invite C1")
    assert any(shown.media for shown in kirsty.person.chat)
    await world.moves_to("2026-11-26 16:05")
    assert not any(shown.media or "t.me" in shown.text for shown in kirsty.person.chat if shown.who == "bot")


async def test_nobody_folds_or_opens_what_is_not_in_their_chat(world: World, kirsty: Phone) -> None:
    await world.staff("CM2", "Ailsa Bain", "case_manager")
    ailsa = await world.linked("Ailsa", "CM2")
    for data in ("item:1", "fold:1", "fold:99"):
        ailsa.reads_all()
        ailsa.person.press(data, 1)
        await world.town.settle()
        ailsa.sees("I know nothing by that name that you can see")


async def test_help_stays_and_what_individuals_read_is_not_touched(world: World, sam: Phone, kirsty: Phone) -> None:
    await kirsty.says("/help")
    said = [shown.text for shown in sam.person.chat]
    await world.moves_to("2026-11-24 23:00")
    await world.moves_to("2026-11-27 12:00")
    assert "/desk" in kirsty.newest()
    assert [shown.text for shown in sam.person.chat][: len(said)] == said

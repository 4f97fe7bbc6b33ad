"""Steps 4 and 5: the evening before, in discreet words; one tap back, and it reaches who must know."""

from datetime import UTC, datetime

import pytest

from tests.conversations.conftest import Phone, World


@pytest.fixture
def begins() -> datetime:
    """On the afternoon before the date, while people are at work."""
    return datetime(2026, 11, 24, 15, tzinfo=UTC)


async def test_sam_is_reminded_the_evening_before_and_says_yes(world: World, sam: Phone) -> None:
    await world.moves_to("2026-11-24 17:59")
    sam.sees_nothing_new()
    await world.moves_to("2026-11-24 18:00")
    text = sam.sees("Tomorrow, Wed 25 Nov, 9:30.", "The yard.", "Bring boots and lunch.")
    assert "work" not in text
    assert sam.buttons() == ["I'll be there", "I can't make it", "I need help", "Call me"]
    await sam.taps("I'll be there")
    assert "You said: I'll be there." in sam.newest()
    sam.reads_all()
    await world.moves_to("2026-11-25 08:00")
    world.nothing_else_happened()


async def test_sam_cannot_come_and_kirsty_hears_of_it_with_the_reason(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await world.moves_to("2026-11-24 18:00")
    await sam.taps("I can't make it")
    assert "your date still stands" in sam.newest()
    kirsty.sees("C1: can't make it.")
    assert "Wed 25 Nov, 9:30, The yard" in await kirsty.opens()
    await sam.taps("My health")
    assert "Your date still stands" in sam.newest()
    assert "Reason given: My health" in await kirsty.opens()
    await kirsty.taps("I'm dealing with it")
    assert "Kirsty Muir is dealing with it" in kirsty.newest()


async def test_what_sam_types_reaches_kirsty_and_the_answer_is_true(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await sam.says("the bus is off, is it still on?")
    sam.sees("I have passed that on. Your worker has been sent this.", "01475 715 000")
    kirsty.sees("C1: wrote.")
    assert "the bus is off, is it still on?" in await kirsty.opens()


async def test_stop_is_silent_and_at_once_and_can_be_undone(world: World, sam: Phone) -> None:
    await sam.says(" stop! ")
    sam.sees("Your dates still stand")
    sam.reads_all()
    await world.moves_to("2026-11-24 18:00")
    sam.sees_nothing_new()
    await sam.taps("Start again")
    assert "Welcome back" in sam.newest()


@pytest.mark.parametrize("begins_again", ["/start", "START"])
async def test_start_begins_again_though_the_button_is_gone_and_help_says_first_that_sam_has_stopped(
    world: World, sam: Phone, begins_again: str
) -> None:
    await sam.says("STOP")
    await sam.says("HIDE")
    sam.reads_all()
    await sam.says("HELP")
    first, then = [shown.text for shown in sam.new]
    assert first == "You sent STOP. I do not write to you about your dates. Tap Start again if you want me to."
    assert then.startswith("I am a computer.")
    assert [str(one) for row in sam.new[0].buttons for one in row] == ["Start again"]
    sam.reads_all()
    await sam.says(begins_again)
    assert "Welcome back. I will tell you about your dates again." in sam.newest()
    assert "Wed 25 Nov, 9:30" in sam.newest()
    sam.reads_all()
    await world.moves_to("2026-11-24 18:00")
    sam.sees("Can you make it?")
    await sam.says(begins_again)
    assert sam.newest().startswith("I am a computer."), "nothing was stopped"
    assert not any("You sent STOP" in shown.text for shown in sam.new)

"""What is planned anew: nothing is said again that was said, in whatever way; and what may have gone is looked for."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from db import tables
from sandbox import notify
from tests.conversations import test_texts
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, rows
from tests.conversations.test_places import are_ticked, somebody
from tests.conversations.test_reminding import another, became, switched
from tests.conversations.test_texts import Texted, said_yes
from usecases import reminding

texted = test_texts.texted


@pytest.fixture
def begins() -> datetime:
    """An hour before the reminder of Wednesday's date."""
    return datetime(2026, 11, 24, 17, tzinfo=UTC)


@pytest.mark.parametrize("begins", [datetime(2026, 11, 24, 18, 30, tzinfo=UTC)])
async def test_a_place_that_was_taken_on_its_evening_is_not_told_again_when_it_is_planned_anew(
    world: World, sam: Phone
) -> None:
    """The answer has said when and where: neither /nudge nor an import makes it a message as well."""
    await world.change(tables.places, "P1", capacity=3)
    kirsty, jo = await world.linked("Kirsty", "CM1"), await somebody(world, "C2", "Jo")
    await are_ticked(world, "C2")
    await kirsty.says("/offer")
    await kirsty.taps(kirsty.buttons()[0])
    await kirsty.taps("Send to 1")
    await world.moves_to("2026-11-24 19:00")
    await jo.taps("Yes please")
    assert "The place is yours" in jo.newest()
    [*_, taken] = [one.ref for one in await rows(world, tables.appointments)]
    assert await became(world, taken) == [("eve", "cancelled", "told_just_now")]
    jo.reads_all()
    await jo.says("/nudge")
    await jo.taps("Yes, on the day too")
    assert [shown.text for shown in jo.new] == ["OK. I will write on the day too. To stop that, send /nudge."]
    ends = [("eve", "cancelled", "told_just_now"), ("morning", "planned", "")]
    assert await became(world, taken) == ends


async def test_a_step_that_is_renamed_does_not_say_again_what_sam_was_told(world: World, sam: Phone) -> None:
    found = world.town.app.service.policy.reminders
    await another(world, "A2", "2026-11-26 09:30")
    await world.moves_to("2026-11-24 18:00")
    sam.sees("Tomorrow, Wed 25 Nov, 9:30.")
    await sam.taps("I'll be there")
    sam.reads_all()
    steps = tuple(replace(step, name="evening") if step.name == "eve" else step for step in found.steps)
    switched(world, reminders=replace(found, version="2", steps=steps))
    await world.moves_to("2026-11-25 08:30")
    sam.sees_nothing_new()
    assert await became(world, "A1") == [("eve", "sent", "")]
    assert sorted(await became(world, "A2")) == [("eve", "cancelled", "rules_changed"), ("evening", "planned", "")]
    await world.moves_to("2026-11-25 18:00")
    sam.sees("Tomorrow, Thu 26 Nov, 9:30.")


async def test_a_step_that_is_renamed_while_it_could_not_be_sent_is_made_good(world: World, sam: Phone) -> None:
    """Sam was told nothing of Wednesday: nobody could be, that evening."""
    found = world.town.app.service.policy.reminders
    steps = tuple(replace(step, name="evening") if step.name == "eve" else step for step in found.steps)
    switched(world, reminders=replace(found, version="2", steps=steps))
    world.town.clock.move_to(datetime(2026, 11, 25, 4, tzinfo=UTC))
    await world.town.settle()
    await world.moves_to("2026-11-25 08:00")
    sam.sees("Today, Wed 25 Nov, 9:30.")
    assert len(sam.new) == 1


async def test_a_text_whose_answer_was_lost_is_looked_for_though_it_was_planned_anew_meanwhile(texted: Texted) -> None:
    world = texted.world
    await said_yes(texted)
    texted.notify.faults.append(notify.LOST)
    one = await id_of(world, tables.appointments, "A1")
    await world.moves_to("2026-11-24 18:00")
    assert len(texted.came) == 1
    assert [(row.status, row.attempts) for row in await rows(world, tables.outbox)] == [("planned", 1)]
    async with world.writing() as tx:
        await reminding.plan(world.town.app.service, tx, [one], "not_asked_for")
    await world.moves_to("2026-11-24 18:05")
    assert len(texted.came) == 1
    assert await texted.about() == [("reminder", "sent", "")]

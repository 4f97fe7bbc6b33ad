"""What is not said, as it would hurt or mislead: after STOP, to whoever was told not to come, once a date has begun."""

import pytest

from db import tables
from domain.outbox import Later, Reception, Trouble
from tests.conversations import test_texts
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import rows
from tests.conversations.test_import import EXPORT, tonight
from tests.conversations.test_lost_answers import in_trouble
from tests.conversations.test_texts import Texted

texted, kirsty = test_texts.texted, test_texts.kirsty


async def how_it_ended(world: World, kind: str) -> list[tuple[str, str]]:
    return [(row.status, row.reason) for row in await rows(world, tables.outbox) if row.kind == kind]


async def who_cannot_come_and_who_answers(world: World) -> tuple[Phone, Phone]:
    """Sam, on the evening before a date, and Kirsty, who has the card open."""
    await tonight(world)
    sam, kirsty = await world.linked("Sam", "C1"), await world.linked("Kirsty", "CM1")
    await tonight(world)
    await world.moves_to("2026-11-24 18:00")
    await sam.taps("I can't make it")
    await kirsty.opens()
    return sam, kirsty


async def test_stop_said_in_the_chat_stands_though_staff_note_a_yes_to_texts(texted: Texted) -> None:
    sam, kirsty = await texted.world.linked("Sam", "C1"), await texted.world.linked("Kirsty", "CM1")
    await sam.says("STOP")
    await kirsty.says("/texts C1")
    for _ in ("their number", "they asked for it"):
        await kirsty.taps(kirsty.buttons()[0])
    (one,) = await rows(texted.world, tables.individuals)
    assert one.texts_agreed_at is not None
    assert one.stopped_at is not None
    sam.reads_all()
    await texted.world.moves_to("2026-11-25 12:00")
    sam.sees_nothing_new()


async def test_nobody_who_was_told_not_to_come_is_asked_whether_they_are_ok(world: World) -> None:
    sam, kirsty = await who_cannot_come_and_who_answers(world)
    await kirsty.taps("No need to come")
    sam.reads_all()
    await world.moves_to("2026-11-26 02:30")
    await tonight(world, attendance=f"{EXPORT['attendance']}A1,missed_reason_unknown,SUP1,25/11/2026 10:00\n")
    await world.moves_to("2026-11-26 12:00")
    sam.sees_nothing_new()
    assert await how_it_ended(world, "missed_care") == [("cancelled", "no_longer_so")]


async def test_an_answer_that_would_come_after_the_start_is_not_given_and_whoever_gave_it_hears_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam, kirsty = await who_cannot_come_and_who_answers(world)
    shut: list[Reception] = [Later(1.0, Trouble.UNKNOWN)]
    in_trouble(world, monkeypatch, lambda chat: shut[0] if shut and chat == sam.person.id else None)
    await world.moves_to("2026-11-25 09:00")
    await kirsty.taps("Still come")
    world.everybody_reads_all()
    await world.moves_to("2026-11-25 09:32")
    shut.clear()
    await world.moves_to("2026-11-25 10:30")
    assert [one.text for one in sam.new if "Please still come" in one.text] == []
    assert await how_it_ended(world, "cannot_answered") == [("missed", "no_answer")]
    assert [one.text for one in kirsty.new if "Please" in one.text], "nobody told her"

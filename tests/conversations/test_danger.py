"""Words of danger: the numbers at once, the truth about who reads, and an alarm that somebody answers."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from db import tables
from domain.outbox import Status
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import rows
from tests.conversations.test_nothing_lost import crash, risen
from tests.conversations.test_talk import newest
from usecases import offering, talk

URGENT = "C1: URGENT, may be in danger."
NUMBERS = ("999", "116 123", "0800 83 85 87")


sunday = pytest.mark.parametrize("begins", [datetime(2026, 11, 29, 2, 50, tzinfo=UTC)])


@pytest.fixture
async def dee(world: World, sam: Phone) -> Phone:
    return await world.linked("Dee", "DUTY1")


def named_for_the_night(world: World, ref: str, phone: str = "") -> None:
    """The council names somebody, as its settings would."""
    app = world.town.app
    policy = replace(app.service.policy, out_of_hours=ref, out_of_hours_phone=phone)
    object.__setattr__(app.service, "policy", policy)
    app.tongue.policy = policy


async def alarms(world: World) -> list[Any]:
    return [one for one in await rows(world, tables.items) if one.kind == "danger"]


async def begins_a_form(world: World, sam: Phone) -> None:
    await world.change(tables.orders, "O1", status="completed", ended_on=world.town.clock.now().date())
    service = world.town.app.service
    async with service.db.write() as tx:
        await offering.owe_form(service, tx, 1)
    await world.town.settle()
    await sam.taps("Begin")
    sam.reads_all()


async def test_words_of_danger_are_heard_though_what_was_to_be_done_with_them_always_fails(
    world: World, sam: Phone, dee: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(talk, "from_individual", fails)
    await sam.says("I can't go on")
    sam.sees("Sorry, something went wrong here.")
    sam.sees(*NUMBERS)
    dee.sees(URGENT)
    assert len(await alarms(world)) == 1


# ── At work ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_sam_gets_the_numbers_at_once_duty_the_sentence_and_the_manager_hears_if_nobody_claims_it(
    world: World, sam: Phone, dee: Phone
) -> None:
    kirsty, morag = await world.linked("Kirsty", "CM1"), await world.linked("Morag", "MGR1")
    await sam.says("My mum is away. I can’t go on any more! What day is it?")
    text = sam.sees(*NUMBERS, "01475 715 000", "I have sent what you wrote to a person on call.")
    assert "passed that on" not in text
    assert [shown.text for shown in sam.new] == [text]
    assert dee.sees("URGENT") == URGENT
    shown = await dee.opens()
    assert shown.splitlines()[0].startswith("URGENT. C1")
    assert "“I can’t go on any more!”" in shown
    assert "Sam" not in shown
    kirsty.sees(URGENT, "This is a copy for you. Nothing is asked of you.")
    assert [item.kind for item in await rows(world, tables.items)] == ["danger"]
    await world.moves_to("2026-11-23 09:14")
    morag.sees_nothing_new()
    await world.moves_to("2026-11-23 09:15")
    morag.sees(URGENT)


async def test_duty_claims_it_and_the_manager_is_not_told_and_the_outbox_holds_no_word_of_it(
    world: World, sam: Phone, dee: Phone
) -> None:
    morag = await world.linked("Morag", "MGR1")
    await sam.says("I want to die")
    await dee.taps("I'm dealing with it")
    await world.moves_to("2026-11-23 12:00")
    morag.sees_nothing_new()
    owed = await rows(world, tables.outbox)
    assert all("die" not in str(row.params) for row in owed)
    ladder = [row for row in owed if row.family == "ladder"]
    assert {row.status for row in ladder} == {Status.SENT.value, Status.CANCELLED.value}
    async with world.town.app.service.db.read() as tx:
        looked = (await tx.execute(select(tables.access.c.what))).scalars().all()
    assert "item claimed" in looked


async def test_what_sam_says_next_comes_back_to_whoever_answered_who_is_not_the_last_hope(
    world: World, sam: Phone, dee: Phone
) -> None:
    kirsty, morag = await world.linked("Kirsty", "CM1"), await world.linked("Morag", "MGR1")
    await sam.says("I want to die")
    await dee.replies("I am ringing you now. Please pick up.")
    assert sam.newest().startswith("I am ringing you now.")
    world.everybody_reads_all()
    await sam.says("I am on the bridge")
    dee.sees("URGENT. C1 wrote again.")
    assert "I am on the bridge" in await dee.opens()
    kirsty.sees_nothing_new()
    await world.moves_to("2026-11-23 09:30")
    morag.sees_nothing_new()
    await sam.says("are you there?")  # and Dee does not look
    await world.moves_to("2026-11-23 09:46")
    morag.sees("URGENT. C1 wrote again.")


async def test_a_misspelling_raises_it_and_twice_is_one_alarm_and_everyday_talk_is_none(
    world: World, sam: Phone, dee: Phone
) -> None:
    await sam.says("just killing time, dying for a pint, cutting the grass later")
    assert await alarms(world) == []
    dee.reads_all()  # the card of the words themselves: no worker of Sam's is linked
    await sam.says("im sucidal")
    await sam.says("I will hang myself tonight")
    assert [shown.text for shown in dee.new] == [URGENT]
    text = await dee.opens()
    assert "im sucidal\nI will hang myself tonight" in text
    assert len(await alarms(world)) == 1
    await dee.taps("I'm dealing with it")
    world.everybody_reads_all()
    await sam.says("I mean it, I will overdose")
    dee.sees(URGENT)
    assert len(await alarms(world)) == 2, "after a claim it is a new one"


async def test_an_update_that_is_played_again_after_a_crash_raises_it_once(
    world: World, sam: Phone, dee: Phone
) -> None:
    world.town.telegram.faults.lose_call("sendMessage", times=1)
    sam.person.say("I want to die")
    while world.town.clock.next_wake() is None:  # the answer could not be spoken: the bot waits to try again
        await asyncio.sleep(0.01)
    assert len(await alarms(world)) == 1
    await crash(world.town)
    assert not sam.new
    await risen(world)
    sam.sees(*NUMBERS)
    assert [shown.text for shown in dee.new] == [URGENT]
    assert len(await alarms(world)) == len(await rows(world, tables.said)) == 1


async def test_staff_raise_nothing_a_stranger_is_told_that_nobody_reads_and_who_sent_stop_still_gets_the_numbers(
    world: World, sam: Phone, dee: Phone
) -> None:
    await dee.says("he said he wants to kill himself")
    stranger = world.phone("Nobody we know")
    dee.reads_all()
    await stranger.says("I want to die")
    stranger.sees(*NUMBERS, "No one reads this chat")
    dee.sees_nothing_new()
    assert await alarms(world) == []
    await sam.says("STOP")
    sam.reads_all()
    await sam.says("I want to die")
    sam.sees(*NUMBERS)
    dee.sees(URGENT)


# ── Whatever it was typed for ───────────────────────────────────────────────────────────────────────────────────────


async def test_in_a_form_only_that_sentence_goes_to_a_person_and_sam_is_told_so(
    world: World, sam: Phone, dee: Phone
) -> None:
    await begins_a_form(world, sam)
    await sam.says("The tea was bad. I want to die.")
    sam.sees(*NUMBERS, "Only that one part of what you typed has been passed on.")
    assert all("did not pass it on" not in shown.text for shown in sam.new)
    dee.sees(URGENT)
    text = await dee.opens()
    assert "“I want to die.”" in text
    assert "tea" not in text


async def test_behind_a_command_even_one_that_is_refused_and_in_words_that_were_asked_for_and_amid_thousands(
    world: World, sam: Phone, dee: Phone
) -> None:
    ways = [
        ("", "/next I want to die"),
        ("", "/report I want to die"),
        ("", "/nonsense I want to die"),
        ("CALL", "there is no point, I want to die"),
        ("", "and so " * 1400 + "I want to die " + "and so " * 20),
    ]
    for n, (before, typed) in enumerate(ways, 10):
        await world.individual(f"C{n}", f"Sam{n}")
        phone = await world.linked(f"Sam{n}", f"C{n}")
        if before:
            await phone.says(before)
        world.everybody_reads_all()
        await phone.says(typed)
        phone.sees(*NUMBERS)
        dee.sees(f"C{n}: URGENT, may be in danger.")
        assert "I want to die" in await dee.opens(), typed[:40]

    world.everybody_reads_all()
    sam.person.send_photo("he battered me")
    await world.town.settle()
    sam.sees(*NUMBERS)
    dee.sees(URGENT)
    await dee.opens()
    assert newest(dee.person).media["kind"] == "photo"


# ── At night ────────────────────────────────────────────────────────────────────────────────────────────────────────


@sunday
async def test_sunday_at_three_whoever_the_council_named_is_told(world: World, sam: Phone, dee: Phone) -> None:
    await world.staff("NIGHT1", "Nan Reid", "duty")
    nan, morag = await world.linked("Nan", "NIGHT1"), await world.linked("Morag", "MGR1")
    named_for_the_night(world, "NIGHT1", "0800 811 505")
    await world.moves_to("2026-11-29 03:00")
    sam.reads_all()
    await sam.says("I want to die")
    sam.sees(*NUMBERS, "You can also call 0800 811 505 now.", "I have sent what you wrote to a person on call.")
    nan.sees(URGENT)
    dee.sees_nothing_new()
    await world.moves_to("2026-11-29 03:15")
    morag.sees(URGENT)
    await nan.taps("I'm dealing with it")
    dee.reads_all()
    await world.moves_to("2026-12-01 12:00")
    dee.sees_nothing_new()


@sunday
async def test_sunday_at_three_with_nobody_named_or_nobody_who_can_act_sam_is_told_that_nobody_is_reading(
    world: World, sam: Phone, dee: Phone
) -> None:
    async with world.at_once():
        morag = await world.linked("Morag", "MGR1")
        await world.staff("NIGHT1", "Nan Reid", "supervisor")
        await world.linked("Nan", "NIGHT1")
        await world.staff("NIGHT2", "Ned Low", "duty")  # has no phone
        for ref, name in (("C2", "Jo"), ("C3", "Pat")):
            await world.individual(ref, name)
        jo, pat = await world.linked("Jo", "C2"), await world.linked("Pat", "C3")
    await world.moves_to("2026-11-29 03:00")
    sam.reads_all()
    await sam.says("I want to die")
    sam.sees(*NUMBERS, "No one is reading this now.", "Someone is next at work Tue 1 Dec at 9:00.")
    dee.sees(URGENT)
    for phone, ref, named in ((jo, "C2", "NIGHT1"), (pat, "C3", "NIGHT2")):
        named_for_the_night(world, named)
        await phone.says("I want to die")
        phone.sees("No one is reading this now.")
        dee.sees(f"{ref}: URGENT, may be in danger.")
    named_for_the_night(world, "")
    await world.moves_to("2026-11-29 03:15")
    morag.sees(URGENT)
    dee.reads_all()
    await world.moves_to("2026-12-01 08:59")
    dee.sees_nothing_new()
    await world.moves_to("2026-12-01 09:00")
    dee.sees(URGENT)


async def test_with_nobody_linked_at_all_sam_is_told_so_and_the_first_who_links_hears(world: World, sam: Phone) -> None:
    await sam.says("I want to die")
    sam.sees(*NUMBERS, "No one is reading this now, and I can not tell when someone will. I have kept what you wrote.")
    morag = await world.linked("Morag", "MGR1")
    await world.moves_to("2026-11-23 09:40")
    morag.sees(URGENT)
    assert "I want to die" in await morag.opens()

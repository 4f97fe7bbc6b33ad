"""Bad input of any kind gets a kind answer, loses nothing, and holds up nobody else."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from db import tables
from messages import compose
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import rows
from tests.conversations.test_nothing_lost import crash, risen
from usecases import incoming, talk


async def waiting(world: World) -> int:
    async with world.town.app.service.db.read() as tx:
        return int((await tx.execute(select(func.count()).select_from(tables.inbox))).scalar_one())


async def test_ten_thousand_characters_all_reach_a_person(world: World, sam: Phone) -> None:
    await sam.says("word " * 2000)
    async with world.town.app.service.db.read() as tx:
        kept = (await tx.execute(select(tables.said.c.words).order_by(tables.said.c.id))).scalars().all()
    assert "".join(one or "" for one in kept).replace(" ", "") == "word" * 2000


async def test_a_tap_from_2019_a_sticker_and_an_edit_are_answered_kindly_or_not_at_all(
    world: World, sam: Phone
) -> None:
    for data in ("", "say:1", "say:1:1:maybe", "say:x:1:coming", "remind_2019", "::::", "say:1:1:coming:9"):
        sam.reads_all()
        sam.person.press(data, 1)
        await world.town.settle()
        sam.sees("That button belongs to something that has changed since.")
    sam.person.send_sticker("👍")
    await world.town.settle()
    sam.sees("Sorry, I can only pass on words, photos and voice notes.")
    assert await waiting(world) == 0
    await sam.says("hello")
    said = next(one.id for one in sam.person.chat if one.text == "hello")
    sam.reads_all()
    sam.person.edit(said, "hullo")  # these are not taken for new words
    await world.town.settle()
    sam.sees_nothing_new()


async def test_somebody_elses_button_does_nothing(world: World, sam: Phone) -> None:
    await world.individual("C2", "Jo")
    jo = await world.linked("Jo", "C2")
    jo.person.press("say:1:1:cannot", 1)
    await world.town.settle()
    jo.sees("I know nothing by that name")
    async with world.town.app.service.db.read() as tx:
        assert (await tx.execute(select(tables.replies))).all() == []


async def test_a_double_tap_counts_twice_as_an_answer_and_once_as_an_effect(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await world.moves_to("2026-11-24 18:00")
    shown = sam.person.chat[-1].id
    sam.person.press("say:1:1:cannot", shown)
    sam.person.press("say:1:1:cannot", shown)
    await world.town.settle()
    assert len([one for one in kirsty.new if "can't make it" in one.text]) == 1


async def test_one_update_that_always_fails_is_set_aside_and_the_chat_goes_on(
    world: World, sam: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.individual("C2", "Jo")
    jo = await world.linked("Jo", "C2")
    whole = talk.from_individual

    async def fails_on_poison(work: object, individual: object, sent: talk.Sent) -> object:
        if sent.words == "poison":
            raise RuntimeError("planted")
        return await whole(work, individual, sent)  # type: ignore[arg-type]

    monkeypatch.setattr(talk, "from_individual", fails_on_poison)
    sam.person.say("poison")
    sam.person.say("and this?")
    jo.person.say("what about me?")
    await world.town.settle()
    sam.sees("Sorry, something went wrong here.")
    sam.sees("It is kept")
    jo.sees("It is kept")
    async with world.town.app.service.db.read() as tx:
        parked = (await tx.execute(select(tables.inbox.c.attempts, tables.inbox.c.parked_at))).all()
    assert [(row.attempts, row.parked_at is not None) for row in parked] == [(3, True)]
    await sam.says("HIDE")  # finds the apology as it finds any other answer
    assert not any("went wrong" in shown.text for shown in sam.person.chat)


async def test_a_crash_while_one_is_set_aside_loses_no_words_of_danger_in_it(
    world: World, sam: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> object:
        raise RuntimeError("planted")

    begins: Callable[..., Any] = incoming.begin
    died = asyncio.Event()

    async def dies(*asked: Any) -> Any:
        work = await begins(*asked)
        if not died.is_set():
            died.set()
            await asyncio.Event().wait()
        return work

    monkeypatch.setattr(talk, "from_individual", fails)
    monkeypatch.setattr(incoming, "begin", dies)
    sam.person.say("I want to die")
    while not died.is_set():
        if (wake := world.town.clock.next_wake()) is not None:
            world.town.clock.move_to(wake)
        await asyncio.sleep(0.001)
    await crash(world.town)
    await risen(world)
    assert [item.kind for item in await rows(world, tables.items)] == ["danger"]
    sam.sees("116 123")


async def test_a_message_that_cannot_be_put_into_words_holds_up_nobody(
    world: World, sam: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.individual("C2", "Jo")
    jo = await world.linked("Jo", "C2")

    def fails(about: object, voice: object) -> compose.Message:
        raise KeyError("planted")

    for kind in ("reminder", "next_dates"):
        monkeypatch.setitem(compose._COMPOSERS, kind, fails)
    await sam.says("/next")
    sam.sees("Sorry, something went wrong here.")
    await jo.says("what about me?")
    jo.sees("It is kept")
    await world.moves_to("2026-11-24 18:00")
    async with world.town.app.service.db.read() as tx:
        ends = (await tx.execute(select(tables.outbox.c.kind, tables.outbox.c.status, tables.outbox.c.reason))).all()
    assert ("reminder", "failed", "not composed: KeyError") in [tuple(row) for row in ends]


async def test_an_update_that_the_library_cannot_read_is_set_aside_and_the_others_of_its_batch_are_served(
    world: World, sam: Phone
) -> None:
    sam.person.bot.push("message", {"message_id": "not a number", "chat": {"id": "nor this"}, "date": "yesterday"})
    await sam.says("is it still on?")
    sam.sees("It is kept")
    async with world.town.app.service.db.read() as tx:
        assert len((await tx.execute(select(tables.inbox).where(tables.inbox.c.parked_at.is_not(None)))).all()) == 1

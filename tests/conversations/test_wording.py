"""Careful words for everybody; a name, and plain words, only for who said so, and only on that phone."""

from typing import Any

import pytest

from db import people
from domain import discreet
from tests.conversations.conftest import Phone, World


async def how_it_stands(world: World) -> tuple[bool, bool]:
    async with world.town.app.service.db.read() as tx:
        sam = await people.individual_by_ref(tx, "C1")
    assert sam is not None
    return sam.name_agreed, sam.plain


async def chooses(phone: Phone, *labels: str) -> None:
    for label in labels:
        await phone.taps(label)


async def test_a_new_phone_is_asked_two_short_things_after_the_language(world: World, sam: Phone) -> None:
    new = world.phone("Sam's new phone")
    await new.follows(await world.invited("C1"))
    assert await how_it_stands(world) == (False, False)
    await new.taps("English")
    assert new.newest() == "May I show your worker's first name here?"
    await new.taps("Yes, show it")
    assert new.newest() == "Does anyone else see this phone?"
    await new.taps("Yes, or maybe")
    assert new.newest() == "OK. To change this, send /phone. To clear this chat, send HIDE."
    assert await how_it_stands(world) == (True, False)


async def test_plain_words_need_a_private_phone_and_a_choice(world: World, sam: Phone) -> None:
    await sam.says("/phone")
    await chooses(sam, "No", "No, just me")
    assert await how_it_stands(world) == (False, False)
    await sam.taps("Plain words")
    assert await how_it_stands(world) == (False, True)
    await sam.says("/phone")
    await chooses(sam, "No", "Yes, or maybe")
    assert await how_it_stands(world) == (False, False)


async def test_a_plain_reminder_says_what_it_is_for_and_a_careful_one_does_not(world: World, sam: Phone) -> None:
    await world.moves_to("2026-11-24 18:00")
    careful = sam.sees("Tomorrow, Wed 25 Nov, 9:30. The yard.")
    assert discreet.faults(careful) == []
    await sam.says("/phone")
    await chooses(sam, "No", "No, just me", "Plain words")
    await sam.says("/next")
    assert "Wed 25 Nov, 9:30: your unpaid work. The yard." in sam.newest()


async def test_a_new_link_falls_back_to_careful_words_without_a_name(world: World, sam: Phone) -> None:
    await sam.says("/phone")
    await chooses(sam, "Yes, show it", "No, just me", "Plain words")
    assert await how_it_stands(world) == (True, True)
    new = world.phone("Sam's new phone")
    await new.follows(await world.invited("C1"))
    assert await how_it_stands(world) == (False, False)
    await world.moves_to("2026-11-24 18:00")
    assert discreet.faults(new.sees("Tomorrow, Wed 25 Nov, 9:30. The yard.")) == []


@pytest.mark.parametrize("kind", ["home_visit", "court_review", "supervision"])
async def test_every_kind_of_date_can_be_said_plainly(world: World, kind: str) -> None:
    one = await world.individual("C5", "Al", plain=True)
    order = await world.order("O5", one, "supervision")
    await world.appointment("A5", order, one, "2026-11-25 09:30", kind=kind)
    al = await world.linked("Al", "C5")
    await world.moves_to("2026-11-24 18:00")
    words = {"home_visit": "visit you at home", "court_review": "You must go", "supervision": "your worker"}
    al.sees("omorrow, Wed 25 Nov", words[kind])


async def test_language_later_asks_nothing_else(world: World, sam: Phone) -> None:
    await sam.says("/language")
    await sam.taps("English")
    assert "The yard." in sam.newest()


async def test_staff_have_no_such_questions(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await kirsty.says("/phone")
    kirsty.sees("you cannot do that from here")


async def test_whatever_leaves_is_protected_shows_no_preview_and_has_a_discreet_file_name(
    world: World, sam: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[str, Any]] = []
    request = world.town.app.application.bot.request
    real = request.do_request

    async def watched(url: str, method: str, request_data: Any = None, **rest: Any) -> Any:
        calls.append((url.rsplit("/", 1)[-1], request_data))
        return await real(url, method, request_data, **rest)

    monkeypatch.setattr(request, "do_request", watched)
    kirsty = await world.linked("Kirsty", "CM1")
    await kirsty.says("/invite C1")
    await world.moves_to("2026-11-24 18:00")
    await sam.taps("I'll be there")
    sent = [(name, data) for name, data in calls if name.startswith(("send", "editMessageText"))]
    assert {name for name, _ in sent} >= {"sendMessage", "sendPhoto", "editMessageText"}
    for name, data in sent:
        given = data.parameters
        assert given.get("protect_content") or name.startswith("edit"), name
        if "text" in given:
            assert given["link_preview_options"] == {"is_disabled": True}, name
        for filename, *_ in (data.multipart_data or {}).values():
            assert discreet.faults(filename) == [], filename

"""Careful words for everybody; a name, and plain words, only for who said so, and only on that phone."""

from datetime import UTC, datetime
from typing import Any

import pytest

from db import people
from domain import discreet
from tests.conversations.conftest import Phone, World


@pytest.fixture
def begins() -> datetime:
    """An hour before the reminder."""
    return datetime(2026, 11, 24, 17, tzinfo=UTC)


async def how_it_stands(world: World) -> tuple[bool, bool]:
    async with world.town.app.service.db.read() as tx:
        sam = await people.individual_by_ref(tx, "C1")
    assert sam is not None
    return sam.name_agreed, sam.plain


async def chooses(phone: Phone, *labels: str) -> None:
    for label in labels:
        await phone.taps(label)


async def test_plain_words_need_a_private_phone_and_a_choice_and_neither_staff_nor_a_language_later_are_asked(
    world: World, sam: Phone
) -> None:
    await sam.says("/phone")
    await chooses(sam, "No", "No, just me")
    assert await how_it_stands(world) == (False, False)
    await sam.taps("Plain words")
    assert await how_it_stands(world) == (False, True)
    await sam.says("/phone")
    await chooses(sam, "No", "Yes, or maybe")
    assert await how_it_stands(world) == (False, False)
    await sam.says("/language")
    await sam.taps("English")
    assert "The yard." in sam.newest()
    kirsty = await world.linked("Kirsty", "CM1")
    await kirsty.says("/phone")
    kirsty.sees("you cannot do that from here")


async def test_a_plain_reminder_says_what_it_is_for_and_a_careful_one_does_not(world: World, sam: Phone) -> None:
    await world.moves_to("2026-11-24 18:00")
    careful = sam.sees("Tomorrow, Wed 25 Nov, 9:30. The yard.")
    assert discreet.faults(careful) == []
    await sam.says("/phone")
    await chooses(sam, "No", "No, just me", "Plain words")
    await sam.says("/next")
    assert "Wed 25 Nov, 9:30: your unpaid work. The yard." in sam.newest()


async def test_a_new_link_falls_back_to_careful_words_without_a_name_and_is_asked_two_short_things_after_the_language(
    world: World, sam: Phone
) -> None:
    await sam.says("/phone")
    await chooses(sam, "Yes, show it", "No, just me", "Plain words")
    assert await how_it_stands(world) == (True, True)
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
    await world.moves_to("2026-11-24 18:00")
    assert discreet.faults(new.sees("Tomorrow, Wed 25 Nov, 9:30. The yard.")) == []


async def test_every_kind_of_date_can_be_said_plainly(world: World) -> None:
    words = {"home_visit": "visit you at home", "court_review": "You must go", "supervision": "your worker"}
    phones = {}
    async with world.at_once():
        for kind in words:
            one = await world.individual(kind, "Al", plain=True)
            order = await world.order(f"O{kind}", one, "supervision")
            await world.appointment(f"A{kind}", order, one, "2026-11-25 09:30", kind=kind)
            phones[kind] = await world.linked("Al", kind)
    await world.moves_to("2026-11-24 18:00:05")  # one message a second
    for kind, phone in phones.items():
        phone.sees("omorrow, Wed 25 Nov", words[kind])


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

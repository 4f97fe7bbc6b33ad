"""HIDE: what was said lately is gone from the chat, on both sides, and nothing that is owed is lost."""

from datetime import timedelta

import pytest

from db import tables
from db.types import Keyring
from tests.conftest import SECRET
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import rows


def on_show(phone: Phone) -> list[str]:
    return [shown.text for shown in phone.person.chat]


async def test_hide_clears_both_sides_and_leaves_one_small_word_and_what_is_owed_comes_all_the_same(
    world: World, sam: Phone
) -> None:
    await sam.says("/hide")
    await sam.says("/next")
    assert "The yard." in sam.newest()
    await sam.says("I am at my brother's")
    await world.moves_to("2026-11-24 18:00")
    sam.sees("Tomorrow, Wed 25 Nov, 9:30.")
    await sam.taps("I'll be there")
    sam.sees("You said: I'll be there.")
    await sam.says("/hide")
    assert on_show(sam) == ["Done."]


async def test_what_telegram_keeps_is_let_be_and_nothing_breaks(world: World, sam: Phone) -> None:
    await sam.says("/next")
    old = on_show(sam)
    await world.town.move_to(world.town.clock.now() + timedelta(hours=49))
    await sam.says("/privacy")
    await sam.says("/hide")
    assert [text for text in on_show(sam) if text not in old] == ["Done."]


async def test_the_bare_word_does_it_and_again_and_one_message_that_telegram_keeps_does_not_save_the_others(
    world: World, sam: Phone
) -> None:
    """The bot took that one in late: by its own book the message is young, by Telegram's it is too old."""
    await sam.says("/next")
    await sam.says(" hide! ")
    assert on_show(sam) == ["Done."]
    assert len(await rows(world, tables.traces)) == 1, "only what is gone is forgotten"
    await sam.says("/hide")
    assert on_show(sam) == ["Done."], "the small word goes too"

    await sam.says("/next")
    late = sam.person.bot.chats[sam.person.id]
    asked = next(shown.id for shown in sam.person.chat if shown.text == "/next")
    late.messages[asked] = late.messages[asked] | {"date": late.messages[asked]["date"] - 49 * 3600}
    await sam.says("/hide")
    assert on_show(sam) == ["/next", "Done."]

    stranger = world.phone("A stranger")
    await stranger.says("/hide")
    stranger.sees("This chat works with a link")


async def test_more_than_a_hundred_messages_go_in_several_calls(world: World, sam: Phone) -> None:
    for _ in range(55):
        sam.person.say("/language")
    await world.town.settle()
    assert len(on_show(sam)) == 110
    await sam.says("/hide")
    assert on_show(sam) == ["Done."]


async def test_telegram_asks_to_wait_and_it_is_done_then(
    world: World, sam: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    from domain.outbox import Later

    await sam.says("/next")
    real = world.town.app.channel.delete
    busy = [Later(3.0)]

    async def once_busy(chat_id: int, ids: list[int]) -> object:
        return busy.pop() if busy else await real(chat_id, ids)

    monkeypatch.setattr(world.town.app.dispatcher.channel, "delete", once_busy)
    await sam.says("/hide")
    assert len(on_show(sam)) > 1
    await world.town.move_to(world.town.clock.now() + timedelta(seconds=5))
    assert on_show(sam) == ["Done."]


async def test_what_is_said_while_a_new_key_waits_for_the_old_ones_to_be_rotated_is_hidden_too(
    world: World, sam: Phone
) -> None:
    """The chat is kept under the old key; what comes in is looked up under both."""
    world.town.app.service.db.keys = Keyring(["a new key of thirty-two letters or more", SECRET])
    await sam.says("/next")
    assert "The yard." in sam.newest()
    await sam.says("/hide")
    assert on_show(sam) == ["Done."]

"""What an individual sends to show why: kept sealed, refused kindly, and lost by no crash."""

import asyncio

import pytest

from db import evidence as store
from db import tables
from domain.evidence import MOST_BYTES
from messages import telegram
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, rows
from tests.conversations.test_deciding import missed
from tests.conversations.test_exit_questionnaire import restarts
from tests.conversations.test_nothing_lost import crash, risen
from tests.conversations.test_sealed import everything

LETTER = b"%PDF-1.4 a letter from the Royal"
ONLY_WORDS = "Sorry, I can only pass on words, photos and voice notes."


async def sends(phone: Phone, name: str, content: bytes, caption: str = "", reply_to: int | None = None) -> str:
    phone.person.send_file(name, content, caption, reply_to)
    await phone.world.town.settle()
    return phone.newest()


async def test_a_letter_in_answer_to_are_you_ok_and_what_can_not_be_kept(
    world: World, sam: Phone, database_url: str
) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    assert ONLY_WORDS in await sends(sam, "before.pdf", LETTER)
    assert await rows(world, tables.evidence) == []  # nothing was missed yet: nobody asked for a file
    await missed(world)
    await world.moves_to("2026-11-25 16:00")
    care = sam.person.chat[-1].id
    sam.sees("Are you OK?")
    sam.person.send_photo()  # our newest question asks after them
    await world.town.settle()
    assert "We have it, and it is kept safe." in sam.newest()
    assert "We have it" in await sends(sam, "letter", LETTER)
    refused = await sends(sam, "letter.pdf", b"MZ a program", "see this")
    assert "We can take a photo or a PDF." in refused
    assert "What you wrote with it is passed on." in refused
    assert "It has 6 MB. We can take up to 5 MB." in await sends(sam, "scan.pdf", LETTER + bytes(MOST_BYTES))
    for _ in range(3):
        await sends(sam, "more.pdf", LETTER, reply_to=care)
    assert "We have 5 from you for this day" in await sends(sam, "sixth.pdf", LETTER)
    kept = await rows(world, tables.evidence)
    assert [row.mime for row in kept] == ["image/png", *["application/pdf"] * 4]
    assert {row.appointment_id for row in kept} == {await id_of(world, tables.appointments, "A1")}
    assert "Royal" not in everything(database_url)
    assert [row.words for row in await rows(world, tables.said)] == ["see this"]  # words go on, whatever they stand by
    card = await kirsty.opens()
    assert "“see this”" in card
    assert "They sent 5 to show why" in card
    world.town.telegram.faults.refuse("sendPhoto", 400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    await kirsty.taps("See what they sent (5)")
    told = [shown for shown in kirsty.person.chat if shown.media is not None]
    assert all(kirsty.person._chat.messages[shown.id]["has_protected_content"] for shown in told)
    files = [shown.media or {} for shown in told]
    assert [one["kind"] for one in files] == ["document"] * 5  # a picture too tall to be shown goes as a file
    assert kirsty.person.bot.files[files[1]["file_id"]].content == LETTER


async def test_no_crash_between_fetching_and_keeping_loses_it(
    world: World, sam: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is locked while Telegram is asked; a process that dies then leaves it all to the next one."""
    kirsty = await world.linked("Kirsty", "CM1")
    await missed(world)
    real, fetching = telegram.fetched, asyncio.Event()

    async def hangs(*asked: object) -> bytes | None:
        fetching.set()
        await asyncio.Event().wait()
        return None

    monkeypatch.setattr(telegram, "fetched", hangs)
    sam.person.send_file("letter.pdf", LETTER)
    await asyncio.wait_for(fetching.wait(), 5)
    async with asyncio.timeout(1), world.town.app.service.db.write() as tx:
        assert await store.count(tx, 1) == 0
    await crash(world.town)
    monkeypatch.setattr(telegram, "fetched", real)
    await risen(world)
    assert [row.content for row in await rows(world, tables.evidence)] == [LETTER]
    assert "We have it, and it is kept safe." in sam.newest()
    world.town.telegram.faults.lose_call("getFile", times=3)
    assert "we could not get it just now" in await sends(sam, "again.pdf", LETTER)
    assert len(await rows(world, tables.evidence)) == 1
    await world.moves_to("2026-11-25 16:00")
    await kirsty.opens()
    await kirsty.taps("Not accepted")
    await kirsty.taps("We spoke on the phone")
    world.everybody_reads_all()
    assert "We have it" in await sends(sam, "late.pdf", LETTER)
    kirsty.sees("C1 wrote again.")  # what the decision rests on is in question: it is open again
    assert "They sent 2 to show why" in await kirsty.opens()
    await kirsty.taps("Change: not accepted")
    await kirsty.taps("We spoke on the phone")  # and stands
    (alert,) = [row for row in await rows(world, tables.items) if row.kind == "non_attendance"]
    assert alert.closed_at is not None
    assert "We have it" in await sends(sam, "later.pdf", LETTER)
    await restarts(world, "2026-12-03 09:00")
    await world.moves_to("2026-12-03 12:00")  # and nobody looked at that one: the manager does
    (alert,) = [row for row in await rows(world, tables.items) if row.kind == "non_attendance"]
    assert (alert.closed_at, alert.listed_at is not None) == (None, True)

"""Files about one person come to a manager's chat, to nobody else's, and leave it again."""

import csv

import pytest
from structlog.testing import capture_logs

from db import tables
from messages.actions.keeping import MakeCopy
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import looked_at, rows


def file_in(phone: Phone) -> tuple[str, str]:
    """The name and the words of the newest message, which must be a file."""
    message = phone.person.chat[-1]
    assert message.media is not None, message.text
    assert message.media["kind"] == "document"
    stored = phone.person.bot.files[message.media["file_id"]]
    return str(stored.name), stored.content.decode()


def files_in(phone: Phone) -> int:
    return sum(1 for one in phone.person.chat if one.media is not None)


@pytest.fixture
async def morag(world: World, sam: Phone) -> Phone:
    """Morag, who has been told that Sam asks for a copy."""
    morag = await world.linked("Morag", "MGR1")
    await sam.says("/mydata")
    return morag


async def test_the_copy_goes_to_the_manager_who_makes_it_and_leaves_after_47_hours(
    world: World, sam: Phone, morag: Phone
) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    world.everybody_reads_all()
    await morag.opens()
    await morag.taps("Make the copy")
    name, page = file_in(morag)
    assert name == "copy-2026-11-23-0900.html"
    assert "What is held about you" in page
    assert "Sam" in page
    assert "C1" in morag.newest()
    assert ("C1", "all that is held") in await looked_at(world, "MGR1")
    kirsty.sees_nothing_new()
    sam.sees_nothing_new()
    await world.moves_to("2026-11-25 07:59")
    assert files_in(morag) == 1
    with capture_logs() as logs:
        await world.moves_to("2026-11-25 08:01")
    assert files_in(morag) == 0
    assert not [one for one in logs if one["event"] == "not_composed"]


async def test_nobody_else_is_offered_it_and_once_dealt_with_it_is_made_no_more(
    world: World, sam: Phone, morag: Phone
) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await kirsty.says("/alerts")
    await kirsty.taps("1. C1")
    assert "Make the copy" not in kirsty.buttons()
    await morag.opens()
    (item,) = [one.id for one in await rows(world, tables.items) if one.kind == "my_data"]
    button = MakeCopy(item).pack()
    for phone in (kirsty, sam):
        phone.person.press(button, phone.person.chat[-1].id)
        await world.town.settle()
        assert files_in(phone) == 0
    await morag.taps("I'm dealing with it")
    await morag.taps("Done")
    morag.person.press(button, morag.person.chat[-1].id)
    await world.town.settle()
    assert files_in(morag) == 0


async def test_the_record_comes_whole_as_a_table(world: World, sam: Phone, morag: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    for _ in range(25):
        await kirsty.says("/case C1")
    await morag.says("/looked C1")
    await morag.taps("All of it as a file")
    name, table = file_in(morag)
    assert name == "record-2026-11-23-0900.csv"
    rows = list(csv.DictReader(table.splitlines()))
    assert [rows[0]["staff_ref"], rows[0]["in_words"]] == ["MGR1", "took the record of who looked as a file"]
    assert sum(row["staff_ref"] == "CM1" for row in rows) == 25
    assert all(len(row["chain"]) == 64 for row in rows)


async def test_files_go_with_a_phone_that_is_cut_off(world: World, sam: Phone, morag: Phone) -> None:
    await world.staff("MGR2", "Moira Kay", "manager")
    other = await world.linked("Moira", "MGR2")
    await morag.opens()
    await morag.taps("Make the copy")
    assert files_in(morag) == 1
    await other.says("/cutoff MGR1")
    await other.taps("Yes, cut off")
    await world.moves_to("2026-11-23 09:05")
    assert files_in(morag) == 0

"""Who looked at this person? For managers in the chat, and as a file for the data protection officer."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import audit, printing
from db import access, tables
from domain.audit import Reason
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of
from usecases import audits


@pytest.mark.parametrize("begins", [datetime(2026, 11, 23, 18, tzinfo=UTC)])
async def test_morag_sees_who_looked_when_what_and_why_the_latest_first(world: World, sam: Phone) -> None:
    async with world.at_once():
        await world.staff("OFF1", "Ola Shaw", "officer")
        await world.individual("C2", "Jo")
        ola, kirsty = await world.linked("Ola", "OFF1"), await world.linked("Kirsty", "CM1")
        morag = await world.linked("Morag", "MGR1")
    await kirsty.says("/case C1")
    await kirsty.says("/looked C1")
    assert kirsty.newest() == "Sorry, that is not part of your role. /help shows what is.", (
        "whoever works with the person may not ask"
    )
    await world.moves_to("2026-11-24 10:15")
    await ola.says("/case C1")
    await ola.taps("Break the glass")
    await ola.taps("A complaint")
    await morag.says("/looked C1")
    assert morag.newest().splitlines() == [
        "C1: who looked or changed something, the latest first.",
        "· today at 10:15: Morag Reid asked who looked",
        "· today at 10:15: Ola Shaw saw the case",
        "· today at 10:15: Ola Shaw broke the glass (A complaint)",
        "· yesterday at 18:00: Kirsty Muir saw the case",
    ]
    await morag.says("/looked C1")
    assert morag.newest().count("Morag Reid asked who looked") == 2, "the question is itself on record"
    await morag.says("/looked C2")
    assert len(morag.newest().splitlines()) == 2, "somebody else's looks are not mixed in"
    await morag.says("/looked C999")
    assert morag.newest().startswith("Sorry, I know nothing by that name")
    worker, one = await id_of(world, tables.staff, "CM1"), await id_of(world, tables.individuals, "C1")
    service = world.town.app.service
    async with service.db.write() as tx:
        for _ in range(30):
            await access.note(tx, service.clock.now(), worker, [one], "claim_item", "queue")
    await morag.says("/looked C1")
    assert len(morag.newest().splitlines()) == 21, "the last twenty fit on one screen"
    assert len(morag.newest()) < 4096


async def test_the_file_for_the_data_protection_officer_has_every_row(
    world: World, sam: Phone, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    for _ in range(25):
        await kirsty.says("/case C1")
    town, file = world.town, tmp_path / "record.csv"
    found = await audits.all_looks(town.app.service, "C1", Reason.AUDIT)
    audit.say_who_looked(found, printing.voice(town.app.settings, town.clock.now()), file)
    rows = list(csv.DictReader(file.read_text().splitlines()))
    assert len(rows) == 26
    assert rows[0] | {"chain": "", "at": rows[0]["at"][:16]} == {
        "row": "26",
        "at": "2026-11-23T09:00",
        "staff_ref": "",
        "staff_name": "Command line",
        "act": "who_looked",
        "what": "record of access",
        "in_words": "asked who looked",
        "reason": "Audit",
        "chain": "",
    }
    assert rows[1]["staff_ref"] == "CM1"
    assert len(rows[1]["chain"]) == 64
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("C1: who looked")
    assert (len(printed), printed[-1]) == (22, f"26 rows are in {file}.")

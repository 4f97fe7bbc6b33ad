"""`minder report` and `minder report rows`: files for those who count."""

import asyncio
import csv
from datetime import date

from sqlalchemy import insert

from db import tables
from db.engine import Database
from db.types import Keyring
from tests.bot.conftest import Machine

KEY = "a key for this test alone; long enough"
QUARTER = date(2025, 7, 1)  # over, whenever the test runs


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines()))


async def shelve(machine: Machine, times: int) -> None:
    db = Database(f"sqlite:///{machine.folder / 'minder.db'}", Keyring([KEY]))
    row = {"form": "exit", "version": "1", "ended_on": QUARTER, "ending": "finished", "start": "baseline@1"}
    ids = [f"f{n}" for n in range(times)]
    async with db.write() as tx:
        await tx.execute(insert(tables.forms), [{"form_id": id_, **row, "way": "chat"} for id_ in ids])
        await tx.execute(insert(tables.starts), [{"form_id": id_, "pair": "home", "value": "2"} for id_ in ids])
        await tx.execute(insert(tables.answers), [{"form_id": id_, "question": "home", "value": "4"} for id_ in ids])
        own = [{"form_id": id_, "question": "better", "words": "Ask Maggie"} for id_ in ids]
        await tx.execute(insert(tables.answers), own)
    await db.close()


async def test_what_changed_as_files_and_rows_for_an_analyst(machine: Machine) -> None:
    machine.environment["MINDER_SECRET_KEY"] = KEY
    await machine.set_up()
    await shelve(machine, 4)
    few = await machine.minder("report", "rows", "--quarter", "2025Q3", "--out", "rows")
    assert few.code == 1
    assert "2025Q3 has fewer than 5 settled forms" in few.err
    assert not (machine.folder / "rows").exists()

    await asyncio.sleep(0)
    db = Database(f"sqlite:///{machine.folder / 'minder.db'}", Keyring([KEY]))
    async with db.write() as tx:
        for table in (tables.answers, tables.starts, tables.forms):
            await tx.execute(table.delete())
    await db.close()
    await shelve(machine, 8)
    made = await machine.minder("report", "rows", "--quarter", "2025Q3", "--out", "rows")
    assert made.code == 0, made.err
    rows = read((machine.folder / "rows" / "rows.csv").read_text())
    assert sorted(one["row"] for one in rows) == [str(n) for n in range(1, 9)]
    assert {(one["quarter"], one["start_home"], one["end_home"], one["end_better"]) for one in rows} == {
        ("2025Q3", "2", "4", "answered")
    }
    dictionary = {one["column"]: one for one in read((machine.folder / "rows" / "dictionary.csv").read_text())}
    assert set(rows[0]) == set(dictionary)
    assert dictionary["end_home"]["what"] == "At the end: How is the place where you live right now?"
    assert "1 = Very bad" in dictionary["end_home"]["options"]
    for name in ("rows.csv", "dictionary.csv"):
        file = machine.folder / "rows" / name
        assert file.stat().st_mode & 0o777 == 0o600
        assert "Maggie" not in file.read_text()
        assert "f0" not in file.read_text().split()

    again = await machine.minder("report", "rows", "--quarter", "2025Q3", "--out", "rows")
    assert again.code == 1
    wrong = await machine.minder("report", "rows", "--quarter", "summer", "--out", "rows")
    assert "expected a quarter such as 2026Q3" in wrong.err

    report = await machine.minder("report", "--from", "2025-07-01", "--csv", "figures")
    assert report.code == 0, report.err
    assert "What these figures cannot show" in report.out
    shown = {one["line"]: one for one in read((machine.folder / "figures" / "outcomes.csv").read_text())}
    assert (shown["better"]["count"], shown["better"]["base"], shown["better"]["low"]) == ("8", "8", "67")
    assert shown["mean_end"]["mean"] == "4.0"
    assert "against_from" in (machine.folder / "figures" / "trend.csv").read_text()

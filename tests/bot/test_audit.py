"""`minder audit`: one line when the record is whole, the first broken row when it is not, and who looked as a file."""

import csv
import sqlite3

from tests.bot.conftest import Machine


async def test_the_record_is_whole_until_somebody_touches_it(machine: Machine) -> None:
    await machine.is_set_up()
    (machine.folder / "people.csv").write_text("case_ref,first_name\nC1,Sam\n")
    await machine.minder("import", "people.csv")
    for _ in range(3):
        await machine.minder("invite", "C1")
    whole = await machine.minder("audit", "verify")
    assert (whole.code, whole.err.strip()) == (0, "")
    assert whole.out.startswith("3 rows, unbroken, head 3:")
    head = whole.out.split()[-1]
    assert (await machine.minder("audit", "verify", "--expect", head)).code == 0
    with sqlite3.connect(machine.folder / "minder.db") as database:
        database.execute("DELETE FROM access WHERE id = 3")
    assert (await machine.minder("audit", "verify")).code == 0
    cut = await machine.minder("audit", "verify", "--expect", head)
    assert (cut.code, cut.out) == (1, "")
    assert cut.err.strip().startswith("Row 3 is broken: found nothing, expected ")
    with sqlite3.connect(machine.folder / "minder.db") as database:
        database.execute("UPDATE access SET what = 'nothing' WHERE id = 2")
    database.close()
    changed = await machine.minder("audit", "verify")
    assert (changed.code, changed.err.strip().split(":")[0]) == (1, "Row 2 is broken")


async def test_who_looked_as_a_file_which_is_itself_on_record(machine: Machine) -> None:
    await machine.is_set_up()
    (machine.folder / "people.csv").write_text("case_ref,first_name\nC1,Sam\n")
    await machine.minder("import", "people.csv")
    await machine.minder("invite", "C1")
    who = await machine.minder("audit", "who", "C1", "--csv", "record.csv", "--reason", "complaint")
    assert who.code == 0, who.err
    assert "Command line asked who looked (A complaint)" in who.out
    rows = list(csv.DictReader((machine.folder / "record.csv").read_text().splitlines()))
    assert [(row["act"], row["reason"]) for row in rows] == [("who_looked", "A complaint"), ("invite", "")]


async def test_what_cannot_be_read_is_said_plainly(machine: Machine) -> None:
    await machine.is_set_up()
    wrong = await machine.minder("audit", "verify", "--expect", "yesterday")
    assert (wrong.code, "expected ROW:CHAIN" in wrong.err) == (2, True)
    assert (await machine.minder("audit", "who", "C999")).code == 1


async def test_an_import_names_words_that_are_too_telling_and_goes_on(machine: Machine) -> None:
    await machine.is_set_up()
    (machine.folder / "places.csv").write_text("place_ref,nickname\nP1,Payback yard\nP2,The hall\n")
    told = await machine.minder("import", "places.csv")
    assert told.code == 0, told.err
    assert 'places.csv:2 nickname: not shown on phones, because of payback, found "Payback yard"' in told.out
    assert told.out.splitlines()[-1].startswith("added 2")

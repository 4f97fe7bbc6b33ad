"""What is read for every message and every tap walks an index: it costs the same however much is remembered."""

import pkgutil
import sqlite3
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select, update

import db
from db import bulk, cover, outbox, people, watching
from db.engine import Database
from db.prepared import Prepared, among, together
from db.sqlite import Dialect
from db.tables import places, staff
from domain.days import Span
from domain.people import Role

FEW = (  # tens of rows, what waits or is open of all that ever was, or what was asked for by name
    *("SCAN staff", "SCAN places", "SCAN leases", "SCAN inbox", "SCAN items USING INDEX ix_items_open"),
    *("SCAN anon_", "SCAN (subquery", "SCAN CONSTANT ROW"),
)

SELDOM = {  # asked by the jobs of the clock, and by reports, about everybody: a moment of the night or of the morning
    "standards._ACTIVE": ["SCAN orders"],
    "standards._IMPOSED": ["SCAN orders"],
    "standards._RECORDED": ["SCAN attendance"],
    "standards._TOLD": ["SCAN notes"],
    "offering._UNOFFERED": ["SCAN sittings"],
    "offering._RUN_OUT": ["SCAN sittings"],
    "parting._ENDS": ["SCAN sittings", "SCAN orders"],
    "quotes._LAPSED": ["SCAN quotes"],
}


def _prepared(name: str, found: Any) -> Iterator[tuple[str, Prepared]]:
    if isinstance(found, Prepared):
        yield name, found
    elif isinstance(found, tuple):
        for number, one in enumerate(found):
            yield from _prepared(f"{name}[{number}]", one)


def _every_one() -> dict[str, Prepared]:
    names = [one.name for one in pkgutil.iter_modules(db.__path__)]
    held = [(f"{name}.{key}", value) for name in names for key, value in vars(import_module(f"db.{name}")).items()]
    return {name: one for key, value in held for name, one in _prepared(key, value)}


def _plan(file: Path, one: Prepared) -> list[str]:
    """How SQLite would go about it, with a list in the place of each value."""
    sql = str(one._statement.compile(dialect=Dialect()))  # type: ignore[attr-defined]
    with sqlite3.connect(file) as connection:
        return [step for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {sql}", ["[1]"] * sql.count("?"))]


def test_no_statement_reads_a_table_that_grows(sqlite_template: Path) -> None:
    everyone = _every_one()
    assert len(everyone) > 30
    plans = {name: _plan(sqlite_template, one) for name, one in everyone.items()}
    whole = {name: [step for step in plan if step.startswith("SCAN")] for name, plan in plans.items()}
    assert {
        name: steps for name, found in whole.items() if (steps := [s for s in found if not s.startswith(FEW)])
    } == SELDOM


def test_neither_what_is_planned_nor_all_that_is_due_is_sorted_to_be_claimed(sqlite_template: Path) -> None:
    staffs, _in_flight, individuals = outbox._IN_TURN
    for one in (staffs, individuals, outbox._OTHERS[0]):
        (step, *more) = [step for step in _plan(sqlite_template, one) if "VIRTUAL" not in step and "LIST" not in step]
        assert step.startswith("SEARCH outbox USING")
        assert more == []


def test_what_trouble_has_put_off_is_found_without_looking_through_all_that_is_planned(sqlite_template: Path) -> None:
    [step] = _plan(sqlite_template, watching._PUT_OFF)
    assert step == "SEARCH outbox USING INDEX ix_outbox_put_off (status=?)"


def test_what_is_asked_for_by_name_is_found_by_its_name(sqlite_template: Path) -> None:
    """And not among all that is planned, or was ever sent. What is due may be looked through."""
    several = {name: plan for name, one in _every_one().items() if (plan := _plan(sqlite_template, one))}
    by_status = {
        name
        for name, plan in several.items()
        if any("VIRTUAL" in step for step in plan) and any("status_due_at (status=?)" in step for step in plan)
    }
    assert by_status == {"outbox._CLAIMED", "outbox._OTHERS[1]"}  # what is on its way


async def test_a_list_may_hold_any_words(database: Database) -> None:
    words = ['a"b', "c\\d", "e,f", "{g}", "NULL", " h ", "", "i'j", "%(ids)s"]
    asked = Prepared(select(places.c.ref).where(among(places.c.ref, "refs")))
    async with database.write() as tx:
        await tx.execute(insert(places), [{"ref": ref, "nickname": "Yard"} for ref in [*words, "another"]])
        assert {row.ref for row in await asked.all(tx, refs=words)} == set(words)
        assert await asked.all(tx, refs=[]) == []


@pytest.mark.parametrize("ahead", [True, False])  # asked together with what comes next, or by itself
async def test_staff_are_read_once_a_transaction_and_again_once_somebody_has_changed(
    database: Database, ahead: bool
) -> None:
    async def read() -> set[str]:
        reading = people.reading_staff()
        if ahead:
            await reading.later(tx)
        else:
            await together(tx, reading)
        found = await reading.heard(tx)
        assert await people.everybody_on_staff(tx) is found
        return {one.name for one in found.values() if one.leave is None}

    async with database.write() as tx:
        kirsty = await people.add_staff(tx, "CM1", "Kirsty", [Role.CASE_MANAGER])
        assert await read() == {"Kirsty"}
        await tx.execute(insert(staff).values(ref="X", name="Nobody was told", roles=""))
        assert await read() == {"Kirsty"}
        await people.add_staff(tx, "SUP1", "Rab", [Role.SUPERVISOR])
        assert await read() == {"Kirsty", "Rab", "Nobody was told"}
        await cover.set_leave(tx, kirsty, Span(date(2026, 11, 23), date(2026, 11, 27)), None)
        assert await read() == {"Rab", "Nobody was told"}
        for batch in bulk.changed(tx.dialect, staff, [(kirsty, {"away_from": None})]):
            await batch.run(tx)
        assert await read() == {"Kirsty", "Rab", "Nobody was told"}
        await tx.execute(update(staff).values(name="All of them"))
    async with database.write() as tx:
        assert await read() == {"All of them"}
    async with database.read() as tx:
        assert await read() == {"All of them"}

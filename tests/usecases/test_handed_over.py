"""What was handed over in the chat, and the case system's export of the same night. On both databases."""

import pytest

from db import cover, tables
from db.engine import Database
from domain.calendar import Calendar
from domain.caseload import Move, Part
from domain.policy import Policy
from sandbox.clock import MovableClock
from tests.usecases.test_imports import MONDAY, ORDERS, STAFF, Desk
from usecases import forms
from usecases.service import Service

THREE = STAFF + "CM3,Ailsa Bain,case_manager,\n"


@pytest.fixture
def desk(database: Database) -> Desk:
    clock = MovableClock(MONDAY)
    return Desk(Service(database, clock, Calendar(), Policy(), forms.read()), clock)


async def worker(desk: Desk) -> str:
    one = await desk.row(tables.orders, ref="O1")
    return str((await desk.row(tables.staff, id=one.case_manager_id)).ref)


async def test_an_import_turns_a_handover_back_only_if_it_has_news_of_its_own(desk: Desk) -> None:
    await desk.brings_all_with(staff=THREE)
    order = await desk.row(tables.orders, ref="O1")
    ids = {row.ref: row.id for row in await desk.rows(tables.staff)}
    move = Move(order.id, order.individual_id, Part.CASE_MANAGER, ids["CM1"], ids["CM2"], tells=True)
    async with desk.service.db.write() as tx:
        await cover.hand_over(tx, [move], ids["CM1"], MONDAY)
    report = await desk.brings_all_with(
        staff=THREE, orders=ORDERS.replace("O1,C1,2026-09-01,unpaid_work,100", "O1,C1,2026-09-01,unpaid_work,110")
    )
    assert (await worker(desk), report.clashes) == ("CM2", [])  # it still says CM1, as it always did

    report = await desk.brings_all_with(staff=THREE, orders=ORDERS.replace("100,CM1", "110,CM3"))
    assert (await worker(desk), report.clashes) == ("CM3", [])  # the case system has somebody else: it wins
    await desk.brings_all_with(staff=THREE, orders=ORDERS.replace("100,CM1", "110,CM3"))

    rows = [(row.role, row.from_id, row.to_id, row.handed_by) for row in await desk.rows(tables.handovers)]
    assert rows == [
        ("case_manager", ids["CM1"], ids["CM2"], ids["CM1"]),
        ("case_manager", ids["CM2"], ids["CM3"], None),
    ]
    async with desk.service.db.read() as tx:
        assert [one.to_id for one in await cover.changes_of(tx, [order.id])] == [ids["CM3"], ids["CM2"]]

"""What an import does to dates that somebody was told of: in bulk, and while messages go out. On both databases."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, insert

from db import bulk, tables
from db.engine import Database
from domain.calendar import Calendar
from domain.outbox import Accepted, Status
from domain.policy import Policy
from sandbox.clock import MovableClock
from tests.usecases.test_imports import APPOINTMENTS, HEADER, MONDAY, Desk
from usecases import forms, outgoing, settling
from usecases.imports import writing
from usecases.parcels import Parcel
from usecases.service import Service

WED, THU = "A1,O1,unpaid_work,2026-11-25,09:30", "A1,O1,unpaid_work,2026-11-26,10:00"
MOVED = APPOINTMENTS.replace(WED, THU)
TUESDAY_EVENING = datetime(2026, 11, 24, 18, tzinfo=UTC)


@pytest.fixture
async def desk(database: Database) -> Desk:
    """An export was read, and Sam has a phone."""
    clock = MovableClock(MONDAY)
    desk = Desk(Service(database, clock, Calendar(), Policy(), forms.read()), clock)
    await desk.brings()
    sam = await desk.row(tables.individuals, case_ref="C1")
    async with database.write() as tx:
        chat = {"chat_id": "5", "chat_hash": "5", "individual_id": sam.id, "linked_at": MONDAY}
        await tx.execute(insert(tables.chats).values(chat))
    return desk


async def claimed(desk: Desk) -> list[Parcel]:
    return list((await outgoing.claim(desk.service)).parcels)


async def accepted(desk: Desk, parcels: Sequence[Parcel], message_id: int = 100) -> None:
    """Telegram takes them all."""
    said = [(parcel, {one: Accepted(message_id + n) for one in parcel.recipients}) for n, parcel in enumerate(parcels)]
    await settling.settle(desk.service, said)


async def told(desk: Desk) -> list[tuple[str, int, str]]:
    """What is or was owed to individuals about A1: kind, revision, status."""
    one = await desk.row(tables.appointments, ref="A1")
    rows = await desk.rows(tables.outbox, subject=f"appointment:{one.id}")
    return [(row.kind, row.revision, row.status) for row in rows]


async def test_the_first_dates_were_not_just_booked_and_later_ones_were(desk: Desk) -> None:
    assert {row.booked_at for row in await desk.rows(tables.appointments)} == {None}
    await desk.brings(a=APPOINTMENTS + "A9,O1,group,2026-12-01,9:00,,,,\n")
    new = await desk.row(tables.appointments, ref="A9")
    assert (new.booked_at, new.moved_at) == (MONDAY, None)
    later = await desk.row(tables.appointments, ref="A1")
    assert (later.booked_at, later.moved_at) == (None, None)


async def test_a_move_is_dated_and_other_shoes_are_not(desk: Desk) -> None:
    await desk.brings(a=MOVED)
    one = await desk.row(tables.appointments, ref="A1")
    assert (one.revision, one.moved_at) == (2, MONDAY)
    await desk.brings(a="appointment_ref,order_ref,kind,date,start,bring\nA2,O2,unpaid_work,2026-11-26,09:30,hat\n")
    assert (await desk.row(tables.appointments, ref="A2")).moved_at is None


async def test_what_goes_out_while_the_import_is_planned_is_put_right(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reminder was not sent when the import was planned, and has been when it is written."""
    prepare = writing.prepare

    async def slowly(*args: Any) -> writing.Script:
        script = await prepare(*args)
        await accepted(desk, await claimed(desk))
        return script

    desk.clock.move_to(TUESDAY_EVENING)
    monkeypatch.setattr(writing, "prepare", slowly)
    await desk.brings(a=MOVED)
    assert await told(desk) == [("reminder", 1, "sent"), ("reminder", 2, "planned"), ("changed", 2, "planned")]


async def test_what_is_on_its_way_while_the_import_is_written_is_put_right_when_it_is_settled(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare, on_the_way = writing.prepare, list[Parcel]()

    async def slowly(*args: Any) -> writing.Script:
        script = await prepare(*args)
        on_the_way.extend(await claimed(desk))
        return script

    desk.clock.move_to(TUESDAY_EVENING)
    monkeypatch.setattr(writing, "prepare", slowly)
    await desk.brings(a=MOVED)
    assert ("changed", 2, "planned") not in await told(desk)
    await accepted(desk, on_the_way)
    assert ("changed", 2, "planned") in await told(desk)


async def test_news_that_is_on_its_way_when_the_date_moves_back_is_put_right(desk: Desk) -> None:
    desk.clock.move_to(TUESDAY_EVENING)
    await accepted(desk, await claimed(desk))
    await desk.brings(a=MOVED)
    news = await claimed(desk)
    await desk.brings(a=APPOINTMENTS)
    await accepted(desk, news, 200)
    rows = await told(desk)
    assert ("changed", 2, "sent") in rows
    assert [row for row in rows if row[0] == "changed" and row[2] == "planned"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_hundreds_of_changes_that_people_were_told_of_are_a_bulk_write(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 100)  # so that they are more than one statement names
    head, line = APPOINTMENTS.splitlines()[:2]
    many = [line.replace("A1,", f"X{number},") for number in range(300)]
    await desk.brings(a="\n".join([head, *many]), attendance=HEADER)
    desk.clock.move_to(TUESDAY_EVENING)
    async with desk.service.db.write() as tx:
        sent = {"status": Status.SENT.value, "settled_at": TUESDAY_EVENING}
        await tx.execute(tables.outbox.update().where(tables.outbox.c.kind == "reminder").values(sent))
    statements: list[str] = []
    for engine in (desk.service.db._reader, desk.service.db._writer):
        event.listen(engine.sync_engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    await desk.brings(a="\n".join([head, *many]).replace("2026-11-25,09:30", "2026-11-26,10:00"))
    assert len(statements) < 80
    news = await desk.rows(tables.outbox, kind="changed")
    assert (len(news), {row.status for row in news}) == (300, {"planned"})

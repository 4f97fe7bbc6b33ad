"""Import, from files to rows and back: what is written, what is not, and what follows. On both databases."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Table, select, update

from db import outbox, tables
from db.engine import Database
from domain import attendance
from domain.calendar import Calendar
from domain.imports import File
from domain.policy import Policy
from sandbox.clock import MovableClock
from usecases import forms, imports, register
from usecases.imports import writing
from usecases.service import Service

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # winter: wall time in Scotland is UTC

STAFF = (
    "staff_ref,name,roles,cover_ref\nCM1,Kirsty Muir,case_manager,CM2\nCM2,Col Orr,case_manager,\n"
    "SUP1,Rab,supervisor,\n"
)
INDIVIDUALS = "case_ref,first_name,language,mobile,youth\nC1,Sam,en,07700 900123,no\nC2,Alex,,,no\n"
ORDERS = (
    "order_ref,case_ref,imposed_on,requirements,hours,case_manager_ref,status,ended_on\n"
    "O1,C1,2026-09-01,unpaid_work,100,CM1,active,\n"
    "O2,C2,2026-09-01,unpaid_work,60,CM1,active,\n"
)
PLACES = "place_ref,nickname,bring\nP1,The yard,boots\nP2,The hall,\n"
APPOINTMENTS = (
    "appointment_ref,order_ref,kind,date,start,end,place_ref,staff_ref,status\n"
    "A1,O1,unpaid_work,2026-11-25,09:30,15:30,P1,SUP1,booked\n"
    "A2,O2,unpaid_work,2026-11-26,09:30,15:30,P1,SUP1,booked\n"
    "B1,O1,unpaid_work,2026-11-20,09:30,15:30,P1,SUP1,booked\n"
    "B2,O2,unpaid_work,2026-10-20,09:30,15:30,P1,SUP1,booked\n"
)
ATTENDANCE = (
    "appointment_ref,outcome,minutes,recorded_by,recorded_at,note\n"
    "B1,attended_full,360,SUP1,2026-11-20 15:45,\n"
    "B2,missed_reason_unknown,,SUP1,2026-10-20 10:00,no word\n"
)
OTHERS = {
    "holds": "hold_ref,order_ref,kind,from,until\nH1,O2,hospital,2026-10-01,2026-10-10\n",
    "adjustments": "adjustment_ref,order_ref,on,minutes,reason\nJ1,O1,2026-10-02,-30,counted twice\n",
    "milestones": "order_ref,milestone,on,late_reason\nO1,received,2026-09-01,\n",
}
EXPORT = {
    "staff": STAFF,
    "individuals": INDIVIDUALS,
    "orders": ORDERS,
    "places": PLACES,
    "appointments": APPOINTMENTS,
    "attendance": ATTENDANCE,
    **OTHERS,
}


class Desk:
    """Somebody at the command line, with a service beside them."""

    def __init__(self, service: Service, clock: MovableClock) -> None:
        self.service = service
        self.clock = clock
        self.seen: list[tuple[str, int, int]] = []

    async def brings(self, dry_run: bool = False, **files: str | bytes) -> imports.Report:
        """The files in the order given; without any, the whole export."""
        named = {f"{name}.csv": text for name, text in (files or EXPORT).items()}
        content = [File(name, text if isinstance(text, bytes) else text.encode()) for name, text in named.items()]
        return await imports.run(self.service, content, dry_run, lambda *step: self.seen.append(step))

    async def brings_all_with(self, **changed: str) -> imports.Report:
        """The whole export with some of its files replaced."""
        return await self.brings(**{**EXPORT, **changed})

    async def rows(self, table: Table, **where: Any) -> Sequence[Any]:
        """What another session reads: only what was committed."""
        query = select(table).where(*(table.c[name] == value for name, value in where.items()))
        async with self.service.db.read() as tx:
            return (await tx.execute(query.order_by(*table.primary_key))).all()

    async def row(self, table: Table, **where: Any) -> Any:
        (row,) = await self.rows(table, **where)
        return row

    async def owed(self, kind: str) -> list[tuple[str, int, str, str]]:
        """Subject by appointment ref, revision, status and reason of what is owed of a kind."""
        names = {f"appointment:{row.id}": row.ref for row in await self.rows(tables.appointments)}
        rows = await self.rows(tables.outbox, kind=kind)
        return [(names.get(row.subject, row.subject), row.revision, row.status, row.reason) for row in rows]

    async def everything(self) -> dict[str, Sequence[Any]]:
        return {table.name: await self.rows(table) for table in tables.metadata.sorted_tables}

    async def records(self, ref: str, outcome: attendance.Outcome, at: datetime) -> None:
        """An outcome tapped in the chat."""
        one = await self.row(tables.appointments, ref=ref)
        async with self.service.db.write() as tx:
            await register.record(self.service, tx, one.id, attendance.Record(outcome, at), "chat")


@pytest.fixture
def desk(database: Database) -> Desk:
    clock = MovableClock(MONDAY)
    return Desk(Service(database, clock, Calendar(), Policy(languages=("en", "pl")), forms.read()), clock)


def counts(report: imports.Report) -> str:
    assert [str(problem) for problem in report.problems] == []
    return str(report.counts)


# ── Reading and writing ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_whole_export_is_written_with_its_links(desk: Desk) -> None:
    report = await desk.brings()
    assert counts(report) == "added 18, changed 0, unchanged 0, missing 0"
    assert report.written
    staff = {row.ref: row for row in await desk.rows(tables.staff)}
    assert (staff["CM1"].name, staff["CM1"].roles, staff["CM1"].cover_id) == (
        "Kirsty Muir",
        "case_manager",
        staff["CM2"].id,
    )
    sam = await desk.row(tables.individuals, case_ref="C1")
    assert (sam.first_name, sam.mobile, sam.language, sam.youth) == ("Sam", "+447700900123", "en", False)
    assert sam.mobile_hash == desk.service.db.keys.hash("+447700900123")
    order = await desk.row(tables.orders, ref="O1")
    assert (order.individual_id, order.case_manager_id, order.hours) == (sam.id, staff["CM1"].id, 100)
    one = await desk.row(tables.appointments, ref="A1")
    assert (one.order_id, one.staff_id, one.revision) == (order.id, staff["SUP1"].id, 1)
    assert one.starts_at == datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
    missed = (await desk.rows(tables.attendance, outcome="missed_reason_unknown"))[0]
    assert (missed.recorded_by, missed.source, missed.note) == (staff["SUP1"].id, "import", "no word")
    assert (await desk.row(tables.adjustments)).reason == "counted twice"
    assert (await desk.row(tables.holds)).kind == "hospital"
    assert (await desk.row(tables.milestones)).milestone == "received"
    assert (await desk.row(tables.imports)).counts["appointments"]["added"] == 4
    assert await desk.owed("reminder") == [("A1", 1, "planned", ""), ("A2", 1, "planned", "")]
    assert {stage for stage, _, _ in desk.seen} == {"read", "compare", "write"}
    assert all(0 <= done <= of for _, done, of in desk.seen)


async def test_files_come_in_any_order_and_in_every_dialect(desk: Desk) -> None:
    await desk.brings(
        attendance=ATTENDANCE.replace("2026-11-20", "20/11/2026").replace(",", ";"),
        a2="\ufeffAppointment Ref,order-ref,KIND,date,start\r\n\r\nA9,O1,group,27/11/2026,9:00\r\n,,,,\r\n",
        appointments=APPOINTMENTS,
        orders=ORDERS.encode("utf-16"),
        places=PLACES,
        individuals=INDIVIDUALS.replace("Sam", "Zoë").encode("windows-1252"),
        staff=STAFF,
    )
    assert (await desk.row(tables.individuals, case_ref="C1")).first_name == "Zoë"
    assert (await desk.row(tables.appointments, ref="A9")).kind == "group"
    assert len(await desk.rows(tables.attendance)) == 2


async def test_links_may_point_at_what_was_imported_before(desk: Desk) -> None:
    await desk.brings(staff=STAFF, individuals=INDIVIDUALS)
    await desk.brings(orders=ORDERS)
    report = await desk.brings(places=PLACES, appointments=APPOINTMENTS, attendance=ATTENDANCE)
    assert counts(report) == "added 8, changed 0, unchanged 0, missing 0"


async def test_with_any_problem_nothing_is_written_and_every_problem_is_told(desk: Desk) -> None:
    report = await desk.brings_all_with(
        staff=STAFF.replace("supervisor", "boss"),
        individuals=INDIVIDUALS.replace("07700 900123,no", "077009001,perhaps"),
        orders=ORDERS.replace("O2,C2,2026-09-01", "O2,C7,2026-09-31"),
    )
    assert not report.written
    assert [str(problem).split(", expected")[0] for problem in report.problems] == [
        'individuals.csv:2 youth: neither yes nor no, found "perhaps"',
        'individuals.csv:2 mobile: no telephone has this number, found "077009001"',
        'orders.csv:3 imposed_on: not a date, found "2026-09-31"',
        'orders.csv:3 case_ref: this points nowhere, found "C7"',
        'staff.csv:4 roles: unknown role, found "boss"',
    ]
    left = {name: rows for name, rows in (await desk.everything()).items() if rows}
    assert [(name, [row.kind for row in rows]) for name, rows in left.items()] == [("outbox", ["import_refused"])]
    # a file that cannot be read is the only problem
    report = await desk.brings_all_with(staff="staff_ref;surname\nCM1;Muir\n")
    assert [(problem.file, problem.column) for problem in report.problems] == [("staff.csv", "")]


async def test_an_import_that_breaks_off_at_its_end_has_changed_no_date_and_no_reminder(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.brings()
    before = await desk.everything()
    moved = APPOINTMENTS.replace("2026-11-25,09:30", "2026-11-27,10:00").replace("booked\nB1", "cancelled\nB1")
    note = writing.store.note

    async def notes_and_breaks_off(*given: Any) -> None:
        await note(*given)
        raise ConnectionError

    with monkeypatch.context() as patched:
        patched.setattr(writing.store, "note", notes_and_breaks_off)
        with pytest.raises(ConnectionError):
            await desk.brings_all_with(appointments=moved)
    assert await desk.everything() == before
    await desk.brings_all_with(appointments=moved)
    assert await desk.owed("reminder") == [
        ("A1", 1, "cancelled", "moved"),
        ("A2", 1, "cancelled", "appointment_cancelled"),
        ("A1", 2, "planned", ""),
    ]


async def test_the_second_night_nothing_has_changed_and_a_dry_run_says_what_would_and_writes_nothing(
    desk: Desk,
) -> None:
    await desk.brings()
    first = await desk.everything()
    report = await desk.brings_all_with(
        appointments=APPOINTMENTS.replace("09:30", "9:30").replace("2026-11-25", "25/11/2026"),
        individuals=INDIVIDUALS.replace("07700 900123", "+44 7700 900123"),
    )
    assert counts(report) == "added 0, changed 0, unchanged 18, missing 0"
    assert (report.changes, report.clashes) == ([], [])
    before = await desk.everything()
    assert before | {"imports": first["imports"]} == first

    changed = {
        "appointments": APPOINTMENTS.replace("2026-11-25,09:30", "2026-11-25,10:00")
        + "A3,O1,group,2026-11-27,9:00,,,,\n",
        "individuals": INDIVIDUALS.replace("Sam", "Samuel"),
    }
    report = await desk.brings(dry_run=True, **{**EXPORT, **changed})
    assert counts(report) == "added 1, changed 2, unchanged 16, missing 0"
    assert [str(change) for change in report.changes] == [
        "individuals C1: first_name (not shown) → (not shown)",
        "appointments A3: added",
        'appointments A1: start "09:30" → "10:00"',
    ]
    assert not report.written
    assert await desk.everything() == before


# ── What changes ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_new_time_is_a_new_revision_and_one_reminder(desk: Desk) -> None:
    await desk.brings()
    report = await desk.brings_all_with(appointments=APPOINTMENTS.replace("2026-11-25,09:30", "2026-11-27,10:00"))
    assert counts(report) == "added 0, changed 1, unchanged 17, missing 0"
    one = await desk.row(tables.appointments, ref="A1")
    assert (one.revision, one.starts_at) == (2, datetime(2026, 11, 27, 10, tzinfo=UTC))
    assert one.ends_at == datetime(2026, 11, 27, 15, 30, tzinfo=UTC)
    assert await desk.owed("reminder") == [
        ("A1", 1, "cancelled", "moved"),
        ("A2", 1, "planned", ""),
        ("A1", 2, "planned", ""),
    ]


async def test_another_place_is_a_new_revision_and_other_shoes_are_not(desk: Desk) -> None:
    await desk.brings()
    await desk.brings_all_with(
        appointments=APPOINTMENTS.replace("15:30,P1,SUP1,booked\nA2", "15:30,P2,SUP1,booked\nA2")
    )
    assert (await desk.row(tables.appointments, ref="A1")).revision == 2
    with_bring = APPOINTMENTS.replace("staff_ref,status", "staff_ref,status,bring").replace(
        "booked\nA2", "booked,hat\nA2"
    )
    await desk.brings_all_with(appointments=with_bring.replace("P1,SUP1,booked,hat", "P2,SUP1,booked,hat"))
    one = await desk.row(tables.appointments, ref="A1")
    assert (one.revision, one.bring) == (2, "hat")


async def test_a_time_of_a_file_without_ends_keeps_the_end_that_stands(desk: Desk) -> None:
    await desk.brings()
    shorter = "appointment_ref,order_ref,kind,date,start\nA1,O1,unpaid_work,2026-11-27,{}\n"
    await desk.brings(a=shorter.format("10:00"))
    one = await desk.row(tables.appointments, ref="A1")
    assert (one.starts_at.hour, one.ends_at) == (10, datetime(2026, 11, 27, 15, 30, tzinfo=UTC))
    report = await desk.brings(a=shorter.format("16:00"))
    assert [str(problem) for problem in report.problems] == [
        'a.csv:2 end: the end is not after the start, found "15:30", expected a time after 16:00'
    ]


async def test_a_cancelled_date_owes_nothing_and_one_that_is_on_again_or_only_missing_does(desk: Desk) -> None:
    """Dates that the export no longer has are counted and left alone."""
    await desk.brings()
    await desk.brings_all_with(appointments=APPOINTMENTS.replace("booked\nA2", "cancelled\nA2"))
    assert ("A1", 1, "cancelled", "appointment_cancelled") in await desk.owed("reminder")
    await desk.brings()
    assert ("A1", 1, "planned", "") in await desk.owed("reminder")

    without = "".join(line for line in APPOINTMENTS.splitlines(keepends=True) if line[:2] not in ("A1", "B1"))
    report = await desk.brings(appointments=without)
    assert counts(report) == "added 0, changed 0, unchanged 2, missing 1"
    assert report.missing == ["A1"]
    assert (await desk.row(tables.appointments, ref="A1")).status == "booked"
    assert ("A1", 1, "planned", "") in await desk.owed("reminder")
    assert counts(await desk.brings(places=PLACES)) == "added 0, changed 0, unchanged 2, missing 0"
    assert (await desk.brings(appointments=APPOINTMENTS.splitlines()[0])).counts.missing == 2


async def test_staff_change_posts_and_leave(desk: Desk) -> None:
    await desk.brings()
    await desk.brings(
        staff="staff_ref,name,roles,cover_ref,active_until\nCM1,Kirsty Muir,manager,,2026-12-31\nCM3,Ann,duty,CM1,\n"
    )
    staff = {row.ref: row for row in await desk.rows(tables.staff)}
    assert (staff["CM1"].roles, staff["CM1"].cover_id, str(staff["CM1"].active_until)) == (
        "manager",
        None,
        "2026-12-31",
    )
    assert staff["CM3"].cover_id == staff["CM1"].id


async def test_an_order_that_ends_owes_one_form_and_no_more_reminders(desk: Desk) -> None:
    await desk.brings()
    await desk.brings(orders=ORDERS.replace("O1,C1,2026-09-01,unpaid_work,100,CM1,active,", O1_DONE))
    [asked] = await desk.rows(tables.items, kind="ask")
    assert (asked.reason, asked.withdrawn_at) == ("not_linked", None), "no chat is linked: a manager names somebody"
    assert ("A1", 1, "cancelled", "order_ended") in await desk.owed("reminder")
    assert ("A2", 1, "planned", "") in await desk.owed("reminder")
    await desk.brings(orders=ORDERS)
    assert [row.withdrawn_at is not None for row in await desk.rows(tables.items, kind="ask")] == [True]
    assert ("A1", 1, "planned", "") in await desk.owed("reminder")


async def test_an_induction_that_an_import_says_was_attended_owes_the_form_at_the_start(desk: Desk) -> None:
    began = "A9,O1,induction,2026-09-04,09:30,10:30,P1,CM1,booked\n"
    came = "A9,attended_full,60,CM1,2026-09-04 10:30,\n"
    await desk.brings_all_with(appointments=APPOINTMENTS + began, attendance=ATTENDANCE + came)
    assert await desk.rows(tables.sittings) == [], "the order ran when the caseload was first read"
    new = "O3,C2,2026-11-16,supervision,,CM1,active,\n"
    later = "A3,O3,induction,2026-11-19,09:30,10:30,P1,CM1,booked\n"
    seen = came + "A3,attended_full,60,CM1,2026-11-19 10:30,\n"
    appointments = APPOINTMENTS + began + later
    await desk.brings_all_with(orders=ORDERS + new, appointments=appointments, attendance=ATTENDANCE + seen)
    assert [(row.individual_id, row.occasion, row.form) for row in await desk.rows(tables.sittings)] == [
        (2, "start", "baseline")
    ]


async def test_an_induction_that_comes_as_a_step_owes_it_too_and_one_of_a_running_caseload_nothing(desk: Desk) -> None:
    held = OTHERS["milestones"] + "O1,induction,2026-09-04,\n"
    await desk.brings_all_with(milestones=held)
    new = ORDERS + "O3,C2,2026-11-16,supervision,,CM1,active,\n"
    held += "O2,induction,2026-11-02,\nO3,induction,2026-11-23,\n"
    await desk.brings_all_with(orders=new, milestones=held)
    assert [(row.individual_id, row.occasion, row.form) for row in await desk.rows(tables.sittings)] == [
        (2, "start", "baseline")
    ], "O1 and O2 ran when the caseload was first read"


O1_DONE = "O1,C1,2026-09-01,unpaid_work,100,CM1,completed,2026-11-20"


async def test_an_order_that_was_over_long_ago_owes_nothing_and_may_be_put_right_in_silence(desk: Desk) -> None:
    over = ORDERS.replace("O1,C1,2026-09-01,unpaid_work,100,CM1,active,", O1_DONE)
    await desk.brings_all_with(orders=over)
    assert await desk.rows(tables.sittings) == []
    assert [ref for ref, *_ in await desk.owed("reminder")] == ["A2"]
    await desk.brings(orders=over.replace("completed", "revoked_early"))
    assert await desk.rows(tables.sittings) == []


async def test_of_two_orders_the_form_waits_for_the_last(desk: Desk) -> None:
    both = ORDERS.replace("O2,C2", "O2,C1")
    await desk.brings_all_with(orders=both)
    first = both.replace("O1,C1,2026-09-01,unpaid_work,100,CM1,active,", O1_DONE)
    await desk.brings(orders=first)
    assert await desk.rows(tables.sittings) == []
    await desk.brings(orders=first.replace("CM1,active,", "CM1,revoked,2026-11-22"))
    (sitting,) = await desk.rows(tables.sittings)
    assert sitting.form == "early_end"


async def test_nothing_goes_to_somebody_who_died(desk: Desk) -> None:
    two = ORDERS.replace("O2,C2", "O2,C1")
    await desk.brings_all_with(orders=two)
    await desk.brings(
        orders=two.replace("O1,C1,2026-09-01,unpaid_work,100,CM1,active,", O1_DONE.replace("completed", "died"))
    )
    assert {(ref, status) for ref, _, status, _ in await desk.owed("reminder")} == {
        ("A1", "cancelled"),
        ("A2", "cancelled"),
    }
    assert await desk.rows(tables.sittings) == []


# ── The export and the chat ─────────────────────────────────────────────────────────────────────────────────────────


async def chooses(desk: Desk, language: str) -> None:
    async with desk.service.db.write() as tx:
        mine = tables.individuals.c.case_ref == "C1"
        await tx.execute(update(tables.individuals).where(mine).values(language=language))


async def test_tonights_export_does_not_undo_what_was_chosen_today_and_what_both_changed_is_listed_once(
    desk: Desk,
) -> None:
    await desk.brings()
    await chooses(desk, "pl")
    report = await desk.brings_all_with(individuals=INDIVIDUALS.replace("Sam", "Samuel"))
    sam = await desk.row(tables.individuals, case_ref="C1")
    assert (sam.language, sam.first_name) == ("pl", "Samuel")
    assert report.clashes == []

    french = INDIVIDUALS.replace("Sam,en", "Samuel,fr")
    report = await desk.brings_all_with(individuals=french)
    assert [str(clash) for clash in report.clashes] == [
        'individuals C1 language: the export says "fr", here it was changed to "pl"; it stays'
    ]
    assert counts(report) == "added 0, changed 0, unchanged 18, missing 0"
    assert (await desk.row(tables.individuals, case_ref="C1")).language == "pl"
    assert (await desk.brings_all_with(individuals=french)).clashes == []


async def test_a_new_language_in_the_export_reaches_the_chat(desk: Desk) -> None:
    await desk.brings()
    sam = await desk.row(tables.individuals, case_ref="C1")
    async with desk.service.db.write() as tx:
        chat = {"chat_id": "5", "chat_hash": "5", "individual_id": sam.id, "linked_at": MONDAY}
        await tx.execute(tables.chats.insert().values(chat))
    await desk.brings(i=INDIVIDUALS.replace("Sam,en", "Sam,pl"))
    assert (await desk.row(tables.chats)).language == "pl"


# ── Outcomes ────────────────────────────────────────────────────────────────────────────────────────────────────────

HEADER = "appointment_ref,outcome,minutes,recorded_by,recorded_at,note\n"


async def alerts(desk: Desk) -> list[tuple[str, bool]]:
    """Of which appointments there is an alert, and whether it is open."""
    names = {row.id: row.ref for row in await desk.rows(tables.appointments)}
    rows = await desk.rows(tables.items, kind="non_attendance")
    return [(names[row.appointment_id], row.withdrawn_at is None) for row in rows]


async def test_an_absence_of_the_last_two_working_days_raises_its_alert(desk: Desk) -> None:
    """On Monday those are Thursday and Friday; the weekend after them, and today. One that a worker has judged is no
    news, and one that the same export corrects was none."""
    unknown = "missed_reason_unknown,,SUP1"
    said = {
        "WED": ("2026-11-18", f"{unknown},2026-11-18 08:50"),
        "THU": ("2026-11-19", f"{unknown},2026-11-19 08:50"),
        "FRI": ("2026-11-20", f"{unknown},2026-11-20 08:50"),
        "SAT": ("2026-11-21", f"{unknown},2026-11-21 08:50"),
        "MON": ("2026-11-23", f"{unknown},2026-11-23 08:50"),
        "JUDGED": ("2026-11-20", "missed_accepted:health,,CM1,2026-11-20 16:00"),
        "CORRECTED": ("2026-11-20", "attended_full,360,SUP1,2026-11-20 16:00"),
    }
    records = [*((ref, record) for ref, (_, record) in said.items()), ("CORRECTED", f"{unknown},2026-11-20 10:00")]
    await desk.brings_all_with(
        appointments=APPOINTMENTS
        + "".join(f"{ref},O1,unpaid_work,{day},08:30,15:30,P1,SUP1,booked\n" for ref, (day, _) in said.items()),
        attendance=HEADER + "".join(f"{ref},{record},\n" for ref, record in records),
    )
    assert sorted(await alerts(desk)) == [("FRI", True), ("MON", True), ("SAT", True), ("THU", True)]
    assert len(await desk.rows(tables.attendance)) == len(records)


async def test_a_later_record_corrects_and_withdraws_the_alert(desk: Desk) -> None:
    missed = HEADER + "B1,missed_reason_unknown,,SUP1,2026-11-20 10:00,\n"
    await desk.brings_all_with(attendance=missed)
    assert await alerts(desk) == [("B1", True)]
    report = await desk.brings_all_with(attendance=missed + "B1,attended_part,240,SUP1,2026-11-20 16:00,bus\n")
    assert await alerts(desk) == [("B1", False)]
    assert report.clashes == []
    assert [row.outcome for row in await desk.rows(tables.attendance)] == ["missed_reason_unknown", "attended_part"]


async def test_an_earlier_record_does_not_correct_what_was_tapped_later(desk: Desk) -> None:
    await desk.brings_all_with(attendance=HEADER)
    await desk.records("B1", attendance.Outcome.ATTENDED_FULL, datetime(2026, 11, 20, 15, 50, tzinfo=UTC))
    early = HEADER + "B1,missed_reason_unknown,,SUP1,2026-11-20 10:00,\n"
    report = await desk.brings_all_with(attendance=early)
    assert [str(clash) for clash in report.clashes] == [
        "attendance B1 / 2026-11-20T10:00:00+00:00 outcome: "
        'the export says "missed_reason_unknown", here it was changed to "attended_full"; it stays'
    ]
    assert await alerts(desk) == []
    one = await desk.row(tables.appointments, ref="B1")
    async with desk.service.db.read() as tx:
        standing = attendance.standing((await register.dates.records(tx, [one.id]))[one.id])
    assert standing is not None
    assert standing.outcome is attendance.Outcome.ATTENDED_FULL
    assert (await desk.brings_all_with(attendance=early)).clashes == []


async def test_a_record_of_the_same_moment_is_not_later(desk: Desk) -> None:
    await desk.brings_all_with(attendance=HEADER)
    at = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    await desk.records("B1", attendance.Outcome.MISSED_REASON_UNKNOWN, at)
    same = await desk.brings_all_with(attendance=HEADER + "B1,missed_reason_unknown,,SUP1,2026-11-20 10:00,\n")
    assert (same.clashes, same.by_kind["attendance"].unchanged) == ([], 1)
    other = await desk.brings_all_with(attendance=HEADER + "B1,attended_full,360,SUP1,2026-11-20 10:00,\n")
    assert len(other.clashes) == 1
    assert len(await desk.rows(tables.attendance)) == 1


async def test_a_row_that_says_something_else_now_stands_beside_what_it_said(desk: Desk) -> None:
    await desk.brings()
    report = await desk.brings_all_with(attendance=ATTENDANCE.replace("B1,attended_full,360", "B1,attended_part,300"))
    assert counts(report) == "added 0, changed 1, unchanged 17, missing 0"
    rows = await desk.rows(tables.attendance, recorded_at=datetime(2026, 11, 20, 15, 45, tzinfo=UTC))
    assert [(row.outcome, row.minutes) for row in rows] == [("attended_full", 360), ("attended_part", 300)]


async def test_a_decision_stays_imported_when_its_judge_takes_another_post(desk: Desk) -> None:
    judged = HEADER + "B2,missed_accepted:health,,CM1,2026-10-21 10:00,\n"
    await desk.brings_all_with(attendance=judged)
    moved = STAFF.replace("Kirsty Muir,case_manager", "Kirsty Muir,manager")
    report = await desk.brings_all_with(staff=moved, attendance=judged)
    assert counts(report) == "added 0, changed 1, unchanged 16, missing 0"
    report = await desk.brings(attendance=judged + "B1,missed_accepted:health,,CM1,2026-11-20 10:00,\n")
    assert [problem.column for problem in report.problems] == ["recorded_by"]


async def test_under_18_is_checked_against_what_stands_here(desk: Desk) -> None:
    await desk.brings()
    report = await desk.brings(individuals=INDIVIDUALS.replace("no\nC2", "yes\nC2"))
    assert [(one.column, one.found, one.expected) for one in report.problems] == [
        ("youth", "yes", "no, or supervision in order O1")
    ]
    await desk.brings(individuals="case_ref,first_name,youth\nC5,Jo,yes\n")
    report = await desk.brings(orders=ORDERS.splitlines()[0] + "\nO5,C5,2026-09-01,unpaid_work,50,,,\n")
    assert [(one.column, one.found) for one in report.problems] == [("requirements", "unpaid_work")]


# ── While the service runs ──────────────────────────────────────────────────────────────────────────────────────────


async def test_two_imports_at_once_write_every_row_once(desk: Desk) -> None:
    reports = await asyncio.gather(desk.brings(), desk.brings())
    assert sorted(counts(report) for report in reports) == [
        "added 0, changed 0, unchanged 18, missing 0",
        "added 18, changed 0, unchanged 0, missing 0",
    ]
    assert len(await desk.rows(tables.outbox)) == 2


async def test_what_is_chosen_while_an_import_is_planned_stays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.brings()
    prepare = writing.prepare

    async def slowly(*args: Any) -> writing.Script:
        script = await prepare(*args)
        await chooses(desk, "pl")
        return script

    monkeypatch.setattr(writing, "prepare", slowly)
    report = await desk.brings_all_with(individuals=INDIVIDUALS.replace("Sam,en", "Sam,fr"))
    assert (await desk.row(tables.individuals, case_ref="C1")).language == "pl"
    assert len(report.clashes) == 1


async def test_a_reminder_that_is_being_sent_is_not_taken_back(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The dispatcher claims it after the import was planned: it goes out, and says on its own why not."""
    await desk.brings()
    prepare = writing.prepare

    async def slowly(*args: Any) -> writing.Script:
        script = await prepare(*args)
        async with desk.service.db.write() as tx:
            await outbox.claim(tx, datetime(2026, 11, 24, 18, tzinfo=UTC), datetime(2026, 11, 24, 19, tzinfo=UTC), 10)
        return script

    monkeypatch.setattr(writing, "prepare", slowly)
    await desk.brings_all_with(appointments=APPOINTMENTS.replace("2026-11-25,09:30", "2026-11-25,10:00"))
    assert ("A1", 1, "sending", "") in await desk.owed("reminder")
    assert ("A1", 2, "planned", "") in await desk.owed("reminder")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_running_bot_waits_no_more_than_2_seconds_for_10000_dates(desk: Desk) -> None:
    """SQLite lets one write at a time; on PostgreSQL nobody waits for an import at all."""
    head, line = APPOINTMENTS.splitlines()[:2]
    many = "\n".join([head, *(line.replace("A1,", f"X{number},") for number in range(10_000))])
    file, done, waits = desk.service.db.url.database, threading.Event(), []

    def serve() -> None:
        """Another process would be fairer: here one interpreter runs both. Telegram's updates are one row each."""
        with closing(sqlite3.connect(str(file), timeout=30, isolation_level=None)) as bot:
            while not done.wait(0.01):
                begun = time.perf_counter()
                bot.execute("INSERT INTO wrong_codes (chat_hash, at) VALUES ('x', '2026-11-23 09:00:00')")
                waits.append(time.perf_counter() - begun)

    bot = threading.Thread(target=serve)
    bot.start()
    try:
        report = await desk.brings_all_with(appointments=many, attendance=HEADER)
    finally:
        done.set()
        bot.join()
    assert report.counts.added == 10_000 + 12
    assert len(waits) > 10
    assert max(waits) < 2

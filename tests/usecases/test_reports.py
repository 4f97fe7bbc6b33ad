"""What a report counts, and that no person can be read off it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, event, insert

from db import tables
from db.engine import Database
from domain.calendar import Calendar
from domain.outcomes import Period, Report
from domain.policy import Policy
from sandbox.clock import MovableClock
from usecases import forms, reports
from usecases.service import Service

NOW = datetime(2026, 9, 21, 9, tzinfo=UTC)  # a Monday: 10:00 on the wall
THIRD = Period(date(2026, 7, 1), date(2026, 9, 30))  # not over yet
SECOND = THIRD.before
SUMMER = timedelta(hours=1)


@pytest.fixture
def service(database: Database) -> Service:
    return Service(database, MovableClock(NOW), Calendar(), Policy(hide_under=1), forms.read())


async def put(service: Service, table: Table, *rows: Mapping[str, Any]) -> None:
    async with service.db.write() as tx:
        for row in rows:
            await tx.execute(insert(table).values(**row))


async def caseload(service: Service, people: int = 1) -> None:
    """So many people, each with one open order of the same number."""
    numbers = range(1, people + 1)
    await put(service, tables.individuals, *({"case_ref": f"C{n}", "first_name": "Sam"} for n in numbers))
    await put(service, tables.orders, *(order(n, n, "active", None) for n in numbers))


def order(n: int, individual_id: int, status: str, ended: date | None) -> dict[str, Any]:
    plain = {"imposed_on": date(2026, 1, 5), "requirements": "unpaid_work", "status": status, "ended_on": ended}
    return {"ref": f"O{n}", "individual_id": individual_id, **plain}


def booked(ref: str, day: date, status: str = "booked") -> dict[str, Any]:
    starts_at = datetime(day.year, day.month, day.day, 9, 30, tzinfo=UTC)
    return {"ref": ref, "order_id": 1, "kind": "unpaid_work", "day": day, "starts_at": starts_at, "status": status}


def recorded(appointment_id: int, outcome: str, at: datetime = NOW) -> dict[str, Any]:
    return {"appointment_id": appointment_id, "outcome": outcome, "recorded_at": at, "source": "chat"}


def figures(report: Report, name: str, about: str = "") -> dict[str, int | None]:
    [table] = [one for one in report.named(name) if one.about == about]
    return {line.code: line.count for line in table.lines}


async def test_appointments_by_the_outcome_that_stands(service: Service) -> None:
    await caseload(service)
    days = [date(2026, 6, 30), date(2026, 7, 1), date(2026, 9, 18), date(2026, 9, 30), date(2026, 10, 1)]
    await put(service, tables.appointments, *(booked(f"A{n}", day) for n, day in enumerate(days, 1)))
    await put(service, tables.appointments, booked("A6", date(2026, 8, 3), "cancelled"), booked("A7", date(2026, 8, 4)))
    missed, came = "missed_reason_unknown", "attended_full"
    await put(service, tables.attendance, recorded(2, missed, NOW - timedelta(days=1)), recorded(2, came))
    await put(service, tables.attendance, recorded(1, missed), recorded(7, missed))
    assert figures(await reports.draw_up(service, THIRD), "appointments") == {
        "total": 5,
        came: 1,
        missed: 1,
        "not_recorded": 1,
        "ahead": 1,
        "cancelled": 1,
    }


def owed(n: int, status: str, reason: str = "", due_at: datetime = NOW, **values: Any) -> dict[str, Any]:
    plain = {"key": str(n), "kind": "reminder", "subject": f"appointment:{n}", "to": "individual", "params": {}}
    return {**plain, "status": status, "reason": reason, "due_at": due_at, "planned_at": NOW, **values}


async def test_reminders_by_how_they_ended_and_why(service: Service) -> None:
    last = datetime(2026, 9, 30, 22, 59, tzinfo=UTC)  # 23:59 on the wall
    rows = [owed(n, "sent") for n in range(3)]
    rows += [owed(10, "suppressed", "stopped"), owed(11, "suppressed", "stopped", last), owed(12, "planned")]
    rows += [owed(13, "failed", "Bad Request: something that Telegram wrote"), owed(14, "unreachable", "blocked")]
    rows += [owed(20, "sent", due_at=last + timedelta(minutes=1)), owed(21, "sent", kind="item")]
    await put(service, tables.outbox, *rows)
    made = await reports.draw_up(service, THIRD)
    assert figures(made, "reminders") == {
        "total": 8,
        "planned": 1,
        "sent": 3,
        "unreachable:blocked": 1,
        "failed": 1,
        "suppressed:stopped": 2,
    }


async def test_alerts_and_the_median_of_working_time(service: Service) -> None:
    """Friday 16:30 to Monday 9:30 is one working hour; the individual's own worker is no escalation."""
    await caseload(service)
    friday = datetime(2026, 9, 11, 15, 30, tzinfo=UTC)
    waits = [timedelta(minutes=10), timedelta(days=2, hours=17), timedelta(hours=88)]
    alert = {"kind": "non_attendance", "individual_id": 1, "raised_at": friday}
    rows = [{**alert, "once": str(n), "claimed_at": friday + wait} for n, wait in enumerate(waits)]
    rows += [{**alert, "once": "open"}, {**alert, "once": "gone", "withdrawn_at": friday}]
    await put(service, tables.items, *rows, {**alert, "once": "help", "kind": "help"})
    ladder = {"kind": "item", "family": "ladder"}
    await put(
        service,
        tables.outbox,
        owed(1, "sent", **ladder | {"subject": "item:1", "to": "worker"}),
        owed(2, "sent", **ladder | {"subject": "item:4", "to": "cover"}),
        owed(3, "sent", **ladder | {"subject": "item:4", "to": "manager"}),
        owed(4, "cancelled", **ladder | {"subject": "item:2", "to": "cover"}),
        owed(5, "sent", **ladder | {"subject": "item:6", "to": "cover"}),
    )
    made = await reports.draw_up(service, THIRD)
    assert figures(made, "alerts") == {"raised": 5, "acknowledged": 3, "escalated": 1, "withdrawn": 1}
    assert made.acknowledged_after == timedelta(hours=1)


async def test_from_the_end_of_an_order_to_a_finished_form(service: Service) -> None:
    """Offered is a share of everybody whose form is owed, those included whom nobody asked."""
    await caseload(service, people=7)
    august = date(2026, 8, 14)
    ends = [
        order(11, 1, "completed", august),
        order(12, 2, "completed", august),
        order(13, 3, "revoked_early", august),
        order(14, 4, "breached", august),
        order(15, 5, "transferred", august),
        order(16, 6, "completed", date(2026, 6, 30)),
        order(17, 7, "completed", august),
    ]
    async with service.db.write() as tx:
        await tx.execute(tables.orders.delete().where(tables.orders.c.id != 7))
    await put(service, tables.orders, *ends)
    ids = await order_ids(service)
    sitting = {"individual_id": 1, "form": "exit", "version": "1", "owed_at": NOW}
    done = {"offered_at": NOW, "started_at": NOW, "finished_at": NOW}
    await put(
        service,
        tables.sittings,
        {**sitting, **done, "form_id": "a", "order_id": ids["O11"]},
        {**sitting, "form_id": "b", "order_id": ids["O12"], "offered_at": NOW},
        {**sitting, **done, "form_id": "c", "order_id": ids["O16"]},
    )
    made = await reports.draw_up(service, THIRD)
    assert figures(made, "forms", "exit") == {"ended": 3, "offered": 2, "started": 1, "finished": 1}
    assert figures(made, "forms", "early_end") == {"ended": 1, "offered": 0, "started": 0, "finished": 0}


async def order_ids(service: Service) -> dict[str, int]:
    async with service.db.read() as tx:
        return {row.ref: row.id for row in await tx.execute(tables.orders.select())}


async def test_settled_answers_are_counted_by_the_quarter_in_which_the_order_ended(service: Service) -> None:
    april = date(2026, 4, 1)
    form = {"form": "exit", "version": "1", "ended_on": april, "sent_on": april, "ending": "finished"}
    await put(service, tables.forms, *({**form, "form_id": str(n)} for n in range(4)))
    await put(service, tables.forms, {**form, "form_id": "open", "ending": ""})
    await put(service, tables.forms, {**form, "form_id": "later", "ended_on": date(2026, 7, 1)})
    given = {"0": "5", "1": "5", "2": "1", "3": None, "open": "1", "later": "1"}
    rows = [{"form_id": id_, "question": "home", "value": value} for id_, value in given.items()]
    rows += [{"form_id": "0", "question": "hard", "value": "travel+care"}, {"form_id": "1", "question": "better"}]
    await put(service, tables.answers, *rows, {"form_id": "0", "question": "better", "words": "more buses"})
    made = await reports.draw_up(service, SECOND)
    assert figures(made, "answers", "exit@1/home") | {"total": 4, "5": 2, "1": 1, "skipped": 1, "2": 0} == figures(
        made, "answers", "exit@1/home"
    )
    hard = figures(made, "answers", "exit@1/hard")
    assert (hard["total"], hard["travel"], hard["care"], hard["food"]) == (1, 1, 1, 0)
    assert figures(made, "answers", "exit@1/better") == {"total": 2, "answered": 1, "skipped": 1}
    for untold in (THIRD, Period(date(2026, 4, 1), date(2026, 6, 29))):
        assert (await reports.draw_up(service, untold)).named("answers") == ()


async def test_no_query_joins_a_person_to_an_answer(service: Service) -> None:
    await caseload(service)
    asked: list[str] = []

    def note(*arguments: Any) -> None:
        asked.append(arguments[2])

    event.listen(service.db._reader.sync_engine, "before_cursor_execute", note)
    await reports.draw_up(service, SECOND)
    assert any("answers" in one for one in asked)
    assert not any("answers" in one and ("sittings" in one or "individual" in one) for one in asked)
    assert not any("words," in one or "first_name" in one for one in asked)


async def test_small_numbers_are_hidden_by_the_councils_own_setting(service: Service) -> None:
    await put(service, tables.outbox, *(owed(n, "sent") for n in range(3)))
    strict = Service(service.db, service.clock, service.calendar, Policy(hide_under=10), service.forms)
    assert figures(await reports.draw_up(strict, THIRD), "reminders") == {"total": None, "sent": None}

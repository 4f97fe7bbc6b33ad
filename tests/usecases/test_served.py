"""What the producers read: the record that stands, the words that went ahead, the orders of the year."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, insert

from db import tables
from db.engine import Database
from domain.calendar import Calendar
from domain.dated import tables as tables_of
from domain.outcomes import Period
from domain.outcomes import Table as Figures
from domain.policy import Policy
from sandbox.clock import MovableClock
from usecases import annual, dated, forms
from usecases.service import Service

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
DAY = date(2026, 9, 1)
START = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
QUARTER = Period(date(2026, 7, 1), date(2026, 9, 30))


@pytest.fixture
def service(database: Database) -> Service:
    return Service(database, MovableClock(NOW), Calendar(), Policy(), forms.read())


async def put(service: Service, table: Table, **values: Any) -> int:
    async with service.db.write() as tx:
        key = next(iter(table.primary_key.columns))
        return int((await tx.execute(insert(table).values(**values).returning(key))).scalar_one())


class Caseload:
    """Orders of one person each, with dates at the yard that are written down as they come."""

    def __init__(self, service: Service) -> None:
        self.service, self.made = service, 0

    async def order(self, **values: Any) -> int:
        self.made += 1
        person = await put(self.service, tables.individuals, case_ref=f"C{self.made}", first_name="Kit")
        order = {"imposed_on": date(2026, 8, 3), "requirements": "unpaid_work", "hours": 100, "status": "active"}
        return await put(self.service, tables.orders, ref=f"O{self.made}", individual_id=person, **{**order, **values})

    async def date(
        self, order: int, *outcomes: tuple[str, str], place: int, start: datetime = START, **values: Any
    ) -> int:
        self.made += 1
        when = {"day": start.date(), "starts_at": start, "ends_at": start + timedelta(hours=6)}
        plain = {"order_id": order, "kind": "unpaid_work", "status": "booked", "place_id": place}
        id_ = await put(self.service, tables.appointments, ref=f"A{self.made}", **{**plain, **when, **values})
        for n, (outcome, cause) in enumerate(outcomes):
            at = {"recorded_at": start + timedelta(hours=n), "source": "chat"}
            await put(self.service, tables.attendance, appointment_id=id_, outcome=outcome, cause=cause, **at)
        return id_

    async def sent(self, appointment: int, status: str, kind: str = "reminder") -> None:
        owed = {"subject": f"appointment:{appointment}", "to": "individual", "params": {}, "due_at": START}
        row = {"key": f"{kind}{appointment}{status}", "kind": kind, "status": status, "planned_at": START}
        await put(self.service, tables.outbox, **owed, **row)


async def drawn(
    service: Service, producer: Any, period: Period = QUARTER, least: int = 0
) -> dict[tuple[str, str], Figures]:
    async with service.db.read() as tx:
        if producer is annual:
            found = await annual.tables(service, tx, period, NOW, least)
        else:
            found = tables_of(await dated.read(tx, period, NOW), NOW, least)
        return {(one.name, one.about): one for one in found}


def counts(table: Figures) -> dict[str, int | None]:
    return {line.code: line.count for line in table.lines}


async def test_the_record_that_stands_is_what_counts(service: Service) -> None:
    load = Caseload(service)
    yard = await put(service, tables.places, ref="P1", nickname="The yard")
    order = await load.order()
    await load.date(order, ("missed_reason_unknown", ""), ("sent_home_service", "weather"), place=yard)
    await load.date(order, ("attended_full", ""), place=yard)
    await load.date(order, ("missed_accepted", "health"), place=yard, start=START + timedelta(days=1))
    await load.date(
        order, ("stood_down_ahead", "vehicle"), place=yard, start=START + timedelta(days=2), status="cancelled"
    )
    await load.date(order, place=yard, start=START + timedelta(days=3), status="cancelled")
    await load.date(order, ("attended_full", ""), place=yard, start=START - timedelta(days=90))
    asked = {"milestone": "extension_requested", "on_day": DAY}
    await put(service, tables.milestones, order_id=order, late_reason="service", **asked)
    found = await drawn(service, dated)
    assert counts(found["lost_days", ""]) == {"total": 2, "vehicle": 1, "weather": 1}
    assert counts(found["lost_hours", ""]) == {"total": 12, "vehicle": 6, "weather": 6}
    assert counts(found["sessions", ""]) == {"total": 3, "ran": 1, "partly": 1, "off": 1, "unrecorded": 0}
    assert [(line.code, line.count, line.base) for line in found["missed", ""].lines] == [("unpaid_work", 1, 3)]
    assert counts(found["accepted", ""]) == {"total": 1, "health": 1}
    assert counts(found["extensions", ""]) == {"total": 1, "person": 0, "service": 1, "unsaid": 0}


async def test_a_reminder_counts_if_one_of_its_words_was_accepted_and_an_answer_if_it_came_ahead(
    service: Service,
) -> None:
    load = Caseload(service)
    yard = await put(service, tables.places, ref="P1", nickname="The yard")
    order = await load.order()
    early = await load.date(order, ("missed_reason_unknown", ""), place=yard, start=START - timedelta(days=20))
    first = await load.date(order, ("attended_full", ""), place=yard)
    second = await load.date(order, ("missed_accepted", "work"), place=yard, start=START + timedelta(days=1))
    third = await load.date(order, ("missed_reason_unknown", ""), place=yard, start=START + timedelta(days=2))
    await load.sent(early, "cancelled")
    await load.sent(first, "sent", "booked")
    await load.sent(first, "missed")
    await load.sent(second, "unreachable")
    await load.sent(third, "sent")
    await load.sent(yard, "sent", "item")  # about something else of the same number
    answers = ((first, "coming", -9), (first, "cannot", -1), (third, "coming", 72))
    for appointment, answer, hours in answers:
        said = {"answer": answer, "at": START + timedelta(hours=hours), "revision": 1}
        await put(service, tables.replies, appointment_id=appointment, **said)
    found = await drawn(service, dated)
    assert [(line.code, line.count, line.base) for line in found["reminded", "all"].lines] == [
        ("ahead_accepted", 1, 2),
        ("ahead_not_accepted", 1, 1),
    ]
    assert [(line.code, line.count, line.base) for line in found["answered", "all"].lines] == [
        ("said_cannot", 0, 1),
        ("said_nothing", 1, 1),
    ]
    assert [(line.code, line.count, line.base) for line in found["live", "all"].lines] == [
        ("live_before", 1, 1),
        ("live_after", 2, 3),
    ]


async def test_the_annual_return(service: Service) -> None:
    load = Caseload(service)
    yard = await put(service, tables.places, ref="P1", nickname="The yard", work_type="gardens")
    running = await load.order()
    breached = await load.order(requirements="supervision+unpaid_work")
    await load.order(status="completed", ended_on=date(2026, 9, 2))
    await load.order(imposed_on=date(2024, 1, 1), status="revoked", ended_on=date(2026, 9, 2))
    await load.date(running, ("attended_full", ""), place=yard)
    await put(service, tables.milestones, order_id=breached, milestone="breach_started", on_day=DAY)
    found = await drawn(service, annual, Period(date(2026, 4, 1), date(2027, 3, 31)))
    assert counts(found["year_orders", ""]) == {"imposed": 3, "unpaid_work": 3, "supervision": 1, "both": 1}
    assert counts(found["year_work", ""]) == {"total": 6, "gardens": 6}
    assert counts(found["year_ended", ""]) == {"total": 2, "completed": 1, "revoked": 1}
    assert counts(found["year_took", ""]) == {"1": 30, "2": None}
    assert counts(found["outstanding", ""]) == {"orders": 1, "hours": 94, "lost": 0}
    assert found["outstanding", ""].lines[0].behind == ("O1",)

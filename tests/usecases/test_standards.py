"""The file of the clocks, wherever it is wrong; and what the morning asks, once and of nobody in vain."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, insert, select

from bot.troubles import sentence
from db import milestones, tables
from db.engine import Database
from domain.calendar import Calendar
from domain.imports import File
from domain.limits import Unit
from domain.orders import Milestone
from domain.outcomes import Period
from domain.policy import Policy
from messages import words
from sandbox.clock import MovableClock
from usecases import clocks, deadlines, forms, imports, reports, standards
from usecases.service import Service
from usecases.subjects import Reading

CLOCK = "- {clock: plan, for: supervision, starts: court, limits: 20 working_days, milestones: plan, source: a}"
LOCAL = "- {clock: plan, from: 2027-04-01, limit: 15 working_days, percent: 90, why: a}"
WHOLE = f'version: "1"\nclocks:\n{CLOCK}\nlocal:\n{LOCAL}\n'


def wrong(tmp_path: Path, text: str) -> str:
    file = tmp_path / "mine.yaml"
    file.write_text(text)
    with pytest.raises(standards.WrongStandards) as refused:
        standards.read(file)
    assert sentence(refused.value) == str(refused.value)
    return str(refused.value)


def test_as_it_comes_it_has_every_clock_with_its_words_and_its_source() -> None:
    found = standards.read()
    assert [one.id for one in found.clocks] == [
        *("officer_named", "first_contact", "induction", "placement", "weekly_contact"),
        *("lscmi", "plan", "review", "level_1", "level_2"),
    ]
    assert all(one.source and not one.local for one in found.clocks)
    assert all(words.knows(f"standard.{one.id}") for one in found.clocks)
    assert all(words.knows(f"step.{one}") for one in Milestone)
    assert all(words.knows(f"limit.{one}{many}") for one in Unit for many in ("", ".one"))


@pytest.mark.parametrize(
    ("right", "found", "told"),
    [
        ("20 working_days", "twenty", "mine.yaml:3: limits: found 'twenty'; expected a number and one of days"),
        ("20 working_days", "20 fortnights", "mine.yaml:3: limits: found '20 fortnights'"),
        ("limits: 20 working_days, ", "", "mine.yaml:3: limits is missing"),
        ("for: supervision", "for: everybody", "mine.yaml:3: for: found everybody; expected of all, unpaid_work"),
        ("starts: court", "starts: today", "mine.yaml:3: starts: found 'today'; expected one of court, received"),
        ("milestones: plan", "milestones: plane", "mine.yaml:3: milestones: found plane; expected of received"),
        ("milestones: plan", "late: 'no'", "mine.yaml:3: milestones: found nothing"),
        ("milestones: plan", "milestones: plan, late: 'yes'", "mine.yaml:3: late: found 'yes'; expected no"),
        ("milestones: plan", "milestones: plan, bands: 3 weeks", "mine.yaml:3: bands: the limit itself"),
        ("milestones: plan", "milestones: plan, then: 6 months", "mine.yaml:3: then: found months"),
        ("clock: plan, for", "clock: The Plan, for", "mine.yaml:3: clock: found 'The Plan'"),
        ("source: a", "sauce: a", "mine.yaml:3: found sauce; expected only"),
        (CLOCK, f"{CLOCK}\n{CLOCK}", "mine.yaml:4: plan stands here twice"),
        ("{clock: plan, from", "{clock: plans, from", "mine.yaml:5: clock: found 'plans'; expected one of plan"),
        ("2027-04-01", "April", "mine.yaml:5: from: found 'April'; expected a day such as"),
        ("percent: 90", "percent: 101", "mine.yaml:5: percent: found '101'; expected a whole number"),
        ("limit: 15 working_days, percent: 90, ", "", "mine.yaml:5: limit is missing, and percent too"),
        ('version: "1"', "version:", "mine.yaml:1: version: found nothing"),
        ("local:", "locals:", "mine.yaml:1: found version, clocks, locals; expected version, clocks, local"),
        ("clocks:", "clocks: [", "not YAML"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, right: str, found: str, told: str) -> None:
    assert right in WHOLE
    assert told in wrong(tmp_path, WHOLE.replace(right, found, 1))


def test_a_councils_own_targets_are_dated_values(tmp_path: Path) -> None:
    file = tmp_path / "ours.yaml"
    file.write_text(f"{WHOLE}- {{clock: plan, from: 2026-04-01, percent: 80, why: a}}\n")
    [clock] = standards.read(file).clocks
    targets = [clock.target_on(date(year, 6, 1)) for year in (2025, 2026, 2027)]
    assert [one.percent if one else None for one in targets] == [None, 80, 90]


# ── In the morning ──────────────────────────────────────────────────────────────────────────────────────────────────

COURT = date(2026, 11, 2)  # a Monday: twenty working days end on the 30th
MORNING = datetime(2026, 12, 1, 8, 15, tzinfo=UTC)


@pytest.fixture
def service(database: Database) -> Service:
    policy = Policy(hide_under=1, standards=standards.read())
    return Service(database, MovableClock(MORNING), Calendar(), policy, forms.read())


async def put(service: Service, table: Table, *rows: dict[str, Any]) -> None:
    async with service.db.write() as tx:
        for row in rows:
            await tx.execute(insert(table).values(**row))


async def order(service: Service, n: int, imposed: date, *milestones: str, **values: Any) -> None:
    """One order with supervision; everything but the milestones named was done on the court's day."""
    await put(service, tables.individuals, {"id": n, "case_ref": f"C{n}", "first_name": "Sam"})
    plain = {"requirements": "supervision", "status": "active", "officer_id": 1, "imposed_on": imposed, **values}
    await put(service, tables.orders, {"id": n, "ref": f"O{n}", "individual_id": n, **plain})
    done = {"officer_named", "first_contact", "induction", "lscmi", "plan"} - set(milestones)
    rows = [{"order_id": n, "milestone": one, "on_day": imposed} for one in sorted(done)]
    rows += [{"order_id": n, "milestone": "contact", "on_day": imposed + timedelta(days=7 * week)} for week in range(4)]
    await put(service, tables.milestones, *rows)


async def asked(service: Service) -> list[tuple[str, str]]:
    """What is open: kind and reason."""
    async with service.db.read() as tx:
        query = select(tables.items).where(tables.items.c.closed_at.is_(None), tables.items.c.withdrawn_at.is_(None))
        return [(row.kind, row.reason) for row in await tx.execute(query.order_by(tables.items.c.id))]


@pytest.fixture
async def caseload(service: Service) -> Service:
    await put(service, tables.staff, {"id": 1, "ref": "OFF1", "name": "Ola", "roles": "officer"})
    await put(service, tables.imports, {"at": datetime(2026, 11, 16, 7, tzinfo=UTC), "counts": {}})
    return service


async def test_each_late_one_is_asked_about_once_and_old_ones_never(caseload: Service) -> None:
    await order(caseload, 1, COURT, "plan")
    await order(caseload, 2, date(2026, 10, 12), "plan", "lscmi", "first_contact")  # ran out before the first import
    await order(caseload, 3, COURT, "plan")
    said = {"order_id": 3, "milestone": "plan", "on_day": date(2026, 12, 1), "late_reason": "no desk"}
    await put(caseload, tables.milestones, said)
    for _ in range(2):
        await deadlines.each_morning(caseload)
    assert await asked(caseload) == [("deadline", "plan:0")], "one of them, without the export's own reason"


async def test_on_a_day_off_nobody_is_asked_and_before_the_first_import_neither(service: Service) -> None:
    await order(service, 1, COURT, "plan", officer_id=None)
    assert await deadlines.each_morning(service) == {}
    await put(service, tables.imports, {"at": datetime(2026, 11, 16, 7, tzinfo=UTC), "counts": {}})
    assert isinstance(service.clock, MovableClock)
    service.clock.move_to(datetime(2026, 12, 5, 8, 15, tzinfo=UTC))
    assert await deadlines.each_morning(service) == {}
    service.clock.move_to(datetime(2026, 12, 7, 8, 15, tzinfo=UTC))
    assert (await deadlines.each_morning(service))["late"] == 1


async def test_what_nobody_answers_is_listed_after_five_working_days_and_what_came_since_is_settled(
    caseload: Service,
) -> None:
    await order(caseload, 1, COURT, "plan")
    await order(caseload, 2, COURT, "plan")
    await deadlines.each_morning(caseload)
    assert isinstance(caseload.clock, MovableClock)
    caseload.clock.move_to(datetime(2026, 12, 7, 8, 15, tzinfo=UTC))
    assert (await deadlines.each_morning(caseload))["listed"] == 0
    await put(caseload, tables.milestones, {"order_id": 2, "milestone": "plan", "on_day": date(2026, 11, 20)})
    caseload.clock.move_to(datetime(2026, 12, 8, 8, 15, tzinfo=UTC))
    counts = await deadlines.each_morning(caseload)
    assert (counts["settled"], counts["listed"]) == (1, 1)
    async with caseload.db.read() as tx:
        rows = {row.order_id: row for row in await tx.execute(select(tables.items))}
    assert (rows[1].listed_at, rows[1].listed_why) == (caseload.clock.now(), "late_unexplained")
    assert rows[2].withdrawn_at is not None, "it was done in time, says the export"


async def test_a_private_note_prompts_once_and_only_until_the_assessment_is_done(caseload: Service) -> None:
    recent = date(2026, 11, 24)
    for n, done in ((1, ("lscmi",)), (2, ()), (3, ("lscmi",))):
        imposed = date(2026, 10, 12) if n == 3 else recent  # the third ran out before the first import
        await order(caseload, n, imposed, *done)
        note = {"kind": "private", "individual_id": n, "day": recent, "staff_id": 1, "words": "worried"}
        await put(caseload, tables.notes, {**note, "at": MORNING - timedelta(hours=20)})
    for _ in range(2):
        await deadlines.each_morning(caseload)
    assert await asked(caseload) == [("assess", "note")]
    await put(caseload, tables.milestones, {"order_id": 1, "milestone": "lscmi", "on_day": date(2026, 12, 1)})
    await deadlines.each_morning(caseload)
    assert await asked(caseload) == [], "what it asked for has been done"


async def test_hours_are_done_on_the_day_on_which_they_were_reached(caseload: Service) -> None:
    """Twenty hours in three days, within three months, of an order that goes on with supervision."""
    await order(caseload, 1, date(2026, 8, 3), requirements="supervision+unpaid_work", hours=20)
    for n, day in enumerate((10, 11, 12), 1):
        at = datetime(2026, 8, day, 8, tzinfo=UTC)
        date_ = {"ref": f"A{n}", "order_id": 1, "kind": "unpaid_work", "day": at.date(), "starts_at": at}
        await put(caseload, tables.appointments, {**date_, "ends_at": at + timedelta(hours=7), "status": "booked"})
        came = {"appointment_id": n, "outcome": "attended_full", "recorded_at": at, "source": "chat"}
        await put(caseload, tables.attendance, came)
    async with caseload.db.read() as tx:
        found = await clocks.about(Reading(caseload, tx, MORNING), 1)
        period = Period(date(2026, 10, 1), date(2026, 12, 31))
        made = await reports.standards_of(caseload, tx, period, MORNING)
    assert found is not None
    [read] = [one for one in found.orders[0].reads if one.clock.id == "level_1"]
    assert (read.done, read.due) == (date(2026, 8, 12), date(2026, 11, 3))
    [table] = [one for one in made.tables if one.about == "level_1"]
    assert {line.code: line.count for line in table.lines} == {"due": 1, "met": 1}


async def test_what_was_tapped_and_is_imported_later_stands_once_and_the_export_adds_what_it_knows(
    caseload: Service,
) -> None:
    await order(caseload, 1, COURT, "plan", "lscmi")
    async with caseload.db.write() as tx:
        for _ in range(2):
            await milestones.put(tx, 1, Milestone.PLAN, date(2026, 11, 20), 1, MORNING)
    export = b"order_ref,milestone,on,late_reason\nO1,plan,2026-11-20,\nO1,lscmi,2026-11-27,\n"
    for added in (1, 0):
        report = await imports.run(caseload, [File("milestones.csv", export)], False, lambda *_: None)
        assert not report.problems
        assert (report.counts.added, report.counts.changed) == (added, 0)
    async with caseload.db.read() as tx:
        rows = (await tx.execute(select(tables.milestones).where(tables.milestones.c.milestone == "plan"))).all()
    assert [(row.on_day, row.recorded_by) for row in rows] == [(date(2026, 11, 20), 1)]
    async with caseload.db.write() as tx:
        assert await milestones.take_back(tx, 1, Milestone.PLAN, date(2026, 11, 20))
        assert not await milestones.take_back(tx, 1, Milestone.LSCMI, date(2026, 11, 27)), "what the export says stays"

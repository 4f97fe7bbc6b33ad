"""The national standards, from the day in court to the report: what staff see, tap and are asked."""

import asyncio
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from db import tables
from domain.outcomes import Period
from messages.actions.report import ShowReport
from sandbox.town import Town
from sandbox.transport import SandboxRequest
from tests.conversations.conftest import Phone, World
from tests.conversations.test_exit_questionnaire import restarts
from usecases import reports, standards
from usecases.service import Service

COURT = date(2026, 11, 23)
WRITTEN = "no desk free"


@pytest.fixture
async def ola(world: World, sam: Phone) -> Phone:
    """Ola supervises Lee, whose order was imposed today; the caseload was read three weeks ago."""
    world.sends_digests(True)
    async with world.at_once():
        await world.row(tables.imports, at=datetime(2026, 11, 2, 8, tzinfo=UTC), counts={})
        officer = await world.staff("OFF1", "Ola Shaw", "officer")
        lee = await world.individual("C7", "Lee")
        order = await world.order(
            "O7", lee, "supervision+unpaid_work", imposed_on=COURT, hours=60, officer_id=officer, case_manager_id=1
        )
        done = [("induction", 23), ("placement_started", 24), ("officer_named", 23), ("first_contact", 23)]
        for milestone, day in done:
            await world.row(tables.milestones, order_id=order, milestone=milestone, on_day=date(2026, 11, day))
        for day in (date(2026, 11, 24), date(2026, 12, 1), date(2026, 12, 8), date(2026, 12, 15)):
            await world.row(tables.milestones, order_id=order, milestone="contact", on_day=day)
        await world.appointment("S7", order, lee, "2026-11-25 10:00", kind="supervision", staff_id=officer)
        return await world.linked("Ola", "OFF1")


async def test_from_court_to_a_late_plan_with_its_reason_and_the_report(world: World, ola: Phone) -> None:
    morag = await world.linked("Morag", "MGR1")
    await ola.says("/clocks C7")
    text = ola.sees("C7: time limits", "Order O7")
    assert "Case management plan: by Tue 22 Dec, 20 working days left" in text, "St Andrew's day is none"
    assert "Review 1: by Tue 23 Feb 2027" in text
    assert "Worker named: done Mon 23 Nov, in time" in text

    await ola.taps("LS/CMI done")
    await ola.taps("Today")
    assert "C7: LS/CMI done, Mon 23 Nov. It is on record." in ola.newest()
    await ola.taps("Undo")
    assert "That is off the record." in ola.newest()

    await absent(world, "S7")
    await world.moves_to("2026-11-26 08:30")
    ola.sees("C7", "earlier assessment?")
    assert "A date was missed, and the LS/CMI is not done yet." in await ola.opens()
    await ola.taps("I'm dealing with it")
    await ola.taps("Done")
    ola.reads_all()
    await world.moves_to("2026-11-27 08:30")
    assert not any("earlier assessment" in shown.text for shown in ola.new), "once for each reason"

    await restarts(world, "2026-12-02 08:29")
    await world.moves_to("2026-12-02 09:00")
    await ola.says("/clocks C7")
    await ola.taps("LS/CMI done")
    await ola.taps("Another day")
    await ola.says("3 Dec")
    ola.sees("cannot be right")
    await ola.says("/clocks C7")
    await ola.taps("LS/CMI done")
    await ola.taps("Another day")
    await ola.says("1 Dec")
    ola.sees("C7: LS/CMI done, Tue 1 Dec. It is on record.")

    for day in ("2026-12-08", "2026-12-15", "2026-12-18", "2026-12-22"):
        await restarts(world, f"{day} 08:29")
        ola.reads_all()
        await world.moves_to(f"{day} 09:00")
        ola.sees("C7: Case management plan, by")
    ola.reads_all()
    await world.moves_to("2026-12-23 08:30")
    ola.sees("C7", "a time limit has passed")
    assert "Case management plan was not done within 20 working days." in await ola.opens()
    await ola.taps("Ill")
    assert any("On record: Ill." in shown.text for shown in ola.person.chat)
    await ola.says("/clocks C7")
    await ola.taps("Plan done")
    await ola.taps("Today")
    await ola.says("/clocks C7")
    ola.sees("Case management plan: done Wed 23 Dec, 1 working day late (Ill)")

    await others(world)
    await restarts(world, "2027-01-11 09:00")
    morag.reads_all()
    await morag.says("/report 2026-12-01 2026-12-31")
    await morag.taps("National standards")
    text = morag.newest()
    assert "Case management plan: within 20 working days" in text
    assert "· due in this time: 11\n· met: 5 of 11 (45%)\n· done late: 6 of 11 (55%)\n" in text
    assert "late: Ill: hidden" in text, "one person would be told apart"
    assert "· left out, transferred in: 5" in text
    assert len(text) < 4096
    assert not any("C7" in shown.text or "LS/CMI" in shown.text for shown in world.phones["Sam"].new)


async def absent(world: World, ref: str) -> None:
    service = world.town.app.service
    async with service.db.read() as tx:
        query = tables.appointments.select().where(tables.appointments.c.ref == ref)
        one = (await tx.execute(query)).one()
    await world.moves_to("2026-11-25 15:00")
    values = {"outcome": "missed_reason_unknown", "recorded_at": service.clock.now(), "source": "chat", "cause": ""}
    await world.row(tables.attendance, appointment_id=one.id, **values)


async def others(world: World) -> None:
    """Five whose plan was in time, five whose plan was late with the reason in the export, five transferred in."""
    async with world.at_once():
        for n in range(15):
            one = await world.individual(f"D{n}", "Kit")
            order = await world.order(f"P{n}", one, "supervision", imposed_on=COURT, hours=None, officer_id=None)
            late = 5 <= n < 10
            on = {"milestone": "plan", "on_day": date(2026, 12, 24 if late else 21)}
            await world.row(tables.milestones, order_id=order, **on, late_reason=WRITTEN if late else None)
            if n >= 10:
                await world.row(tables.milestones, order_id=order, milestone="transferred_in", on_day=COURT)


@pytest.fixture
async def own(world: World, tmp_path: Path) -> World:
    """A council that has set itself 15 working days for the plan, for 90% of them, from November on."""
    file = tmp_path / "standards.yaml"
    mine = "- {clock: plan, from: 2026-11-01, limit: 15 working_days, percent: 90, why: our own plan}"
    file.write_text(standards.FILE.read_text().replace("local: []", f"local:\n{mine}"))
    old = world.town
    await old.close()
    settings = old.app.settings.model_copy(update={"standards_file": str(file)})
    world.town = await Town.found(old.telegram, settings, old.clock, SandboxRequest(old.telegram))
    return world


@pytest.mark.parametrize("begins", [datetime(2027, 1, 11, 9, tzinfo=UTC)])
async def test_a_councils_own_limit_stands_beside_the_national_one_and_nobody_waits_while_they_are_counted(
    own: World, sam: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five plans by the 15th working day, five by the 20th, five late. Turning pages counts nothing anew."""
    async with own.at_once():
        for n in range(15):
            one = await own.individual(f"D{n}", "Kit")
            order = await own.order(f"P{n}", one, "supervision", imposed_on=COURT, hours=None, officer_id=None)
            day = (date(2026, 12, 14), date(2026, 12, 21), date(2026, 12, 24))[n // 5]
            await own.row(tables.milestones, order_id=order, milestone="plan", on_day=day)
    morag, count, counted = await own.linked("Morag", "MGR1"), reports.standards_of, []

    async def counts(service: Service, *rest: Any) -> Any:
        async with asyncio.timeout(5), service.db.write():  # would wait for ever, if to count were to write
            counted.append(rest)
        return await count(service, *rest)

    monkeypatch.setattr(reports, "standards_of", counts)
    await morag.says("/report 2026-12-01 2026-12-31")
    await morag.taps("National standards")
    text = morag.newest()
    assert "· met: 10 of 15 (67%)" in text
    assert "· met our own limit of 15 working days (since 2026-11-01): 5 of 15 (33%)" in text
    assert "· our own target since 2026-11-01, in %: 90" in text
    await morag.taps("Figures")
    await morag.taps("National standards")
    assert len(counted) == 1
    sam.person.press(ShowReport(Period(date(2026, 10, 1), COURT).number, 2).pack(), 1)
    await own.town.settle()
    assert len(counted) == 1, "for nobody who may not read it"

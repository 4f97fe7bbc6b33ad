"""A rule that a council has switched off holds nothing back; one that is on is named on the record."""

from dataclasses import replace

import pytest

from db import tables
from domain.reminding import Skip
from tests.conversations.conftest import Phone, World
from tests.conversations.test_reminding import another, became, switched


async def on_hold_before_court(world: World, sam: Phone) -> Phone:
    """Sam is in hospital when somebody should ring about the court. Gives back Kirsty, who would."""
    kirsty = await world.linked("Kirsty", "CM1")
    await another(world, "CR", "2026-12-04 10:00", kind="court_review")
    await kirsty.says("/hold C1")
    await kirsty.taps("Hospital")
    kirsty.reads_all()
    await world.moves_to("2026-12-03 18:05")
    return kirsty


async def test_a_date_in_court_of_somebody_on_hold_is_not_rung_about_and_the_record_says_why(
    world: World, sam: Phone
) -> None:
    kirsty = await on_hold_before_court(world, sam)
    kirsty.sees_nothing_new()
    sam.sees_nothing_new()
    assert {tuple(ends) for _, *ends in await became(world, "CR")} == {("suppressed", "hold_hospital")}


async def test_where_a_hold_holds_nothing_back_somebody_rings_about_the_court_as_well(world: World, sam: Phone) -> None:
    rules = world.town.app.service.policy.reminders
    switched(world, reminders=replace(rules, off=rules.off | {Skip.ON_HOLD}))
    kirsty = await on_hold_before_court(world, sam)
    sam.sees("This is an important date: tomorrow, Fri 4 Dec, 10:00.")
    kirsty.sees("C1: please ring about a date.")


@pytest.mark.parametrize("off", [False, True])
async def test_what_is_recorded_of_a_court_date_ahead_ends_the_ring_unless_that_is_switched_off(
    world: World, sam: Phone, off: bool
) -> None:
    rules = world.town.app.service.policy.reminders
    switched(world, reminders=replace(rules, off=rules.off | ({Skip.OUTCOME_RECORDED} if off else set())))
    kirsty = await world.linked("Kirsty", "CM1")
    date = await another(world, "CR", "2026-12-04 10:00", kind="court_review")
    known = {"appointment_id": date, "source": "import", "outcome": "moved_by_service"}
    await world.row(tables.attendance, **known, recorded_at=world.town.clock.now())
    await world.moves_to("2026-12-03 18:05")
    assert any("please ring about a date" in shown.text for shown in kirsty.new) is off
    [ring] = [ends for step, *ends in await became(world, "CR") if step == "ring"]
    assert ring == (["sent", "task_raised"] if off else ["cancelled", "outcome_recorded"])

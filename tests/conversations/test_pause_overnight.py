"""A pause that lasts for a night or longer: what it holds is known all the while, and nobody is asked to ring about
what is over."""

from datetime import UTC, datetime
from typing import Any

import pytest

from db import tables
from domain.outbox import Later, Subject, Trouble
from tests.conversations import test_pausing
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import rows
from tests.conversations.test_alert import missed
from tests.conversations.test_asleep import told
from tests.conversations.test_lost_answers import calls_asked_for, changes, in_trouble
from tests.conversations.test_pausing import ends, pauses, resumes
from usecases import watching

morag = test_pausing.morag
monday_noon = pytest.mark.parametrize("begins", [datetime(2026, 11, 23, 12, tzinfo=UTC)])


@pytest.fixture
async def kirsty(world: World, sam: Phone) -> Phone:
    return await world.linked("Kirsty", "CM1")


async def calls(world: World) -> list[Any]:
    """What asks somebody to ring."""
    return [row for row in await rows(world, tables.items) if row.kind == "ring"]


async def early_dates(world: World) -> None:
    """Four people, who can be reached, with a date at 8:30 on each of three days."""
    async with world.at_once():
        for n in range(4):
            one = await world.individual(f"M{n}", f"Mo{n}")
            order = await world.order(f"OM{n}", one, case_manager_id=1)
            for day in (24, 25, 26):
                await world.appointment(f"AM{n}-{day}", order, one, f"2026-11-{day} 08:30")
            await world.linked(f"Mo{n}", f"M{n}")


@monday_noon
async def test_after_days_of_a_pause_nobody_is_asked_to_ring_about_the_dates_in_it(
    world: World, sam: Phone, morag: Phone, kirsty: Phone
) -> None:
    await early_dates(world)
    await pauses(morag)
    await world.moves_to("2026-11-27 12:00")
    assert set(await ends(world, "reminder")) == {("missed", "paused")}
    await resumes(morag)
    await world.moves_to("2026-11-27 12:10")
    assert calls_asked_for(kirsty) == []
    assert await calls(world) == []


@monday_noon
@pytest.mark.parametrize(("resumed", "rung"), [("2026-11-24 07:00", True), ("2026-11-24 08:40", False)])
async def test_an_early_date_that_no_message_reaches_any_more_is_rung_about_if_the_pause_ends_before_it(
    world: World, sam: Phone, morag: Phone, kirsty: Phone, resumed: str, rung: bool
) -> None:
    await world.appointment("A2", 1, 1, "2026-11-24 08:30")
    await pauses(morag)
    await world.moves_to(resumed)
    assert await calls(world) == []
    await resumes(morag)
    await world.moves_to("2026-11-24 08:45")
    assert len(await calls(world)) == rung
    assert len(calls_asked_for(kirsty)) == rung


@pytest.mark.parametrize("begins", [datetime(2026, 11, 24, 17, tzinfo=UTC)])
async def test_what_a_pause_holds_is_counted_in_quiet_hours_too(
    world: World, sam: Phone, morag: Phone, kirsty: Phone
) -> None:
    await pauses(morag)
    await world.moves_to("2026-11-24 22:00")
    await kirsty.says("/why A1")
    kirsty.sees("Reminder: held: sending is paused.")
    await morag.says("/resume")
    morag.sees("Waiting now: alerts 0, messages to individuals 1.")
    await morag.taps("Yes, send again")
    sam.sees_nothing_new()
    assert await ends(world, "reminder") == [("planned", "quiet_hours")]
    await world.moves_to("2026-11-25 08:01")
    sam.sees("Today, Wed 25 Nov, 9:30.")


@pytest.mark.parametrize("begins", [datetime(2026, 11, 25, 16, tzinfo=UTC)])
@pytest.mark.parametrize("resumed", ["2026-11-26 18:00", "2026-11-27 12:00"])
async def test_a_call_that_a_pause_held_lapses_with_the_day_for_which_they_knew_the_date(
    world: World, sam: Phone, morag: Phone, kirsty: Phone, resumed: str
) -> None:
    """Whoever is to be told that a date is off may be at the door of it, or have been."""
    await world.appointment("A2", 1, 1, "2026-11-26 08:00")
    await world.moves_to("2026-11-25 18:30")
    sam.sees("Tomorrow, Thu 26 Nov")
    await pauses(morag)
    await changes(world, "2026-11-26", "8:00", "cancelled")
    kirsty.reads_all()
    await world.moves_to(resumed)
    await resumes(morag)
    await world.moves_to(f"{resumed[:-2]}10")
    [call] = await calls(world)
    lapsed = resumed > "2026-11-27"
    assert len(calls_asked_for(kirsty)) == (not lapsed)
    assert (call.withdrawn_at is not None, call.closed_at) == (lapsed, None)
    cards = [row for row in await rows(world, tables.outbox) if row.subject == str(Subject("item", call.id))]
    assert {(row.status, row.reason) for row in cards} == (
        {("cancelled", "withdrawn")} if lapsed else {("sent", ""), ("planned", "")}
    )


@pytest.mark.parametrize("begins", [datetime(2026, 11, 25, 16, tzinfo=UTC)])
async def test_a_call_about_a_date_that_was_put_earlier_helps_while_they_may_set_out_for_the_later_one(
    world: World, sam: Phone, morag: Phone, kirsty: Phone
) -> None:
    await world.appointment("A2", 1, 1, "2026-11-30 14:00")
    await sam.says("/next")
    sam.sees("Mon 30 Nov")
    await pauses(morag)
    await changes(world, "2026-11-26", "10:00", "booked")
    kirsty.reads_all()
    await world.moves_to("2026-11-30 09:00")
    await resumes(morag)
    await world.moves_to("2026-11-30 09:10")
    assert len(calls_asked_for(kirsty)) == 1


@pytest.mark.parametrize("begins", [datetime(2026, 11, 24, 17, tzinfo=UTC)])
@pytest.mark.parametrize("shown", [True, False])
@pytest.mark.parametrize("trouble", [Trouble.BUSY, Trouble.UNKNOWN])
async def test_a_call_that_nobody_could_be_asked_for_until_the_next_day_lapses_unless_somebody_has_been_asked(
    world: World,
    sam: Phone,
    morag: Phone,
    kirsty: Phone,
    shown: bool,
    trouble: Trouble,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dee = await world.linked("Dee", "DUTY1")
    cut_off = [one.person.id for one in (sam, kirsty, morag, *([] if shown else [dee]))]
    in_trouble(world, monkeypatch, lambda chat: Later(300.0, trouble) if chat in cut_off else None)
    await world.moves_to("2026-11-26 09:00")
    world.everybody_reads_all()
    cut_off.clear()
    await world.moves_to("2026-11-26 09:20")
    assert [row.withdrawn_at is not None for row in await calls(world)] == [not shown]
    assert len(calls_asked_for(kirsty)) == shown
    assert [one.text for phone in (kirsty, dee, morag) for one in phone.new if "withdrawn" in one.text] == []


@pytest.mark.parametrize("begins", [datetime(2026, 11, 25, 9, tzinfo=UTC)])
async def test_a_pause_does_not_put_off_the_managers_step_where_the_cover_has_had_theirs(
    world: World, sam: Phone, morag: Phone, kirsty: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only Kirsty's chat gives no answer: hers is tried again and again, and the others go on."""
    rab, dee = await world.linked("Rab", "SUP1"), await world.linked("Dee", "DUTY1")
    cut_off = [kirsty.person.id]
    in_trouble(world, monkeypatch, lambda chat: Later(300.0, Trouble.UNKNOWN) if chat in cut_off else None)
    await missed(rab)
    await world.moves_to("2026-11-25 16:30")
    assert told(dee) == 1
    await pauses(morag)
    await world.moves_to("2026-11-25 16:45")
    cut_off.clear()
    await resumes(morag)
    await world.moves_to("2026-11-25 16:50")
    assert told(kirsty) == 1
    await world.moves_to("2026-11-26 09:59")
    assert told(morag) == 0
    await world.moves_to("2026-11-26 10:01")
    assert [told(kirsty), told(dee), told(morag)] == [1, 1, 1]


async def test_each_morning_twice_tells_managers_of_a_pause_once(world: World, sam: Phone, morag: Phone) -> None:
    await pauses(morag)
    await world.moves_to("2026-11-24 08:31")
    morag.reads_all()
    await watching.each_morning(world.town.app.service)
    await world.town.settle()
    morag.sees_nothing_new()
    await world.moves_to("2026-11-25 08:31")
    assert len(morag.new) == 1

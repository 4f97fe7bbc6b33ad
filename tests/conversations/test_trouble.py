"""Telegram busy, broken, or refusing for good: what is said in the end, when, and what staff hear of it."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from db import outbox, tables
from domain.outbox import Owed, Subject, To
from tests.conversations.conftest import Phone, World


async def ends(world: World) -> Sequence[tuple[str, str, int]]:
    """Status, reason and tries of every reminder."""
    rows = tables.outbox.c
    query = select(rows.status, rows.reason, rows.attempts).where(rows.kind == "reminder").order_by(rows.id)
    async with world.town.app.service.db.read() as tx:
        return [tuple(row) for row in await tx.execute(query)]


async def at(world: World, moment: str) -> datetime:
    """Moves there, and says when that was: to wait takes longer."""
    await world.moves_to(moment)
    return datetime.fromisoformat(moment).replace(tzinfo=world.town.app.service.calendar.zone)


def spoken(phone: Phone) -> int:
    return sum("The yard." in one.text for one in phone.new)


@pytest.fixture
def begins() -> datetime:
    """An hour before the reminder."""
    return datetime(2026, 11, 24, 17, tzinfo=UTC)


@pytest.fixture
async def ailsa(world: World, sam: Phone) -> Phone:
    """Somebody else with a date on the same day."""
    async with world.at_once():
        other = await world.individual("C2", "Ailsa")
        order = await world.order("O2", other)
        place = await world.row(tables.places, ref="P2", nickname="The yard")
        await world.appointment("A2", order, other, "2026-11-25 09:30", place_id=place)
        return await world.linked("Ailsa", "C2")


async def test_who_must_wait_waits_and_nobody_else(world: World, sam: Phone, ailsa: Phone) -> None:
    world.town.telegram.faults.refuse("sendMessage", 429, "Too Many Requests: retry after 600", retry_after=600)
    await world.moves_to("2026-11-24 18:05")
    assert sorted([spoken(sam), spoken(ailsa)]) == [0, 1]
    await world.moves_to("2026-11-24 18:15")
    assert [spoken(sam), spoken(ailsa)] == [1, 1]
    assert await ends(world) == [("sent", "", 1), ("sent", "", 1)]


async def test_a_call_that_never_got_away_is_made_again_at_once(world: World, sam: Phone) -> None:
    world.town.telegram.faults.lose_call("sendMessage")
    await world.moves_to("2026-11-24 18:00")
    assert spoken(sam) == 1
    assert await ends(world) == [("sent", "", 1)]


async def test_a_network_that_is_down_for_long_is_waited_out_at_growing_intervals(world: World, sam: Phone) -> None:
    world.town.telegram.faults.lose_call("sendMessage", times=60)
    began = await at(world, "2026-11-24 18:00")
    waited = world.town.clock.now() - began
    assert timedelta(minutes=20) < waited < timedelta(minutes=35)
    assert spoken(sam) == 1
    assert await ends(world) == [("sent", "", 1)]


async def test_no_wait_is_cut_short_by_what_else_falls_due_meanwhile(world: World, sam: Phone) -> None:
    async def wakes_whoever_sends() -> None:
        while True:
            world.town.app.service.wake()
            await asyncio.sleep(0)

    world.town.telegram.faults.lose_call("sendMessage", times=60)
    impatient = asyncio.create_task(wakes_whoever_sends())
    began = await at(world, "2026-11-24 18:00")
    impatient.cancel()
    assert timedelta(minutes=20) < world.town.clock.now() - began < timedelta(minutes=35)
    assert await ends(world) == [("sent", "", 1)]


async def test_an_answer_that_was_lost_may_double_its_message_and_no_more(world: World, sam: Phone) -> None:
    world.town.telegram.faults.lose_answer("sendMessage")
    await world.moves_to("2026-11-24 18:10")
    assert spoken(sam) == 2
    assert await ends(world) == [("sent", "", 2)]


async def test_what_telegram_never_takes_is_missed_in_the_end_and_somebody_rings(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    world.town.telegram.faults.refuse("sendMessage", 502, "Bad Gateway", times=10**6)
    await world.moves_to("2026-11-25 09:40")
    [(status, reason, tries)] = await ends(world)
    assert (status, reason) == ("missed", "telegram_trouble")
    assert 70 < tries < 140
    world.town.telegram.faults.coming.clear()
    await world.moves_to("2026-11-25 09:45")
    assert spoken(sam) == 0
    kirsty.sees("C1")


async def test_what_telegram_refuses_has_failed_and_somebody_rings(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    world.town.telegram.faults.refuse("sendMessage", 400, "Bad Request: message is too long")
    await world.moves_to("2026-11-24 18:00")
    assert await ends(world) == [("failed", "Message is too long", 1)]
    assert spoken(sam) == 0
    kirsty.sees("C1")
    assert "Sam" not in kirsty.newest()


async def test_what_is_refused_about_no_date_is_passed_to_duty(world: World, sam: Phone) -> None:
    dee = await world.linked("Dee", "DUTY1")
    service = world.town.app.service
    async with service.db.write() as tx:
        one = Owed("not_sent", Subject("individual", 1), To.INDIVIDUAL, service.clock.now(), individual_id=1)
        await outbox.owe(tx, one, service.clock.now())
    world.town.telegram.faults.refuse("sendMessage", 400, "Bad Request: message is too long")
    await world.town.settle()
    dee.sees("C1: Telegram refused a message to them. It was not sent.", "Please tell them yourself.")


async def test_a_group_that_moved_is_refused_and_harms_nobody(world: World, sam: Phone) -> None:
    world.town.telegram.faults.refuse("sendMessage", 400, "Bad Request: group chat was upgraded to a supergroup chat")
    world.town.telegram.faults.coming[0].what.parameters["migrate_to_chat_id"] = -1001  # type: ignore[union-attr]
    await world.moves_to("2026-11-24 18:00")
    assert [one[0] for one in await ends(world)] == ["failed"]
    await sam.says("/next")
    sam.sees("Your next dates:")


async def test_an_alert_that_telegram_refuses_goes_to_the_next_person(world: World, sam: Phone) -> None:
    kirsty, dee = await world.linked("Kirsty", "CM1"), await world.linked("Dee", "DUTY1")
    await world.moves_to("2026-11-24 18:00")
    world.everybody_reads_all()
    world.town.telegram.faults.refuse("sendMessage", 400, "Bad Request: chat is broken", times=1)
    sam.person.tap("I can't make it")
    await world.town.settle()
    await sam.taps("My health")
    kirsty.sees_nothing_new()
    dee.sees("C1")


async def test_forty_messages_for_one_person_come_one_a_second_and_hold_up_nobody(world: World, sam: Phone) -> None:
    dee = await world.linked("Dee", "DUTY1")
    service = world.town.app.service
    async with service.db.write() as tx:
        for n in range(40):
            owed = Owed("not_sent", Subject("individual", 1), To.DUTY, service.clock.now(), step=str(n))
            await outbox.owe(tx, owed, service.clock.now())
    began = await at(world, "2026-11-24 18:00")
    came = [(one.date - dee.new[0].date).total_seconds() for one in dee.new]
    assert len(came) == 40
    assert max(sum(start <= other < start + 10 for other in came) for start in came) <= 15
    assert began is not None
    assert spoken(sam) == 1


async def test_a_week_asleep_floods_nobody(world: World, sam: Phone) -> None:
    """The machine wakes after the date: nothing is said of it any more."""
    clock = world.town.clock
    clock.move_to(clock.now() + timedelta(days=7))
    await world.town.settle()
    assert spoken(sam) == 0
    [(status, _, tries)] = await ends(world)
    assert (status, tries) == ("missed", 1)


async def test_an_answer_is_said_however_long_the_trouble_lasts(world: World, sam: Phone) -> None:
    world.town.telegram.faults.refuse("sendMessage", 502, "Bad Gateway", times=20)
    began = world.town.clock.now()
    await sam.says("/next")
    assert sum("Your next dates:" in one.text for one in sam.new) == 1
    assert world.town.clock.now() - began > timedelta(minutes=15)

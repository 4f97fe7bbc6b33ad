"""An alert climbs past whoever cannot be told, and somebody speaks to the person in time, or it is a manager's."""

from datetime import UTC, date, datetime

import pytest

from db import contacts, outbox, tables
from domain.attendance import Outcome, Record
from domain.deciding import How
from domain.outbox import Subject
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, owed_about, rows
from usecases import following, register

MISSED = "missed, reason not yet known."


@pytest.fixture
def begins() -> datetime:
    """On the morning of the date."""
    return datetime(2026, 11, 25, 9, tzinfo=UTC)


async def not_here(world: World, *refs: str, at: str = "2026-11-25 09:50") -> None:
    """Recorded in one go, as by a line that was typed or a row of buttons."""
    await world.moves_to(at)
    service = world.town.app.service
    ids = [await id_of(world, tables.appointments, ref) for ref in refs]
    record = Record(Outcome.MISSED_REASON_UNKNOWN, service.clock.now())
    async with service.db.write() as tx:
        await register.record_all(service, tx, [register.Line(id_, record) for id_ in ids], "chat")
    service.wake()
    await world.town.settle()


async def somebody(world: World, n: int, **order: object) -> None:
    """C2, C3 … with O2 and a date A2 at the same session as Sam's."""
    id_ = await world.individual(f"C{n}", f"Jo{n}")
    order_id = await world.order(f"O{n}", id_, **order)  # type: ignore[arg-type]
    place, runner = await id_of(world, tables.places, "P1"), await id_of(world, tables.staff, "SUP1")
    await world.appointment(f"A{n}", order_id, id_, "2026-11-25 09:30", place_id=place, staff_id=runner)


async def item_of(world: World, ref: str) -> Subject:
    one = await id_of(world, tables.appointments, ref)
    return Subject("item", next(row.id for row in await rows(world, tables.items) if row.appointment_id == one))


async def test_whoever_cannot_be_told_is_passed_over_at_once_and_the_reason_is_on_record(
    world: World, sam: Phone
) -> None:
    """Away, gone, without a chat, unreachable: duty hears at once, in one message, and every card says why."""
    states: dict[int, dict[str, object]] = {
        2: {"away_from": date(2026, 11, 23), "away_until": date(2026, 11, 27)},
        3: {"active_until": date(2026, 11, 24)},
        4: {},
        5: {},
    }
    for n, values in states.items():
        officer = await world.staff(f"OFF{n}", f"Orla{n} Shaw", "officer", **values)
        await somebody(world, n, requirements="supervision", officer_id=officer)
        if n != 4:
            phone = await world.linked(f"Orla{n}", f"OFF{n}")
    phone.person.block()
    duty, manager = await world.linked("Dee", "DUTY1"), await world.linked("Morag", "MGR1")
    world.everybody_reads_all()
    await not_here(world, "A2", "A3", "A4", "A5")
    told = [shown for shown in duty.new if "missed" in shown.text]
    assert [one.text.count(MISSED) for one in told] in ([4], [3, 1]), "the fourth is only known once it was tried"
    whys = []
    for n in states:
        duty.person.press(f"item:{(await item_of(world, f'A{n}')).id}", told[0].id)
        await world.town.settle()
        whys.append(next(line for line in duty.newest().splitlines() if "was not told" in line))
    assert whys == [
        "Orla2 Shaw was not told (away): it went on at once.",
        "Orla3 Shaw was not told (no longer with the service): it went on at once.",
        "Orla4 Shaw was not told (no chat linked): it went on at once.",
        "Orla5 Shaw was not told (chat blocked or gone): it went on at once.",
    ]
    rows_ = [await owed_about(world, await item_of(world, f"A{n}")) for n in states]
    assert [next(why for kind, state, why in found if state == "unreachable") for found in rows_] == [
        *("away", "left", "no_chat", "blocked"),
    ]
    await manager.says("/why A2")
    assert "Alert, to Orla2 Shaw: could not be told" in manager.newest() or "(away)" in manager.newest()
    manager.reads_all()
    await world.moves_to("2026-11-26 10:00")
    assert manager.sees("Missed dates: 4").count("Nobody has taken it on yet.") == 4


async def test_three_missing_from_one_session_are_one_message_and_each_is_taken_by_itself(
    world: World, sam: Phone
) -> None:
    worker = await id_of(world, tables.staff, "CM1")
    await somebody(world, 2, case_manager_id=worker)
    await somebody(world, 3, case_manager_id=worker)
    kirsty, manager = await world.linked("Kirsty", "CM1"), await world.linked("Morag", "MGR1")
    world.everybody_reads_all()
    await not_here(world, "A1", "A2", "A3")
    [one] = [shown for shown in kirsty.new if MISSED in shown.text]
    assert one.text.splitlines() == ["Missed dates: 3", *(f"{n}. C{n}: {MISSED} Wed 25 Nov, 9:30." for n in (1, 2, 3))]
    assert kirsty.buttons()[:2] == ["1. C1", "1. I'm dealing with it"]
    await kirsty.taps("2. I'm dealing with it")
    assert "Kirsty Muir is dealing with it" in kirsty.newest()
    assert kirsty.newest().startswith("C2: missed")
    lines = next(shown for shown in kirsty.person.chat if shown.id == one.id).text.splitlines()
    assert ["is dealing with it" in line for line in lines] == [False, False, True, False]
    world.everybody_reads_all()
    await world.moves_to("2026-11-26 10:00")
    text = manager.sees("Missed dates: 2")
    assert "C2" not in text


async def test_misses_that_are_recorded_one_after_the_other_end_up_in_one_message(world: World, sam: Phone) -> None:
    """The newer one takes in what nobody has taken on yet; what somebody has stays as it is."""
    worker = await id_of(world, tables.staff, "CM1")
    for n in (2, 3, 4):
        await somebody(world, n, case_manager_id=worker)
    kirsty = await world.linked("Kirsty", "CM1")
    await not_here(world, "A1", at="2026-11-25 09:50")
    await not_here(world, "A2", at="2026-11-25 09:51")
    await not_here(world, "A3", at="2026-11-25 09:55")
    [one] = [shown for shown in kirsty.person.chat if MISSED in shown.text]
    assert one.text.splitlines() == ["Missed dates: 3", *(f"{n}. C{n}: {MISSED} Wed 25 Nov, 9:30." for n in (1, 2, 3))]
    for n in (1, 2, 3):
        await kirsty.taps(f"{n}. I'm dealing with it")
    await not_here(world, "A4", at="2026-11-25 10:00")
    assert kirsty.newest() == f"C4: {MISSED}"
    listed = next(shown for shown in kirsty.person.chat if shown.id == one.id)
    assert listed.text.count("Kirsty Muir is dealing with it") == 3


async def test_whoever_took_it_on_is_asked_once_and_then_it_is_on_the_managers_list(world: World, sam: Phone) -> None:
    """C1: nothing on record. C2: a call. C3: a call that was undone. C4: only asked for more. Sam works again on
    Friday."""
    worker = await id_of(world, tables.staff, "CM1")
    for n in (2, 3, 4):
        await somebody(world, n, case_manager_id=worker)
    order, one = await id_of(world, tables.orders, "O1"), await id_of(world, tables.individuals, "C1")
    await world.appointment("B1", order, one, "2026-11-27 09:30")
    kirsty, manager = await world.linked("Kirsty", "CM1"), await world.linked("Morag", "MGR1")
    await not_here(world, "A1", "A2", "A3", "A4")
    for n in (1, 2, 3, 4):
        await kirsty.taps(f"{n}. I'm dealing with it")
    assert "Please speak to them by Fri 27 Nov 17:00." in kirsty.newest()
    async with world.town.app.service.db.write() as tx:
        for n in (2, 3):
            item = (await item_of(world, f"A{n}")).id
            id_ = await id_of(world, tables.individuals, f"C{n}")
            made = await contacts.add(tx, item, id_, worker, How.RANG_SPOKE, world.town.clock.now())
        await contacts.undo(tx, made, world.town.clock.now())
        four = (await item_of(world, "A4")).id, await id_of(world, tables.individuals, "C4")
        await contacts.add(tx, *four, worker, How.NEED_MORE, world.town.clock.now())
    world.everybody_reads_all()
    await world.moves_to("2026-11-27 09:29")
    kirsty.reads_all()
    await world.moves_to("2026-11-27 09:30")
    asked = kirsty.sees(
        "C1: you were asked to speak to them by now, and neither a contact nor a decision is on record."
    )
    assert "the manager's list" in asked
    kirsty.reads_all()
    await world.moves_to("2026-11-27 17:00")
    assert sorted(shown.text[:2] for shown in kirsty.new if "by now" in shown.text) == ["C3", "C4"]
    manager.reads_all()
    await world.moves_to("2026-11-30 09:59")
    assert not [shown for shown in manager.new if "New on the manager's list" in shown.text]
    await world.moves_to("2026-12-01 09:59")  # the 30th is a holiday
    manager.reads_all()
    await world.moves_to("2026-12-01 10:01")
    text = manager.sees("New on the manager's list:")
    assert [line[3:5] for line in text.splitlines()[1:] if MISSED in line] == ["C1", "C3", "C4"]
    assert "No contact and no decision in time." in text
    assert "C2" not in text
    await manager.taps(next(line for line in text.splitlines() if f"C1: {MISSED}" in line)[:5])
    assert "On the manager's list since today at 10:00. No contact and no decision in time." in manager.newest()
    manager.reads_all()
    await world.moves_to("2026-12-08 12:00")
    assert not [shown for shown in manager.new if "New on the manager's list" in shown.text], "once"


async def test_a_list_without_a_manager_waits_for_one_and_done_does_not_hide_what_is_undecided(
    world: World, sam: Phone
) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await not_here(world, "A1")
    await kirsty.taps("I'm dealing with it")
    assert "Done" not in kirsty.buttons()
    kirsty.person.press("close:1", kirsty.person.chat[-1].id)  # a button of before
    await world.town.settle()
    assert "Accepted" in kirsty.buttons()
    await kirsty.says("/desk")
    kirsty.sees("Open now: 1", "C1: missed")
    await world.moves_to("2026-12-01 12:00")
    assert [row.closed_at for row in await rows(world, tables.items)] == [None]
    manager = world.phone("Morag")
    await manager.follows(await world.invited("MGR1"))
    assert "C1: missed, reason not yet known. Kirsty Muir is dealing with it" in manager.sees(
        "New on the manager's list"
    )


async def test_the_clock_follows_the_next_work_day_when_it_moves(world: World, sam: Phone) -> None:
    order, one = await id_of(world, tables.orders, "O1"), await id_of(world, tables.individuals, "C1")
    await not_here(world, "A1")
    service = world.town.app.service
    [item] = await rows(world, tables.items)
    assert f"{service.calendar.wall(item.follow_up_at):%a %H:%M}" == "Fri 17:00"
    await world.appointment("B1", order, one, "2026-11-26 10:00")
    async with service.db.write() as tx:
        await following.plan_anew(service, tx)
        planned = await outbox.about(tx, Subject("item", item.id))
    due = {
        row.owed.kind: row.owed.due_at for row in planned if row.status == "planned" and row.owed.family == "follow_up"
    }
    assert {kind: f"{service.calendar.wall(at):%a %H:%M}" for kind, at in due.items()} == {
        "follow_up": "Thu 10:00",
        "put_on_list": "Fri 10:00",
        "put_undecided": "Wed 10:00",  # the 30th is a holiday
    }

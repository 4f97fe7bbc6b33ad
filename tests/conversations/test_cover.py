"""Orla goes on leave on a Friday: who covers hears what is open, hears what comes, and sees her people only so long."""

from datetime import UTC, date, datetime

import pytest

from db import tables
from domain.outbox import Subject
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, rows


async def office(world: World) -> None:
    """Orla and Kirsty are officers, Ailsa another; Sam and Ann are Orla's; Kirsty is her usual cover."""
    async with world.at_once():
        kirsty = await world.staff("OFF2", "Kirsty Muir", "officer")
        orla = await world.staff("OFF1", "Orla Reid", "officer", cover_id=kirsty)
        await world.staff("OFF3", "Ailsa Bain", "officer")
        await world.staff("DUTY1", "Dee Gunn", "duty")
        await world.staff("MGR1", "Morag Reid", "manager")
        for n, name in ((1, "Sam"), (2, "Ann")):
            one = await world.individual(f"C{n}", name)
            order = await world.order(f"O{n}", one, "supervision", officer_id=orla, hours=None)
            await world.appointment(f"A{n}", order, one, f"2026-12-0{n} 10:00", kind="supervision", staff_id=orla)


@pytest.mark.parametrize("begins", [datetime(2026, 11, 27, 15, tzinfo=UTC)])
async def test_orla_goes_on_leave_on_a_friday(world: World) -> None:
    await office(world)
    orla, kirsty = await world.linked("Orla", "OFF1"), await world.linked("Kirsty", "OFF2")
    ailsa, dee = await world.linked("Ailsa", "OFF3"), await world.linked("Dee", "DUTY1")
    sam, ann = await world.linked("Sam", "C1"), await world.linked("Ann", "C2")
    await sam.says("can I come at two?")
    await ann.says("is it still on?")
    orla.sees("C2: wrote.")
    await orla.opens()
    await orla.taps("I'm dealing with it")
    world.everybody_reads_all()

    await orla.says("/away")
    assert orla.buttons() == [
        "Today only (Fri 27 Nov)",
        "Until Friday (Fri 4 Dec)",
        "One week (to Thu 3 Dec)",
        "Two weeks (to Thu 10 Dec)",
    ]
    await orla.says("until yesterday")
    orla.sees("Those days are over")
    await orla.says("soon")
    orla.sees("I could not read that as days")
    await orla.says("until 4 Dec")
    orla.sees("Orla Reid: from today, Fri 27 Nov to Fri 4 Dec.", "Who covers?")
    assert orla.buttons() == ["Kirsty Muir (usual cover)", "Ailsa Bain", "Whoever is on duty", "Other days"]
    await orla.taps("Ailsa Bain")
    assert "Orla Reid is away from today, Fri 27 Nov to Fri 4 Dec; Ailsa Bain covers." in orla.newest()
    assert "/back" in orla.newest()

    ailsa.sees("Ailsa Bain covers", "Open now: 2", "C1: ", "C2: ", "Orla Reid")
    ailsa.sees("C1: wrote.")  # nobody had taken it on: its card comes at once, not four working hours later
    kirsty.sees_nothing_new()
    dee.sees_nothing_new()
    await ailsa.says("/case C1")
    ailsa.sees("C1")
    ailsa.reads_all()
    card = next(shown.id for shown in ailsa.person.chat if shown.text.startswith("C2: wrote."))
    for label in ("Show", "I'm dealing with it"):
        ailsa.person.tap(label, card)
        await world.town.settle()
    opened = next(shown.text for shown in ailsa.person.chat if shown.id == card)
    assert "Orla Reid had taken it on (away): it went on at once." in opened
    await ailsa.taps("Done")
    await ailsa.taps("Spoke with them")
    ailsa.reads_all()

    await world.moves_to("2026-12-02 11:00")
    ailsa.reads_all()
    await sam.says("/call")  # in the middle of the leave: straight to the cover
    ailsa.sees("C1: ")
    orla.reads_all()

    await world.moves_to("2026-12-07 08:20")  # the Monday after: nobody had to tap anything
    back = orla.sees("Welcome back, Orla.", "Closed: 1", "C2: ", "by Ailsa Bain", "Open now: 2", "C1: ")
    assert "Take over" not in str(orla.buttons()), back
    ailsa.reads_all()
    await ailsa.says("/case C1")
    beyond = ailsa.newest()
    await ailsa.says("/case C999")
    assert ailsa.newest() == beyond  # she covers no more: the same as of nobody
    world.everybody_reads_all()
    await ann.says("/call")
    kirsty.sees_nothing_new()
    orla.sees("C2: ")


async def test_a_manager_enters_somebody_who_fell_ill_and_a_cover_who_cannot(world: World) -> None:
    await office(world)
    morag, orla = await world.linked("Morag", "MGR1"), await world.linked("Orla", "OFF1")
    dee, kirsty = await world.linked("Dee", "DUTY1"), await world.linked("Kirsty", "OFF2")
    sam = await world.linked("Sam", "C1")
    await sam.says("can I come at two?")
    world.everybody_reads_all()
    await morag.says("/away OFF2 until Friday")
    await morag.taps("Ailsa Bain")
    kirsty.sees_nothing_new()
    await morag.says("/away OFF1 23 Nov - 25 Nov")
    morag.sees("Orla Reid: from today, Mon 23 Nov to Wed 25 Nov.", "Kirsty Muir, the usual cover, is not here then.")
    shown = await id_of(world, tables.staff, "OFF2")
    first, last = date(2026, 11, 23).toordinal(), date(2026, 11, 25).toordinal()
    assert "Kirsty Muir" not in str(morag.buttons())
    orla_id = await id_of(world, tables.staff, "OFF1")
    morag.person.press(f"awaycover:{orla_id}:{first}:{last}:{shown}", morag.person.chat[-1].id)
    await world.town.settle()
    assert "Kirsty Muir is away then too" in morag.newest()
    await morag.taps("Whoever is on duty")
    assert "whoever is on duty covers" in morag.newest()
    dee.sees("Orla Reid is away", "C1: ")
    dee.sees("C1: wrote.")
    orla.sees_nothing_new()

    await orla.says("/back")  # better already
    orla.sees("You are back. /desk shows what is open.")
    await sam.says("/call")
    orla.sees("C1: ")
    await orla.says("/back")
    orla.sees("You are not down as away.")
    owed = [row for row in await rows(world, tables.outbox) if row.subject == str(Subject("leave", orla_id))]
    assert [(row.kind, row.status) for row in owed if row.kind == "leave_over"] == [("leave_over", "cancelled")]

    await orla.says("/away OFF2 tomorrow")  # nobody but a manager enters a colleague
    orla.sees("I could not read that as days")


async def test_a_leave_that_begins_later_passes_on_what_waits_when_its_first_day_begins(world: World) -> None:
    await office(world)
    await world.moves_to("2026-11-23 15:30")
    orla, kirsty = await world.linked("Orla", "OFF1"), await world.linked("Kirsty", "OFF2")
    sam = await world.linked("Sam", "C1")
    await orla.says("/away 24 - 27 Nov")
    await orla.taps("Kirsty Muir (usual cover)")
    kirsty.sees_nothing_new()
    await world.moves_to("2026-11-23 16:50")
    await sam.says("can I come at two?")
    orla.sees("C1: wrote.")
    await world.moves_to("2026-11-24 08:20")
    kirsty.sees("Kirsty Muir covers", "Open now: 1")
    assert len(kirsty.new) == 1
    await world.moves_to("2026-11-24 09:00")  # without the leave it would have been 12:50
    kirsty.sees("C1: wrote.")
    await orla.says("/back")
    kirsty.sees("Orla Reid is back: you do not cover any more.")


async def test_what_a_cover_had_taken_on_for_a_third_goes_on_when_the_cover_goes_away_or_leaves(world: World) -> None:
    await office(world)
    await world.moves_to("2026-11-23 10:00")
    orla, kirsty = await world.linked("Orla", "OFF1"), await world.linked("Kirsty", "OFF2")
    ailsa, dee = await world.linked("Ailsa", "OFF3"), await world.linked("Dee", "DUTY1")
    morag = await world.linked("Morag", "MGR1")
    sam, ann = await world.linked("Sam", "C1"), await world.linked("Ann", "C2")
    await orla.says("/away until 4 Dec")
    await orla.taps("Kirsty Muir (usual cover)")
    for one in (sam, ann):
        await one.says("can I come at two?")
        kirsty.sees("wrote.")
        await kirsty.opens()
        await kirsty.taps("I'm dealing with it")
    await kirsty.taps("Done")  # Ann's is dealt with
    await kirsty.taps("Spoke with them")
    world.everybody_reads_all()

    await morag.says("/away OFF2 today")  # ill from now on; Orla's people are not Ailsa's to see
    await morag.taps("Ailsa Bain")
    ailsa.sees("Nothing is open now.")
    dee.sees("C1: wrote.")
    assert "Kirsty Muir had taken it on (away): it went on at once." in await dee.opens()
    assert "C2" not in str([shown.text for shown in dee.new])
    await dee.taps("I'm dealing with it")
    world.everybody_reads_all()
    await world.moves_to("2026-11-24 09:00")
    dee.sees_nothing_new()

    await world.change(tables.staff, "DUTY1", active_until=date(2026, 11, 24))  # the same of whoever leaves
    await world.moves_to("2026-11-25 09:00")
    kirsty.sees("C1: wrote.")
    assert "Dee Gunn had taken it on (no longer with the service): it went on at once." in await kirsty.opens()


async def test_for_those_whose_orders_have_ended_nobody_has_to_be_found(world: World, sam: Phone) -> None:
    """Jo was done on Sunday, and is still booked beside Sam on Wednesday, and alone on Thursday."""
    rab_id, place = await id_of(world, tables.staff, "SUP1"), await id_of(world, tables.places, "P1")
    jo, kirsty_id = await world.individual("C2", "Jo"), await id_of(world, tables.staff, "CM1")
    order = await world.order("O2", jo, case_manager_id=kirsty_id)
    for n, day in enumerate((25, 26), 1):
        await world.appointment(f"B{n}", order, jo, f"2026-11-{day} 09:30", place_id=place, staff_id=rab_id)
    await world.change(tables.orders, "O2", status="completed", ended_on=date(2026, 11, 22))
    rab, kirsty = await world.linked("Rab", "SUP1"), await world.linked("Kirsty", "CM1")
    await rab.says("/away 25 Nov - 27 Nov")
    await rab.taps("Whoever is on duty")
    rab.sees("Sessions that Rab Boyd runs in that time: 1.")
    (text,) = [shown.text for shown in kirsty.new if "nobody is there" in shown.text]
    assert text.startswith("Wed 25 Nov · The yard: nobody is there to run it.")
    assert "People expected: 1." in text
    await kirsty.says("/give")
    assert kirsty.buttons() == ["Wed 25 Nov · The yard · Rab Boyd is not there (1)"]
    morag = await world.linked("Morag", "MGR1")
    await morag.says("/leaver SUP1")
    await morag.says("24 Nov")
    morag.sees("Sessions after that day: 1.")


async def test_somebody_else_is_found_for_the_sessions_of_a_supervisor_who_goes_away_or_leaves(
    world: World, sam: Phone
) -> None:
    world.sends_digests(True)
    await world.staff("SUP2", "Una Orr", "supervisor")
    rab_id, place = await id_of(world, tables.staff, "SUP1"), await id_of(world, tables.places, "P1")
    ailsa_id = await world.staff("CM2", "Ailsa Bain", "case_manager")
    jo = await world.individual("C2", "Jo")
    order = await world.order("O2", jo, case_manager_id=ailsa_id)
    run = {"place_id": place, "staff_id": rab_id}
    await world.appointment("B1", order, jo, "2026-11-25 09:30", **run)
    for n, day in ((2, "2026-12-09"), (3, "2027-01-13")):
        await world.appointment(f"B{n}", order, jo, f"{day} 09:30", **run)
    rab, una = await world.linked("Rab", "SUP1"), await world.linked("Una", "SUP2")
    kirsty, ailsa = await world.linked("Kirsty", "CM1"), await world.linked("Ailsa", "CM2")
    dee, morag = await world.linked("Dee", "DUTY1"), await world.linked("Morag", "MGR1")
    world.everybody_reads_all()

    await rab.says("/away 25 Nov - 10 Dec")
    await rab.taps("Una Orr")
    rab.sees("Sessions that Rab Boyd runs in that time: 2. Asked to give each to a colleague: Kirsty Muir, Ailsa Bain.")
    first = "Wed 25 Nov · The yard: nobody is there to run it. Rab Boyd is away then. People expected: 2."
    kirsty.sees(first)
    ailsa.sees(first)
    later = ailsa.sees("Wed 9 Dec · The yard: nobody is there to run it.", "People expected: 1.")
    assert (len(kirsty.new), len(ailsa.new)) == (1, 2)
    assert ailsa.newest() == later
    for phone in (dee, morag, una):
        phone.sees_nothing_new()
    await ailsa.taps("Give it to a colleague")  # more than a week ahead
    await ailsa.taps("Una Orr")
    assert ailsa.newest().startswith("Una Orr runs it now: Wed 9 Dec · The yard")
    world.everybody_reads_all()

    await world.moves_to("2026-11-24 08:31")
    for phone in (kirsty, ailsa):
        phone.sees("Nobody is there to run these sessions: 1.", "Wed 25 Nov · The yard · Rab Boyd is not there (2)")
    for phone in (rab, dee, morag):
        assert not any("Nobody is there" in shown.text for shown in phone.new)
    before = len(kirsty.person.chat)
    await kirsty.taps("Give to a colleague: Tomorrow, Wed 25 Nov · The yard")
    await kirsty.taps("Una Orr")
    assert len(kirsty.person.chat) == before + 1  # the digest stays
    una.sees("You run this session now: Tomorrow, Wed 25 Nov · The yard")
    assert "Tomorrow, Wed 25 Nov · The yard: Una Orr runs it now." in [shown.text for shown in ailsa.person.chat]
    world.everybody_reads_all()
    await world.moves_to("2026-11-25 08:31")
    una.sees("You run: The yard, 9:30, people: 2.")
    assert not any("Nobody is there" in shown.text for phone in world.phones.values() for shown in phone.new)
    world.everybody_reads_all()

    await ailsa.says("/away today")  # with no cover of hers, a manager is asked
    await ailsa.taps("Whoever is on duty")
    await morag.says("/leaver SUP1")
    await morag.says("11 Dec")
    morag.sees("Sessions after that day: 1.", "Asked to give these sessions to a colleague: Morag Reid.")
    morag.sees("Wed 13 Jan · The yard: nobody is there to run it. Rab Boyd has left by then. People expected: 1.")
    kirsty.sees_nothing_new()
    await morag.says("/give")
    assert "Wed 13 Jan · The yard · Rab Boyd is not there (1)" in morag.buttons()

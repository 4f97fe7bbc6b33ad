"""Rain at eleven, eight people, one thumb: several at once, back again, one typed line; notes; sessions given away; and
sessions of which nobody said what happened."""

from datetime import UTC, date, datetime

import pytest

from db import tables
from domain.outbox import Subject
from tests.conversations.conftest import MONDAY, Phone, World
from tests.conversations.looking import id_of, looked_at, owed_about, recorded, rows
from tests.conversations.test_import import EXPORT, tonight
from tests.conversations.test_register import names

ON_THE_DAY = "2026-11-25 09:50"
CAME = ("attended_full", "", 240)
RAIN = ("sent_home_service", "weather", 0)


@pytest.fixture
def begins() -> datetime:
    """On the morning of the session: the days before it are told of elsewhere."""
    return datetime(2026, 11, 25, 8, tzinfo=UTC)


@pytest.fixture
async def squad(world: World, sam: Phone) -> Phone:
    """Rab runs the yard on Wednesday: Sam and Jo at 9:30, Eilidh at 9:45, Marek not before 13:00, Tam on hold."""
    place, rab = await id_of(world, tables.places, "P1"), await id_of(world, tables.staff, "SUP1")
    kirsty = await id_of(world, tables.staff, "CM1")
    async with world.at_once():
        for n, (name, at) in enumerate([("Jo", "09:30"), ("Eilidh", "09:45"), ("Marek", "13:00"), ("Tam", "14:00")], 2):
            one = await world.individual(f"C{n}", name)
            order = await world.order(f"O{n}", one, case_manager_id=kirsty)
            await world.appointment(f"A{n}", order, one, f"2026-11-25 {at}", place_id=place, staff_id=rab)
        await world.row(tables.holds, ref="H1", order_id=order, kind="custody", from_day=date(2026, 11, 20))
        return await world.linked("Rab", "SUP1")


async def outcomes(world: World) -> list[str]:
    """What stands, or was said last, of each of the five: the outcome alone."""
    found = [await recorded(world, f"A{n}") for n in range(1, 6)]
    return [one[-1][0] if one else "" for one in found]


async def test_one_tap_each_several_at_once_and_back_again(world: World, sam: Phone, squad: Phone) -> None:
    rab, kirsty = squad, await world.linked("Kirsty", "CM1")
    await world.moves_to(ON_THE_DAY)
    world.everybody_reads_all()
    await rab.says("/today")
    await rab.taps("1. Sam")
    await rab.taps("Not here")
    kirsty.sees("C1: missed, reason not yet known.")
    assert "Undo: Sam" in rab.buttons()
    await rab.taps("Undo: Sam")
    kirsty.sees("C1: withdrawn.")
    assert names(rab)[0] == "1. Sam"
    await rab.taps("1. Came")
    register = rab.person.chat[-1].id
    await rab.taps("Everyone else came")
    assert names(rab) == ["1. Sam ✓", "2. Jo ✓", "3. Eilidh ✓", "4. Marek", "5. Tam"]
    assert await outcomes(world) == ["attended_full", "attended_full", "attended_full", "", ""]
    again = f"everyone:{await id_of(world, tables.appointments, 'A1')}"
    rab.person.press(again, register)  # the same tap, late
    await world.town.settle()
    assert await recorded(world, "A2") == [CAME]
    await rab.says("/today")
    await rab.taps("2. Jo ✓")
    await rab.taps("Take back what I recorded")
    assert await recorded(world, "A2") == [CAME, ("taken_back", "", None)]
    sam.reads_all()
    await world.moves_to("2026-11-25 16:00")
    sam.sees_nothing_new()  # nobody asks whether they are OK: that was a slip
    assert ("C2", "outcome taken back") in await looked_at(world, "SUP1")
    await world.moves_to("2026-11-26 10:00")
    await rab.taps("Everyone else came")
    rab.sees("That list is for another day.")


async def test_rain_at_eleven_takes_everybody_who_is_there_and_keeps_what_they_worked(
    world: World, sam: Phone, squad: Phone
) -> None:
    rab, jo = squad, await world.linked("Jo", "C2")
    order, one = await id_of(world, tables.orders, "O1"), await id_of(world, tables.individuals, "C1")
    await world.appointment("A9", order, one, "2026-12-02 09:30")
    await world.moves_to(ON_THE_DAY)
    await rab.says("/today")
    await rab.taps("Everyone else came")
    await world.moves_to("2026-11-25 10:15")
    await rab.taps("3. Eilidh ✓")
    await rab.taps("Sent home, other reason")
    assert rab.buttons() == ["Until now (30 min)", "Not at all", "Back"]
    await rab.taps("Until now (30 min)")
    assert "So far: came, sent home, worked 30 min." in rab.newest()
    await world.moves_to("2026-11-25 11:00")
    world.everybody_reads_all()
    await rab.taps("All sent home by us …")
    assert "Everybody who is here goes home. Why?" in rab.newest()
    await rab.taps("Weather")
    assert "Sent home by us (weather): 2.\nThese stay as they are: 3." in rab.newest()
    assert "How long did they work, each from their own start?" in rab.newest()
    assert rab.buttons() == ["Until now (11:00)", "Not at all", "Until 10:00", "Until 10:30", "Back"]
    asked = rab.person.chat[-1].id
    await rab.taps("Until now (11:00)")
    assert await outcomes(world) == ["sent_home_service", "sent_home_service", "sent_home_other", "", ""]
    assert [(await recorded(world, ref))[-1][2] for ref in ("A1", "A2", "A3")] == [90, 90, 30]
    assert "So far: came, sent home by us (weather), worked 1½ h, 2½ h lost by us." in rab.newest()
    kept = "Sorry about today. We had to stop early. What you worked counts. Next date: Wed 2 Dec, 9:30."
    assert sam.sees("Sorry") == kept
    jo.sees("We had to stop early.")
    await sam.says("/hours")
    sam.sees("Done: 1 hour 30 minutes.", "Lost on our side: 2 hours 30 minutes. That was not your fault.")
    a1, moment = await id_of(world, tables.appointments, "A1"), datetime(2026, 11, 25, 11, tzinfo=UTC)
    rab.person.press(f"allhome:{a1}:weather:{int(moment.timestamp()) // 60}", asked)  # the same tap, late
    await world.moves_to("2026-11-25 11:05")
    assert [len(await recorded(world, ref)) for ref in ("A1", "A2", "A3")] == [2, 2, 2]
    await rab.says("/today")
    await rab.taps("1. Sam ✓")
    await rab.taps("Take back what I recorded")
    assert (await recorded(world, "A1"))[-1] == CAME


async def test_all_sent_home_leaves_alone_who_is_not_there_and_can_be_undone(
    world: World, sam: Phone, squad: Phone
) -> None:
    rab, jo = squad, await world.linked("Jo", "C2")
    await world.moves_to("2026-11-25 11:00")
    await rab.says("/today")
    await rab.taps("3. Eilidh")
    await rab.taps("Sent home, other reason")
    await rab.taps("Not at all")
    world.everybody_reads_all()
    await rab.taps("All sent home by us …")
    await rab.taps("Weather")
    await rab.taps("Not at all")
    assert await outcomes(world) == ["sent_home_service", "sent_home_service", "sent_home_other", "", ""]
    assert await recorded(world, "A1") == [RAIN]
    sam.sees("Sorry about today. You came and we could not use the time.")
    jo.sees("Sorry about today.")
    await rab.taps("Undo: 2 people")
    assert await outcomes(world) == ["taken_back", "taken_back", "sent_home_other", "", ""]
    assert names(rab) == ["1. Sam", "2. Jo", "3. Eilidh ✓", "4. Marek", "5. Tam"]
    assert len(await rows(world, tables.attendance)) == 5
    for n in (1, 2):
        await rab.taps(f"{n}. Came")
    await rab.says("all sent home rain at 10:30")
    assert [(await recorded(world, ref))[-1] for ref in ("A1", "A2")] == [("sent_home_service", "weather", 60)] * 2
    await rab.taps("Undo: 2 people")
    await rab.says("all sent home rain")
    rab.sees("I have recorded this for 2.", "worked 1½ h, 2½ h lost by us")
    await rab.says("all sent home rain")
    rab.sees("Nothing is recorded yet.", "Nobody on your list is meant")
    await world.moves_to("2026-11-25 17:30")
    await rab.says("1 2 sent home van, 4 came")
    rab.sees("How long did they work? Type it after the reason", "1, 2")
    await rab.says("1 2 sent home van 2 hours, 3 sent home ill 0 min, 4 came")
    assert [(await recorded(world, ref))[-1][2] for ref in ("A1", "A2", "A3", "A4")] == [120, 120, 0, 240]


async def test_a_worker_puts_an_earlier_day_right_and_both_stand_side_by_side(
    world: World, sam: Phone, squad: Phone
) -> None:
    rab, kirsty = squad, await world.linked("Kirsty", "CM1")
    await world.moves_to(ON_THE_DAY)
    await rab.says("/today")
    await rab.taps("1. Sam")
    await rab.taps("Not here")
    await world.moves_to("2026-11-26 09:10")
    world.everybody_reads_all()
    await kirsty.says("/dates C1")
    await kirsty.taps("1. Wed 25 Nov")
    assert "· missed, reason not yet known – Rab Boyd, yesterday at 9:50" in kirsty.newest()
    await kirsty.taps("Came late or left early")
    await kirsty.taps("2 h")
    assert "On record: missed, reason not yet known." in kirsty.newest()
    await kirsty.taps("I was told later")
    kirsty.sees("· came for part, 2 h – Kirsty Muir, today at 9:10 (told later)")
    assert await recorded(world, "A1") == [("missed_reason_unknown", "", None), ("attended_part", "", 120)]
    kirsty.sees("withdrawn")
    beside = "came for part – put right by Kirsty Muir, today at 9:10; told later; before: missed, reason not yet known"
    await kirsty.says("/case C1")
    assert beside in kirsty.newest()
    await kirsty.says("/why A1")
    assert beside in kirsty.newest()
    sam.reads_all()
    await kirsty.says("/dates C1")
    await kirsty.taps("1. Wed 25 Nov")
    await kirsty.taps("Stood down ahead")
    await kirsty.taps("Weather")
    await kirsty.taps("Written down wrong")
    sam.sees("Sorry about yesterday. We had to call it off. You did nothing wrong.")
    one = await id_of(world, tables.appointments, "A1")
    for forged in ("missed_accepted:health:", "taken_back::", "attended_part:999:", "not_expected:weather:"):
        kirsty.person.press(f"set:{one}:{forged}", kirsty.person.chat[-1].id)
        await world.town.settle()
    manager = await world.linked("Morag", "MGR1")
    manager.person.press(f"set:{one}:not_expected:custody:slip", 1)
    rab.person.press(f"set:{one}:moved_by_service::slip", 1)
    await world.town.settle()
    assert len(await recorded(world, "A1")) == 3
    await kirsty.says("/dates C1")
    await kirsty.taps("1. Wed 25 Nov")
    await kirsty.taps("Sent home by us")
    await kirsty.taps("Vehicle")
    await kirsty.taps("2 h")
    await kirsty.taps("Written down wrong")
    assert "· came, sent home by us (vehicle), 2 h – Kirsty Muir" in kirsty.newest()
    assert (await recorded(world, "A1"))[-1] == ("sent_home_service", "vehicle", 120)
    await kirsty.taps("Sent home, other reason")
    await kirsty.taps("Not at all")
    await kirsty.taps("Written down wrong")
    assert (await recorded(world, "A1"))[-1] == ("sent_home_other", "", 0)
    await kirsty.says("/dates C1")
    await kirsty.taps("1. Wed 25 Nov")
    await kirsty.taps("Was not expected")
    await kirsty.taps("In custody")
    await kirsty.taps("Another reason")
    assert (await recorded(world, "A1"))[-1] == ("not_expected", "custody", None)


async def test_an_imported_outcome_is_a_correction_only_if_it_was_recorded_later(world: World) -> None:
    await tonight(world)
    kirsty, rab = await world.linked("Kirsty", "CM1"), await world.linked("Rab", "SUP1")
    await world.moves_to("2026-11-25 09:40")
    await rab.says("/today")
    await rab.taps("1. Came")
    head = EXPORT["attendance"].strip()
    for at in ("25/11/2026 09:35", "25/11/2026 12:00"):
        await tonight(world, attendance=f"{head}\nA1,missed_reason_unknown,SUP1,{at}\n")
        await kirsty.says("/why A1")
        assert (
            kirsty.newest().split("\n")[1].startswith("came" if at[-5:] == "09:35" else "missed, reason not yet known")
        )
    assert [one for one, _, _ in await recorded(world, "A1")] == [
        *("attended_full", "missed_reason_unknown", "missed_reason_unknown")
    ]
    rab.reads_all()
    await world.moves_to("2026-11-25 16:05")
    rab.sees_nothing_new()  # nothing is missing: nothing is asked
    asked = await owed_about(world, Subject("unrecorded", await id_of(world, tables.appointments, "A1")))
    assert asked == [("unrecorded", "cancelled", "no_longer_so")]


async def test_a_note_goes_to_the_worker_alone_and_somebody_not_listed_to_those_of_the_session(
    world: World, sam: Phone, squad: Phone
) -> None:
    rab, kirsty = squad, await world.linked("Kirsty", "CM1")
    other = await world.staff("CM2", "Ailsa Bain", "case_manager")
    await world.change(tables.orders, "O2", case_manager_id=other)
    ailsa, manager = await world.linked("Ailsa", "CM2"), await world.linked("Morag", "MGR1")
    await world.moves_to(ON_THE_DAY)
    world.everybody_reads_all()
    await rab.says("/today")
    await rab.taps("1. Sam")
    await rab.taps("Note for their worker")
    await rab.says("Worried about Sam, very thin.")
    rab.sees("Your note about Sam is with their worker.")
    kirsty.sees("C1: a note from the supervisor.")
    assert "Worried about Sam, very thin." in await kirsty.opens()
    await kirsty.replies("thanks Rab, I'll ring")
    sam.sees_nothing_new()
    await rab.says("/today")
    await rab.taps("1. Sam")
    assert "Your note: Worried about Sam, very thin." in rab.newest()
    await manager.says("/today")
    await manager.taps("1. Sam")
    assert "very thin" not in manager.newest()
    await rab.taps("Back")
    world.everybody_reads_all()
    await rab.taps("Somebody not on my list")
    await rab.says("Billy, says he starts today")
    for worker in (kirsty, ailsa):
        worker.sees(
            "Somebody came who is not on the list: Today, Wed 25 Nov · The yard, says Rab Boyd.", "«Billy, says"
        )
    manager.sees_nothing_new()
    await kirsty.taps("Got it")
    assert "Kirsty Muir has it" in kirsty.newest()
    assert "Kirsty Muir has it" in ailsa.newest()
    world.everybody_reads_all()
    sam.sees_nothing_new()


async def test_a_case_manager_gives_a_session_away_in_two_taps_and_no_import_turns_it_back(world: World) -> None:
    more = EXPORT["staff"] + "SUP2;Una Orr;supervisor\nCM2;Ailsa Bain;case_manager\n"
    await tonight(world, staff=more)
    kirsty, rab = await world.linked("Kirsty", "CM1"), await world.linked("Rab", "SUP1")
    una, ailsa = await world.linked("Una", "SUP2"), await world.linked("Ailsa", "CM2")
    await ailsa.says("/give")
    ailsa.sees("There is no session this week that is yours to give.")
    await world.moves_to("2026-11-25 08:05")  # the question of the day is planned already
    await kirsty.says("/give")
    assert kirsty.buttons() == ["Wed 25 Nov · The yard · Rab Boyd (1)"]
    await kirsty.taps("Wed 25 Nov · The yard · Rab Boyd (1)")
    assert kirsty.buttons() == ["Una Orr", "Ailsa Bain", "Kirsty Muir", "Back"]
    await kirsty.taps("Una Orr")
    assert kirsty.newest().startswith("Una Orr runs it now: Today, Wed 25 Nov · The yard · Una Orr · expected: 1.")
    una.sees("You run this session now: Today, Wed 25 Nov · The yard", "from 9:30")
    rab.sees("You do not run this session any more", "Una Orr does.")
    one = await id_of(world, tables.appointments, "A1")
    kirsty.person.press(f"giveto:{one}:{await id_of(world, tables.staff, 'SUP2')}", kirsty.person.chat[-1].id)
    ailsa.person.press(f"give:{one}:0", ailsa.person.chat[-1].id)
    await world.town.settle()
    ailsa.sees("I know nothing by that name that you can see")
    assert ("C1", "session given") in await looked_at(world, "CM1")
    owed = [one.to_id for one in await rows(world, tables.outbox) if one.kind == "unrecorded"]
    assert owed == [await id_of(world, tables.staff, "SUP2")]
    await tonight(world, staff=more)
    await world.moves_to("2026-11-25 16:05")
    una.sees("Today, Wed 25 Nov · The yard is over. Nothing is recorded for: Sam.")
    rab.reads_all()
    await rab.says("/today")
    rab.sees("Nobody is on your list today.")
    await una.taps("Open the list")
    await una.taps("1. Came")
    assert await recorded(world, "A1") == [("attended_full", "", 360)]


async def test_one_typed_line_is_recorded_whole_or_not_at_all(world: World, sam: Phone, squad: Phone) -> None:
    rab = squad
    await world.moves_to(ON_THE_DAY)
    await rab.says("1 came, 2 dunno, 3 late 20")
    rab.sees("Nothing is recorded yet.", "I understood: 1. Sam – came.", "I did not understand: 2 dunno")
    await rab.says("1 came, 4 no, 3 late 300")
    rab.sees("It is too early for: 4.", "That is longer than was booked: 3.")
    await rab.says("1 came, 5 no")
    rab.sees("Nothing is recorded yet.", "Not expected, so nobody has missed anything: 5.")
    assert await outcomes(world) == ["", "", "", "", ""]
    await rab.says("Sam & Jo came, 3 late 20")
    rab.sees("I have recorded this for 3.", "1. Sam", "So far: came for part, 220 min.")
    assert await recorded(world, "A3") == [("attended_part", "", 220)]
    await rab.taps("Undo: 3 people")
    await rab.says("2 sent home rain, rest came")
    assert await outcomes(world) == ["attended_full", "sent_home_service", "attended_full", "", ""]
    rab.reads_all()
    await rab.says("when does the van come?")
    assert "/today" in rab.newest()
    await sam.says("1 came, 2 no")
    assert len(await recorded(world, "A1")) == 3


async def test_a_line_that_waited_on_the_phone_is_about_the_day_before_and_one_of_two_sessions_is_asked_for(
    world: World, sam: Phone, squad: Phone
) -> None:
    rab = squad
    await world.moves_to("2026-11-25 23:50")
    rab.reads_all()
    await world.moves_to("2026-11-26 07:00")
    await rab.says("1 2 came, 3 4 no")
    rab.sees("I have recorded this for 4.", "Yesterday, Wed 25 Nov · The yard")
    assert (await outcomes(world))[:4] == [*["attended_full"] * 2, *["missed_reason_unknown"] * 2]
    await rab.says("1 no")
    rab.sees("Something else is on record of that day already: 1.")
    one, supervisor = await id_of(world, tables.orders, "O1"), await id_of(world, tables.staff, "SUP1")
    who = await id_of(world, tables.individuals, "C1")
    for ref, place in (("B1", "The shed"), ("B2", "The park")):
        there = await world.row(tables.places, ref=ref, nickname=place)
        await world.appointment(ref, one, who, "2026-11-26 09:30", place_id=there, staff_id=supervisor)
    await world.moves_to("2026-11-26 09:40")
    await rab.says("all came")
    assert rab.buttons() == ["Thu 26 Nov · The shed · Rab Boyd (1)", "Thu 26 Nov · The park · Rab Boyd (1)"]
    which = rab.person.chat[-1].id
    await rab.taps("Thu 26 Nov · The park · Rab Boyd (1)")
    assert [await recorded(world, ref) for ref in ("B1", "B2")] == [[], [CAME]]
    shed = await id_of(world, tables.appointments, "B1")
    rab.person.press(f"line:1:{shed}", which)
    await world.town.settle()
    assert await recorded(world, "B1") == []
    await world.appointment("F1", one, who, "2026-11-27 09:30", place_id=there, staff_id=supervisor)
    await world.moves_to("2026-11-26 18:00")
    rab.person.say("Sam came")
    world.town.clock.move_to(datetime(2026, 11, 27, 10, tzinfo=UTC))  # the bot was down for the night
    await world.town.settle()
    await rab.taps("Thu 26 Nov · The shed · Rab Boyd (1)")
    assert [len(await recorded(world, ref)) for ref in ("B1", "B2", "F1")] == [1, 1, 0]


@pytest.mark.parametrize("begins", [MONDAY])
async def test_a_session_of_which_nobody_says_anything_is_asked_about_once_and_then_a_managers(
    world: World, sam: Phone, squad: Phone
) -> None:
    rab, morag = squad, await world.linked("Morag", "MGR1")
    nobodys = await world.order("O9", await world.individual("C9", "Alex"))
    alone = await id_of(world, tables.individuals, "C9")
    await world.appointment("N1", nobodys, alone, "2026-11-25 10:00", place_id=await id_of(world, tables.places, "P1"))
    await world.moves_to("2026-11-25 09:50")
    await rab.says("/today")
    await rab.taps("Everyone else came")
    world.everybody_reads_all()
    await world.moves_to("2026-11-25 17:29")
    rab.sees_nothing_new()
    await world.moves_to("2026-11-25 17:30")
    rab.sees("Today, Wed 25 Nov · The yard is over. Nothing is recorded for: Marek.")
    await world.moves_to("2026-11-26 09:59")
    assert len(rab.new) == 1
    world.everybody_reads_all()
    await world.moves_to("2026-11-26 10:02")
    run = "session yesterday, Wed 25 Nov not recorded, run by"
    morag.sees(f"The yard: {run} Rab Boyd", f"The yard: {run} nobody named")
    assert await recorded(world, "A4") == await recorded(world, "N1") == []
    world.everybody_reads_all()
    await world.moves_to("2026-11-27 10:01")
    assert not [one for one in morag.new if "not recorded" in one.text and "New on" in one.text]
    four = await id_of(world, tables.individuals, "C4")
    item = next(one for one in await rows(world, tables.items) if one.individual_id == four)
    assert item.listed_why == "unrecorded"
    morag.person.press(f"item:{item.id}", 1)
    await world.town.settle()
    await morag.taps("Open the list")
    await morag.taps("4. Came")
    morag.person.press(f"mark:{await id_of(world, tables.appointments, 'N1')}:attended_full:0:", 1)
    await world.town.settle()
    found = [one for one in await rows(world, tables.items) if one.kind == "unrecorded"]
    assert len(found) == 2
    assert all(one.closed_at is not None for one in found)
    assert (await owed_about(world, Subject("item", found[0].id)))[0][1] != "planned"

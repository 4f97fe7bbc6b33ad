"""Step 2: what a night's export means to the people who have a phone. The first one tells nobody anything."""

from domain import discreet
from domain.imports import File
from tests.conversations.conftest import World
from usecases import imports

EXPORT = {
    "staff": "staff_ref;name;roles\nCM1;Kirsty Muir;case_manager\nSUP1;Rab Boyd;supervisor\nMGR1;Morag Reid;manager\n",
    "individuals": "case_ref,first_name,mobile\nC1,Sam,07700 900123\n",
    "orders": (
        "order_ref,case_ref,imposed_on,requirements,hours,case_manager_ref,status,ended_on\n"
        "O1,C1,01/09/2026,unpaid_work,100,CM1,,\n"
    ),
    "places": "place_ref,nickname,bring\nP1,The yard,boots and lunch\n",
    "appointments": (
        "appointment_ref,order_ref,kind,date,start,end,place_ref,staff_ref\n"
        "A0,O1,unpaid_work,20/11/2026,9:30,15:30,P1,SUP1\n"
        "A1,O1,unpaid_work,25/11/2026,9:30,15:30,P1,SUP1\n"
    ),
    "attendance": "appointment_ref,outcome,recorded_by,recorded_at\n",
}


async def tonight(world: World, **changed: str) -> imports.Report:
    """The case system's export, with some of its files as they have become."""
    files = [File(f"{name}.csv", text.encode()) for name, text in {**EXPORT, **changed}.items()]
    report = await imports.run(world.town.app.service, files, False, lambda stage, done, total: None)
    assert [str(problem) for problem in report.problems] == []
    await world.town.settle()
    return report


async def test_the_first_import_is_silent_and_reminders_come_on_their_evening(world: World) -> None:
    await tonight(world)
    sam, kirsty = await world.linked("Sam", "C1"), await world.linked("Kirsty", "CM1")
    await tonight(world)
    await world.moves_to("2026-11-24 17:59")
    world.nothing_else_happened()
    await world.moves_to("2026-11-24 18:00")
    sam.sees("Tomorrow, Wed 25 Nov, 9:30.", "The yard.", "Bring boots and lunch.")
    kirsty.sees_nothing_new()


async def test_a_moved_date_is_reminded_once_at_its_new_time(world: World) -> None:
    await tonight(world)
    sam = await world.linked("Sam", "C1")
    await tonight(world, appointments=EXPORT["appointments"].replace("25/11/2026,9:30", "26/11/2026,10:00"))
    await world.moves_to("2026-11-24 23:00")
    sam.sees_nothing_new()
    await world.moves_to("2026-11-25 18:00")
    assert len(sam.new) == 1
    sam.sees("Tomorrow, Thu 26 Nov, 10:00.")


async def test_a_cancelled_date_is_not_reminded(world: World) -> None:
    await tonight(world)
    sam = await world.linked("Sam", "C1")
    head, *dates = EXPORT["appointments"].splitlines()
    off = "\n".join([f"{head},status", *(f"{date},cancelled" for date in dates)])
    await tonight(world, appointments=off)
    await world.moves_to("2026-11-25 20:00")
    sam.sees_nothing_new()


async def test_a_date_ahead_that_the_export_records_as_off_is_told_once_and_not_by_the_first_import(
    world: World,
) -> None:
    head, *dates = EXPORT["appointments"].splitlines()
    weekly = "\n".join([head, *dates, "A2,O1,unpaid_work,02/12/2026,9:30,15:30,P1,SUP1", ""])
    off = EXPORT["attendance"] + "A2,stood_down_ahead:weather,SUP1,20/11/2026 10:00\n"
    await tonight(world, appointments=weekly, attendance=off)
    sam = await world.linked("Sam", "C1")
    await tonight(world, appointments=weekly, attendance=off)
    sam.sees_nothing_new()
    both = off + "A1,stood_down_ahead:weather,SUP1,23/11/2026 08:50\n"
    await tonight(world, appointments=weekly, attendance=both)
    sam.sees("Wed 25 Nov", "is off")
    sam.reads_all()
    await tonight(world, appointments=weekly, attendance=both)
    await world.moves_to("2026-11-25 20:00")
    sam.sees_nothing_new()


async def test_a_date_ahead_that_is_off_by_the_export_has_somebody_ring_who_has_no_chat(world: World) -> None:
    await tonight(world)
    kirsty = await world.linked("Kirsty", "CM1")
    await tonight(world, attendance=EXPORT["attendance"] + "A1,stood_down_ahead:vehicle,SUP1,23/11/2026 08:50\n")
    kirsty.sees("C1", "ring")


async def test_fridays_absence_reaches_the_case_manager_and_its_correction_too(world: World) -> None:
    await tonight(world)
    kirsty = await world.linked("Kirsty", "CM1")
    missed = EXPORT["attendance"] + "A0,missed_reason_unknown,SUP1,20/11/2026 10:00\n"
    await tonight(world, attendance=missed)
    kirsty.sees("C1: missed, reason not yet known.")
    assert "Fri 20 Nov" in await kirsty.opens()
    kirsty.reads_all()
    await tonight(world, attendance=missed)
    kirsty.sees_nothing_new()
    await tonight(world, attendance=missed + "A0,attended_full,SUP1,20/11/2026 16:00\n")
    assert kirsty.new


async def test_an_order_that_ended_brings_its_questions_once(world: World) -> None:
    await tonight(world)
    sam = await world.linked("Sam", "C1")
    over = EXPORT["orders"].replace("CM1,,", "CM1,completed,22/11/2026")
    await tonight(world, orders=over)
    await world.moves_to("2026-11-23 12:00")
    assert len(sam.new) == 1
    await tonight(world, orders=over)
    await world.moves_to("2026-11-25 12:00")
    assert len([shown for shown in sam.new if "9:30" in shown.text]) == 0


async def test_words_that_tell_too_much_are_imported_named_and_never_shown(world: World) -> None:
    places = "place_ref,nickname,bring\nP1,Court House Yard,boots and your order\n"
    report = await tonight(world, places=places)
    assert [str(one) for one in report.warnings] == [
        'places.csv:2 nickname: not shown on phones, because of court, found "Court House Yard", '
        "expected words that say nothing of why they come",
        'places.csv:2 bring: not shown on phones, because of order, found "boots and your order", '
        "expected words that say nothing of why they come",
    ]
    sam = await world.linked("Sam", "C1")
    await world.moves_to("2026-11-24 18:00")
    text = sam.sees("Tomorrow, Wed 25 Nov, 9:30.", "Not sure where? Ask us.", "Ask us what to bring.")
    assert discreet.faults(text) == []
    assert (await tonight(world, places=places)).warnings == report.warnings  # each night until it is mended
    mended = await tonight(world)
    assert not mended.warnings


async def test_a_new_worker_in_the_export_is_told_what_they_hold_and_so_is_each_individual_once(world: World) -> None:
    """As if it had been handed over in the chat; a worker without a phone hears of it when it is linked."""
    people = "case_ref,first_name,staff_contact_only\nC1,Sam,\nC2,Ann,\nC3,Bea,yes\n"
    staff = EXPORT["staff"] + "CM2;Ailsa Bain;case_manager\nOFF1;Orla Reid;officer\n"
    columns = "order_ref,case_ref,imposed_on,requirements,hours,officer_ref,case_manager_ref\n"

    def orders(officer: str, *workers: str) -> str:
        mine = [f"O{n},C{n},01/09/2026,unpaid_work,100,,{worker}\n" for n, worker in enumerate(workers, 1)]
        return columns + "".join(mine).replace(",100,,", f",100,{officer},", 1)

    await tonight(world, staff=staff, individuals=people, orders=orders("", "CM1", "CM1", "CM1"))
    sam, ann, bea = [await world.linked(name, f"C{n}") for n, name in enumerate(("Sam", "Ann", "Bea"), 1)]
    kirsty, orla = await world.linked("Kirsty", "CM1"), await world.linked("Orla", "OFF1")
    await ann.says("the bus is off")
    await kirsty.opens()
    await kirsty.taps("I'm dealing with it")
    world.everybody_reads_all()

    handed = {"staff": staff, "individuals": people, "orders": orders("OFF1", "CM2", "CM2", "CM2")}
    await tonight(world, **handed)
    sam.sees("You have a new worker from now on.")
    ann.sees("You have a new worker from now on.")
    bea.sees_nothing_new()  # only staff may contact her
    orla.sees("Handed over from nobody yet to Orla Reid")
    for phone in (sam, ann):
        assert len(phone.new) == 1  # an officer beside the case manager is no news to Sam
    world.everybody_reads_all()
    await tonight(world, **handed)  # once
    await world.moves_to("2026-11-23 13:00")
    for phone in (sam, ann, bea, orla):
        phone.sees_nothing_new()

    ailsa = await world.linked("Ailsa", "CM2")
    await world.town.settle()
    ailsa.sees("Handed over from Kirsty Muir to Ailsa Bain. People: 3.", "Handed over by the case system.")
    await ailsa.says("/case C2")
    assert "wrote" in ailsa.newest()

"""A session that is off before it begins: everybody hears in good time or is rung, and nobody has missed it."""

from datetime import UTC, datetime

from db import dates, outbox, tables
from domain.outbox import Subject
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, rows

SESSION = "Today, Wed 25 Nov 9:30 · The yard · Rab · 4 expected"
OFF = "Today is off. It is not your fault. You do not need to come."


async def another(world: World, ref: str, name: str, at: str = "2026-11-25 09:30", linked: bool = True) -> None:
    """One more person of Rab's squad at the yard."""
    one = await world.individual(ref, name)
    order = await world.order(f"O{ref}", one, case_manager_id=await id_of(world, tables.staff, "CM1"))
    await squad(world, f"A{ref}", order, one, at)
    if linked:
        await world.linked(name, ref)


async def squad(world: World, ref: str, order: int, one: int, at: str) -> None:
    place, rab = await id_of(world, tables.places, "P1"), await id_of(world, tables.staff, "SUP1")
    await world.appointment(ref, order, one, at, place_id=place, staff_id=rab)


async def recorded(world: World, ref: str) -> list[tuple[str, str]]:
    about = await id_of(world, tables.appointments, ref)
    return [(one.outcome, one.cause) for one in await rows(world, tables.attendance) if one.appointment_id == about]


async def test_snow_at_twenty_to_seven(world: World, sam: Phone) -> None:
    kirsty, rab = await world.linked("Kirsty", "CM1"), await world.linked("Rab", "SUP1")
    for ref, name in (("C2", "Jo"), ("C3", "Pat"), ("C4", "Lee"), ("C5", "Ash")):
        await another(world, ref, name, linked=ref != "C3")
    jo, lee, ash = (world.phones[name] for name in ("Jo", "Lee", "Ash"))
    order, one = await id_of(world, tables.orders, "O1"), await id_of(world, tables.individuals, "C1")
    await squad(world, "A9", order, one, "2026-11-26 09:30")
    moved = {"outcome": "moved_by_person", "recorded_at": datetime(2026, 11, 24, 12, tzinfo=UTC), "source": "chat"}
    await world.row(tables.attendance, appointment_id=await id_of(world, tables.appointments, "AC5"), **moved)
    hall = await world.row(tables.places, ref="P2", nickname="The hall", capacity=1, indoor=True)
    for ref in ("C1", "C2"):
        ticked = {"individual_id": await id_of(world, tables.individuals, ref), "place_id": hall}
        by = await id_of(world, tables.staff, "CM1")
        await world.row(tables.suited, **ticked, ticked_by=by, at=datetime(2026, 11, 23, tzinfo=UTC))
    await sam.says("/early")
    sam.sees("May we tell you from 6:30 in the morning?")
    await sam.taps("Yes, from 6:30")
    sam.sees("OK. If a day is off, we tell you from 6:30 on.")
    await world.moves_to("2026-11-25 06:40")
    world.everybody_reads_all()

    await rab.says("/standdown")
    await rab.taps(SESSION)
    assert rab.buttons() == ["No supervisor", "Weather", "Vehicle", "Other", "Back"]
    await rab.taps("Weather")
    shown = rab.newest()
    assert "Told in the chat now: Sam\nTold in the chat today at 8:00: Jo, Lee\nRing these people" in shown
    assert shown.splitlines()[4].endswith("in time: Pat")
    assert "Recorded already, which stays: 1." in shown
    assert await recorded(world, "A1") == []
    await rab.taps("Offer The hall instead (1 free)")
    assert "Offered instead, first come first served: The hall, 1 free, 2 ticked for it." in rab.newest()
    for phone in (sam, jo, lee, ash):
        phone.sees_nothing_new()
    await rab.taps("Yes, stand it down")
    assert "Stood down, and on record for each of them." in rab.newest()

    told = sam.sees(OFF, "Next date: Tomorrow, Thu 26 Nov, 9:30.", "There is a place inside", "The hall")
    assert sam.buttons() == ["Yes please", "No thanks"]
    for phone in (jo, lee, ash):
        phone.sees_nothing_new()
    kirsty.sees("C3", "please ring about a date")
    assert "The day is off, and the chat does not reach them in time." in await kirsty.opens()
    await sam.taps("Yes please")
    assert "The place is yours. Today, Wed 25 Nov, 9:30. It" not in sam.newest()
    sam.sees("The place is yours. Today, Wed 25 Nov, 9:30. The hall.")
    assert told in [shown.text for shown in sam.person.chat]  # the news stands; the answer came below it
    sam.reads_all()
    await world.moves_to("2026-11-25 08:00")
    sam.sees_nothing_new()  # no reminder of what was said at 6:40
    for phone in (jo, lee):
        assert phone.sees(OFF) == OFF  # no other date; and the place inside has gone
        assert phone.buttons() == ["Call me"]
    ash.sees_nothing_new()

    for ref in ("A1", "AC2", "AC3", "AC4"):
        assert await recorded(world, ref) == [("stood_down_ahead", "weather")]
    assert await recorded(world, "AC5") == [("moved_by_person", "")]
    assert {one.kind for one in await rows(world, tables.items)} == {"ring"}  # no miss, no alert
    await rab.says("/today")
    rab.sees("The hall", "Sam")
    rab.sees("The yard", "stood down")
    await sam.says("/next")
    assert "The yard" not in sam.newest().splitlines()[1]


async def test_the_evening_before_and_undone_in_the_night(world: World, sam: Phone) -> None:
    kirsty, rab = await world.linked("Kirsty", "CM1"), await world.linked("Rab", "SUP1")
    await another(world, "C2", "Jo", "2026-11-26 09:30")
    jo = world.phones["Jo"]
    await rab.says("/standdown")
    rab.sees("There is no session ahead that you can stand down.")  # not his own day, nor the day before
    await world.moves_to("2026-11-24 17:00")
    await kirsty.says("/standdown")
    for label in ("Tomorrow, Wed 25 Nov 9:30 · The yard · Rab · 1 expected", "No supervisor", "Yes, stand it down"):
        await kirsty.taps(label)
    assert sam.sees("Tomorrow is off. It is not your fault. You do not need to come.") == sam.newest()
    assert "Undo" not in kirsty.buttons()  # Sam has been told
    sam.reads_all()
    await world.moves_to("2026-11-24 18:10")
    sam.sees_nothing_new()  # no reminder of a day that is off
    about = Subject("appointment", await id_of(world, tables.appointments, "A1"))
    async with world.town.app.service.db.read() as tx:
        ends = {row.owed.kind: (row.status.value, row.reason) for row in await outbox.about(tx, about)}
    assert ends == {"reminder": ("cancelled", "outcome_recorded"), "stand_down": ("sent", "")}

    await world.moves_to("2026-11-25 20:30")
    await kirsty.says("/standdown")
    for label in ("Tomorrow, Thu 26 Nov 9:30 · The yard · Rab · 1 expected", "Vehicle", "Yes, stand it down"):
        await kirsty.taps(label)
    assert "Told in the chat tomorrow at 8:00: C2" in kirsty.newest()
    await kirsty.taps("Undo")
    assert "Undone. Nobody had been told." in kirsty.newest()
    assert await recorded(world, "AC2") == [("stood_down_ahead", "vehicle"), ("taken_back", "")]
    jo.reads_all()
    await world.moves_to("2026-11-26 08:30")
    jo.sees_nothing_new()
    await rab.says("/today")
    rab.sees("Jo", "nothing recorded")


async def test_what_comes_next_is_never_a_day_that_is_off(world: World, sam: Phone) -> None:
    """Said to whoever is sent home today: Thursday is off, was off and is on again, and is not off at all."""
    rab = await world.linked("Rab", "SUP1")
    order, one = await id_of(world, tables.orders, "O1"), await id_of(world, tables.individuals, "C1")
    await squad(world, "A2", order, one, "2026-11-26 09:30")
    await squad(world, "A3", order, one, "2026-11-27 09:30")
    off = {"outcome": "stood_down_ahead", "recorded_at": datetime(2026, 11, 25, 9, tzinfo=UTC), "source": "chat"}
    thursday = await id_of(world, tables.appointments, "A2")
    await world.row(tables.attendance, appointment_id=thursday, **off)
    service, now = world.town.app.service, datetime(2026, 11, 25, 9, 30, tzinfo=UTC)

    async def next_ref() -> str:
        async with service.db.read() as tx:
            return (await dates.next_dates(tx, [one], now))[one].ref

    assert await next_ref() == "A3"
    await world.moves_to("2026-11-25 09:40")
    await rab.says("/today")
    for label in ("All sent home by us …", "Weather"):
        await rab.taps(label)
    await rab.taps(next(label for label in rab.buttons() if label.startswith("Yes")))
    await world.moves_to("2026-11-25 14:30")
    sam.sees("Fri 27 Nov")
    back = off | {"outcome": "taken_back", "recorded_at": now}
    await world.row(tables.attendance, appointment_id=thursday, **back)
    assert await next_ref() == "A2"

"""A session that is off before it begins: everybody hears in good time or is rung, and nobody has missed it."""

from datetime import UTC, datetime

import pytest

from db import dates, outbox, tables
from domain.outbox import Subject
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, looked_at, rows

SESSION = "Today, Wed 25 Nov 9:30 · The yard · Rab · 4 expected"
TUESDAY = datetime(2026, 11, 24, 16, tzinfo=UTC)  # an hour before the session of Wednesday may be stood down
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
    async with world.at_once():
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
    assert "Told now: Sam\nTold today at 8:00: Jo, Lee\nRing these people" in shown
    assert shown.splitlines()[4].endswith("in time: Pat")
    assert "Recorded already, which stays: 1." in shown
    assert await recorded(world, "A1") == []
    await rab.taps("Offer The hall instead (1 free)")
    assert "The hall, free places: 1. First come, first served. Asked with the news: 2." in rab.newest()
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


async def test_a_day_that_is_off_is_no_news_for_whoever_was_done_before_it(world: World, sam: Phone) -> None:
    """Jo's order ended on Monday; Jo was the only one on Thursday."""
    kirsty = await world.linked("Kirsty", "CM1")
    await another(world, "C2", "Jo")
    jo = world.phones["Jo"]
    order, one = await id_of(world, tables.orders, "OC2"), await id_of(world, tables.individuals, "C2")
    await squad(world, "A8", order, one, "2026-11-26 09:30")
    await world.change(tables.orders, "OC2", status="completed", ended_on=datetime(2026, 11, 23, tzinfo=UTC).date())
    await world.moves_to("2026-11-24 17:00")
    await kirsty.says("/standdown")
    assert kirsty.buttons() == ["Tomorrow, Wed 25 Nov 9:30 · The yard · Rab · 1 expected"]
    for label in (kirsty.buttons()[0], "Weather"):
        await kirsty.taps(label)
    assert "Told now: C1\n" in kirsty.newest()
    await kirsty.taps("Yes, stand it down")
    sam.sees("Tomorrow is off.")
    jo.sees_nothing_new()
    assert await recorded(world, "AC2") == []
    await world.moves_to("2026-11-26 12:00")
    jo.sees_nothing_new()


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
    assert "Told tomorrow at 8:00: C2" in kirsty.newest()
    await kirsty.taps("Undo")
    assert "Undone. Nobody had been told." in kirsty.newest()
    assert await recorded(world, "AC2") == [("stood_down_ahead", "vehicle"), ("taken_back", "")]
    jo.reads_all()
    await world.moves_to("2026-11-26 08:30")
    jo.sees_nothing_new()
    await rab.says("/today")
    rab.sees("Jo", "nothing recorded")


async def at_the_hall(world: World) -> int:
    """The hall holds eight. On Wednesday Bob runs it for C7, one of Kirsty's, and C8 and C9, who are Ailsa's; and C6,
    Kirsty's too, has been asked to come."""
    hall = await world.row(tables.places, ref="P2", nickname="The hall", capacity=8, indoor=True)
    bob, ailsa = (
        await world.staff("SUP2", "Bob Bell", "supervisor"),
        await world.staff("CM2", "Ailsa Bain", "case_manager"),
    )
    kirsty = await id_of(world, tables.staff, "CM1")
    for ref, name, worker in (("C7", "Una", kirsty), ("C8", "Ian", ailsa), ("C9", "Eve", ailsa), ("C6", "Kit", kirsty)):
        one = await world.individual(ref, name)
        order = await world.order(f"O{ref}", one, case_manager_id=worker)
        if ref != "C6":
            await world.appointment(f"A{ref}", order, one, "2026-11-25 10:00", place_id=hall, staff_id=bob)
    at = datetime(2026, 11, 25, 10, tzinfo=UTC)
    hours = {
        "day": at.date(),
        "starts_at": at,
        "ends_at": at.replace(hour=14),
        "at": datetime(2026, 11, 23, tzinfo=UTC),
    }
    offer = await world.row(tables.offers, place_id=hall, staff_id=bob, places=5, offered_by=kirsty, **hours)
    await world.row(tables.offered, offer_id=offer, individual_id=one, order_id=order)
    return hall


async def tick(world: World, place: int, *refs: str) -> None:
    by = await id_of(world, tables.staff, "CM1")
    for ref in refs:
        one = await id_of(world, tables.individuals, ref)
        at = datetime(2026, 11, 23, tzinfo=UTC)
        await world.row(tables.suited, individual_id=one, place_id=place, ticked_by=by, at=at)


@pytest.mark.parametrize("begins", [TUESDAY])
async def test_two_who_must_not_meet_are_not_sent_to_one_hall(world: World, sam: Phone) -> None:
    """Who would be asked, and who is there already, is shown before anything is sent; and any of them is left out."""
    kirsty, rab = await world.linked("Kirsty", "CM1"), await world.linked("Rab", "SUP1")
    async with world.at_once():
        for ref, name in (("C2", "Jo"), ("C3", "Pat"), ("C4", "Lee")):
            await another(world, ref, name, linked=ref != "C3")
    jo, lee = world.phones["Jo"], world.phones["Lee"]
    hall = await at_the_hall(world)
    await tick(world, hall, "C1", "C2", "C3")
    await world.moves_to("2026-11-24 17:00")
    world.everybody_reads_all()

    await rab.says("/standdown")
    for label in (
        "Tomorrow, Wed 25 Nov 9:30 · The yard · Rab · 4 expected",
        "Weather",
        "Offer The hall instead (5 free)",
    ):
        await rab.taps(label)
    shown = rab.newest()
    assert "· Sam\n· Jo\n· Pat: not asked" in shown  # he knows them by first name, and those of other teams not at all
    assert "Already there that day: 3 of other teams." in shown
    assert "Asked to come, not settled: 1 of other teams." in shown

    await kirsty.says("/standdown")
    for label in (
        "Tomorrow, Wed 25 Nov 9:30 · The yard · Rab · 4 expected",
        "Weather",
        "Offer The hall instead (5 free)",
    ):
        await kirsty.taps(label)
    shown = kirsty.newest()
    assert "The hall, free places: 5. First come, first served. Asked with the news: 2." in shown
    assert "· C1\n· C2\n· C3: not asked, the chat does not reach them in time\n" in shown
    assert "Already there that day: C7, C8, C9." in shown
    assert "Asked to come, not settled: C6." in shown
    assert "C4" not in shown.partition("The hall, free")[2]  # no tick
    assert kirsty.buttons()[:2] == ["✓ C1", "✓ C2"]
    await kirsty.taps("✓ C2")
    assert "Asked with the news: 1." in kirsty.newest()
    assert "· C2: not asked, left out by you" in kirsty.newest()
    assert kirsty.buttons()[:2] == ["✓ C1", "C2"]
    await kirsty.taps("C2")
    await kirsty.taps("✓ C2")
    assert ("C8", "who is at a place") in await looked_at(world, "CM1")
    await rab.says("/offer")  # what others do meanwhile leaves her list alone
    for phone in (sam, jo, lee):
        phone.sees_nothing_new()
    await kirsty.taps("Yes, stand it down")
    assert any(one.text.endswith("A place at The hall is offered to: C1") for one in kirsty.person.chat)
    assert "There is a place inside" in sam.sees("Tomorrow is off.")
    for phone in (jo, lee):
        assert phone.sees("Tomorrow is off.") == "Tomorrow is off. It is not your fault. You do not need to come."
    await sam.taps("Yes please")
    assert "The place is yours. Tomorrow, Wed 25 Nov, 10:00." in sam.newest()

    await kirsty.says("/offer")
    await kirsty.taps("Wed 25 Nov 10:00 · The hall · Bob · 4 free")
    shown = kirsty.newest()
    assert "Already there that day: C1, C7, and 2 of other teams." in shown  # offers go to her own people only
    assert "Asked to come, not settled: C6." in shown


@pytest.mark.parametrize("begins", [TUESDAY])
async def test_a_list_that_is_gone_is_looked_at_again_and_a_long_one_has_pages(world: World, sam: Phone) -> None:
    """Nobody is ever asked by a list that nobody has seen."""
    kirsty = await world.linked("Kirsty", "CM1")
    refs = [f"T{n:02}" for n in range(14)]
    async with world.at_once():
        for ref in refs:
            await another(world, ref, ref)
    hall = await world.row(tables.places, ref="P2", nickname="The hall", capacity=40, indoor=True)
    gym = await world.row(tables.places, ref="P3", nickname="The gym", capacity=3, indoor=True)
    await tick(world, hall, *refs)
    await tick(world, gym, "C1", "T00")
    await world.moves_to("2026-11-24 17:00")
    await kirsty.says("/standdown")
    for label in ("Tomorrow, Wed 25 Nov 9:30 · The yard · Rab · 15 expected", "Weather"):
        await kirsty.taps(label)
    await kirsty.taps("Offer The hall instead (40 free)")
    assert "✓ T11" in kirsty.buttons()
    assert "✓ T12" not in kirsty.buttons()
    assert "Nobody is booked there that day." in kirsty.newest()
    await kirsty.taps("Next page")
    await kirsty.taps("✓ T13")
    assert "· T13: not asked, left out by you" in kirsty.newest()
    [offer] = await rows(world, tables.offers)
    async with world.town.app.service.db.write() as tx:
        await tx.execute(tables.offered.delete())
        await tx.execute(tables.offers.delete().where(tables.offers.c.id == offer.id))
    await kirsty.taps("Yes, stand it down")
    assert "Nothing has happened yet." in kirsty.newest()
    assert "The list has changed. Please look at it again." in kirsty.newest()
    assert await recorded(world, "A1") == []
    await kirsty.taps("✓ T00")
    await kirsty.taps("Yes, stand it down")
    asked = {one.individual_id for one in await rows(world, tables.offered) if not one.answer}
    assert len(asked) == 13


@pytest.mark.parametrize("begins", [TUESDAY])
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
    for label in ("All sent home by us …", "Weather", "Not at all"):
        await rab.taps(label)
    await world.moves_to("2026-11-25 14:30")
    sam.sees("Fri 27 Nov")
    back = off | {"outcome": "taken_back", "recorded_at": now}
    await world.row(tables.attendance, appointment_id=thursday, **back)
    assert await next_ref() == "A2"


async def test_one_date_that_is_off_or_moved_is_told_and_a_slip_is_put_right(world: World, sam: Phone) -> None:
    """Kirsty moves Sam's Wednesday: Sam hears it, nobody expects him; then it is on after all."""
    kirsty, rab = await world.linked("Kirsty", "CM1"), await world.linked("Rab", "SUP1")
    await another(world, "C2", "Jo", linked=False)
    world.everybody_reads_all()
    await kirsty.says("/dates C1")
    await kirsty.taps("1. Wed 25 Nov")
    assert "It is on after all" not in kirsty.buttons()
    await kirsty.taps("Moved by us")
    assert "They are told that they need not come: now." in kirsty.newest()
    assert sam.newest() == "You do not need to come Wed 25 Nov, at 9:30. We had to move it. It is not your fault."
    await sam.says("/next")
    assert "25 Nov" not in sam.newest()
    await kirsty.taps("Moved at their request")
    await sam.says("/next")
    assert [shown.text[:9] for shown in sam.new].count("You do no") == 1, "told once that it is off"

    await kirsty.taps("It is on after all")
    assert "It is on after all" not in kirsty.buttons()
    assert sam.newest().startswith("Your date is on after all.\nNow: Wed 25 Nov, 9:30.")
    await world.moves_to("2026-11-24 18:00")
    assert "Tomorrow, Wed 25 Nov, 9:30." in sam.newest(), "reminded like of any other date"
    await kirsty.taps("Moved at their request")
    text = sam.sees("As you asked, your date tomorrow, Wed 25 Nov, at 9:30, is moved.", "You do not need to come then.")
    assert "fault" not in text
    kirsty.reads_all()
    await kirsty.says("/dates C2")
    await kirsty.taps("1. Wed 25 Nov")
    await kirsty.taps("Stood down ahead")
    await kirsty.taps("Vehicle")
    kirsty.sees("C2: please ring about a date.")
    kirsty.sees("No message reaches them in time. Please ring: they need not come. It is on your desk.")
    await world.moves_to("2026-11-25 09:00")
    await rab.says("/today")
    assert "expected:" in rab.newest()
    assert "expected: 0" in rab.newest()

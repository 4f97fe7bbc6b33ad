"""Free places: staff tick people, see who would be asked, and the first to say yes get them; never one too many."""

import asyncio
from datetime import UTC, date, datetime

import pytest

from db import dates, tables
from domain.compliance import Kind
from domain.imports import File
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, rows
from usecases import imports, items, questions, taking_places
from usecases.service import Turn

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
SESSION = "Wed 25 Nov 9:30 · The yard · Rab · 2 free"


async def somebody(world: World, ref: str, name: str, worker: str = "CM1") -> Phone:
    """One more person with unpaid work, a linked phone and no date."""
    [phone] = await several(world, {ref: name}, worker)
    return phone


async def several(world: World, names: dict[str, str], worker: str = "CM1") -> list[Phone]:
    case_manager = await id_of(world, tables.staff, worker)
    phones = []
    async with world.at_once():
        for ref, name in names.items():
            await world.order(f"O{ref}", await world.individual(ref, name), case_manager_id=case_manager)
            phones.append(await world.linked(name, ref))
    return phones


async def are_ticked(world: World, *refs: str) -> None:
    """All these may be offered a place at the yard."""
    place, by = await id_of(world, tables.places, "P1"), await id_of(world, tables.staff, "CM1")
    ids = {one.case_ref: one.id for one in await rows(world, tables.individuals)}
    async with world.at_once():
        for ref in refs:
            await world.row(tables.suited, individual_id=ids[ref], place_id=place, ticked_by=by, at=MONDAY)


async def lost_a_day(world: World, ref: str) -> None:
    """They came last week and were sent home."""
    order = await id_of(world, tables.orders, f"O{ref}")
    at = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)
    date_ = {
        "kind": "unpaid_work",
        "day": at.date(),
        "starts_at": at,
        "ends_at": at.replace(hour=13),
        "status": "booked",
    }
    lost = await world.row(tables.appointments, ref=f"L{ref}", order_id=order, **date_)
    seen = {"outcome": "sent_home_service", "cause": "full", "minutes": 0, "recorded_at": at, "source": "chat"}
    await world.row(tables.attendance, appointment_id=lost, **seen)


async def answers(world: World) -> list[str]:
    return [one.answer for one in await rows(world, tables.offered)]


@pytest.fixture
async def kirsty(world: World, sam: Phone) -> Phone:
    """Kirsty, who fills the yard on Wednesday: it holds three, and Sam is one of them."""
    await world.change(tables.places, "P1", capacity=3)
    return await world.linked("Kirsty", "CM1")


async def test_whose_order_ended_before_the_day_takes_no_place_and_makes_no_session(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    """Jo was done on Monday, and is still booked on Wednesday beside Sam, and alone on Thursday."""
    jo = await world.individual("C2", "Jo")
    order = await world.order("O2", jo)
    place, rab = await id_of(world, tables.places, "P1"), await id_of(world, tables.staff, "SUP1")
    for ref, day in (("A2", 25), ("A3", 26)):
        await world.appointment(ref, order, jo, f"2026-11-{day} 09:30", place_id=place, staff_id=rab)
    await kirsty.says("/offer")
    assert [label for label in kirsty.buttons() if "free" in label] == [
        "Wed 25 Nov 9:30 · The yard · Rab · 1 free",
        "Thu 26 Nov 9:30 · The yard · Rab · 2 free",
    ]
    await world.change(tables.orders, "O2", status="completed", ended_on=date(2026, 11, 23))
    await kirsty.says("/offer")
    assert [label for label in kirsty.buttons() if "free" in label] == [SESSION]


async def test_two_free_places_go_to_the_first_two_of_the_people_who_are_ticked(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    names = {"C2": "Jo", "C3": "Pat", "C4": "Lee", "C5": "Ash", "C6": "Kit", "C7": "Viv"}
    jo, pat, lee, ash, kit, viv = await several(world, names)
    await world.staff("CM2", "Ailsa Bain", "case_manager")
    await somebody(world, "C8", "Bo", worker="CM2")  # a colleague's
    await lost_a_day(world, "C4")
    await kirsty.says("/offer")
    await kirsty.taps(SESSION)
    assert "Nobody would get it." in kirsty.newest()  # nobody is ticked
    await kirsty.taps("Tick people")
    assert kirsty.buttons() == ["C1", "C2", "C3", "C4", "C5", "C6", "C7", "Back"]
    for ref in ("C1", "C2", "C3", "C4", "C5", "C6"):
        await kirsty.taps(ref)
    await kirsty.taps("✓ C1")  # and not, after all
    await kirsty.taps("C1")
    assert kirsty.buttons()[:7] == ["✓ C1", "✓ C2", "✓ C3", "✓ C4", "✓ C5", "✓ C6", "C7"]
    for label in ("Back", "Back", SESSION):
        await kirsty.taps(label)
    lines = kirsty.newest().splitlines()
    assert lines[0] == "Wed 25 Nov · 9:30–13:30 · The yard · Rab Boyd"
    assert lines[1:3] == ["Free places: 2.", "Would be offered one, first come first served: 5."]
    assert lines[3:8] == [
        "· C4: at once, lost 4 h to us",
        *(f"· {ref}: today at 11:00" for ref in ("C2", "C3", "C5", "C6")),
    ]
    assert lines[8] == "· C1: not offered, has a date on that day"
    await kirsty.taps("✓ C6")
    assert "· C6: not offered, left out by you" in kirsty.newest()
    assert await answers(world) == ["left_out"]
    world.everybody_reads_all()
    await kirsty.taps("Send to 4")
    assert "Sent. Taken: 0 of 2." in kirsty.newest()
    lee.sees("There is a free place, if you want it:", "Wed 25 Nov, 9:30. It ends at 13:30. The yard.", "say no")
    for phone in (jo, pat, ash):
        phone.sees_nothing_new()
    await world.moves_to("2026-11-23 11:05")
    for phone in (jo, pat, ash):
        assert phone.sees("There is a free place") == phone.newest()
        assert phone.buttons() == ["Yes please", "No thanks"]
    await lee.taps("Yes please")
    assert "The place is yours. Wed 25 Nov, 9:30. The yard. Bring boots and lunch." in lee.newest()
    await jo.taps("No thanks")
    assert "That is fine." in jo.newest()
    await kirsty.says("/offer")
    assert "Offered: Wed 25 Nov, The yard. Taken: 1 of 2." in kirsty.newest()
    await kirsty.taps("Wed 25 Nov 9:30 · The yard · Rab · 1 free")
    assert [line for line in kirsty.newest().splitlines() if "asked already" in line] == [
        f"· {ref}: not offered, has been asked already" for ref in ("C2", "C3", "C5")
    ]
    assert "· C6: today at" in kirsty.newest() or "· C6: at once" in kirsty.newest()
    await kirsty.says("/offer")
    await kirsty.taps("Offered: Wed 25 Nov, The yard")
    await pat.taps("Yes please")
    assert "The place is yours." in pat.newest()
    await ash.taps("Yes please")
    assert ash.newest().startswith("Sorry, that place has gone.")
    await kirsty.taps("Look again")
    assert "Closed. Taken: 2 of 2." in kirsty.newest()
    assert "C2" not in kirsty.newest()  # who said no is nobody's business
    for phone in (sam, kit, viv, world.phones["Bo"]):
        phone.sees_nothing_new()
    ash.reads_all()
    await the_places_are_dates_like_any_other(world, kirsty, lee, ash)


async def the_places_are_dates_like_any_other(world: World, kirsty: Phone, lee: Phone, ash: Phone) -> None:
    """But that whoever cannot come gives one back, to whoever said yes too late."""
    rab = await world.linked("Rab", "SUP1")
    await world.moves_to("2026-11-24 18:00")
    assert lee.sees("Tomorrow, Wed 25 Nov, 9:30. The yard.") == lee.newest()
    kirsty.reads_all()
    await lee.taps("I can't make it")
    assert lee.newest().startswith("Thank you for telling us. You do not need to come, and it does not count.")
    kirsty.sees("C4 has given back a free place: Tomorrow, Wed 25 Nov, 9:30, The yard.", "the next", ": 1.")
    assert ash.sees("There is a free place") == ash.newest()
    await ash.says("Yes!")
    assert ash.newest().startswith("The place is yours.")
    await world.moves_to("2026-11-25 09:40")
    await rab.says("/today")
    rab.sees("The yard", "expected: 3", "Sam", "Ash", "Pat")


async def test_twenty_taps_at_one_moment_fill_two_places_and_not_one_more(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    names = {f"T{n}": f"Tam{n}" for n in range(20)}
    phones = await several(world, names)
    await are_ticked(world, *names)
    place = await id_of(world, tables.places, "P1")
    await kirsty.says("/offer")
    await kirsty.taps(SESSION)
    await kirsty.taps("Send to 20")
    assert all("There is a free place" in phone.newest() for phone in phones)
    service = world.town.app.service
    offered = [one.id for one in sorted(await rows(world, tables.offered), key=lambda one: one.individual_id)]
    turns = []
    async with service.db.write() as tx:
        for n, phone in enumerate(phones):
            letter = {"update_id": 9_000 + n, "chat_hash": "x", "raw": {}, "received_at": MONDAY, "attempts": 0}
            await tx.execute(tables.inbox.insert().values(**letter, leased_by=service.process))
            turns.append(Turn(9_000 + n, phone.person.id, tapped=phone.person.chat[-1].id))
    await asyncio.gather(*(taking_places.take(service, turn, id_) for turn, id_ in zip(turns, offered, strict=True)))
    booked = [one for one in await rows(world, tables.appointments) if one.ref.startswith("offer:")]
    assert (len(booked), sorted(await answers(world))) == (2, ["taken"] * 2 + ["too_late"] * 18)
    kinds = [answer["kind"] for one in await inbox(world) if one.update_id >= 9_000 for answer in one.answer]
    assert sorted(kinds) == ["place_gone"] * 18 + ["place_taken"] * 2
    assert {(one.status, one.staff_id, one.place_id) for one in booked} == {
        ("booked", await id_of(world, tables.staff, "SUP1"), place)
    }


async def inbox(world: World) -> list[object]:
    async with world.town.app.service.db.read() as tx:
        return list((await tx.execute(tables.inbox.select())).all())


async def test_whoever_lost_hours_is_first_and_nobody_hears_of_a_place_that_has_gone(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await world.change(tables.places, "P1", capacity=1)
    jo, lee = await somebody(world, "C2", "Jo"), await somebody(world, "C4", "Lee")
    await lost_a_day(world, "C4")
    await kirsty.says("/offer")
    assert "No session of the next 14 days has a free place." in kirsty.newest()  # Sam has the only one
    for label in ("Tick people", "The yard (0)", "C2", "C4", "Back", "Back", "Another day", "The yard"):
        await kirsty.taps(label)
    assert "The yard, 9:30 to 13:30, with Rab Boyd, as last time." in kirsty.newest()
    assert "Wed 25 Nov" not in kirsty.buttons()
    await world.change(tables.staff, "SUP1", away_from=date(2026, 11, 26), away_until=date(2026, 11, 26))
    await kirsty.taps("Thu 26 Nov")
    assert kirsty.newest().splitlines()[1:3] == [
        "There is no session on that day yet. The hours and the supervisor are those of Wed 25 Nov. "
        "Ask Rab Boyd first.",
        "Rab Boyd is not at work on that day: give the session to somebody else with /give once a place is taken.",
    ]
    await kirsty.taps("Send to 2")
    await lee.taps("Yes please")
    assert "The place is yours. Thu 26 Nov, 9:30. The yard." in lee.newest()
    await kirsty.says("/offer")
    assert "Offered: " not in kirsty.newest()  # it is full
    await world.moves_to("2026-11-23 11:05")
    jo.sees_nothing_new()
    ends = [(one.status, one.reason) for one in await rows(world, tables.outbox) if one.kind == "place_offer"]
    assert ends == [("sent", ""), ("cancelled", "place_gone")]


@pytest.mark.parametrize(
    ("text", "numbered", "said"),
    [
        *(("yes", True, True), ("Yes please!", False, True), (" no ", False, False), ("No thanks", True, False)),
        *(("1", True, True), ("2)", True, False), ("3", True, None), ("1", False, None), ("2", False, None)),
        *(("yes but not the van", True, None), ("not yet", True, None), ("nope", True, None), ("", True, None)),
    ],
)
def test_what_a_typed_answer_to_an_offer_means(text: str, numbered: bool, said: bool | None) -> None:
    assert questions.yes_or_no(text, numbered) is said


async def a_place(world: World, kirsty: Phone, *refs: str) -> None:
    """The one free place at the yard on Wednesday goes out to these."""
    await world.change(tables.places, "P1", capacity=2)
    await are_ticked(world, *refs)
    await kirsty.says("/offer")
    for label in ("Wed 25 Nov 9:30 · The yard · Rab · 1 free", f"Send to {len(refs)}"):
        await kirsty.taps(label)
    world.everybody_reads_all()


async def booked(world: World) -> list[tuple[str, str, int]]:
    """Each place that was ever taken: whose, how it stands, and how often it was booked."""
    found = sorted(await rows(world, tables.appointments), key=lambda one: one.ref)
    orders = {one.id: one.ref for one in await rows(world, tables.orders)}
    return [(orders[one.order_id], one.status, one.revision) for one in found if one.ref.startswith("offer:")]


async def test_a_place_given_back_is_offered_to_the_next_and_typed_words_are_answers(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    names = {"C2": "Lee", "C3": "Jo", "C4": "Pat", "C5": "Ash"}
    lee, jo, pat, ash = await several(world, names)
    await lost_a_day(world, "C2")
    await a_place(world, kirsty, *names)  # Lee is told at once, the others at 11:00
    await lee.says("1")
    assert lee.newest().startswith("The place is yours. Wed 25 Nov, 9:30.")
    await world.moves_to("2026-11-23 11:05")
    for phone in (jo, pat):
        phone.sees_nothing_new()  # it has gone
    await lee.says("No.")
    assert lee.buttons() == ["I can come after all"]
    kirsty.sees("C2 has given back a free place", "It is offered to the next who are ticked for it: 3.")
    for phone in (jo, pat, ash):
        assert phone.sees("There is a free place") == phone.newest()
    await jo.says("yes")
    assert jo.newest().startswith("The place is yours.")
    await pat.says("can I bring a friend")  # words for a person
    kirsty.sees("C4: wrote.")
    await pat.says("No thank you")
    assert pat.newest().startswith("That is fine.")
    pat.reads_all()
    await lee.taps("I can come after all")
    assert lee.newest().startswith("Sorry, that place has gone.")
    assert await answers(world) == ["too_late", "taken", "no_thanks", ""]
    ash.reads_all()
    await jo.taps("I can't make it")
    assert lee.sees("There is a free place") == lee.newest()  # who wanted it; nobody else is asked twice
    kirsty.sees("C3 has given back a free place", "the next", ": 1.")
    for phone in (pat, ash):
        phone.sees_nothing_new()
    await lee.says("yes")
    assert lee.newest().startswith("The place is yours.")
    assert await booked(world) == [("OC2", "booked", 2), ("OC3", "cancelled", 1)]
    world.everybody_reads_all()
    await world.moves_to("2026-11-24 18:00")
    lee.sees("Tomorrow, Wed 25 Nov, 9:30. The yard.")
    jo.sees_nothing_new()
    assert "cannot" not in {one.kind for one in await rows(world, tables.items)}
    await world.moves_to("2026-11-25 09:10")  # too late for anybody else: a person answers
    await lee.taps("I can't make it")
    assert (await booked(world))[0] == ("OC2", "booked", 2)
    assert "cannot" in {one.kind for one in await rows(world, tables.items)}


async def test_what_the_case_system_calls_off_is_free_again_and_a_place_sets_the_follow_up(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    lee, jo = await somebody(world, "C2", "Lee"), await somebody(world, "C3", "Jo")
    await lost_a_day(world, "C2")
    [missed] = [one.id for one in await rows(world, tables.appointments) if one.ref == "LC2"]
    one, order = await id_of(world, tables.individuals, "C2"), await id_of(world, tables.orders, "OC2")
    service = world.town.app.service
    async with service.db.write() as tx:
        orders = await dates.orders_by_id(tx, [order])
        await items.raise_item(service, tx, Kind.NON_ATTENDANCE, "missed:1", one, orders[order], missed)
    await world.town.settle()
    [alert] = await rows(world, tables.items)
    assert f"{service.calendar.wall(alert.follow_up_at):%a %H:%M}" == "Wed 17:00"
    await a_place(world, kirsty, "C2", "C3")
    await lee.taps("Yes please")
    [alert] = await rows(world, tables.items)
    assert f"{service.calendar.wall(alert.follow_up_at):%a %H:%M}" == "Wed 9:30".replace(" 9", " 09")
    [ref] = [one.ref for one in await rows(world, tables.appointments) if one.ref.startswith("offer:")]
    heading = "appointment_ref,order_ref,kind,date,start,end,place_ref,staff_ref,status"
    row = f"{ref},OC2,unpaid_work,2026-11-25,09:30,13:30,P1,SUP1,cancelled"
    files = [File("appointments.csv", f"{heading}\n{row}\n".encode())]
    report = await imports.run(service, files, False, lambda *_: None)
    assert not report.problems
    await world.town.settle()
    assert await booked(world) == [("OC2", "cancelled", 2)]
    assert jo.sees("There is a free place") == jo.newest()
    kirsty.sees("C2 has given back a free place")
    lee.sees("Wed 25 Nov, 9:30: this date is off. You do not need to come.")
    [alert] = await rows(world, tables.items)
    assert f"{service.calendar.wall(alert.follow_up_at):%a %H:%M}" == "Wed 17:00"


async def test_hours_lost_count_as_far_as_they_are_still_to_be_done(world: World, sam: Phone, kirsty: Phone) -> None:
    await somebody(world, "C2", "Lee")
    await lost_a_day(world, "C2")
    order = await id_of(world, tables.orders, "OC2")
    most = next(one.hours for one in await rows(world, tables.orders) if one.ref == "OC2")
    taken_off = {
        "ref": "J1",
        "order_id": order,
        "on_day": MONDAY.date(),
        "minutes": -(most - 2) * 60,
        "reason": "court",
    }
    await world.row(tables.adjustments, **taken_off)
    await kirsty.says("/offer")
    for label in ("Tick people", "The yard (0)", "C2", "Back", "Back", SESSION):
        await kirsty.taps(label)
    assert "· C2: at once, lost 2 h to us" in kirsty.newest()


async def test_whoever_has_the_person_now_hears_of_a_place_given_back_and_who_offered_it_no_more(
    world: World, kirsty: Phone
) -> None:
    other = await world.staff("CM2", "Una Bell", "case_manager")
    una, lee = await world.linked("Una", "CM2"), await somebody(world, "C2", "Lee")
    await a_place(world, kirsty, "C2")
    await lee.says("1")
    async with world.writing() as tx:
        await tx.execute(tables.orders.update().values(case_manager_id=other))
    kirsty.reads_all()
    await lee.says("No.")
    una.sees("C2 has given back a free place")
    kirsty.sees_nothing_new()

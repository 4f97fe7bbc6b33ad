"""*Can't make it* is owed a named person's answer; nobody's silence makes the date stand or fall."""

from datetime import UTC, datetime

import pytest

from db import dates, tables
from domain.appointments import Answer
from domain.outbox import Subject
from messages.actions.individual import Say
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, looked_at, owed_about, recorded, rows

REST = ["Note for their worker", "Back"]
ANSWERS = ["No need to come", "Still come", "New date"]
WAITS = "You told us that you can't make it today, Wed 25 Nov, at 9:30."


@pytest.fixture
def begins() -> datetime:
    """On the day before the date."""
    return datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture
async def kirsty(world: World, sam: Phone) -> Phone:
    return await world.linked("Kirsty", "CM1")


async def cannot(world: World, sam: Phone, at: str = "2026-11-24 18:00") -> None:
    await world.moves_to(at)
    await sam.taps("I can't make it")
    world.everybody_reads_all()


async def about(world: World) -> Subject:
    return Subject("item", (await rows(world, tables.items))[-1].id)


async def test_no_need_to_come_closes_the_card_and_stands_beside_the_date(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    duty, rab = await world.linked("Dee", "DUTY1"), await world.linked("Rab", "SUP1")
    await cannot(world, sam)
    await kirsty.opens()
    assert kirsty.buttons()[:4] == [*ANSWERS, "I'm dealing with it"]
    await kirsty.taps("No need to come")
    assert "Told: no need to come." in kirsty.newest()
    assert sam.newest() == "You do not need to come tomorrow, Wed 25 Nov, at 9:30."
    assert ("C1", "item answered") in await looked_at(world, "CM1")
    world.everybody_reads_all()
    await world.moves_to("2026-11-25 09:50")
    duty.sees_nothing_new()
    sam.sees_nothing_new()
    assert await recorded(world, "A1") == [], "what happened is for whoever runs the session to say"
    await rab.says("/today")
    await rab.taps("1. Sam")
    assert "Told not to come by Kirsty Muir" in rab.newest()
    assert rab.buttons() == ["Came", "Came late or left early", "Sent home by us", "Sent home, other reason", *REST]
    rab.person.press(f"mark:{await id_of(world, tables.appointments, 'A1')}:missed_reason_unknown:0:", 1)
    await world.town.settle()
    await rab.says("1 no")
    rab.sees("Not expected, so nobody has missed anything: 1.")
    await rab.says("all came")
    rab.sees("Nobody on your list is meant")
    for ask, said in (("/next", "no dates"), ("/hours", "No day is booked yet.")):
        await sam.says(ask)
        assert said in sam.newest()
    rab.reads_all()
    await world.moves_to("2026-11-26 10:05")
    rab.sees_nothing_new()  # nothing is missing: nothing is asked
    assert {one.kind for one in await rows(world, tables.items)} == {"cannot"}  # nor is it on the manager's list
    await sam.says("/hours")
    assert "Your last days may not all be in here yet." not in sam.newest()
    assert await recorded(world, "A1") == []
    assert ("still_waiting", "cancelled", "answered") in await owed_about(world, await about(world))
    assert "Change the answer" in kirsty.buttons(), "until somebody looks after the start"
    await kirsty.taps("Change the answer")
    assert kirsty.newest().endswith("Told: no need to come."), "too late"


async def test_an_answer_that_was_a_slip_is_changed_and_told_anew(world: World, sam: Phone, kirsty: Phone) -> None:
    """By whoever gave it, though they reach Sam only while something is open; and back again."""
    duty = await world.linked("Dee", "DUTY1")
    await cannot(world, sam)
    await world.moves_to("2026-11-25 08:30")
    await duty.opens()
    await duty.taps("No need to come")
    assert duty.buttons() == ["Change the answer"]
    await duty.taps("Change the answer")
    assert duty.buttons() == ["Still come", "New date", "Back"]
    await duty.taps("Back")
    await duty.taps("Change the answer")
    await duty.taps("Still come")
    assert sam.newest().startswith("Sorry, this has changed. Please still come today, Wed 25 Nov, at 9:30.")
    assert any("Told: please still come." in shown.text for shown in kirsty.person.chat)
    await duty.taps("Change the answer")
    await duty.taps("No need to come")
    assert sam.newest() == "Sorry, this has changed. You do not need to come today, Wed 25 Nov, at 9:30."
    sam.reads_all()
    kirsty.person.press("stand:1:still_come", kirsty.person.chat[-1].id)  # a card of before decides nothing
    await world.town.settle()
    sam.sees_nothing_new()
    await world.moves_to("2026-11-25 09:31")
    await duty.taps("Change the answer")
    assert duty.buttons() == []


async def test_each_answer_says_whether_to_come(world: World, sam: Phone, kirsty: Phone) -> None:
    worker = await id_of(world, tables.staff, "CM1")
    phones = [sam]
    async with world.at_once():
        for n in (2, 3):
            one = await world.individual(f"C{n}", f"Sam{n}", name_agreed=n == 2)
            order = await world.order(f"O{n}", one, case_manager_id=worker)
            await world.appointment(f"A{n}", order, one, "2026-11-25 09:30")
            phones.append(await world.linked(f"Sam{n}", f"C{n}"))
    ways = [
        ("Still come", "Please still come tomorrow, Wed 25 Nov, at 9:30."),
        ("Still come", "Kirsty asks you to please still come tomorrow, Wed 25 Nov, at 9:30."),
        ("New date", "You do not need to come tomorrow, Wed 25 Nov, at 9:30. We will give you a new date."),
    ]
    for phone, (answer, told) in zip(phones, ways, strict=True):
        await cannot(world, phone, "2026-11-24 18:30")
        await kirsty.taps("I'm dealing with it")
        await kirsty.taps(answer)
        assert phone.newest().startswith(told)


async def test_nobody_answers_so_somebody_else_is_asked_and_there_is_a_number_to_ring(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    """An hour before the start, which is sooner than two working hours; and taking it on is not an answer."""
    duty, manager = await world.linked("Dee", "DUTY1"), await world.linked("Morag", "MGR1")
    await cannot(world, sam)
    await kirsty.taps("I'm dealing with it")
    await world.moves_to("2026-11-25 08:29")
    duty.sees_nothing_new()
    sam.sees_nothing_new()
    await world.moves_to("2026-11-25 08:30")
    duty.sees("C1: can't make it. They still wait for an answer. Kirsty Muir is dealing with it")
    text = sam.newest()
    assert text.startswith(WAITS)
    assert " Your date still stands. Please call us on 01475 715 000, or tap Call me. If someone is in danger" in text
    assert sam.buttons() == ["I'll be there", "Call me"]
    await duty.opens()
    await duty.taps("No need to come")
    assert sam.newest() == "You do not need to come today, Wed 25 Nov, at 9:30."
    assert any("Told: no need to come." in shown.text for shown in kirsty.person.chat)
    [item] = await rows(world, tables.items)
    assert (item.outcome, item.claimed_by) == ("no_need", await id_of(world, tables.staff, "DUTY1"))
    world.everybody_reads_all()
    await world.moves_to("2026-11-26 12:00")
    assert not [shown for shown in manager.new if "can't make it" in shown.text]


async def test_an_answer_that_nobody_gave_ends_with_a_manager_and_comes_too_late_after_the_start(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    manager = await world.linked("Morag", "MGR1")
    await cannot(world, sam, "2026-11-24 18:00")
    await world.moves_to("2026-11-25 09:40")
    await kirsty.opens()
    assert not set(ANSWERS) & set(kirsty.buttons()), "the date has begun"
    kirsty.person.press("stand:1:no_need", kirsty.person.chat[-1].id)
    await world.town.settle()
    assert (await rows(world, tables.items))[0].outcome == ""
    manager.sees("C1: can't make it. They still wait for an answer.")


async def test_whoever_answered_hears_if_it_could_not_be_told(world: World, sam: Phone, kirsty: Phone) -> None:
    await cannot(world, sam)
    sam.person.block()
    await kirsty.opens()
    await kirsty.taps("Still come")
    kirsty.sees("C1: your answer could not be sent, because no phone is linked", "Please tell them yourself.")


async def test_the_reminder_of_a_date_that_need_not_be_kept_does_not_go_out(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    """And once the date has moved the answer is about another one."""
    one, who = await id_of(world, tables.appointments, "A1"), await id_of(world, tables.individuals, "C1")
    await world.moves_to("2026-11-24 10:00")
    sam.person.press(f"say:{one}:1:cannot", 1)
    await world.town.settle()
    await kirsty.opens()
    for answer, stands in (("", [who]), ("No need to come", [])):
        if answer:
            await kirsty.taps(answer)
        async with world.town.app.service.db.read() as tx:
            found = await dates.next_dates(tx, [who], world.town.clock.now())
        assert list(found) == stands, "a message that names the next date leaves it out"
    world.everybody_reads_all()
    await world.moves_to("2026-11-25 09:00")
    sam.sees_nothing_new()
    assert ("reminder", "cancelled", "no_longer_so") in await owed_about(world, Subject("appointment", one))
    rab = await world.linked("Rab", "SUP1")
    for retimed_at, stands in ((None, True), (world.town.clock.now(), False)):
        await world.change(tables.appointments, "A1", retimed_at=retimed_at)
        await rab.says("/today")
        assert ("Told not to come by Kirsty Muir" in rab.newest()) is stands


async def test_who_says_it_again_after_still_come_is_owed_another_answer(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await cannot(world, sam)
    tapped = sam.person.chat[-1].id
    await kirsty.opens()
    await kirsty.taps("Still come")
    sam.sees("Please still come tomorrow, Wed 25 Nov, at 9:30.")
    world.everybody_reads_all()
    sam.person.press(Say(await id_of(world, tables.appointments, "A1"), 1, Answer.CANNOT).pack(), tapped)
    await world.town.settle()
    assert "Someone will look at it" in next(one.text for one in sam.person.chat if one.id == tapped)
    kirsty.sees("C1: can't make it.")
    await kirsty.opens()
    await kirsty.taps("No need to come")
    sam.sees("You do not need to come tomorrow, Wed 25 Nov, at 9:30.")

"""What is answered at the start and at a review is heeded by a person; what is answered at the end never is."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from db import dates, outbox, tables
from domain.offering import Due
from domain.outbox import Owed, Subject, To
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import rows
from usecases import offering

NUMBERS = ("999", "116 123", "0800 83 85 87")
SKIP = "Skip this one"


async def offers(world: World, order_id: int, occasion: str, form: str) -> None:
    """The form stands in the person's chat, as the offering of forms would put it there."""
    service = world.town.app.service
    async with service.db.write() as tx:
        order = await dates.order(tx, order_id)
        assert order is not None
        sitting = await offering.sitting_for(service, tx, Due(order, occasion, form))
        about = Subject("sitting", sitting.id)
        offer = Owed("form_offer", about, To.INDIVIDUAL, service.clock.now(), individual_id=order.individual_id)
        await outbox.owe(tx, offer, service.clock.now())
    await world.town.settle()


async def ends(world: World, order_id: int, status: str = "completed", on: date = date(2026, 11, 20)) -> None:
    """What tonight's import does with an order that has ended."""
    service = world.town.app.service
    async with service.db.write() as tx:
        change = tables.orders.update().where(tables.orders.c.id == order_id).values(status=status, ended_on=on)
        individual_id = (await tx.execute(change.returning(tables.orders.c.individual_id))).scalar_one()
        await offering.owe_form(service, tx, individual_id)
    await world.town.settle()


async def answers(phone: Phone, *said: str) -> None:
    """Taps a button that says so; anything else is typed."""
    for one in said:
        if one in phone.buttons():
            await phone.taps(one)
        else:
            assert one not in (SKIP, "Begin", "Send"), phone.buttons()
            assert not one[0].isdecimal(), f"{one}: {phone.buttons()}"
            await phone.says(one)


async def items_of(world: World, kind: str) -> list[Any]:
    return [one for one in await rows(world, tables.items) if one.kind == kind]


async def person(world: World) -> Any:
    return (await rows(world, tables.individuals))[0]


MUCH = (
    *("Begin", "1. Very bad", "2. Bad", "3. OK", SKIP, "1. Never", "5. Very sure"),
    *("8. Hard to read letters", "10. A place or person I need to stay away from", "That is all"),
    *("2. Some of it", "5. Not in English", "2. Someone may see it"),
    *("1. Yes", "2. Money or benefits", "3. Food or heating", "That is all", "To see my boy", "Send"),
)


@pytest.fixture
async def kirsty(world: World, sam: Phone) -> Phone:
    return await world.linked("Kirsty", "CM1")


async def test_much_comes_of_one_form_and_kirsty_has_one_task_with_all_of_it(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await sam.says("/phone")
    await answers(sam, "Yes, show it", "No, just me", "Plain words")
    await offers(world, 1, "start", "baseline")
    await answers(sam, *MUCH)
    sam.sees("Thanks for telling me. I have passed on what you need.", "Kirsty has been sent this.")
    sam.sees("You told me that others may see this phone. So my words here stay short.")
    sam.sees("Which language")
    assert len(await items_of(world, "need")) == 1
    assert kirsty.sees("C1: ") == "C1: answers on a form that need a person."
    assert len(kirsty.new) == 1
    text = await kirsty.opens()
    assert text.index("stay away from. Please find out today") < text.index("help this week: Money or benefits; Food")
    assert "They gave a low answer (1 or 2 of 5) about: where they live; money; something to get up for." in text
    for words in ("letters hard to read", "Only some of what", "agree with them when it is safe", "another language"):
        assert words in text
    assert "Please speak to them by Mon 23 Nov 17:00." in text
    assert "+" not in text
    assert "to see my boy" not in text.lower()

    sam.reads_all()
    await sam.says("/phone")
    await answers(sam, "Yes, show it", "No, just me")
    sam.sees("So my words here stay short, to keep you safe. Has that changed? Then please tell your worker.")
    assert (await person(world)).discreet
    assert not (await person(world)).plain

    kirsty.reads_all()
    await kirsty.taps("I'm dealing with it")
    await world.moves_to("2026-11-23 17:00")
    kirsty.sees("C1: you were asked to speak to them by now")
    await kirsty.taps("Done")
    await kirsty.taps("Spoke with them")
    morag = await world.linked("Morag", "MGR1")
    await world.moves_to("2026-11-24 12:00")
    morag.sees_nothing_new()


async def test_answers_taken_back_take_their_task_with_them_and_what_nobody_meets_is_a_managers_in_a_working_day(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    morag = await world.linked("Morag", "MGR1")
    need = ("Begin", *[SKIP] * 6, "1. Yes", "1. A place to stay", "That is all", SKIP, "Send")
    await offers(world, 1, "review:1", "review")
    await answers(sam, *need)
    await kirsty.opens()
    await sam.taps("Take my answers back")
    await sam.taps(next(one for one in sam.buttons() if one.startswith("Yes")))
    kirsty.sees("withdrawn")
    assert [(one.words, one.withdrawn_at is None) for one in await items_of(world, "need")] == [(None, False)]

    await offers(world, 1, "review:2", "review")
    await answers(sam, *need)
    assert "They want help this week: A place to stay." in await kirsty.opens()
    await kirsty.taps("I'm dealing with it")
    await world.moves_to("2026-11-24 16:59")
    morag.sees_nothing_new()
    await world.moves_to("2026-11-25 10:02")
    morag.sees("New on the manager's list:")


async def test_a_low_answer_waits_for_the_morning_and_nothing_low_raises_nothing(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await offers(world, 1, "review:1", "review")
    await answers(sam, "Begin", "4. Good", "3. OK", "5. Very good", "4. Good", "3. Some days", "3. Half sure")
    await answers(sam, "2. No", SKIP, "Send")
    assert await items_of(world, "need") == []
    await offers(world, 1, "review:2", "review")
    await answers(sam, "Begin", "2. Bad", *[SKIP] * 7, "Send")
    assert all("passed on" not in shown.text for shown in sam.new)
    kirsty.sees_nothing_new()
    await world.moves_to("2026-11-24 08:59")
    kirsty.sees_nothing_new()
    await world.moves_to("2026-11-24 09:00")
    kirsty.sees("C1: answers on a form that need a person.")
    text = await kirsty.opens()
    assert "about: where they live." in text
    assert "Please speak to them by Wed 25 Nov 17:00." in text


async def test_the_worker_reads_answers_and_change_in_words_and_nobody_else_does(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await offers(world, 1, "start", "baseline")
    await answers(sam, "Begin", "2. Bad", "3. OK", "4. Good", SKIP, "3. Some days", SKIP)
    await answers(sam, "1. Bus fare or getting there", "That is all", *[SKIP] * 4, "To see my boy", "Send")
    await offers(world, 1, "review:1", "review")
    await answers(sam, "Begin", "4. Good", "3. OK", "2. Bad", SKIP, "3. Some days", SKIP, "2. No", SKIP, "Send")
    kirsty.reads_all()
    await kirsty.says("/case C1")
    await kirsty.taps("Answers")
    text = kirsty.newest()
    assert "At the start, Mon 23 Nov 2026" in text
    assert "How is the place where you live right now? Bad → Good: better" in text
    assert "How are you getting by for money right now? OK → OK: the same" in text
    assert "How are you getting on with the people close to you? Good → Bad: worse" in text
    assert "Bus fare or getting there" in text
    assert "“To see my boy”" in text
    assert "It is no score." in text
    assert [row.act for row in await rows(world, tables.access)][-1] == "read_answers"
    morag = await world.linked("Morag", "MGR1")
    await morag.says("/case C1")
    assert "Answers" not in morag.buttons()
    await world.moves_to("2026-11-24 10:00")  # two offers a day are the most
    await ends(world, 1)
    await answers(sam, "Begin", "1. Very bad", *[SKIP] * 5, "1. No, not at all")
    await answers(sam, *[SKIP] * 5, "Rab was unfair", "1. Yes", "Send")
    await kirsty.says("/case C1")
    await kirsty.taps("Answers")
    assert "Very bad" not in kirsty.newest()
    assert "unfair" not in kirsty.newest()


async def test_nothing_of_an_end_form_is_anybodys_task_and_danger_in_it_is_dutys_alone(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    dee = await world.linked("Dee", "DUTY1")
    await ends(world, 1, "breached")
    await answers(sam, "Begin", "10. A place or person I need to stay away from", "8. Hard to read letters")
    await answers(sam, "That is all", "2. No", "1. No, not at all")
    sam.reads_all()
    await sam.says("It was hard. I want to die.")
    sam.sees(*NUMBERS, "Only that one part of what you typed has been passed on.")
    assert "Can we use your words in a report?" in " ".join(shown.text for shown in sam.new)
    dee.sees("C1: URGENT, may be in danger.")
    text = await dee.opens()
    assert "“I want to die.”" in text
    assert "It was written in a form." in text
    assert "It was hard" not in text
    await answers(sam, "1. Yes", "Send")
    assert await items_of(world, "need") == []
    kirsty.sees_nothing_new()
    await kirsty.says("/desk")
    assert "C1" not in kirsty.newest()
    await kirsty.says("/case C1")
    assert "danger" not in kirsty.newest().lower()
    kirsty.reads_all()
    await dee.taps("I'm dealing with it")
    await dee.taps("Done")
    await dee.taps("Spoke with them")
    kirsty.sees_nothing_new()
    async with world.town.app.service.db.read() as tx:
        assert (await tx.execute(select(tables.said))).all() == []


async def test_who_works_with_the_person_hears_of_danger_only_where_there_is_nobody_else(world: World) -> None:
    """Kirsty is on duty too, and so is Dee; then Kirsty alone."""
    kirsty_id = await world.staff("CM1", "Kirsty Muir", "case_manager+duty")
    await world.staff("DUTY1", "Dee Gunn", "duty")
    one = await world.individual("C1", "Sam")
    await world.order("O1", one, case_manager_id=kirsty_id)
    sam, kirsty, dee = await world.linked("Sam", "C1"), await world.linked("Kirsty", "CM1"), None
    dee = await world.linked("Dee", "DUTY1")
    await ends(world, 1, "breached")
    await answers(sam, "Begin", SKIP, SKIP, SKIP, "I want to die.")
    dee.sees("URGENT")
    kirsty.sees_nothing_new()
    await world.change(tables.staff, "DUTY1", active_until=date(2026, 11, 20))
    await world.moves_to("2026-11-24 09:00")
    kirsty.sees("URGENT")


async def test_what_somebody_on_staff_keys_in_is_heeded_all_the_same(world: World, sam: Phone, kirsty: Phone) -> None:
    cal = await world.staff("CM2", "Cal Orr", "case_manager")
    helper, dee = await world.linked("Cal", "CM2"), await world.linked("Dee", "DUTY1")
    await kirsty.says("/form C1")
    await answers(kirsty, "Start: key in what they wrote on paper", "Begin", *[SKIP] * 12, "1. Yes", SKIP)
    kirsty.reads_all()
    await answers(kirsty, "To see my boy", "Send")
    assert (await items_of(world, "need"))[0].words == "help"
    assert sam.new == []

    await sam.says("STOP")
    await ends(world, 1, "breached")
    async with world.town.app.service.db.write() as tx:
        named = tables.sittings.update().where(tables.sittings.c.occasion == "end")
        await tx.execute(named.values(helper_id=cal, helper_named_by=4))
    world.everybody_reads_all()
    await helper.says("/form C1")
    await answers(helper, "Early end: key in what they wrote on paper", "Begin", SKIP, SKIP, SKIP)
    await helper.says("It was hard. I want to die.")
    helper.sees("C1: what you typed may be about danger. That one sentence has been sent to duty.", *NUMBERS)
    dee.sees("C1: URGENT")
    assert "“I want to die.”" in await dee.opens()
    kirsty.sees_nothing_new()
    await answers(helper, "1. Yes", "Send")
    assert [row.allowed for row in await rows(world, tables.quotes)] == ["no"]

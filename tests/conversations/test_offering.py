"""Which questionnaires are offered when, what counts as offered, and who asks where the chat cannot."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from db import outbox, tables
from domain.attendance import Outcome, Record
from domain.outbox import Status, Subject
from tests.conversations.conftest import Phone, World
from tests.conversations.test_exit_questionnaire import changes, ends, restarts, stored
from usecases import register

BOOKED = datetime(2026, 11, 20, 9, tzinfo=UTC)
START = "A few quick questions about how things are. It takes 4 minutes."
OVER = "The time for these questions is over. You do not have to do anything. Thank you."
REVIEW = "A few quick questions about how things are now."


@pytest.fixture
async def lee(world: World) -> Phone:
    """Lee, on supervision since Monday with Ola; the induction is booked for Tuesday at ten."""
    async with world.at_once():
        ola = await world.staff("OFF1", "Ola Shaw", "officer")
        await world.staff("MGR1", "Morag Reid", "manager")
        await world.staff("SUP1", "Rab Boyd", "supervisor")
        await world.staff("DUTY1", "Dee Gunn", "duty")
        one = await world.individual("C1", "Lee")
        order = await world.order("O1", one, "supervision", imposed_on=date(2026, 11, 23), hours=None, officer_id=ola)
        dated = {"staff_id": ola, "booked_at": BOOKED}
        await world.appointment("A1", order, one, "2026-11-24 10:00", kind="induction", **dated)
        return await world.linked("Lee", "C1")


async def came(world: World, ref: str, outcome: Outcome = Outcome.ATTENDED_FULL) -> None:
    """What whoever saw them taps in the register."""
    house = world.town.app.service
    async with house.db.write() as tx:
        id_ = (await tx.execute(select(tables.appointments.c.id).where(tables.appointments.c.ref == ref))).scalar_one()
        await register.record(house, tx, id_, Record(outcome, house.clock.now()), "chat")
    house.wake()
    await world.town.settle()


async def occasions(world: World) -> list[tuple[str, str]]:
    """Which forms are on record, and how each was offered."""
    return [(row.occasion, row.offered_how) for row in await stored(world, tables.sittings)]


async def ended(world: World, kind: str) -> list[tuple[str, str]]:
    """What became of the messages of a kind."""
    return [(row.status, row.reason) for row in await stored(world, tables.outbox) if row.kind == kind]


async def test_at_the_start_once_they_came_to_the_induction_and_ahead_of_each_review(world: World, lee: Phone) -> None:
    await world.moves_to("2026-11-24 10:40")
    lee.reads_all()
    await came(world, "A1")
    assert START in lee.sees("Your worker will see your answers so they can help.")
    assert await occasions(world) == [("start", "telegram")]
    await lee.taps("I do not want to do this")
    assert lee.newest() == "That is fine. We have kept no answers. Thank you."
    lee.reads_all()
    await world.change(tables.orders, "O1", imposed_on=date(2026, 10, 12))
    await restarts(world, "2027-01-03 20:00")
    await world.moves_to("2027-01-04 20:00")
    lee.sees_nothing_new()
    await world.moves_to("2027-01-05 08:00")  # a week before the limit of the first review: Tue 12 Jan
    lee.sees(REVIEW)
    assert await occasions(world) == [("start", "telegram"), ("review:1", "telegram")]
    lee.reads_all()
    await world.moves_to("2027-01-08 11:59")
    lee.sees_nothing_new()
    await world.moves_to("2027-01-08 12:00")
    lee.sees("It is fine to say no.", REVIEW)
    lee.reads_all()
    await world.moves_to("2027-01-15 12:00")
    lee.sees("This is the last time we ask.", REVIEW)
    lee.reads_all()
    await world.moves_to("2027-01-19 12:00")
    lee.sees_nothing_new()
    await restarts(world, "2027-02-04 12:00")
    await world.moves_to("2027-02-05 12:00")
    lee.sees_nothing_new()
    await lee.taps("Begin")
    assert lee.newest() == OVER


async def test_ahead_of_each_review_that_is_booked_at_court_too_and_without_supervision(
    world: World, lee: Phone
) -> None:
    two = await world.individual("C2", "Jo")
    await world.order("O2", two)  # unpaid work and no more: no limit of the standards asks for a review
    jo = await world.linked("Jo", "C2")
    reviews = {"kind": "court_review", "booked_at": BOOKED}
    async with world.at_once():
        await world.change(tables.orders, "O1", imposed_on=date(2026, 10, 27))  # Lee's first limit: Wed 27 Jan
        for order in (1, 2):
            for day in ("2026-12-01", "2026-12-30"):
                await world.appointment(f"R{order}{day}", order, order, f"{day} 10:00", **reviews)
    await world.moves_to("2026-11-25 08:00")
    lee.sees(REVIEW)
    jo.sees(REVIEW)
    for phone in (lee, jo):
        await phone.taps("I do not want to do this")
    await restarts(world, "2026-12-21 20:00")
    await world.moves_to("2026-12-22 20:00")
    lee.reads_all()
    jo.reads_all()
    await world.moves_to("2026-12-23 08:00")
    lee.sees(REVIEW)
    jo.sees(REVIEW)
    await restarts(world, "2027-01-18 20:00")
    await world.moves_to("2027-01-20 08:00")
    assert sorted(await occasions(world)) == [
        *[("review:1", "telegram")] * 2,
        *[("review:2", "telegram")] * 2,
        ("review:3", "telegram"),  # Lee's by the limit
    ]


async def test_a_miss_put_right_takes_the_offer_back(world: World, lee: Phone) -> None:
    await world.moves_to("2026-11-24 20:30")
    lee.reads_all()
    await came(world, "A1")  # the offer waits for the morning
    await came(world, "A1", Outcome.MISSED_REASON_UNKNOWN)
    await world.moves_to("2026-11-25 07:30")
    assert await ended(world, "form_offer") == [("cancelled", "not_owed_now")]
    await came(world, "A1")
    await world.moves_to("2026-11-25 08:00")
    lee.sees(START)


async def test_an_induction_that_is_put_on_record_as_a_step_begins_an_order_too(world: World, lee: Phone) -> None:
    """Many councils hold no register of inductions: whoever held it taps the step on /clocks."""
    ola = await world.linked("Ola", "OFF1")
    await world.moves_to("2026-11-24 20:30")
    await ola.says("/clocks C1")
    await ola.taps("Induction or first meeting held")
    await ola.taps("Today")
    lee.reads_all()
    await ola.taps("Undo")
    await world.moves_to("2026-11-25 08:00")
    lee.sees_nothing_new()
    assert await ended(world, "form_offer") == [("cancelled", "not_owed_now")]
    await ola.says("/clocks C1")
    await ola.taps("Induction or first meeting held")
    await ola.taps("Yesterday")
    lee.sees(START)
    assert await occasions(world) == [("start", "telegram")]
    assert "at the start: offered Wed 25 Nov" in await card(ola)


async def test_who_is_not_reached_at_the_start_is_asked_when_they_are(world: World, lee: Phone) -> None:
    await lee.says("STOP")
    lee.reads_all()
    await world.moves_to("2026-11-24 10:40")
    await came(world, "A1")
    lee.sees_nothing_new()
    assert await occasions(world) == [("start", "")]
    await lee.says("/start")
    await lee.taps("Start again")
    lee.reads_all()
    await world.moves_to("2026-11-25 08:00")
    lee.sees(START)


async def test_what_was_asked_while_an_order_ran_is_over_with_it(world: World, lee: Phone) -> None:
    await world.moves_to("2026-11-24 10:40")
    await came(world, "A1")
    await lee.taps("Begin")
    await ends(world, 1, "completed", date(2026, 11, 24))
    lee.sees("Your time with us has come to an end.")
    assert await occasions(world) == [("start", "telegram"), ("end", "telegram")]
    [begun] = [shown for shown in lee.new if "1 of" in shown.text]
    lee.person.tap("1. Very bad", begun.id)
    await world.town.settle()
    assert any("The time for these questions is over." in shown.text for shown in lee.new)


async def test_three_and_ten_days_after_the_offer_and_never_once_it_is_answered(world: World, lee: Phone) -> None:
    await ends(world, 1, "breached")
    await lee.taps("Begin")
    await world.moves_to("2026-11-26 12:00")
    text = lee.sees("You have not sent your answers yet.")
    assert "1 of 4" in text
    for label in ("Skip this one", "Skip this one", "Skip this one", "Skip this one", "Send"):
        await lee.taps(label)
    assert await ended(world, "form_again") == [("sent", ""), ("cancelled", "form_over")]


async def test_a_reminder_in_between_does_not_bury_the_open_question(world: World, lee: Phone) -> None:
    await world.moves_to("2026-11-24 10:40")
    await came(world, "A1")
    await world.appointment("A2", 1, 1, "2026-11-25 14:00", kind="supervision", booked_at=BOOKED)
    await lee.taps("Begin")
    await lee.taps("4. Good")
    lee.reads_all()
    await world.moves_to("2026-11-24 18:00")
    reminder, question = [shown.text for shown in lee.new]
    assert "Tomorrow" in reminder
    assert question.startswith("2 of")
    assert sum("2 of" in shown.text for shown in lee.person.chat) == 1, "the older screen is gone"
    await lee.taps("I'll be there")
    await lee.taps("Skip this one")
    assert any(shown.text.startswith("3 of") for shown in lee.person.chat)
    await lee.taps("Stop for now")
    await world.appointment("A3", 1, 1, "2026-11-26 14:00", kind="supervision", booked_at=BOOKED)
    lee.reads_all()
    await world.moves_to("2026-11-25 18:00")
    assert len(lee.new) == 1, "who has stopped is left in peace"


async def test_what_got_in_the_way_of_a_date_is_for_people_though_a_form_is_open(world: World, lee: Phone) -> None:
    ola = await world.linked("Ola", "OFF1")
    await world.moves_to("2026-11-24 10:40")
    await came(world, "A1")
    await lee.taps("Begin")
    await lee.taps("4. Good")
    await world.appointment("A2", 1, 1, "2026-11-24 12:00", kind="supervision", booked_at=BOOKED)
    await world.moves_to("2026-11-24 12:30")
    lee.reads_all()
    await came(world, "A2", Outcome.MISSED_REASON_UNKNOWN)
    await world.moves_to("2026-11-24 16:00")
    assert "Tell us what got in the way" in lee.newest(), "it is not buried by the form"
    await lee.says("the bus broke down")
    lee.sees("I have passed that on.")
    assert lee.newest().startswith("2 of"), "then the open question again"
    assert "the bus broke down" in await ola.opens()
    await lee.says("skip")
    assert lee.newest().startswith("3 of")
    care = next(shown.id for shown in lee.person.chat if "Tell us what got in the way" in shown.text)
    await lee.replies("and my phone died", to=care)
    lee.sees("I have passed that on.")


async def test_where_the_chat_cannot_ask_a_manager_names_somebody_neutral_in_two_taps(world: World, lee: Phone) -> None:
    await lee.says("STOP")
    morag, ola = await world.linked("Morag", "MGR1"), await world.linked("Ola", "OFF1")
    await world.staff("CT1", "Ann Other", "court_team")
    await world.staff("OFF9", "Gone Away", "officer", active_until=date(2026, 11, 1))
    dee, rab, ann = [await world.linked(*one) for one in (("Dee", "DUTY1"), ("Rab", "SUP1"), ("Ann", "CT1"))]
    await world.appointment("A2", 1, 1, "2026-11-20 10:00", kind="unpaid_work", staff_id=3)
    await ends(world, 1, "completed", date(2026, 11, 22))
    morag.sees("C1: questions at the end: who asks?")
    await morag.opens()
    assert "Why not in the chat: they asked for no messages." in morag.newest()
    await morag.taps("Name somebody …")
    names = morag.buttons()
    assert names == ["Ann Other", "Dee Gunn", "Morag Reid"]
    await morag.taps("Dee Gunn")
    assert "Dee Gunn has been asked to do it." in morag.newest()
    dee.sees("C1: the order has ended. Morag Reid asks you", "they asked for no messages")
    assert "at the end: not offered yet: they asked for no messages (Dee Gunn asks)" in await card(morag)
    await morag.taps("Name somebody else …")
    assert any("So far: Dee Gunn." in shown.text for shown in morag.person.chat)
    await morag.taps("Ann Other")
    dee.sees("somebody else asks the questions at the end now")
    await morag.taps("Name somebody else …")
    await morag.taps("Dee Gunn")
    await ann.taps("Ask them now, by phone")
    assert "Sorry" in ann.newest(), "it is not hers to ask any more"
    await dee.taps("Offered: they will think, or took a paper")
    assert await occasions(world) == [("end", "staff")]
    assert "at the end: offered Mon 23 Nov (Dee Gunn asks)" in await card(ola)
    await morag.says("/desk")
    assert "who asks?" not in morag.newest()
    await dee.taps("Ask them now, by phone")
    assert "Your time with us has come to an end." in dee.newest(), "it is read out to them from here"
    await dee.taps("Offered: they said no")
    assert any("C1: noted. The questions were offered, and they said no." in one.text for one in dee.person.chat)
    assert "at the end: they said no Mon 23 Nov" in await card(morag)
    rab.sees_nothing_new()


async def card(phone: Phone) -> str:
    await phone.says("/case C1")
    return phone.newest()


async def test_who_was_not_reached_was_not_offered_anything(world: World, lee: Phone) -> None:
    await world.change(tables.individuals, "C1", staff_contact_only=True)
    morag, dee = await world.linked("Morag", "MGR1"), await world.linked("Dee", "DUTY1")
    await ends(world, 1, "breached", date(2026, 11, 22))
    lee.sees_nothing_new()
    await morag.opens()
    await morag.taps("Name somebody …")
    await morag.taps("Dee Gunn")
    await dee.taps("I could not reach them, and stop trying")
    assert "the questions count as not offered" in dee.newest()
    assert await occasions(world) == [("end", "")]
    assert "at the end: closed Mon 23 Nov, never offered" in await card(morag)


async def test_well_done_only_once_a_named_person_has_confirmed_the_end(world: World, lee: Phone) -> None:
    ola = await world.linked("Ola", "OFF1")
    await ends(world, 1, "completed", date(2026, 11, 22))
    assert "well done" not in lee.sees("Your time with us has come to an end.").casefold()
    ola.sees("C1: the case system says that the order has ended.")
    lee.reads_all()
    await ola.taps("Order O1 ended as planned …")
    assert "did order O1 end as planned?" in ola.newest()
    await ola.taps("Yes, it ended as planned")
    assert "Ola Shaw has confirmed the end of order O1." in ola.newest()
    lee.sees_nothing_new()
    assert lee.newest().startswith("Well done. You made it to the end.\n\nYour time with us has come to an end.")
    await ola.says("/case C1")
    await ola.taps("Offered? Ended?")
    assert "at the end: offered Mon 23 Nov" in ola.newest()
    await world.moves_to("2026-11-26 12:00")
    lee.sees("It is fine to say no.\n\nWell done.")


async def test_words_that_were_only_to_replace_a_screen_that_is_gone_trouble_nobody(world: World, lee: Phone) -> None:
    ola, dee = await world.linked("Ola", "OFF1"), await world.linked("Dee", "DUTY1")
    await ends(world, 1, "completed", date(2026, 11, 22))
    await ola.taps("Order O1 ended as planned …")
    lee.person.bot.chats[lee.person.id].messages.pop(lee.person.chat[-1].id)  # Lee has deleted the offer
    lee.reads_all()
    await ola.taps("Yes, it ended as planned")
    dee.sees_nothing_new()
    lee.sees_nothing_new()
    async with world.town.app.service.db.read() as tx:
        [row] = [one for one in await outbox.about(tx, Subject("sitting", 1)) if one.owed.kind == "form_back"]
    assert (row.status, row.reason) == (Status.FAILED, "Message to edit not found")
    await world.moves_to("2026-11-26 12:00")
    lee.sees("It is fine to say no.\n\nWell done.")


async def test_a_manager_confirms_the_end_where_nobody_who_works_with_them_is_there(world: World, lee: Phone) -> None:
    ola, morag = await world.linked("Ola", "OFF1"), await world.linked("Morag", "MGR1")
    dee = await world.linked("Dee", "DUTY1")  # may not say that it ended as planned
    await world.change(tables.staff, "OFF1", away_from=date(2026, 11, 20), away_until=date(2026, 11, 25))
    await ends(world, 1, "completed", date(2026, 11, 22))
    morag.sees("C1: the case system says that the order has ended.")
    await morag.taps("Order O1 ended as planned …")
    await morag.taps("Yes, it ended as planned")
    await world.moves_to("2026-11-26 12:00")
    lee.sees("It is fine to say no.\n\nWell done.")
    ola.sees_nothing_new()
    dee.sees_nothing_new()


async def test_nobody_is_asked_to_say_well_done_where_an_order_was_breached(world: World, lee: Phone) -> None:
    ola = await world.linked("Ola", "OFF1")
    await ends(world, 1, "breached", date(2026, 11, 22))
    assert "We want to know what made it hard" in lee.newest()
    ola.sees_nothing_new()
    await ola.says("/case C1")
    await ola.taps("Offered? Ended?")
    assert not any("ended as planned" in label for label in ola.buttons())


async def test_an_offer_made_face_to_face_counts(world: World, lee: Phone) -> None:
    ola = await world.linked("Ola", "OFF1")
    await lee.says("STOP")
    await world.moves_to("2026-11-24 10:40")
    await came(world, "A1")
    assert "Questionnaires: at the start: not offered yet: they asked for no messages." in await card(ola)
    await ola.taps("Offered? Ended?")
    await ola.taps("I offered it, they said no (at the start)")
    assert await occasions(world) == [("start", "staff")]
    assert "at the start: they said no Tue 24 Nov" in await card(ola)


async def test_under_18_without_a_yes_and_a_chat_that_is_blocked_are_asked_about_in_person(
    world: World, lee: Phone
) -> None:
    morag = await world.linked("Morag", "MGR1")
    await world.change(tables.individuals, "C1", youth=True)
    await ends(world, 1, "completed", date(2026, 11, 22))
    await morag.opens()
    assert "under 18, and the youth team has not said yes to messages" in morag.newest()
    morag.reads_all()
    two = await world.individual("C2", "Jo")
    await world.order("O2", two, case_manager_id=1)
    jo = await world.linked("Jo", "C2")
    await world.moves_to("2026-11-23 20:30")
    await ends(world, 2, "revoked", date(2026, 11, 22))
    jo.person.block()
    await world.moves_to("2026-11-24 08:00")
    morag.sees("C2: questions at the end: who asks?")
    await morag.opens()
    assert "Telegram does not reach their chat" in morag.newest()
    morag.reads_all()
    jo.person.unblock()
    await jo.says("/start")
    await world.moves_to("2026-11-25 08:00")
    assert "We want to know what made it hard" in jo.newest(), "the chat can ask after all"
    await morag.says("/desk")
    assert "C2" not in morag.newest()


async def test_an_order_that_is_not_the_last_takes_the_task_back(world: World, lee: Phone) -> None:
    await lee.says("STOP")
    morag = await world.linked("Morag", "MGR1")
    await ends(world, 1, "completed", date(2026, 11, 22))
    morag.sees("C1: questions at the end: who asks?")
    second = await world.order("O2", 1)
    await changes(world, second, status="active")
    await world.town.settle()
    await morag.says("/desk")
    assert "who asks?" not in morag.newest()

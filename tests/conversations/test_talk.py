"""A person can reach a person: one conversation each, read by whoever is there, answered in the chat."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update

from db import tables
from sandbox.people import Person
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, rows
from tests.conversations.test_deciding import missed
from tests.conversations.test_sealed import everything

CARD = "C1: wrote."


def newest(person: Person) -> Any:
    return [shown for shown in person.chat if shown.who == "bot"][-1]


@pytest.fixture
async def kirsty(world: World, sam: Phone) -> Phone:
    return await world.linked("Kirsty", "CM1")


# ── Who reads it, and when ──────────────────────────────────────────────────────────────────────────────────────────


async def test_what_sam_types_reaches_kirsty_and_duty_in_time_and_an_answer_is_signed_with_a_name_that_sam_agreed_to(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    duty = await world.linked("Dee", "DUTY1")
    await sam.says("the bus is off, is it still on?")
    sam.sees("I have passed that on. Your worker has been sent this.", "by today at 13:00, someone else gets it too")
    assert kirsty.sees("C1") == CARD
    assert "“the bus is off, is it still on?”" in await kirsty.opens()
    await world.change(tables.individuals, "C1", name_agreed=True)
    await sam.says("hello again")
    sam.sees("Kirsty has been sent this.")  # her name only now that Sam has agreed to it
    await world.moves_to("2026-11-23 12:59")
    duty.sees_nothing_new()
    await world.moves_to("2026-11-23 13:00")
    duty.sees(CARD)
    assert "the bus is off, is it still on?" in await duty.opens()
    await duty.replies("Yes.")
    assert sam.newest() == "Yes.\n\n– A person wrote this.", "never with duty's name"
    await kirsty.replies("And bring boots.")
    assert sam.newest() == "And bring boots.\n\n– Kirsty wrote this."


@pytest.mark.parametrize("begins", [datetime(2026, 11, 27, 22, 10, tzinfo=UTC)])
async def test_out_of_hours_sam_is_told_that_nobody_is_there_and_when_somebody_is(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await sam.says("can I change Wednesday?")
    sam.sees("No one is at work now.", "Someone is next at work Tue 1 Dec at 9:00.", "116 123")  # Monday is a holiday
    kirsty.sees(CARD)


async def test_with_nobody_linked_at_all_sam_is_told_so_and_nothing_is_lost(world: World, sam: Phone) -> None:
    await sam.says("is anybody there?")
    sam.sees("I could not send this to a person just now. It is kept", "01475 715 000")
    manager = await world.linked("Morag", "MGR1")
    await world.moves_to("2026-11-23 09:40")
    manager.sees(CARD)
    assert "is anybody there?" in await manager.opens()


async def test_several_messages_are_one_card_that_shows_them_all_ten_thousand_characters_and_emoji_too_but_no_sticker(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    sam.person.send_sticker("👍")
    await world.town.settle()
    sam.sees("Sorry, I can only pass on words, photos and voice notes.")
    kirsty.sees_nothing_new()
    for words in ("hi", "it's me", "the bus is off"):
        await sam.says(words)
    assert [shown.text for shown in kirsty.new] == [CARD]
    text = await kirsty.opens()
    assert text.index("“hi”") < text.index("“it's me”") < text.index("“the bus is off”")
    await sam.says("".join(f"word{n:04} " for n in range(1200)))
    kept = "".join(one.words for one in await rows(world, tables.said))
    assert all(f"word{n:04}" in kept.replace(" ", "") for n in range(1200))
    assert "word1199" in await kirsty.opens()
    await kirsty.taps("All that was said")
    read = kirsty.newest()
    while "Earlier" in kirsty.buttons():
        await kirsty.taps("Earlier")
        read = kirsty.newest() + read
    assert "word0000" in read
    assert "word0600" in read
    await sam.says("😀" * 2000)  # each counts twice towards what a message holds
    await kirsty.opens()
    assert "😀" in newest_with(kirsty, "😀")
    await kirsty.taps("All that was said")
    assert "😀" in kirsty.newest()


async def test_words_after_an_answer_about_something_else_show_on_that_card(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await world.moves_to("2026-11-24 18:00")
    await sam.taps("I can't make it")
    await sam.taps("My health")
    await kirsty.replies("Can you send me the line?")
    assert sam.newest().startswith("Can you send me the line?")
    kirsty.reads_all()
    sam.person.send_photo("here")
    await world.town.settle()
    kirsty.sees("C1 wrote again.")
    await kirsty.opens()
    assert "[photo] “here”" in newest_with(kirsty, "here")


async def test_a_form_keeps_its_own_words(world: World, sam: Phone, kirsty: Phone) -> None:
    """What is typed into a form is an answer, and no part of the conversation."""
    await world.change(tables.orders, "O1", status="completed", ended_on=world.town.clock.now().date())
    from usecases import offering

    service = world.town.app.service
    async with service.db.write() as tx:
        await offering.owe_form(service, tx, 1)
    await world.town.settle()
    kirsty.reads_all()
    await sam.taps("Begin")
    await sam.says("my own words")
    assert await rows(world, tables.said) == []
    kirsty.sees_nothing_new()


# ── What is said under a card that nobody has taken on ──────────────────────────────────────────────────────────────


def reads(phone: Phone) -> list[str]:
    """What came about Sam, aloud, since the last look."""
    texts = [str(shown.text) for shown in phone.new if shown.text.startswith("C1: ")]
    phone.reads_all()
    return texts


@pytest.mark.parametrize("looks", [True, False])
async def test_words_two_days_later_are_news_to_everybody_in_turn_whether_somebody_looked_at_the_first_or_not(
    world: World, sam: Phone, kirsty: Phone, looks: bool
) -> None:
    duty, manager = await world.linked("Dee", "DUTY1"), await world.linked("Morag", "MGR1")
    await sam.says("ok thanks")
    if looks:
        await kirsty.opens()
    await world.moves_to("2026-11-24 10:00")
    assert [CARD in one for phone in (duty, manager) for one in reads(phone)] == [True, True]
    await world.moves_to("2026-11-25 11:00")
    kirsty.reads_all()
    await sam.says("My mum is in hospital. I can not come")
    sam.sees("Your worker has been sent this. If they do not pick it up by today at 15:00, someone else gets it too.")
    assert reads(kirsty) == [CARD]
    assert "My mum is in hospital" in await kirsty.opens()
    await world.moves_to("2026-11-25 14:59")
    assert reads(duty) == []
    await world.moves_to("2026-11-25 15:00")
    assert reads(duty) == ["C1: wrote. Nobody has taken it on yet."]
    await world.moves_to("2026-11-26 10:00")
    assert reads(manager) == ["C1: wrote. Nobody has taken it on yet."]
    assert [one.kind for one in await rows(world, tables.items)].count("words") == 1


async def test_words_under_a_card_that_nobody_has_looked_at_are_read_with_the_first_at_the_step_that_is_named(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    duty, manager = await world.linked("Dee", "DUTY1"), await world.linked("Morag", "MGR1")
    await sam.says("is it still on?")
    kirsty.reads_all()
    await world.moves_to("2026-11-23 09:05")
    await sam.says("hello?")
    sam.sees("Your worker has been sent this. If they do not pick it up by today at 13:00, someone else gets it too.")
    await world.moves_to("2026-11-23 13:00")
    assert len(reads(duty)) == 1
    await sam.says("anybody?")
    sam.sees("If they do not pick it up by tomorrow at 10:00, someone else gets it too.")
    kirsty.sees_nothing_new()
    duty.sees_nothing_new()
    await world.moves_to("2026-11-24 10:00")
    manager.sees(CARD)
    assert "anybody?" in await manager.opens()


async def test_words_after_a_look_are_heard_and_the_next_is_told_no_later_than_sam_was_told(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    duty = await world.linked("Dee", "DUTY1")
    await sam.says("is it still on?")
    await kirsty.opens()
    kirsty.reads_all()
    await world.moves_to("2026-11-23 12:00")
    await sam.says("I am ill")
    sam.sees("If they do not pick it up by today at 13:00, someone else gets it too.")
    assert reads(kirsty) == [CARD]
    await sam.says("very ill")
    assert reads(kirsty) == [], "nobody has looked since"
    await world.moves_to("2026-11-23 13:00")
    duty.sees(CARD)
    text = await duty.opens()
    assert text.index("I am ill") < text.index("very ill")


async def test_words_are_heard_again_by_the_one_who_can_be_told_while_the_last_step_waits_for_somebody(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await sam.says("is it still on?")
    await world.moves_to("2026-11-25 11:00")
    kirsty.reads_all()
    await sam.says("hello?")
    assert reads(kirsty) == [CARD]
    manager = await world.linked("Morag", "MGR1")
    await world.moves_to("2026-11-25 14:59")
    manager.sees_nothing_new()
    await world.moves_to("2026-11-25 15:10")
    manager.sees(CARD)


@pytest.mark.parametrize(("asks", "card"), [("Call me", "asks for a call"), ("I need help", "asks for help")])
async def test_what_is_asked_for_again_once_everybody_has_heard_is_told_again_with_a_clock_of_its_own(
    world: World, sam: Phone, kirsty: Phone, asks: str, card: str
) -> None:
    duty, manager = await world.linked("Dee", "DUTY1"), await world.linked("Morag", "MGR1")
    await sam.says("help")
    await sam.taps(asks)
    await sam.says("help")
    await sam.taps(asks)
    assert len([one for one in reads(kirsty) if card in one]) == 1
    await world.moves_to("2026-11-25 11:00")
    world.everybody_reads_all()
    await sam.says("help")
    await sam.taps(asks)
    by = "15:00" if asks == "Call me" else "12:00"
    sam.sees(f"Got it. Your worker has been sent this. If they do not pick it up by today at {by}")
    assert len([one for one in reads(kirsty) if card in one]) == 1
    if asks == "I need help":
        await sam.taps("Food")
    await world.moves_to(f"2026-11-25 {int(by[:2]) - 1}:59")
    assert (reads(duty), reads(manager)) == ([], [])
    await world.moves_to(f"2026-11-25 {by}")
    duty.sees(card)


async def test_more_words_of_danger_are_heard_again_and_other_words_are_said_to_be_with_whoever_is_on_duty(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    duty, manager = await world.linked("Dee", "DUTY1"), await world.linked("Morag", "MGR1")
    await sam.says("I want to die")
    await world.moves_to("2026-11-23 09:16")
    assert [len(reads(phone)) for phone in (duty, manager)] == [1, 1]
    await world.moves_to("2026-11-23 09:40")
    await sam.says("I want to die")
    assert len(reads(duty)) == 1
    await duty.opens()
    sam.reads_all()
    await sam.says("is anybody there?")
    sam.sees(
        "Someone on duty has been sent this. If they do not pick it up by today at 9:55, someone else gets it too."
    )
    assert len(reads(duty)) == 1
    await world.moves_to("2026-11-23 09:55")
    assert len(reads(manager)) == 1


async def test_words_below_a_date_that_somebody_has_let_go_of_again_are_heard(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await world.linked("Dee", "DUTY1")
    await world.moves_to("2026-11-24 18:00")
    await sam.taps("I can't make it")
    await sam.taps("My health")
    await kirsty.replies("Can you send me the line?")
    await kirsty.opens()
    await kirsty.taps("Undo: I'm dealing with it")
    world.everybody_reads_all()
    await sam.says("I have none")
    sam.sees("Your worker has been sent this.", "someone else gets it too")
    kirsty.sees("C1: can't make it")
    assert "“I have none”" in await kirsty.opens()


async def test_a_letter_about_a_missed_date_is_heard_of_though_the_alert_was_only_looked_at(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    """Its alert stays what it was: it has a ladder and a clock of its own, and Sam is asked after once."""
    duty = await world.linked("Dee", "DUTY1")
    await missed(world)
    await world.moves_to("2026-11-25 16:00")
    duty.sees("C1: missed")
    await kirsty.opens()
    await kirsty.says("/why A1")
    assert "More was said" not in kirsty.newest()
    world.everybody_reads_all()
    sam.person.send_photo()  # our newest question asks after them
    await world.town.settle()
    sam.sees("We have it, and it is kept safe. Your worker has been sent this.", "by tomorrow at 12:00")
    sam.person.send_photo()
    await world.town.settle()
    assert [shown.text for shown in kirsty.new] == ["C1 wrote again."]
    await world.moves_to("2026-11-26 11:59")
    duty.sees_nothing_new()
    await world.moves_to("2026-11-26 12:00")
    duty.sees("C1 wrote again.")
    await kirsty.opens()
    for label in ("Accepted", "Health", "Undo: Accepted: health"):
        await kirsty.taps(label)
    await world.moves_to("2026-11-27 09:00")
    assert sum("We did not see you" in shown.text for shown in sam.person.chat) == 1, "not again"


async def kirsty_is_away(world: World, kirsty: Phone) -> tuple[Phone, Phone]:
    """Dee stands in for her. Gives back Dee and Morag."""
    duty, manager = await world.linked("Dee", "DUTY1"), await world.linked("Morag", "MGR1")
    await kirsty.says("/away")
    await kirsty.says("until 4 Dec")
    await kirsty.taps("Whoever is on duty")
    return duty, manager


@pytest.mark.parametrize("looks", [True, False])
async def test_a_letter_about_a_missed_date_reaches_whoever_stands_in_at_once(
    world: World, sam: Phone, kirsty: Phone, looks: bool
) -> None:
    """After Dee has looked at the alert, or after everybody has been told of it."""
    duty, manager = await kirsty_is_away(world, kirsty)
    await missed(world)
    if looks:
        await duty.opens()
    await world.moves_to("2026-11-25 14:00" if looks else "2026-11-26 11:00")
    world.everybody_reads_all()
    sam.person.send_photo()
    await world.town.settle()
    sam.sees("Someone who stands in for your worker has been sent this.")
    assert [shown.text for shown in duty.new] == ["C1 wrote again."]
    sam.person.send_photo()
    await world.town.settle()
    assert len(duty.new) == 1
    manager.sees_nothing_new()
    kirsty.sees_nothing_new()
    await world.moves_to("2026-11-26 15:01")  # Dee has had four working hours
    assert len(duty.new) == 1
    assert "C1 wrote again." in [shown.text for shown in manager.new]


async def test_what_is_said_to_whoever_stands_in_and_does_not_look_goes_to_somebody_else(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    """Dee has taken it on; the step after Kirsty's is hers, too."""
    duty, manager = await kirsty_is_away(world, kirsty)
    await sam.says("is it on?")
    await duty.taps("I'm dealing with it")
    world.everybody_reads_all()
    await sam.says("can somebody tell me?")
    assert [shown.text for shown in duty.new] == ["C1 wrote again."]
    await world.moves_to("2026-11-23 13:01")
    assert len(duty.new) == 1
    manager.sees("C1 wrote again.")


async def test_what_got_in_the_way_is_heard_of_after_the_miss_by_whoever_stands_in(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await world.moves_to("2026-11-24 18:00")
    await sam.taps("I can't make it")
    asked = newest(sam.person).id
    await kirsty.opens()
    await kirsty.taps("Still come")
    await world.moves_to("2026-11-25 09:00")
    duty, _ = await kirsty_is_away(world, kirsty)
    await missed(world)
    await duty.opens()
    await world.moves_to("2026-11-25 14:00")
    world.everybody_reads_all()
    sam.person.press("why:1:1:health", asked)
    await world.town.settle()
    assert [shown.text for shown in duty.new] == ["C1 has answered about a date."]


async def test_words_after_kirsty_took_it_on_and_let_go_of_it_are_heard_and_duty_is_told_no_later(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    duty = await world.linked("Dee", "DUTY1")
    await sam.says("is it on?")
    await kirsty.taps("I'm dealing with it")
    await kirsty.taps("Undo: I'm dealing with it")
    world.everybody_reads_all()
    await world.moves_to("2026-11-23 09:30")
    await sam.says("I am ill, can you tell me today")
    sam.sees("Your worker has been sent this. If they do not pick it up by today at 13:00, someone else gets it too.")
    assert reads(kirsty) == [CARD]
    await sam.says("please")
    assert reads(kirsty) == []
    await world.moves_to("2026-11-23 13:01")
    duty.sees(CARD)


async def test_what_got_in_the_way_is_heard_of_after_kirsty_let_go_of_the_date_again(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await world.linked("Dee", "DUTY1")
    await world.moves_to("2026-11-24 18:00")
    await sam.taps("I can't make it")
    await kirsty.taps("I'm dealing with it")
    await kirsty.taps("Undo: I'm dealing with it")
    await world.moves_to("2026-11-25 16:45")
    world.everybody_reads_all()
    await sam.taps("My health")
    assert len(reads(kirsty)) == 1


async def test_where_only_a_manager_can_be_told_one_card_sounds_for_all_until_they_look_or_had_the_time_to(
    world: World, sam: Phone
) -> None:
    manager = await world.linked("Morag", "MGR1")
    for words in ("hi", "it's me", "I am ill", "can you ring?"):
        await sam.says(words)
        sam.sees("A manager has been sent this.")
        sam.reads_all()
    assert len(reads(manager)) == 1
    assert "can you ring?" in await manager.opens()
    manager.reads_all()
    await sam.says("please")
    await sam.says("please!")
    assert len(reads(manager)) == 1, "after the look"
    await world.moves_to("2026-11-23 12:59")
    await sam.says("hello?")
    assert reads(manager) == []
    await world.moves_to("2026-11-23 13:01")
    await sam.says("anybody?")
    assert len(reads(manager)) == 1
    assert "anybody?" in await manager.opens()


async def test_of_what_only_a_manager_was_told_the_worker_hears_once_they_can_be(world: World, sam: Phone) -> None:
    manager = await world.linked("Morag", "MGR1")
    for _ in range(3):
        await sam.says("/call")
    assert len(reads(manager)) == 1
    kirsty = await world.linked("Kirsty", "CM1")
    await sam.says("/call")
    sam.sees("Your worker has been sent this.")
    assert len(reads(kirsty)) == 1
    assert reads(manager) == []


# ── The answer ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_kirsty_answers_by_replying_and_sam_sees_it_without_her_name_and_at_once_even_at_night(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await sam.says("is it still on?")
    sam.reads_all()
    card = kirsty.new[-1].id
    await kirsty.replies("Yes, still on. Take the 22.")
    assert sam.newest() == "Yes, still on. Take the 22.\n\n– A person wrote this."
    kirsty.sees("C1: sent.")
    [item] = await rows(world, tables.items)
    assert item.claimed_by is not None
    assert item.closed_at is None
    assert all("22" not in str(row.params) for row in await rows(world, tables.outbox))
    sam.reads_all()
    await kirsty.says("yes it is")
    kirsty.sees("I did not understand that", "To write to somebody, reply to the message about them.")
    await kirsty.replies("x" * 4050, to=card)
    kirsty.sees("C1: not sent, because it is too long")
    sam.sees_nothing_new()
    await world.moves_to("2026-11-23 22:30")
    await kirsty.replies("See you there.", to=card)
    assert "See you there." in sam.newest()


async def test_the_next_words_go_on_with_whoever_answered_and_unread_ones_to_somebody_else_too(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    duty = await world.linked("Dee", "DUTY1")
    await sam.says("is it still on?")
    await kirsty.replies("Yes.")
    world.everybody_reads_all()
    await sam.says("thanks, see you")
    sam.sees("Someone has this in hand.")
    kirsty.sees("C1 wrote again.")
    assert "thanks, see you" in await kirsty.opens()
    await world.moves_to("2026-11-24 09:00")
    duty.sees_nothing_new()
    kirsty.reads_all()
    await sam.says("hello?")
    await sam.says("anybody?")
    assert [shown.text for shown in kirsty.new] == ["C1 wrote again."]
    await world.moves_to("2026-11-24 13:01")
    duty.sees("C1 wrote again.")
    assert "anybody?" in await duty.opens()


@pytest.mark.parametrize("gone", ["left", "phone"])
async def test_words_to_a_worker_who_has_gone_start_again_from_the_first_step(
    world: World, sam: Phone, kirsty: Phone, gone: str
) -> None:
    duty = await world.linked("Dee", "DUTY1")
    await sam.says("is it still on?")
    await kirsty.taps("I'm dealing with it")
    if gone == "left":
        await world.change(tables.staff, "CM1", active_until=world.town.clock.now().date())
    else:
        async with world.town.app.service.db.write() as tx:
            chat = tables.chats.c.staff_id == 1
            await tx.execute(update(tables.chats).where(chat).values(unreachable_at=world.town.clock.now()))
    world.everybody_reads_all()
    await world.moves_to("2026-11-24 10:00")
    await sam.says("hello?")
    duty.sees(CARD)  # of who has left already when the office opened; of a phone that is gone with the next words
    assert "hello?" in await duty.opens()


async def test_an_answer_that_may_not_be_sent_is_said_not_to_be_and_why(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    now = world.town.clock.now()
    cases: list[tuple[str, dict[str, Any], str]] = [
        ("C10", {"stopped_at": now}, "they sent STOP"),
        ("C11", {"staff_contact_only": True}, "contact by staff only"),
        ("C12", {"youth": True}, "under 18"),
        ("C13", {}, "on hold"),
        ("C14", {}, "they blocked the bot"),
    ]
    worker = await id_of(world, tables.staff, "CM1")
    for ref, values, why in cases:
        async with world.at_once():
            order = await world.order(f"O{ref}", await world.individual(ref, ref), case_manager_id=worker)
            phone = await world.linked(ref, ref)
        await phone.says("is it still on?")
        await world.change(tables.individuals, ref, **(values or {"youth": False}))
        if why == "on hold":
            await world.row(tables.holds, ref="H1", order_id=order, kind="custody", from_day=now.date())
        if why == "they blocked the bot":
            phone.person.block()
        await world.town.settle()
        world.everybody_reads_all()
        await kirsty.replies("Yes.")
        kirsty.sees(f"{ref}: not sent, because", why)
        phone.sees_nothing_new()
        await kirsty.taps("Show")
        assert "“Yes.” (not sent)" in newest_with(kirsty, "Yes."), why


def newest_with(phone: Phone, words: str) -> str:
    return next(str(one.text) for one in reversed(phone.person.chat) if one.who == "bot" and words in one.text)


# ── Hand-over ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_at_handover_the_conversation_goes_with_sam_claimed_or_not(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    """A card forwarded in the mind: who worked with Sam replies to a message that is not about theirs any more."""
    async with world.at_once():
        ailsa_id = await world.staff("CM2", "Ailsa Bain", "case_manager")
        ailsa = await world.linked("Ailsa", "CM2")
        worker = await id_of(world, tables.staff, "CM1")
        await world.order("O2", await world.individual("C2", "Jo"), case_manager_id=worker)
        jo = await world.linked("Jo", "C2")
    for one, ref, order, claimed in ((sam, "C1", "O1", False), (jo, "C2", "O2", True)):
        await one.says("my mum is ill")
        if claimed:
            await kirsty.taps("I'm dealing with it")
        card = newest(kirsty.person).id
        await world.change(tables.orders, order, case_manager_id=ailsa_id)
        world.everybody_reads_all()
        await one.says("any news?")
        ailsa.sees(f"{ref}: wrote.")
        text = await ailsa.opens()
        assert "my mum is ill" in text
        assert "any news?" in text
        assert all("any news" not in shown.text for shown in kirsty.person.chat)
        one.reads_all()
        await kirsty.replies("Not yet.", to=card)
        kirsty.sees("I know nothing by that name")
        one.sees_nothing_new()
        await ailsa.replies("I'll find out.")
        one.sees("I'll find out.")
    world.everybody_reads_all()
    await world.change(tables.orders, "O2", case_manager_id=None)
    await ailsa.replies("Yes.")
    ailsa.sees("I know nothing by that name")
    jo.sees_nothing_new()
    kirsty.sees_nothing_new()


async def test_after_an_item_is_done_the_next_card_still_shows_what_was_said_before(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await sam.says("my mum is ill")
    await kirsty.replies("Sorry to hear that.")
    async with world.town.app.service.db.write() as tx:
        await tx.execute(update(tables.items).values(closed_at=world.town.clock.now()))
    await world.moves_to("2026-11-24 10:00")
    kirsty.reads_all()
    await sam.says("she is home now")
    kirsty.sees(CARD)
    text = await kirsty.opens()
    assert text.index("my mum is ill") < text.index("Kirsty Muir: “Sorry to hear that.”") < text.index("she is home")


# ── Photos and voice notes ──────────────────────────────────────────────────────────────────────────────────────────


async def test_a_photo_and_a_voice_note_reach_kirsty_behind_show(world: World, sam: Phone, kirsty: Phone) -> None:
    sam.person.send_photo("my doctor's line")
    await world.town.settle()
    sam.sees("I have passed that on.")
    sam.person.send_voice()
    await world.town.settle()
    assert [shown.text for shown in kirsty.new] == [CARD]
    await kirsty.opens()
    text = newest_with(kirsty, "doctor")
    assert "[photo] “my doctor's line”" in text
    assert "[voice note]" in text
    shown = [one.media for one in kirsty.person.chat if one.who == "bot" and one.media]
    assert [one["kind"] for one in shown] == ["photo", "voice"]
    assert [one["file_id"] for one in shown] == media_ids(sam)
    assert all(message.get("has_protected_content") for message in protected(kirsty))
    await world.moves_to("2026-11-25 08:05")  # 47 hours after it was shown
    assert protected(kirsty) == []
    assert not any("doctor" in shown.text for shown in kirsty.person.chat)
    assert len(protected(sam)) == 2  # what is in Sam's own chat is Sam's


def media_ids(phone: Phone) -> list[str]:
    return [one.media["file_id"] for one in phone.person.chat if one.media]


def protected(phone: Phone) -> list[Any]:
    return [one for one in phone.person._chat.messages.values() if {"photo", "voice"} & set(one)]


async def test_kirsty_sends_a_photo_and_a_voice_note_back_and_nothing_said_can_be_read_without_the_key(
    world: World, sam: Phone, kirsty: Phone, database_url: str
) -> None:
    sam.person.send_photo("Ishbel's line")
    await sam.says("my daughter Ishbel is ill")
    [photo] = media_ids(sam)
    kirsty.person.send_photo("This gate.", reply_to=newest(kirsty.person).id)
    await world.town.settle()
    shown = newest(sam.person)
    assert shown.media["kind"] == "photo"
    assert shown.text == "This gate.\n\n– A person wrote this."
    kirsty.person.send_voice(reply_to=newest(kirsty.person).id)  # to the line that says that it was sent
    await world.town.settle()
    assert newest(sam.person).media["kind"] == "voice"
    await kirsty.replies("Wishing Ishbel well")
    found = everything(database_url)
    assert [one for one in ("Ishbel", "daughter", "Wishing", "This gate", photo) if one in found] == []

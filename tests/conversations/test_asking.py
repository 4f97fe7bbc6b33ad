"""*Call me* and *I need help*: passed on at the first tap, asked what is safe, ended with an outcome that is told."""

from datetime import UTC, datetime
from typing import Any

import pytest

from db import tables
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, rows

REMINDED = "2026-11-24 18:00"
HELP = ["Getting there", "Food", "Change a date", "Talk to someone today", "Something else"]


async def items(world: World, kind: str) -> list[Any]:
    return [one for one in await rows(world, tables.items) if one.kind == kind]


@pytest.fixture
def begins() -> datetime:
    """On the morning of the day before the date."""
    return datetime(2026, 11, 24, 9, tzinfo=UTC)


@pytest.fixture
async def kirsty(world: World, sam: Phone) -> Phone:
    await world.change(tables.individuals, "C1", mobile="+447700900123")
    return await world.linked("Kirsty", "CM1")


async def several(world: World, count: int) -> list[Phone]:
    """As many people as there are cases, each one of Kirsty's with a number on record: C10, C11 …"""
    case_manager = await id_of(world, tables.staff, "CM1")
    phones = []
    async with world.at_once():
        for n in range(10, 10 + count):
            one = await world.individual(f"C{n}", f"Sam{n}", mobile="+447700900123")
            await world.order(f"O{n}", one, case_manager_id=case_manager)
            phones.append(await world.linked(f"Sam{n}", f"C{n}"))
    return phones


# ── Call me ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_call_me_reaches_kirsty_at_once_asks_what_is_safe_and_goes_to_somebody_else_at_the_time_that_is_told(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    duty = await world.linked("Dee", "DUTY1")
    await world.moves_to("2026-11-24 10:00")
    await sam.says("call")
    kirsty.sees("C1: asks for a call.")
    sam.sees("Got it. Your worker has been sent this.", "01475 715 000")
    sam.sees("If they do not pick it up by today at 14:00, someone else gets it too.")
    assert sam.newest().startswith("Which number is safe to ring?")
    assert sam.buttons() == ["The number ending 123", "Don't ring, write here"]
    await sam.taps("The number ending 123")
    assert "What time is safe to ring?" in sam.newest()
    assert sam.buttons() == ["Any time", "Morning", "Afternoon"]
    await sam.taps("Afternoon")
    assert "The number to ring ends in 123. The time: Afternoon." in sam.newest()
    card = await kirsty.opens()
    assert "Safe to ring: +447700900123" in card
    assert "Safe time: Afternoon" in card
    await world.moves_to("2026-11-24 13:59")
    duty.sees_nothing_new()
    await world.moves_to("2026-11-24 14:00")
    duty.sees("C1: asks for a call.")


async def test_at_night_nobody_is_said_to_be_at_work_nor_woken_to_hear_that_it_is_done(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await world.linked("Dee", "DUTY1")
    await world.moves_to("2026-11-24 22:00")
    await sam.says("/call")
    sam.sees("No one is at work now. Your worker has been sent this.", "by tomorrow at 13:00")
    sam.reads_all()
    await kirsty.taps("I'm dealing with it")
    await kirsty.taps("Done")
    await kirsty.taps("Sorted")
    sam.sees_nothing_new()
    await world.moves_to("2026-11-25 08:00")
    assert [shown.text for shown in sam.new] == [
        "Thank you. We have dealt with what you asked for. If there is more, send CALL."
    ]


async def test_who_has_been_sent_it_is_told_as_it_is_by_role_and_by_name_only_if_that_was_agreed(
    world: World, sam: Phone
) -> None:
    await sam.says("/call")
    text = sam.sees("I could not send this to a person just now.")
    assert "has been sent" not in text
    assert sam.buttons() == ["Don't ring, write here"], "no number is on record"
    await world.linked("Kirsty", "CM1")
    sam.reads_all()
    await sam.says("/call")
    assert "someone else" not in sam.sees("Your worker has been sent this."), "nobody else is linked"
    assert "Kirsty" not in " ".join(shown.text for shown in sam.new)
    await world.change(tables.individuals, "C1", name_agreed=True)
    sam.reads_all()
    await sam.says("/call")
    sam.sees("Kirsty has been sent this.")

    async with world.at_once():
        ailsa = await world.staff("CM2", "Ailsa Bain", "case_manager")
        await world.order("O2", await world.individual("C2", "Jo"), case_manager_id=ailsa)
        jo = await world.linked("Jo", "C2")
        await world.linked("Dee", "DUTY1")
    await jo.says("/call")
    text = jo.sees("Someone who stands in for your worker has been sent this.")
    assert "Dee" not in text


async def test_another_number_can_be_typed(world: World, sam: Phone, kirsty: Phone) -> None:
    ways = [
        ("07700 900456", "+447700900456"),
        ("ring my mum on 07700900456 after 2", "+447700900456"),
        ("+48 601 234 567", "+48601234567"),
        ("1", "+447700900123"),
        (" 2) ", "write"),
    ]
    for n, (phone, (typed, kept)) in enumerate(zip(await several(world, len(ways)), ways, strict=True)):
        await phone.says("/call")
        await phone.says(typed)
        assert [item.number for item in (await items(world, "call"))[n:]] == [kept], typed


async def test_a_wrong_number_is_asked_for_again_and_what_was_noted_can_be_changed(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await sam.says("/call")
    await sam.says("0770090012")
    assert "It has 10 digits. A number here has 11, like 07700 900123." in sam.newest()
    await sam.says("07700 900456")
    await sam.says("after the school run")
    assert "ends in 456. The time: after the school run." in sam.newest()
    assert "Safe time: after the school run" in await kirsty.opens()
    await sam.taps("Change this")
    kirsty.reads_all()
    await sam.says("my mum is not well")
    kirsty.sees("C1: wrote.")
    await sam.says("07700 900457")
    [item] = await items(world, "call")
    assert item.number == "+447700900457", "other words in between reach a person, and the question stands"
    await sam.taps("Any time")
    await sam.taps("Change this")
    await sam.taps("Don't ring, write here")
    [item] = await items(world, "call")
    assert (item.number, item.safe_time) == ("write", None)


async def test_it_ends_with_an_outcome_that_sam_is_told_and_nobody_who_wants_it_in_writing_is_told_that_we_rang(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await world.moves_to("2026-11-24 10:00")
    await sam.says("/call")
    await sam.taps("Don't ring, write here")
    assert "do not ring, write here" in sam.newest()
    assert "Do not ring: write in the chat." in await kirsty.opens()
    await kirsty.taps("I'm dealing with it")
    await kirsty.taps("Done")
    await kirsty.taps("Left a message or no answer")
    sam.sees("We tried to reach you about what you asked for.")

    for outcome, told in (
        ("Spoke with them", "We have dealt with what you asked for."),
        ("Left a message or no answer", "We tried to ring you about what you asked for."),
        ("Sorted", "We have dealt with what you asked for."),
        ("Passed to somebody else", "What you asked for has been passed on to someone else."),
        ("Not needed any more", "What you asked for has been closed."),
    ):
        await sam.says("/call")
        await kirsty.taps("I'm dealing with it")
        sam.reads_all()
        await kirsty.taps("Done")
        assert "how did it end?" in kirsty.newest()
        sam.sees_nothing_new()
        await kirsty.taps(outcome)
        assert f"Done. {outcome}" in kirsty.newest()
        sam.sees(told)
        assert len(sam.new) == 1, outcome


async def test_asking_twice_is_one_call_until_it_is_dealt_with_and_sam_hears_once_that_somebody_has_it(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await sam.says("/call")
    await sam.says("/call")
    assert len(await items(world, "call")) == 1
    sam.reads_all()
    await kirsty.taps("I'm dealing with it")
    assert sam.sees("Someone now has what you asked for in hand.")
    assert len(sam.new) == 1
    await sam.says("/call")
    sam.sees("Someone has this in hand.")
    await kirsty.taps("Done")
    await kirsty.taps("Spoke with them")
    await sam.taps("Don't ring, write here")
    sam.sees("That button belongs to something that has changed since.")
    await sam.says("/call")
    assert len(await items(world, "call")) == 2


async def test_a_call_that_is_asked_for_anew_is_asked_about_anew_once_everybody_has_heard(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    """Until then a second tap is no news, though Kirsty has looked: somebody else is told in their turn."""
    await world.linked("Dee", "DUTY1")
    await world.linked("Morag", "MGR1")
    await sam.says("/call")
    await sam.taps("The number ending 123")
    await sam.taps("Any time")
    await kirsty.opens()
    kirsty.reads_all()
    await sam.says("/call")
    assert "The number to ring ends in 123." in sam.newest()
    kirsty.sees_nothing_new()
    await world.moves_to("2026-11-26 11:00")
    world.everybody_reads_all()
    await sam.says("/call")
    assert "Which number is safe to ring?" in sam.newest()
    kirsty.sees("C1: asks for a call.")
    assert "Safe to ring" not in await kirsty.opens()


async def test_a_stranger_hears_nothing_but_the_polite_sentence_and_nobody_answers_somebody_elses_question(
    world: World, sam: Phone
) -> None:
    stranger = world.phone("Stranger")
    for words in ("/help", "/call", "/complain he shouted", "/changed"):
        stranger.reads_all()
        await stranger.says(words)
        assert [shown.text for shown in stranger.new] == [
            "Hello. This chat works with a link from the person who gave you this address. Please ask them for one."
        ]
        assert stranger.buttons() == []
    assert await items(world, "call") == []

    await sam.says("/call")
    await world.individual("C2", "Jo")
    jo = await world.linked("Jo", "C2")
    for data in ("ring:1:write", "at:1:any", "want:1:food", "reask:1"):
        jo.reads_all()
        jo.person.press(data, 1)
        await world.town.settle()
        jo.sees("I know nothing by that name")
    [item] = await items(world, "call")
    assert item.number is None


# ── I need help ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_help_under_a_reminder_keeps_the_date_and_asks_what_it_is_about(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await world.moves_to(REMINDED)
    await sam.taps("I need help")
    kirsty.sees("C1: asks for help.")
    sam.sees("Tomorrow, Wed 25 Nov, 9:30.", "Got it.")
    assert sam.newest() == "What would help?"
    assert sam.buttons() == HELP
    await sam.taps("Getting there")
    await sam.taps("The number ending 123")
    await sam.taps("Any time")
    card = await kirsty.opens()
    assert "Wed 25 Nov, 9:30, The yard" in card
    assert "About: Getting there" in card
    assert "Safe time: Any time" in card


async def test_what_cannot_wait_has_the_shorter_clock_and_a_claim_ends_it_whatever_is_answered_later(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    food, talk, change, claimed = everybody = await several(world, 4)
    duty = await world.linked("Dee", "DUTY1")
    for phone in everybody:
        await phone.says("/help")
    await world.moves_to("2026-11-24 10:00")
    asks = [(food, "Food", "11:00"), (talk, "Talk to someone today", "11:00"), (change, "Change a date", "14:00")]
    for phone, about, told in asks:
        await phone.taps("I need help")
        await phone.taps(about)
        await phone.taps("Don't ring, write here")
        assert f"by today at {told}" in phone.newest(), about
    await claimed.taps("I need help")
    await kirsty.taps("I'm dealing with it")
    await claimed.taps("Food")
    for before, at, heard_of in (
        ("10:59", "11:00", ["C10", "C11"]),
        ("13:59", "14:00", ["C12"]),
        ("16:59", "17:00", []),
    ):
        await world.moves_to(f"2026-11-24 {before}")
        duty.sees_nothing_new()
        await world.moves_to(f"2026-11-24 {at}:05")  # one message a second
        assert [shown.text.partition(".")[0] for shown in duty.new] == [f"{ref}: asks for help" for ref in heard_of], at
        duty.reads_all()


async def test_help_that_is_asked_for_anew_is_asked_about_anew_and_has_the_clock_of_what_nobody_knows_yet(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    """What would help, and what made it safe to ring, were said two days ago, and nobody took it on."""
    duty = await world.linked("Dee", "DUTY1")
    await world.linked("Morag", "MGR1")
    await sam.says("/help")
    await sam.taps("I need help")
    await sam.taps("Something else")
    await sam.taps("Don't ring, write here")
    await world.moves_to("2026-11-26 11:00")
    world.everybody_reads_all()
    await sam.says("/help")
    await sam.taps("I need help")
    sam.sees("Got it. Your worker has been sent this.", "by today at 12:00")
    assert (sam.newest(), sam.buttons()) == ("What would help?", HELP)
    kirsty.sees("C1: asks for help.")
    card = await kirsty.opens()
    assert "Something else" not in card
    assert "Do not ring" not in card
    await sam.taps("Food")
    assert "Which number is safe to ring?" in sam.newest()
    await sam.taps("The number ending 123")
    await sam.taps("Any time")
    card = await kirsty.opens()
    assert "About: Food" in card
    assert "Safe to ring: +447700900123" in card
    await world.moves_to("2026-11-26 11:59")
    duty.sees_nothing_new()
    await world.moves_to("2026-11-26 12:00")
    duty.sees("C1: asks for help.")


# ── Something changed ───────────────────────────────────────────────────────────────────────────────────────────────


async def finds_help(sam: Phone) -> None:
    """Whom to ring, and how to complain."""
    sam.reads_all()
    await sam.says("help")
    sam.sees("01475 715 000", "999", "116 123", "0800 83 85 87", "/complain")
    assert sam.buttons() == ["Call me", "I need help", "Something changed"]


async def test_help_leads_to_what_changed_which_reaches_the_worker_and_is_kept_with_its_moment(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await world.moves_to("2026-11-24 10:05")
    await finds_help(sam)
    await sam.taps("Something changed")
    assert sam.buttons() == ["My address or phone", "My work hours"]
    await sam.taps("My address or phone")
    await sam.says("12 Kelly Street from Friday")
    sam.sees("You told us on Tue 24 Nov at 10:05.", "Your worker has been sent this.")
    card = await kirsty.opens()
    assert "My address or phone" in card
    assert "12 Kelly Street from Friday" in card
    await kirsty.taps("I'm dealing with it")
    await kirsty.taps("Done")
    await kirsty.taps("Sorted")
    sam.sees("We have dealt with the change that you told us.")
    [item] = await items(world, "changed")
    assert item.words == "12 Kelly Street from Friday"
    assert f"{world.town.app.service.calendar.wall(item.raised_at):%Y-%m-%d %H:%M}" == "2026-11-24 10:05"
    await sam.says("/changed")
    await sam.taps("My work hours")
    await sam.says("nights from Monday")
    card = await kirsty.opens()
    assert "My work hours" in card
    assert "nights from Monday" in card
    await world.moves_to("2026-11-24 23:00")
    await finds_help(sam)
    await kirsty.says("/help")
    kirsty.sees("Duty: 01475 715 000")

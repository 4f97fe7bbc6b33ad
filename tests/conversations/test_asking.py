"""*Call me* and *I need help*: passed on at the first tap, asked what is safe, ended with an outcome that is told."""

from datetime import UTC, datetime
from typing import Any

import pytest

from db import tables
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import rows

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


# ── Call me ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_call_me_reaches_kirsty_at_the_first_tap_and_then_asks_what_is_safe(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await world.moves_to("2026-11-24 10:00")
    await sam.says("call")
    kirsty.sees("C1: asks for a call.")
    sam.sees("Got it. Your worker has been sent this.", "01475 715 000")
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


async def test_the_time_that_is_told_is_the_time_at_which_somebody_else_gets_it(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    duty = await world.linked("Dee", "DUTY1")
    await world.moves_to("2026-11-24 10:00")
    await sam.says("/call")
    sam.sees("If they do not pick it up by today at 14:00, someone else gets it too.")
    await world.moves_to("2026-11-24 13:59")
    duty.sees_nothing_new()
    await world.moves_to("2026-11-24 14:00")
    duty.sees("C1: asks for a call.")


async def test_at_night_nobody_is_said_to_be_at_work(world: World, sam: Phone, kirsty: Phone) -> None:
    await world.linked("Dee", "DUTY1")
    await world.moves_to("2026-11-24 22:00")
    await sam.says("/call")
    sam.sees("No one is at work now. Your worker has been sent this.", "by tomorrow at 13:00")


async def test_with_nobody_linked_that_is_what_is_said(world: World, sam: Phone) -> None:
    await sam.says("/call")
    text = sam.sees("I could not send this to a person just now.")
    assert "has been sent" not in text


async def test_with_only_the_worker_linked_no_second_person_is_promised(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await sam.says("/call")
    assert "someone else" not in sam.sees("Your worker has been sent this.")


async def test_without_the_worker_whoever_stands_in_is_named_by_role(world: World, sam: Phone) -> None:
    await world.linked("Dee", "DUTY1")
    await sam.says("/call")
    text = sam.sees("Someone who stands in for your worker has been sent this.")
    assert "Dee" not in text


async def test_the_workers_name_appears_only_if_that_was_agreed(world: World, sam: Phone, kirsty: Phone) -> None:
    await sam.says("/call")
    assert "Kirsty" not in " ".join(shown.text for shown in sam.new)
    await world.change(tables.individuals, "C1", name_agreed=True)
    sam.reads_all()
    await sam.says("/call")
    sam.sees("Kirsty has been sent this.")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("07700 900456", "+447700900456"),
        ("ring my mum on 07700900456 after 2", "+447700900456"),
        ("+48 601 234 567", "+48601234567"),
        ("1", "+447700900123"),
        (" 2) ", "write"),
    ],
)
async def test_another_number_can_be_typed(world: World, sam: Phone, kirsty: Phone, typed: str, kept: str) -> None:
    await sam.says("/call")
    await sam.says(typed)
    [item] = await items(world, "call")
    assert item.number == kept


async def test_a_wrong_number_is_asked_for_again_with_what_was_found(world: World, sam: Phone, kirsty: Phone) -> None:
    await sam.says("/call")
    await sam.says("0770090012")
    assert "It has 10 digits. A number here has 11, like 07700 900123." in sam.newest()
    await sam.says("07700 900456")
    await sam.says("after the school run")
    assert "ends in 456. The time: after the school run." in sam.newest()
    assert "Safe time: after the school run" in await kirsty.opens()


async def test_other_words_in_between_reach_a_person_and_the_question_stands(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await sam.says("/call")
    kirsty.reads_all()
    await sam.says("my mum is not well")
    kirsty.sees("C1: wrote.")
    await sam.says("07700 900456")
    [item] = await items(world, "call")
    assert item.number == "+447700900456"


async def test_write_here_asks_for_no_time_and_says_so_on_the_card(world: World, sam: Phone, kirsty: Phone) -> None:
    await sam.says("/call")
    await sam.taps("Don't ring, write here")
    assert "do not ring, write here" in sam.newest()
    assert "Do not ring: write in the chat." in await kirsty.opens()


async def test_without_a_number_on_record_none_is_offered(world: World, sam: Phone) -> None:
    await sam.says("/call")
    assert sam.buttons() == ["Don't ring, write here"]


async def test_what_was_noted_can_be_changed(world: World, sam: Phone, kirsty: Phone) -> None:
    await sam.says("/call")
    await sam.taps("The number ending 123")
    await sam.taps("Any time")
    await sam.taps("Change this")
    await sam.taps("Don't ring, write here")
    [item] = await items(world, "call")
    assert (item.number, item.safe_time) == ("write", None)


async def test_asking_twice_is_one_call_until_it_is_dealt_with(world: World, sam: Phone, kirsty: Phone) -> None:
    await sam.says("/call")
    await sam.says("/call")
    assert len(await items(world, "call")) == 1
    await kirsty.taps("I'm dealing with it")
    await sam.says("/call")
    sam.sees("Someone has this in hand.")
    await kirsty.taps("Done")
    await kirsty.taps("Spoke with them")
    await sam.says("/call")
    assert len(await items(world, "call")) == 2


async def test_somebody_elses_question_cannot_be_answered(world: World, sam: Phone) -> None:
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


@pytest.mark.parametrize(
    ("about", "told"), [("Food", "11:00"), ("Talk to someone today", "11:00"), ("Change a date", "14:00")]
)
async def test_what_cannot_wait_has_the_shorter_clock(
    world: World, sam: Phone, kirsty: Phone, about: str, told: str
) -> None:
    duty = await world.linked("Dee", "DUTY1")
    await world.moves_to("2026-11-24 09:00")
    await sam.says("/help")
    await world.moves_to("2026-11-24 10:00")
    await sam.taps("I need help")
    await sam.taps(about)
    await sam.taps("Don't ring, write here")
    assert f"by today at {told}" in sam.newest()
    hour, minute = told.split(":")
    await world.moves_to(f"2026-11-24 {int(hour) - 1:02}:59")
    duty.sees_nothing_new()
    await world.moves_to(f"2026-11-24 {hour}:{minute}")
    duty.sees("C1: asks for help.")


async def test_a_claim_ends_the_climb_whatever_is_answered_later(world: World, sam: Phone, kirsty: Phone) -> None:
    duty = await world.linked("Dee", "DUTY1")
    await world.moves_to("2026-11-24 10:00")
    await sam.says("/help")
    await sam.taps("I need help")
    await kirsty.taps("I'm dealing with it")
    await sam.taps("Food")
    await world.moves_to("2026-11-24 17:00")
    duty.sees_nothing_new()


# ── Taken, and ended ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_sam_hears_once_that_somebody_has_it(world: World, sam: Phone, kirsty: Phone) -> None:
    await sam.says("/call")
    sam.reads_all()
    await kirsty.taps("I'm dealing with it")
    assert sam.sees("Someone now has what you asked for in hand.")
    assert len(sam.new) == 1


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        ("Spoke with them", "We have dealt with what you asked for."),
        ("Left a message or no answer", "We tried to ring you about what you asked for."),
        ("Sorted", "We have dealt with what you asked for."),
        ("Passed to somebody else", "What you asked for has been passed on to someone else."),
        ("Not needed any more", "What you asked for has been closed."),
    ],
)
async def test_it_ends_with_an_outcome_that_sam_is_told(
    world: World, sam: Phone, kirsty: Phone, outcome: str, told: str
) -> None:
    await world.moves_to("2026-11-24 10:00")
    await sam.says("/call")
    await kirsty.taps("I'm dealing with it")
    sam.reads_all()
    await kirsty.taps("Done")
    assert "how did it end?" in kirsty.newest()
    sam.sees_nothing_new()
    await kirsty.taps(outcome)
    assert f"Done. {outcome}" in kirsty.newest()
    sam.sees(told)
    assert len(sam.new) == 1


async def test_somebody_who_was_not_to_be_rung_is_not_told_that_we_rang(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await world.moves_to("2026-11-24 10:00")
    await sam.says("/call")
    await sam.taps("Don't ring, write here")
    await kirsty.taps("I'm dealing with it")
    await kirsty.taps("Done")
    await kirsty.taps("Left a message or no answer")
    sam.sees("We tried to reach you about what you asked for.")


async def test_at_night_nobody_is_woken_to_hear_that_it_is_done(world: World, sam: Phone, kirsty: Phone) -> None:
    await world.moves_to("2026-11-24 22:00")
    await sam.says("/call")
    sam.reads_all()
    await kirsty.taps("I'm dealing with it")
    await kirsty.taps("Done")
    await kirsty.taps("Sorted")
    sam.sees_nothing_new()
    await world.moves_to("2026-11-25 08:00")
    assert [shown.text for shown in sam.new] == [
        "Thank you. We have dealt with what you asked for. If there is more, send CALL."
    ]


async def test_a_button_of_something_that_was_dealt_with_is_stale(world: World, sam: Phone, kirsty: Phone) -> None:
    await sam.says("/call")
    await kirsty.taps("I'm dealing with it")
    await kirsty.taps("Done")
    await kirsty.taps("Sorted")
    await sam.taps("Don't ring, write here")
    sam.sees("That button belongs to something that has changed since.")


# ── Something changed ───────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_new_address_reaches_the_worker_and_is_kept_with_its_moment(
    world: World, sam: Phone, kirsty: Phone
) -> None:
    await world.moves_to("2026-11-24 10:05")
    await sam.says("/help")
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


async def test_work_hours_by_command(world: World, sam: Phone, kirsty: Phone) -> None:
    await sam.says("/changed")
    await sam.taps("My work hours")
    await sam.says("nights from Monday")
    card = await kirsty.opens()
    assert "My work hours" in card
    assert "nights from Monday" in card


# ── /help ───────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_help_always_shows_whom_to_ring_and_how_to_complain(world: World, sam: Phone) -> None:
    for moment in ("2026-11-24 10:00", "2026-11-24 23:00"):
        await world.moves_to(moment)
        sam.reads_all()
        await sam.says("help")
        sam.sees("01475 715 000", "999", "116 123", "0800 83 85 87", "/complain")
        assert sam.buttons() == ["Call me", "I need help", "Something changed"]


async def test_staff_are_shown_the_duty_number(world: World, kirsty: Phone) -> None:
    await kirsty.says("/help")
    kirsty.sees("Duty: 01475 715 000")


async def test_a_stranger_hears_nothing_but_the_polite_sentence(world: World, sam: Phone) -> None:
    stranger = world.phone("Stranger")
    for words in ("/help", "/call", "/complain he shouted", "/changed"):
        stranger.reads_all()
        await stranger.says(words)
        assert [shown.text for shown in stranger.new] == [
            "Hello. This chat works with a link from the person who gave you this address. Please ask them for one."
        ]
        assert stranger.buttons() == []
    assert await items(world, "call") == []

"""A date that changes: whoever was told of it is told once, and what stands in their chat says that it is old."""

from datetime import UTC, datetime

import pytest

from db import tables
from domain.outbox import Subject
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, owed_about
from tests.conversations.test_import import EXPORT, tonight

DATES = EXPORT["appointments"]
WED, THU, FRI = "25/11/2026,9:30", "26/11/2026,10:00", "27/11/2026,11:00"
HALL = EXPORT["places"] + "P2,The hall,\n"
OVER = EXPORT["orders"].replace("CM1,,", "CM1,completed,24/11/2026")


@pytest.fixture
def begins() -> datetime:
    """An hour before the reminder of Wednesday's date."""
    return datetime(2026, 11, 24, 17, tzinfo=UTC)


def moved(to: str, place: str = "P1") -> str:
    """The export with Wednesday's date at another time or place."""
    return DATES.replace(f"{WED},15:30,P1", f"{to},15:30,{place}")


def off(ref: str, dates: str = DATES) -> str:
    """The same dates with one of them cancelled; with none, all are on."""
    head, *rows = dates.splitlines()
    return (
        "\n".join([f"{head},status", *(f"{row},{'cancelled' if row.startswith(ref) else ''}" for row in rows)]) + "\n"
    )


async def reminded(world: World) -> Phone:
    """Sam was reminded on Tuesday evening of Wednesday 9:30, and said yes."""
    await tonight(world)
    sam = await world.linked("Sam", "C1")
    await world.moves_to("2026-11-24 18:00")
    await sam.taps("I'll be there")
    sam.reads_all()
    return sam


def chat_of(sam: Phone) -> list[str]:
    return [str(shown.text) for shown in sam.person.chat if shown.who == "bot"]


async def test_moved_after_the_reminder_sam_is_told_once_and_the_old_message_says_so(world: World) -> None:
    sam = await reminded(world)
    await world.moves_to("2026-11-24 19:00")
    await tonight(world, appointments=moved(THU))
    text = sam.sees("Your date has changed. It was tomorrow, Wed 25 Nov, 9:30.", "Now: Thu 26 Nov, 10:00. The yard.")
    assert "Bring boots and lunch. Can you make it?" in text
    assert sam.buttons() == ["I'll be there", "I can't make it", "I need help", "Call me"]
    assert chat_of(sam)[0] == "This date has changed. Look for my newer message about it."
    sam.reads_all()
    await tonight(world, appointments=moved(THU))
    sam.sees_nothing_new()
    await sam.says("2")
    assert "Thu 26 Nov, 10:00" in sam.newest()
    assert "your date still stands" in sam.newest()
    sam.reads_all()
    await world.moves_to("2026-11-25 18:00")
    sam.sees("Tomorrow, Thu 26 Nov, 10:00.")


async def test_moved_before_any_word_the_reminder_carries_the_new_date(world: World) -> None:
    await tonight(world)
    sam = await world.linked("Sam", "C1")
    await tonight(world, appointments=moved(THU))
    await tonight(world, appointments=off("A1", moved(THU)))
    await tonight(world, appointments=off("none", moved(FRI)))
    sam.sees_nothing_new()
    await world.moves_to("2026-11-26 18:00")
    assert len(sam.new) == 1
    sam.sees("Tomorrow, Fri 27 Nov, 11:00.")


async def test_a_cancelled_date_is_off_once_and_on_again_once_and_at_another_place_that_is_said(world: World) -> None:
    sam = await reminded(world)
    await world.moves_to("2026-11-24 19:00")
    await tonight(world, appointments=off("A1"))
    sam.sees("Tomorrow, Wed 25 Nov, 9:30: this date is off. You do not need to come.")
    assert chat_of(sam)[0] == "This date is off."
    assert len(sam.new) == 1
    sam.reads_all()
    await tonight(world, appointments=off("none"))
    sam.sees("Your date is on after all.", "Now: Tomorrow, Wed 25 Nov, 9:30. The yard.")
    assert len(sam.new) == 1
    assert chat_of(sam)[:2] == ["This date has changed. Look for my newer message about it."] * 2
    sam.reads_all()
    await tonight(world, appointments=off("none", moved(WED, "P2")), places=HALL)
    sam.sees("The place for your date has changed.", "Now: Tomorrow, Wed 25 Nov, 9:30. The hall.")


async def test_moved_twice_before_it_was_said_the_last_facts_are_said_once(world: World) -> None:
    sam = await reminded(world)
    await world.moves_to("2026-11-24 21:00")
    await tonight(world, appointments=moved(THU))
    await tonight(world, appointments=moved(FRI, "P2"), places=HALL)
    sam.sees_nothing_new()
    assert "You said: I'll be there." in chat_of(sam)[0]
    await world.moves_to("2026-11-25 08:00")
    assert len(sam.new) == 1
    sam.sees("It was today, Wed 25 Nov, 9:30.", "Now: Fri 27 Nov, 11:00. The hall.")


async def test_moved_back_before_it_was_said_nothing_is_said_and_the_answer_stands(world: World) -> None:
    sam = await reminded(world)
    await world.moves_to("2026-11-24 21:00")
    await tonight(world, appointments=moved(THU))
    await tonight(world)
    await world.moves_to("2026-11-25 09:00")
    sam.sees_nothing_new()
    await sam.taps("I can't make it")
    assert "your date still stands" in sam.newest()
    date = Subject("appointment", await id_of(world, tables.appointments, "A1"))
    assert ("changed", "cancelled", "moved_back") in await owed_about(world, date)


async def test_after_the_order_ended_nothing_is_said_of_its_dates_but_its_form_is_offered(world: World) -> None:
    sam = await reminded(world)
    await world.moves_to("2026-11-24 21:00")
    await tonight(world, appointments=moved(THU))
    await tonight(world, appointments=off("A1", moved(THU)), orders=OVER)
    await tonight(world, appointments=moved(FRI), orders=OVER)
    await world.moves_to("2026-11-25 12:00")
    assert len(sam.new) == 1
    assert not any("Nov" in shown.text for shown in sam.new)
    date = Subject("appointment", await id_of(world, tables.appointments, "A1"))
    assert ("changed", "cancelled", "order_ended") in await owed_about(world, date)


async def test_a_date_that_is_over_may_be_put_right_in_silence(world: World) -> None:
    sam = await reminded(world)
    await world.moves_to("2026-11-25 16:00")
    await tonight(world, appointments=moved("25/11/2026,10:30"))
    await tonight(world, appointments=off("A1"))
    await world.moves_to("2026-11-25 20:00")
    sam.sees_nothing_new()


async def test_of_two_dates_in_one_message_the_one_that_stays_keeps_its_buttons(world: World) -> None:
    two = DATES + f"A2,O1,unpaid_work,{WED.replace('9:30', '17:00')},18:00,P1,SUP1\n"
    await tonight(world, appointments=two)
    sam = await world.linked("Sam", "C1")
    await world.moves_to("2026-11-24 18:00")
    assert len(sam.new) == 1
    sam.reads_all()
    await world.moves_to("2026-11-24 19:00")
    await tonight(world, appointments=two.replace(f"{WED},15:30", f"{THU},15:30"))
    sam.sees("Your date has changed. It was tomorrow, Wed 25 Nov, 9:30.")
    old = chat_of(sam)[0]
    assert old.startswith("One of these dates has changed.")
    assert "9:30" not in old
    assert "Tomorrow, Wed 25 Nov, 17:00." in old
    await sam.taps("17:00: I'll be there")
    assert any("17:00" in text and "You said: I'll be there." in text for text in chat_of(sam))

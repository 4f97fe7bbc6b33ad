"""Several dates on one day: what is said of one of them is never said of the day."""

from datetime import timedelta

import pytest

from db import tables
from tests.conversations import test_texts
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, rows
from tests.conversations.test_changes import HALL, off
from tests.conversations.test_import import EXPORT, tonight
from tests.conversations.test_reminding import another
from tests.conversations.test_texts import Texted, said_yes

texted = test_texts.texted


async def day(world: World) -> tuple[Phone, Phone]:
    """Sam has the yard at 9:30, and sees Orla at 14:00 and at 15:30. Gives back Rab, who runs the yard, and Orla."""
    await world.staff("OFF1", "Orla Reid", "officer")
    rab, orla = await world.linked("Rab", "SUP1"), await world.linked("Orla", "OFF1")
    one = await id_of(world, tables.individuals, "C1")
    order = await world.order("O2", one, "supervision", hours=None, officer_id=await id_of(world, tables.staff, "OFF1"))
    run = {"kind": "supervision", "staff_id": await id_of(world, tables.staff, "OFF1")}
    for ref, at in (("B2", "14:00"), ("B3", "15:30")):
        await world.appointment(ref, order, one, f"2026-11-25 {at}", **run)
    return rab, orla


async def stands_down(phone: Phone, which: str) -> None:
    await phone.says("/standdown")
    await phone.taps(next(label for label in phone.buttons() if which in label))
    await phone.taps("Weather")
    await phone.taps("Yes, stand it down")


async def records(phone: Phone, outcome: str, which: int = 1) -> None:
    """On the register of today: the outcome of one of Sam's dates, by its number there."""
    await phone.says("/today")
    await phone.taps(f"{which}. Sam")
    await phone.taps(outcome)


async def test_a_session_that_is_off_is_not_the_day_for_who_has_other_dates_on_it(world: World, sam: Phone) -> None:
    rab, _ = await day(world)
    await world.moves_to("2026-11-25 08:02")
    sam.reads_all()
    await stands_down(rab, "yard")
    assert sam.newest() == (
        "Today, Wed 25 Nov, 9:30: this date is off. It is not your fault. You do not need to come then. "
        "Still on that day:\n"
        "Today, Wed 25 Nov, 14:00.\n"
        "Today, Wed 25 Nov, 15:30."
    )


async def test_it_is_said_in_plain_words_too(world: World, sam: Phone) -> None:
    rab, _ = await day(world)
    await world.change(tables.individuals, "C1", plain=True)
    await world.moves_to("2026-11-25 08:02")
    await stands_down(rab, "yard")
    off, *still = sam.newest().splitlines()
    assert off.startswith(
        "Today, Wed 25 Nov, 9:30: this date is off. It is not your fault and it will not count against you."
    )
    assert still == [f"Today, Wed 25 Nov, {at}: a meeting with your worker." for at in ("14:00", "15:30")]


async def test_an_earlier_date_that_is_still_on_is_named_where_a_later_one_is_off(world: World, sam: Phone) -> None:
    rab, _ = await day(world)
    place = await id_of(world, tables.places, "P1")
    run = {"place_id": place, "staff_id": await id_of(world, tables.staff, "SUP1")}
    await another(world, "A2", "2026-11-26 15:00", **run)
    await another(world, "B4", "2026-11-26 09:30", "O2", kind="supervision")
    await world.moves_to("2026-11-25 12:00")
    await stands_down(rab, "Thu 26 Nov")
    assert sam.newest().startswith("Tomorrow, Thu 26 Nov, 15:00: this date is off.")
    assert sam.newest().endswith("Still on that day:\nTomorrow, Thu 26 Nov, 9:30.")


async def test_the_day_is_off_for_who_has_nothing_else_on_it_that_stands(world: World, sam: Phone) -> None:
    rab, _ = await day(world)
    moved = {"outcome": "moved_by_person", "recorded_at": world.town.clock.now(), "source": "import"}
    for ref in ("B2", "B3"):
        await world.row(tables.attendance, appointment_id=await id_of(world, tables.appointments, ref), **moved)
    await another(world, "A2", "2026-11-27 09:30")
    await world.moves_to("2026-11-25 08:02")
    await stands_down(rab, "yard")
    assert sam.newest() == ("Today is off. It is not your fault. You do not need to come. Next date: Fri 27 Nov, 9:30.")


async def test_who_came_to_one_date_and_missed_another_is_asked_about_that_one(world: World, sam: Phone) -> None:
    rab, orla = await day(world)
    await world.moves_to("2026-11-25 14:40")
    await records(orla, "Came")
    await records(rab, "Not here")
    sam.sees("We did not see you today, Wed 25 Nov, at 9:30. Are you OK?")


@pytest.mark.parametrize("plain", [False, True])
async def test_who_misses_two_dates_of_a_day_can_tell_which_is_meant(world: World, sam: Phone, plain: bool) -> None:
    rab, orla = await day(world)
    await world.change(tables.individuals, "C1", plain=plain)
    await world.moves_to("2026-11-25 14:40")
    await records(rab, "Not here")
    await records(orla, "Not here")
    await world.moves_to("2026-11-25 19:35")
    care = [shown.text.split(" Are you OK?")[0] for shown in sam.new if "We did not see you" in shown.text]
    assert care == [
        f"We did not see you today, Wed 25 Nov, at 9:30.{' It was your unpaid work.' if plain else ''}",
        f"We did not see you today, Wed 25 Nov, at 14:00.{' It was a meeting with your worker.' if plain else ''}",
    ]


async def test_dates_of_several_days_that_are_off_at_once_are_told_each_with_its_own_day(
    world: World, sam: Phone
) -> None:
    rab, _ = await day(world)
    run = {"place_id": await id_of(world, tables.places, "P1"), "staff_id": await id_of(world, tables.staff, "SUP1")}
    await another(world, "A2", "2026-11-26 09:30", **run)
    await world.moves_to("2026-11-24 21:00")
    sam.reads_all()
    await stands_down(rab, "Wed 25 Nov")
    morag = await world.linked("Morag", "MGR1")
    await stands_down(morag, "Thu 26 Nov")
    await world.moves_to("2026-11-25 08:02")
    assert [shown.text.splitlines()[0] for shown in sam.new if "is off" in shown.text] == [
        "Today, Wed 25 Nov, 9:30: this date is off. It is not your fault. You do not need to come then."
        " Still on that day:",
        "Tomorrow is off. It is not your fault. You do not need to come.",
    ]


async def test_who_has_another_date_at_the_same_time_does_not_read_that_nobody_expects_them(
    world: World, sam: Phone
) -> None:
    rab, _ = await day(world)
    hall = await world.row(tables.places, ref="P2", nickname="The hall")
    await another(world, "A2", "2026-11-25 09:30", place_id=hall)
    await world.moves_to("2026-11-25 08:02")
    await stands_down(rab, "yard")
    assert sam.newest().startswith("Your date is still on:\nToday, Wed 25 Nov, 9:30. The hall.\n")


# ── A date that was named beside another one is known from then on ──────────────────────────────────────────────────

EARLIER = "".join(f"B{n},O1,unpaid_work,{n}/10/2026,9:30,15:30,P1,SUP1\n" for n in (5, 6, 7, 8))  # no date is news
DATES = EXPORT["appointments"] + EARLIER
ANEW = "A9,O1,unpaid_work,25/11/2026,9:30,15:30,P2,SUP1\n"  # Wednesday's date, under another reference
LATER = ANEW.replace("9:30,15:30", "16:00,18:00")
ON_FRI, ON_THU = ANEW.replace("25/11", "27/11"), ANEW.replace("25/11", "26/11")
DOWN = EXPORT["attendance"] + "A1,stood_down_ahead:weather,SUP1,23/11/2026 09:30\n"
STILL_ON = "Your date is still on:\nWed 25 Nov, 9:30. The hall."
OFF = "Wed 25 Nov, 9:30: this date is off. You do not need to come."
MOVED = "Your date has changed. It was Wed 25 Nov, 9:30.\nNow: Fri 27 Nov, 9:30."
REMINDED = "Tomorrow, Fri 27 Nov, 9:30. The hall. Can you make it?"


async def knows(world: World, dates: str = DATES) -> Phone:
    """Sam has looked up Wednesday's date, and has none of which a booking would be told."""
    await tonight(world, appointments=dates, places=HALL)
    sam = await world.linked("Sam", "C1")
    await sam.says("/next")
    sam.reads_all()
    return sam


async def becomes(world: World, dates: str, **export: str) -> None:
    """A while later, by another export."""
    await world.town.move_to(world.town.clock.now() + timedelta(minutes=10))
    await tonight(world, places=HALL, appointments=dates, **export)


def told(phone: Phone) -> list[str]:
    """What came since the last look."""
    found = [str(shown.text) for shown in phone.new]
    phone.reads_all()
    return found


@pytest.mark.parametrize(("then", "news"), [(off("A", DATES + ANEW), OFF), (off("A1", DATES + ON_FRI), MOVED)])
async def test_a_date_that_is_told_to_be_still_on_is_told_of_once_when_it_changes(
    world: World, then: str, news: str
) -> None:
    sam = await knows(world)
    await becomes(world, off("A1", DATES + ANEW))
    assert told(sam) == [STILL_ON]
    [row] = [one for one in await rows(world, tables.outbox) if one.kind == "cancelled"]
    assert row.params["was_on"], "what it was about is kept beside what it named"
    await becomes(world, then)
    [said] = told(sam)
    assert said.startswith(news)
    await becomes(world, then)
    await world.moves_to("2026-11-25 18:00" if news is OFF else "2026-11-26 17:00")
    assert told(sam) == []
    await world.moves_to("2026-11-26 19:00")
    assert [one.splitlines()[0] for one in told(sam)] == ([] if news is OFF else [REMINDED])


async def test_moved_once_more_it_is_told_of_as_it_was_last(world: World) -> None:
    """And back where it was before anybody heard of it, it is not."""
    sam = await knows(world)
    await becomes(world, off("A1", DATES + ANEW))
    await world.moves_to("2026-11-23 21:00")
    await becomes(world, off("A1", DATES + ON_THU))
    await becomes(world, off("A1", DATES + ANEW))
    await world.moves_to("2026-11-24 09:00")
    assert told(sam) == [STILL_ON]
    await world.moves_to("2026-11-24 10:00")
    for dates, was in ((ON_THU, "tomorrow, Wed 25 Nov"), (ON_FRI, "Thu 26 Nov"), (ANEW, "Fri 27 Nov")):
        await becomes(world, off("A1", DATES + dates))
        [said] = told(sam)
        assert said.startswith(f"Your date has changed. It was {was}, 9:30.\n")


async def test_moved_in_silence_before_it_was_named_it_is_known_as_it_was_named(world: World) -> None:
    sam = await knows(world)
    await becomes(world, DATES + ON_THU)
    await becomes(world, DATES + ANEW)
    assert told(sam) == []
    await becomes(world, off("A1", DATES + ANEW))
    assert told(sam) == [STILL_ON]
    await becomes(world, off("A1", DATES + ON_FRI))
    [said] = told(sam)
    assert said.startswith(MOVED)


@pytest.mark.parametrize("beside", [LATER, ON_FRI], ids=["that_day", "the_next"])
async def test_so_is_one_that_is_named_where_a_session_is_off(world: World, beside: str) -> None:
    sam = await knows(world)
    await becomes(world, DATES + beside, attendance=DOWN)
    [off_] = told(sam)
    assert ("Still on that day:\nWed 25 Nov, 16:00." in off_) or ("Next date: Fri 27 Nov, 9:30." in off_)
    await becomes(world, off("A9", DATES + beside), attendance=DOWN)
    [said] = told(sam)
    assert said.endswith("this date is off. You do not need to come.")
    assert said.startswith("Wed 25 Nov, 16:00" if beside is LATER else "Fri 27 Nov, 9:30")


async def test_a_date_that_was_not_named_still_changes_in_silence(world: World) -> None:
    """Of another day, after the next one, or on that day and off as well."""
    others = ON_THU.replace("A9", "A7") + ON_FRI.replace("A9", "A8")
    sam = await knows(world)
    await becomes(world, off("A1", DATES + ANEW + others))
    assert told(sam) == [STILL_ON]
    await becomes(world, off("A1", DATES + ANEW + others.replace("9:30", "10:30")))
    await becomes(world, off("A", DATES + ANEW + others))
    assert [one.split(":")[0] for one in told(sam)] == ["Wed 25 Nov, 9"]


async def test_nobody_knows_of_a_date_that_was_named_to_nobody(world: World) -> None:
    """Telegram has refused the message that would have named it."""
    sam = await knows(world)
    world.town.telegram.faults.refuse("sendMessage", 400, "Bad Request: message is no good")
    await becomes(world, off("A1", DATES + ANEW))
    await becomes(world, off("A", DATES + ANEW))
    assert told(sam) == []


async def test_whoever_read_of_it_on_an_earlier_phone_knows_it(world: World) -> None:
    await knows(world)
    await becomes(world, off("A1", DATES + ANEW))
    new = await world.linked("Sam's new phone", "C1")
    await becomes(world, off("A", DATES + ANEW))
    [said] = told(new)
    assert said.startswith(OFF)


async def test_whoever_read_of_it_in_a_text_is_texted(texted: Texted) -> None:
    world = texted.world
    await said_yes(texted)
    await becomes(world, DATES + ON_FRI)
    await world.moves_to("2026-11-24 18:30")
    await becomes(world, DATES + ON_FRI, attendance=DOWN)
    assert "Next date: Fri 27 Nov, 9:30." in texted.came[-1]
    before = len(texted.came)
    await becomes(world, off("A9", DATES + ON_FRI), attendance=DOWN)
    [said] = texted.came[before:]
    assert said.startswith("Fri 27 Nov, 9:30: this date is off.")

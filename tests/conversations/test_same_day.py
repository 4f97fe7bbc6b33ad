"""Several dates on one day: what is said of one of them is never said of the day."""

import pytest

from db import tables
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of
from tests.conversations.test_reminding import another


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

"""An export that moves what has begun, or what somebody was told otherwise: each day keeps what happened on it."""

from datetime import UTC, datetime

import pytest

from db import tables
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import recorded, rows
from tests.conversations.test_changes import DATES, FRI, THU, WED, chat_of, moved, off, reminded
from tests.conversations.test_import import EXPORT, tonight

MON = "30/11/2026,9:30"
REGISTER = EXPORT["attendance"]
MISSED = REGISTER + "A1,missed_reason_unknown,SUP1,25/11/2026 16:00\n"


@pytest.fixture
def begins() -> datetime:
    """An hour before the reminder of Wednesday's date."""
    return datetime(2026, 11, 24, 17, tzinfo=UTC)


async def missed_on_wednesday(world: World) -> tuple[Phone, Phone]:
    """Sam knew of Wednesday and did not come; Kirsty heard of it that evening, and has it."""
    sam = await reminded(world)
    kirsty = await world.linked("Kirsty", "CM1")
    await world.moves_to("2026-11-25 19:00")
    await tonight(world, attendance=MISSED)
    kirsty.sees("C1: missed, reason not yet known.")
    await kirsty.taps("I'm dealing with it")
    await world.moves_to("2026-11-26 09:30")
    sam.reads_all()
    kirsty.reads_all()
    return sam, kirsty


async def was_called(world: World) -> str:
    """The reference under which Wednesday stays on record."""
    [ref] = [one.ref for one in await rows(world, tables.appointments) if one.ref.startswith("A1~")]
    return str(ref)


async def day_of(world: World, ref: str) -> tuple[str, str]:
    [one] = [one for one in await rows(world, tables.appointments) if one.ref == ref]
    return one.day.isoformat(), one.status


# ── A day that has begun, and its reference at another ──────────────────────────────────────────────────────────────


async def test_whoever_missed_both_days_of_one_reference_is_asked_about_both(world: World) -> None:
    sam, kirsty = await missed_on_wednesday(world)
    rab = await world.linked("Rab", "SUP1")
    report = await tonight(world, appointments=moved(MON), attendance=MISSED)
    was = await was_called(world)
    assert [str(one).partition(", found")[0] for one in report.unusual] == [
        "appointments.csv:3 date: has an outcome on record, and is at another time now; "
        f"the day that was stays on record as {was}"
    ]
    assert str(report.by_kind["appointments"]) == "added 0, changed 1, unchanged 1, missing 0"
    sam.sees("Your date has changed. It was yesterday, Wed 25 Nov, 9:30.", "Now: Mon 30 Nov, 9:30.")
    assert len(sam.new) == 1
    sam.reads_all()
    assert (await tonight(world, appointments=moved(MON), attendance=MISSED)).changes == []
    sam.sees_nothing_new()
    await world.moves_to("2026-11-29 18:00")
    sam.sees("Tomorrow, Mon 30 Nov, 9:30.")
    assert len(sam.new) == 1
    sam.reads_all()
    await world.moves_to("2026-11-30 10:30")
    kirsty.reads_all()
    await rab.says("/today")
    assert "So far: nothing recorded." in rab.newest()
    await rab.taps("1. Sam")
    await rab.taps("Not here")
    kirsty.sees("C1: missed, reason not yet known.")
    await world.moves_to("2026-11-30 16:30")
    sam.sees("We did not see you today.")
    assert await recorded(world, was) == await recorded(world, "A1") == [("missed_reason_unknown", "", None)]
    assert (await day_of(world, was), await day_of(world, "A1")) == (("2026-11-25", "booked"), ("2026-11-30", "booked"))
    await kirsty.says("/why A1")
    assert "Wed 25 Nov" not in kirsty.newest().partition("\n")[0]


async def test_of_a_new_day_of_which_nobody_says_anything_its_supervisor_is_asked(world: World) -> None:
    await missed_on_wednesday(world)
    rab = await world.linked("Rab", "SUP1")
    await tonight(world, appointments=moved(MON), attendance=MISSED)
    await world.moves_to("2026-12-01 09:30")
    rab.sees("Mon 30 Nov", "Nothing is recorded for: Sam.")


async def test_whoever_came_on_both_days_of_one_reference_has_worked_both(world: World) -> None:
    sam = await reminded(world)
    came = REGISTER + "A1,attended_full,SUP1,25/11/2026 16:00\n"
    await world.moves_to("2026-11-25 19:00")
    await tonight(world, attendance=came)
    await tonight(world, appointments=moved(MON), attendance=came)
    await sam.says("/hours")
    assert "Done: 6 hours." in sam.newest()
    await world.moves_to("2026-11-30 19:00")
    both = came + "A1,attended_full,SUP1,30/11/2026 16:00\n"
    assert (await tonight(world, appointments=moved(MON), attendance=both)).unusual == []
    await sam.says("/hours")
    assert "Done: 12 hours." in sam.newest()


@pytest.mark.parametrize("later", [False, True], ids=["with the move", "an export later"])
async def test_a_register_that_comes_with_the_move_or_after_it_is_of_the_day_that_was(
    world: World, later: bool
) -> None:
    sam = await reminded(world)
    kirsty = await world.linked("Kirsty", "CM1")
    await world.moves_to("2026-11-26 09:00")
    if later:
        [warning] = map(str, (await tonight(world, appointments=moved(MON))).unusual)
        assert "the day that was stays booked as " + await was_called(world) in warning
        assert await day_of(world, await was_called(world)) == ("2026-11-25", "booked")
    await tonight(world, appointments=moved(MON), attendance=MISSED)
    was = await was_called(world)
    assert (await day_of(world, was), await recorded(world, was)) == (
        ("2026-11-25", "booked"),
        [("missed_reason_unknown", "", None)],
    )
    assert await recorded(world, "A1") == []
    kirsty.sees("C1: missed, reason not yet known.")
    assert "Wed 25 Nov" in await kirsty.opens()
    await world.moves_to("2026-11-26 12:00")
    assert len([text for text in chat_of(sam) if "Now: Mon 30 Nov, 9:30." in text]) == 1


async def test_what_is_decided_of_the_day_that_was_comes_under_the_reference_that_it_had(world: World) -> None:
    await missed_on_wednesday(world)
    await tonight(world, appointments=moved(MON), attendance=MISSED)
    decided = MISSED + "A1,missed_accepted:health,CM1,27/11/2026 10:00\n"
    await world.moves_to("2026-11-27 18:00")
    await tonight(world, appointments=moved(MON), attendance=decided)
    assert await recorded(world, await was_called(world)) == [
        ("missed_reason_unknown", "", None),
        ("missed_accepted", "health", None),
    ]
    assert await recorded(world, "A1") == []
    down = decided + "A1,stood_down_ahead:weather,SUP1,28/11/2026 10:00\n"
    await world.moves_to("2026-11-28 18:00")
    await tonight(world, appointments=moved(MON), attendance=down)
    assert await recorded(world, "A1") == [("stood_down_ahead", "weather", None)]


@pytest.mark.parametrize("attendance", [REGISTER, MISSED], ids=["nothing", "missed"])
async def test_a_slip_that_put_a_day_ahead_is_put_right_and_the_day_is_what_it_was(
    world: World, attendance: str
) -> None:
    sam = await reminded(world)
    await world.moves_to("2026-11-25 19:00")
    await tonight(world, attendance=attendance)
    before = await recorded(world, "A1")
    await tonight(world, appointments=moved(MON), attendance=attendance)
    sam.sees("Now: Mon 30 Nov, 9:30.")
    sam.reads_all()
    await tonight(world, attendance=attendance)
    sam.sees("Mon 30 Nov, 9:30: this date is off.")
    sam.reads_all()
    assert (await day_of(world, "A1"), await recorded(world, "A1")) == (("2026-11-25", "booked"), before)
    assert await day_of(world, await was_called(world)) == ("2026-11-30", "cancelled")
    assert (await tonight(world, attendance=attendance)).changes == []
    await world.moves_to("2026-11-29 19:00")
    assert not any("Tomorrow" in shown.text for shown in sam.new)


async def test_another_hour_of_the_same_day_is_the_same_date(world: World) -> None:
    sam = await reminded(world)
    kirsty = await world.linked("Kirsty", "CM1")
    await world.moves_to("2026-11-25 10:00")
    early = REGISTER + "A1,missed_reason_unknown,SUP1,25/11/2026 09:50\n"
    await tonight(world, attendance=early)
    kirsty.reads_all()
    await tonight(world, appointments=moved("25/11/2026,13:00"), attendance=early)
    sam.sees("Your date has changed. It was today, Wed 25 Nov, 9:30.", "Now: Today, Wed 25 Nov, 13:00.")
    assert [one.ref for one in await rows(world, tables.appointments)] == ["A0", "A1"]
    await world.moves_to("2026-11-25 19:00")
    came = early + "A1,attended_full,SUP1,25/11/2026 16:00\n"
    await tonight(world, appointments=moved("25/11/2026,13:00"), attendance=came)
    assert await recorded(world, "A1") == [("missed_reason_unknown", "", None), ("attended_full", "", None)]


async def test_a_day_with_an_outcome_that_is_put_at_another_that_is_over_is_named(world: World) -> None:
    """It may be a slip that was put right, or two days under one reference: only people can tell."""
    came = REGISTER + "A0,attended_full,SUP1,20/11/2026 16:00\n"
    await tonight(world, attendance=came)
    elsewhen = DATES.replace("20/11/2026,9:30", "24/11/2026,9:30")
    report = await tonight(world, attendance=came, appointments=elsewhen)
    [warning] = map(str, report.unusual)
    assert warning.startswith("appointments.csv:2 date: has an outcome on record, and is at another time now, found")
    hour = elsewhen.replace("24/11/2026,9:30", "24/11/2026,10:30")
    assert (await tonight(world, attendance=came, appointments=hour)).unusual == []


async def test_a_day_that_is_put_right_together_with_its_first_outcome_is_not_named(world: World) -> None:
    await tonight(world)
    thu = DATES.replace("20/11/2026,9:30", "19/11/2026,9:30")
    came = REGISTER + "A0,attended_full,SUP1,19/11/2026 16:00\n"
    assert (await tonight(world, attendance=came, appointments=thu)).unusual == []


# ── Told otherwise ──────────────────────────────────────────────────────────────────────────────────────────────────


async def test_whoever_waits_for_a_date_that_is_put_into_the_past_hears_that_it_is_off(world: World) -> None:
    sam = await reminded(world)
    await world.moves_to("2026-11-24 19:00")
    report = await tonight(world, appointments=moved("23/11/2026,9:30"))
    [warning] = map(str, report.unusual)
    assert warning.startswith("appointments.csv:3 date: is at a day that is over, and was ahead")
    sam.sees("Tomorrow, Wed 25 Nov, 9:30: this date is off. You do not need to come.")
    assert chat_of(sam)[0] == "This date has changed. Look for my newer message about it."
    sam.reads_all()
    await world.moves_to("2026-11-25 12:00")
    sam.sees_nothing_new()


async def test_whoever_saw_the_new_day_in_an_answer_hears_that_it_was_moved_back(world: World) -> None:
    sam = await reminded(world)
    await world.moves_to("2026-11-24 21:00")
    await tonight(world, appointments=moved(FRI))
    await sam.says("/next")
    sam.sees("Fri 27 Nov, 11:00")
    sam.reads_all()
    await tonight(world)
    await world.moves_to("2026-11-25 08:00")
    sam.sees("Your date has changed. It was Fri 27 Nov, 11:00.", "Now: Today, Wed 25 Nov, 9:30.")
    assert len(sam.new) == 1


async def test_what_was_shown_before_the_day_that_was_has_not_shown_its_new_day(world: World) -> None:
    await tonight(world)
    sam = await world.linked("Sam", "C1")
    await sam.says("/next")
    await world.moves_to("2026-11-25 21:00")
    await tonight(world, appointments=moved(FRI), attendance=MISSED)
    await tonight(world, appointments=moved("01/12/2026,9:30"), attendance=MISSED)
    sam.reads_all()
    await world.moves_to("2026-11-26 08:00")
    sam.sees("Your date has changed. It was yesterday, Wed 25 Nov, 9:30.", "Now: Tue 1 Dec, 9:30.")


async def test_what_said_that_a_date_is_off_says_that_it_is_old_once_it_is_on_at_another_time(world: World) -> None:
    sam = await reminded(world)
    await world.moves_to("2026-11-24 19:00")
    down = REGISTER + "A1,stood_down_ahead:weather,SUP1,24/11/2026 18:30\n"
    await tonight(world, attendance=down)
    sam.sees("Tomorrow is off.")
    sam.reads_all()
    await tonight(world, appointments=moved("25/11/2026,13:00"), attendance=down)
    sam.sees("Now: Tomorrow, Wed 25 Nov, 13:00.")
    assert chat_of(sam)[:2] == ["This date has changed. Look for my newer message about it."] * 2
    sam.reads_all()
    await world.moves_to("2026-11-24 19:40")
    again = down + "A1,stood_down_ahead:vehicle,SUP1,24/11/2026 19:35\n"
    await tonight(world, appointments=moved("25/11/2026,13:00"), attendance=again)
    await tonight(world, appointments=off("A1", moved("25/11/2026,13:00")), attendance=again)
    assert "Tomorrow is off." in chat_of(sam)[-1]


async def test_an_order_that_becomes_another_persons_is_named(world: World) -> None:
    individuals = f"{EXPORT['individuals']}C2,Jo,07700 900124\n"
    await tonight(world, individuals=individuals)
    orders = EXPORT["orders"].replace("O1,C1", "O1,C2")
    report = await tonight(world, individuals=individuals, orders=orders)
    [warning] = map(str, report.unusual)
    assert warning.startswith("orders.csv:2 case_ref: is another person's order now, with its dates")
    assert (await tonight(world, individuals=individuals, orders=orders)).unusual == []


@pytest.mark.parametrize("to", [THU, WED], ids=["tomorrow", "today"])
async def test_a_day_that_is_put_just_ahead_is_told_once(world: World, to: str) -> None:
    """Sam worked on Tuesday morning; that evening its reference is at tomorrow, or at the day after."""
    tue = DATES.replace(WED, "24/11/2026,9:30")
    await tonight(world, appointments=tue)
    sam = await world.linked("Sam", "C1")
    came = REGISTER + "A1,attended_full,SUP1,24/11/2026 16:00\n"
    await tonight(world, appointments=tue, attendance=came)
    sam.reads_all()
    await world.moves_to("2026-11-24 19:00")
    await tonight(world, appointments=moved(to), attendance=came)
    await world.moves_to("2026-11-25 20:00")
    assert len([shown for shown in sam.new if "Can you make it?" in shown.text]) == 1

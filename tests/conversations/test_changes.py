"""A date that changes: whoever was told of it is told once, and what stands in their chat says that it is old."""

from datetime import UTC, datetime

import pytest

from db import dates, progress, tables, told
from domain.outbox import Subject
from tests.conversations import test_texts
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, owed_about, recorded, rows
from tests.conversations.test_import import EXPORT, tonight
from tests.conversations.test_register import sends_home
from tests.conversations.test_texts import Texted, said_yes

texted = test_texts.texted

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


# ── Off, and what it says of another day ────────────────────────────────────────────────────────────────────────────

STOOD_DOWN = EXPORT["attendance"] + "A1,stood_down_ahead:weather,SUP1,24/11/2026 18:30\n"


async def test_a_date_that_was_off_and_is_moved_is_on_and_its_person_hears_so(world: World) -> None:
    """What was recorded of Wednesday says nothing of Thursday."""
    sam = await reminded(world)
    rab = await world.linked("Rab", "SUP1")
    await world.moves_to("2026-11-24 19:00")
    await tonight(world, attendance=STOOD_DOWN)
    sam.sees("Tomorrow is off.", "You do not need to come.")
    sam.reads_all()
    await tonight(world, appointments=moved(THU), attendance=STOOD_DOWN)
    sam.sees("A new date for you.", "Now: Thu 26 Nov, 10:00. The yard.")
    sam.reads_all()
    await sam.says("/next")
    assert "Thu 26 Nov, 10:00" in sam.newest()
    sam.reads_all()
    await world.moves_to("2026-11-25 18:00")
    sam.sees("Tomorrow, Thu 26 Nov, 10:00.")
    await world.moves_to("2026-11-26 09:50")
    await rab.says("/today")
    rab.sees("expected: 1", "So far: nothing recorded.")


async def test_a_miss_does_not_keep_the_new_day_of_the_same_date_from_being_told(world: World) -> None:
    sam = await reminded(world)
    await world.moves_to("2026-11-25 19:00")
    missed = EXPORT["attendance"] + "A1,missed_reason_unknown,SUP1,25/11/2026 16:00\n"
    await tonight(world, attendance=missed)
    sam.reads_all()
    await world.moves_to("2026-11-26 09:00")
    report = await tonight(world, appointments=moved("30/11/2026,9:30"), attendance=missed)
    [warning] = map(str, report.unusual)
    assert warning.startswith("appointments.csv:3 date: has an outcome on record, and is at another time now")
    sam.sees("Your date has changed.", "Mon 30 Nov, 9:30")
    sam.reads_all()
    await world.moves_to("2026-11-29 18:00")
    sam.sees("Tomorrow, Mon 30 Nov, 9:30.")


async def test_a_date_that_is_off_stays_off_when_only_its_place_changes(world: World) -> None:
    sam = await reminded(world)
    await world.moves_to("2026-11-24 19:00")
    await tonight(world, attendance=STOOD_DOWN)
    sam.sees("Tomorrow is off.")
    sam.reads_all()
    await tonight(world, appointments=moved(WED, "P2"), places=HALL, attendance=STOOD_DOWN)
    await world.moves_to("2026-11-25 09:00")
    sam.sees_nothing_new()


async def test_off_in_the_chat_and_then_in_the_case_system_is_told_once(world: World) -> None:
    sam = await reminded(world)
    await world.moves_to("2026-11-24 19:00")
    await tonight(world, attendance=STOOD_DOWN)
    sam.sees("Tomorrow is off.", "You do not need to come.")
    sam.reads_all()
    await world.moves_to("2026-11-24 19:30")
    await tonight(world, appointments=off("A1"), attendance=STOOD_DOWN)
    await world.moves_to("2026-11-25 12:00")
    sam.sees_nothing_new()


async def test_a_miss_stands_when_only_the_place_of_its_day_is_put_right_afterwards(world: World) -> None:
    """Recorded on Wednesday evening; the place of that morning is put right before Sam is asked how they are."""
    sam = await reminded(world)
    await world.moves_to("2026-11-25 20:30")
    missed = EXPORT["attendance"] + "A1,missed_reason_unknown,SUP1,25/11/2026 16:00\n"
    await tonight(world, attendance=missed)
    await world.moves_to("2026-11-25 21:00")
    await tonight(world, appointments=moved(WED, "P2"), places=HALL, attendance=missed)
    sam.sees_nothing_new()
    await world.moves_to("2026-11-26 08:00")
    sam.sees("We did not see you yesterday.")


@pytest.mark.parametrize("was", ["9:30", "7:30"])
async def test_moved_and_stood_down_before_the_move_was_told_nobody_goes_to_the_old_time(
    world: World, was: str
) -> None:
    """Sam said yes to Wednesday. In one night it moves to Thursday, and Thursday is stood down."""
    on_wed = DATES.replace(WED, f"25/11/2026,{was}")
    await tonight(world, appointments=on_wed)
    sam = await world.linked("Sam", "C1")
    await world.moves_to("2026-11-24 18:00")
    await sam.taps("I'll be there")
    sam.reads_all()
    await world.moves_to("2026-11-24 21:00")
    await tonight(world, appointments=moved(THU))
    await world.moves_to("2026-11-24 21:30")
    await tonight(world, appointments=moved(THU), attendance=STOOD_DOWN.replace("18:30", "21:20"))
    await world.moves_to("2026-11-25 08:00")
    sam.sees("Tomorrow is off.", "You do not need to come.")
    assert chat_of(sam)[0].startswith("Tomorrow, Wed") is (was == "7:30")
    if was == "7:30":  # no message comes in time: somebody rings, and is told what has to be said
        assert await rings(world) == ["not_told"]
        assert len(sam.new) == 1
        return
    sam.sees("Today, Wed 25 Nov, 9:30: this date is off. You do not need to come.")
    assert len(sam.new) == 2
    assert chat_of(sam)[0] == "This date has changed. Look for my newer message about it."
    sam.reads_all()
    await sam.says("/next")
    assert "Thu 26 Nov" not in sam.newest()


# ── Too late to be told in the chat ─────────────────────────────────────────────────────────────────────────────────


async def rings(world: World) -> list[str]:
    return [one.reason for one in await rows(world, tables.items) if one.kind == "ring"]


async def test_cancelled_at_night_with_no_hour_left_in_the_morning_somebody_rings(world: World) -> None:
    early = DATES.replace(WED, "25/11/2026,8:00")
    await tonight(world, appointments=early)
    sam = await world.linked("Sam", "C1")
    await world.moves_to("2026-11-24 18:00")
    sam.sees("Tomorrow, Wed 25 Nov, 8:00.")
    sam.reads_all()
    await world.moves_to("2026-11-24 21:00")
    await tonight(world, appointments=off("A1", early))
    assert await rings(world) == ["not_told"]
    subject = Subject("appointment", await id_of(world, tables.appointments, "A1"))
    assert ("cancelled", "missed", "quiet_hours") in await owed_about(world, subject)


async def test_moved_at_night_from_early_tomorrow_it_is_told_in_the_morning_and_somebody_rings_as_well(
    world: World,
) -> None:
    early = DATES.replace(WED, "25/11/2026,8:30")
    await tonight(world, appointments=early)
    sam = await world.linked("Sam", "C1")
    await world.moves_to("2026-11-24 18:00")
    sam.reads_all()
    await world.moves_to("2026-11-24 21:00")
    await tonight(world, appointments=moved(THU))
    assert await rings(world) == ["not_told"]
    await world.moves_to("2026-11-25 08:00")
    sam.sees("Your date has changed. It was today, Wed 25 Nov, 8:30.", "Now: Tomorrow, Thu 26 Nov, 10:00.")
    assert await rings(world) == ["not_told"]


# ── Another kind ────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_date_that_turns_out_to_be_in_court_is_reminded_of_like_one(world: World) -> None:
    far = DATES.replace(WED, "16/12/2026,9:30")
    await tonight(world, appointments=far.replace("A1,O1,unpaid_work", "A1,O1,supervision"))
    subject = Subject("appointment", await id_of(world, tables.appointments, "A1"))
    one = await owed_about(world, subject)
    await tonight(world, appointments=far.replace("A1,O1,unpaid_work", "A1,O1,court_review"))
    planned = [kind for kind, status, _ in await owed_about(world, subject) if status == "planned"]
    assert len(one) == 1
    assert sorted(planned) == ["reminder", "reminder", "reminder", "ring"]


# ── Who knows of it ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_whoever_was_shown_a_date_in_an_answer_hears_of_its_change(world: World) -> None:
    await tonight(world)
    sam = await world.linked("Sam", "C1")
    await sam.says("/next")
    sam.sees("Wed 25 Nov, 9:30")
    sam.reads_all()
    await tonight(world, appointments=moved(THU))
    sam.sees("Your date has changed. It was tomorrow, Wed 25 Nov, 9:30.", "Now: Thu 26 Nov, 10:00.")
    sam.reads_all()
    await world.moves_to("2026-11-25 09:00")
    await tonight(world, appointments=off("A1", moved(THU)))
    sam.sees("Tomorrow, Thu 26 Nov, 10:00: this date is off.")


async def test_a_date_beyond_those_that_the_answer_showed_changes_in_silence(world: World) -> None:
    many = DATES + "".join(f"B{n},O1,unpaid_work,0{n}/12/2026,9:30,15:30,P1,SUP1\n" for n in range(1, 6))
    await tonight(world, appointments=many)
    sam = await world.linked("Sam", "C1")
    await sam.says("/next")
    assert "Fri 4 Dec" in sam.newest()
    assert "Sat 5 Dec" not in sam.newest()
    sam.reads_all()
    await tonight(world, appointments=many.replace("05/12/2026", "07/12/2026"))
    sam.sees_nothing_new()
    await tonight(world, appointments=many.replace("04/12/2026", "07/12/2026"))
    sam.sees("It was Fri 4 Dec, 9:30.", "Now: Mon 7 Dec, 9:30.")


async def test_a_cancelled_date_was_not_among_those_that_the_answer_showed(world: World) -> None:
    two = DATES + "A2,O1,unpaid_work,04/12/2026,9:30,15:30,P1,SUP1\n"
    await tonight(world, appointments=two)
    sam = await world.linked("Sam", "C1")
    await tonight(world, appointments=off("A2", two))
    await sam.says("/next")
    assert "4 Dec" not in sam.newest()
    sam.reads_all()
    await world.moves_to("2026-11-24 17:30")
    await tonight(world, appointments=off("none", two))
    sam.sees_nothing_new()


async def test_what_was_shown_on_a_phone_that_is_not_linked_any_more_counts_for_nothing(world: World) -> None:
    await tonight(world)
    sam = await world.linked("Sam", "C1")
    await sam.says("/next")
    sam.sees("Wed 25 Nov, 9:30")
    new = await world.linked("Sam's new phone", "C1")
    new.reads_all()
    await tonight(world, appointments=moved(THU))
    new.sees_nothing_new()


async def test_an_answer_that_is_older_than_the_last_move_has_not_shown_the_date_as_it_is(world: World) -> None:
    async def shown() -> bool:
        async with world.town.app.service.db.read() as tx:
            return bool(await told.shown(tx, [await id_of(world, tables.appointments, "A1")]))

    await tonight(world)
    sam = await world.linked("Sam", "C1")
    await sam.says("/next")
    assert await shown()
    await world.moves_to("2026-11-24 17:30")
    await tonight(world, appointments=moved(WED, "P2"), places=HALL)
    assert not await shown()
    await sam.says("/next")
    assert await shown()


async def test_dates_that_are_left_of_an_order_that_ended_stand_before_none_that_was_shown(world: World) -> None:
    """A person has five dates of an order that has ended, all before the first of their new one."""
    left = "".join(f"B{n},O0,unpaid_work,25/11/2026,{9 + n}:00,15:30,P1,SUP1\n" for n in range(5))
    two = EXPORT["orders"] + "O0,C1,01/03/2025,unpaid_work,100,CM1,{},{}\n"
    shown = DATES.replace(WED, THU)
    await tonight(world, orders=two.format("", ""), appointments=shown + left)
    await tonight(world, orders=two.format("completed", "24/11/2026"), appointments=shown + left)
    sam = await world.linked("Sam", "C1")
    await sam.says("/next")
    sam.reads_all()
    await tonight(world, orders=two.format("completed", "24/11/2026"), appointments=moved(FRI) + left)
    sam.sees("Your date has changed. It was Thu 26 Nov, 10:00.", "Now: Fri 27 Nov, 11:00.")


# ── The record and the move ─────────────────────────────────────────────────────────────────────────────────────────


async def test_the_register_says_one_export_later_why_a_date_was_moved_and_the_new_time_stands(world: World) -> None:
    sam = await reminded(world)
    await world.moves_to("2026-11-24 19:00")
    await tonight(world, appointments=moved("30/11/2026,10:00"))
    sam.sees("Your date has changed.", "Mon 30 Nov, 10:00")
    sam.reads_all()
    await world.moves_to("2026-11-25 18:30")
    late = EXPORT["attendance"] + "A1,moved_by_person,CM1,24/11/2026 18:30\n"
    report = await tonight(world, appointments=moved("30/11/2026,10:00"), attendance=late)
    [warning] = map(str, report.unusual)
    assert warning.startswith("attendance.csv:2 recorded_at: is taken to be of the time before its date was moved")
    sam.sees_nothing_new()
    await sam.says("/next")
    assert "Mon 30 Nov, 10:00" in sam.newest()
    sam.reads_all()
    assert await recorded(world, "A1") == [("moved_by_person", "", None), ("taken_back", "", None)]
    await world.moves_to("2026-11-29 18:00")
    sam.sees("Tomorrow, Mon 30 Nov, 10:00.")


async def test_off_as_recorded_after_the_move_is_off(world: World) -> None:
    sam = await reminded(world)
    await world.moves_to("2026-11-24 19:00")
    await tonight(world, appointments=moved(THU))
    sam.reads_all()
    await world.moves_to("2026-11-25 12:00")
    down = EXPORT["attendance"] + "A1,stood_down_ahead:vehicle,SUP1,25/11/2026 11:00\n"
    report = await tonight(world, appointments=moved(THU), attendance=down)
    assert report.unusual == []
    sam.sees("Tomorrow is off.", "You do not need to come.")


async def test_off_in_the_export_that_moves_the_date_is_of_the_old_time_and_the_import_says_so(world: World) -> None:
    sam = await reminded(world)
    await world.moves_to("2026-11-24 19:00")
    report = await tonight(world, appointments=moved(THU), attendance=STOOD_DOWN)
    [warning] = map(str, report.unusual)
    assert warning.startswith("attendance.csv:2 recorded_at: is taken to be of the time before its date was moved")
    assert len(sam.new) == 1
    sam.sees("Your date has changed. It was tomorrow, Wed 25 Nov, 9:30.", "Now: Thu 26 Nov, 10:00.")


async def test_a_miss_in_the_export_that_moves_its_date_is_named_by_the_import(world: World) -> None:
    sam = await reminded(world)
    await world.moves_to("2026-11-25 19:00")
    missed = EXPORT["attendance"] + "A1,missed_reason_unknown,SUP1,25/11/2026 16:00\n"
    report = await tonight(world, appointments=moved("30/11/2026,9:30"), attendance=missed)
    [warning] = map(str, report.unusual)
    assert warning.startswith("appointments.csv:3 date: has an outcome on record, and is at another time now")
    sam.sees("Your date has changed.", "Mon 30 Nov, 9:30")


async def test_off_then_cancelled_then_booked_again_it_is_on_and_its_person_hears_so(world: World) -> None:
    sam = await reminded(world)
    await world.moves_to("2026-11-24 19:00")
    await tonight(world, attendance=STOOD_DOWN)
    sam.sees("Tomorrow is off.")
    sam.reads_all()
    await tonight(world, appointments=off("A1"), attendance=STOOD_DOWN)
    sam.sees_nothing_new()
    await tonight(world, appointments=off("none"), attendance=STOOD_DOWN)
    sam.sees("Your date is on after all.", "Now: Tomorrow, Wed 25 Nov, 9:30. The yard.")
    await sam.says("/next")
    assert "Wed 25 Nov, 9:30" in sam.newest()


async def test_off_that_was_not_told_yet_is_not_told_once_the_date_has_moved(world: World) -> None:
    """Stood down late in the evening, and moved before the morning in which that would have been said."""
    sam = await reminded(world)
    await world.moves_to("2026-11-24 21:00")
    await tonight(world, attendance=STOOD_DOWN)
    sam.sees_nothing_new()
    await tonight(world, appointments=moved(THU), attendance=STOOD_DOWN)
    date = Subject("appointment", await id_of(world, tables.appointments, "A1"))
    assert ("stand_down", "cancelled", "moved") in await owed_about(world, date)
    await world.moves_to("2026-11-25 12:00")
    assert len(sam.new) == 1
    sam.sees("Your date has changed. It was today, Wed 25 Nov, 9:30.", "Now: Tomorrow, Thu 26 Nov, 10:00.")


async def told_not_to_come(world: World) -> Phone:
    """Sam said on Tuesday evening that he can't make it, and Kirsty answered that he need not."""
    sam = await reminded(world)
    kirsty = await world.linked("Kirsty", "CM1")
    await world.moves_to("2026-11-24 18:15")
    await sam.taps("I can't make it")
    await sam.taps("My health")
    await kirsty.opens()
    for label in ("I'm dealing with it", "Done", "No need to come"):
        await kirsty.taps(label)
    sam.sees("You do not need to come tomorrow, Wed 25 Nov, at 9:30.")
    sam.reads_all()
    return sam


async def test_whoever_need_not_come_need_not_come_to_another_place_either(world: World) -> None:
    sam = await told_not_to_come(world)
    rab = await world.linked("Rab", "SUP1")
    await world.moves_to("2026-11-24 19:00")
    await tonight(world, appointments=moved(WED, "P2"), places=HALL)
    sam.sees_nothing_new()
    await sam.says("/next")
    assert "Wed 25 Nov" not in sam.newest()
    service, order = world.town.app.service, await id_of(world, tables.orders, "O1")
    async with service.db.read() as tx:
        assert await dates.next_dates(tx, [await id_of(world, tables.individuals, "C1")], service.clock.now()) == {}
        assert [shift.on for shift in (await progress.shifts(tx, [order]))[order]] == [True, False]
    await world.moves_to("2026-11-25 09:20")
    await rab.says("/today")
    assert "expected: 1" not in rab.newest()


async def test_whoever_need_not_come_on_one_day_is_told_of_the_other(world: World) -> None:
    sam = await told_not_to_come(world)
    await world.moves_to("2026-11-24 19:00")
    await tonight(world, appointments=moved(THU))
    sam.sees("Now: Thu 26 Nov, 10:00.", "Can you make it?")


# ── Another person's ────────────────────────────────────────────────────────────────────────────────────────────────

TWO = {
    "individuals": f"{EXPORT['individuals']}C2,Jo,07700 900124\n",
    "orders": f"{EXPORT['orders']}O2,C2,01/09/2026,unpaid_work,100,CM1,,\n",
}


async def test_a_date_that_becomes_another_persons_is_off_for_the_one_and_new_to_the_other(world: World) -> None:
    two = DATES + f"A2,O1,unpaid_work,{WED.replace('9:30', '17:00')},18:00,P1,SUP1\n"
    await tonight(world, **TWO, appointments=two)
    sam, jo = await world.linked("Sam", "C1"), await world.linked("Jo", "C2")
    kirsty = await world.linked("Kirsty", "CM1")
    await world.moves_to("2026-11-24 18:00")
    sam.sees("Tomorrow, Wed 25 Nov, 9:30.", "17:00.")
    await sam.taps("9:30: I'll be there")
    sam.reads_all()
    await world.moves_to("2026-11-24 18:30")
    given = two.replace(f"{WED},15:30", f"{THU},15:30").replace("A1,O1", "A1,O2")
    report = await tonight(world, **TWO, appointments=given)
    [warning] = map(str, report.unusual)
    assert warning.startswith(
        "appointments.csv:3 order_ref: is another person's date now: it is off for whoever had it"
    )
    assert str(report.by_kind["appointments"]) == "added 0, changed 1, unchanged 2, missing 0"
    sam.sees("Tomorrow, Wed 25 Nov, 9:30: this date is off. Still on that day:\nTomorrow, Wed 25 Nov, 17:00.")
    assert "Tomorrow, Wed 25 Nov, 17:00." in chat_of(sam)[0]
    jo.sees("A new date for you. Thu 26 Nov, 10:00.")
    sam.reads_all()
    jo.reads_all()
    await kirsty.says("/why A1")
    assert "I'll be there" not in kirsty.newest()
    [was] = [one.ref for one in await rows(world, tables.appointments) if one.ref.startswith("A1~")]
    await kirsty.says(f"/why {was}")
    assert "I'll be there" in kirsty.newest()
    await world.moves_to("2026-11-25 18:00")
    assert jo.sees("Tomorrow, Thu 26 Nov, 10:00.") == jo.newest()
    sam.sees_nothing_new()
    assert (await tonight(world, **TWO, appointments=given)).changes == []


async def test_that_one_asked_for_another_day_does_not_keep_the_other_from_hearing_of_it(world: World) -> None:
    fri = moved(FRI)
    await tonight(world, **TWO, appointments=fri)
    sam, jo = await world.linked("Sam", "C1"), await world.linked("Jo", "C2")
    gone = EXPORT["attendance"] + "A1,moved_by_person,CM1,24/11/2026 16:30\n"
    await tonight(world, **TWO, appointments=fri, attendance=gone)
    sam.reads_all()
    await tonight(world, **TWO, appointments=fri.replace("A1,O1", "A1,O2"), attendance=gone)
    sam.sees_nothing_new()
    jo.sees("A new date for you. Fri 27 Nov, 11:00.")
    jo.reads_all()
    await jo.says("/next")
    assert "Fri 27 Nov, 11:00" in jo.newest()
    jo.reads_all()
    await world.moves_to("2026-11-26 18:00")
    jo.sees("Tomorrow, Fri 27 Nov, 11:00.")


@pytest.mark.parametrize("later", [False, True])
async def test_a_record_that_was_made_before_a_date_was_the_others_is_not_of_theirs(world: World, later: bool) -> None:
    await tonight(world, **TWO, appointments=moved(FRI))
    jo = await world.linked("Jo", "C2")
    given = moved(FRI).replace("A1,O1", "A1,O2")
    gone = EXPORT["attendance"] + "A1,moved_by_person,CM1,24/11/2026 16:30\n"
    reports = [await tonight(world, **TWO, appointments=given)] if later else []
    reports.append(await tonight(world, **TWO, appointments=given, attendance=gone))
    assert [one.column for report in reports for one in report.unusual] == ["order_ref", "recorded_at"]
    assert len(jo.new) == 1
    jo.sees("A new date for you. Fri 27 Nov, 11:00.")
    jo.reads_all()
    await world.moves_to("2026-11-26 18:00")
    jo.sees("Tomorrow, Fri 27 Nov, 11:00.")


async def test_a_day_that_was_put_down_to_the_wrong_person_is_put_right_in_silence(world: World) -> None:
    came = EXPORT["attendance"] + "A0,attended_full,SUP1,20/11/2026 16:00\n"
    await tonight(world, **TWO, attendance=came)
    sam, jo = await world.linked("Sam", "C1"), await world.linked("Jo", "C2")
    report = await tonight(world, **TWO, appointments=DATES.replace("A0,O1", "A0,O2"), attendance=came)
    assert report.unusual == []
    await jo.says("/hours")
    jo.sees("6 hours")
    sam.sees_nothing_new()


async def test_a_day_that_one_has_worked_stays_theirs_when_its_reference_is_used_for_another(world: World) -> None:
    came = EXPORT["attendance"] + "A0,attended_full,SUP1,20/11/2026 16:00\n"
    await tonight(world, **TWO, attendance=came)
    sam, jo = await world.linked("Sam", "C1"), await world.linked("Jo", "C2")
    await sam.says("/hours")
    before = sam.newest()
    sam.reads_all()
    given = DATES.replace("A0,O1", "A0,O2").replace("20/11/2026,9:30", FRI)
    await tonight(world, **TWO, appointments=given, attendance=came)
    sam.sees_nothing_new()
    jo.sees("A new date for you. Fri 27 Nov, 11:00.")
    await sam.says("/hours")
    assert sam.newest() == before
    first = (await rows(world, tables.appointments))[0]
    assert (first.ref, first.status) == (f"A0~{first.id}", "booked")


async def test_shown_and_moved_twice_in_a_night_sam_is_told_once_of_the_day_that_was_shown(world: World) -> None:
    await tonight(world)
    sam = await world.linked("Sam", "C1")
    await world.moves_to("2026-11-24 17:30")
    await tonight(world, appointments=moved(FRI))
    await sam.says("/next")
    sam.sees("Fri 27 Nov, 11:00")
    sam.reads_all()
    await world.moves_to("2026-11-24 21:00")
    await tonight(world, appointments=moved("30/11/2026,9:30"))
    await tonight(world, appointments=moved("01/12/2026,9:30"))
    await world.moves_to("2026-11-25 09:00")
    assert "Now: Tue 1 Dec, 9:30." in sam.sees("It was Fri 27 Nov, 11:00.")
    assert len(sam.new) == 1


@pytest.mark.parametrize(
    ("change", "told"),
    [(off("A1"), "Wed 25 Nov, 9:30: this date is off."), (moved(THU), "Now: Thu 26 Nov, 10:00.")],
    ids=["off", "moved"],
)
async def test_what_sam_may_have_been_told_is_put_right_like_what_he_was(world: World, change: str, told: str) -> None:
    """The reminder stands in the chat, Telegram's answer was lost, and it has taken nothing since."""
    await tonight(world)
    sam = await world.linked("Sam", "C1")
    world.town.telegram.faults.lose_answer("sendMessage")
    world.town.telegram.faults.refuse("sendMessage", 502, "Bad Gateway", times=14)
    await world.moves_to("2026-11-24 18:20")
    sam.sees("Tomorrow, Wed 25 Nov, 9:30.")
    await tonight(world, appointments=change)
    await world.moves_to("2026-11-24 19:55")
    assert [
        shown.text for shown in sam.new if "Wed 25 Nov, 9:30: this date is off" in shown.text or THU_NOW in shown.text
    ]


THU_NOW = "Now: Thu 26 Nov, 10:00."


# ── The next date, as it was named by whoever was sorry for a lost day ──────────────────────────────────────────────

NEXT = DATES + "A2,O1,unpaid_work,27/11/2026,9:30,15:30,P1,SUP1\n"
OTHERWISE = {
    "off": (off("A2", NEXT), "Fri 27 Nov, 9:30: this date is off. You do not need to come."),
    "moved": (
        NEXT.replace("27/11/2026", "30/11/2026"),
        "Your date has changed. It was Fri 27 Nov, 9:30.\nNow: Mon 30 Nov, 9:30. The yard. Bring boots and lunch. "
        "Can you make it?",
    ),
}


async def is_lost(world: World, how: str) -> None:
    """Wednesday has begun when Rab sends Sam home, or Kirsty puts down that it was called off."""
    at = "2026-11-25 10:30"
    if how == "sent_home":
        await sends_home(world, await world.linked("Rab", "SUP1"), at)
        return
    kirsty = await world.linked("Kirsty", "CM1")
    await world.moves_to(at)
    await kirsty.says("/dates C1")
    for label in (next(one for one in kirsty.buttons() if "Wed 25 Nov" in one), "Stood down ahead", "Weather"):
        await kirsty.taps(label)


@pytest.mark.parametrize("how", ["sent_home", "called_off"])
@pytest.mark.parametrize(("then", "news"), OTHERWISE.values(), ids=OTHERWISE)
async def test_the_next_date_that_sam_read_of_with_an_apology_is_told_of_when_it_changes(
    world: World, how: str, then: str, news: str
) -> None:
    """It is all that he was ever told of Friday."""
    await tonight(world, appointments=NEXT)
    sam = await world.linked("Sam", "C1")
    await is_lost(world, how)
    sam.sees("Sorry about today.", "Next date: Fri 27 Nov, 9:30.")
    sam.reads_all()
    for _ in range(2):
        await world.moves_to("2026-11-25 12:00")
        await tonight(world, appointments=then)
    await world.moves_to("2026-11-27 12:00")
    assert [shown.text for shown in sam.new] == [news]


async def test_so_it_is_for_whoever_read_it_in_a_text(texted: Texted) -> None:
    world = texted.world
    await said_yes(texted)
    earlier = "".join(f"B{n},O1,unpaid_work,{n}/10/2026,9:30,15:30,P1,SUP1\n" for n in (5, 6, 7, 8))  # no date is news
    await tonight(world, appointments=NEXT + earlier)
    await is_lost(world, "sent_home")
    assert texted.came[-1].startswith("Sorry about today.")
    assert "Next date: Fri 27 Nov, 9:30." in texted.came[-1]
    before = len(texted.came)
    await tonight(world, appointments=off("A2", NEXT + earlier))
    [said] = texted.came[before:]
    assert said.startswith("Fri 27 Nov, 9:30: this date is off.")

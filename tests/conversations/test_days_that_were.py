"""Days whose reference the export has at another date by now: what is asked, decided and told of them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from db import tables
from domain.outbox import Subject
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, owed_about, recorded, rows
from tests.conversations.test_changes import FRI, chat_of, moved, off, reminded
from tests.conversations.test_import import EXPORT, tonight
from tests.conversations.test_imported_changes import MISSED, MON, REGISTER, day_of, missed_on_wednesday, was_called
from usecases.imports import Report

PAST = "30/10/2026,9:30"  # a month too early: the slip that is made most
OLD = "This date has changed. Look for my newer message about it."
CAME_A0 = "A0,attended_full,SUP1,20/11/2026 16:00\n"  # so that nobody is asked about Friday


@pytest.fixture
def begins() -> datetime:
    """An hour before the reminder of Wednesday's date."""
    return datetime(2026, 11, 24, 17, tzinfo=UTC)


def named(report: Report) -> list[str]:
    """What the import says that somebody should look at."""
    return [str(one).partition(", found")[0] for one in report.unusual]


def kept(was: str) -> str:
    return (
        "appointments.csv:3 date: has begun with nothing on record, and is at another time now; "
        f"the day that was stays booked as {was}"
    )


# ── Of which nothing is recorded ────────────────────────────────────────────────────────────────────────────────────


async def test_whoever_is_at_work_while_the_reference_gets_its_next_day_stays_on_the_register(world: World) -> None:
    sam = await reminded(world)
    rab = await world.linked("Rab", "SUP1")
    await world.moves_to("2026-11-25 12:00")
    report = await tonight(world, appointments=moved(MON))
    assert named(report) == [kept(await was_called(world))]
    assert str(report.by_kind["appointments"]) == "added 0, changed 1, unchanged 1, missing 0"
    sam.sees("Now: Mon 30 Nov, 9:30.")
    assert (await tonight(world, appointments=moved(MON))).missing == []
    await world.moves_to("2026-11-25 15:45")
    await rab.says("/today")
    await rab.taps("1. Sam")
    await rab.taps("Came")
    assert (await recorded(world, await was_called(world)), await recorded(world, "A1")) == (
        [("attended_full", "", 360)],
        [],
    )
    await world.moves_to("2026-11-25 22:00")
    sam.reads_all()
    await tonight(world, appointments=moved(MON))
    await sam.says("/hours")
    assert "Done: 6 hours." in sam.newest()
    await world.moves_to("2026-11-29 18:00")
    assert [text for text in chat_of(sam) if "Tomorrow, Mon 30 Nov, 9:30." in text]


async def test_of_a_day_that_is_over_its_supervisor_may_say_until_ten_what_happened(world: World) -> None:
    sam = await reminded(world)
    rab = await world.linked("Rab", "SUP1")
    await world.moves_to("2026-11-25 16:00")
    rab.sees("Today, Wed 25 Nov · The yard is over. Nothing is recorded for: Sam.")
    await world.moves_to("2026-11-25 22:00")
    assert named(await tonight(world, appointments=moved(MON))) == [kept(await was_called(world))]
    await world.moves_to("2026-11-26 08:30")
    await rab.taps("Open the list")
    await rab.taps("1. Sam")
    await rab.taps("Came")
    await sam.says("/hours")
    assert "Done: 6 hours." in sam.newest()


async def test_of_what_nobody_has_said_by_ten_the_manager_hears(world: World) -> None:
    await reminded(world)
    morag = await world.linked("Morag", "MGR1")
    await world.moves_to("2026-11-25 22:00")
    was = await was_kept(world)
    await world.moves_to("2026-11-26 10:02")
    morag.sees("session yesterday, Wed 25 Nov not recorded, run by Rab Boyd")
    assert await day_of(world, was) == ("2026-11-25", "booked")


async def test_a_day_on_the_managers_list_stays_there_until_somebody_says_what_happened(world: World) -> None:
    await reminded(world)
    await world.moves_to("2026-11-26 11:00")
    await was_kept(world)
    [item] = [one for one in await unrecorded(world) if one.once.startswith("unrecorded:2026-11-25")]
    assert (item.closed_at, item.withdrawn_at) == (None, None)
    came = REGISTER + CAME_A0 + "A1,attended_full,SUP1,25/11/2026 16:00\n"
    await world.moves_to("2026-11-26 19:00")
    await tonight(world, appointments=moved(MON), attendance=came)
    assert all(one.closed_at is not None for one in await unrecorded(world))


async def unrecorded(world: World) -> list[Any]:
    return [one for one in await rows(world, tables.items) if one.kind == "unrecorded"]


async def was_kept(world: World) -> str:
    """The reference of Wednesday after an export that has its old one on Monday."""
    await tonight(world, appointments=moved(MON), attendance=REGISTER + CAME_A0)
    return await was_called(world)


async def test_who_could_not_come_to_a_day_that_was_keeps_their_card(world: World) -> None:
    sam = await reminded(world)
    kirsty = await world.linked("Kirsty", "CM1")
    await world.moves_to("2026-11-25 09:00")
    await sam.says("2")
    await world.moves_to("2026-11-25 10:00")
    await was_kept(world)
    [card] = [one for one in await rows(world, tables.items) if one.kind == "cannot"]
    assert (card.closed_at, card.withdrawn_at) == (None, None)
    assert "Wed 25 Nov" in await kirsty.opens()


async def test_of_an_order_that_ends_the_day_that_was_counts_and_its_next_day_does_not(world: World) -> None:
    sam = await reminded(world)
    await world.moves_to("2026-11-25 12:00")
    was = await was_kept(world)
    over = EXPORT["orders"].replace("CM1,,", "CM1,completed,25/11/2026")
    came = REGISTER + CAME_A0 + "A1,attended_full,SUP1,25/11/2026 16:00\n"
    await world.moves_to("2026-11-25 19:00")
    report = await tonight(world, appointments=off("A1", moved(MON)), orders=over, attendance=came)
    assert (report.missing, await recorded(world, was)) == ([], [("attended_full", "", None)])
    sam.reads_all()
    await world.moves_to("2026-11-30 12:00")
    assert not any("30 Nov" in shown.text for shown in sam.new)


# ── What is decided late ────────────────────────────────────────────────────────────────────────────────────────────

ON_FRIDAY = MISSED + "A1,attended_full,SUP1,27/11/2026 16:00\n"
ACCEPTED = "A1,missed_accepted:health,CM1,27/11/2026 16:30\n"


async def test_what_is_decided_when_they_next_meet_is_of_the_day_that_they_missed(world: World) -> None:
    sam, kirsty = await missed_on_wednesday(world)
    await tonight(world, appointments=moved(FRI), attendance=MISSED)
    was = await was_called(world)
    await world.moves_to("2026-11-27 18:00")
    report = await tonight(world, appointments=moved(FRI), attendance=ON_FRIDAY + ACCEPTED)
    assert await recorded(world, "A1") == [("attended_full", "", None)]
    assert await recorded(world, was) == [("missed_reason_unknown", "", None), ("missed_accepted", "health", None)]
    assert named(report) == [
        "attendance.csv:4 outcome: is a miss, recorded after they came; "
        f"it is taken to be of the day that is on record as {was}"
    ]
    await sam.says("/hours")
    assert "Done: 4 hours 30 minutes." in sam.newest()
    [alert] = [one for one in await rows(world, tables.items) if one.kind == "non_attendance"]
    assert (alert.closed_at is None, alert.withdrawn_at) == (False, None)
    kirsty.reads_all()
    await world.moves_to("2026-12-02 18:00")
    assert not any("neither a contact nor a decision" in shown.text for shown in kirsty.new)
    assert named(await tonight(world, appointments=moved(FRI), attendance=ON_FRIDAY + ACCEPTED)) == []


async def test_a_decision_that_was_written_down_wrong_stays_with_its_day(world: World) -> None:
    await missed_on_wednesday(world)
    await tonight(world, appointments=moved(FRI), attendance=MISSED)
    await world.moves_to("2026-11-27 18:00")
    await tonight(world, appointments=moved(FRI), attendance=ON_FRIDAY + ACCEPTED)
    await tonight(world, appointments=moved(FRI), attendance=ON_FRIDAY + ACCEPTED.replace("health", "work"))
    assert await recorded(world, "A1") == [("attended_full", "", None)]
    assert (await recorded(world, await was_called(world)))[-1] == ("missed_accepted", "work", None)


async def test_what_is_decided_before_the_register_of_that_day_comes_is_named_by_neither(world: World) -> None:
    await missed_on_wednesday(world)
    await tonight(world, appointments=moved(FRI), attendance=MISSED)
    await world.moves_to("2026-11-27 18:00")
    early = "A1,missed_accepted:health,CM1,27/11/2026 11:15\n"
    report = await tonight(world, appointments=moved(FRI), attendance=ON_FRIDAY + early)
    assert named(report) == []
    assert await recorded(world, "A1") == [("attended_full", "", None)]
    assert len(await recorded(world, await was_called(world))) == 2


@pytest.mark.parametrize("together", [True, False], ids=["in one export", "an export later"])
async def test_who_missed_the_new_day_too_is_decided_on_for_the_new_day(world: World, together: bool) -> None:
    await missed_on_wednesday(world)
    await tonight(world, appointments=moved(FRI), attendance=MISSED)
    both = MISSED + "A1,missed_reason_unknown,SUP1,27/11/2026 16:00\n"
    await world.moves_to("2026-11-27 18:00")
    if not together:
        await tonight(world, appointments=moved(FRI), attendance=both)
    assert named(await tonight(world, appointments=moved(FRI), attendance=both + ACCEPTED)) == []
    assert await recorded(world, "A1") == [("missed_reason_unknown", "", None), ("missed_accepted", "health", None)]
    assert await recorded(world, await was_called(world)) == [("missed_reason_unknown", "", None)]


async def test_a_decision_between_two_days_goes_past_the_day_that_they_came_to(world: World) -> None:
    """Monday was missed, on Wednesday they came late, and on Thursday Monday's absence is accepted; Friday is next."""
    mon, wed = "23/11/2026,9:30", "25/11/2026,9:30"
    await tonight(world, appointments=moved(mon))
    missed = REGISTER + "A1,missed_reason_unknown,SUP1,23/11/2026 16:00\n"
    await tonight(world, appointments=moved(mon), attendance=missed)
    await tonight(world, appointments=moved(wed), attendance=missed)
    late = "A1,missed_reason_unknown,SUP1,25/11/2026 9:50\nA1,attended_full,SUP1,25/11/2026 16:00\n"
    worked = missed + late
    await world.moves_to("2026-11-25 19:00")
    await tonight(world, appointments=moved(FRI), attendance=worked)
    await world.moves_to("2026-11-26 19:00")
    accepted = "A1,missed_accepted:health,CM1,26/11/2026 12:00\n"
    [name] = named(await tonight(world, appointments=moved(FRI), attendance=worked + accepted))
    first, second = (one.ref for one in await rows(world, tables.appointments) if one.ref.startswith("A1~"))
    assert await recorded(world, first) == [("missed_reason_unknown", "", None), ("missed_accepted", "health", None)]
    assert await recorded(world, second) == [("missed_reason_unknown", "", None), ("attended_full", "", None)]
    assert name.endswith(f"it is taken to be of the day that is on record as {first}")


async def test_a_miss_after_they_came_is_named_where_the_reference_had_other_days(world: World) -> None:
    await missed_on_wednesday(world)
    await tonight(world, appointments=moved(FRI), attendance=MISSED + "A1,missed_accepted:health,CM1,26/11/2026 9:00\n")
    decided = MISSED + "A1,missed_accepted:health,CM1,26/11/2026 9:00\nA1,attended_full,SUP1,27/11/2026 16:00\n"
    await world.moves_to("2026-11-27 18:00")
    assert named(await tonight(world, appointments=moved(FRI), attendance=decided)) == []
    again = decided + "A1,missed_not_accepted,CM1,27/11/2026 16:30\n"
    [name] = named(await tonight(world, appointments=moved(FRI), attendance=again))
    assert name == (
        "attendance.csv:5 outcome: is a miss, recorded after they came; "
        "it is taken to be of the day that is on record as A1"
    )


async def test_what_is_decided_in_the_chat_and_entered_in_the_case_system_too_is_of_one_day(world: World) -> None:
    """Sam and Kirsty meet on Friday at half past eleven; then Sam works, and Kirsty enters at half past four that
    Wednesday is accepted."""
    sam, kirsty = await missed_on_wednesday(world)
    rab = await world.linked("Rab", "SUP1")
    await tonight(world, appointments=moved(FRI), attendance=MISSED)
    await world.moves_to("2026-11-27 11:30")
    for label in ("Accepted", "Health"):
        await kirsty.taps(label)
    await world.moves_to("2026-11-27 15:35")
    await rab.says("/today")
    await rab.taps("1. Sam")
    await rab.taps("Came")
    await world.moves_to("2026-11-27 22:00")
    was = await was_called(world)
    decided = [("missed_reason_unknown", "", None), ("missed_accepted", "health", None)]
    for copy in (ACCEPTED, ACCEPTED + ACCEPTED.replace("16:30", "16:45")):
        report = await tonight(world, appointments=moved(FRI), attendance=MISSED + copy)
        assert named(report)[-1].endswith(f"it is taken to be of the day that is on record as {was}")
        assert (await recorded(world, was), await recorded(world, "A1")) == (decided, [("attended_full", "", 270)])
    await sam.says("/hours")
    assert "Done: 4 hours 30 minutes." in sam.newest()


async def test_two_days_that_are_decided_in_the_same_way_are_decided_both(world: World) -> None:
    """Monday and Wednesday were missed. On Friday, when they came, both are accepted, one after the other."""
    mon, wed = "23/11/2026,9:30", "25/11/2026,9:30"
    missed = REGISTER + "A1,missed_reason_unknown,SUP1,23/11/2026 16:00\n"
    await tonight(world, appointments=moved(mon))
    await tonight(world, appointments=moved(mon), attendance=missed)
    await tonight(world, appointments=moved(wed), attendance=missed)
    both = missed + "A1,missed_reason_unknown,SUP1,25/11/2026 16:00\n"
    await world.moves_to("2026-11-25 19:00")
    await tonight(world, appointments=moved(wed), attendance=both)
    await tonight(world, appointments=moved(FRI), attendance=both)
    worked = both + "A1,attended_full,SUP1,27/11/2026 16:00\n"
    await world.moves_to("2026-11-27 22:00")
    await tonight(world, appointments=moved(FRI), attendance=worked + ACCEPTED)
    again = ACCEPTED + ACCEPTED.replace("16:30", "16:45")
    await tonight(world, appointments=moved(FRI), attendance=worked + again)
    days = sorted(one.ref for one in await rows(world, tables.appointments) if one.ref.startswith("A1~"))
    assert [(await recorded(world, day))[-1] for day in days] == [("missed_accepted", "health", None)] * 2
    assert await recorded(world, "A1") == [("attended_full", "", None)]


# ── Called off when it had begun ────────────────────────────────────────────────────────────────────────────────────


async def called_off_at(world: World, time: str) -> Phone:
    """Wednesday has begun when Kirsty puts down that nobody was there to run it."""
    sam = await reminded(world)
    kirsty = await world.linked("Kirsty", "CM1")
    await world.moves_to(f"2026-11-25 {time}")
    sam.reads_all()
    await kirsty.says("/dates C1")
    for label in ("2. Wed 25 Nov", "Stood down ahead", "No supervisor"):
        await kirsty.taps(label)
    return sam


@pytest.mark.parametrize("tapped", ["Came", "Not here"])
async def test_a_day_that_was_called_off_when_it_had_begun_keeps_its_apology(world: World, tapped: str) -> None:
    sam = await called_off_at(world, "10:00")
    rab = await world.linked("Rab", "SUP1")
    sam.sees("Sorry about today. We had to call it off. You did nothing wrong.")
    await world.moves_to("2026-11-25 19:00")
    sam.reads_all()
    report = await tonight(world, appointments=moved(MON))
    sam.sees("Your date has changed. It was today, Wed 25 Nov, 9:30.", "Now: Mon 30 Nov, 9:30.")
    await world.moves_to("2026-11-30 15:45")
    sam.reads_all()
    await rab.says("/today")
    await rab.taps("1. Sam")
    await rab.taps(tapped)
    await world.moves_to("2026-12-01 12:00")
    assert [text for text in chat_of(sam) if "That was wrong" in text] == []
    assert [shown.text[:29] for shown in sam.new] == (["We did not see you today. Are"] if tapped == "Not here" else [])
    was = await was_called(world)
    assert await recorded(world, was) == [("stood_down_ahead", "no_supervisor", None)]
    assert named(report) == [
        "appointments.csv:3 date: has an outcome on record, and is at another time now; "
        f"the day that was stays on record as {was}"
    ]


async def test_who_is_to_hear_of_a_lost_day_in_the_morning_hears_it_though_its_reference_is_at_another(
    world: World,
) -> None:
    """It is put down at ten past eight in the evening, and the export comes at ten."""
    sam = await called_off_at(world, "20:10")
    sam.sees_nothing_new()
    await world.moves_to("2026-11-25 22:00")
    await tonight(world, appointments=moved(MON))
    await world.moves_to("2026-11-26 12:00")
    assert [shown.text.partition(".")[0] for shown in sam.new] == ["Sorry about yesterday", "Your date has changed"]


async def test_what_was_called_off_ahead_is_not_a_day_that_was_after_a_slip_of_a_month(world: World) -> None:
    await reminded(world)
    down = REGISTER + "A1,stood_down_ahead:weather,SUP1,24/11/2026 18:30\n"
    await tonight(world, attendance=down)
    await tonight(world, appointments=moved(PAST), attendance=down)
    await tonight(world, appointments=moved(MON), attendance=down)
    assert [one.ref for one in await rows(world, tables.appointments)] == ["A0", "A1"]


# ── Never held ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def knew_of_monday(world: World) -> Phone:
    """Sam has seen that the next date is on Monday."""
    await tonight(world, appointments=moved(MON))
    sam = await world.linked("Sam", "C1")
    await world.moves_to("2026-11-24 19:00")
    await sam.says("/next")
    sam.sees("Mon 30 Nov, 9:30")
    sam.reads_all()
    return sam


@pytest.mark.parametrize("said", [True, False], ids=["told", "not told yet"])
async def test_a_wrong_month_that_is_put_right_is_on_after_all(world: World, said: bool) -> None:
    sam = await knew_of_monday(world)
    await world.moves_to("2026-11-24 22:00")
    assert len((await tonight(world, appointments=moved(PAST))).unusual) == 1
    if said:
        await world.moves_to("2026-11-25 22:00")
        sam.sees("Mon 30 Nov, 9:30: this date is off. You do not need to come.")
        sam.reads_all()
    assert (await tonight(world, appointments=moved(MON))).unusual == []
    assert [one.ref for one in await rows(world, tables.appointments)] == ["A0", "A1"]
    await world.moves_to("2026-11-26 08:00")
    if not said:
        sam.sees_nothing_new()
        return
    text = sam.sees("Your date is on after all.", "Now: Mon 30 Nov, 9:30.")
    assert len(sam.new) == 1
    assert "Oct" not in text
    assert OLD in chat_of(sam)
    assert not any("You do not need to come" in text for text in chat_of(sam))


async def test_a_wrong_month_that_is_put_right_to_another_day_is_told_as_one_move(world: World) -> None:
    sam = await knew_of_monday(world)
    await world.moves_to("2026-11-24 22:00")
    await tonight(world, appointments=moved(PAST))
    await tonight(world, appointments=moved(FRI))
    await world.moves_to("2026-11-25 12:00")
    sam.sees("Your date has changed. It was Mon 30 Nov, 9:30.", "Now: Fri 27 Nov, 11:00.")
    assert len(sam.new) == 1


async def test_who_was_told_off_hears_of_the_other_day_as_a_new_one(world: World) -> None:
    """And never of a day in between, whatever it was put at."""
    sam = await knew_of_monday(world)
    await world.moves_to("2026-11-24 22:00")
    await tonight(world, appointments=moved(PAST))
    await world.moves_to("2026-11-25 22:00")
    sam.reads_all()
    await tonight(world, appointments=moved("02/11/2026,9:30"))
    await tonight(world, appointments=moved(FRI))
    await world.moves_to("2026-11-26 08:00")
    sam.sees("A new date for you.", "Now: Tomorrow, Fri 27 Nov, 11:00.")
    assert len(sam.new) == 1


async def test_put_right_before_anybody_heard_it_moves_as_any_date(world: World) -> None:
    sam = await knew_of_monday(world)
    await world.moves_to("2026-11-24 22:00")
    await tonight(world, appointments=moved(PAST))
    await tonight(world, appointments=moved(MON))
    await world.moves_to("2026-11-25 22:00")
    sam.sees_nothing_new()
    await tonight(world, appointments=moved(FRI))
    await world.moves_to("2026-11-26 08:00")
    sam.sees("Your date has changed. It was Mon 30 Nov, 9:30.", "Now: Tomorrow, Fri 27 Nov, 11:00.")


async def test_what_was_never_held_until_somebody_came_is_a_day_that_was(world: World) -> None:
    """Wednesday's date was worked on Monday; its reference is at the next Monday before Sam has heard of that."""
    sam = await reminded(world)
    await world.moves_to("2026-11-24 22:00")
    came = REGISTER + "A1,attended_full,SUP1,23/11/2026 16:00\n"
    await tonight(world, appointments=moved("23/11/2026,9:30"), attendance=came)
    await tonight(world, appointments=moved(MON), attendance=came)
    was = await was_called(world)
    assert (await day_of(world, was), await recorded(world, was)) == (
        ("2026-11-23", "booked"),
        [("attended_full", "", None)],
    )
    await world.moves_to("2026-11-25 12:00")
    sam.sees("Your date has changed. It was today, Wed 25 Nov, 9:30.", "Now: Mon 30 Nov, 9:30.")
    assert len(sam.new) == 1
    date = Subject("appointment", await id_of(world, tables.appointments, was))
    assert ("cancelled", "cancelled", "moved") in await owed_about(world, date)


async def test_what_began_earlier_on_its_day_than_it_was_to_is_a_day_that_was(world: World) -> None:
    """Whoever was told of the afternoon may have come."""
    await tonight(world, appointments=moved("25/11/2026,13:00"))
    await world.moves_to("2026-11-25 10:00")
    await tonight(world)
    await world.moves_to("2026-11-25 22:00")
    assert named(await tonight(world, appointments=moved(MON))) == [kept(await was_called(world))]


async def test_that_somebody_was_not_expected_is_read_of_the_day_that_is_over(world: World) -> None:
    """It comes an export later than the day, and a day that is over is not on after all."""
    await reminded(world)
    await world.moves_to("2026-11-24 22:00")
    mon = moved("23/11/2026,9:30")
    await tonight(world, appointments=mon)
    not_expected = REGISTER + "A1,not_expected:custody,CM1,23/11/2026 16:00\n"
    assert named(await tonight(world, appointments=mon, attendance=not_expected)) == []
    assert await recorded(world, "A1") == [("not_expected", "custody", None)]


# ── Why ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_why_names_the_days_that_the_same_person_had_under_the_reference(world: World) -> None:
    await reminded(world)
    kirsty = await world.linked("Kirsty", "CM1")
    await kirsty.says("/why A1")
    assert "Earlier under" not in kirsty.newest()
    await world.moves_to("2026-11-25 22:00")
    was = await was_kept(world)
    await kirsty.says("/why A1")
    assert kirsty.newest().splitlines()[-1] == f"Earlier under this reference: Wed 25 Nov, 9:30, as {was}."
    await kirsty.says(f"/why {was}")
    kirsty.sees("Unpaid work, today, Wed 25 Nov, 9:30", "Reminder: accepted by Telegram", "I'll be there")
    assert "Earlier under" not in kirsty.newest()


async def test_why_names_no_day_of_another_person(world: World) -> None:
    await reminded(world)
    kirsty = await world.linked("Kirsty", "CM1")
    await world.moves_to("2026-11-25 22:00")
    people = f"{EXPORT['individuals']}C2,Jo,07700 900124\n"
    orders = f"{EXPORT['orders']}O2,C2,01/09/2026,unpaid_work,100,CM1,,\n"
    theirs = moved(MON).replace("A1,O1", "A1,O2")
    await tonight(world, appointments=theirs, individuals=people, orders=orders)
    await kirsty.says("/why A1")
    assert "C2: Unpaid work, Mon 30 Nov, 9:30" in kirsty.newest()
    assert "Earlier under" not in kirsty.newest()


async def test_why_names_the_latest_days_where_there_were_many(world: World) -> None:
    await reminded(world)
    kirsty = await world.linked("Kirsty", "CM1")
    for n in range(7):
        await world.appointment(f"A1~{3 + n}", 1, 1, f"2026-11-{10 + n} 09:30")
    await kirsty.says("/why A1")
    lines = [one for one in kirsty.newest().splitlines() if one.startswith("Earlier under")]
    assert len(lines) == 5
    assert "Mon 16 Nov, 9:30" in lines[-1]

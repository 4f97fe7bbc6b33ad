"""What is sent ahead of dates, when, and when not: steps, quiet hours, caps, several at once, and what is skipped."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from db import outbox, tables
from domain.outbox import Owed, Subject, To
from domain.reminding import Skip
from tests.conversations.conftest import Phone, World
from tests.conversations.looking import id_of, rows
from usecases import reminding

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)  # in the evening Wednesday's date is told of
THURSDAY, FRIDAY = datetime(2026, 11, 26, 17, 0, tzinfo=UTC), datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


async def another(world: World, ref: str, at: str, order: str = "O1", case: str = "C1", **values: object) -> int:
    """One more date of somebody who has an order."""
    order_id = await id_of(world, tables.orders, order)
    one = await id_of(world, tables.individuals, case)
    return await world.appointment(ref, order_id, one, at, **values)


async def became(world: World, ref: str) -> list[tuple[str, str, str]]:
    """Of every message about a date: its step, its end, its reason."""
    about = Subject("appointment", await id_of(world, tables.appointments, ref))
    async with world.town.app.service.db.read() as tx:
        return [(row.owed.step, row.status.value, row.reason) for row in await outbox.about(tx, about)]


def switched(world: World, **values: object) -> None:
    """The same bot with other settings."""
    app = world.town.app
    policy = replace(app.service.policy, **values)  # type: ignore[arg-type]
    object.__setattr__(app.service, "policy", policy)
    app.tongue.policy = policy


# ── Steps ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("begins", [TUESDAY])
async def test_two_dates_on_one_day_are_one_message_whose_buttons_say_which(world: World, sam: Phone) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await another(world, "A2", "2026-11-25 14:00", kind="supervision")
    await world.moves_to("2026-11-24 18:00")
    [shown] = sam.new
    assert shown.text.splitlines()[0] == "Your next dates:"
    assert "Tomorrow, Wed 25 Nov, 9:30. The yard." in shown.text
    assert "Tomorrow, Wed 25 Nov, 14:00." in shown.text
    assert sam.buttons() == [
        *("9:30: I'll be there", "9:30: I can't make it", "14:00: I'll be there", "14:00: I can't make it"),
        *("I need help", "Call me"),
    ]
    await sam.says("yes")  # to which? a person reads it
    sam.sees("I do not know which date you mean. Please tap a button under your dates. I have passed that on.")
    await sam.taps("14:00: I can't make it")
    sam.sees("Wed 25 Nov, 14:00.", "your date still stands")
    assert "Wed 25 Nov, 14:00" in await kirsty.opens()
    await sam.taps("9:30: I'll be there")  # the other date's buttons are still there
    sam.sees("Wed 25 Nov, 9:30.", "You said: I'll be there.")
    assert [ends for _, ends, _ in await became(world, "A1") + await became(world, "A2")] == ["sent", "sent"]
    assert [one.message_id for one in await rows(world, tables.deliveries)].count(shown.id) == 2


async def test_the_first_three_dates_are_told_at_once_in_one_message_and_the_fourth_is_not(
    world: World, sam: Phone
) -> None:
    for n, day in enumerate((26, 27, 28), 2):
        await another(world, f"A{n}", f"2026-11-{day} 09:30", booked_at=MONDAY)
    await world.moves_to("2026-11-23 09:01")
    text = sam.sees("New dates for you:", "Thu 26 Nov", "Fri 27 Nov")
    assert "Sat 28 Nov" not in text  # A1 was there already: it is the first of the order, and this the fourth
    assert "Wed 25 Nov" not in text  # what was there when the caseload was first read is not news
    assert sam.buttons()[0] == "Thu 26 Nov, 9:30: I'll be there"
    assert await became(world, "A2") == [("booked", "sent", ""), ("eve", "planned", "")]


async def test_a_date_that_must_not_be_missed_is_told_three_times_and_a_person_is_asked_to_ring(
    world: World, sam: Phone
) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await world.change(tables.appointments, "A1", status="cancelled")
    await another(world, "R1", "2026-11-30 10:00", kind="court_review")
    heard = []
    for moment in ("2026-11-23 18:00", "2026-11-27 18:00", "2026-11-29 18:00"):
        await world.moves_to(moment)
        heard.append(sam.sees("This is an important date:", "You must be there."))
        assert "court" not in heard[-1].lower()
        sam.reads_all()
    assert ["Mon 30 Nov" in text for text in heard] == [True, True, True]
    assert "tomorrow, Mon 30 Nov, 10:00" in heard[-1]
    kirsty.sees("C1: please ring about a date.")
    assert "It must not be missed" in await kirsty.opens()
    assert ("ring", "sent", "task_raised") in await became(world, "R1")
    await kirsty.taps("I'm dealing with it")
    await kirsty.taps("Done")
    await kirsty.taps("Spoke with them")
    assert (await rows(world, tables.items))[-1].outcome == "spoke"


@pytest.mark.parametrize("begins", [THURSDAY])
async def test_a_visit_at_home_has_words_of_its_own(world: World, sam: Phone) -> None:
    await another(world, "V1", "2026-11-27 14:00", kind="home_visit")
    await world.change(tables.individuals, "C1", name_agreed=True)
    await world.moves_to("2026-11-26 18:00")
    text = sam.newest()
    assert text == "Kirsty will come by tomorrow, Fri 27 Nov, at about 14:00. Is that OK?"


@pytest.mark.parametrize("begins", [TUESDAY])
async def test_sam_asks_for_a_word_on_the_day_and_takes_it_back(world: World, sam: Phone) -> None:
    await another(world, "A2", "2026-11-27 09:30")
    await sam.says("/nudge")
    sam.sees("Shall I write again at 8:00 on the day?")
    await sam.taps("Yes, on the day too")
    assert "I will write on the day too" in sam.newest()
    await world.moves_to("2026-11-24 18:00")
    sam.sees("Tomorrow, Wed 25 Nov, 9:30.")
    sam.reads_all()
    await world.moves_to("2026-11-25 07:59")
    sam.sees_nothing_new()
    await world.moves_to("2026-11-25 08:00")
    sam.sees("Today, Wed 25 Nov, 9:30.")
    await sam.says("/nudge")
    sam.sees("I do so now.")
    await sam.taps("No, just the night before")
    await world.moves_to("2026-11-26 18:00")
    sam.reads_all()
    await world.moves_to("2026-11-27 09:00")
    sam.sees_nothing_new()
    assert await became(world, "A2") == [("eve", "sent", ""), ("morning", "cancelled", "not_asked_for")]


# ── Late ────────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_booking_after_its_evening_is_told_at_once_or_missed_and_says_today_on_the_day(
    world: World, sam: Phone
) -> None:
    kirsty = await world.linked("Kirsty", "CM1")
    await world.moves_to("2026-11-24 22:00")
    sam.reads_all()
    now = world.town.app.service.clock.now()
    await another(world, "A2", "2026-11-25 14:00", booked_at=now)
    await another(world, "A3", "2026-11-25 08:30", booked_at=now)
    await world.town.settle()
    sam.sees_nothing_new()
    assert await became(world, "A3") == [("eve", "missed", "quiet_hours")]
    kirsty.sees("C1: please ring about a date.")  # staff are told at any hour
    assert "could not be sent in time" in await kirsty.opens()
    await world.moves_to("2026-11-25 08:00")
    sam.sees("Today, Wed 25 Nov, 14:00.")
    await world.moves_to("2026-11-25 10:00")
    await another(world, "A4", "2026-11-25 10:45", booked_at=world.town.app.service.clock.now())
    await world.town.settle()
    assert await became(world, "A4") == [("eve", "missed", "booked_late")]


@pytest.mark.parametrize("begins", [FRIDAY])
async def test_a_bot_that_slept_over_the_weekend_says_what_still_helps(world: World, sam: Phone) -> None:
    """Asleep from before Friday's 18:00 to Monday 9:00: Monday's afternoon is told of as today, the rest is missed."""
    await another(world, "SAT", "2026-11-28 09:30")
    await another(world, "MON1", "2026-11-30 09:30")
    await another(world, "MON2", "2026-11-30 13:00")
    sam.reads_all()
    world.town.clock.move_to(datetime(2026, 11, 30, 9, 0, tzinfo=UTC))
    await world.town.settle()
    [shown] = sam.new
    assert "Today, Mon 30 Nov, 13:00." in shown.text
    ends = [await became(world, ref) for ref in ("SAT", "MON1", "MON2")]
    assert ends == [[("eve", "missed", "too_late")], [("eve", "missed", "too_late")], [("eve", "sent", "")]]


# ── Not sent ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("begins", [TUESDAY])
async def test_hours_that_are_worked_need_no_more_reminders_of_work_but_of_meetings(world: World, sam: Phone) -> None:
    """100 hours: 64 on record, 36 taken off by adjustments; a correction counts instead of what it corrects, and who
    came for all of four hours of which no minutes were written down has worked four hours."""
    done = await another(world, "D1", "2026-11-02 09:30")
    order = await id_of(world, tables.orders, "O1")
    came = {"appointment_id": done, "source": "chat", "outcome": "attended_full"}
    await world.row(tables.attendance, **came, minutes=9_999, recorded_at=MONDAY - timedelta(days=2))
    await world.row(tables.attendance, **came, minutes=3_600, recorded_at=MONDAY - timedelta(days=1))
    bare = await another(world, "D2", "2026-11-03 09:30")
    await world.row(tables.attendance, **{**came, "appointment_id": bare}, recorded_at=MONDAY - timedelta(days=1))
    await world.row(tables.adjustments, ref="J1", order_id=order, on_day=date(2026, 11, 9), minutes=-2_159)
    await world.moves_to("2026-11-24 18:00")
    sam.sees("Tomorrow, Wed 25 Nov")  # one minute is left
    sam.reads_all()
    await world.row(tables.adjustments, ref="J2", order_id=order, on_day=date(2026, 11, 9), minutes=-1)
    await another(world, "A2", "2026-11-26 09:30")
    await another(world, "A3", "2026-11-26 14:00", kind="supervision")
    await world.moves_to("2026-11-25 18:00")
    assert "14:00" in sam.newest()
    assert await became(world, "A2") == [("eve", "suppressed", "hours_done")]
    switched(world, reminders=replace(world.town.app.service.policy.reminders, off=frozenset({Skip.HOURS_DONE})))
    await another(world, "A4", "2026-11-27 09:30")
    await world.moves_to("2026-11-26 18:00")
    assert await became(world, "A4") == [("eve", "sent", "")]


@pytest.mark.parametrize("begins", [TUESDAY])
async def test_after_a_change_was_told_the_reminder_does_not_repeat_it(world: World, sam: Phone) -> None:
    """Moved half an hour before its evening: the message of the change goes instead, and only where there is one."""
    service = world.town.app.service
    one = await id_of(world, tables.individuals, "C1")
    was = {"was_at": MONDAY.isoformat(), "was_place": 0, "was_on": 1, "was_revision": 1}
    changed = Owed("changed", Subject("appointment"), To.INDIVIDUAL, MONDAY, individual_id=one, revision=2, params=was)
    await another(world, "A2", "2026-11-25 14:00")
    await world.moves_to("2026-11-24 17:30")
    now = service.clock.now()
    for ref in ("A1", "A2"):
        await world.change(tables.appointments, ref, moved_at=now, revision=2)
    ids = [await id_of(world, tables.appointments, ref) for ref in ("A1", "A2")]
    async with service.db.write() as tx:
        await outbox.owe(tx, replace(changed, subject=Subject("appointment", ids[0]), due_at=now), now)
        await reminding.plan(service, tx, ids, "moved")
    await world.moves_to("2026-11-24 18:00")
    assert ("eve", "suppressed", "just_moved") in await became(world, "A1")
    assert ("eve", "sent", "") in await became(world, "A2")


@pytest.mark.parametrize("begins", [TUESDAY])
async def test_extra_words_stop_at_the_cap_and_what_matters_does_not(world: World, sam: Phone) -> None:
    """Two a day: the third booking of a day is dropped, the evening before is not."""
    service = world.town.app.service
    one = await id_of(world, tables.individuals, "C1")

    for ref in ("O2", "O3", "O4"):
        await world.order(ref, one)
    for at, orders in (("10:00", {5: "O2", 6: "O3"}), ("11:00", {7: "O3"}), ("12:00", {8: "O4"})):
        await world.moves_to(f"2026-11-24 {at}")
        for n, order in orders.items():
            await another(world, f"B{n}", f"2026-12-0{n} 09:30", order=order, booked_at=service.clock.now())
        await world.town.settle()
    assert [(await became(world, f"B{n}"))[0] for n in range(5, 9)] == [
        ("booked", "sent", ""),
        ("booked", "sent", ""),  # one message with the one before
        ("booked", "sent", ""),
        ("booked", "suppressed", "cap_reached"),
    ]
    await world.moves_to("2026-11-24 18:00")
    assert await became(world, "A1") == [("eve", "sent", "")]


@pytest.mark.parametrize("begins", [TUESDAY])
async def test_nothing_is_sent_to_staff_who_have_left(world: World, sam: Phone) -> None:
    """A role is resolved when it is sent: who has left since it was planned hears nothing, by role or by name."""
    kirsty, rab = await world.linked("Kirsty", "CM1"), await world.linked("Rab", "SUP1")
    dee = await world.linked("Dee", "DUTY1")
    service = world.town.app.service
    worker = await id_of(world, tables.staff, "CM1")
    about = Subject("appointment", await id_of(world, tables.appointments, "A1"))
    due = datetime(2026, 11, 24, 12, tzinfo=UTC)
    async with service.db.write() as tx:
        for to, to_id in ((To.WORKER, None), (To.COPY, None), (To.RUNNER, None), (To.STAFF, worker)):
            await outbox.owe(tx, Owed("register_none", about, to, due, step=to.value, to_id=to_id), service.clock.now())
    for ref in ("CM1", "SUP1"):
        await world.change(tables.staff, ref, active_until=date(2026, 11, 22))
    await sam.says("is it on?")  # and what comes in meanwhile
    await world.moves_to("2026-11-26 12:00")
    dee.sees("C1: wrote.")
    kirsty.sees_nothing_new()
    rab.sees_nothing_new()
    planned = [row for row in await rows(world, tables.outbox) if row.kind == "register_none"]
    assert {(row.status, row.reason) for row in planned} == {("unreachable", "left"), ("unreachable", "nobody_named")}
    chats = {row.id for row in await rows(world, tables.chats) if row.staff_id in (worker, worker + 1)}
    assert not chats & {row.chat for row in await rows(world, tables.deliveries)}


# ── The rules themselves ────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_manager_and_workers_read_the_rules_and_which_are_on(world: World, sam: Phone) -> None:
    morag = await world.linked("Morag", "MGR1")
    switched(world, reminders=replace(world.town.app.service.policy.reminders, off=frozenset({Skip.HOURS_DONE})))
    await morag.says("/rules")
    text = morag.sees("rules, version 1")
    assert "✅ At 18:00, one day before. Every kind of date." in text
    assert "⬜ off: At 18:00, 4 days before." in text
    assert "⬜ off: The hours of the order are worked" in text
    assert "✅ The person sent STOP. (always)" in text
    assert "At most 2 a day and 6 in seven days" in text
    assert "an extra reminder, an offer or news of a booking, and the person has had as many messages" in text
    assert all(f"MINDER_{name}" in text for name in ("REMINDERS_FILE", "QUIET_FROM", "QUIET_TO", "MOST_A_WEEK"))
    assert len(text) <= 4_096
    rab = await world.linked("Rab", "SUP1")
    await rab.says("/rules")
    assert "rules, version" not in rab.newest()


async def test_new_rules_plan_anew_what_older_ones_planned(world: World, sam: Phone) -> None:
    found = world.town.app.service.policy.reminders
    steps = tuple(replace(step, on=True) if step.name == "four_days" else step for step in found.steps)
    await another(world, "A2", "2026-12-04 09:30")
    assert await became(world, "A2") == [("eve", "planned", "")]
    switched(world, reminders=replace(found, version="2", steps=steps))
    await world.moves_to("2026-11-24 04:00")
    assert sorted(await became(world, "A2")) == [("eve", "planned", ""), ("four_days", "planned", "")]
    assert {row.rules for row in await rows(world, tables.outbox) if row.status == "planned"} == {"2 20:00-08:00"}
    switched(world, reminders=found)
    await world.moves_to("2026-11-25 04:00")
    assert sorted(await became(world, "A2")) == [("eve", "planned", ""), ("four_days", "cancelled", "rules_changed")]


async def test_new_rules_reach_dates_of_which_the_older_ones_wanted_nothing(world: World, sam: Phone) -> None:
    found = world.town.app.service.policy.reminders
    pilot = tuple(replace(step, kinds=frozenset({"court_review"})) for step in found.steps)
    switched(world, reminders=replace(found, version="pilot", steps=pilot))
    await another(world, "A2", "2026-12-04 09:30")
    assert await became(world, "A2") == []
    switched(world, reminders=replace(found, version="2"))
    await world.moves_to("2026-11-24 04:00")
    assert await became(world, "A2") == [("eve", "planned", "")]


async def test_other_quiet_hours_move_what_was_planned_before_them(world: World, sam: Phone) -> None:
    await another(world, "A2", "2026-12-04 08:30")
    service = world.town.app.service
    object.__setattr__(service, "calendar", replace(service.calendar, quiet_from=time(17, 30)))
    await world.moves_to("2026-12-03 17:29")
    sam.sees("Tomorrow, Fri 4 Dec, 8:30.")

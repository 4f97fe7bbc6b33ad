"""The simulation: a small month holds, a seed plays again call by call, and each invariant is seen to fail."""

import asyncio
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from db import outbox, traces
from domain import compliance
from domain.calendar import LONDON
from domain.outbox import End, Owed, Send, Status, Subject, To
from domain.reminding import Step
from messages.compose import Voice
from reminders.dispatch import Dispatcher
from sandbox.simulation import habits, loop, tongues
from sandbox.simulation.books import Delivery, kept
from sandbox.simulation.plan import Came, Plan
from sandbox.simulation.told import ToIndividuals, ToStaff
from sandbox.simulation.wire import Shown
from sandbox.simulation.year import Simulation
from usecases import items, outgoing

Plant = Callable[[Simulation, pytest.MonkeyPatch], None]
SMALL = Plan(individuals=14, days=14, seed=18)  # and a fortnight in which nobody does anything more
TINY = Plan(individuals=10, days=6, seed=2)
ALONE = Plan(individuals=1, days=2, seed=1)


class Weeks(Simulation):
    """A play that remembers how much everybody had done when its days were over."""

    done = 0

    async def _end(self) -> None:
        self.done = self.updates
        await super()._end()


def play(plan: Plan, folder: Path, plant: Callable[[Simulation], None] | None = None) -> Came:
    return loop.run(Simulation(plan, folder, plant).play())


@pytest.fixture(scope="module")
def weeks(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> tuple[Weeks, Came]:
    """Some weeks of fourteen people, and what they came to."""
    folder = tmp_path_factory.mktemp("weeks")
    shutil.copy(sqlite_template, folder / "simulated.db")
    simulation = Weeks(SMALL, folder)
    return simulation, loop.run(simulation.play())


@pytest.fixture(scope="module")
def played(weeks: tuple[Weeks, Came]) -> Came:
    return weeks[1]


def test_some_weeks_of_fourteen_people_hold_at_every_event(played: Came) -> None:
    assert [str(one) for one in played.broken] == []
    assert played.dates > 20, "nothing was booked"
    assert played.unasked > 50, "hardly anything was said"
    assert played.updates > 20, "hardly anybody answered"


def test_nobody_does_anything_once_the_days_are_over(weeks: tuple[Weeks, Came]) -> None:
    """What is asked in the last hour of a play would have no time to be answered."""
    simulation, came = weeks
    assert 20 < simulation.done == came.updates


def test_a_seed_plays_again_call_by_call(played: Came) -> None:
    """In a process of its own, where strings hash otherwise, and through the command."""
    arguments = ("--individuals", str(SMALL.individuals), "--days", str(SMALL.days), "--seed", str(SMALL.seed))
    command = (sys.executable, "-m", "bot", "simulate", *arguments)
    otherwise = {**os.environ, "PYTHONHASHSEED": "7"}
    came = subprocess.run(command, capture_output=True, text=True, check=False, env=otherwise)
    assert came.returncode == 0, came.stderr
    said = re.search(r"calls to Telegram: (\w+)", came.stdout)
    assert said is not None
    assert played.digest.startswith(said[1])


def test_staff_may_ask_about_somebody_before_anybody_is_there_and_another_seed_is_another_play(
    folder: Path, sqlite_template: Path
) -> None:
    came = play(ALONE, folder)
    assert [str(one) for one in came.broken] == []
    for file in folder.iterdir():
        file.unlink()
    shutil.copy(sqlite_template, folder / "simulated.db")
    assert play(replace(ALONE, seed=ALONE.seed + 1), folder).digest != came.digest


def test_ctrl_c_ends_a_play_that_has_something_to_close() -> None:
    async def interrupted() -> None:
        running = asyncio.get_running_loop()
        assert isinstance(running, loop.IdleLoop)
        running.call_soon(os.kill, os.getpid(), signal.SIGINT)
        try:
            await running.idle()
        finally:
            await asyncio.sleep(loop.BREATH)

    with pytest.raises(KeyboardInterrupt):
        loop.run(interrupted())


# ── Every invariant is seen to fail when its rule is broken ─────────────────────────────────────────────────────────


def owes(simulation: Simulation, at: time, *owed: Callable[[int, int], Owed]) -> None:
    """Plants rows for somebody who has a date ahead: given the ids of the individual and of the date."""

    async def plant() -> None:
        id_, booking = next(
            (id_, one) for id_, one in simulation.world.bookings.items() if one.order.case.ref in simulation.of
        )
        individual = simulation.world.individual_ids[booking.order.case.ref]
        async with simulation.town.app.service.db.write() as tx:
            for one in owed:
                await outbox.owe(tx, one(individual, id_), simulation.clock.now())

    on_day_two(simulation, at, plant)


def on_day_two(simulation: Simulation, at: time, deed: Callable[[], Awaitable[None]]) -> None:
    """Something that no rule of the bot foresees happens the next day."""

    simulation.plant(datetime.combine(simulation.plan.first + timedelta(days=1), at, LONDON), deed)


def to_them(kind: str, simulation: Simulation, step: str = "planted", **more: Any) -> Callable[[int, int], Owed]:
    def owed(individual: int, appointment: int) -> Owed:
        about = Subject("appointment", appointment)
        return Owed(kind, about, To.INDIVIDUAL, simulation.clock.now(), step=step, individual_id=individual, **more)

    return owed


def say_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "decide", lambda *_: Send())


def wakes_somebody(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    say_everything(monkeypatch)
    owes(simulation, time(22, 15), to_them("missed_care", simulation))


def speaks_of_an_ended_order(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    async def end() -> None:
        for one in simulation.world.bookings.values():
            one.order.status = "completed"

    say_everything(monkeypatch)
    owes(simulation, time(12), to_them("missed_care", simulation))
    on_day_two(simulation, time(11), end)


def mixes_two_chats_up(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    async def swap() -> None:
        first, second = simulation.books.rows("SELECT id, individual_id FROM chats WHERE individual_id > 0 LIMIT 2")
        for (chat, _), (_, individual) in ((first, second), (second, first)):
            simulation.books.rows("UPDATE chats SET individual_id = ? WHERE id = ?", individual, chat)

    on_day_two(simulation, time(9), swap)


def offers_too_much(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    say_everything(monkeypatch)
    for hour in (10, 12, 14):
        owes(simulation, time(hour), to_them("reminder", simulation, step=f"extra {hour}", revision=hour))


def says_tomorrow_on_the_day(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Voice, "day", lambda voice, day: f"Tomorrow, {tongues.short(day)}")
    say_everything(monkeypatch)
    owes(simulation, time(9), to_them("reminder", simulation))


def writes_after_stop(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stop() -> None:
        for phone in simulation.phones.values():
            if phone.case is not None:
                await simulation._do(phone, "stops", "")

    say_everything(monkeypatch)
    on_day_two(simulation, time(11), stop)
    owes(simulation, time(12), to_them("missed_care", simulation))


def tells_a_change_twice(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    say_everything(monkeypatch)
    was = {"was_at": simulation.clock.now().isoformat(), "was_place": 0, "was_on": 1, "was_revision": 1}
    for step in ("once", "twice"):
        owes(simulation, time(12), to_them("changed", simulation, step, revision=2, params=was))


def leaves_something_behind(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(_: Dispatcher) -> int:
        return 0

    monkeypatch.setattr(Dispatcher, "run", nothing)


def ends_without_a_reason(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    async def end() -> None:
        values = ("cancelled", "", kept(simulation.clock.now()))
        simulation.books.rows("UPDATE outbox SET status = ?, reason = ?, settled_at = ?", *values)

    on_day_two(simulation, time(9), end)


def forgets_the_manager(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    async def miss() -> None:
        service, (id_, booking) = simulation.town.app.service, next(iter(simulation.world.bookings.items()))
        individual = simulation.world.individual_ids[booking.order.case.ref]
        async with service.db.write() as tx:
            about = (service, tx, compliance.Kind.NON_ATTENDANCE, f"missed:{id_}", individual, None, id_)
            await items.raise_item(*about)

    whole = compliance.ladder

    def without_the_manager(*given: Any) -> list[Owed]:
        return [owed for owed in whole(*given) if owed.to is not To.MANAGER]

    monkeypatch.setattr(compliance, "ladder", without_the_manager)
    monkeypatch.setitem(habits.LIKELY, "claim", 0)
    monkeypatch.setitem(habits.LIKELY, "item", 0)
    on_day_two(simulation, time(11), miss)


def keeps_no_books(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nothing(*_: Any, **__: Any) -> None:
        return None

    monkeypatch.setattr(outbox, "note_deliveries", nothing)
    monkeypatch.setattr(traces, "note_ours", nothing)


def stumbles(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: Any) -> dict[str, int]:
        raise RuntimeError

    jobs = simulation.town.app.jobs
    jobs[:] = [replace(job, run=fail) for job in jobs]


def plans_no_reminder(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = "BEGIN DELETE FROM outbox WHERE id = new.id; END"
    simulation.books.rows(f"CREATE TRIGGER forgetful AFTER INSERT ON outbox WHEN new.family = 'reminders' {gone}")


def reminds_in_the_morning(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Step, "due", lambda step, day, calendar: calendar.at(day - timedelta(days=1), time(10)))


def keeps_a_cancellation_to_itself(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    """All dates that somebody was told of are off, says an export; no word of it is ever true any more."""

    async def cancel() -> None:
        for id_ in simulation.world.told_as:
            simulation.system._cancel(simulation.world.bookings[id_])
        await simulation._import()

    whole, dropped = outgoing.decide, End(Status.CANCELLED, "no_longer_so")

    def decide(owed: Owed, *given: Any) -> Any:
        return dropped if owed.kind == "cancelled" else whole(owed, *given)

    monkeypatch.setattr(outgoing, "decide", decide)
    simulation.plant(datetime.combine(simulation.plan.first + timedelta(days=3), time(20, 30), LONDON), cancel)


PLANTED: dict[str, Plant] = {
    "quiet_hours": wakes_somebody,
    "order_ended": speaks_of_an_ended_order,
    "wrong_chat": mixes_two_chats_up,
    "caps": offers_too_much,
    "near_days": says_tomorrow_on_the_day,
    "unwanted": writes_after_stop,
    "told_once": tells_a_change_twice,
    "left_behind": leaves_something_behind,
    "no_reason": ends_without_a_reason,
    "alert": forgets_the_manager,
    "books": keeps_no_books,
    "logs": stumbles,
    "accounted": plans_no_reminder,
    "reminded": reminds_in_the_morning,
    "news": keeps_a_cancellation_to_itself,
}


@pytest.mark.parametrize("rule", PLANTED)
def test_a_broken_rule_is_found(rule: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    came = play(TINY, folder, lambda simulation: PLANTED[rule](simulation, monkeypatch))
    assert came.broken, "nobody saw it"
    assert came.broken[0].rule == rule, [str(one) for one in came.broken]


# ── What is held against books and phones without a fault, into which each fault is written in turn ─────────────────


def word(simulation: Simulation, id_: int, kind: str, at: datetime, shown: Shown | None = None, **more: Any) -> None:
    """The oracle hears that somebody has been told something about their date."""
    case = simulation.world.bookings[id_].order.case
    individual = simulation.world.individual_ids[case.ref]
    chat = simulation.books.one("SELECT id FROM chats WHERE individual_id = ? AND unlinked_at IS NULL", individual)
    told = Delivery(1, chat, 1, at, kind, "appointment", id_, "eve", 1, "individual", individual, False)
    simulation.oracle.individuals.weigh(replace(told, **more), case, shown)


def reminds(simulation: Simulation, id_: int) -> None:
    word(simulation, id_, "reminder", simulation.clock.now())


def of_somebody_under_18(simulation: Simulation, id_: int) -> None:
    simulation.world.bookings[id_].order.case.youth = True
    reminds(simulation, id_)
    simulation.world.bookings[id_].order.case.youth = False


def of_somebody_who_died(simulation: Simulation, id_: int) -> None:
    """As one of their orders has it; the other is still open in the case system."""
    case = simulation.world.bookings[id_].order.case
    case.orders.append(replace(case.orders[0], status="died"))
    reminds(simulation, id_)
    case.orders.pop()


def of_a_held_order(simulation: Simulation, id_: int) -> None:
    order = simulation.world.bookings[id_].order
    order.holds.append((simulation.world.today, simulation.world.today))
    reminds(simulation, id_)
    order.holds.clear()


def of_what_is_on_record(simulation: Simulation, id_: int) -> None:
    simulation.books.rows(
        """INSERT INTO attendance (appointment_id, outcome, recorded_at, source)
        VALUES (?, 'stood_down_ahead', '2027-01-01 00:00:00.000000', 'import')""",
        id_,
    )
    reminds(simulation, id_)


def of_hours_that_are_done(simulation: Simulation, id_: int) -> None:
    order = simulation.books.one("SELECT order_id FROM appointments WHERE id = ?", id_)
    simulation.books.rows("UPDATE orders SET hours = 0 WHERE id = ?", order)
    simulation.books.rows("DELETE FROM attendance")
    booking = simulation.world.bookings[id_]
    kind, booking.kind = booking.kind, "unpaid_work"
    reminds(simulation, id_)
    booking.kind = kind


def of_what_was_just_moved(simulation: Simulation, id_: int) -> None:
    simulation.books.rows("DELETE FROM attendance")
    word(simulation, id_, "changed", simulation.clock.now() - timedelta(minutes=50), revision=9)
    word(simulation, id_, "reminder", simulation.clock.now(), revision=9)


def of_a_new_time_that_is_none(simulation: Simulation, id_: int) -> None:
    booking, now = simulation.world.bookings[id_], simulation.clock.now()
    other = replace(booking, day=booking.day + timedelta(days=2))
    said = f"Your date has changed. Now: {tongues.short(other.day)}, {other.start:%H:%M}."
    word(simulation, id_, "changed", now, Shown(now, 1, 0, said, (), new=True, heard=True), revision=8)


def twice_a_day(simulation: Simulation, id_: int) -> None:
    for minutes in (0, 2):
        word(simulation, id_, "reminder", simulation.clock.now() + timedelta(minutes=minutes), step=f"eve {minutes}")


def on_an_old_phone(simulation: Simulation, id_: int) -> None:
    case = simulation.world.bookings[id_].order.case
    phone = simulation.of[case.ref]
    simulation.of[case.ref] = simulation.of["MANAGER1"]  # linked, and another one
    reminds(simulation, id_)
    simulation.of[case.ref] = phone


def dropped_by_a_cap(simulation: Simulation, id_: int) -> None:
    simulation.books.rows("UPDATE outbox SET status = 'suppressed', reason = 'cap_reached' WHERE kind = 'reminder'")
    simulation.oracle.waits.accounted_for(id_, simulation.world.bookings[id_])


def put_off_again_and_again(simulation: Simulation, id_: int) -> None:
    values = ("planned", "cap_reached", kept(simulation.clock.now() + timedelta(days=20)), f"appointment:{id_}")
    simulation.books.rows("UPDATE outbox SET status = ?, reason = ?, due_at = ? WHERE subject = ?", *values)
    simulation.oracle.days_are_over()
    simulation.oracle.last_look()


def leaves_the_worker_out(simulation: Simulation, id_: int) -> None:
    item = simulation.books.one("SELECT max(id) FROM items") + 1
    simulation.oracle.waits.got_or_why_not(item, "words", "worker")()


def withdraws_an_alert_while_the_miss_stands(simulation: Simulation, id_: int) -> None:
    simulation.books.rows("DELETE FROM attendance")
    simulation.books.rows(
        """INSERT INTO attendance (appointment_id, outcome, recorded_at, source)
        VALUES (?, 'missed_reason_unknown', '2027-01-01 00:00:00.000000', 'chat')""",
        id_,
    )
    simulation.books.rows(
        """INSERT INTO items (kind, once, individual_id, appointment_id, raised_at, withdrawn_at)
        SELECT 'non_attendance', 'planted', min(id), ?, '2027-01-01 00:00:00.000000', '2027-01-01 00:00:00.000000'
        FROM individuals""",
        id_,
    )
    simulation.oracle.last_look()


def forgets_who_has_claimed_an_alert(simulation: Simulation, id_: int) -> None:
    withdraws_an_alert_while_the_miss_stands(simulation, id_)
    simulation.world.broken.clear()
    simulation.books.rows("UPDATE items SET withdrawn_at = NULL, claimed_by = 1, claimed_at = raised_at")
    simulation.oracle.last_look()


AFTERWARDS: tuple[tuple[str, str, Callable[[Simulation, int], None]], ...] = (
    ("unwanted", "under 18", of_somebody_under_18),
    ("unwanted", "they have died", of_somebody_who_died),
    ("unwanted", "on hold", of_a_held_order),
    ("unwanted", "stood_down_ahead is on record", of_what_is_on_record),
    ("unwanted", "hours are done", of_hours_that_are_done),
    ("unwanted", "it was moved", of_what_was_just_moved),
    ("near_days", "has changed", of_a_new_time_that_is_none),
    ("told_once", "once more", twice_a_day),
    ("wrong_chat", "on an old phone", on_an_old_phone),
    ("accounted", "cap_reached", dropped_by_a_cap),
    ("left_behind", "cap_reached", put_off_again_and_again),
    ("alert", "told: []", leaves_the_worker_out),
    ("decided", "no alert", withdraws_an_alert_while_the_miss_stands),
    ("decided", "1 left", forgets_who_has_claimed_an_alert),
)


def test_what_a_few_weeks_have_nothing_of_is_looked_at_too(weeks: tuple[Weeks, Came]) -> None:
    """Into the books of a play without a fault each fault is written in turn, and taken out again."""
    simulation, came = weeks
    assert not came.broken
    linked = "SELECT individual_id FROM chats WHERE individual_id IS NOT NULL AND unlinked_at IS NULL"
    individuals = {one for (one,) in simulation.books.rows(linked)}
    id_ = next(
        id_
        for id_, one in simulation.world.bookings.items()
        if simulation.world.individual_ids[one.order.case.ref] in individuals
        and one.order.active
        and not one.order.case.youth
        and one.starts_at > simulation.clock.now() - timedelta(days=20)
    )
    for rule, words, plants in AFTERWARDS:
        simulation.books.rows("SAVEPOINT before")
        plants(simulation, id_)
        found = [str(one) for one in simulation.world.broken if one.rule == rule]
        assert any(words in one for one in found), (rule, words, simulation.world.broken)
        simulation.world.broken.clear()
        simulation.books.rows("ROLLBACK TO before")


def test_start_again_counts_only_where_it_can_be_tapped(weeks: tuple[Weeks, Came]) -> None:
    simulation, _ = weeks
    phone = next(one for one in simulation.world.phones.values() if one.case is not None)
    phone.stopped_at = since = simulation.clock.now()
    phone.person.block()
    simulation._of_a_phone(phone, "taps", "1 again")
    assert phone.stopped_at == since


def test_whoever_broke_the_glass_may_read_for_as_long_as_it_stands_open(weeks: tuple[Weeks, Came]) -> None:
    simulation, _ = weeks
    case = next(
        one for one in simulation.system.cases.values() if one.ref in simulation.world.individual_ids and one.orders
    )
    worked = {one.ref for order in case.orders for one in (order.officer, order.manager) if one is not None}
    reader = next(
        one for one in simulation.system.colleagues.values() if one.role == "officer" and one.ref not in worked
    )
    world, reads = simulation.world, ToStaff(simulation.world)
    now, hour = simulation.clock.now(), timedelta(hours=1)
    simulation.books.rows("SAVEPOINT before")
    for until, found in ((now, ["wrong_chat"]), (now + hour, [])):
        simulation.books.rows(
            """INSERT INTO glass (staff_id, individual_id, reason, at, until)
            SELECT id, ?, 'audit', ?, ? FROM staff WHERE ref = ?""",
            *(world.individual_ids[case.ref], kept(until - hour), kept(until), reader.ref),
        )
        reads.read(reader, Shown(now, 1, 0, case.ref, (), new=True, heard=True))
        assert [one.rule for one in world.broken] == found
        world.broken.clear()
    simulation.books.rows("ROLLBACK TO before")


def test_a_hold_that_the_case_system_has_ended_excuses_nothing(weeks: tuple[Weeks, Came]) -> None:
    """The bot's own record of holds counts only for an order that staff held or released in the chat."""
    simulation, _ = weeks
    id_, booking = next(iter(simulation.world.bookings.items()))
    simulation.books.rows("SAVEPOINT before")
    simulation.books.rows(
        """INSERT INTO holds (ref, order_id, kind, from_day)
        SELECT 'H', order_id, 'custody', '2020-01-01' FROM appointments WHERE id = ?""",
        id_,
    )
    held = []
    for booking.order.held_by_hand in (True, False):
        held.append(simulation.oracle.waits.hindrances._held(id_, booking))
    simulation.books.rows("ROLLBACK TO before")
    assert held == [True, False]


def test_a_bot_that_was_down_counts_from_when_it_could_tell_somebody_and_no_other_does(
    weeks: tuple[Weeks, Came],
) -> None:
    simulation, _ = weeks
    waits, world = simulation.oracle.waits, simulation.world
    nine, noon = (datetime(2026, 5, 19, hour, tzinfo=LONDON) for hour in (9, 12))
    up_since, world.up_since = world.up_since, noon
    try:
        assert waits._has_it_from(-1, "worker", nine) == noon
        waits._first_heard[-1, "worker"] = nine
        assert waits._has_it_from(-1, "worker", nine) == nine, "it had told them before it went down"
        waits._first_heard[-1, "worker"] = noon + timedelta(hours=5)
        assert waits._has_it_from(-1, "worker", nine) == noon, "it was up, and told them too late"
        ten = noon.replace(hour=10) + timedelta(days=1)
        for up, by in ((nine - timedelta(days=1), ten), (noon, ten), (noon.replace(hour=20), ten + timedelta(days=1))):
            world.up_since = up
            waits._first_heard[-1, "worker"] = up
            assert list(waits._clock(-1, "non_attendance:", nine, None)) == [(by, "manager")], up
    finally:
        world.up_since = up_since
        del waits._first_heard[-1, "worker"]


def test_a_reminder_that_waited_for_a_bot_that_was_down_may_come_on_the_day_of_the_next(
    weeks: tuple[Weeks, Came], monkeypatch: pytest.MonkeyPatch
) -> None:
    simulation, _ = weeks
    world, id_, at = simulation.world, next(iter(simulation.world.bookings)), simulation.clock.now()
    for up, steps, broken in (
        (at - timedelta(days=2), ("week", "eve"), 1),
        (at, ("week", "eve"), 0),
        (at, ("eve", "eve"), 1),
    ):
        monkeypatch.setattr(world, "up_since", up)
        told = ToIndividuals(world)
        for step in steps:
            told._is_told_once(Delivery(1, 1, 1, at, "reminder", "appointment", id_, step, 1, "", 1, False), "it")
        assert len([one for one in world.broken if one.rule == "told_once"]) == broken, (up, steps)
        world.broken.clear()


def test_what_got_in_the_way_said_afterwards_is_answered_within_two_working_hours(weeks: tuple[Weeks, Came]) -> None:
    waits = weeks[0].oracle.waits
    id_, booking = next(iter(waits.world.bookings.items()))
    for minutes, by in ((-1, booking.over_at - timedelta(minutes=1)), (0, None)):
        at = booking.over_at + timedelta(minutes=minutes)
        by = by or waits.world.calendar.after_working_time(at, timedelta(hours=2))
        assert list(waits._clock(-1, "cannot:", at, id_)) == [(by, "cover")]


def test_who_came_before_a_date_was_moved_is_no_reason_to_say_nothing_of_it(weeks: tuple[Weeks, Came]) -> None:
    """Somebody is there early, is put down as having come, and the export moves the date before it began."""
    simulation, _ = weeks
    id_, booking = next(iter(simulation.world.bookings.items()))
    known_at, hindrances, found = booking.known_at, simulation.oracle.waits.hindrances, []
    simulation.books.rows("SAVEPOINT before")
    simulation.books.rows("DELETE FROM attendance WHERE appointment_id = ?", id_)
    now, minute = simulation.clock.now(), timedelta(minutes=1)
    for outcome in ("attended_full", "stood_down_ahead"):
        simulation.books.rows(
            """INSERT INTO attendance (appointment_id, outcome, cause, minutes, recorded_by, recorded_at, source, why,
            heard) VALUES (?, ?, '', 60, 1, ?, 'chat', '', '')""",
            *(id_, outcome, kept(now)),
        )
        for booking.known_at in (now - minute, now + minute):
            found.append(hindrances.of_date(id_, booking).partition(" is on")[0])
    simulation.books.rows("ROLLBACK TO before")
    booking.known_at = known_at
    assert [one.partition(":")[0] for one in found[:2]] == ["attended_full", ""]
    assert found[2:] == ["stood_down_ahead"] * 2

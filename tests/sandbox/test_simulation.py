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
from domain.outbox import Owed, Send, Subject, To
from messages.compose import Voice
from reminders.dispatch import Dispatcher
from sandbox.simulation import habits, loop, tongues
from sandbox.simulation.books import kept
from sandbox.simulation.plan import Came, Plan
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
        owes(simulation, time(hour), to_them("reminder", simulation, step=f"extra {hour}"))


def says_tomorrow_on_the_day(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Voice, "day", lambda voice, day: f"Tomorrow, {tongues.short(day)}")
    say_everything(monkeypatch)
    owes(simulation, time(9), to_them("reminder", simulation))


def writes_after_stop(simulation: Simulation, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stop() -> None:
        simulation.books.rows("UPDATE individuals SET stopped_at = ?", kept(simulation.clock.now()))

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
}


@pytest.mark.parametrize("rule", PLANTED)
def test_a_broken_rule_is_found(rule: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    came = play(TINY, folder, lambda simulation: PLANTED[rule](simulation, monkeypatch))
    assert came.broken, "nobody saw it"
    assert came.broken[0].rule == rule, [str(one) for one in came.broken]

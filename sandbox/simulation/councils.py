"""A whole country: each council has a service, a bot and a database of its own, so each is a play of its own.

Several run side by side, in processes of their own; what they come to does not depend on how many.
"""

import hashlib
import multiprocessing
import os
import signal
import tempfile
import threading
import time as wall
from collections.abc import Callable, MutableSequence, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from pathlib import Path
from traceback import format_exception

from bot.collecting import collect_seldom
from bot.memory import MEGABYTE, most_bytes
from sandbox.simulation import loop
from sandbox.simulation.plan import Came, Plan
from sandbox.simulation.year import Progress, Simulation

MOST = 999  # councils: so many have a seed of their own before the next play's begin
LOOK = 0.2  # seconds between two looks at how far all of them are
WAITS = -1  # instead of the days that have been played: a council whose turn has not come
DIED = "A process that played has died, perhaps because memory ran out (--at-once takes fewer); the others were ended."

Founded = Callable[[Simulation], None]
Played = tuple[Came, int, float]  # and in which process, and how many seconds of CPU that one has spent by then


class Ended(Exception):
    """Not every council was played to its end, and why."""


@dataclass(frozen=True)
class Country:
    """What all councils came to together, and what it took, with the process that asked for it."""

    came: Came  # with seconds by the clock, and the memory of the largest process
    cpu: float  # seconds, without those in which everything was loaded
    at_once: int
    megabytes: float  # of all processes at once: the most of each, as if they had had it at one moment


# ── Who plays what ──────────────────────────────────────────────────────────────────────────────────────────────────


def share(plan: Plan, councils: int) -> list[Plan]:
    """The plan of each council. How many people each of Scotland's has is not known here: as good as the same."""
    if councils > plan.individuals:
        raise ValueError(f"found {councils} councils and {plan.individuals} individuals; expected one each at least")
    each, over = divmod(plan.individuals, councils)
    return [replace(plan, individuals=each + (n <= over), seed=plan.seed * 1000 + n) for n in range(1, councils + 1)]


def again(plan: Plan) -> str:
    """What is typed to play one council's time again, alone."""
    return f"minder simulate --individuals {plan.individuals} --days {plan.days} --seed {plan.seed}"


def together(came: Sequence[Came]) -> Came:
    """The sum of several, in their order; of memory the most, since they need not have run at once."""
    return Came(
        digest=hashlib.sha256("".join(one.digest for one in came).encode()).hexdigest(),
        broken=tuple(broken for one in came for broken in one.broken),
        dates=sum(one.dates for one in came),
        calls=sum(one.calls for one in came),
        unasked=sum(one.unasked for one in came),
        updates=sum(one.updates for one in came),
        events=sum(one.events for one in came),
        seconds=sum(one.seconds for one in came),
        megabytes=max(one.megabytes for one in came),
    )


# ── Side by side ────────────────────────────────────────────────────────────────────────────────────────────────────


def cores() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def play(
    plans: Sequence[Plan], at_once: int, folder: Path, progress: Progress, on_founded: Founded | None = None
) -> Country:
    """All of them, the first ones first. Raises Ended as soon as something does not hold, or a process dies.

    No process is left, however this ends. `on_founded` lets a test plant a fault; it is imported where it runs.
    """
    at_once = min(at_once, len(plans))
    forks = multiprocessing.get_context("forkserver")  # each is one of a process that has loaded everything
    forks.set_forkserver_preload([__name__])
    days = forks.RawArray("i", [WAITS] * len(plans))  # no lock: each is one process's, and none can die holding it
    began, spent = wall.perf_counter(), wall.process_time()
    with ProcessPoolExecutor(at_once, forks, _begin, (days,)) as pool:
        try:
            running = [pool.submit(_play, n, plan, folder, on_founded) for n, plan in enumerate(plans)]
            played = _followed(running, plans, days, progress)
        except BaseException:
            for child in multiprocessing.active_children():
                child.terminate()
            raise
    most: dict[int, float] = {}
    cpu: dict[int, float] = {}
    for came, process, by_then in played:
        most[process] = max(came.megabytes, most.get(process, 0))
        cpu[process] = max(by_then, cpu.get(process, 0))
    all_came = replace(together([came for came, _, _ in played]), seconds=wall.perf_counter() - began)
    all_cpu = wall.process_time() - spent + sum(cpu.values())
    return Country(all_came, all_cpu, at_once, most_bytes() / MEGABYTE + sum(most.values()))


def _followed(
    running: Sequence[Future[Played]], plans: Sequence[Plan], days: Sequence[int], progress: Progress
) -> list[Played]:
    """Looks at each as soon as it is done."""
    waiting = set(running)
    while waiting:
        done, waiting = wait(waiting, LOOK, FIRST_COMPLETED)
        progress("days", sum(max(0, one) for one in days), sum(plan.days for plan in plans))
        try:
            for n, one in enumerate(running):
                if one in done:
                    _must_hold(one, plans[n], f"council {n + 1} of {len(plans)}")
        except BrokenProcessPool:
            begun = (plan for plan, played in zip(plans, days, strict=True) if WAITS < played < plan.days)
            raise Ended("\n".join([DIED, *(f"It may have played this: {again(plan)}" for plan in begun)])) from None
    return [one.result() for one in running]


def _must_hold(one: Future[Played], plan: Plan, which: str) -> None:
    alone = f"That was {which}; the others were ended. To play it again alone: {again(plan)}"
    try:
        came, _, _ = one.result()
    except BrokenProcessPool:
        raise
    except Exception as error:
        raise Ended("".join([*format_exception(error), alone])) from None
    if came.broken:
        raise Ended("\n".join([*(f"Seed {plan.seed}: {broken}" for broken in came.broken), alone]))


# ── In a process of its own ─────────────────────────────────────────────────────────────────────────────────────────

_days: MutableSequence[int] = []  # that each council has played, which all processes see


def _begin(days: MutableSequence[int]) -> None:
    global _days
    _days = days
    collect_seldom()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends Ctrl-C to all; whoever began this one ends it
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Whoever began this process may be killed, and would leave it waiting for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _play(n: int, plan: Plan, folder: Path, on_founded: Founded | None) -> Played:
    def note(_phase: str, done: int, _of: int) -> None:
        _days[n] = done

    note("days", 0, plan.days)
    with tempfile.TemporaryDirectory(prefix=f"council-{n + 1}-", dir=folder) as own:
        came = loop.run(Simulation(plan, Path(own), on_founded).play(note))
    note("days", plan.days, plan.days)
    return came, os.getpid(), wall.process_time()

"""`python -m sandbox.simulate`, and `minder simulate` where this package is: a made-up council's year, watched."""

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot import printing
from bot.collecting import collect_seldom
from sandbox.simulation import councils, loop
from sandbox.simulation.figures import told
from sandbox.simulation.month import Month
from sandbox.simulation.plan import Came, Plan
from sandbox.simulation.year import Simulation

IN_MEMORY = Path("/dev/shm")  # where it is there, with room: nothing of it outlives the play
A_DAY = 500  # bytes of a database for each day of a person, at most
EMPTY = 10_000_000  # bytes of one in which nobody is yet, and of what is on its way into it
HELD = "Everything that must hold held at every event."

Individuals = Annotated[
    int | None,
    typer.Option(min=1, max=40_000, help="How many people in all, most with one order; 400, or 150 of a month."),
]
Days = Annotated[int | None, typer.Option(min=1, max=3_650, help="How many days are played; 365, or 31 of a month.")]
Seed = Annotated[int, typer.Option(help="The same number plays the same year again, call by call.")]
OneMonth = Annotated[
    bool, typer.Option("--month", help="One busy month: every kind of absence, leave, a leaver, snow.")
]
Councils = Annotated[
    int,
    typer.Option(
        "--councils",
        min=1,
        max=councils.MOST,
        help="Among how many councils the people are shared out, each with its own bot and database.",
    ),
]
AtOnce = Annotated[
    int | None, typer.Option(min=1, help="How many councils are played side by side; as many as there are cores.")
]


def simulate(
    individuals: Individuals = None,
    days: Days = None,
    seed: Seed = 1,
    month: OneMonth = False,
    many: Councils = 1,
    at_once: AtOnce = None,
) -> None:
    """Plays a made-up council's time on the real bot, and looks at every event whether all that must hold does.

    Exit code 1, with the seed, the moment, what was found and what is expected, as soon as something does not.
    """
    collect_seldom()
    plan = Plan(individuals or (150 if month else 400), days or (31 if month else 365), seed)
    if many == 1:
        sys.exit(_one(plan, month))
    if month:
        raise typer.BadParameter(f"found {many} with --month; expected 1", param_hint="--councils")
    try:
        plans = councils.share(plan, many)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--councils") from None
    sys.exit(several(plans, at_once or councils.cores()))


def _one(plan: Plan, month: bool) -> int:
    with folder([plan]) as kept, printing.progress() as show:
        played = (Month if month else Simulation)(plan, kept)
        came = loop.run(played.play(show))
    if isinstance(played, Month):
        typer.echo(told(played.figures))
    for one in came.broken:
        typer.echo(f"Seed {plan.seed}: {one}", err=True)
    typer.echo(_totals(came))
    typer.echo(f"{came.seconds:.0f} seconds, {came.megabytes:.0f} MB, {_rate(came)}.")
    if not came.broken:
        typer.echo(HELD)
    return 1 if came.broken else 0


def several(plans: list[Plan], at_once: int, on_founded: councils.Founded | None = None) -> int:
    """Plays them, tells what they came to, and returns the exit code. `on_founded` lets a test plant a fault."""
    try:
        with folder(plans[:at_once]) as kept, printing.progress() as show:
            country = councils.play(plans, at_once, kept, show, on_founded)
    except councils.Ended as ended:
        typer.echo(ended, err=True)
        return 1
    came = country.came
    typer.echo(f"{len(plans)} councils: {_totals(came)}")
    typer.echo(
        f"{came.seconds:.0f} seconds by the clock, {country.cpu:.0f} of CPU, at most {country.at_once} at once; "
        f"{came.megabytes:.0f} MB in the largest process, {country.megabytes:.0f} MB in all at once, {_rate(came)}."
    )
    typer.echo(HELD)
    return 0


@contextmanager
def folder(at_once: list[Plan]) -> Iterator[Path]:
    """For what lasts as long as the play: in memory, where it can be, and so it must not be left there."""
    needed = sum(EMPTY + plan.individuals * plan.days * A_DAY for plan in at_once)
    roomy = os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > needed
    where = str(IN_MEMORY) if roomy else None
    before = signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        with tempfile.TemporaryDirectory(prefix="minder-simulation-", dir=where) as kept:
            yield Path(kept)
    finally:
        signal.signal(signal.SIGTERM, before)


def _totals(came: Came) -> str:
    return (
        f"{came.dates} dates, {came.unasked} messages unasked, {came.updates} taps and words, {came.events} events, "
        f"{came.calls} calls to Telegram: {came.digest[:16]}"
    )


def _rate(came: Came) -> str:
    return f"{came.dates / came.seconds:.0f} dates a second"


if __name__ == "__main__":
    typer.run(simulate)

"""`python -m sandbox.simulate`, and `minder simulate` where this package is: a made-up council's year, watched."""

import gc
import os
import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from bot import printing
from sandbox.simulation import loop
from sandbox.simulation.figures import told
from sandbox.simulation.month import Month
from sandbox.simulation.plan import Came, Plan
from sandbox.simulation.year import Simulation

IN_MEMORY = Path("/dev/shm")  # where it is there: nothing of it outlives the play

Individuals = Annotated[
    int | None, typer.Option(min=1, max=40_000, help="How many people, most with one order; 400, or 150 of a month.")
]
Days = Annotated[int | None, typer.Option(min=1, max=3_650, help="How many days are played; 365, or 31 of a month.")]
Seed = Annotated[int, typer.Option(help="The same number plays the same year again, call by call.")]
OneMonth = Annotated[
    bool, typer.Option("--month", help="One busy month: every kind of absence, leave, a leaver, snow.")
]


def simulate(individuals: Individuals = None, days: Days = None, seed: Seed = 1, month: OneMonth = False) -> None:
    """Plays a made-up council's time on the real bot, and looks at every event whether all that must hold does.

    Exit code 1, with the seed, the moment, what was found and what is expected, as soon as something does not.
    """
    gc.set_threshold(200_000, 20, 50)  # as in the tests: a collection every 700 objects takes a sixth of the time
    folder = str(IN_MEMORY) if os.access(IN_MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="minder-simulation-", dir=folder) as kept, printing.progress() as show:
        plan = Plan(individuals or (150 if month else 400), days or (31 if month else 365), seed)
        played = (Month if month else Simulation)(plan, Path(kept))
        came = loop.run(played.play(show))
    if isinstance(played, Month):
        typer.echo(told(played.figures))
    sys.exit(_told(came, seed))


def _told(came: Came, seed: int) -> int:
    for one in came.broken:
        typer.echo(f"Seed {seed}: {one}", err=True)
    rate = f"{came.seconds:.0f} seconds, {came.megabytes:.0f} MB, {came.dates / came.seconds:.0f} dates a second"
    typer.echo(
        f"{came.dates} dates, {came.unasked} messages unasked, {came.updates} taps and words, {came.events} events, "
        f"{came.calls} calls to Telegram: {came.digest[:16]}\n{rate}."
    )
    if not came.broken:
        typer.echo("Everything that must hold held at every event.")
    return 1 if came.broken else 0


if __name__ == "__main__":
    typer.run(simulate)

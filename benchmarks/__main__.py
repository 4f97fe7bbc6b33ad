"""`python -m benchmarks`: every figure against a plain alternative, in the same run. Exit 1 if a bar is missed."""

import argparse
import signal
import sys
from functools import partial

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TimeElapsedColumn

from benchmarks import databases, figures, runs, standin
from benchmarks.figures import Figure
from benchmarks.processes import alone
from benchmarks.runs import Bench

CEILING_OF = 20_000  # messages


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything; nothing is kept")
    parser.add_argument("--only", action="append", choices=list(runs.ALL), help="may be repeated; nothing is kept")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the databases' server goes too
    found, ceiling = measure(asked.only or list(runs.ALL), 10 if asked.quick else 1)
    figures.show(Console(), found, ceiling)
    if not asked.quick and not asked.only:
        figures.keep(found, ceiling)
    sys.exit(any(one.missed for one in found))


def measure(names: list[str], part: int) -> tuple[list[Figure], float]:
    """Every figure of these benchmarks, at one part in so many, and what the stand-in itself takes."""
    found: list[Figure] = []
    columns = (SpinnerColumn(), *Progress.get_default_columns()[:2], TimeElapsedColumn())
    with (
        standin.running() as address,
        databases.both() as stores,
        Progress(*columns, console=Console(stderr=True), transient=True) as bar,
    ):
        ceiling = alone(standin.ceiling, address, CEILING_OF // part)
        for name in names:
            task = bar.add_task(name, total=None)
            bench = Bench(address, *stores, part, partial(_say, bar, task))
            for figure in runs.ALL[name](bench):
                found.append(figure)
                bar.console.print("  ".join(figure.cells), highlight=False)
            bar.update(task, description=name, total=1, completed=1)
    return found, ceiling


def _say(bar: Progress, task: TaskID, doing: str) -> None:
    bar.update(task, description=doing)


if __name__ == "__main__":
    main()

"""What was found: one line for each figure, the bar that it has to clear, and the table that is kept."""

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.rounds import ENDS, ROUNDS, WHOLE_ROUNDS
from bot.clock import SystemClock

KEPT = Path(__file__).with_name("results.md")
LIBRARIES = ("python-telegram-bot", "aiohttp", "httpx", "sqlalchemy", "psycopg", "apscheduler")


@dataclass(frozen=True)
class Bar:
    """What a figure has to reach, or to stay under."""

    limit: float
    at_least: bool
    unit: str

    def cleared(self, value: float) -> bool:
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.limit:g} {self.unit}"


RATE = Bar(1.0, at_least=True, unit="×")
FLAT = Bar(1.2, at_least=False, unit="×")
FOLLOWS = Bar(1.5, at_least=False, unit="×")  # a thousand times as many rows make an index a level or two deeper


@dataclass(frozen=True)
class Figure:
    """One line of the table. `value` is what its bar is about, if it has one; `rounds` is what it is the median of."""

    what: str
    ours: str
    plain: str
    value: float
    unit: str = "×"
    bar: Bar | None = None
    rounds: Sequence[float] = ()

    @property
    def missed(self) -> bool:
        return self.bar is not None and not self.bar.cleared(self.value)

    @property
    def cells(self) -> tuple[str, ...]:
        spread = f"{min(self.rounds):.2f} to {max(self.rounds):.2f}" if self.rounds else ""
        return (self.what, self.ours, self.plain, f"{self.value:.2f} {self.unit}", spread, str(self.bar or ""))

    def shortfall(self) -> str:
        """By how much the bar was missed."""
        assert self.bar is not None
        share = abs(self.value / self.bar.limit - 1)
        return f"{self.what}: found {self.value:.2f} {self.unit}, expected {self.bar}: missed by {share:.0%}"


def compared(
    what: str, ours: Sequence[float], plain: Sequence[float], notes: tuple[str, str], bar: Bar | None
) -> Figure:
    """Rates a second of the same rounds. The figure is the median of the rounds' ratios and not the ratio of medians:
    how fast the machine is at the time cancels out within a round, and not between one round and another."""
    ratios = [one / other for one, other in zip(ours, plain, strict=True)]
    our_rate, plain_rate = f"{median(ours):,.0f}/s{notes[0]}", f"{median(plain):,.0f}/s{notes[1]}"
    return Figure(what, our_rate, plain_rate, median(ratios), bar=bar, rounds=ratios)


HEADINGS = ("what", "ours", "plain alternative", "figure", "lowest to highest round", "bar")
HOW_OFTEN = (
    f"Outgoing and incoming: {WHOLE_ROUNDS} rounds ran every side in turn; "
    "a rate is the median of its rounds, a figure that of the rounds' ratios.\n"
    f"Waiting: the least of {ROUNDS} starts each, in turn (one more that is due: of {ENDS}); "
    "a figure is the most that ours cost, divided by the least.\n"
    "Due to sent, import: one run each."
)


def show(console: Console, found: Sequence[Figure], ceiling: float) -> None:
    """The table, and every bar that was missed."""
    table = Table(*HEADINGS, caption=stood_on(ceiling), caption_justify="left")
    for one in found:
        table.add_row(*one.cells, style="red" if one.missed else "")
    console.print(table)
    for one in found:
        if one.missed:
            console.print(one.shortfall(), style="red")


def stood_on(ceiling: float) -> str:
    """The machine, the day, the versions, and what the stand-in itself could take."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{SystemClock().now():%Y-%m-%d} · {processor()} · {platform.system()} · Python {platform.python_version()}\n"
        f"{libraries}\nThe stand-in for the Bot API takes {ceiling:,.0f} messages a second from bare sockets.\n"
        f"{HOW_OFTEN}"
    )


def processor() -> str:
    """What this machine computes with."""
    known = Path("/proc/cpuinfo")
    lines = known.read_text().splitlines() if known.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} × {names[0]}" if names else platform.machine()


def keep(found: Sequence[Figure], ceiling: float) -> None:
    """Writes them down."""
    rows = [HEADINGS, ("---",) * len(HEADINGS), *(one.cells for one in found)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    KEPT.write_text(f"# What `make bench` found\n\n{stood_on(ceiling)}\n\n{table}\n")

"""Which play it is, and what it came to."""

from dataclasses import dataclass
from datetime import date

from sandbox.simulation.world import Broken

BEGINS = date(2026, 1, 5)  # a Monday; both clock changes lie ahead


@dataclass(frozen=True)
class Plan:
    """Which year is played."""

    individuals: int
    days: int
    seed: int
    first: date = BEGINS


@dataclass(frozen=True)
class Came:
    """What a play came to. Seconds are real ones, of this process; memory is its most, in megabytes."""

    digest: str
    broken: tuple[Broken, ...]
    dates: int
    calls: int
    unasked: int
    updates: int
    events: int
    seconds: float
    megabytes: float

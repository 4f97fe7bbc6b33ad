"""The quick siege: a few kills on each database, and less patience for the moment of each. `make soak` makes three
hundred."""

import os
import random

import pytest

from tests.bot.nursery import Nursery
from tests.faults import siege
from tests.faults.siege import Plan


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("kind", "processes", "kills"), [("sqlite", 1, 6), ("postgresql", 2, 5)])
async def test_kills_lose_nothing_and_double_nothing(nursery: Nursery, kind: str, processes: int, kills: int) -> None:
    seed = int(os.environ.get("FAULTS_SEED", 0)) or random.randrange(1, 1_000_000)
    verdict = await siege.besiege(Plan(kind, kills, seed, processes, people_a_kill=4, patience=3.0), nursery)
    assert verdict.holds, f"FAULTS_SEED={seed}\n{verdict}"
    assert verdict.figures["kills"] >= kills
    assert verdict.figures["reminders"] > kills

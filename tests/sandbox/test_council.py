"""Three years of a made-up council: the report finds what was planted, and hides what must be hidden."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from db.engine import Database
from db.types import Keyring
from domain.calendar import Calendar
from domain.dated import tables as tables_of
from domain.intervals import wilson
from domain.outcomes import Line, Period, Table
from domain.policy import Policy
from sandbox import council
from sandbox.clock import MovableClock
from sandbox.council import AREAS, FEW, MOVES, Came, Planted
from usecases import dated, forms, outcomes
from usecases.service import Service

KEYS = Keyring(["a key of thirty-two letters or more"])
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
MANY = (2024, 2025)


@dataclass
class Made:
    service: Service
    came: Came

    async def lines(self, producer: Any, year: int, least: int = 5) -> dict[tuple[str, str], dict[str, Line]]:
        period = Period(date(year, 4, 1), date(year + 1, 3, 31))
        async with self.service.db.read() as tx:
            if producer is dated:
                drawn: tuple[Table, ...] = tables_of(await dated.read(tx, period, NOW), NOW, least)
            else:
                drawn = await producer.tables(self.service, tx, period, NOW, least)
        return {(one.name, one.about.rpartition("/")[2]): {line.code: line for line in one.lines} for one in drawn}


@pytest.fixture(scope="module")
def founded(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> tuple[str, Came]:
    """The database of the council, made once, and what the dice made of it."""
    file = tmp_path_factory.mktemp("council") / "council.db"
    shutil.copy(sqlite_template, file)
    url = f"sqlite:///{file}"

    async def fill() -> Came:
        db = Database(url, KEYS)
        try:
            return await council.found(db)
        finally:
            await db.close()

    return url, asyncio.run(fill())


@pytest.fixture
async def made(founded: tuple[str, Came]) -> AsyncIterator[Made]:
    url, came = founded
    db = Database(url, KEYS)
    yield Made(Service(db, MovableClock(NOW), Calendar(), Policy(), forms.read()), came)
    await db.close()


async def test_the_report_recovers_what_was_planted(made: Made) -> None:
    planted, held = Planted(), []
    for year in MANY:
        found = await made.lines(outcomes, year)
        assert found["reach", "exit"]["ended"].count == made.came.ended[year]
        assert found["reach", "exit"]["offered"].count == made.came.offered[year]
        assert found["reach", "exit"]["finished"].count == made.came.finished[year]
        for area in AREAS:
            came = made.came.moves[year, area]
            for move, likely in zip(MOVES, planted.moves[area], strict=True):
                line = found["change", area][move]
                if line.count is not None and line.base is not None:
                    assert (line.count, line.base) == (came[move], came.total())
                    low, high = wilson(line.count, line.base)
                    held.append(low <= likely <= high)
        better, worse = (found["change", "home"][move].interval for move in ("better", "worse"))
        assert better is not None
        assert worse is not None
        assert better[0] > worse[1], "home improved, and the intervals say so"
        better, worse = (found["change", "money"][move].interval for move in ("better", "worse"))
        assert better is not None
        assert worse is not None
        assert better[0] <= worse[1], "of money nobody can say so"
    assert len(held) >= 40
    assert sum(held) >= 0.85 * len(held), "19 of 20 intervals hold what was planted; fewer than 17 would be no accident"


async def test_the_year_in_which_few_answered_shows_how_few_were_asked_and_no_answer(made: Made) -> None:
    found = await made.lines(outcomes, FEW)
    assert made.came.finished[FEW] < 5
    assert found["reach", "exit"]["ended"].count == made.came.ended[FEW]
    assert found["reach", "exit"]["offered"].count == made.came.offered[FEW]
    assert found["reach", "exit"]["finished"].count is None
    for area in AREAS:
        shown = [line for line in found["change", area].values() if line.count is not None or line.value is not None]
        assert shown == [], area


async def test_missed_dates_by_what_went_ahead(made: Made) -> None:
    """Of meetings, where nobody is sent home and the dice alone decide."""
    planted = Planted()
    found = await made.lines(dated, 2025)
    for code, likely in (("ahead_accepted", planted.missed_reminded), ("ahead_not_accepted", planted.missed_unreached)):
        _holds(found["reminded", "supervision"][code], likely)
    _holds(found["live", "supervision"]["live_before"], planted.missed_before)
    assert ("reminded", "all") not in await made.lines(dated, 2024), "nothing is compared before there was a reminder"


def _holds(line: Line, likely: float) -> None:
    assert line.count is not None
    assert line.base is not None
    low, high = wilson(line.count, line.base)
    assert low <= likely <= high, (line.code, low, likely, high)

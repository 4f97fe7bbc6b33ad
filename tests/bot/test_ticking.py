"""The clock's jobs: once for each time they fall due, whatever the machine's clock and the database do."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from db import tables
from db.engine import Database
from domain.calendar import Calendar
from domain.policy import Policy
from reminders import schedule
from reminders.schedule import Job
from reminders.ticking import LOOK, Ticker, fires_after
from sandbox.clock import MovableClock
from usecases import forms, keeping, standards, upkeep
from usecases.service import Service

LONDON = ZoneInfo("Europe/London")
START = datetime(2026, 11, 27, 12, tzinfo=UTC)  # a Friday
MORNING = datetime(2026, 11, 27, 9, tzinfo=UTC)
POSTED_FOR = timedelta(minutes=25)  # five times, each five minutes later
DAILY = CronTrigger(hour=3, minute=10, timezone=LONDON)


class Day:
    """One daily job, the moments at which it ran, and how often it fails first."""

    def __init__(self, database: Database) -> None:
        self.clock = MovableClock(START)
        self.service = Service(database, self.clock, Calendar(LONDON), Policy(), forms.read())
        self.ran: list[datetime] = []
        self.fails = 0
        self.ticker = Ticker(self.service, [Job("daily", DAILY, self.run, daily=True)])

    async def run(self, service: Service) -> dict[str, int]:
        if self.fails:
            self.fails -= 1
            raise OSError("the database is away")
        self.ran.append(service.clock.now())
        return {}

    async def until(self, moment: datetime) -> None:
        """Each sleeper wakes at its own moment."""
        while (wake := await self._asleep()) <= moment:
            self.clock.move_to(max(wake, self.clock.now()))

    async def _asleep(self) -> datetime:
        """When the clock's loop wakes next, once it sleeps."""
        while (wake := self.clock.next_wake()) is None or wake > self.clock.now() + LOOK:
            await asyncio.sleep(0.002)
        return wake


@pytest.fixture
async def day(database: Database) -> AsyncIterator[Day]:
    day = Day(database)
    running = asyncio.create_task(day.ticker.keep_running())
    await day.until(START)
    yield day
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_clock_that_jumps_and_a_machine_that_slept_over_the_weekend(day: Day) -> None:
    assert day.ran == [START]  # it had never run
    day.clock.move_to(datetime(2026, 11, 28, 3, 9, tzinfo=UTC))
    await day.until(datetime(2026, 11, 28, 3, 30, tzinfo=UTC))
    assert [one.strftime("%a %H:%M") for one in day.ran[1:]] == ["Sat 03:10"]
    day.clock.move_to(datetime(2026, 11, 30, 8, 0, tzinfo=UTC))  # asleep: two runs fell due, one is caught up with
    await day.until(datetime(2026, 11, 30, 8, 5, tzinfo=UTC))
    assert [one.strftime("%a %H:%M") for one in day.ran[2:]] == ["Mon 08:00"]


async def test_a_job_that_fails_is_tried_again_until_it_has_run(day: Day) -> None:
    day.fails = 3
    day.clock.move_to(datetime(2026, 11, 28, 3, 9, 30, tzinfo=UTC))
    await day.until(datetime(2026, 11, 28, 3, 20, tzinfo=UTC))
    assert len(day.ran) == 2
    assert timedelta(minutes=1) < day.ran[1] - datetime(2026, 11, 28, 3, 10, tzinfo=UTC) < timedelta(minutes=3)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_was_texted_is_asked_for_soon_after_a_database_that_was_away_is_back(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    day, last_run = Day(database), upkeep.last_run
    away_from, back = START + timedelta(minutes=12), START + timedelta(minutes=72)

    async def asked(service: Service, name: str) -> datetime | None:
        if away_from <= service.clock.now() < back:
            raise OSError("the database is away")
        return await last_run(service, name)

    monkeypatch.setattr(upkeep, "last_run", asked)
    running = asyncio.create_task(Ticker(day.service, [schedule.catching_up(LONDON, day.run)]).keep_running())
    await day.until(back + timedelta(minutes=2))
    assert max(day.ran) >= back
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_whoever_was_away_for_longer_than_notify_posts_again_asks_for_it_at_once(day: Day) -> None:
    job = schedule.catching_up(LONDON, day.run)
    assert fires_after(job, None) is None, "at the first start, too"
    for minute in range(60 * 25):  # also through the night in which the clocks go back
        stopped = datetime(2026, 10, 24, 23, 30, tzinfo=UTC) + timedelta(minutes=minute)
        due_at = fires_after(job, stopped)
        assert due_at is not None
        assert due_at <= stopped + POSTED_FOR


async def test_a_day_on_which_nothing_is_to_do_puts_no_statement_into_sql_anew(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLAlchemy would take longer over that than the database over the whole night."""
    policy = Policy(retention=keeping.read(), standards=standards.read())
    service = Service(database, MovableClock(MORNING), Calendar(LONDON), policy, forms.read())
    sam = {"ref": "O1", "individual_id": 1, "imposed_on": MORNING.date(), "requirements": "supervision"}
    async with database.write() as tx:
        await tx.execute(insert(tables.individuals).values(id=1, case_ref="C1", first_name="Sam"))
        await tx.execute(insert(tables.orders).values(**sam, status="active"))
        await tx.execute(insert(tables.imports).values(at=MORNING, counts={}))
    asked: list[str] = []
    monkeypatch.setattr(AsyncConnection, "execute", lambda tx, statement, *_: asked.append(str(statement)))
    ticker = Ticker(service, schedule.jobs(LONDON))
    assert [job.name for job in ticker.jobs if not await ticker.run(job)] == []
    assert asked == []

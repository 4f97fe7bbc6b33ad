"""The clock's jobs: once for each time they fall due, whatever the machine's clock and the database do."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger

from db.engine import Database
from domain.calendar import Calendar
from domain.policy import Policy
from reminders.schedule import Job
from reminders.ticking import LOOK, Ticker
from sandbox.clock import MovableClock
from usecases import forms
from usecases.service import Service

LONDON = ZoneInfo("Europe/London")
START = datetime(2026, 11, 27, 12, tzinfo=UTC)  # a Friday
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

"""The town with its clock in the hands of a simulation: it knows without waiting when the bot is quiet."""

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta
from typing import TypeVar

from bot.app import build
from bot.settings import Settings
from sandbox.clock import MovableClock
from sandbox.server import Telegram
from sandbox.simulation.books import Books
from sandbox.simulation.loop import IdleLoop
from sandbox.town import Town
from sandbox.transport import SandboxRequest
from usecases import upkeep

T = TypeVar("T")


class SimulatedTown(Town):
    """Runs on an IdleLoop. The clock moves only once nobody has anything else to do."""

    books: Books
    is_up = True

    @staticmethod
    async def founded(telegram: Telegram, settings: Settings, clock: MovableClock) -> "SimulatedTown":
        """Builds the bot and opens it; the database has been made."""
        app = build(settings, clock, SandboxRequest(telegram))
        await app.open()
        return SimulatedTown(telegram, app, clock)

    async def stop(self) -> None:
        """The bot stops cleanly; the world goes on."""
        self.is_up = False
        await self._drive(self.app.close())

    async def start(self) -> None:
        """A new process takes up what has come meanwhile, and catches up with its daily jobs, as `App.run` does."""
        again = await SimulatedTown.founded(self.telegram, self.app.settings, self.clock)
        self.app, self._fires, self.is_up = again.app, again._fires, True
        for job in self.app.jobs:
            if job.daily and await upkeep.overdue(self.app.service, job.name, timedelta(days=1)):
                await self._drive(self.app.run_jobs(job))

    async def play_due(self) -> None:
        """Every job and every message that is due by now, and whatever the bot does then, to its end."""
        async with self._one_at_a_time:
            await self._run_jobs()
            await self._settle()

    async def next_moment(self) -> datetime | None:
        """When a job runs or a message falls due next."""
        return self._next_moment()

    def _next_message(self) -> datetime | None:
        """Read past the bot: this is asked at every event."""
        return self.books.next_due()

    async def _settle(self) -> None:
        while True:
            await self._until_quiet()
            due = self.books.next_due()
            if due is not None and due <= self.clock.now():
                await self._drive(self.app.dispatcher.run())
                if self.books.next_due() != due or self._stirring:
                    continue
            if not self._stirring:
                return  # done, or stuck: the oracle will see it

    async def _until_quiet(self) -> None:
        while True:
            await self._loop.idle()
            if not self._stirring:
                return
            self._wake_sleepers()

    async def _drive(self, work: Awaitable[T]) -> T:
        task = asyncio.ensure_future(work)
        while True:
            await self._loop.idle()
            if task.done():
                return await task
            self._wake_sleepers()

    @property
    def _loop(self) -> IdleLoop:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, IdleLoop)
        return loop

"""A whole small town: the real bot, the pretend Telegram, and a clock that moves when it is told to.

Time never jumps over what is due: on the way to a moment every due thing is played, in order, to its end.
"""

import asyncio
from collections.abc import Awaitable
from datetime import datetime
from typing import TypeVar

from apscheduler.triggers.base import BaseTrigger
from telegram.request import BaseRequest

from bot.app import App, build
from bot.settings import Settings
from sandbox.clock import MovableClock
from sandbox.server import Telegram

T = TypeVar("T")
BREATH = 0.001  # real seconds between two looks at whether the bot is quiet


class Town:
    """Drives one bot by hand. `settle` returns when it has said everything that it has to say by now."""

    def __init__(self, telegram: Telegram, app: App, clock: MovableClock) -> None:
        self.telegram = telegram
        self.app = app
        self.clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._fires = {trigger: _next_fire(trigger, None, clock.now()) for trigger in {job.trigger for job in app.jobs}}

    @staticmethod
    async def found(
        telegram: Telegram, settings: Settings, clock: MovableClock, request: BaseRequest | None = None
    ) -> "Town":
        """Builds the bot and opens it; the database has been made."""
        app = build(settings, clock, request)
        await app.open()
        return Town(telegram, app, clock)

    async def close(self) -> None:
        """Stops the bot, as a clean stop does."""
        await self.app.close()

    async def settle(self) -> None:
        """Until every update is answered and nothing is due. Waits of the bot's own move the clock."""
        async with self._one_at_a_time:
            await self._settle()

    async def _settle(self) -> None:
        while True:
            await self._until_quiet()
            await self._drive(self.app.dispatcher.run())
            if not self._stirring:
                return

    async def _until_quiet(self) -> None:
        while self._stirring:
            self._wake_sleepers()
            await asyncio.sleep(BREATH)

    @property
    def _stirring(self) -> bool:
        """An update is confirmed only once its chat is being served: there is no moment between the two."""
        return bool(self.telegram.waiting(self.app.settings.token)) or self.app.receiver.busy

    async def _drive(self, work: Awaitable[T]) -> T:
        """Runs something to its end, moving the clock whenever it only waits for time."""
        task = asyncio.ensure_future(work)
        while not task.done():
            self._wake_sleepers()
            await asyncio.wait({task}, timeout=BREATH)
        return await task

    def _wake_sleepers(self) -> None:
        wake = self.clock.next_wake()
        if wake is not None:
            self.clock.move_to(max(wake, self.clock.now()))

    async def next_due(self) -> datetime | None:
        """When the next message falls due."""
        await self.settle()
        return self.app.dispatcher.next_due

    async def move_to(self, target: datetime) -> None:
        """Plays everything that falls due up to a moment, then stands there."""
        async with self._one_at_a_time:
            await self._settle()
            while (moment := self._next_moment()) is not None and moment <= target:
                self.clock.move_to(max(moment, self.clock.now()))
                await self._run_jobs()
                await self._settle()
            self.clock.move_to(max(target, self.clock.now()))
            await self._settle()

    def _next_moment(self) -> datetime | None:
        moments = [*self._fires.values(), self._next_message()]
        return min((moment for moment in moments if moment is not None), default=None)

    def _next_message(self) -> datetime | None:
        """Once all has settled, the dispatcher has just looked."""
        return self.app.dispatcher.next_due

    async def _run_jobs(self) -> None:
        now = self.clock.now()
        due = {trigger: fires for trigger, fires in self._fires.items() if fires is not None and fires <= now}
        if due:
            await self._drive(self.app.run_jobs(*(job for job in self.app.jobs if job.trigger in due)))
        self._fires |= {trigger: _next_fire(trigger, fires, now) for trigger, fires in due.items()}


def _next_fire(trigger: BaseTrigger, previous: datetime | None, now: datetime) -> datetime | None:
    found: datetime | None = trigger.get_next_fire_time(previous, now)
    return found

"""A clock that runs faster than the machine's, so that a lease of two minutes is over in seconds."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.clock import SystemClock

START = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # a Monday in winter: everybody is at work, nobody is asleep
_REAL = SystemClock.now


@dataclass(frozen=True)
class FastClock:
    """Meets `domain.clock.Clock`: `speed` seconds pass in each real one, and it stood at `start` at the moment `began`.

    Whoever has the same three values reads the same time, in whatever process.
    """

    start: datetime
    began: datetime
    speed: float

    @staticmethod
    def beginning(start: datetime, speed: float) -> "FastClock":
        """Stands at `start` now."""
        return FastClock(start, _REAL(SystemClock()), speed)

    def now(self) -> datetime:
        return self.start + (_REAL(SystemClock()) - self.began) * self.speed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.speed)

    def after(self, pause: timedelta, speed: float) -> "FastClock":
        """The clock of a machine that was off for so long."""
        return FastClock.beginning(self.now() + pause, speed)

    def plant(self) -> None:
        """Every SystemClock of this process reads this one from now on."""
        SystemClock.now = lambda _: self.now()  # type: ignore[method-assign]
        SystemClock.sleep = lambda _, seconds: self.sleep(seconds)  # type: ignore[method-assign]

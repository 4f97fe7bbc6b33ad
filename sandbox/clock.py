"""A clock that stands still until somebody moves it."""

import asyncio
import heapq
import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta


@dataclass(order=True)
class _Sleeper:
    until: datetime
    turn: int
    woken: asyncio.Event = field(compare=False)


class MovableClock:
    """Meets `domain.clock.Clock`. A sleeper sleeps until the clock has been moved to its moment or past it."""

    def __init__(self, start: datetime) -> None:
        self._now = _aware(start)
        self._sleepers: list[_Sleeper] = []
        self._turns = itertools.count()

    def now(self) -> datetime:
        """Where the clock stands, in UTC."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """A wait of nothing only lets others run; any other needs a move."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        sleeper = _Sleeper(self._now + timedelta(seconds=seconds), next(self._turns), asyncio.Event())
        heapq.heappush(self._sleepers, sleeper)
        try:
            await sleeper.woken.wait()
        finally:
            if sleeper in self._sleepers:
                self._sleepers.remove(sleeper)
                heapq.heapify(self._sleepers)

    def next_wake(self) -> datetime | None:
        """When the earliest sleeper wants to wake: the furthest that one move should go."""
        return self._sleepers[0].until if self._sleepers else None

    def move_to(self, moment: datetime) -> None:
        """Wakes those due, earliest first. Each finds the clock at `moment`: to play them at their own moments,
        move to `next_wake()` and let them run before moving on. Never backwards: ValueError."""
        moment = _aware(moment)
        if moment < self._now:
            raise ValueError(f"the clock stands at {self._now.isoformat()}; it cannot go back to {moment.isoformat()}")
        self._now = moment
        while self._sleepers and self._sleepers[0].until <= moment:
            heapq.heappop(self._sleepers).woken.set()

    def put_back(self, by: timedelta) -> None:
        """As a machine's clock is that went wrong. Nobody sleeps for longer because of it."""
        self._now -= by
        for sleeper in self._sleepers:
            sleeper.until -= by


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} names no time zone")
    return moment.astimezone(UTC)

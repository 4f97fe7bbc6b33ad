"""An event loop that knows when nothing is left to do, so that a simulated year needs no waiting in real time."""

import asyncio
import selectors
import time
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
BREATH = 0.001  # seconds that whoever drives the clock is taken to need to see that nothing is left to do


class _Watching(selectors.DefaultSelector):
    """A loop asks its selector to wait only when no callback is ready: that is the moment at which it is idle."""

    def __init__(self) -> None:
        super().__init__()
        self.when_idle: Callable[[], bool] = lambda: False
        self.waited = 0.0  # seconds

    def select(self, timeout: float | None = None) -> Any:
        if timeout is not None and timeout <= 0:
            return []  # others are ready: nobody here waits for a socket meanwhile
        if self.when_idle():
            self.waited += BREATH
            return []
        began = time.monotonic()
        found = super().select(timeout)
        self.waited += time.monotonic() - began
        return found


class IdleLoop(asyncio.SelectorEventLoop):
    """Runs as any loop does. `idle()` returns once everything else waits for time, for news, or for nothing at all.

    Its own time stands still while anybody works: a timeout that a slow machine would reach, and a quick one not, would
    play the same seed in two ways.
    """

    def __init__(self) -> None:
        self._watching = _Watching()
        super().__init__(self._watching)
        self._watching.when_idle = self._wake
        self._waiter: asyncio.Future[None] | None = None

    def time(self) -> float:
        """Seconds for which there was nothing to do but to wait."""
        return self._watching.waited

    async def idle(self) -> None:
        """For one caller at a time: whoever drives the clock."""
        assert self._waiter is None, "two drivers of one clock"
        self._waiter = self.create_future()
        await self._waiter

    def _wake(self) -> bool:
        waiter, self._waiter = self._waiter, None
        if waiter is None or waiter.cancelled():
            return False
        waiter.set_result(None)
        return True


def run(main: Coroutine[Any, Any, T]) -> T:
    """Like `asyncio.run`, on such a loop."""
    with asyncio.Runner(loop_factory=IdleLoop) as runner:
        return runner.run(main)

"""A beat that waiters can feel: long polls, webhooks and the page all wait for "something has changed"."""

import asyncio


class Pulse:
    """Each beat raises `version`; a waiter names the version that it has seen, so that no beat is lost."""

    def __init__(self) -> None:
        self.version = 0
        self._next = asyncio.Event()

    def beat(self) -> None:
        """Wakes every waiter."""
        self.version += 1
        self._next.set()
        self._next = asyncio.Event()

    async def past(self, seen: int, timeout: float) -> bool:
        """Whether there has been a beat after `seen`, waiting for one up to `timeout` real seconds."""
        if self.version == seen:
            try:
                async with asyncio.timeout(timeout):
                    await self._next.wait()
            except TimeoutError:
                return False
        return True

"""What the rest of the house may ask of time. Only bot/clock.py reads the system's; the sandbox moves its own."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, aware, in UTC."""

    async def sleep(self, seconds: float) -> None:
        """Returns once `now()` has moved on by that many seconds."""

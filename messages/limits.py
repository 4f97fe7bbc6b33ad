"""How fast we speak: so many messages to one chat, so many overall, and none while Telegram asks us to pause."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.clock import Clock


@dataclass
class Bucket:
    """Lets `burst` through at once, then one every `every`."""

    every: timedelta
    burst: int
    free_at: datetime | None = None

    def wait(self, now: datetime) -> timedelta:
        """How long the next one has to wait; taking it is the caller's promise."""
        earliest = now - self.every * (self.burst - 1)
        slot = max(self.free_at or earliest, earliest)
        self.free_at = slot + self.every
        return max(slot - now, timedelta())


@dataclass
class Limits:
    """Telegram's own advice: about one message a second to a chat (short bursts are taken), thirty a second overall."""

    clock: Clock
    per_chat: timedelta = timedelta(seconds=1)
    burst: int = 4
    overall: timedelta = timedelta(seconds=1) / 30
    paused_until: datetime | None = None
    _all: Bucket = field(init=False)
    _chats: dict[int, Bucket] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._all = Bucket(self.overall, burst=30)

    async def before_speaking(self, chat_id: int) -> None:
        """Returns when a message to this chat may be sent."""
        now = self.clock.now()
        self._forget_idle(now)
        bucket = self._chats.setdefault(chat_id, Bucket(self.per_chat, self.burst))
        wait = max(bucket.wait(now), self._all.wait(now), (self.paused_until or now) - now)
        if wait > timedelta():
            await self.clock.sleep(wait.total_seconds())

    def pause(self, seconds: float) -> None:
        """Telegram asked everybody to wait."""
        until = self.clock.now() + timedelta(seconds=seconds)
        self.paused_until = max(until, self.paused_until or until)

    def _forget_idle(self, now: datetime) -> None:
        if len(self._chats) > 10_000:
            self._chats = {
                chat: one for chat, one in self._chats.items() if one.free_at is not None and one.free_at > now
            }

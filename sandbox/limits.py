"""Flood control: how fast a bot may speak."""

import math
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Limits:
    """Messages a second, and how many may come at once before that counts. Telegram publishes about one a second in a
    chat and thirty a second over all; the bursts are ours (it names none)."""

    per_chat: float = 1.0
    chat_burst: int = 5
    overall: float = 30.0
    overall_burst: int = 30


@dataclass
class _Bucket:
    rate: float
    left: float
    at: datetime

    def wait(self, now: datetime, burst: int) -> float:
        """Seconds until one more may pass."""
        self.left = min(burst, self.left + self.rate * (now - self.at).total_seconds())
        self.at = now
        return max(0.0, (1 - self.left) / self.rate)


@dataclass
class FloodControl:
    """One bot's allowance. A refused message costs nothing."""

    limits: Limits
    _chats: dict[int, _Bucket] = field(default_factory=dict)
    _overall: _Bucket | None = None

    def take(self, chat_id: int, now: datetime) -> int:
        """0 if a message may go now; otherwise the whole seconds to wait first."""
        limits = self.limits
        if self._overall is None:
            self._overall = _Bucket(limits.overall, limits.overall_burst, now)
        chat = self._chats.setdefault(chat_id, _Bucket(limits.per_chat, limits.chat_burst, now))
        wait = max(chat.wait(now, limits.chat_burst), self._overall.wait(now, limits.overall_burst))
        if wait > 1e-9:  # a float's dust is not a second
            return math.ceil(wait)
        chat.left -= 1
        self._overall.left -= 1
        return 0

"""How fast we speak: so many messages to one chat, so many overall, and none where Telegram asks us to pause.

People who wait for an answer go ahead of what is said unasked.
"""

import asyncio
import itertools
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush

from domain.clock import Clock

FREE = 30  # messages a second that Telegram lets through without payment
PATIENCE = timedelta(
    seconds=3
)  # that what is said unasked waits here for its chat; else it is put back, to be due later
FLOOD = (5, timedelta(seconds=1))  # so many chats told to pause within this time: it is meant for all
NONE = timedelta()


@dataclass(order=True)
class _Waiting:
    """Somebody at a gate: answers first, then in the order of coming."""

    unasked: bool
    turn: int
    first: asyncio.Event = field(compare=False, default_factory=asyncio.Event)


@dataclass
class Gate:
    """Lets `burst` through at once, then one every `every`; nobody before `shut_until`."""

    clock: Clock
    every: timedelta
    burst: int
    free_at: datetime | None = None
    shut_until: datetime | None = None
    _queue: list[_Waiting] = field(default_factory=list)
    _turns: "itertools.count[int]" = field(default_factory=itertools.count)

    def wait(self) -> timedelta:
        """How long until the next one may pass."""
        now = self.clock.now()
        slot = max(self._slot(now), self.shut_until or now)
        return max(slot - now, NONE)

    def expected(self) -> timedelta:
        """How long somebody who comes now would stand here."""
        return self.wait() + self.every * len(self._queue)

    def idle(self) -> bool:
        """Whether it remembers nothing that matters."""
        now = self.clock.now()
        return not self._queue and (self.free_at or now) <= now and (self.shut_until or now) <= now

    async def passes(self, unasked: bool) -> None:
        """Returns when it is this one's turn."""
        if not self._queue and self.wait() == NONE:
            self._take()
            return
        me = _Waiting(unasked, next(self._turns))
        heappush(self._queue, me)
        try:
            while self._queue[0] is not me or self.wait() > NONE:
                await self._stand(me)
            self._take()
        finally:
            self._leave(me)

    async def _stand(self, me: _Waiting) -> None:
        """Only the first in the line watches the clock; whoever leaves tells the next."""
        if self._queue[0] is me:
            await self.clock.sleep(self.wait().total_seconds())
        else:
            me.first.clear()
            await me.first.wait()

    def _leave(self, me: _Waiting) -> None:
        if self._queue[0] is me:
            heappop(self._queue)
        else:
            self._queue.remove(me)
            heapify(self._queue)
        if self._queue:
            self._queue[0].first.set()

    def _slot(self, now: datetime) -> datetime:
        earliest = now - self.every * (self.burst - 1)
        return max(self.free_at or earliest, earliest)

    def _take(self) -> None:
        self.free_at = self._slot(self.clock.now()) + self.every

    def shut(self, until: datetime) -> None:
        """Nobody passes before this moment."""
        self.shut_until = max(until, self.shut_until or until)


@dataclass
class Limits:
    """Telegram's own advice: about one message a second to a chat (short bursts are taken), thirty a second overall,
    more of them for payment."""

    clock: Clock
    per_chat: timedelta = timedelta(seconds=1)
    burst: int = 4
    a_second: int = FREE  # 0: as many as there are
    stopping: bool = False  # nothing more is said unasked
    _all: Gate = field(init=False)
    _chats: dict[int, Gate] = field(init=False, default_factory=dict)
    _told: deque[tuple[datetime, int, datetime]] = field(init=False, default_factory=lambda: deque(maxlen=FLOOD[0]))

    def __post_init__(self) -> None:
        self._all = Gate(self.clock, timedelta(seconds=1), burst=1)
        self.share(1)

    def share(self, processes: int) -> None:
        """What this process may say of what all may say together. No burst: it would count twice in its second. What
        is let through late is made up for."""
        mine = max(self.a_second // processes, 1)
        self._all.every = timedelta(seconds=1) / mine if self.a_second else NONE
        self._all.burst = max(mine // 20, 2)

    async def turn(self, chat_id: int, unasked: bool = False) -> timedelta:
        """Returns nothing (a zero) when a message to this chat may be sent. What is said unasked is not kept here for
        longer than the patience for it: then how long it should wait elsewhere, and none may be sent now."""
        chat = self._gate(chat_id)
        if unasked and (wait := self._too_long(chat)) > NONE:
            return wait
        await chat.passes(unasked)
        await self._all.passes(unasked)
        return PATIENCE if unasked and self.stopping else NONE

    def _too_long(self, chat: Gate) -> timedelta:
        shut = (self._all.shut_until or self.clock.now()) - self.clock.now()
        wait = max(chat.expected(), shut)
        return wait if wait > PATIENCE else PATIENCE if self.stopping else NONE

    def pause(self, chat_id: int, seconds: float) -> None:
        """Telegram asked for a pause: in this chat, or, if it asks many within a moment, everywhere."""
        now = self.clock.now()
        until = now + timedelta(seconds=seconds)
        self._gate(chat_id).shut(until)
        self._told.append((now, chat_id, until))
        many, moment = FLOOD
        lately = {chat: until for at, chat, until in self._told if now - at <= moment}
        if len(lately) >= many:
            self._all.shut(max(lately.values()))

    def _gate(self, chat_id: int) -> Gate:
        if len(self._chats) > 10_000:
            self._chats = {chat: gate for chat, gate in self._chats.items() if not gate.idle()}
        return self._chats.setdefault(chat_id, Gate(self.clock, self.per_chat, self.burst))

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
PATIENCE = timedelta(seconds=3)  # that what is said unasked is expected to wait here; else it is put back, for later
LONGEST = timedelta(seconds=5)  # that it does wait, whatever comes between: its claim leaves room for no more
FLOOD = (5, timedelta(seconds=1))  # so many chats told to pause within this time: it is meant for all
NONE = timedelta()


@dataclass(order=True)
class _Waiting:
    """Somebody at a gate: answers first, then in the order of coming."""

    unasked: bool
    turn: int
    by: datetime | None = field(compare=False)  # later than this it is given up
    look: asyncio.Event = field(compare=False, default_factory=asyncio.Event)

    def in_vain(self, soonest: datetime) -> bool:
        """Whether it is given up, as nobody passes before then."""
        return self.by is not None and soonest > self.by


@dataclass
class Gate:
    """Lets `burst` through at once, then one every `every`; nobody before `shut_until`."""

    clock: Clock
    every: timedelta
    burst: int
    free_at: datetime | None = None
    shut_until: datetime | None = None
    _shut_for: timedelta = NONE
    _queue: list[_Waiting] = field(default_factory=list)
    _turns: "itertools.count[int]" = field(default_factory=itertools.count)

    def wait(self) -> timedelta:
        """How long until the next one may pass."""
        now = self.clock.now()
        self._put_right(now)
        slot = max(self._slot(now), self.shut_until or now)
        return max(slot - now, NONE)

    def _put_right(self, now: datetime) -> None:
        """Where the clock was put back, nobody waits for longer than they would have."""
        if self.free_at is not None:
            self.free_at = min(self.free_at, now + self.every)
        if self.shut_until is not None:
            self.shut_until = min(self.shut_until, now + self._shut_for)

    def unasked(self) -> int:
        """How many stand here with what nobody asked for."""
        return sum(one.unasked for one in self._queue)

    def expected(self) -> timedelta:
        """How long somebody who comes now would stand here."""
        return self.wait() + self.every * len(self._queue)

    def open(self) -> bool:
        """Whether somebody who comes now passes at once."""
        return not self._queue and self.wait() == NONE

    def idle(self) -> bool:
        """Whether it remembers nothing that matters."""
        now = self.clock.now()
        return not self._queue and (self.free_at or now) <= now and (self.shut_until or now) <= now

    async def passes(self, unasked: bool, by: datetime | None = None) -> bool:
        """Returns when it is this one's turn. False: it would come later than `by`, and is not taken."""
        if self.open():
            self.take()
            return True
        me = _Waiting(unasked, next(self._turns), by)
        heappush(self._queue, me)
        try:
            while not me.in_vain(self._soonest()):
                if self._queue[0] is me and self.wait() == NONE:
                    self.take()
                    return True
                await self._stand(me)
            return False
        finally:
            self._leave(me)

    async def _stand(self, me: _Waiting) -> None:
        """Only the first in the line watches the clock; whoever leaves tells the next."""
        if self._queue[0] is me:
            await self.clock.sleep(self.wait().total_seconds())
        else:
            me.look.clear()
            await me.look.wait()

    def _leave(self, me: _Waiting) -> None:
        if self._queue[0] is me:
            heappop(self._queue)
        else:
            self._queue.remove(me)
            heapify(self._queue)
        self._tell()

    def _tell(self) -> None:
        """Who is first now looks at the clock; and so does whoever waits in vain, behind answers or for a pause."""
        soonest = self._soonest()
        for one in self._queue:
            if one is self._queue[0] or one.in_vain(soonest):
                one.look.set()

    def _soonest(self) -> datetime:
        return self.clock.now() + self.wait()

    def _slot(self, now: datetime) -> datetime:
        earliest = now - self.every * (self.burst - 1)
        return max(self.free_at or earliest, earliest)

    def take(self) -> None:
        """Somebody has passed."""
        self.free_at = self._slot(self.clock.now()) + self.every

    def shut(self, time: timedelta) -> None:
        """Nobody passes for so long."""
        self._shut_for = max(self.wait(), time)
        self.shut_until = self.clock.now() + self._shut_for
        self._tell()


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
    _told: deque[tuple[datetime, int, timedelta]] = field(init=False, default_factory=lambda: deque(maxlen=FLOOD[0]))

    def __post_init__(self) -> None:
        self._all = Gate(self.clock, timedelta(seconds=1), burst=1)
        self.share(1)

    def share(self, processes: int) -> None:
        """What this process may say of what all may say together. No burst: it would count twice in its second. What
        is let through late is made up for."""
        mine = max(self.a_second // processes, 1)
        self._all.every = timedelta(seconds=1) / mine if self.a_second else NONE
        self._all.burst = max(mine // 20, 2)

    def room(self) -> int:
        """How many more may come with what is said unasked: as many stand in line as pass within the patience for it,
        and others join them once half of those are through."""
        most = PATIENCE // (self._all.every or timedelta.resolution)
        free = most - self._all.unasked()
        return free if free >= most / 2 else 0

    def at_once(self, chat_id: int) -> bool:
        """Takes the turn of an answer to this chat, if it need not wait for it."""
        chat = self._gate(chat_id)
        if not (chat.open() and self._all.open()):
            return False
        chat.take()
        self._all.take()
        return True

    async def turn(self, chat_id: int, unasked: bool = False) -> timedelta:
        """Returns nothing (a zero) when a message to this chat may be sent. What is said unasked is not kept here for
        longer than the patience for it: then how long it should wait elsewhere, and none may be sent now."""
        chat = self._gate(chat_id)
        if not unasked:
            await chat.passes(unasked)
            await self._all.passes(unasked)
            return NONE
        wait = max(chat.expected(), self._all.wait())
        if wait > PATIENCE:
            return wait
        by = self.clock.now() + LONGEST
        passed = not self.stopping and await chat.passes(unasked, by) and await self._all.passes(unasked, by)
        return NONE if passed and not self.stopping else max(chat.wait(), self._all.wait(), PATIENCE)

    def pause(self, chat_id: int, seconds: float) -> None:
        """Telegram asked for a pause: in this chat, or, if it asks many within a moment, everywhere."""
        now, time = self.clock.now(), timedelta(seconds=seconds)
        self._gate(chat_id).shut(time)
        self._told.append((now, chat_id, time))
        many, moment = FLOOD
        lately = {chat: time for at, chat, time in self._told if abs(now - at) <= moment}
        if len(lately) >= many:
            self._all.shut(max(lately.values()))

    def _gate(self, chat_id: int) -> Gate:
        if len(self._chats) > 10_000:
            self._chats = {chat: gate for chat, gate in self._chats.items() if not gate.idle()}
        return self._chats.setdefault(chat_id, Gate(self.clock, self.per_chat, self.burst))

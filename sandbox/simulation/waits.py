"""What must have happened by a certain moment: that a date was reminded of, that an alert has reached a manager."""

import heapq
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta

from domain.calendar import LONDON
from sandbox.simulation.books import Delivery, moment
from sandbox.simulation.council import Booking
from sandbox.simulation.world import World

HOUR = timedelta(hours=1)
SLACK = timedelta(hours=1)  # that Telegram's troubles, or a machine that was off, may add
MANAGERS_OWN = frozenset({"complaint", "my_data", "forget", "unrecorded"})
WORKERS_OWN = frozenset({"deadline", "assess"})  # a worker's for a week of work, and nobody's cover's
A_WEEK = timedelta(hours=40)  # of working time


class Waits:
    """Checks that wait for their moment. While the bot is down, and a while after, nothing is held against it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._checks: list[tuple[datetime, int, Callable[[], None]]] = []
        self._turns = itertools.count()
        self._heard: dict[int, set[str]] = defaultdict(set)  # by item: the roles that were told of it
        self._last_item = 0

    def run(self) -> None:
        """The checks whose moment has come."""
        now = self.world.clock.now()
        while self._checks and self._checks[0][0] <= now and now >= self.world.up_since + SLACK:
            heapq.heappop(self._checks)[2]()

    def _at(self, at: datetime, check: Callable[[], None]) -> None:
        heapq.heappush(self._checks, (at, next(self._turns), check))

    # ── Dates ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def expect_word_of(self, id_: int) -> None:
        """Once a date has begun, it is on record that it was reminded of, or why it was not."""
        booking = self.world.bookings[id_]
        if booking.starts_at > self.world.clock.now() and not booking.cancelled and booking.order.active:
            self._at(booking.starts_at + HOUR, lambda: self._accounted_for(id_, booking))

    def _accounted_for(self, id_: int, booking: Booking) -> None:
        if booking.starts_at > self.world.clock.now():  # it was moved
            self._at(booking.starts_at + HOUR, lambda: self._accounted_for(id_, booking))
            return
        query = "SELECT status FROM outbox WHERE subject = ? AND family = 'reminders'"
        found = [status for (status,) in self.world.books.rows(query, f"appointment:{id_}")]
        ended = bool(found) and not {"planned", "sending"} & set(found)
        self.world.must(ended, "accounted", f"{booking.ref} has begun: {found}", "it was reminded of, or why not")

    # ── Alerts ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def heard(self, one: Delivery, role: str) -> None:
        """Somebody was told of an item."""
        if one.subject == "item":
            self._heard[one.subject_id] |= {one.to, role}

    def new_items(self) -> None:
        """Starts the clock of each item that was raised since the last look."""
        query = "SELECT id, kind, reason, raised_at, appointment_id FROM items WHERE id > ? ORDER BY id"
        for id_, kind, reason, raised_at, appointment_id in self.world.books.rows(query, self._last_item):
            self._last_item = id_
            for at, role in self._clock(f"{kind}:{reason}", moment(raised_at), appointment_id):
                self._at(at + SLACK, self._dealt_with(id_, kind, role))

    def _clock(self, what: str, raised_at: datetime, about: int | None) -> Iterator[tuple[datetime, str]]:
        """Who must have heard by when, if nobody deals with it: the worker's cover after 4 working hours, and of a
        non-attendance the manager at 10:00 on the next working day after that. Who can't make a date is answered
        within 2 working hours, or an hour before it begins. What a form says that has time is the worker's for a
        working day, from 9:00 on the next one."""
        calendar, kind = self.world.calendar, what.partition(":")[0]
        cover = calendar.after_working_time(raised_at, HOUR * 4)
        if kind in MANAGERS_OWN:
            yield raised_at, "manager"
        elif kind == "danger":
            yield raised_at + timedelta(minutes=30), "manager"
        elif kind == "cannot" and about is not None:
            before = self.world.bookings[about].starts_at - HOUR
            yield max(raised_at, min(calendar.after_working_time(raised_at, HOUR * 2), before)), "cover"
        elif kind in WORKERS_OWN:
            yield calendar.after_working_time(raised_at, A_WEEK), "manager"
        elif what == "need:later":
            day = calendar.next_working_day(calendar.day(raised_at))
            yield calendar.after_working_time(datetime.combine(day, time(9), LONDON), HOUR * 8), "cover"
        elif kind == "non_attendance":
            day = calendar.next_working_day(calendar.day(cover))
            yield datetime.combine(day, time(10), LONDON), "manager"
        else:
            yield cover, "cover"

    def _dealt_with(self, id_: int, kind: str, role: str) -> Callable[[], None]:
        def check() -> None:
            taken = "NULL" if kind == "cannot" else "claimed_at"  # that one is owed an answer, whoever has it
            query = f"SELECT 1 FROM items WHERE id = ? AND coalesce({taken}, closed_at, withdrawn_at) IS NULL"
            open_ = self.world.books.one(f"{query} AND round = 1", id_)
            heard = self._heard[id_]
            told = f"{kind} {id_} is open; told: {sorted(heard)}"
            self.world.must(not open_ or bool(heard & {role, "manager"}), "alert", told, f"the {role} has heard of it")

        return check

"""What must have happened by a certain moment: that a date was reminded of, that an alert has reached a manager."""

import heapq
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

from domain.calendar import LONDON
from sandbox.simulation import rules
from sandbox.simulation.books import Delivery, kept, moment
from sandbox.simulation.council import Booking
from sandbox.simulation.hindrances import Hindrances
from sandbox.simulation.world import World

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SLACK = timedelta(hours=1)  # that Telegram's troubles, or a machine that was off, may add
MANAGERS_OWN = frozenset({"complaint", "my_data", "forget", "unrecorded", "ask"})
WORKERS_OWN = frozenset({"deadline", "assess"})  # a worker's for a week of work, and nobody's cover's
A_WEEK = timedelta(hours=40)  # of working time


class Waits:
    """Checks that wait for their moment. While the bot is down, and a while after, nothing is held against it."""

    def __init__(self, world: World) -> None:
        self.world, self.hindrances = world, Hindrances(world)
        self._checks: list[tuple[datetime, int, Callable[[], None]]] = []
        self._turns = itertools.count()
        self._heard: dict[int, set[str]] = defaultdict(set)  # by item: the roles that were told of it
        self._first_heard: dict[tuple[int, str], datetime] = {}  # by item and role
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
        """It is reminded of on the evening before; once it has begun, that is on record, or why it was not."""
        booking, now = self.world.bookings[id_], self.world.clock.now()
        booking.known_at = booking.known_at or now
        if booking.starts_at > now and not booking.cancelled and booking.order.active:
            self._at(booking.starts_at + HOUR, lambda: self.accounted_for(id_, booking))
            self._expect_evening(id_, booking, booking.known_at)

    def _expect_evening(self, id_: int, booking: Booking, since: datetime) -> None:
        if not booking.cancelled:
            self._at(_on_eve(booking, rules.EVE), lambda: self._evening_begins(id_, booking, since))

    def _evening_begins(self, id_: int, booking: Booking, since: datetime) -> None:
        """Once it is otherwise, another check waits; what is said too late for the evening is said at once."""
        known_by = _on_eve(booking, rules.KNOWN_BY)
        if booking.known_at == since < known_by and not self.hindrances.of_telling(id_, booking):
            self._at(_on_eve(booking, rules.EVE_TO), lambda: self.reminded(id_, booking, since))

    def reminded(self, id_: int, booking: Booking, since: datetime) -> None:
        """Of a date that stood before that evening, whoever could be told and was to be told was told."""
        was_down = self.world.up_since > _on_eve(booking, rules.KNOWN_BY)
        if booking.cancelled or booking.known_at != since or was_down:
            return
        query = """SELECT status, reason, settled_at FROM outbox WHERE subject = ? AND kind = 'reminder'
            AND step = 'eve' ORDER BY id DESC LIMIT 1"""
        found = self.world.books.rows(query, f"appointment:{id_}")
        evening = [kept(_on_eve(booking, at)) for at in (rules.EVE, rules.EVE_TO)]
        told = any(status == "sent" and evening[0] <= at <= evening[1] for status, _, at in found)
        why = "" if told else self.hindrances.of_telling(id_, booking)
        what = f"{booking.ref} at {booking.starts_at}: {found}"
        self.world.must(told or bool(why), "reminded", what, "a reminder on the evening before")

    # ── News ────────────────────────────────────────────────────────────────────────────────────────────────────────

    def expect_news_of(self, id_: int, stands_down: bool = False) -> None:
        """Whoever knows a date otherwise than it is from now on is told, unless that would help nobody any more. That a
        session is stood down is told to everybody."""
        booking, now = self.world.bookings[id_], self.world.clock.now()
        if not stands_down:
            self._expect_evening(id_, booking, now)
        knows = self.world.told_as.get(id_, booking.stands)
        if (knows != booking.stands or stands_down) and not self.hindrances.of_telling(id_, booking):
            at = self._awake(now)
            starts = [datetime.combine(*one[:2], LONDON) for one in (knows, booking.stands) if one is not None]
            if starts and at + HOUR < min(starts):
                self._at(at + SLACK, lambda: self.heard_news(id_, booking, now, stands_down))

    def heard_news(self, id_: int, booking: Booking, since: datetime, stands_down: bool) -> None:
        if booking.known_at != since and not stands_down:  # it is otherwise again, and another check waits
            return
        now_so = None if stands_down else booking.stands
        told = self.world.told_as.get(id_, booking.stands)
        knows = told == now_so or bool(self.hindrances.of_telling(id_, booking, off=stands_down))
        self.world.must(knows, "news", f"{booking.ref} was told as {told}", f"{now_so}, as it is since {since}")

    def _awake(self, at: datetime) -> datetime:
        """That moment, or when quiet hours end."""
        wall = at.astimezone(LONDON)
        if wall.time() < rules.QUIET_TO:
            return datetime.combine(wall.date(), rules.QUIET_TO, LONDON)
        if wall.time() >= rules.QUIET_FROM:
            return datetime.combine(wall.date() + DAY, rules.QUIET_TO, LONDON)
        return at

    # ── What has begun ──────────────────────────────────────────────────────────────────────────────────────────────

    def accounted_for(self, id_: int, booking: Booking) -> None:
        if booking.starts_at > self.world.clock.now():  # it was moved
            self._at(booking.starts_at + HOUR, lambda: self.accounted_for(id_, booking))
            return
        query = "SELECT status, reason, step FROM outbox WHERE subject = ? AND family = 'reminders'"
        found = self.world.books.rows(query, f"appointment:{id_}")
        ended = bool(found) and not {"planned", "sending"} & {status for status, _, _ in found}
        dropped = any(reason == "cap_reached" and step in rules.NEVER_DROPPED for _, reason, step in found)
        fine = ended and not dropped
        self.world.must(fine, "accounted", f"{booking.ref} has begun: {found}", "it was reminded of, or why not")

    # ── Alerts ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def heard(self, one: Delivery, role: str) -> None:
        """Somebody was told of an item."""
        if one.subject == "item":
            self._heard[one.subject_id] |= {one.to, role}
            for told in (one.to, role):
                self._first_heard.setdefault((one.subject_id, told), one.at)

    def new_items(self) -> None:
        """Starts the clock of each item that was raised since the last look."""
        query = "SELECT id, kind, reason, raised_at, appointment_id FROM items WHERE id > ? ORDER BY id"
        for id_, kind, reason, raised_at, appointment_id in self.world.books.rows(query, self._last_item):
            self._last_item = id_
            what, at = f"{kind}:{reason}", moment(raised_at)
            if kind not in MANAGERS_OWN | {"danger"} and what != "need:later":
                self._at(self.world.calendar.after_working_time(at, HOUR), self.got_or_why_not(id_, kind, "worker"))
            for by, role in self._clock(id_, what, at, appointment_id):
                self._at(by + SLACK, self._dealt_with(id_, role, what, at, appointment_id))

    def _clock(self, id_: int, what: str, raised_at: datetime, about: int | None) -> Iterator[tuple[datetime, str]]:
        """Who must have heard by when, if nobody deals with it: the worker's cover after 4 working hours, and of a
        non-attendance the manager at 10:00 on the next working day after that. Who can't make a date is answered
        within 2 working hours, or an hour before it begins; or within 2 working hours, if it was over by then. What a
        form says that has time is the worker's for a working day, from 9:00 on the next one."""
        calendar, kind = self.world.calendar, what.partition(":")[0]
        cover = calendar.after_working_time(self._has_it_from(id_, "worker", raised_at), HOUR * 4)
        if kind in MANAGERS_OWN:
            yield raised_at, "manager"
        elif kind == "danger":
            yield raised_at + timedelta(minutes=30), "manager"
        elif kind == "cannot" and about is not None:
            one, in_time = self.world.bookings[about], calendar.after_working_time(raised_at, HOUR * 2)
            before = min(in_time, one.starts_at - HOUR) if raised_at < one.over_at else in_time
            yield max(raised_at, before), "cover"
        elif kind in WORKERS_OWN:
            yield calendar.after_working_time(raised_at, A_WEEK), "manager"
        elif what == "need:later":
            day = calendar.next_working_day(calendar.day(raised_at))
            nine = datetime.combine(day, time(9), LONDON)
            yield calendar.after_working_time(self._has_it_from(id_, "worker", nine), HOUR * 8), "cover"
        elif kind == "non_attendance":
            day = calendar.next_working_day(calendar.day(self._has_it_from(id_, "cover", cover)))
            yield datetime.combine(day, time(10), LONDON), "manager"
        else:
            yield cover, "cover"

    def _has_it_from(self, id_: int, role: str, at: datetime) -> datetime:
        """From when somebody has what they are to hear of at that moment: from then, or once a bot that was down then
        is up. What comes after it is counted from there."""
        up = self.world.up_since
        return max(at, min(up, self._first_heard.get((id_, role), up)))

    def _dealt_with(self, id_: int, role: str, *clock: Any) -> Callable[[], None]:
        kind = clock[0].partition(":")[0]

        def check() -> None:
            by = next(by for by, one in self._clock(id_, *clock) if one == role) + SLACK
            if by > self.world.clock.now():
                self._at(by, check)
                return
            taken = "NULL" if kind == "cannot" else "claimed_at"  # that one is owed an answer, whoever has it
            query = f"SELECT 1 FROM items WHERE id = ? AND coalesce({taken}, closed_at, withdrawn_at) IS NULL"
            open_ = self.world.books.one(f"{query} AND round = 1", id_)
            heard = self._heard[id_]
            told = f"{kind} {id_} is open; told: {sorted(heard)}"
            self.world.must(not open_ or bool(heard & {role, "manager"}), "alert", told, f"the {role} has heard of it")
            if open_ and role == "cover":
                self.got_or_why_not(id_, kind, role)()

        return check

    def got_or_why_not(self, id_: int, kind: str, to: str) -> Callable[[], None]:
        """Whoever is to hear of an item has heard, or it is on record why not: nobody is left out for a later one."""

        def check() -> None:
            query = """SELECT 1 FROM outbox WHERE subject = ? AND "to" = ? AND reason != ''"""
            why = to in self._heard[id_] or self.world.books.one(query, f"item:{id_}", to)
            found = f"{kind} {id_}; told: {sorted(self._heard[id_])}"
            self.world.must(bool(why), "alert", found, f"the {to} has heard of it, or why not")

        return check


def _on_eve(booking: Booking, at: time) -> datetime:
    """A time on the evening before."""
    return datetime.combine(booking.day - DAY, at, LONDON)

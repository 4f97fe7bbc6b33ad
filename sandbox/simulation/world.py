"""What the oracle knows of the world, from the made-up case system and the bot's own books, and what it found wrong."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from domain.calendar import LONDON, Calendar
from sandbox.clock import MovableClock
from sandbox.simulation.books import Books
from sandbox.simulation.caseload import CaseSystem
from sandbox.simulation.council import Booking, Case, Colleague
from sandbox.simulation.habits import Phone


@dataclass(frozen=True)
class Broken:
    """An invariant that did not hold, when, and what was found instead of what is expected."""

    rule: str
    at: datetime
    found: str
    expected: str

    def __str__(self) -> str:
        wall = self.at.astimezone(LONDON)
        return f"{wall:%a %d %b %Y %H:%M:%S} {self.rule}: found {self.found}; expected {self.expected}"


@dataclass
class World:
    """Who and what there is, by the bot's numbers for it."""

    system: CaseSystem
    books: Books
    clock: MovableClock
    calendar: Calendar
    phones: dict[int, Phone] = field(default_factory=dict)  # by Telegram's number of the chat
    of: dict[str, Phone] = field(default_factory=dict)  # the newest one, by the reference of whoever holds it
    bookings: dict[int, Booking] = field(default_factory=dict)
    cases: dict[int, Case] = field(default_factory=dict)
    appointment_ids: dict[str, int] = field(default_factory=dict)
    individual_ids: dict[str, int] = field(default_factory=dict)
    broken: list[Broken] = field(default_factory=list)
    rota: dict[date, str] = field(default_factory=dict)  # who alone is on duty on a day
    joined: dict[date, list[Booking]] = field(default_factory=lambda: defaultdict(list))  # taken places, by day
    given: dict[int, Colleague] = field(default_factory=dict)  # by date: who ran it before it was given away
    passed: dict[int, set[int]] = field(
        default_factory=lambda: defaultdict(set)
    )  # by item: between whom of staff (ids)
    told_as: dict[int, tuple[date, time, str] | None] = field(default_factory=dict)  # by date: what was last said of it
    changed: list[int] = field(default_factory=list)  # dates that the last import knew otherwise than the one before
    up_since: datetime = field(init=False)  # while the bot is down, and a while after, nothing is held against it
    _days: dict[date, dict[str, Booking]] = field(default_factory=lambda: defaultdict(dict))
    _listed: dict[str, tuple[date, time, str, bool]] = field(default_factory=dict)
    _last_ids: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def __post_init__(self) -> None:
        self.up_since = self.clock.now()

    @property
    def today(self) -> date:
        return self.clock.now().astimezone(LONDON).date()

    def must(self, holds: bool, rule: str, found: str, expected: str) -> None:
        """Notes what does not hold."""
        if not holds:
            self.broken.append(Broken(rule, self.clock.now(), found, expected))

    def imported(self) -> list[int]:
        """The bot knows now what the case system knows. Returns the ids of the dates that are new; `changed` are those
        that are otherwise."""
        known = self._new("appointments", "ref")
        for id_, ref in known:
            self.appointment_ids[ref] = id_
            self.bookings[id_] = self.system.bookings[ref]
        for id_, ref in self._new("individuals", "case_ref"):
            self.individual_ids[ref] = id_
            self.cases[id_] = self.system.cases[ref]
        self.changed.clear()
        for one in self.system.export.told:
            before, now = self._listed.get(one.ref), (one.day, one.start, one.place, one.cancelled)
            if before is not None:
                self._days[before[0]].pop(one.ref, None)
            if before != now:
                one.known_at = self.clock.now()
                if before is not None:
                    self.changed.append(self.appointment_ids[one.ref])
            self._days[one.day][one.ref] = one
            self._listed[one.ref] = now
        self.system.export.told.clear()
        for one in self.system.export.recorded:
            one.recorded_on = self.today
        self.system.export.recorded.clear()
        return [id_ for id_, _ in known]

    def on_day(self, day: date) -> list[Booking]:
        """What is booked for a day, as far as it is known. Asked once of each day, as it begins."""
        return list(self._days.pop(day, {}).values())

    def newcomers(self) -> list[Case]:
        """Individuals who have come in since this was asked last."""
        refs = list(self.individual_ids)
        first, self._last_ids["met"] = self._last_ids["met"], len(refs)
        return [self.system.cases[ref] for ref in refs[first:]]

    def _new(self, table: str, ref: str) -> list[tuple[Any, ...]]:
        query = f"SELECT id, {ref} FROM {table} WHERE id > ? ORDER BY id"  # both names are our own
        found = self.books.rows(query, self._last_ids[table])
        if found:
            self._last_ids[table] = found[-1][0]
        return found

"""The time limits of the national standards, as the data file names them (usecases/standards.yaml): what each counts,
from when, for whom, and what a council has set itself beside it. How they run is `domain/standards.py`."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from domain.appointments import Kind
from domain.calendar import Calendar
from domain.orders import Milestone
from domain.progress import months_after


class Unit(StrEnum):
    """What a limit counts."""

    DAYS = "days"
    WORKING_DAYS = "working_days"  # Monday to Friday less Scotland's bank holidays and the council's own
    WEEKS = "weeks"
    MONTHS = "months"  # to the same day of the month, or its last


@dataclass(frozen=True)
class Limit:
    """So many of a unit."""

    number: int
    unit: Unit

    def after(self, start: date, calendar: Calendar) -> date:
        """The last day within the limit. The day of the start does not count."""
        match self.unit:
            case Unit.WORKING_DAYS:
                return _working_day(calendar, start, self.number)
            case Unit.MONTHS:
                return months_after(start, self.number)
        return start + timedelta(days=self.number * (7 if self.unit is Unit.WEEKS else 1))

    def before(self, end: date, calendar: Calendar) -> date:
        """So long before a day."""
        match self.unit:
            case Unit.WORKING_DAYS:
                return calendar.working_days_back(end, self.number)
            case Unit.MONTHS:
                return months_after(end, -self.number)
        return end - timedelta(days=self.number * (7 if self.unit is Unit.WEEKS else 1))


@lru_cache(maxsize=100_000)
def _working_day(calendar: Calendar, start: date, number: int) -> date:
    if number == 0:
        return start
    return calendar.next_working_day(_working_day(calendar, start, number - 1))


class Start(StrEnum):
    """The day from which a clock runs."""

    COURT = "court"
    RECEIVED = "received"  # by the council; the court's date where no receipt is on record
    REQUIREMENT = "requirement"  # the requirement's own start; the court's date where there is none


class Base(StrEnum):
    """Which orders have a clock."""

    ALL = "all"
    UNPAID_WORK = "unpaid_work"
    SUPERVISION = "supervision"
    LEVEL_1 = "level_1"
    LEVEL_2 = "level_2"


@dataclass(frozen=True)
class Nudge:
    """When staff are told ahead: so long after the start, or so long before the limit."""

    limit: Limit
    before: bool = False


@dataclass(frozen=True)
class Target:
    """What a council has set itself beside the national limit, from a day on: a limit of its own, a share, or both."""

    since: date
    limit: Limit | None = None
    percent: int | None = None


@dataclass(frozen=True)
class Clock:
    """One time limit. Several `limits` are several steps, one after another, which `then` goes on for ever."""

    id: str
    bases: frozenset[Base]
    starts: Start
    limits: tuple[Limit, ...]
    source: str
    milestones: frozenset[Milestone] = frozenset()  # what stops it …
    attended: frozenset[Kind] = frozenset()
    contacts: frozenset[str] = frozenset()
    then: Limit | None = None
    bands: tuple[Limit, ...] = ()  # as the national tables have them; the last is *over*
    nudges: tuple[Nudge, ...] = ()
    unless_booked: bool = False  # staff are not told ahead when what would stop it is booked
    court_may_set: bool = False  # the court's own date takes the limit's place
    no_later: bool = False  # a step that is not done in time is not done late either: its week is over
    asks: bool = True  # whoever is late is asked for the reason
    local: tuple[Target, ...] = ()  # by day
    compare: str = ""  # the national figure

    @property
    def several(self) -> bool:
        """Whether it has more than one step."""
        return len(self.limits) > 1 or self.then is not None

    def target_on(self, day: date) -> Target | None:
        """The council's own target that was in force on a day."""
        return next((one for one in reversed(self.local) if one.since <= day), None)


@dataclass(frozen=True)
class Standards:
    """Every clock, and the version of the file that has them."""

    version: str = ""
    clocks: tuple[Clock, ...] = ()

    def clock(self, id_: str) -> Clock | None:
        return next((one for one in self.clocks if one.id == id_), None)

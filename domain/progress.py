"""The hours of one order: ordered, adjusted, credited, lost to the service and left, each a number of its own.

All amounts are minutes. Two orders of one person are never added: every function here is about one order.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from domain.appointments import Kind
from domain.attendance import Record, lost_minutes, worked_minutes
from domain.orders import Order

HOUR = 60
OTHER_SHARE, OTHER_MOST = 30, 30 * HOUR  # per cent of the hours, and 30 hours: the lower (field notes 2.1)
COUNTS = frozenset({Kind.UNPAID_WORK, Kind.OTHER_ACTIVITY})


class Level(StrEnum):
    """From the hours that were imposed, never from those that are left (field notes 2.1 and 7)."""

    ONE = "1"
    TWO = "2"


LEVELS: Mapping[Level, tuple[int, int, int]] = {  # hours from, hours to, months in which they are to be done
    Level.ONE: (20, 100, 3),
    Level.TWO: (101, 300, 6),
}


@dataclass(frozen=True)
class Rules:
    """What differs by council, or is our own default. `usecases/progress.yaml` has each with its reason."""

    version: str = "built in"
    lost_counts: bool = False  # hours that the service let go are credited
    travel_counts: bool = False  # staff take travel time off with an adjustment; else it does not count
    pace_weeks: int = 6  # how far back the pace is looked at
    spare_days: int = 14  # a forecast this close to the end date is amber
    soon_days: int = 7  # if more is to do than is booked, and nothing is booked later than this: amber
    booked_by: int = 4  # working days after the order was imposed by which something should be booked


@dataclass(frozen=True)
class OnHold:
    """Days on which nobody is expected; `last` is included, and none while there is no end to it."""

    first: date
    last: date | None = None

    def covers(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True)
class Shift:
    """One date that can count towards the hours, and how it stands."""

    id: int
    kind: Kind
    day: date
    starts_at: datetime
    over_at: datetime
    on: bool = True  # booked, and not called off
    standing: Record | None = None

    @property
    def booked(self) -> int:
        """How long was booked."""
        return int((self.over_at - self.starts_at).total_seconds() // 60)

    @property
    def worked(self) -> int:
        """What stands on record."""
        return worked_minutes(self.standing, self.over_at - self.starts_at)

    @property
    def lost(self) -> int:
        """What was booked and the service let go: sent home by us, or stood down ahead."""
        return max(lost_minutes(self.standing, self.over_at - self.starts_at), 0)

    def unrecorded(self, now: datetime) -> bool:
        """Over, and nobody has said what happened. That says nothing about the person."""
        return self.on and self.standing is None and self.over_at <= now


@dataclass(frozen=True)
class Books:
    """One order's hours, in minutes: left = ordered + adjusted − credited, never below zero."""

    order_id: int
    ordered: int  # as imposed
    adjusted: int = 0  # added to them, or (below zero) taken off
    worked: int = 0  # unpaid work that stands on record
    other: int = 0  # other activity that stands on record, whether or not all of it counts
    lost: int = 0  # booked, and let go by the service
    lost_credited: int = 0  # what of that counts as done, by the council's own rule: all or nothing
    lost_by: Mapping[str, int] = field(default_factory=dict)  # `lost` by cause

    @property
    def ceiling(self) -> int:
        """The most other activity that counts: 30% of the hours imposed or 30 hours, the lower."""
        return min(self.ordered * OTHER_SHARE // 100, OTHER_MOST)

    @property
    def other_credited(self) -> int:
        return min(self.other, self.ceiling)

    @property
    def other_above(self) -> int:
        """Other activity above its ceiling: shown, not credited."""
        return self.other - self.other_credited

    @property
    def credited(self) -> int:
        return self.worked + self.other_credited + self.lost_credited

    @property
    def to_do(self) -> int:
        """Ordered and adjusted: what there is to do in all."""
        return max(self.ordered + self.adjusted, 0)

    @property
    def left(self) -> int:
        return max(self.ordered + self.adjusted - self.credited, 0)

    @property
    def done(self) -> bool:
        """Nothing is left. That the order is at its end is for a person to confirm."""
        return self.left == 0

    @property
    def lost_open(self) -> int:
        """What was lost to the service and has still to be done."""
        return min(self.lost - self.lost_credited, self.left)


def books(order_id: int, hours: int, shifts: Iterable[Shift], adjustments: Iterable[int], rules: Rules) -> Books:
    """The books of one order of `hours` hours. It does not matter in which order things were recorded."""
    work = other = 0
    lost_by: dict[str, int] = {}
    for one in shifts:
        if one.kind is Kind.UNPAID_WORK:
            work += one.worked
        elif one.kind is Kind.OTHER_ACTIVITY:
            other += one.worked
        if one.standing is not None and one.lost:
            lost_by[one.standing.cause] = lost_by.get(one.standing.cause, 0) + one.lost
    lost = sum(lost_by.values())
    credited = lost if rules.lost_counts else 0
    return Books(order_id, hours * HOUR, sum(adjustments), work, other, lost, credited, lost_by)


def done_on(order: Order, shifts: Iterable[Shift], adjustments: Iterable[int], rules: Rules) -> date | None:
    """The day of the shift by which nothing was left; None if something is, or no hours were imposed."""
    known, adjusted = list(shifts), list(adjustments)
    worked_on = sorted({one.day for one in known})

    def done(day: date) -> bool:
        return books(order.id, order.hours or 0, (one for one in known if one.day <= day), adjusted, rules).done

    at = bisect_left(worked_on, True, key=done)
    return worked_on[at] if order.hours and at < len(worked_on) else None


# ── When it is to be done ───────────────────────────────────────────────────────────────────────────────────────────


class Ends(StrEnum):
    """Who set an end date."""

    COURT = "court"
    LEVEL = "level"


@dataclass(frozen=True)
class Target:
    """The day by which the hours are to be done, and who says so."""

    day: date
    by: Ends


def level(hours: int | None) -> Level | None:
    """None for hours that no level has: those are for a person to look into."""
    found = (one for one, (least, most, _) in LEVELS.items() if hours is not None and least <= hours <= most)
    return next(found, None)


def target(order: Order) -> Target | None:
    """The court's own date, else three or six calendar months from the day on which the order was imposed."""
    if order.complete_by is not None:
        return Target(order.complete_by, Ends.COURT)
    found = level(order.hours)
    return Target(months_after(order.imposed_on, LEVELS[found][2]), Ends.LEVEL) if found is not None else None


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last: three months from 30 November are 28 or 29 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, number)
        except ValueError:
            continue
    raise AssertionError(day)


class Cause(StrEnum):
    """On whose side it lies that the court was asked for more time."""

    PERSON = "person"
    SERVICE = "service"
    TAKEN_BACK = "taken_back"  # it was tapped by mistake

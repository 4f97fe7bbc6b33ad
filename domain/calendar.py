"""Wall time, working time and quiet time. The only module that knows what a clock on a wall in Scotland shows."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


class NoSuchTime(ValueError):
    """A wall time that the clock change skips."""


class TwiceTime(ValueError):
    """A wall time that the clock change repeats."""


def moment(zone: ZoneInfo, day: date, at: time) -> datetime:
    """The moment at which clocks in `zone` show `at` on `day`; raises for a time skipped or repeated."""
    first = datetime.combine(day, at, zone).replace(fold=0)
    second = first.replace(fold=1)
    if first.utcoffset() != second.utcoffset():
        skipped = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != first.replace(tzinfo=None)
        raise (NoSuchTime if skipped else TwiceTime)(f"{day.isoformat()} {at:%H:%M}")
    return first.astimezone(UTC)


@dataclass(frozen=True)
class Calendar:
    """The service's own time: its zone, working hours (Monday to Friday less holidays) and quiet hours."""

    zone: ZoneInfo = LONDON
    holidays: frozenset[date] = frozenset()
    work_from: time = time(9)
    work_to: time = time(17)
    quiet_from: time = time(20)
    quiet_to: time = time(8)

    def wall(self, at: datetime) -> datetime:
        """What the clock on the wall shows at a moment."""
        return at.astimezone(self.zone)

    def day(self, at: datetime) -> date:
        """The date in Scotland at a moment."""
        return self.wall(at).date()

    def at(self, day: date, hour: time) -> datetime:
        """The moment of a wall time that the service itself chose: the first of two, the one after a gap."""
        return datetime.combine(day, hour, self.zone).astimezone(UTC)

    def working(self, day: date) -> bool:
        """Monday to Friday, less holidays."""
        return day.weekday() < 5 and day not in self.holidays

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        later = day + timedelta(days=1)
        while not self.working(later):
            later += timedelta(days=1)
        return later

    def working_days_back(self, day: date, count: int) -> date:
        """The day `count` working days before `day`."""
        for _ in range(count):
            day -= timedelta(days=1)
            while not self.working(day):
                day -= timedelta(days=1)
        return day

    def after_working_time(self, start: datetime, amount: timedelta) -> datetime:
        """The moment at which `amount` of working time has passed since `start`."""
        day, at, left = self.day(start), start, amount
        while True:
            if self.working(day):
                opens, closes = self.at(day, self.work_from), self.at(day, self.work_to)
                at = max(at, opens)
                if at < closes:
                    if left <= closes - at:
                        return at + left
                    left -= closes - at
            day += timedelta(days=1)

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two moments."""
        total, day = timedelta(), self.day(start)
        while day <= self.day(end):
            if self.working(day):
                opens = max(start, self.at(day, self.work_from))
                closes = min(end, self.at(day, self.work_to))
                total += max(closes - opens, timedelta())
            day += timedelta(days=1)
        return total

    def open_at(self, at: datetime) -> bool:
        """Whether somebody is at work."""
        wall = self.wall(at)
        return self.working(wall.date()) and self.work_from <= wall.time() < self.work_to

    def next_opening(self, at: datetime) -> datetime:
        """When somebody is next at work: now, if somebody is."""
        if self.open_at(at):
            return at
        day = self.day(at)
        if self.working(day) and at < self.at(day, self.work_from):
            return self.at(day, self.work_from)
        return self.at(self.next_working_day(day), self.work_from)

    def quiet(self, at: datetime) -> bool:
        """Whether an individual should be left in peace."""
        clock = self.wall(at).time()
        if self.quiet_from <= self.quiet_to:
            return self.quiet_from <= clock < self.quiet_to
        return clock >= self.quiet_from or clock < self.quiet_to

    def quiet_begins(self, at: datetime) -> datetime:
        """When the quiet hours around `at` began: `at` itself outside them."""
        if not self.quiet(at):
            return at
        wall = self.wall(at)
        since_yesterday = wall.time() < self.quiet_from
        return self.at(wall.date() - timedelta(days=1 if since_yesterday else 0), self.quiet_from)

    def quiet_ends(self, at: datetime) -> datetime:
        """When the quiet hours around `at` end: `at` itself outside them."""
        if not self.quiet(at):
            return at
        wall = self.wall(at)
        over_midnight = self.quiet_from > self.quiet_to
        day = wall.date() + timedelta(days=1 if over_midnight and wall.time() >= self.quiet_from else 0)
        return self.at(day, self.quiet_to)

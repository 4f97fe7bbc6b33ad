"""The clocks of the national standards: by when each step of an order is due, whether it was done by then, and whom the
national tables leave out. Which clocks there are is data (usecases/standards.yaml); this is how any of them runs.

A clock starts with the court's date (or the council's receipt of the order, or the requirement's own start), never with
the day on which something was typed in. A local limit stands beside the national one and never in its place.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from domain import days
from domain.appointments import Kind
from domain.calendar import Calendar
from domain.limits import Base, Clock, Limit, Start, Unit
from domain.orders import Milestone, Order, Requirement, Status
from domain.progress import Level, level

DAY, WEEK, YEAR = timedelta(days=1), timedelta(days=7), timedelta(days=364)
WEEKDAYS = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun"})
SAME_REVIEW = timedelta(days=27)  # a review and its record, or the export's word for it, are one


@dataclass(frozen=True)
class Away:
    """Days on which nobody is expected, both included; no `until`: it lasts."""

    since: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Known:
    """What is on record of an order, as far as its clocks depend on it."""

    order: Order
    milestones: Mapping[Milestone, Sequence[date]] = field(default_factory=dict)
    attended: Sequence[tuple[Kind, date]] = ()  # who came, in full or in part
    contacts: Sequence[tuple[str, date]] = ()  # what staff did: rang_spoke, visited …
    holds: Sequence[Away] = ()
    booked: frozenset[Kind] = frozenset()  # kinds of date that are ahead
    explained: Mapping[tuple[str, int], str] = field(default_factory=dict)  # why a clock was not kept
    said_late: frozenset[Milestone] = frozenset()  # the export gave a reason with these


class LeftOut(StrEnum):
    """Why the national tables leave an order out (statistics 2018-19, page 30, note)."""

    TRANSFERRED_IN = "transferred_in"
    COULD_NOT = "could_not"  # in custody, in hospital or suspended when it was due
    DIED = "died"
    ENDED = "ended"  # before it was due
    UNDATED = "undated"  # it was done, and nobody recorded when


class Late(StrEnum):
    """The national table's reasons (statistics 2016-17, pages 24 and 26)."""

    DID_NOT_TURN_UP = "did_not_turn_up"
    ALREADY_ON_ORDER = "already_on_order"
    IN_CUSTODY = "in_custody"
    PAID_WORK = "paid_work"
    ILL = "ill"
    OTHER_PERSON = "other_person"
    NO_WORKER = "no_worker"
    NO_SUITABLE_WORK = "no_suitable_work"
    OTHER_SERVICE = "other_service"


@dataclass(frozen=True)
class Reading:
    """One step of one clock of one order."""

    clock: Clock
    number: int  # 0 for a clock of one step; else which, from 1
    start: date
    due: date
    done: date | None = None
    left_out: LeftOut | None = None
    local_due: date | None = None

    @property
    def met(self) -> bool:
        """By the national limit."""
        return self.done is not None and self.done <= self.due

    @property
    def met_locally(self) -> bool:
        """By the council's own limit, or the national one where it has none."""
        return self.done is not None and self.done <= (self.local_due or self.due)

    def passed(self, today: date) -> bool:
        """Whether its last day is over."""
        return today > self.due

    def late(self, today: date) -> bool:
        """Whether it was not kept, by somebody who counts."""
        return self.passed(today) and not self.met and self.left_out is None

    def band(self, calendar: Calendar) -> int | None:
        """Which of the clock's bands its day lies in; the number of bands for *over*; None if it is not done."""
        if self.done is None:
            return None
        ends = [limit.after(self.start, calendar) for limit in self.clock.bands]
        return next((at for at, end in enumerate(ends) if self.done <= end), len(ends))

    def over(self, today: date, calendar: Calendar) -> int:
        """By how many days it was missed, or has been so far: working days where the limit counts those."""
        last = self.done or today
        if self.clock.limits[0].unit is not Unit.WORKING_DAYS:
            return max((last - self.due).days, 0)
        return working_days_between(self.due, last, calendar)


def working_days_between(first: date, last: date, calendar: Calendar) -> int:
    """The working days after one day, up to another."""
    return sum(calendar.working(first + DAY * n) for n in range(1, (last - first).days + 1))


# ── Reading the clocks ──────────────────────────────────────────────────────────────────────────────────────────────


def readings(
    clocks: Iterable[Clock],
    known: Known,
    calendar: Calendar,
    today: date,
    first: date = date.min,
    last: date = date.max,
) -> list[Reading]:
    """Every step of every clock that an order has: those that were due, and the next; of these, those that are due
    between two days."""
    bases = bases_of(known.order)
    mine = [clock for clock in clocks if clock.bases & bases]
    return [one for clock in mine for one in _of(clock, known, calendar, today, first, last)]


def bases_of(order: Order) -> frozenset[Base]:
    """What of an order decides which clocks it has."""
    found = {Base.ALL}
    if order.supervised:
        found.add(Base.SUPERVISION)
    if Requirement.UNPAID_WORK in order.requirements:
        found |= {Base.UNPAID_WORK} | _LEVELS.get(level(order.hours), frozenset())
    return frozenset(found)


_LEVELS: Mapping[Level | None, frozenset[Base]] = {
    Level.ONE: frozenset({Base.LEVEL_1}),
    Level.TWO: frozenset({Base.LEVEL_2}),
}


def start_of(clock: Clock, known: Known) -> date:
    """The day from which a clock of an order runs."""
    milestone = {Start.RECEIVED: Milestone.RECEIVED, Start.REQUIREMENT: Milestone.REQUIREMENT_STARTED}
    dated = known.milestones.get(milestone[clock.starts], ()) if clock.starts in milestone else ()
    return min(dated, default=known.order.imposed_on)


def _of(clock: Clock, known: Known, calendar: Calendar, today: date, first: date, last: date) -> Iterator[Reading]:
    start = start_of(clock, known)
    if clock.several:
        dues = list(_dues(clock, start, calendar, min(today, known.order.ended_on or today)))
        if dues[-1] < first or dues[0] > last:
            return
        for number, (due, done) in enumerate(_matched(clock, dues, sorted(_stops(clock, known))), 1):
            if first <= due <= last:
                yield Reading(clock, number, start, due, done, _left_out(clock, due, done, known))
        return
    due = clock.limits[0].after(start, calendar)
    if clock.court_may_set and known.order.complete_by is not None:
        due = known.order.complete_by
    if first <= due <= last:
        done = min(_stops(clock, known), default=None)
        target = clock.target_on(start)
        own = target.limit.after(start, calendar) if target is not None and target.limit is not None else None
        yield Reading(clock, 0, start, due, done, _left_out(clock, due, done, known), own)


def _dues(clock: Clock, start: date, calendar: Calendar, last: date) -> Iterator[date]:
    """The last day of each step: of all that are named, and of those that go on up to the next one ahead."""
    for limit in clock.limits:
        yield (due := limit.after(start, calendar))
    further = 0
    while clock.then is not None and due < last:
        further += clock.then.number
        yield (due := Limit(clock.limits[-1].number + further, clock.then.unit).after(start, calendar))


def _stops(clock: Clock, known: Known) -> set[date]:
    """Every day on which something happened that stops this clock."""
    found = {day for one in clock.milestones for day in known.milestones.get(one, ())}
    found |= {day for kind, day in known.attended if kind in clock.attended}
    found |= {day for how, day in known.contacts if how in clock.contacts}
    if Milestone.HOURS_DONE in clock.milestones and known.order.status is Status.COMPLETED and known.order.ended_on:
        found.add(known.order.ended_on)
    return {day for day in found if day >= known.order.imposed_on}


def _matched(clock: Clock, dues: Sequence[date], days: Sequence[date]) -> Iterator[tuple[date, date | None]]:
    """Each step's last day with the day on which it was done. A step takes the first that comes after the step before
    it was due, and is lost once the step after it is due too."""
    used: date | None = None
    for at, due in enumerate(dues):
        after = dues[at - 1] if at else date.min
        if used is not None:
            after = max(after, used if clock.no_later else used + SAME_REVIEW)
        until = due if clock.no_later else dues[at + 1] if at + 1 < len(dues) else date.max
        done = next((day for day in days if after < day <= until), None)
        used = done or used
        yield due, done


def _left_out(clock: Clock, due: date, done: date | None, known: Known) -> LeftOut | None:
    """Why a step is left out of the national tables, if it is."""
    order, ended = known.order, known.order.ended_on
    if known.milestones.get(Milestone.TRANSFERRED_IN):
        return LeftOut.TRANSFERRED_IN
    if done is None and Milestone.OFFICER_NAMED in clock.milestones and order.worker_id is not None:
        return LeftOut.UNDATED
    if done is None and ended is not None and ended <= due:
        return LeftOut.DIED if order.status is Status.DIED else LeftOut.ENDED
    if (done is None or done > due) and any(one.covers(due) for one in known.holds):
        return LeftOut.COULD_NOT
    return None


# ── Ahead of time ───────────────────────────────────────────────────────────────────────────────────────────────────


def nudged(read: Reading, known: Known, calendar: Calendar, today: date) -> bool:
    """Whether this morning is one on which staff are told of it: a day that the file names, or its last day. What falls
    on a day off is told on the working day after it, and a last day on the one before."""
    if read.done is not None or read.left_out is not None or not known.order.active or read.passed(today):
        return False
    if read.due < calendar.next_working_day(today):
        return True
    if read.clock.unless_booked and read.clock.attended & known.booked:
        return False
    since = calendar.working_days_back(today, 1)
    return any(since < day <= today for day in _nudges(read, calendar))


def _nudges(read: Reading, calendar: Calendar) -> Iterator[date]:
    for one in read.clock.nudges:
        if one.before:
            yield one.limit.before(read.due, calendar)
        else:
            yield one.limit.after(read.start, calendar)


# ── What is late, and what staff put on record ──────────────────────────────────────────────────────────────────────


def unexplained(read: Reading, known: Known, today: date) -> bool:
    """Whether a limit was not kept and nobody has said why, neither in the chat nor in the export."""
    said = (read.clock.id, read.number) in known.explained or bool(read.clock.milestones & known.said_late)
    return read.clock.asks and read.late(today) and not said


def unassessed(known: Known, reads: Iterable[Reading], since: date) -> bool:
    """Whether the full assessment is still to be done, of an order whose time for it was not over before `since`."""
    mine = [one for one in reads if Milestone.LSCMI in one.clock.milestones]
    return any(one.done is None and one.left_out is None and one.due >= since for one in mine)


def by_hours(read: Reading) -> bool:
    """Whether it takes the hours themselves to say when a step was done."""
    return Milestone.HOURS_DONE in read.clock.milestones and not read.met


def with_hours_done(known: Known, day: date) -> Known:
    """The same, with the day on which the hours were done."""
    return replace(known, milestones={**known.milestones, Milestone.HOURS_DONE: [day]})


def recordable(read: Reading) -> Milestone | None:
    """What staff put on record when a step is done; None where there is nothing left to record."""
    if read.done is not None or read.left_out not in (None, LeftOut.UNDATED, LeftOut.COULD_NOT):
        return None
    return min(read.clock.milestones, default=None)


def may_be_on(day: date, order: Order, today: date) -> bool:
    """Whether a step can have been taken on a day: not ahead, and not before the court's date."""
    return order.imposed_on <= day <= today


def day_behind(text: str, today: date) -> date | None:
    """The day that was typed, taken as the last such day: *Friday* is the one that was. None for words that are no
    day; a day that says its own year may lie ahead."""
    near = days.day(text, today)
    if near is None or near <= today:
        return near
    if near - today < WEEK and text.split()[0][:3].lower() in WEEKDAYS and len(text.split()) == 1:
        return near - WEEK
    before = days.day(text, today - YEAR)
    return before if before is not None and before <= today else near

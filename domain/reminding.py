"""What an individual is told ahead of a date, and when: the council's own rules, as values; and what quiet hours make
of a moment."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from domain.calendar import Calendar

LEAST_NOTICE = timedelta(hours=1)  # what comes later than this before a date helps nobody to get there (issue 4)
ITS_TURN = timedelta(minutes=5)  # what is due in good time may wait so long while others are told
JUST_BEFORE = timedelta(minutes=15)  # ahead of quiet hours: time enough to send a whole council's evening
NEWS_LASTS = timedelta(days=1)  # after that a booking is no news, whatever is planned anew


class Does(StrEnum):
    """What a step comes to."""

    REMIND = "remind"
    RING = "ring"  # a named person is asked to ring


@dataclass(frozen=True)
class Step:
    """One word ahead of a date: at a wall time so many days before, or at once when it is booked (`at` is None).

    An essential step is never dropped by a cap, and is made good if its time has passed; an extra one is not.
    """

    name: str
    days_before: int = 0
    at: time | None = None
    kinds: frozenset[str] = frozenset()  # kinds of appointment; none: every kind
    does: Does = Does.REMIND
    essential: bool = True
    asked: bool = False  # only for whoever asked for it
    first: int = 0  # only for so many first dates of an order; 0: for all
    on: bool = True
    why: str = ""

    def due(self, day: date, calendar: Calendar) -> datetime | None:
        """When it is due for a date on `day`, before quiet hours are thought of; None: at once when booked. Somebody is
        asked to ring on a working day, the last one before."""
        if self.at is None:
            return None
        on = day - timedelta(days=self.days_before)
        while self.does is Does.RING and not calendar.working(on):
            on -= timedelta(days=1)
        return calendar.at(on, self.at)


class Skip(StrEnum):
    """Why a message that was planned is not sent: the rules, in the order in which they are asked."""

    DIED = "died"
    CANCELLED = "appointment_cancelled"
    REVISED = "moved"
    TOO_LATE = "too_late"
    OUTCOME_RECORDED = "outcome_recorded"
    HOURS_DONE = "hours_done"
    JUST_MOVED = "just_moved"
    ORDER_ENDED = "order_ended"
    ON_HOLD = "on_hold"
    STAFF_CONTACT_ONLY = "staff_contact_only"
    YOUTH = "youth_without_consent"
    STOPPED = "stopped"
    NOT_LINKED = "not_linked"
    QUIET_HOURS = "quiet_hours"
    CAP_REACHED = "cap_reached"


SWITCHABLE = frozenset({Skip.OUTCOME_RECORDED, Skip.HOURS_DONE, Skip.JUST_MOVED, Skip.ON_HOLD, Skip.CAP_REACHED})
EVE = Step("eve", 1, time(18))  # one day before, in the evening: the step with evidence (field notes 4.1, 4.3)


@dataclass(frozen=True)
class Rules:
    """One version of a council's rules. `off` are the rules that skip, of those that may be switched off."""

    version: str = ""
    steps: tuple[Step, ...] = (EVE,)
    off: frozenset[Skip] = frozenset()

    def steps_for(self, kind: str, asked: bool = False, nth: int = 0) -> list[Step]:
        """The steps ahead of the `nth` date of its order (0: not one of the first), for somebody who asked for more."""
        return [
            step
            for step in self.steps
            if step.on
            and (not step.kinds or kind in step.kinds)
            and (asked or not step.asked)
            and (not step.first or 0 < nth <= step.first)
        ]

    @property
    def counted_from(self) -> int:
        """How many first dates of an order any step asks about."""
        return max((step.first for step in self.steps if step.on), default=0)


EVENING_BEFORE = Rules()


@dataclass(frozen=True)
class Due:
    """A step of one date, with the moment at which it is said, and from when it is of no use any more."""

    step: Step
    at: datetime
    expires_at: datetime


def plan(
    steps: Iterable[Step], day: date, starts_at: datetime, booked_at: datetime | None, now: datetime, calendar: Calendar
) -> list[Due]:
    """Every step of a date that has not begun, as of `now`.

    A step whose time has passed is left out; but of the essential ones the last is owed at once, if none is ahead. The
    news of a booking is left out where a reminder comes within the hour.
    """
    timed = [(step, due) for step in steps if (due := step.due(day, calendar)) is not None]
    found = [one for does in Does for one in _timed([pair for pair in timed if pair[0].does is does], now)]
    moved = [(step, _moved(step, due, starts_at, now, calendar)) for step, due in found]
    planned = [Due(step, at, _expiry(step, at, moved, starts_at)) for step, at in moved]
    planned = [one for one in planned if one.step.essential or one.at < one.expires_at]
    if booked_at is None or now - booked_at >= NEWS_LASTS:
        return planned
    at = sendable(now, starts_at, now, calendar)
    soon = any(one.step.does is Does.REMIND and one.at <= at + LEAST_NOTICE for one in planned)
    news = [Due(step, at, _helps_until(at, starts_at)) for step in steps if step.at is None]
    return planned if soon else [*news, *planned]


def _timed(pairs: Collection[tuple[Step, datetime]], now: datetime) -> list[tuple[Step, datetime]]:
    """Those ahead; or if no essential one is, the last essential one that has passed as well."""
    ahead = [(step, due) for step, due in pairs if due > now]
    if any(step.essential for step, _ in ahead):
        return ahead
    passed = [(step, due) for step, due in pairs if due <= now and step.essential]
    return [*([max(passed, key=lambda pair: pair[1])] if passed else []), *ahead]


def _moved(step: Step, due: datetime, starts_at: datetime, now: datetime, calendar: Calendar) -> datetime:
    if step.does is Does.RING:  # asked of staff, who hear of things at any hour
        return max(due, now)
    return sendable(due, starts_at, now, calendar, ahead=step.days_before > 0)


def _expiry(step: Step, at: datetime, all_: Collection[tuple[Step, datetime]], starts_at: datetime) -> datetime:
    """When the next essential word comes, or too little time is left."""
    later = [due for other, due in all_ if other.does is step.does and other.essential and due > at]
    return min([*later, starts_at if step.does is Does.RING else _helps_until(at, starts_at)])


def _helps_until(at: datetime, starts_at: datetime) -> datetime:
    """From when on what is due `at` leaves too little time: an hour to the minute is enough."""
    last = starts_at - LEAST_NOTICE
    return last + ITS_TURN if at <= last else last


def sendable(
    due: datetime, starts_at: datetime | None, now: datetime, calendar: Calendar, ahead: bool = True
) -> datetime:
    """When something due at `due` is sent, or at once if that has passed. What is due in quiet hours is sent just
    before they begin, or if that has passed when they end. What belongs to the day itself is never sent `ahead`.

    Where that leaves too little time before the start, the moment stays within quiet hours: it is missed there.
    """
    moment = max(due, now)
    if not calendar.quiet(moment):
        return moment
    before = max(calendar.quiet_begins(moment) - JUST_BEFORE, now)
    if ahead and not calendar.quiet(before):
        return before
    ends = calendar.quiet_ends(moment)
    return ends if in_time(ends, starts_at) else moment


def in_time(at: datetime, starts_at: datetime | None) -> bool:
    """Whether enough time is left before the start, if there is one ahead."""
    return starts_at is None or at <= starts_at - LEAST_NOTICE


def cap_reached(sent: Iterable[datetime], now: datetime, calendar: Calendar, a_day: int, a_week: int) -> bool:
    """Whether somebody has had as much as they should today, or in the seven days up to today."""
    today = calendar.day(now)
    ages = [(today - calendar.day(at)).days for at in sent]
    return sum(age == 0 for age in ages) >= a_day or sum(age < 7 for age in ages) >= a_week

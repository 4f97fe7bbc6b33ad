"""When the hours of an order will be done, and the traffic light: a colour with its reason, causes of ours apart.

Nothing here judges anybody. A date that nobody recorded counts for the person until somebody says what happened.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import ceil

from domain.appointments import Kind
from domain.attendance import Outcome, Record
from domain.calendar import Calendar
from domain.progress import Books, OnHold, Rules, Shift, Target

WEEK = 7
FURTHEST = 3650  # days: beyond ten years a forecast is only a number


class Light(StrEnum):
    """`NONE`: no colour can be given, and the reason says why."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    NONE = "none"


WORST_FIRST = (Light.RED, Light.AMBER, Light.GREEN, Light.NONE)


class Why(StrEnum):
    """The reason of a light."""

    DONE = "done"
    HELD = "held"
    NO_END_DATE = "no_end_date"
    OVER = "over"  # the end date has passed
    LATE = "late"  # the forecast is after the end date
    NO_PACE = "no_pace"  # no hours lately, and too few are booked
    NOT_BOOKED = "not_booked"  # not begun, and nothing is booked
    NOTHING_AHEAD = "nothing_ahead"  # begun, and nothing is booked any more
    CLOSE = "close"  # the forecast leaves little room
    SLOW = "slow"  # enough is booked, but at the pace so far it would be too late
    RUNS_OUT = "runs_out"  # what is booked ends soon
    NEW = "new"  # too early for a forecast
    ON_TRACK = "on_track"


class Side(StrEnum):
    """Where a red or amber light comes from, as far as the record says."""

    SERVICE = "service"
    PERSON = "person"
    OPEN = "open"  # the record does not say


OF_BOOKING = frozenset({Why.NOT_BOOKED, Why.NOTHING_AHEAD, Why.RUNS_OUT})  # dates are for us to book


@dataclass(frozen=True)
class Missed:
    """Dates missed while the pace was taken: what was decided of each, or that nothing was."""

    accepted: int = 0
    not_accepted: int = 0
    unknown: int = 0

    @property
    def decided(self) -> int:
        return self.accepted + self.not_accepted

    @property
    def all(self) -> int:
        return self.decided + self.unknown


@dataclass(frozen=True)
class Known:
    """What a forecast rests on. `shifts` are the order's own, in any order."""

    books: Books
    imposed_on: date
    target: Target | None
    shifts: Sequence[Shift]
    holds: Sequence[OnHold] = ()


@dataclass(frozen=True)
class Forecast:
    """How an order stands today. Minutes; `pace` is minutes a week, none if there is nothing to take it from."""

    light: Light
    why: Why
    side: Side | None = None
    without_us: Light | None = None  # the light that it would be, had nothing been lost to us or left unrecorded
    pace: float | None = None
    finish: date | None = None
    by_pace: date | None = None  # the same from the pace alone
    booked: int = 0  # ahead
    covered: bool = False  # what is booked is enough
    next_shift: Shift | None = None
    last_booked: date | None = None
    missed: Missed = Missed()
    unrecorded: int = 0  # dates that are over, and of which nobody has said what happened
    working_day: int = 0  # of an order that has not begun: the day on which it was imposed is 0
    begun: bool = False

    @property
    def unbooked(self) -> bool:
        """Not begun, and nothing is booked."""
        return not self.begun and self.next_shift is None


def forecast(known: Known, now: datetime, calendar: Calendar, rules: Rules, sides: bool = True) -> Forecast:
    """How one order stands, with its light, its reason, and what it would be but for us. Without `sides` that last is
    left open: for long lists, of which only the colour is wanted."""
    today = calendar.day(now)
    shown = _shown(known, now, today, calendar, rules)
    light, why = _light(known, shown, today, rules)
    result = replace(shown, light=light, why=why)
    if light not in (Light.RED, Light.AMBER) or not sides:
        return result
    without_us = max(light, _without_us(known, now, today, calendar, rules), key=WORST_FIRST.index)
    return replace(result, side=_side(result, without_us), without_us=without_us)


def pace(known: Known, today: date, rules: Rules) -> float | None:
    """Minutes a week that counted in the last weeks, days on hold left out: none if the person could not have worked.

    The days that are looked at are as many as there are in `pace_weeks`; holds push them further back.
    """
    window = _window(known, today, rules)
    if not window.days:
        return None
    other = known.books.other_above == 0
    minutes = sum(_counts(one, other, rules) for one in known.shifts if window.has(one.day))
    return minutes * WEEK / max(window.days, WEEK)


def finish(left: int, ahead: Sequence[Shift], pace: float | None, today: date) -> date | None:
    """The day on which nothing is left: by what is booked, and then at the pace; none if that never comes."""
    if left <= 0:
        return today
    last = today
    for one in ahead:
        left, last = left - one.booked, max(last, one.day)
        if left <= 0:
            return one.day
    return last + timedelta(days=min(ceil(left * WEEK / pace), FURTHEST)) if pace else None


def working_day(imposed_on: date, today: date, calendar: Calendar) -> int:
    """How many working days have begun since the day on which an order was imposed; that day itself is 0."""
    weeks, rest = divmod(max((today - imposed_on).days, 0), WEEK)
    weekdays = weeks * 5 + sum((imposed_on + timedelta(days=n)).weekday() < 5 for n in range(1, rest + 1))
    return weekdays - sum(imposed_on < day <= today and day.weekday() < 5 for day in calendar.holidays)


# ── How it is found ─────────────────────────────────────────────────────────────────────────────────────────────────


def _shown(known: Known, now: datetime, today: date, calendar: Calendar, rules: Rules) -> Forecast:
    """All but the light."""
    ahead = _ahead(known, now)
    window = _window(known, today, rules)
    lately = [one for one in known.shifts if one.standing is not None and window.has(one.day)]
    begun = any(one.standing is not None or one.over_at <= now for one in known.shifts)
    tried = bool(lately)
    at = pace(known, today, rules) if tried else _booked_pace(ahead, today)
    left, booked = known.books.left, sum(one.booked for one in ahead)
    return Forecast(
        light=Light.NONE,
        why=Why.NO_END_DATE,
        pace=at,
        finish=finish(left, ahead, at, today),
        by_pace=finish(left, (), at, today) if tried else None,
        booked=booked,
        covered=booked >= left,
        next_shift=ahead[0] if ahead else None,
        last_booked=ahead[-1].day if ahead else None,
        missed=_missed(lately),
        unrecorded=sum(one.unrecorded(now) for one in known.shifts),
        working_day=0 if begun else working_day(known.imposed_on, today, calendar),
        begun=begun,
    )


def _light(known: Known, shown: Forecast, today: date, rules: Rules) -> tuple[Light, Why]:
    """The colour and its reason, the most telling first."""
    end = known.target.day if known.target is not None else None
    if known.books.done:
        return Light.GREEN, Why.DONE
    if any(span.covers(today) for span in known.holds):
        return Light.NONE, Why.HELD
    if end is None:
        return Light.NONE, Why.NO_END_DATE
    if today > end:
        return Light.RED, Why.OVER
    if shown.finish is None:
        return _without_finish(known, shown, today, end, rules)
    if shown.finish > end:
        return Light.RED, Why.LATE
    worries = (
        (Why.NOTHING_AHEAD, shown.next_shift is None),
        (Why.CLOSE, shown.finish > end - timedelta(days=rules.spare_days)),
        (Why.SLOW, shown.by_pace is not None and shown.by_pace > end),
        (Why.RUNS_OUT, not shown.covered and _soon(shown.last_booked, today, rules)),
    )
    worry = next((why for why, so in worries if so), None)
    return (Light.AMBER, worry) if worry is not None else (Light.GREEN, Why.ON_TRACK)


def _without_finish(known: Known, shown: Forecast, today: date, end: date, rules: Rules) -> tuple[Light, Why]:
    """There is no pace, and what is booked is not enough: red once half of the time is over."""
    late = (today - known.imposed_on) * 2 > end - known.imposed_on
    if shown.unbooked:
        if shown.working_day < rules.booked_by:
            return Light.GREEN, Why.NEW
        return Light.RED if late else Light.AMBER, Why.NOT_BOOKED
    return Light.RED if late else Light.AMBER, Why.NO_PACE


def _soon(last: date | None, today: date, rules: Rules) -> bool:
    return last is None or last <= today + timedelta(days=rules.soon_days)


def _without_us(known: Known, now: datetime, today: date, calendar: Calendar, rules: Rules) -> Light:
    """The light with everything that was lost to the service, or left unrecorded, counted as worked."""
    shifts = [_as_worked(one, now) for one in known.shifts]
    work = sum(one.worked for one in shifts if one.kind is Kind.UNPAID_WORK)
    other = sum(one.worked for one in shifts if one.kind is Kind.OTHER_ACTIVITY)
    books = replace(known.books, worked=work, other=other, lost=0, lost_credited=0, lost_by={})
    better = replace(known, books=books, shifts=shifts)
    return _light(better, _shown(better, now, today, calendar, rules), today, rules)[0]


def _as_worked(one: Shift, now: datetime) -> Shift:
    """The same date as if it had gone as booked, where it is for us that it did not, or is not known."""
    if one.lost or one.unrecorded(now):
        return replace(one, standing=Record(Outcome.ATTENDED_FULL, one.over_at, minutes=one.booked))
    return one


def _side(result: Forecast, without_us: Light) -> Side:
    """Ours if it would be better but for us, or if it is only that nothing is booked; theirs only by decided misses."""
    better = WORST_FIRST.index(without_us) > WORST_FIRST.index(result.light)
    if better or (result.why in OF_BOOKING and not result.missed.all):
        return Side.SERVICE
    return Side.PERSON if result.missed.decided and result.why not in OF_BOOKING else Side.OPEN


def _ahead(known: Known, now: datetime) -> list[Shift]:
    """What is booked and not over, earliest first; other activity only as far as its ceiling still counts it."""
    room, found = known.books.ceiling - known.books.other_credited, []
    for one in sorted(known.shifts, key=lambda one: (one.starts_at, one.id)):
        held = any(span.covers(one.day) for span in known.holds)
        if not one.on or one.standing is not None or one.over_at <= now or held:
            continue
        if one.kind is Kind.OTHER_ACTIVITY:
            if one.booked > room:
                continue
            room -= one.booked
        found.append(one)
    return found


@dataclass(frozen=True)
class _Window:
    """The days from which the pace is taken: `days` of those between the first and the last, holds left out."""

    first: date
    last: date
    days: int
    holds: Sequence[OnHold]

    def has(self, day: date) -> bool:
        return self.first <= day <= self.last and not any(span.covers(day) for span in self.holds)


def _window(known: Known, today: date, rules: Rules) -> _Window:
    """Up to today. It begins half a week before the first date of which anything is on record, at the earliest:
    waiting for a first date slows nobody down."""
    recorded = min((one.day for one in known.shifts if one.standing is not None), default=today)
    begins = max(known.imposed_on, recorded - timedelta(days=WEEK // 2))
    whole = rules.pace_weeks * WEEK
    if not known.holds:
        first = max(begins, today - timedelta(days=whole - 1))
        return _Window(first, today, max((today - first).days + 1, 0), ())
    day, days = today, 0
    while day >= begins and days < whole:
        days += not any(span.covers(day) for span in known.holds)
        day -= timedelta(days=1)
    return _Window(day + timedelta(days=1), today, days, known.holds)


def _counts(one: Shift, other: bool, rules: Rules) -> int:
    worked = one.worked if one.kind is Kind.UNPAID_WORK or other else 0
    return worked + (one.lost if rules.lost_counts else 0)


def _booked_pace(ahead: Sequence[Shift], today: date) -> float | None:
    """What is booked, by the week: the only pace there is before anything has happened."""
    if not ahead:
        return None
    days = max((ahead[-1].day - today).days, WEEK)
    return sum(one.booked for one in ahead) * WEEK / days


def _missed(shifts: Iterable[Shift]) -> Missed:
    found = [one.standing.outcome for one in shifts if one.standing is not None]
    return Missed(
        found.count(Outcome.MISSED_ACCEPTED),
        found.count(Outcome.MISSED_NOT_ACCEPTED),
        found.count(Outcome.MISSED_REASON_UNKNOWN),
    )

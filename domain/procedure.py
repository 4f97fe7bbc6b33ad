"""The compliance history of one order: what a council's own procedure says comes next. Computed, never stored; shown to
staff, never to the individual; and never done by software."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from domain.attendance import Outcome, Record

Dated = tuple[date, Record]  # the day of a date, and the record that stands for it


@dataclass(frozen=True)
class Step:
    """What a procedure says once `after` dates have been missed and not accepted; `source` says where it is written."""

    name: str
    after: int
    says: str
    source: str
    letter: bool = False  # it is a letter, of which a draft can be made


@dataclass(frozen=True)
class Rules:
    """A council's procedure. `confirmed`: the council has put in its own; until then it is only our example."""

    version: str
    months: int  # of the period within which a missed date counts
    steps: tuple[Step, ...] = ()
    confirmed: bool = False


NONE = Rules("none", 12)


@dataclass(frozen=True)
class Standing:
    """How one order stands today: missed and not accepted within the period, the days in order; missed and not yet
    decided; and the step that the procedure names for that many."""

    since: date
    not_accepted: tuple[date, ...] = ()
    undecided: int = 0
    step: Step | None = None


def first_day(today: date, months: int) -> date:
    """The first day of the period of so many months that ends today: after 24 November, 25 November of the year
    before. A day that its month does not have is the month's last."""
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    last = monthrange(year, month + 1)[1]
    same = date(year, month + 1, min(today.day, last))
    return date.fromordinal(same.toordinal() + 1)


def standing(records: Iterable[Dated], today: date, rules: Rules) -> Standing:
    """How the dates of one order stand by these rules. Only what a named person decided counts: a missed date whose
    reason is not known, or that was accepted, is no step towards anything."""
    since = first_day(today, rules.months)
    within = sorted((day, record.outcome) for day, record in records if since <= day <= today)
    missed = tuple(day for day, outcome in within if outcome is Outcome.MISSED_NOT_ACCEPTED)
    undecided = sum(outcome is Outcome.MISSED_REASON_UNKNOWN for _, outcome in within)
    reached = [step for step in rules.steps if step.after <= len(missed)]
    return Standing(since, missed, undecided, max(reached, key=lambda step: step.after, default=None))

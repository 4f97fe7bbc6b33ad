"""All tables that count a period's dates, weighed together: what became of them, by kind, by cause and by reminder.

What became of dates is weighed first and by itself: the chat shows that table alone, of any days, and it must not hide
other lines there than in a pack.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from domain import reminded, served
from domain.appointments import Status
from domain.attendance import CAME, MISSED, Outcome
from domain.drafts import Draft, Entry, Shown, parts, weighed
from domain.outcomes import TOTAL, Table
from domain.packs import hidden
from domain.reminded import Reminded
from domain.served import Asked, Served

AHEAD, NOT_RECORDED = "ahead", "not_recorded"


@dataclass(frozen=True)
class Held:
    """A date, and the outcome that stands: none if nothing is recorded."""

    ref: str
    status: str
    starts_at: datetime
    day: date
    outcome: str | None


@dataclass(frozen=True)
class Dates:
    """What is on record of a period, and of the year before the reminders began (`live`), as far as that is told."""

    held: Sequence[Held] = ()
    served: Sequence[Served] = ()
    reminded: Sequence[Reminded] = ()
    live: date | None = None
    asked: Sequence[Asked] = ()


Quarters = Sequence[tuple[Dates, Shown]]  # of a year: what is on record of each, and which figures of it are shown


def tables(dates: Dates, now: datetime, least: int, quarters: Quarters = ()) -> tuple[Table, ...]:
    """What may be shown, of a quarter by itself or of a year beside its quarters."""
    known = [([_what_became(one.held, now), *_drafts(one, now)], shown) for one, shown in quarters]
    became, others = _what_became(dates.held, now), _drafts(dates, now)
    if quarters:
        every = weighed([became, *others], least, known)
    else:
        every = weighed([became], least)
        every = (*every, *weighed(others, least, [([became], keys(every))]))
    past = [one for one in dates.served if one.starts_at <= now]
    days = next(one for one in every if one.name == served.LOST_DAYS)
    asked = weighed([served.asked(dates.asked)], least, [([served.asked(one.asked)], shown) for one, shown in quarters])
    return *every, served.lost_hours(past, days), served.ran(past), *asked


def _drafts(dates: Dates, now: datetime) -> list[Draft]:
    past = [one for one in dates.served if one.starts_at <= now]
    return [*served.drafts(past), *reminded.drafts(dates.reminded, dates.live)]


def keys(tables_: Iterable[Table]) -> Collection[str]:
    """The keys of all figures that are shown."""
    return {f"{one.name}|{one.about}|{line.code}" for one in tables_ for line in one.lines if line.count is not None}


# ── What became of them ─────────────────────────────────────────────────────────────────────────────────────────────


def what_became(held: Sequence[Held], now: datetime, least: int) -> Table:
    """By outcome. A date that has passed with nothing recorded is no absence: it is counted as just that."""
    return weighed([_what_became(held, now)], least)[0]


def as_its_quarters(year: Table, hidden_: Collection[str]) -> Table:
    """A year's table in the chat, where nothing else is read to weigh it with: a line is shown if no quarter hides it,
    since it then says nothing new. `hidden_`: keys of figures that one of them hides."""
    keep = {line.code for line in year.lines if f"{year.name}|{year.about}|{line.code}" not in hidden_}
    lines = [line if line.code in keep else hidden(line) for line in year.lines]
    base = None if TOTAL not in keep else year.lines[0].count
    return replace(year, lines=tuple(replace(line, base=base) if line.share else line for line in lines))


def _what_became(held: Iterable[Held], now: datetime) -> Draft:
    behind: dict[str, list[str]] = {}
    for one in held:
        behind.setdefault(_came_to(one, now), []).append(one.ref)
    names = [*(one.value for one in Outcome), NOT_RECORDED, AHEAD, Status.CANCELLED.value]
    words = {code: (f"outcome.{code}",) for code in names}
    words |= {code: (f"report.{code}",) for code in names[-3:]}
    entries = parts({code: behind[code] for code in names if code in behind}, words)
    return Draft("appointments", "report.appointments", (*entries, *_added_up(behind)))


def _added_up(behind: Mapping[str, Sequence[str]]) -> list[Entry]:
    """Other tables add up to these: so what hides a small one is hidden among its own kind."""
    return [
        Entry(code, (), [ref for outcome in which for ref in behind.get(outcome, ())], first=True, printed=False)
        for code, which in (("missed", MISSED), ("came", CAME))
    ]


def _came_to(one: Held, now: datetime) -> str:
    if one.outcome is not None:
        return one.outcome
    if one.status == Status.CANCELLED:
        return one.status
    return AHEAD if one.starts_at > now else NOT_RECORDED

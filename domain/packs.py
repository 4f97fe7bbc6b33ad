"""A pack: the figures of a quarter or of a council's year, each beside those that it is read against.

It is drawn up for two audiences. What the public's shows, the staff's shows too; and what either shows of a year gives
away nothing that one of its quarters hides.
"""

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain import change, kept
from domain.about import Facts
from domain.limits import Clock
from domain.outcomes import Line, Table, small
from domain.parting import UNREAD_FOR, WITHDRAW_FOR
from domain.period import Period

Figures = Mapping[str, Line]  # by `key`
QUALITY, UNRECORDED = "quality", "unrecorded"  # the table of what is missing on record, and its first line


class Kind(StrEnum):
    QUARTER = "quarter"
    YEAR = "year"


class Audience(StrEnum):
    STAFF = "staff"
    PUBLIC = "public"


@dataclass(frozen=True)
class National:
    """What Scotland's figure is, and where it stands."""

    figure: str
    source: str


_STATISTICS = "www.gov.scot/publications/criminal-justice-social-work-statistics"
_LATEST = "Justice Social Work Statistics 2023-24, as of 21 January 2025"
_OVER_TIME = f"{_STATISTICS}-scotland-2019-20/pages/36/"
_DAYS_TAKEN = f"{_STATISTICS}-scotland-2015-16/pages/33/"
_WHY_OVER_TIME = {  # of all unpaid work that ran over its time, in percent
    "did_not_turn_up": 21.2,
    "paid_work": 10.7,
    "ill": 9.3,
    "no_suitable_work": 0.6,
    "no_worker": 0.9,
    "other_person": 34.9,
    "other_service": 22.5,
}
NATIONAL: Mapping[str, National] = {
    "year_orders||unpaid_work": National("68.0% in 2023-24", _LATEST),
    "year_orders||supervision": National("68.2% in 2023-24", _LATEST),
    "year_hours||average": National("135 in 2023-24", _LATEST),
    "year_ended||completed": National("71% in 2023-24", _LATEST),
    "year_took||1": National("157 days in 2015-16", _DAYS_TAKEN),
    "year_took||2": National("253 days in 2015-16", _DAYS_TAKEN),
    **{
        f"standards|level_{level}|why_{why}": National(f"{percent}% in 2019-20, both levels", _OVER_TIME)
        for level in (1, 2)
        for why, percent in _WHY_OVER_TIME.items()
    },
}


@dataclass(frozen=True)
class Row:
    """One figure, and what it is read against. A quarter's `last` is the quarter before, a year's the year before."""

    line: Line
    last: Line | None = None
    year_ago: Line | None = None
    target: int | None = None  # percent that the council has set itself
    national: National | None = None


@dataclass(frozen=True)
class Compared:
    """A table with its figures compared. `as_signed`: it stands as it was signed, since too few were put right."""

    table: Table
    rows: tuple[Row, ...]
    as_signed: bool = False


@dataclass(frozen=True)
class Pack:
    """All of it, for one audience. `preliminary`: the period is not over. `least`: how few are hidden."""

    kind: Kind
    period: Period
    audience: Audience
    as_of: datetime
    version: int
    least: int
    preliminary: bool
    tables: tuple[Compared, ...]
    quotes: tuple[str, ...] = ()
    sample: tuple[str, ...] = ()  # references of orders whose files are to be looked at; staff only

    def named(self, *names: str) -> tuple[Compared, ...]:
        """The tables of these names, in the order of the names."""
        return tuple(one for name in names for one in self.tables if one.table.name == name)


@dataclass(frozen=True)
class Version:
    """One pack as it is kept, without its files."""

    id: int
    kind: Kind
    period: Period
    number: int
    made_at: datetime
    made_by: int | None
    why: str
    digest: str  # empty: it has still to be drawn up
    signed_by: int | None = None
    signed_at: datetime | None = None

    @property
    def drawn(self) -> bool:
        return bool(self.digest)

    @property
    def signed(self) -> bool:
        return self.signed_at is not None


@dataclass(frozen=True)
class AboutPacks(Facts):
    """Every version of one period's pack, and who made and signed them, by id; whether the period is over."""

    kind: Kind
    period: Period
    versions: tuple[Version, ...]
    names: Mapping[int, str] = field(default_factory=dict)
    over: bool = False

    @property
    def newest(self) -> Version | None:
        return self.versions[-1] if self.versions else None


@dataclass(frozen=True)
class AboutPack(Facts):
    """One version with its files, as a ZIP."""

    version: Version
    content: bytes


def answers_until(period: Period, closes: timedelta) -> date:
    """The last day on which answers of these days may still begin to count: a form is over so long after it was
    offered, and then waits for its own words to be read."""
    return period.last + closes + max(UNREAD_FOR, WITHDRAW_FOR)


def kind_of(period: Period) -> Kind | None:
    """What a pack of these days would be; None for any other days."""
    return Kind.QUARTER if period.is_quarter else Kind.YEAR if period.is_year else None


def key(table: Table, line: Line) -> str:
    """The name of a figure, the same in every period."""
    return f"{table.name}|{table.about}|{line.code}"


def figures(tables: Iterable[Table]) -> dict[str, Line]:
    return {key(table, line): line for table in tables for line in table.lines}


def of_then(tables: Iterable[Table]) -> dict[str, Line]:
    """The figures of an earlier period that was not signed: without those that can only be told as they stand now."""
    return {
        key(table, line): line
        for table in tables
        for line in table.lines
        if table.name != "outstanding" and (table.name != QUALITY or line.code == UNRECORDED)
    }


# ── Beside each other ───────────────────────────────────────────────────────────────────────────────────────────────


def compared(
    tables: Iterable[Table],
    last: Figures,
    year_ago: Figures,
    clocks: Mapping[str, Clock],
    as_signed: Collection[tuple[str, str]] = (),
) -> tuple[Compared, ...]:
    """Every figure beside the one of the period before, the one of a year earlier, the target and Scotland's."""
    found = []
    for table in tables:
        targets = {line.code: line.count for line in table.lines}
        rows = []
        for line in table.lines:
            name, is_met = key(table, line), table.name == kept.NAME and line.code == "met"
            clock = clocks.get(table.about) if is_met else None
            national = National(clock.compare, clock.source) if clock is not None and clock.compare else None
            target = targets.get("target") if is_met else None
            rows.append(Row(line, last.get(name), year_ago.get(name), target, national or NATIONAL.get(name)))
        found.append(Compared(table, tuple(rows), (table.name, table.about) in as_signed))
    return tuple(found)


def once(tables: Sequence[Table]) -> tuple[Table, ...]:
    """Each thing told once: how far forms came, by the settled count where there is one; and an answer that is told
    beside the one at the start is not told by itself as well, so that nobody can take one from the other."""
    settled = {table.about for table in tables if table.name == change.REACH}
    paired = {_end_of(table.about) for table in tables if table.name in (change.CHANGE, change.BARRIERS, change.GOALS)}
    return tuple(
        table
        for table in tables
        if not (table.name == "forms" and table.about in settled)
        and not (table.name == "answers" and table.about.rpartition("/")[2] in paired)
    )


def joined(tables: Iterable[Table]) -> tuple[Table, ...]:
    """Tables of one name about the same thing become one, with the lines of all of them in order."""
    found: dict[tuple[str, str], Table] = {}
    for one in tables:
        before = found.get((one.name, one.about))
        lines = one.lines if before is None else (*before.lines, *one.lines)
        found[one.name, one.about] = replace(one, lines=lines)
    return tuple(found.values())


def as_shown(tables: Iterable[Table], signed: Figures) -> tuple[Table, ...]:
    """The tables with the figures that were signed."""
    return tuple(
        replace(table, lines=tuple(_as_signed(line, signed.get(key(table, line))) for line in table.lines))
        for table in tables
    )


def _end_of(about: str) -> str:
    return about.rpartition("/")[2]


def sample(refs: Iterable[str], period: Period, version: int, size: int) -> tuple[str, ...]:
    """Orders whose files are to be looked at: drawn by lot, and the same lot for the same version."""
    every = sorted(refs)
    return tuple(sorted(random.Random(f"{period.name} {version}").sample(every, min(size, len(every)))))


# ── What may be shown to whom ───────────────────────────────────────────────────────────────────────────────────────


def hidden(line: Line) -> Line:
    """A figure that is not shown."""
    return replace(line, count=None, base=None, interval=None, value=None, behind=())


def for_public(public: Iterable[Table], staff: Iterable[Table]) -> tuple[Table, ...]:
    """The public's tables without anything that staff are not shown: staff read both. No list of anybody."""
    seen = figures(staff)

    def shown(table: Table, line: Line) -> Line:
        other = seen.get(key(table, line))
        if other is None or (other.count is None and line.count is not None):
            return hidden(line)
        return replace(line, base=None if other.base is None else line.base, behind=())

    return tuple(replace(table, lines=tuple(shown(table, line) for line in table.lines)) for table in public)


def steady(tables: Iterable[Table], signed: Figures, least: int) -> tuple[tuple[Table, ...], set[tuple[str, str]]]:
    """Tables of a correction, so that nobody can tell from the difference to the version that was signed who was put
    right. Where every difference is of too few, a table stands as it was signed; where only some are, none of it is
    shown. Returns also which stand as they were signed."""
    found, stand = [], set()
    for table in tables:
        before = {line.code: signed.get(key(table, line)) for line in table.lines}
        apart = [
            abs(now - then)
            for line in table.lines
            for now, then in _pairs(line, before[line.code])
            if now is not None and then is not None
        ]
        if not any(small(one, least) for one in apart):
            found.append(table)
        elif all(one == 0 or small(one, least) for one in apart):
            found.append(replace(table, lines=tuple(_as_signed(line, before[line.code]) for line in table.lines)))
            stand.add((table.name, table.about))
        else:
            found.append(replace(table, lines=tuple(hidden(line) for line in table.lines)))
    return tuple(found), stand


def _pairs(line: Line, before: Line | None) -> list[tuple[int | None, int | None]]:
    return [] if before is None else [(line.count, before.count), (line.base, before.base)]


def _as_signed(line: Line, before: Line | None) -> Line:
    if before is None:
        return hidden(line)
    return replace(line, count=before.count, base=before.base, interval=before.interval, value=before.value)

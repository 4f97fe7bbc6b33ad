"""The figures of a report: counted, each share with its base, and small numbers hidden so that they stay hidden.

A count of 1 to `least` - 1 is hidden; 0 is shown. Where a shown total would give a hidden part away, a second part is
hidden with it, or the total. Two kinds of table: parts, which add up to their total; and steps, each of which is some
of the first and none of which adds up to anything.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median

from domain.about import Facts
from domain.hiding import hidden_parts as hidden_parts
from domain.hiding import small as small
from domain.limits import Limit
from domain.period import Period as Period

SKIPPED, ANSWERED = "skipped", "answered"


@dataclass(frozen=True)
class Key:
    """A blank that is itself a key of the catalogue; of one that has no words its last part is shown."""

    key: str


Blanks = Mapping[str, str | int | date | Limit | Key]


@dataclass(frozen=True)
class Line:
    """One figure. `count` and `base` are None where they are hidden; `words` are the catalogue keys of its label."""

    code: str
    words: tuple[str, ...]
    count: int | None
    base: int | None = None
    share: bool = True  # whether it is a share of a base at all
    blanks: Blanks = field(default_factory=dict)  # of its words
    interval: tuple[int, int] | None = None  # of the percent: 95% Wilson, in whole percent; where a share is compared
    behind: tuple[str, ...] = ()  # the references of what was counted; none where answers were, or where it is hidden
    value: float | None = None  # a mean of `count` answers, in points of their scale; such a line is no share

    @property
    def percent(self) -> int | None:
        """Whole percent of the base; None if either is hidden or there is nothing to divide by."""
        return round(100 * self.count / self.base) if self.count is not None and self.base else None


@dataclass(frozen=True)
class Table:
    """Figures that belong together. `about` says of what, where one name has several tables."""

    name: str
    words: str
    lines: tuple[Line, ...]
    about: str = ""
    blanks: Blanks = field(default_factory=dict)  # of its words

    @property
    def hides(self) -> bool:
        """Whether any figure is hidden."""
        return any(line.count is None for line in self.lines)


@dataclass(frozen=True)
class Report(Facts):
    """What a service did in a period, as of a moment. `acknowledged_after`: the median, in working time."""

    period: Period
    as_of: datetime
    tables: tuple[Table, ...]
    acknowledged_after: timedelta | None
    least: int

    def named(self, *names: str) -> tuple[Table, ...]:
        """The tables of these names."""
        return tuple(table for table in self.tables if table.name in names)


# ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────

Words = Mapping[str, tuple[str, ...]]
TOTAL = "total"


def parts(counts: Mapping[str, int], words: Words, least: int) -> tuple[Line, ...]:
    """Lines that add up: the total first, then each part as a share of it."""
    hidden, total_hidden = hidden_parts(list(counts.values()), least)
    total = None if total_hidden else sum(counts.values())
    lines = [Line(TOTAL, (f"report.{TOTAL}",), total, share=False)]
    for at, (code, count) in enumerate(counts.items()):
        lines.append(Line(code, words[code], None if at in hidden else count, total))
    return tuple(lines)


def steps(counts: Mapping[str, int], words: Words, least: int) -> tuple[Line, ...]:
    """Lines each of which counts some of the first line, which is their base."""
    shown = {code: None if small(count, least) else count for code, count in counts.items()}
    first = next(iter(counts))
    return tuple(Line(code, words[code], count, shown[first], share=code != first) for code, count in shown.items())


def ticks(counts: Mapping[str, int], asked: int, words: Words, least: int) -> tuple[Line, ...]:
    """Lines of a question with several answers: what is hidden is a small number who ticked, or who did not."""
    total = None if small(asked, least) else asked
    lines = [Line(TOTAL, (f"report.{TOTAL}",), total, share=False)]
    for code, count in counts.items():
        hidden, _ = hidden_parts((count, asked - count), least)
        lines.append(Line(code, words[code], None if hidden or total is None else count, total))
    return tuple(lines)


def typical(waits: Collection[timedelta], least: int) -> timedelta | None:
    """The median, or None where there are too few to hide any one of them."""
    if len(waits) < max(least, 1):
        return None
    return timedelta(seconds=median(wait.total_seconds() for wait in waits))

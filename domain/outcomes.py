"""The figures of a report: counted, each share with its base, and small numbers hidden so that they stay hidden.

A count of 1 to `least` - 1 is hidden; 0 is shown. Where a shown total would give a hidden part away, a second part is
hidden with it, or the total. Two kinds of table: parts, which add up to their total; and steps, each of which is some
of the first and none of which adds up to anything.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from statistics import median
from typing import Self

from domain.questionnaires import Answered, Condition, Every, Is, Not, Question, Some, Type
from domain.standards import Limit

SKIPPED, ANSWERED = "skipped", "answered"
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class Period:
    """Days, the first and the last included."""

    first: date
    last: date

    @classmethod
    def quarter(cls, day: date) -> Self:
        """The quarter that a day is in. Councils' quarters are the calendar's: their year begins on 1 April."""
        first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        after = (first + timedelta(days=100)).replace(day=1)
        return cls(first, after - timedelta(days=1))

    @classmethod
    def parse(cls, text: str) -> Self:
        """`2026-07-01 2026-09-30`; raises ValueError for anything else."""
        first, last = (date.fromisoformat(part) for part in text.split())
        if not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR or last < first:
            raise ValueError("a period begins before it ends, and within living memory")
        return cls(first, last)

    @classmethod
    def of_number(cls, number: int) -> Self:
        """The inverse of `number`; raises ValueError."""
        first, last = divmod(number, 10**8)
        return cls.parse(f"{first} {last}")

    @property
    def number(self) -> int:
        """The period as one number, 2026070120260930, for a button to carry."""
        return int(f"{self.first:%Y%m%d}{self.last:%Y%m%d}")

    @property
    def before(self) -> Self:
        """The quarter before the one in which this period begins."""
        return self.quarter(self.quarter(self.first).first - timedelta(days=1))

    @property
    def whole_quarters(self) -> Self | None:
        """The quarters that lie wholly within, if any: answers are dated by no more than their quarter."""
        first = self.quarter(self.first)
        start = first.first if first.first == self.first else first.last + timedelta(days=1)
        last = self.quarter(self.last)
        end = last.last if last.last == self.last else last.first - timedelta(days=1)
        return replace(self, first=start, last=end) if start < end else None


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
    behind: tuple[str, ...] = ()  # the references of what was counted; none where answers were, or where it is hidden

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
class Report:
    """What a service did in a period, as of a moment. `acknowledged_after`: the median, in working time."""

    period: Period
    as_of: datetime
    tables: tuple[Table, ...]
    acknowledged_after: timedelta | None
    least: int

    def named(self, *names: str) -> tuple[Table, ...]:
        """The tables of these names."""
        return tuple(table for table in self.tables if table.name in names)


# ── Hiding ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def small(count: int, least: int) -> bool:
    """Whether a count says something of too few."""
    return 0 < count < least


def hidden_parts(counts: Sequence[int], least: int) -> tuple[frozenset[int], bool]:
    """Which parts (by position) are hidden, and whether their total is.

    It goes by size and never by position, so that whoever knows this rule cannot tell which hidden part is which.
    """
    hidden = {at for at, count in enumerate(counts) if small(count, least)}
    if not hidden:
        return frozenset(), False
    if sum(counts) < least:
        return frozenset(hidden), True
    if _blurred([counts[at] for at in hidden], least):
        return frozenset(hidden), False
    larger = [count for count in counts if count >= least]
    if not larger:
        return frozenset(hidden), True
    return frozenset(hidden | {at for at, count in enumerate(counts) if count == min(larger)}), False


def _blurred(counts: Sequence[int], least: int) -> bool:
    """Whether small parts whose sum is known could each be more than one number."""
    fewest, most = len(counts), len(counts) * (least - 1)
    return len(counts) > 1 and fewest < sum(counts) < most


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


# ── Answers ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Tally:
    """How many forms gave one value: option ids joined with +, None for free text and for a question skipped."""

    question: str
    value: str | None
    has_words: bool
    count: int


def answers(form: str, questions: Iterable[Question], tallies: Iterable[Tally], least: int) -> list[Table]:
    """A table for each question that was put to anybody.

    A question that is asked because of an earlier answer has the number of those who gave it as its base. So where
    anything of the earlier one is hidden, all of the later one is.
    """
    by_question: dict[str, list[Tally]] = {}
    for tally in tallies:
        by_question.setdefault(tally.question, []).append(tally)
    tables: dict[str, Table] = {}
    for question in questions:
        if question.id not in by_question:
            continue
        lines = _answers_to(question, by_question[question.id], least)
        if any(tables[earlier].hides for earlier in _leans_on(question.show_if) if earlier in tables):
            lines = tuple(replace(line, count=None, base=None) for line in lines)
        tables[question.id] = Table("answers", question.text_key, lines, f"{form}/{question.id}")
    return list(tables.values())


def _answers_to(question: Question, tallies: Sequence[Tally], least: int) -> tuple[Line, ...]:
    counts = dict.fromkeys((*question.option_ids, SKIPPED) if question.options else (ANSWERED, SKIPPED), 0)
    for tally in tallies:
        for code in _codes(question, tally):
            counts[code] = counts.get(code, 0) + tally.count
    words = {code: (f"report.{code}",) for code in (ANSWERED, SKIPPED)}
    words |= {option.id: (option.key,) for option in question.options}
    words = {code: words.get(code, (code,)) for code in counts}
    if question.type is Type.MULTI:
        return ticks(counts, sum(tally.count for tally in tallies), words, least)
    return parts(counts, words, least)


def _codes(question: Question, tally: Tally) -> list[str]:
    if tally.value is None:
        return [ANSWERED if tally.has_words else SKIPPED]
    if not question.options:
        return [ANSWERED]
    return tally.value.split("+") if question.type is Type.MULTI else [tally.value]


def _leans_on(condition: Condition | None) -> Iterator[str]:
    match condition:
        case Not(part):
            yield from _leans_on(part)
        case Every(several) | Some(several):
            for part in several:
                yield from _leans_on(part)
        case Is("answers", question) | Answered("answers", question):
            yield question

"""Whoever reads all tables of dates in a pack, and is good at sums, cannot work out a small number."""

import os
import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import dated
from domain.appointments import Kind
from domain.attendance import CAME, MISSED, Outcome, Record
from domain.dated import Dates, Held
from domain.hiding import small
from domain.outcomes import Table
from domain.reminded import Ahead, Reminded, Said
from domain.served import Served

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
START = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)
LIVE = START.date() - timedelta(days=30)
KINDS = (Kind.SUPERVISION, Kind.UNPAID_WORK, Kind.REVIEW)
HOME, ACCEPTED = Outcome.SENT_HOME_SERVICE, Outcome.MISSED_ACCEPTED
LOST = (HOME, Outcome.STOOD_DOWN_AHEAD)
AHEAD, CANCELLED, NOTHING = "ahead", "cancelled", "not_recorded"
PRIME = 2**61 - 1


@dataclass(frozen=True, order=True)
class Cell:
    """Dates that are alike in everything that a pack counts. `quarter`: -1 is the time before the reminders."""

    quarter: int
    kind: Kind
    outcome: str
    cause: str = ""
    ahead: str = Ahead.NONE
    said: str = Said.NOTHING

    @property
    def missed(self) -> bool:
        return self.outcome in MISSED

    @property
    def expected(self) -> bool:
        return self.outcome in CAME | MISSED


WORDS = [(Ahead.NONE, Said.NOTHING), (Ahead.NOT_ACCEPTED, Said.NOTHING), *((Ahead.ACCEPTED, said) for said in Said)]
OUTCOMES: list[tuple[str, str]] = [
    (Outcome.ATTENDED_FULL, ""),
    (HOME, "weather"),
    (HOME, "vehicle"),
    (Outcome.MISSED_REASON_UNKNOWN, ""),
    (ACCEPTED, "health"),
    (ACCEPTED, "work"),
    (Outcome.MISSED_NOT_ACCEPTED, ""),
]
OTHERS: list[tuple[str, str]] = [
    (Outcome.STOOD_DOWN_AHEAD, "weather"),
    (Outcome.NOT_EXPECTED, "custody"),
    *((one, "") for one in (NOTHING, AHEAD, CANCELLED)),
]


@cache
def cells(quarters: int = 1) -> Sequence[Cell]:
    """Every cell that there can be."""
    found = [
        Cell(at, kind, *outcome, *words)
        for at in range(quarters)
        for kind in KINDS
        for outcome in OUTCOMES
        for words in WORDS
    ]
    found += [Cell(at, kind, *outcome) for at in range(quarters) for kind in KINDS for outcome in OTHERS]
    return found + [Cell(-1, kind, *outcome) for kind in KINDS for outcome in OUTCOMES]


Counts = dict[Cell, int]


# ── The reader: what each printed figure counts, by its name, and sums of them ──────────────────────────────────────


def counted(name: str, about: str, code: str, cell: Cell) -> tuple[bool, bool]:
    """Whether a cell is counted in a figure of a table, and in its base."""
    now, kind, outcome = cell.quarter >= 0, str(cell.kind), str(cell.outcome)
    total = code == "total"
    match name:
        case "appointments":
            return now and (total or outcome == code), now
        case "missed":
            return now and kind == code and cell.missed, now and kind == code and cell.expected
        case "lost_days":
            mine = now and outcome in LOST
            return mine and (total or cell.cause == code), mine
        case "accepted":
            mine = now and outcome == ACCEPTED
            return mine and (total or cell.cause == code), mine
        case "quality":
            return now and outcome == NOTHING, now and outcome not in (AHEAD, CANCELLED)
    mine = cell.expected and about in ("all", kind)
    match name:
        case "reminded":
            mine = mine and now and code == f"ahead_{cell.ahead}"
        case "answered":
            mine = mine and now and cell.ahead == Ahead.ACCEPTED and code == f"said_{cell.said}"
        case "live":
            mine = mine and now == (code == "live_after")
        case _:
            raise AssertionError(name)
    return mine and cell.missed, mine


Row = dict[int, int]  # by cell, as its number
Group = frozenset[int]


@cache
def cells_of(name: str, about: str, code: str, among: int, quarters: frozenset[int]) -> tuple[Group, Group]:
    """Which cells are counted in a figure of these quarters, and in its base. `among`: how many quarters there are."""
    mine = [(n, cell) for n, cell in enumerate(cells(among)) if cell.quarter in quarters or cell.quarter < 0]
    hits = [(n, counted(name, about, code, cell)) for n, cell in mine]
    return frozenset(n for n, (of, _) in hits if of), frozenset(n for n, (_, of) in hits if of)


class Reader:
    """Knows every printed figure, and every number that follows from them by adding and subtracting."""

    def __init__(self) -> None:
        self.known: list[Group] = []
        self.empty: set[int] = set()
        self.rows: dict[int, Row] = {}

    def reads(self, which: frozenset[int], count: int) -> None:
        self.known.append(which)
        if count == 0:
            self.empty |= which

    def sums(self) -> None:
        for which in self.known:
            left = self._left(which)
            if left:
                pivot = min(left)
                over = pow(left[pivot], -1, PRIME)
                self.rows[pivot] = {cell: by * over % PRIME for cell, by in left.items()}

    def can_tell(self, which: frozenset[int]) -> bool:
        return not self._left(which)

    def _left(self, which: frozenset[int]) -> Row:
        """What is not told of a group. The rows stand in steps, so that the smallest cell goes first."""
        left = dict.fromkeys(which - self.empty, 1)
        todo = sorted(cell for cell in left if cell in self.rows)
        while todo:
            pivot = todo[0]
            by = left[pivot]
            for cell, of in self.rows[pivot].items():
                rest = (left.get(cell, 0) - by * of) % PRIME
                if rest:
                    left[cell] = rest
                else:
                    left.pop(cell, None)
            todo = sorted(cell for cell in left if cell in self.rows)
        return left


OF_DATES = frozenset({"appointments", "missed", "lost_days", "accepted", "quality", "reminded", "answered", "live"})
Printed = Sequence[tuple[Sequence[Table], frozenset[int]]]  # tables, and of which quarters


def told(counts: Counts, among: int, printed: Printed, least: int) -> dict[Group, str]:
    """Small numbers, and small differences, that follow from what is printed."""
    reader, groups = Reader(), dict[Group, str]()
    people = [counts.get(cell, 0) for cell in cells(among)]
    for tables, quarters in printed:
        for table in (one for one in tables if one.name in OF_DATES):
            for line in table.lines:
                which, base = cells_of(table.name, table.about, line.code, among, quarters)
                name = f"{sorted(quarters)} {table.name}|{table.about}|{line.code}"
                groups |= {which: name, base: f"{name}, of", base - which: f"{name}, the rest"}
                if line.count is not None:
                    assert line.count == sum(people[n] for n in which), name
                    reader.reads(which, line.count)
                if line.base is not None:
                    assert line.base == sum(people[n] for n in base), name
                    reader.reads(base, line.base)
                if line.count is not None and line.base is not None:
                    reader.reads(base - which, line.base - line.count)
    reader.sums()
    sizes = {which: sum(people[n] for n in which) for which in groups}
    few = {which: name for which, name in groups.items() if small(sizes[which], least)}
    few |= {
        whole - part: f"{groups[whole]} without {groups[part]}"
        for whole, part in permutations(groups, 2)
        if small(sizes[whole] - sizes[part], least) and part < whole
    }
    return {which: f"{name}: {sum(people[n] for n in which)}" for which, name in few.items() if reader.can_tell(which)}


# ── Quarters and years by chance ────────────────────────────────────────────────────────────────────────────────────


def dates(counts: Counts) -> Dates:
    held, served, reminded = [], [], []
    for number, (cell, count) in enumerate(sorted(counts.items())):
        day = (LIVE if cell.quarter < 0 else START.date()) - timedelta(days=cell.quarter < 0)
        start = NOW + timedelta(days=9) if cell.outcome == AHEAD else START
        outcome = Outcome(cell.outcome) if cell.outcome in list(Outcome) else None
        for n in range(count):
            ref = f"{cell}-{n}"
            if outcome is not None:
                reminded.append(Reminded(ref, cell.kind, day, outcome, Ahead(cell.ahead), Said(cell.said)))
            if cell.quarter < 0:
                continue
            status = CANCELLED if cell.outcome == CANCELLED else "booked"
            held.append(Held(ref, status, start, day, outcome.value if outcome else None))
            if status == "booked":
                record = Record(outcome, START, cell.cause) if outcome else None
                served.append(Served(number, ref, "O", cell.kind, day, start, timedelta(hours=7), standing=record))
    return Dates(tuple(held), tuple(served), tuple(reminded), LIVE)


def drawn(every: Sequence[Cell], most: int, groups: int) -> st.SearchStrategy[Counts]:
    sizes = st.one_of(st.integers(1, 9), st.integers(1, most))
    return st.dictionaries(st.sampled_from(every), sizes, min_size=4, max_size=groups)


@pytest.mark.parametrize("least", [5, 10])
@given(data=st.data())
@settings(max_examples=30, deadline=None)
def test_a_quarters_tables_together_tell_no_small_number(least: int, data: st.DataObject) -> None:
    counts = data.draw(drawn(cells(), 40, 24))
    tables = dated.tables(dates(counts), NOW, least)
    assert told(counts, 1, [(tables, frozenset({0}))], least) == {}


def test_what_the_reviewer_took_from_one_table_to_another() -> None:
    counts = {
        Cell(0, Kind.UNPAID_WORK, Outcome.ATTENDED_FULL): 60,
        Cell(0, Kind.UNPAID_WORK, HOME, "weather"): 7,
        Cell(0, Kind.UNPAID_WORK, ACCEPTED, "health"): 12,
        Cell(0, Kind.UNPAID_WORK, Outcome.MISSED_NOT_ACCEPTED): 20,
        Cell(0, Kind.UNPAID_WORK, Outcome.MISSED_REASON_UNKNOWN): 2,
    }
    tables = dated.tables(dates(counts), NOW, 5)
    assert told(counts, 1, [(tables, frozenset({0}))], 5) == {}
    shown = {(one.name, one.about, line.code) for one in tables for line in one.lines if line.count is not None}
    assert {("appointments", "", "total"), ("appointments", "", Outcome.ATTENDED_FULL)} <= shown


def printed_of_a_year(counts: Counts, least: int) -> Printed:
    """The tables of its quarters, and then its own beside them."""
    printed: list[tuple[Sequence[Table], frozenset[int]]] = []
    quarters = []
    for at in range(4):
        theirs = dates({cell: count for cell, count in counts.items() if cell.quarter in (at, -1)})
        tables = dated.tables(theirs, NOW, least)
        quarters.append((theirs, dated.keys(tables)))
        printed.append((tables, frozenset({at})))
    return [*printed, (dated.tables(dates(counts), NOW, least, quarters), frozenset(range(4)))]


def told_by_the_year(counts: Counts, least: int) -> dict[Group, str]:
    """What its tables tell to whoever has read those of its quarters."""
    *printed, year = printed_of_a_year(counts, least)
    assert not any(told(counts, 4, [one], least) for one in printed)
    alone = told(counts, 4, printed, least)  # what the quarters tell, nobody can take back
    return {which: name for which, name in told(counts, 4, [*printed, year], least).items() if which not in alone}


@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_a_year_beside_its_quarters_tells_no_small_number(data: st.DataObject) -> None:
    assert told_by_the_year(data.draw(drawn(cells(4), 40, 40)), 5) == {}


def test_two_quarters_of_one_date_each_are_not_told_by_the_total_of_the_year() -> None:
    """The two were the only ones with a reminder: whoever took their number for known kept nothing from that table."""
    came, reminded = Outcome.ATTENDED_FULL, (Ahead.ACCEPTED, Said.COMING)
    counts = {
        Cell(0, Kind.SUPERVISION, came, "", Ahead.NOT_ACCEPTED): 5,
        Cell(0, Kind.SUPERVISION, came): 5,
        Cell(1, Kind.UNPAID_WORK, came, "", *reminded): 1,
        Cell(2, Kind.REVIEW, ACCEPTED, "work", *reminded): 1,
        Cell(3, Kind.REVIEW, ACCEPTED, "health"): 5,
    }
    assert told_by_the_year(counts, 5) == {}


def shown_of_a_made_up_year() -> list[str]:
    """The same one each time: which figures of it may be read."""
    dice = random.Random(0)
    counts = {cell: dice.choice((1, 2, 3, dice.randint(1, 60))) for cell in dice.sample(cells(4), 60)}
    return sorted(dated.keys(printed_of_a_year(counts, 5)[-1][0]))


def test_a_pack_hides_the_same_figures_in_every_process() -> None:
    """Where strings hash otherwise: whoever has a pack drawn up again must not be shown what the first one hid."""
    asks = f"from {__name__} import shown_of_a_made_up_year as shown; print(shown())"
    began = [
        subprocess.Popen(
            (sys.executable, "-c", asks), stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONHASHSEED": seed}
        )
        for seed in ("1", "2")
    ]
    first, second = (one.communicate()[0] for one in began)
    assert len(first) > 100, "nothing was shown"
    assert first == second

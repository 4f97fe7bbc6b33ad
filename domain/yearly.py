"""A year beside its four quarters: a figure is shown only if no number that a quarter hides can then be worked out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from domain import change, kept
from domain.limits import Clock
from domain.outcomes import TOTAL, Table
from domain.packs import QUALITY, hidden

_ADDS_UP = frozenset({"reminders"})
_OF_DATES = frozenset({"appointments", "missed", "lost_days", "lost_hours", "accepted", "extensions", "sessions"})
_HELD_AGAINST_QUARTERS = frozenset(  # in `domain/dated.py` and in `domain/overlapping.py`; or as they stand now
    {*_OF_DATES, "reminded", "answered", "live", *change.NAMES, "outstanding", QUALITY}
)
_LATE = "~late"  # those whom a clock of the standards was not kept for: due without met
_YEAR = -1
Cell = tuple[str, int]  # a line, and a quarter by its position or the year


def of_year(
    year: Iterable[Table], quarters: Sequence[Iterable[Table]], clocks: Mapping[str, Clock]
) -> tuple[Table, ...]:
    """A year's tables without any figure from which, with the four quarters beside it, a hidden one could be worked
    out. A line is shown if each quarter shows it, since it then says nothing new; of a table whose lines add up, also
    if every hidden number still has others to hide behind."""
    by_quarter = [{(one.name, one.about): one for one in several} for several in quarters]
    found: list[Table] = []
    for table in year:
        theirs = [several.get((table.name, table.about)) for several in by_quarter]
        held = table.name in _HELD_AGAINST_QUARTERS or table.name.startswith("year_")
        found.append(table if held else _beside(table, [_counts(one) for one in theirs], clocks.get(table.about)))
    return tuple(found)


def _beside(table: Table, quarters: Sequence[Mapping[str, int | None]], clock: Clock | None) -> Table:
    counts = {line.code: line.count for line in table.lines}
    whole = TOTAL
    if table.name == kept.NAME:
        whole, shown = "due", _standard(_with_late(counts), [_with_late(one) for one in quarters], clock)
    elif table.name in _ADDS_UP:
        shown = _added(TOTAL, [code for code in counts if code != TOTAL], counts, quarters)
    else:
        shown = {code for code in counts if all(one.get(code, 0) is not None for one in quarters)}
    lines = [line if line.code in shown else hidden(line) for line in table.lines]
    if whole in counts and whole not in shown:  # it is what the others are shares of
        lines = [replace(line, base=None, interval=None) for line in lines]
    return replace(table, lines=tuple(lines))


def _counts(table: Table | None) -> Mapping[str, int | None]:
    """By code; a line that is not there counted nobody."""
    return {line.code: line.count for line in table.lines} if table is not None else {}


def _with_late(counts: Mapping[str, int | None]) -> Mapping[str, int | None]:
    due, met = counts.get("due", 0), counts.get("met", 0)
    return {**counts, _LATE: None if due is None or met is None else due - met}


def _standard(
    counts: Mapping[str, int | None], quarters: Sequence[Mapping[str, int | None]], clock: Clock | None
) -> set[str]:
    """What a clock shows of a year: due and met first, then what each of them is made of. Its target is no number of
    people, and whom it leaves out is shown if each quarter shows it."""
    shown = _added("due", ["met", _LATE], counts, quarters)
    alone = [code for code in counts if code.startswith("out_") or code == "own"]
    shown |= {code for code in alone if all(one.get(code, 0) is not None for one in quarters)}
    shown |= counts.keys() & {"target"}
    if not {"due", "met", _LATE} <= shown:
        return shown
    in_time = clock.bands.index(clock.limits[0]) if clock is not None and clock.bands else -1
    bands = [code for code in counts if code.startswith("band_")]
    within = [code for code in bands if 0 <= int(code.removeprefix("band_")) <= in_time]
    beyond = [code for code in bands if code not in within]
    why = [code for code in counts if code.startswith("why_")]
    for whole, parts in (("met", within), (_LATE, beyond), (_LATE, why)):
        shown |= _added(whole, parts, counts, quarters, known=True)
    return shown


def _added(
    whole: str,
    parts: Sequence[str],
    counts: Mapping[str, int | None],
    quarters: Sequence[Mapping[str, int | None]],
    known: bool = False,
) -> set[str]:
    """Which of a whole and its parts may be shown of the year. `known`: take the whole for known everywhere.

    What is hidden are the edges of a graph between lines and quarters (the year is one more): each line adds up over
    the quarters, each quarter over the lines. A hidden number can be worked out if and only if its edge is a bridge.
    """
    rows = [*parts] if known else [whole, *parts]
    secret: set[Cell] = {(code, at) for at, one in enumerate(quarters) for code in rows if one.get(code, 0) is None}
    protected = secret | {(code, _YEAR) for code in rows if counts.get(code, 0) is None}
    hides = secret | {(code, _YEAR) for code in rows}
    lost = _bridges(hides)
    for code in sorted(rows, key=lambda code: (code != whole, -(counts.get(code) or 0))):
        if counts.get(code, 0) is not None and not (_bridges(hides - {(code, _YEAR)}) - lost) & protected:
            hides.discard((code, _YEAR))
    return {code for code in rows if (code, _YEAR) not in hides}


def _bridges(cells: Collection[Cell]) -> set[Cell]:
    """The cells whose line and quarter hang together by nothing else."""
    return {cell for cell in cells if not _joined(cell, set(cells) - {cell})}


def _joined(ends: Cell, cells: Collection[Cell]) -> bool:
    lines, quarters = {ends[0]}, set[int]()
    while True:
        quarters_now = {at for code, at in cells if code in lines}
        lines_now = lines | {code for code, at in cells if at in quarters_now}
        if ends[1] in quarters_now:
            return True
        if lines_now == lines and quarters_now == quarters:
            return False
        lines, quarters = lines_now, quarters_now

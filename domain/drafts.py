"""Tables before anything of them is hidden: each figure still knows whom it counts.

So whoever weighs them need not know which table adds up to which: it follows from who is counted where. Figures are
shown one by one, the most wanted first, and each only if every small number, and every small difference of two figures,
could then still be another one (`domain/sums.py`).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

from domain.hiding import small
from domain.intervals import percents
from domain.outcomes import TOTAL, Blanks, Line, Table
from domain.sums import Group, Sums


@dataclass(frozen=True)
class Entry:
    """A figure: whom it counts, and of whom it is a share, if it is one."""

    code: str
    words: tuple[str, ...]
    units: Collection[str]
    base: Collection[str] | None = None
    blanks: Blanks = field(default_factory=dict)
    behind: tuple[str, ...] = ()  # what is listed where it is shown
    compared: bool = False  # shown with its interval
    first: bool = False  # what others are shares of
    printed: bool = True  # False: it stands nowhere, but other tables add up to it

    @cached_property
    def counts(self) -> frozenset[str]:
        return frozenset(self.units)

    @cached_property
    def of(self) -> frozenset[str] | None:
        return None if self.base is None else frozenset(self.base)

    @property
    def sets(self) -> list[frozenset[str]]:
        return [self.counts] if self.of is None else [self.of, self.counts]

    @property
    def told(self) -> list[frozenset[str]]:
        """What whoever sees it knows of: the rest of the base as well."""
        return self.sets if self.of is None else [*self.sets, self.of - self.counts]

    def line(self, shown: bool, with_base: bool) -> Line:
        count = len(self.counts) if shown else None
        base = len(self.of) if self.of is not None and with_base else None
        interval = percents(count, base) if self.compared and count is not None and base is not None else None
        behind = self.behind if shown else ()
        return Line(self.code, self.words, count, base, self.of is not None, self.blanks, interval, behind)


@dataclass(frozen=True)
class Draft:
    """A table that is still to be weighed. `optional`: it is left out where it would show nothing."""

    name: str
    words: str
    entries: tuple[Entry, ...]
    about: str = ""
    blanks: Blanks = field(default_factory=dict)
    optional: bool = False

    def key(self, entry: Entry) -> str:
        return f"{self.name}|{self.about}|{entry.code}"


Shown = Collection[str]  # keys of figures, as `packs.key` has them
Told = tuple[Sequence[Draft], Shown]  # tables that were shown, and what of them


def parts(units: Mapping[str, Sequence[str]], words: Mapping[str, tuple[str, ...]]) -> tuple[Entry, ...]:
    """Figures that add up: the total first, then each part as a share of it, with its list."""
    every = [one for several in units.values() for one in several]
    total = Entry(TOTAL, (f"report.{TOTAL}",), every, first=True)
    return total, *(Entry(code, words[code], several, every, behind=tuple(several)) for code, several in units.items())


def weighed(drafts: Sequence[Draft], least: int, told: Sequence[Told] = ()) -> tuple[Table, ...]:
    """Tables without any figure from which, with all the others and what was told before, a small number could be
    worked out."""
    scale = _Scale(drafts, least, told)
    tables = []
    for draft in drafts:
        lines = tuple(scale.line(draft, entry) for entry in draft.entries if entry.printed)
        if not draft.optional or any(line.count is not None for line in lines):
            tables.append(Table(draft.name, draft.words, lines, draft.about, draft.blanks))
    return tuple(tables)


class _Scale:
    """All figures that are weighed together, and those of them that are shown."""

    def __init__(self, drafts: Sequence[Draft], least: int, told: Sequence[Told]) -> None:
        self._least = least
        every = [drafts, *(one for one, _ in told)]
        self._sets = {
            group: n for n, group in enumerate(dict.fromkeys(group for several in every for group in _sets(several)))
        }
        self._read_cells()
        secrets = set(self._small()) | set(self._differences())
        for several in every:
            secrets |= set(self._together(several))
        self._sums = Sums(self._cells, secrets)
        for earlier, shown in told:
            for draft in earlier:
                for entry in draft.entries:
                    if draft.key(entry) in shown:
                        self._take(entry)
        # What was told may come to a secret of ours by chance only, as when just those whom it counts had a reminder.
        # Nobody who reads it knows that; so at least these tables by themselves do not tell it.
        self._alone = Sums(self._cells, secrets - self._sums.secrets)
        self._shown: set[str] = set()
        self._open: set[frozenset[str]] = set()
        for draft, entry in _in_order(drafts):
            self._offer(draft, entry)

    def _read_cells(self) -> None:
        """People who are counted in the same figures are in the same cell. In order, or what is hidden would be another
        figure in each process, and who has both would read both."""
        where: dict[str, list[int]] = {}
        for group, n in self._sets.items():
            for one in sorted(group):
                where.setdefault(one, []).append(n)
        sizes = Counter(map(tuple, where.values()))
        self._cells = list(sizes.values())
        inside: list[list[int]] = [[] for _ in self._sets]
        for cell, several in enumerate(sizes):
            for n in several:
                inside[n].append(cell)
        self._groups = {group: frozenset(inside[n]) for group, n in self._sets.items()}

    def _count(self, group: Group) -> int:
        return sum(self._cells[cell] for cell in group)

    def _few(self, group: Group) -> bool:
        return small(self._count(group), self._least)

    def _small(self) -> Iterator[Group]:
        return (group for group in self._groups.values() if self._few(group))

    def _differences(self) -> Iterator[Group]:
        """What is left of one figure without another that is part of it."""
        several = sorted(set(self._groups.values()), key=len)
        sizes = {group: self._count(group) for group in several}
        for part, whole in combinations(several, 2):
            if 0 < sizes[whole] - sizes[part] < self._least and part < whole:
                yield whole - part

    def _together(self, drafts: Iterable[Draft]) -> Iterator[Group]:
        """Small figures of one table that are few even together."""
        for draft in drafts:
            few = {self._groups[one.counts] for one in draft.entries if not one.first}
            unions = {frozenset[int]()}
            for group in [one for one in few if self._few(one)]:
                unions |= {one | group for one in unions if not one & group and self._few(one | group)}
            yield from (one for one in unions if one)

    def _take(self, entry: Entry) -> None:
        for group in entry.sets:
            self._sums.take(self._groups[group])

    def _offer(self, draft: Draft, entry: Entry) -> None:
        few = any(self._few(self._groups[one]) for one in entry.sets)
        groups = [self._groups[one] for one in entry.sets]
        if not few and self._alone.show(*groups) and self._sums.show(*groups):
            self._shown.add(draft.key(entry))
            self._open |= set(entry.sets) if entry.printed else set()

    def line(self, draft: Draft, entry: Entry) -> Line:
        return entry.line(draft.key(entry) in self._shown, entry.of in self._open)


def _sets(drafts: Iterable[Draft]) -> Iterator[frozenset[str]]:
    return (group for draft in drafts for entry in draft.entries for group in entry.told)


def _in_order(drafts: Sequence[Draft]) -> Iterator[tuple[Draft, Entry]]:
    """Table by table, and the optional ones together; in each the largest first, so that whoever knows this rule cannot
    tell by their place which of two is the small one."""
    tables = [[one] for one in drafts if not one.optional]
    for several in (*tables, [one for one in drafts if one.optional]):
        yield from sorted(
            ((draft, entry) for draft in several for entry in draft.entries),
            key=lambda one: (not one[1].first, -len(one[1].of or ()), -len(one[1].counts)),
        )

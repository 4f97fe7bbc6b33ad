"""Figures that overlap: what of them may be shown, so that nobody can work out a small number.

Every person is counted in exactly one *cell*, and a figure adds up cells. Figures are shown one by one, the most wanted
first, and each only if every small number still has another value that it could be: there is a table with one to four
people in other cells, of which all that is shown is as true as of the real one. That table is the number's *witness*.
So nobody, however good at sums, can tell the number. A figure that would leave a small number without one is left out.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import combinations, permutations

from domain.hiding import small

IN_A_YEAR = 4  # quarters
YEAR = -1  # where a quarter is meant by its number: all of them together
NOWHERE = ""  # the cell of people of whom nothing is told here: nobody knows how many there are
TWO_WAYS = 4  # cells that two people leave and enter
FAR = 4  # by how much a swap of two people may change what is told: longer ways are put together from shorter ones

Counts = Mapping[str, int]  # people, by cell
Family = tuple[str, tuple[str, ...]]  # a figure, and others that together are all of it


@dataclass(frozen=True)
class Move:
    """One or two people in other cells than they are in, and what that does to each figure."""

    left: tuple[str, ...]
    entered: tuple[str, ...]
    figures: Mapping[str, int]

    def effect(self, group: frozenset[str]) -> int:
        """By how many a group of cells changes."""
        return sum(cell in group for cell in self.entered) - sum(cell in group for cell in self.left)


@dataclass(frozen=True)
class Scheme:
    """Which cells each figure adds up, what it is a share of, and in which steps figures are shown.

    Within a step the largest comes first, so that whoever knows this rule cannot tell by their place which of two is
    the small one. A share is shown only beside its base.
    """

    figures: Mapping[str, frozenset[str]]
    steps: tuple[tuple[str, ...], ...]
    families: tuple[Family, ...] = ()
    bases: Mapping[str, str] = field(default_factory=dict)
    open: frozenset[str] = frozenset()  # cells that are the service's own doing: how few there are may be told

    @cached_property
    def guarded(self) -> frozenset[frozenset[str]]:
        """Groups of whom no small number may be told: every figure, and what one leaves of another that it is in."""
        sets = set(self.figures.values())
        return frozenset(sets | {whole - part for whole in sets for part in sets if part < whole}) - {self.open}

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """One person from any cell to any other; and two, where most of what is told stays as it was."""
        cells = sorted(frozenset().union(*self.figures.values()))
        steps = list(permutations((*cells, NOWHERE), 2))
        pairs = (pair for pair in combinations(steps, 2) if len({*pair[0], *pair[1]}) == TWO_WAYS)
        swaps = {(tuple(sorted((a, c))), tuple(sorted((b, d)))) for (a, b), (c, d) in pairs}
        double = [self._move(left, entered) for left, entered in sorted(swaps)]
        near = [move for move in double if sum(map(abs, move.figures.values())) <= FAR]
        return (*(self._move((left,), (entered,)) for left, entered in steps), *near)

    def _move(self, left: tuple[str, ...], entered: tuple[str, ...]) -> Move:
        plain = Move(left, entered, {})
        changed = {code: plain.effect(group) for code, group in self.figures.items()}
        return Move(left, entered, {code: by for code, by in changed.items() if by})

    @cached_property
    def effects(self) -> Mapping[frozenset[str], Mapping[int, int]]:
        """By guarded group which moves (by position) change it, and by how many."""
        by_group = {group: [move.effect(group) for move in self.moves] for group in self.guarded}
        return {group: {at: by for at, by in enumerate(several) if by} for group, several in by_group.items()}

    def count(self, code: str, counts: Counts) -> int:
        """A figure."""
        return sum(counts.get(cell, 0) for cell in self.figures[code])


@lru_cache
def partition(total: str, parts: tuple[str, ...]) -> Scheme:
    """Parts that add up to their total, and no more."""
    figures = {total: frozenset(parts), **{part: frozenset({part}) for part in parts}}
    return Scheme(figures, ((total,), parts), ((total, parts),), dict.fromkeys(parts, total))


def of_quarter(scheme: Scheme, counts: Counts, least: int) -> frozenset[str]:
    """The codes of the figures of one quarter that may be shown."""
    ledger = _Ledger(scheme, [counts], least)
    ledger.guard()
    return ledger.offer(0)


def of_year(scheme: Scheme, quarters: Sequence[Counts], least: int) -> tuple[frozenset[str], frozenset[str]]:
    """Of a year's four quarters, in order: what may be shown of the year, and then of its last quarter.

    The others were shown as each of them ended, and nobody can take that back.
    """
    ledger = _Ledger(scheme, quarters, least)
    for at, counts in enumerate(quarters[:-1]):
        ledger.take(at, of_quarter(scheme, counts, least))
    ledger.guard()
    return ledger.offer(YEAR), ledger.offer(len(quarters) - 1)


@dataclass(frozen=True)
class Drawing:
    """What is drawn of a council's year: the last of the quarters that are given, or (`whole`) all four as one.

    `leasts`: what counts as few for its readers, and for those who see other figures of the same people.
    """

    whole: bool
    leasts: frozenset[int]

    def total(self, quarters: Sequence[Counts]) -> Counter[str]:
        """How many are in each cell."""
        several = quarters if self.whole else quarters[-1:]
        return sum((Counter(dict(counts)) for counts in several), Counter())

    def shown(self, scheme: Scheme, quarters: Sequence[Counts]) -> frozenset[str]:
        """The codes of the figures that may be shown to all of these readers."""
        return frozenset.intersection(*(self._shown(scheme, quarters, least) for least in self.leasts))

    def _shown(self, scheme: Scheme, quarters: Sequence[Counts], least: int) -> frozenset[str]:
        if self.whole or len(quarters) == IN_A_YEAR:
            return of_year(scheme, quarters, least)[0 if self.whole else 1]
        return of_quarter(scheme, quarters[-1], least)


Group = tuple[int, frozenset[str]]  # a quarter, or the year; and cells of it
Step = tuple[int, int]  # in which quarter, which move of the scheme
Witness = tuple[Step, ...]


class _Ledger:
    """What has been shown of one quarter or of a year's, and what else may be."""

    def __init__(self, scheme: Scheme, quarters: Sequence[Counts], least: int) -> None:
        self._scheme, self._quarters, self._least = scheme, quarters, least
        self._places = (*range(len(quarters)), YEAR) if len(quarters) > 1 else (0,)
        self._shown: dict[int, set[str]] = {at: set() for at in (*range(len(quarters)), YEAR)}
        self._moves = [self._possible(counts) for counts in quarters]
        self._witnesses: dict[Group, Witness] = {}

    def _possible(self, counts: Counts) -> frozenset[int]:
        here = {NOWHERE} | {cell for cell, count in counts.items() if count}
        return frozenset(at for at, move in enumerate(self._scheme.moves) if here.issuperset(move.left))

    def _sum(self, at: int, group: Iterable[str]) -> int:
        several = self._quarters if at == YEAR else (self._quarters[at],)
        return sum(counts.get(cell, 0) for counts in several for cell in group)

    def _count(self, at: int, code: str) -> int:
        return self._sum(at, self._scheme.figures[code])

    def guard(self) -> None:
        """Finds a witness for every small number there is."""
        groups = [(at, group) for at in self._places for group in self._scheme.guarded]
        few = [(at, group) for at, group in groups if small(self._sum(at, group), self._least)]
        search = self._search()
        self._witnesses = {group: found for group in few if (found := search.witness(group)) is not None}

    def offer(self, at: int) -> frozenset[str]:
        """Shows of one quarter, or of the year, whatever may be shown."""
        for step in self._scheme.steps:
            for code in sorted(step, key=lambda code: -self._count(at, code)):
                self._try(at, code)
        return frozenset(self._shown[at])

    def take(self, at: int, codes: Iterable[str]) -> None:
        """What has been shown already."""
        for code in codes:
            self._show(at, code)

    def _try(self, at: int, code: str) -> None:
        """Shows a figure, unless a small number would then be known."""
        base = self._scheme.bases.get(code)
        if base is not None and base not in self._shown[at]:
            return
        if small(self._count(at, code), self._least) or self._leaves_few(at, code):
            return
        before = list(self._moves)
        self._show(at, code)
        broken = [group for group, witness in self._witnesses.items() if self._changes(witness, at, code)]
        search = self._search()
        fresh: dict[Group, Witness] = {}
        for group in broken:
            witness = search.witness(group)
            if witness is None:
                self._moves = before
                self._shown[at].remove(code)
                return
            fresh[group] = witness
        self._witnesses |= fresh

    def _show(self, at: int, code: str) -> None:
        self._shown[at].add(code)
        if at != YEAR:
            moves = self._scheme.moves
            self._moves[at] = frozenset(move for move in self._moves[at] if code not in moves[move].figures)

    def _changes(self, witness: Witness, at: int, code: str) -> bool:
        moves = self._scheme.moves
        return sum(moves[move].figures.get(code, 0) for where, move in witness if at in (where, YEAR)) != 0

    def _leaves_few(self, at: int, code: str) -> bool:
        """Whether the parts that stay hidden of something would together be too few."""
        shown = self._shown[at] | {code}
        for whole, parts in self._scheme.families:
            if code in (whole, *parts) and whole in shown:
                rest = self._count(at, whole) - sum(self._count(at, part) for part in parts if part in shown)
                if small(rest, self._least):
                    return True
        if at != YEAR and code not in self._shown[YEAR]:
            return False
        told = [n for n in range(len(self._quarters)) if n == at or code in self._shown[n]]
        return small(self._count(YEAR, code) - sum(self._count(n, code) for n in told), self._least)

    def _search(self) -> "_Search":
        return _Search(self._scheme, self._moves, self._shown[YEAR])


class _Search:
    """Looks for witnesses among the moves that change nothing shown of their own quarter.

    What a move does to what is shown of the year is one number, its *trace*: a move makes up for another one if the two
    add up to 0.
    """

    def __init__(self, scheme: Scheme, moves: Sequence[frozenset[int]], year: Iterable[str]) -> None:
        self._effects, self._moves = scheme.effects, moves
        self._digits = {code: 16**at for at, code in enumerate(sorted(year))}
        self._all = scheme.moves

    @cached_property
    def _traces(self) -> Sequence[int]:
        digits = self._digits
        if not digits:
            return [0] * len(self._all)
        return [sum(by * digits[code] for code, by in move.figures.items() if code in digits) for move in self._all]

    @cached_property
    def _by_trace(self) -> Mapping[int, Sequence[Step]]:
        found: dict[int, list[Step]] = {}
        for at, several in enumerate(self._moves):
            for move in several:
                found.setdefault(self._traces[move], []).append((at, move))
        return found

    def witness(self, group: Group) -> Witness | None:
        """A move, or two in different quarters that make up for each other, that changes the number in a group."""
        where, cells = group
        effects, traces = self._effects[cells], self._traces
        steps = [
            (at, move)
            for at, several in enumerate(self._moves)
            if where in (at, YEAR)
            for move in effects
            if move in several
        ]
        for step in steps:
            if not traces[step[1]]:
                return (step,)
        for at, move in steps:
            for other, back in self._by_trace.get(-traces[move], ()):
                opposite = effects.get(back, 0) if where == YEAR else 0
                if other != at and effects[move] + opposite:
                    return ((at, move), (other, back))
        return None

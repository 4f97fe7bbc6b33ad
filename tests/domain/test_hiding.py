"""Whoever is good at sums, and reads everything that is shown, cannot tell one small number."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import overlapping
from domain.change import CHAIN, LEFT, SCALE, TICKS, WAYS
from domain.hiding import small
from domain.overlapping import YEAR, Drawing, Scheme

LEAST = 3
GOAL = Scheme(
    {"total": frozenset("ynp"), **{code: frozenset(code) for code in "ynp"}},
    (("total",), ("y", "n", "p")),
    (("total", ("y", "n", "p")),),
)
CROSS = Scheme(  # who began low, by who got better: two ways to divide the same people
    {
        "paired": frozenset({"low_up", "low_down", "high_up", "high_down"}),
        "up": frozenset({"low_up", "high_up"}),
        "down": frozenset({"low_down", "high_down"}),
        "low": frozenset({"low_up", "low_down"}),
        "low_up": frozenset({"low_up"}),
    },
    (("paired",), ("up", "down"), ("low",), ("low_up",)),
    (("paired", ("up", "down")),),
    {"up": "paired", "down": "paired", "low": "paired", "low_up": "low"},
)
Show = Callable[[Scheme, Mapping[str, int], int], frozenset[str]]


def cells(scheme: Scheme) -> list[str]:
    return sorted(frozenset().union(*scheme.figures.values()))


def told(scheme: Scheme, show: Show) -> list[tuple[str, ...]]:
    """Small tables of which everything that is shown, and all larger ones that fit it, tell a small number."""
    names = cells(scheme)
    tables = [dict(zip(names, counts, strict=True)) for counts in product(range(2 * LEAST + 1), repeat=len(names))]
    figures = [{code: scheme.count(code, one) for code in scheme.figures} for one in tables]
    groups = [{group: sum(one[cell] for cell in group) for group in scheme.guarded} for one in tables]
    fitting: dict[frozenset[str], dict[tuple[int, ...], list[Mapping[frozenset[str], int]]]] = {}
    found = []
    for at, table in [(at, one) for at, one in enumerate(tables) if max(one.values()) <= LEAST + 1]:
        shown = show(scheme, table, LEAST)
        order = sorted(shown)
        if shown not in fitting:
            fitting[shown] = defaultdict(list)
            for counts, sums in zip(figures, groups, strict=True):
                fitting[shown][tuple(counts[code] for code in order)].append(sums)
        alike = fitting[shown][tuple(figures[at][code] for code in order)]
        for group, real in groups[at].items():
            if small(real, LEAST) and all(one[group] == real for one in alike):
                found.append((str(table), *order, str(sorted(group))))
    return found


def only_small(scheme: Scheme, table: Mapping[str, int], least: int) -> frozenset[str]:
    """What hides small numbers and nothing more."""
    return frozenset(code for code in scheme.figures if not small(scheme.count(code, table), least))


@pytest.mark.parametrize("scheme", [LEFT, TICKS, GOAL, WAYS, CROSS])
def test_no_table_up_to_a_size_tells_a_small_number(scheme: Scheme) -> None:
    assert told(scheme, overlapping.of_quarter) == []


@pytest.mark.parametrize("scheme", [LEFT, TICKS, GOAL, CROSS])
def test_to_hide_the_small_ones_alone_would_tell_them(scheme: Scheme) -> None:
    assert told(scheme, only_small)


# ── An attacker with everything that was ever shown: all quarters, and the year ─────────────────────────────────────

Key = tuple[int, str]  # a quarter, and a cell of it
Shown = Sequence[tuple[int, frozenset[str]]]  # a quarter, or the year, and what was shown of it


class Attacker:
    """Looks for another table that fits all that was shown, by putting right one sum after another."""

    def __init__(self, scheme: Scheme, quarters: Sequence[Mapping[str, int]], shown: Shown) -> None:
        self.people = {(at, cell): counts.get(cell, 0) for at, counts in enumerate(quarters) for cell in cells(scheme)}
        self.sums = [self.group(at, scheme.figures[code]) for at, codes in shown for code in codes]
        self.with_key: dict[Key, list[int]] = {}

    def group(self, at: int, several: frozenset[str]) -> frozenset[Key]:
        return frozenset(key for key in self.people if key[1] in several and at in (YEAR, key[0]))

    def sees_another(self, group: frozenset[Key]) -> bool:
        """Whether the group could have another number."""
        return any(
            self._mended({key: by}, self._off({}, key, by), group, most)
            for most in range(1, 9)
            for key in sorted(group)
            for by in (1, -1)
            if self.people[key] + by >= 0
        )

    def _mended(self, changed: dict[Key, int], off: dict[int, int], group: frozenset[Key], most: int) -> bool:
        """`off`: by how much each sum is wrong, by its number."""
        if not off:
            return sum(by for key, by in changed.items() if key in group) != 0
        if len(changed) >= most:
            return False
        wrong = min(off, key=lambda n: len(self.sums[n]))
        step = -1 if off[wrong] > 0 else 1
        return any(
            self._mended({**changed, key: step}, self._off(off, key, step), group, most)
            for key in sorted(self.sums[wrong])
            if key not in changed and self.people[key] + step >= 0
        )

    def _off(self, before: dict[int, int], key: Key, by: int) -> dict[int, int]:
        if key not in self.with_key:
            self.with_key[key] = [n for n, one in enumerate(self.sums) if key in one]
        after = dict(before)
        for n in self.with_key[key]:
            after[n] = after.get(n, 0) + by
            if after[n] == 0:
                del after[n]
        return after


def everything(scheme: Scheme, quarters: Sequence[Mapping[str, int]], least: int) -> Shown:
    """What a reader of every quarter and of the year has seen in the end."""
    year, last = overlapping.of_year(scheme, quarters, least)
    earlier = [(at, overlapping.of_quarter(scheme, counts, least)) for at, counts in enumerate(quarters[:-1])]
    return [*earlier, (YEAR, year), (len(quarters) - 1, last)]


def pinned(scheme: Scheme, quarters: Sequence[Mapping[str, int]], shown: Shown, least: int) -> list[object]:
    """The small numbers that the attacker knows."""
    attacker = Attacker(scheme, quarters, shown)
    groups = [(at, several) for at in (*range(len(quarters)), YEAR) for several in scheme.guarded]
    found: list[object] = []
    for at, several in groups:
        group = attacker.group(at, several)
        few = small(sum(attacker.people[key] for key in group), least)
        if few and not attacker.sees_another(group):
            found.append((at, sorted(several)))
    return found


def year_of(scheme: Scheme, most: int) -> st.SearchStrategy[list[dict[str, int]]]:
    """A quarter is the digits of one number, which is drawn faster than each of them."""
    names, base = cells(scheme), most + 1
    quarter = st.integers(0, base ** len(names) - 1).map(
        lambda number: {name: number // base**n % base for n, name in enumerate(names)}
    )
    return st.lists(quarter, min_size=4, max_size=4)


@pytest.mark.parametrize("scheme", [CROSS, TICKS, GOAL, LEFT, CHAIN])
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_four_quarters_and_their_year_tell_no_small_number(scheme: Scheme, data: st.DataObject) -> None:
    quarters = data.draw(year_of(scheme, 2 * LEAST))
    assert pinned(scheme, quarters, everything(scheme, quarters, LEAST), LEAST) == []


@given(st.fixed_dictionaries({cell: st.integers(0, 9) for cell in cells(SCALE)}))
@settings(max_examples=60, deadline=None)
def test_the_figures_of_one_area_of_life_tell_no_small_number(counts: dict[str, int]) -> None:
    shown = [(0, overlapping.of_quarter(SCALE, counts, LEAST))]
    attacker = Attacker(SCALE, [counts], shown)
    for several in SCALE.guarded:
        group = attacker.group(0, several)
        if small(sum(attacker.people[key] for key in group), LEAST):
            assert attacker.sees_another(group), sorted(several)


def test_a_year_that_is_shown_beside_all_its_quarters_gives_the_thin_one_away() -> None:
    """So the year or one more quarter is left out; what only hides small numbers is found out."""
    full = {"low_up": 9, "low_down": 9, "high_up": 9, "high_down": 9}
    thin = {"low_up": 1, "low_down": 0, "high_up": 1, "high_down": 0}
    quarters = [thin, full, full, full]
    naive = [(at, only_small(CROSS, counts, LEAST)) for at, counts in enumerate(quarters)]
    year = {cell: sum(counts[cell] for counts in quarters) for cell in full}
    assert pinned(CROSS, quarters, [*naive, (YEAR, only_small(CROSS, year, LEAST))], LEAST)
    shown = dict(everything(CROSS, quarters, LEAST))
    assert "paired" in shown[YEAR]
    assert shown[0] == frozenset()
    assert "paired" not in shown[3]


@given(year_of(CROSS, 8))
@settings(max_examples=40, deadline=None)
def test_what_is_shown_to_the_public_is_shown_to_staff(quarters: list[dict[str, int]]) -> None:
    """Staff see both: together they must not tell more than either."""
    for whole in (True, False):
        public, staff = Drawing(whole, frozenset({3, 6})), Drawing(whole, frozenset({3}))
        assert public.shown(CROSS, quarters) <= staff.shown(CROSS, quarters)


def test_where_nobody_is_few_everything_is_shown() -> None:
    counts = dict.fromkeys(cells(SCALE), 40)
    assert overlapping.of_quarter(SCALE, counts, 10) == frozenset(SCALE.figures)
    year, last = overlapping.of_year(SCALE, [counts] * 4, 10)
    assert year == last == frozenset(SCALE.figures)


def test_the_largest_is_shown_and_the_smallest_with_the_next_is_not() -> None:
    assert overlapping.of_quarter(GOAL, {"y": 9, "n": 1, "p": 4}, LEAST) == {"total", "y"}


def test_what_is_hidden_together_is_not_too_few() -> None:
    """9 of 11 said yes: the other two would be known, though not which of them said what."""
    assert overlapping.of_quarter(GOAL, {"y": 9, "n": 1, "p": 1}, LEAST) == {"total"}


@given(year_of(GOAL, 2 * LEAST))
@settings(max_examples=60, deadline=None)
def test_the_hidden_quarters_of_a_figure_are_together_not_too_few(quarters: list[dict[str, int]]) -> None:
    shown = dict(everything(GOAL, quarters, LEAST))
    for code in shown[YEAR]:
        hidden = [counts for at, counts in enumerate(quarters) if code not in shown[at]]
        assert not small(sum(GOAL.count(code, counts) for counts in hidden), LEAST)

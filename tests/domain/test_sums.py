"""A number that is kept has another one that fits all that is shown: found by trying every table there is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.sums import Group, Sums

CELLS = 5
GROUPS = st.frozensets(st.integers(0, CELLS - 1), min_size=1)
EVERY = list(product(range(7), repeat=CELLS))
Counts = Sequence[int]


def count(group: Group, table: Counts) -> int:
    return sum(table[cell] for cell in group)


@cache
def by_count(group: Group) -> Mapping[int, Sequence[Counts]]:
    """Every table there is, by how many it has in a group."""
    found = defaultdict(list)
    for one in EVERY:
        found[count(group, one)].append(one)
    return found


def alike(shown: Sequence[Group], table: Counts) -> Sequence[Counts]:
    """Every table that has as many in all that is shown."""
    if not shown:
        return EVERY
    first, *others = shown
    fitting = by_count(first)[count(first, table)]
    for group in others:
        wanted = count(group, table)
        fitting = [one for one in fitting if count(group, one) == wanted]
    return fitting


@given(
    st.lists(st.integers(1, 3), min_size=CELLS, max_size=CELLS),
    st.lists(GROUPS, min_size=1, max_size=3),
    st.lists(GROUPS, min_size=1, max_size=6),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_shown_every_secret_could_be_another_number(
    cells: list[int], secrets: list[Group], offered: list[Group]
) -> None:
    sums = Sums(cells, secrets)
    shown = [group for group in offered if sums.show(group)]
    fitting = alike(shown, cells)
    told = [set(secret) for secret in secrets if all(count(secret, one) == count(secret, cells) for one in fitting)]
    assert told == []
    assert all(sums.show(group) for group in shown), "what is known already says nothing new"

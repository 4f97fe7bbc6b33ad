"""A number that is kept has another one that fits all that is shown: found by trying every table there is."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.sums import Group, Sums

CELLS = 5
GROUPS = st.frozensets(st.integers(0, CELLS - 1), min_size=1)


@given(
    st.lists(st.integers(1, 3), min_size=CELLS, max_size=CELLS),
    st.lists(GROUPS, min_size=1, max_size=3),
    st.lists(GROUPS, min_size=1, max_size=6),
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_shown_every_secret_could_be_another_number(
    cells: list[int], secrets: list[Group], offered: list[Group]
) -> None:
    def count(group: Group, table: tuple[int, ...]) -> int:
        return sum(table[cell] for cell in group)

    def kept(shown: list[Group]) -> set[Group]:
        every = product(range(7), repeat=CELLS)
        alike = [one for one in every if all(count(group, one) == count(group, tuple(cells)) for group in shown)]
        return {secret for secret in secrets if len({count(secret, one) for one in alike}) > 1}

    sums = Sums(cells, secrets)
    shown = [group for group in offered if sums.show(group)]
    assert kept(shown) == set(secrets)
    assert all(sums.show(group) for group in shown), "what is known already says nothing new"

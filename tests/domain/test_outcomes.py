"""Figures are counted with their base, and what is hidden cannot be worked out from what is shown."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import outcomes
from domain.outcomes import Period

LEAST = 5
Published = tuple[tuple[int | None, ...], int | None]


def published(counts: Iterable[int], least: int = LEAST) -> Published:
    """All that a reader sees of a table of parts."""
    named = {str(at): count for at, count in enumerate(counts)}
    total, *parts = outcomes.parts(named, {code: (code,) for code in named}, least)
    return tuple(line.count for line in parts), total.count


@pytest.mark.parametrize(("cells", "least"), [(1, 5), (2, 5), (3, 5), (4, 5), (4, 3), (5, 3)])
def test_whoever_knows_the_rule_and_reads_the_table_cannot_tell_a_small_number(cells: int, least: int) -> None:
    """Every table there is, up to a size: each small number shares what is published with a table where it differs."""
    alike: dict[Published, list[tuple[int, ...]]] = defaultdict(list)
    for counts in product(range(least + 3), repeat=cells):
        alike[published(counts, least)].append(counts)
    for (shown, total), tables in alike.items():
        assert not outcomes.small(total or 0, least)
        for at in range(cells):
            assert shown[at] is None or not outcomes.small(shown[at] or 0, least)
            if shown[at] is None and any(outcomes.small(counts[at], least) for counts in tables):
                assert len({counts[at] for counts in tables}) > 1, (shown, total)
        if total is None:
            assert len({sum(counts) for counts in tables}) > 1, (shown, total)


@given(st.lists(st.integers(0, 200), min_size=1, max_size=12), st.randoms())
def test_what_is_shown_is_true_and_goes_by_size_not_by_place(counts: list[int], dice: object) -> None:
    shown, total = published(counts)
    assert all(one is None or one == count for one, count in zip(shown, counts, strict=True))
    assert total in (None, sum(counts))
    assert len(set(zip(counts, shown, strict=True))) == len(set(counts))
    if all(count == 0 or count >= LEAST for count in counts):
        assert None not in shown


def test_one_small_part_takes_the_next_smallest_with_it() -> None:
    assert published([2, 40, 9, 0]) == ((None, 40, None, 0), 51)


def test_two_small_parts_that_hide_each_other_are_enough() -> None:
    assert published([2, 4, 9]) == ((None, None, 9), 15)


def test_a_small_total_is_hidden_itself() -> None:
    assert published([3, 0]) == ((None, 0), None)
    assert published([0, 0]) == ((0, 0), 0)


def test_every_percentage_has_its_base() -> None:
    words = {"came": ("a",), "missed": ("b",)}
    total, came, missed = outcomes.parts({"came": 30, "missed": 10}, words, LEAST)
    assert (came.percent, came.base, missed.percent, total.percent) == (75, 40, 25, None)


def test_no_percentage_of_a_hidden_count_or_base() -> None:
    lines = outcomes.steps({"ended": 4, "offered": 0}, {"ended": ("a",), "offered": ("b",)}, LEAST)
    assert [(line.count, line.base, line.percent) for line in lines] == [(None, None, None), (0, None, None)]


def test_steps_are_shares_of_the_first() -> None:
    words = {code: (code,) for code in ("ended", "offered", "started")}
    ended, offered, started = outcomes.steps({"ended": 60, "offered": 45, "started": 3}, words, LEAST)
    assert (ended.share, offered.percent, offered.base, started.count) == (False, 75, 60, None)


def test_the_median_of_few_is_hidden() -> None:
    waits = [timedelta(minutes=n) for n in (5, 10, 20, 60, 600)]
    assert outcomes.typical(waits, 5) == timedelta(minutes=20)
    assert outcomes.typical(waits[:4], 5) is None
    assert outcomes.typical([], 1) is None


def test_quarters() -> None:
    third = Period(date(2026, 7, 1), date(2026, 9, 30))
    assert Period.quarter(date(2026, 8, 31)) == third
    assert Period.quarter(date(2026, 12, 31)) == Period(date(2026, 10, 1), date(2026, 12, 31))
    assert third.before == Period(date(2026, 4, 1), date(2026, 6, 30))
    assert Period(date(2026, 1, 1), date(2026, 3, 31)).before == Period(date(2025, 10, 1), date(2025, 12, 31))
    assert Period.of_number(third.number) == third


@pytest.mark.parametrize(
    ("days", "told", "weighed"),
    [
        ("2026-07-01 2026-09-30", True, 1),
        ("2026-01-01 2026-03-31", True, 4),
        ("2025-04-01 2026-03-31", True, 4),
        ("2025-01-01 2025-12-31", False, 0),
        ("2026-04-01 2026-09-30", False, 0),
        ("2026-07-02 2026-09-30", False, 0),
        ("2026-10-01 2026-12-31", False, 0),
    ],
)
def test_answers_are_told_by_quarters_and_years_that_are_over(days: str, told: bool, weighed: int) -> None:
    period = Period.parse(days)
    assert period.told(date(2026, 12, 31)) == told
    assert not told or len(period.to_weigh) == weighed


def test_a_quarter_and_a_year_by_name() -> None:
    assert Period.named("2026Q3") == Period.quarter(date(2026, 8, 1))
    assert Period.named("2026q1").name == "2026Q1"
    assert Period.year(date(2026, 3, 31)) == Period(date(2025, 4, 1), date(2026, 3, 31))
    assert Period.year(date(2024, 4, 1)).a_year_before == Period(date(2023, 4, 1), date(2024, 3, 31))
    assert Period.named("2025Q1").a_year_before == Period(date(2024, 1, 1), date(2024, 3, 31))
    for wrong in ("2026Q5", "2026", "Q3", "1999Q1"):
        with pytest.raises(ValueError, match="2026Q3"):
            Period.named(wrong)


@pytest.mark.parametrize(
    "text", ["", "2026-07-01", "2026-09-30 2026-07-01", "soon later", "1 2 3", "2026-07-01 x", "2026-07-01 9999-12-31"]
)
def test_a_period_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Period.parse(text)

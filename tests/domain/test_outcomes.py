"""Figures are counted with their base, and what is hidden cannot be worked out from what is shown."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import outcomes
from domain.outcomes import Period, Tally
from domain.questionnaires import Is, Option, Question, Type

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


SENT_HOME = Question(
    "sent_home", Type.CHOICE, "question.sent_home.text", options=tuple(Option(one, one) for one in ("0", "1", "2"))
)
LOST = Question(
    "lost",
    Type.CHOICE,
    "question.lost.text",
    options=(Option("few", "few"), Option("many", "many")),
    show_if=Is("answers", "sent_home", ("1", "2")),
)
HARD = Question("hard", Type.MULTI, "question.hard.text", options=(Option("bus", "bus"), Option("food", "food")))


def test_a_later_question_does_not_give_an_earlier_one_away() -> None:
    """Of 24 people 2, 3 and 1 gave small answers; 5 of them were asked the later question."""
    home = [Tally("sent_home", value, False, n) for value, n in (("0", 20), ("1", 3), ("2", 2))]
    tables = outcomes.answers("exit@1", [SENT_HOME, LOST], [*home, Tally("lost", "few", False, 5)], LEAST)
    assert [line.count for line in tables[1].lines] == [None] * 4
    assert {line.base for line in tables[1].lines} == {None}


def test_a_later_question_is_counted_where_nothing_earlier_is_hidden() -> None:
    home = [Tally("sent_home", value, False, n) for value, n in (("0", 20), ("1", 7))]
    tables = outcomes.answers("exit@1", [SENT_HOME, LOST], [*home, Tally("lost", "few", False, 7)], LEAST)
    assert [line.count for line in tables[1].lines] == [7, 7, 0, 0]


def test_a_tick_hides_few_who_ticked_and_few_who_did_not() -> None:
    tallies = [Tally("hard", "bus", False, 17), Tally("hard", "bus+food", False, 2), Tally("hard", None, False, 1)]
    [table] = outcomes.answers("exit@1", [HARD], tallies, LEAST)
    assert {line.code: line.count for line in table.lines} == {"total": 20, "bus": None, "food": None, "skipped": None}


def test_free_text_is_counted_and_never_carried() -> None:
    better = Question("better", Type.TEXT, "question.better.text", most=600)
    [table] = outcomes.answers("exit@1", [better], [Tally("better", None, True, 8), Tally("better", None, False, 6)], 5)
    assert {line.code: line.count for line in table.lines} == {"total": 14, "answered": 8, "skipped": 6}


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
    ("first", "last", "whole"),
    [
        ("2026-07-01", "2026-09-30", "2026-07-01 2026-09-30"),
        ("2026-06-30", "2026-10-01", "2026-07-01 2026-09-30"),
        ("2026-04-01", "2026-09-29", "2026-04-01 2026-06-30"),
        ("2026-07-02", "2026-09-30", None),
        ("2026-08-01", "2026-08-31", None),
    ],
)
def test_answers_are_told_by_whole_quarters(first: str, last: str, whole: str | None) -> None:
    found = Period(date.fromisoformat(first), date.fromisoformat(last)).whole_quarters
    assert found == (Period.parse(whole) if whole else None)


@pytest.mark.parametrize(
    "text", ["", "2026-07-01", "2026-09-30 2026-07-01", "soon later", "1 2 3", "2026-07-01 x", "2026-07-01 9999-12-31"]
)
def test_a_period_that_cannot_be_read(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        Period.parse(text)

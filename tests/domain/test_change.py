"""One area of life: every settled form is counted in one place, whatever was answered."""

from collections import Counter
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from domain import change
from domain.change import Pair
from domain.intervals import difference, wilson
from domain.outcomes import Table
from domain.overlapping import Drawing
from domain.questionnaires import Option, Question, Type
from messages import words

POINTS = ("1", "2", "3", "4", "5")
OPTIONS = tuple(Option(one, f"scale.good5.{one}") for one in (*POINTS, "none"))
QUESTION = Question("home", Type.SCALE, "question.home.text", options=OPTIONS, pair="home")
EVERYTHING = Drawing(False, frozenset({1}))
SAID = (*POINTS, "none", None)
PAIRS = st.sampled_from([Pair(*both, True, count) for both in product(SAID, SAID) for count in range(1, 10)])


def drawn(pairs: list[Pair], drawing: Drawing = EVERYTHING) -> tuple[Table, Table]:
    return change.scale("a/home", QUESTION, "exit@1", [pairs], drawing)


def counts(table: Table) -> dict[str, int]:
    return {line.code: line.count or 0 for line in table.lines}


@settings(deadline=None)
@given(st.lists(PAIRS, max_size=12))
def test_everybody_who_finished_is_in_exactly_one_place(pairs: list[Pair]) -> None:
    found = Counter(counts(drawn(pairs)[0]))
    several = ("paired", "into_none", "out_of_none", "stayed_none", "skipped")
    assert found["asked"] == sum(found[one] for one in several) == sum(pair.count for pair in pairs)
    assert found["paired"] == found["better"] + found["same"] + found["worse"]
    assert found["low"] == found["low_better"] + found["low_same"] + found["low_worse"] <= found["paired"]


@settings(deadline=None)
@given(st.lists(PAIRS, min_size=1, max_size=12))
def test_start_and_end_exchanged_turn_better_into_worse(pairs: list[Pair]) -> None:
    there = counts(drawn(pairs)[0])
    back = counts(drawn([Pair(one.after, one.before, True, one.count) for one in pairs])[0])
    assert (there["better"], there["into_none"]) == (back["worse"], back["out_of_none"])
    assert (there["same"], there["stayed_none"]) == (back["same"], back["stayed_none"])


@settings(deadline=None)
@given(st.lists(PAIRS, max_size=12), st.integers(1, 12))
def test_no_mean_without_its_base_and_no_percent_of_few(pairs: list[Pair], least: int) -> None:
    for table in drawn(pairs, Drawing(False, frozenset({least}))):
        for line in table.lines:
            assert line.count is None or line.count == 0 or line.count >= least
            assert line.value is None or (line.count is not None and line.count >= least and 1 <= line.value <= 5)
            assert line.interval is None or line.percent is not None


def test_a_mean_of_few_does_not_tell_which_of_them_moved() -> None:
    """Five from 1.0 to 1.2: one is better and four are the same, though both are hidden."""
    few = [Pair("1", "1", True, 4), Pair("1", "2", True, 1), Pair("4", "4", True, 30), Pair("4", "5", True, 20)]
    lines = {line.code: line for line in drawn(few, Drawing(False, frozenset({5})))[0].lines}
    assert (lines["low"].count, lines["low_better"].count, lines["low_same"].count) == (5, None, None)
    assert lines["low_mean_start"].value is lines["low_mean_end"].value is None


def test_the_middle_of_a_difference_between_two_shares() -> None:
    """Newcombe (1998), table II, method 10: 56/70 and 48/80 give 0.0524 to 0.3339."""
    assert difference(56, 70, 48, 80) == (5, 34)
    assert [round(one, 4) for one in wilson(81, 263)] == [0.2553, 0.3662]


def test_every_figure_has_words_and_so_has_what_they_cannot_show() -> None:
    reach = change.reach("exit", [[change.Reach(change.UNSAID, "offered", 9)]], EVERYTHING)
    keys = {key for table in (*drawn([]), reach) for line in table.lines for key in (*line.words, table.words)}
    assert {key for key in (*keys, *change.LIMITS) if not words.knows(key)} == set()

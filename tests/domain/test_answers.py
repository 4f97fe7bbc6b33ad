"""How each question was answered: counted, and hidden where it would tell of few, in a quarter and in its year."""

from collections.abc import Sequence

from domain import answers
from domain.answers import Tally
from domain.outcomes import Table
from domain.overlapping import Drawing
from domain.questionnaires import Is, Option, Question, Type

LEAST = 5


def drawn(questions: Sequence[Question], tallies: Sequence[Tally], *others: Sequence[Tally]) -> list[Table]:
    """Of one quarter; with others, of the year that they are the earlier quarters of."""
    drawing = Drawing(bool(others), frozenset({LEAST}))
    return answers.tables("exit@1", questions, [*others, tallies], drawing)


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
    home = [Tally("sent_home", value, False, False, n) for value, n in (("0", 20), ("1", 3), ("2", 2))]
    tables = drawn([SENT_HOME, LOST], [*home, Tally("lost", "few", False, False, 5)])
    assert [line.count for line in tables[1].lines] == [None] * 4
    assert {line.base for line in tables[1].lines} == {None}


def test_a_later_question_is_counted_where_nothing_earlier_is_hidden() -> None:
    home = [Tally("sent_home", value, False, False, n) for value, n in (("0", 20), ("1", 7))]
    tables = drawn([SENT_HOME, LOST], [*home, Tally("lost", "few", False, False, 7)])
    assert [line.count for line in tables[1].lines] == [7, 7, 0, 0]


def test_a_tick_hides_few_who_ticked_and_few_who_did_not() -> None:
    tallies = [
        Tally("hard", "bus", False, False, 17),
        Tally("hard", "bus+food", False, False, 2),
        Tally("hard", None, False, False, 1),
    ]
    [table] = drawn([HARD], tallies)
    assert {line.code: line.count for line in table.lines} == {"total": 20, "bus": None, "food": None, "skipped": None}


def test_free_text_is_counted_and_never_carried() -> None:
    better = Question("better", Type.TEXT, "question.better.text", most=600)
    [table] = drawn([better], [Tally("better", None, True, False, 8), Tally("better", None, False, False, 6)])
    assert {line.code: line.count for line in table.lines} == {"total": 14, "answered": 8, "skipped": 6}


def test_what_was_asked_at_the_start_too_is_told_only_of_those_who_had_no_start() -> None:
    """The others are told under what changed: beside it this would tell the few that are there and not here."""
    hard = Question("hard", Type.MULTI, "question.hard.text", options=HARD.options, pair="hard")
    tallies = [Tally("hard", "bus", False, True, 30), Tally("hard", "bus", False, False, 9)]
    [table] = drawn([hard], [*tallies, Tally("hard", "food", False, False, 8)])
    assert {line.code: line.count for line in table.lines} == {"total": 17, "bus": 9, "food": 8, "skipped": 0}
    assert drawn([hard], tallies[:1]) == []


def test_a_year_does_not_tell_the_quarter_that_is_hidden() -> None:
    full = [Tally("sent_home", "0", False, False, 20), Tally("sent_home", "1", False, False, 10)]
    thin = [Tally("sent_home", "0", False, False, 20), Tally("sent_home", "1", False, False, 2)]
    year = {line.code: line.count for line in drawn([SENT_HOME], thin, full, full, full)[0].lines}
    assert year == {"total": 112, "0": None, "1": None, "2": 0, "skipped": 0}
    alone = {line.code: line.count for line in drawn([SENT_HOME], thin)[0].lines}
    assert alone["1"] is None

"""Definitions: what cannot work is named, and a paired scale is the same question everywhere."""

from dataclasses import replace

import pytest

from domain import questionnaires
from domain.questionnaires import (
    Definition,
    Question,
    Type,
)
from tests.domain.answering import FORM, options, question


def found_faults(*questions: Question, form: str = "try") -> list[str]:
    return [f"{fault.question}: {fault.what}" for fault in questionnaires.faults([Definition(form, 1, questions)])]


YES_NO = question("happy", Type.YESNO, "yes", "no")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (question("happy", Type.YESNO, "yes", "no"), "happy: the form has this id twice"),
        (question("done", Type.TEXT, most=9), "done: this id has a meaning of its own"),
        (question("x", Type.CHOICE, "a"), "x: a choice needs at least two options, found 1"),
        (question("x", Type.CHOICE, "a", "a"), "x: an option occurs twice"),
        (question("x", Type.MULTI, "a", "b", alone="c"), "x: alone: expected one of its options, found 'c'"),
        (question("x", Type.TEXT), "x: max: expected at least 1, found 0"),
        (question("x", Type.NUMBER, least=5, most=4), "x: max: expected at least 5, found 4"),
        (
            question("x", Type.TEXT, most=9, show_if="answered(later)"),
            "x: show_if: no earlier question is called 'later'",
        ),
        (question("x", Type.TEXT, most=9, show_if="answered(x)"), "x: show_if: no earlier question is called 'x'"),
        (
            question("x", Type.TEXT, most=9, show_if="answers.happy == maybe"),
            "x: show_if: 'happy' has no option 'maybe'",
        ),
        (
            question("x", Type.TEXT, most=9, show_if="order.has(unpaid)"),
            "x: show_if: no requirement is called 'unpaid'",
        ),
        (
            question("x", Type.TEXT, most=9, show_if="not (order.has(unpaid_work) and baseline.answered(aim))"),
            "x: show_if: no question of the baseline form is called 'aim'",
        ),
    ],
)
def test_a_definition_that_cannot_work_is_named(wrong: Question, message: str) -> None:
    faults = found_faults(YES_NO, wrong)
    assert len(faults) == 1
    assert faults[0].startswith(message)


def test_free_text_is_never_compared() -> None:
    text = question("better", Type.TEXT, most=9)
    nosy = question("x", Type.TEXT, most=9, show_if="answers.better == tea")
    assert "free text" in found_faults(text, nosy)[0]


def test_the_test_form_is_sound() -> None:
    baseline = Definition("baseline", 1, (question("goal", Type.TEXT, most=9),))
    assert questionnaires.faults([FORM, baseline]) == []


def test_a_paired_scale_is_asked_in_the_same_words_everywhere() -> None:
    scale = question("home", Type.SCALE, "1", "2", pair="home")
    baseline = Definition("baseline", 1, (scale,))
    reworded = Definition("exit", 2, (replace(scale, text_key="question.home_2.text"),))
    rescaled = Definition("exit", 3, (replace(scale, options=options("1", "2", "3")),))
    compared = Definition("exit", 4, (question("hard", Type.MULTI, "a", "b", pair="hard"),))
    asked_otherwise = Definition("exit", 5, (question("hard", Type.MULTI, "a", "c", pair="hard"),))
    definitions = [baseline, reworded, rescaled, compared, asked_otherwise]
    assert [fault.ref for fault in questionnaires.faults(definitions)] == ["exit@2", "exit@3"]


def test_keys_are_all_that_a_reader_may_meet() -> None:
    keys = questionnaires.keys(Definition("try", 1, (replace(YES_NO, hint_key="question.happy.hint"),)))
    assert {"form.try.intro", "form.try.done", "question.happy.text", "question.happy.hint", "option.yes"} <= keys
    assert {"form.control.skip", "form.notice.too_long", "form.stopped"} <= keys

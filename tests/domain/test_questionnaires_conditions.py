"""Branch conditions: what they mean, and what is said of one that cannot be read."""

import pytest

from domain import questionnaires
from domain.questionnaires import (
    Facts,
)
from domain.questionnaires.conditions import spelled

ANSWERS = {"sent_home": "2_3", "better": "More tea", "hard": ("travel", "food"), "home": None}


@pytest.mark.parametrize(
    ("condition", "true"),
    [
        ("answers.sent_home in (1, 2_3, 4_up)", True),
        ("answers.sent_home in (0)", False),
        ("answers.sent_home==2_3", True),
        ("answers.hard == food", True),
        ("answers.hard in (phone, none)", False),
        ("answers.home == 1", False),
        ("not answers.home == 1", True),
        ("answered(better)", True),
        ("answered(home)", False),
        ("answered(never_asked)", False),
        ("order.has(unpaid_work)", True),
        ("order.has(supervision)", False),
        ("baseline.answered(goal)", True),
        ("baseline.answered(home)", False),
        ("baseline.mind in (1, 2)", True),
        ("answered(better) or answered(home) and answered(home)", True),  # and binds first
        ("(answered(better) or answered(home)) and answered(home)", False),
        ("not answered(home) and answered(better)", True),  # not binds first
        ("not (answered(home) and answered(better))", True),
        ("not not answered(better)", True),
    ],
)
def test_conditions_mean_what_they_say(condition: str, true: bool) -> None:
    facts = Facts(requirements=frozenset({"unpaid_work"}), baseline={"goal": "A job", "home": None, "mind": "2"})
    assert questionnaires.holds(questionnaires.parse_condition(condition), ANSWERS, facts) is true


@pytest.mark.parametrize(
    ("condition", "position", "message"),
    [
        ("", 1, "found the end"),
        ("answers.home = 1", 14, "expected == or in, found '='"),
        ("answers.home in 1", 17, "expected (, found '1'"),
        ("answers.home in (1, 2", 22, "expected , or ), found the end"),
        ("answers.home in (1,)", 20, "expected a value, found ')'"),
        ("answered(better", 16, "expected ), found the end"),
        ("answered(better) answered(home)", 18, "expected and, or, or the end, found 'answered'"),
        ("order.hours(3)", 7, "expected has, found 'hours'"),
        ("better was answered", 1, "found 'better'"),
        ("answered(better) and", 21, "found the end"),
        ("__import__(os)", 1, "found '__import__'"),
        ("answers.home == 'x'", 17, "expected a value"),
    ],
)
def test_a_wrong_condition_says_where_and_what(condition: str, position: int, message: str) -> None:
    with pytest.raises(questionnaires.ConditionError) as error:
        questionnaires.parse_condition(condition)
    assert error.value.position == position
    assert f"at character {position}: expected" in str(error.value)
    assert message in str(error.value)


@pytest.mark.parametrize(
    "condition",
    [
        "answers.sent_home in (1, 2_3)",
        "not (answered(a) or baseline.home == 1) and order.has(unpaid_work)",
        "baseline.answered(goal) or answers.b == yes and not answered(c)",
    ],
)
def test_a_condition_is_spelled_as_it_can_be_read_again(condition: str) -> None:
    read = questionnaires.parse_condition(condition)
    assert questionnaires.parse_condition(spelled(read)) == read

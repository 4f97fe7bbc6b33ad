"""The forms of this repository are sound, and a wrong one is refused with its file, its line and what is wrong."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import questionnaires
from domain.questionnaires import Choose, Control, Facts, Press, ScreenKind, Sitting, Type, Write
from usecases import datafiles, forms

FORMS = forms.read()
PAIRED_SCALES = ["home", "drink_drugs", "mind", "money", "people", "work_learn", "days", "sure"]
UNPAID_WORK = frozenset({"unpaid_work"})


def asked(form: str, facts: Facts, **answers: str) -> list[str]:
    definition = FORMS.newest(form)
    return [question.id for question in questionnaires.applicable(definition, answers, facts)]


def test_the_four_forms_are_there_in_their_first_version() -> None:
    assert set(FORMS.definitions) == {"baseline@1", "review@1", "exit@1", "early_end@1"}


@pytest.mark.parametrize("form", ["baseline", "review", "exit"])
def test_start_review_and_end_share_the_eight_paired_scales(form: str) -> None:
    definition = FORMS.newest(form)
    scales = [question for question in definition.questions if question.type is Type.SCALE and question.pair]
    assert [question.pair for question in scales] == PAIRED_SCALES
    assert scales == [FORMS.newest("baseline").question(str(question.pair)) for question in scales]


def test_drink_and_mood_are_asked_only_where_the_council_allows_it() -> None:
    for form in ("baseline", "review", "exit"):
        less, more = asked(form, Facts()), asked(form, Facts(sensitive_allowed=True))
        assert set(more) - set(less) == {"drink_drugs", "mind"}


def test_the_exit_form_follows_the_order_and_the_person() -> None:
    supervision = asked("exit", Facts(sensitive_allowed=True))
    assert len(supervision) == 12
    work = Facts(requirements=UNPAID_WORK, baseline={"goal": "A job"}, sensitive_allowed=True)
    assert set(asked("exit", work)) - set(supervision) == {"place", "sent_home", "goal_got"}
    assert "lost_hours" in asked("exit", work, sent_home="2_3")
    assert "lost_hours" not in asked("exit", work, sent_home="dk")
    assert "quote_ok" in asked("exit", work, better="More tea")


def test_the_early_end_form_is_short() -> None:
    assert asked("early_end", Facts(requirements=UNPAID_WORK)) == ["hard", "told", "respect", "better"]


def test_options_are_what_was_written_not_what_yaml_makes_of_them() -> None:
    exit_form = FORMS.newest("exit")
    assert exit_form.question("lost_hours").option_ids == ("lt2", "2_6", "7_14", "gt14", "dk")
    assert exit_form.question("sent_home").option_ids[:2] == ("0", "1")
    assert exit_form.question("quote_ok").option_ids == ("yes", "ask", "no")


def test_what_is_asked_alike_has_one_key_and_what_is_not_has_two() -> None:
    exit_form, early_end = FORMS.newest("exit"), FORMS.newest("early_end")
    assert exit_form.question("respect") == early_end.question("respect")
    assert exit_form.question("hard").text_key != early_end.question("hard").text_key
    assert exit_form.question("hard").options == early_end.question("hard").options


@pytest.mark.parametrize("ref", FORMS.definitions)
@given(
    facts=st.sampled_from([Facts(), Facts(UNPAID_WORK, {"goal": "A job"}, True)]),
    picks=st.lists(st.integers(0, 99), min_size=1),
)
@settings(max_examples=40)
def test_every_form_can_be_answered_to_its_end(ref: str, facts: Facts, picks: list[int]) -> None:
    definition = FORMS.at(ref)
    sitting, screen = questionnaires.step(definition, questionnaires.begin(definition), Press(Control.BEGIN), facts)
    for turn in range(len(definition.questions) + 1):
        if screen.question is None:
            break
        pick = picks[turn % len(picks)]
        if screen.choices:
            option = screen.choices[pick % len(screen.choices)].option.id
            sitting, screen = questionnaires.step(
                definition, sitting, Choose(sitting.turn, sitting.position, option), facts
            )
        else:
            sitting, screen = questionnaires.step(definition, sitting, Write("words"), facts)
        if Control.CONFIRM in screen.controls:
            sitting, screen = questionnaires.step(definition, sitting, Press(Control.CONFIRM), facts)
        sitting = Sitting.from_row(sitting.to_row())
    assert screen.kind is ScreenKind.SUMMARY
    assert screen.total == len(screen.given)


# --- a folder of a council's own ------------------------------------------------------------------------


@pytest.fixture(autouse=True, scope="module")
def our_own_are_read_once() -> Iterator[None]:
    """The repository's forms stay as they are, and their YAML is most of what it takes to read a folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datafiles, "composed", cache(datafiles.composed))
        yield


GOOD = """\
form: lunch@1
intro: A few words about lunch. You can skip any of them.
done: Thank you.
questions:
  - {id: lunch, type: scale, scale: good5, text: "How is your lunch?", easy: "Lunch?", hint: "Is it hot?"}
  - {id: fed, type: yesno, text: "Did you eat?", optional: true}
  - {id: dish, type: choice, text: "Which?", options: {soup: Soup, pie: Pie, no: None}, show_if: answers.fed == yes}
  - {id: count, type: number, text: "How often?", min: 1, max: 9}
"""


def put(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path) -> tuple[str, ...]:
    with pytest.raises(forms.WrongForms) as error:
        forms.read(folder)
    return error.value.problems


def test_a_council_adds_a_form_by_dropping_in_a_file(tmp_path: Path) -> None:
    read = forms.read(put(tmp_path, lunch=GOOD))
    lunch = read.newest("lunch")
    assert [question.id for question in lunch.questions] == ["lunch", "fed", "dish", "count"]
    assert lunch.question("dish").option_ids == ("soup", "pie", "no")
    assert lunch.question("dish").hint_key is None
    words = read.words["en"]
    assert words[lunch.question("lunch").text_key] == "How is your lunch?"
    assert words[f"{lunch.question('lunch').text_key}.easy"] == "Lunch?"
    assert [words[option.key] for option in lunch.question("dish").options] == ["Soup", "Pie", "None"]
    assert words[lunch.done_key] == "Thank you."
    assert (lunch.question("count").least, lunch.question("count").most) == (1, 9)
    assert {"scale.good5.5", "option.yesno.no"} <= questionnaires.keys(lunch)


def test_a_councils_form_can_hold_all_of_ours_and_more_and_takes_its_place(tmp_path: Path) -> None:
    more = "form: exit@100\nuse: exit@1\nquestions:\n  - {id: tea, type: yesno, text: 'Was there tea?'}\n"
    read = forms.read(put(tmp_path, more=more))
    assert read.newest("exit").questions[:-1] == read.at("exit@1").questions
    assert read.newest("exit").questions[-1].id == "tea"
    assert read.newest("exit").intro_key == "form.exit.intro"


def test_an_older_version_stays_for_those_who_began_with_it(tmp_path: Path) -> None:
    put(tmp_path, lunch=GOOD.replace("@1", "@10"), lunch_before=GOOD.replace("@1", "@9"))
    read = forms.read(tmp_path)
    assert read.newest("lunch").ref == "lunch@10"
    assert read.at("lunch@9").version == 9


@pytest.mark.parametrize(
    ("was", "is_now", "problem"),
    [
        ("lunch@1", f"{'l' * 31}@1", "lunch.yaml:1: form: expected a name and a version like exit@1, found 'lll"),
        ("{soup: Soup,", f"{{{', '.join(f'o{n}: O' for n in range(31))},", "lunch.yaml:7: dish: expected at most 30"),
        ("lunch@1", "lunch", "lunch.yaml:1: form: expected a name and a version like exit@1, found 'lunch'"),
        ("form: lunch@1\n", "", "lunch.yaml:1: form: form is missing"),
        ("good5", "good6", "lunch.yaml:5: scale: expected one of agree5, good5, often5, sure5, found 'good6'"),
        ("optional: true", "optional: yes", "lunch.yaml:6: optional: expected true or false, found 'yes'"),
        ("type: yesno", "type: bool", "lunch.yaml:6: type: expected one of scale, choice,"),
        ("id: fed, ", "", "lunch.yaml:6: question: id is missing"),
        ("id: fed", "id: Fed up", "lunch.yaml:6: id: expected small letters, digits and _, found 'Fed up'"),
        (
            '{id: fed, type: yesno, text: "Did you eat?", optional: true}',
            "fed",
            "lunch.yaml:6: question: expected `name: value` pairs, found 'fed'",
        ),
        (", min: 1", ", mni: 1", "lunch.yaml:8: number count: unknown field 'mni', expected one of"),
        (", max: 9", "", "lunch.yaml:8: number count: max is missing"),
        ("max: 9", "max: many", "lunch.yaml:8: max: expected a whole number, found 'many'"),
        ("min: 1", "max: 1", "lunch.yaml:8: question: max is there twice"),
        (
            "options: {soup: Soup, pie: Pie, no: None}",
            "options: soups",
            "lunch.yaml:7: options: expected one of hard_codes, help_codes",
        ),
        ("fed == yes", "fed = yes", "lunch.yaml:7: show_if: at character 13: expected == or in, found '='"),
        ("fed == yes", "fed == maybe", "lunch.yaml:7: dish: show_if: 'fed' has no option 'maybe'"),
        ("fed == yes", "count == 1", "lunch.yaml:7: dish: show_if: no earlier question is called 'count'"),
        ("id: count", "id: fed", "lunch.yaml:8: fed: the form has this id twice"),
        (f"{GOOD[: GOOD.index('questions')]}", "form: exit@1\n", "lunch.yaml:1: exit@1 is already at exit.yaml:2"),
        (', easy: "Lunch?"', ", pair: home", "lunch.yaml:5: lunch: pair 'home' is not worded as in baseline@1"),
        (", hint:", ", pair: lunch, hint:", "lunch.yaml:5: easy: expected none: a paired scale is asked in the"),
        ("optional: true}", "optional: true", "lunch.yaml:7: not YAML: "),
        (', text: "Which?"', "", "lunch.yaml:7: dish: expected a text, and words for each option"),
        ("done: Thank you.\n", "", "lunch.yaml:1: form: done is missing: the words of its screen"),
        ("lunch@1", "exit@2", "lunch.yaml:2: intro: expected none: exit keeps the bot's"),
        ("questions:", "use: exit@7\nquestions:", "lunch.yaml:4: use: expected one of baseline@1, early_end@1, exit@1"),
        ("Did you eat?", "Did the court feed you?", "lunch.yaml:6: text: expected words that give nothing away, found"),
        ("Thank you.", "Considerable institutional gratitude will follow.", "lunch.yaml:3: done: expected a reading"),
        ("How often?", "So? " * 70, "lunch.yaml:8: text: expected at most 250 characters, found 279"),
        ('"Did you eat?"', "{pl: Jadles}", "lunch.yaml:6: text: the words in English (en) are missing"),
        (GOOD, "", "lunch.yaml:1: the file is empty"),
    ],
)
def test_a_wrong_file_is_told_with_its_line(tmp_path: Path, was: str, is_now: str, problem: str) -> None:
    assert was in GOOD
    found = problems(put(tmp_path, lunch=GOOD.replace(was, is_now, 1)))
    assert len(found) == 1
    assert found[0].startswith(problem)


def test_mistakes_in_several_questions_and_files_are_told_together(tmp_path: Path) -> None:
    put(tmp_path, a=GOOD.replace("good5", "good6").replace("max: 9", "max: x"), b="[]")
    assert [line.split(": ")[0] for line in problems(tmp_path)] == ["a.yaml:5", "a.yaml:8", "b.yaml:1"]


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "photo.yaml").write_bytes(b"\xff\xd8\xff")
    assert problems(tmp_path)[0].startswith("photo.yaml:1: not YAML")


def test_a_folder_that_is_not_there_is_no_empty_folder(tmp_path: Path) -> None:
    assert problems(tmp_path / "nowhere") == (f"{tmp_path / 'nowhere'}: no such folder or file",)


def test_the_examples_in_the_guide_are_sound(tmp_path: Path) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "questionnaires.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL)
    read = forms.read(put(tmp_path, **{f"example_{number}": block for number, block in enumerate(blocks)}))
    assert {"lunch@1", "exit@100"} <= set(read.definitions)

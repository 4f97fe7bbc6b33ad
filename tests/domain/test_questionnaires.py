"""The engine: whatever a person taps, types, repeats or leaves half done, a straight run could have led there."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import questionnaires
from domain.questionnaires import (
    Choose,
    Control,
    Definition,
    Event,
    Facts,
    Notice,
    NoticeKind,
    Option,
    Press,
    Question,
    Screen,
    ScreenKind,
    Sitting,
    Type,
    Write,
)


def options(*ids: str) -> tuple[Option, ...]:
    return tuple(Option(each, f"option.{each}") for each in ids)


def question(question_id: str, kind: Type, *ids: str, show_if: str = "", most: int = 0, **more: object) -> Question:
    condition = questionnaires.parse_condition(show_if) if show_if else None
    made = Question(question_id, kind, f"question.{question_id}.text", options=options(*ids), most=most)
    return replace(made, show_if=condition, **more)  # type: ignore[arg-type]


# A form with every type and with branches on branches.
FORM = Definition(
    "try",
    1,
    (
        question("home", Type.SCALE, "1", "2", "3", "4", "5", "none"),
        question("mind", Type.SCALE, "1", "2", "3", sensitive=True),
        question("sent_home", Type.CHOICE, "0", "1", "2_3", show_if="order.has(unpaid_work)"),
        question("lost", Type.NUMBER, show_if="answers.sent_home in (1, 2_3)", least=1, most=300),
        question("why", Type.TEXT, show_if="answered(lost) and not answers.home == 5", most=10),
        question("hard", Type.MULTI, "travel", "food", "none", alone="none"),
        question("far", Type.YESNO, "yes", "no", show_if="answers.hard == travel or answers.home == none"),
        question("goal_got", Type.CHOICE, "yes", "no", show_if="baseline.answered(goal)"),
        question("better", Type.TEXT, most=20, optional=True),
    ),
)
WORK = Facts(requirements=frozenset({"unpaid_work"}))


def should_be_asked(question_id: str, answers: questionnaires.Answers, facts: Facts) -> bool:
    """The form's conditions once more, in plain Python, as the judge of the engine."""
    hard = answers.get("hard") or ()
    assert isinstance(hard, tuple)
    return {
        "mind": facts.sensitive_allowed,
        "sent_home": "unpaid_work" in facts.requirements,
        "lost": answers.get("sent_home") in ("1", "2_3"),
        "why": answers.get("lost") is not None and answers.get("home") != "5",
        "far": "travel" in hard or answers.get("home") == "none",
        "goal_got": facts.baseline.get("goal") is not None,
    }.get(question_id, True)


class Person:
    """Somebody answering; the sitting goes through JSON between any two events, as it does in the database."""

    def __init__(self, form: Definition = FORM, facts: Facts = WORK) -> None:
        self.form, self.facts = form, facts
        self.sitting = questionnaires.begin(form)
        self.screen = questionnaires.show(form, self.sitting, facts)

    def does(self, event: Event) -> Screen:
        stored = Sitting.from_row(json.loads(json.dumps(self.sitting.to_row())))
        assert stored == self.sitting
        self.sitting, self.screen = questionnaires.step(self.form, stored, event, self.facts)
        return self.screen

    def presses(self, *controls: Control) -> Screen:
        for control in controls:
            self.does(Press(control, self.sitting.turn))
        return self.screen

    def taps(self, *option_ids: str) -> Screen:
        for option_id in option_ids:
            self.does(Choose(self.sitting.turn, self.sitting.position, option_id))
        return self.screen

    def types(self, *texts: str) -> Screen:
        for text in texts:
            self.does(Write(text))
        return self.screen

    def gives(self, answer: object) -> Screen:
        """The answer to the open question, in the shortest way."""
        if answer is None:
            return self.presses(Control.SKIP)
        if isinstance(answer, tuple):
            for choice in self.screen.choices:
                self.does(
                    Choose(self.sitting.turn, self.sitting.position, choice.option.id, choice.option.id in answer)
                )
            return self.presses(Control.CONFIRM)
        assert isinstance(answer, str)
        return self.taps(answer) if self.screen.choices else self.types(answer)

    @property
    def asked(self) -> str | None:
        return self.screen.question.id if self.screen.question else None


def at(question_id: str, facts: Facts = WORK) -> Person:
    """Somebody who skipped to that question."""
    person = Person(facts=facts)
    person.presses(Control.BEGIN)
    while person.asked != question_id:
        person.gives({"sent_home": "1", "lost": "7"}.get(str(person.asked)))
    return person


# --- one thing at a time --------------------------------------------------------------------------------


def test_a_straight_run_asks_what_applies_and_ends_with_the_answers_sent() -> None:
    person = Person()
    asked = []
    person.presses(Control.BEGIN)
    answers = {"home": "2", "sent_home": "2_3", "lost": "7", "why": "No van", "hard": ("travel", "food"), "far": "no"}
    while person.asked:
        asked.append(person.asked)
        person.gives(answers.get(person.asked))
    assert asked == ["home", "sent_home", "lost", "why", "hard", "far", "better"]
    assert person.screen.kind is ScreenKind.SUMMARY
    assert [(line.id, answer) for line, answer in person.screen.given] == [*answers.items(), ("better", None)]
    assert person.presses(Control.SEND).kind is ScreenKind.DONE
    assert person.sitting.over
    assert person.sitting.answers == {**answers, "better": None}


def test_before_the_first_question_one_may_begin_or_say_no() -> None:
    assert Person().screen.kind is ScreenKind.INTRO
    assert Person().screen.controls == (Control.BEGIN, Control.DECLINE)


def test_progress_counts_the_questions_that_apply_as_now_known() -> None:
    person = at("sent_home")
    assert (person.screen.number, person.screen.total) == (2, 4)
    person.taps("1")
    assert (person.screen.number, person.screen.total) == (3, 5)


def test_a_typed_number_means_the_place_in_the_list_not_the_name_of_the_option() -> None:
    person = at("sent_home")
    assert [(choice.number, choice.option.id) for choice in person.screen.choices] == [(1, "0"), (2, "1"), (3, "2_3")]
    person.types("1")
    assert person.sitting.answers["sent_home"] == "0"


@pytest.mark.parametrize("typed", ["3", " 3 ", "3.", "3)", "３"])
def test_a_number_may_be_typed_in_many_ways(typed: str) -> None:
    person = at("home")
    person.types(typed)
    assert person.sitting.answers == {"home": "3"}


@pytest.mark.parametrize("typed", ["0", "7", "-1", "fine", "²", "9" * 5000, "👍"])
def test_words_that_are_no_choice_say_what_is(typed: str) -> None:
    person = at("home")
    assert person.types(typed).notice == Notice(NoticeKind.NOT_A_CHOICE, least=1, most=6)
    assert person.asked == "home"


def test_a_photo_or_blank_words_are_told_apart_from_a_wrong_choice() -> None:
    assert at("home").types("  ").notice == Notice(NoticeKind.EMPTY)


def test_text_that_is_too_long_says_found_and_expected_and_loses_nothing() -> None:
    person = at("why")
    before = person.sitting
    assert person.types("x" * 11).notice == Notice(NoticeKind.TOO_LONG, found=11, most=10)
    assert person.sitting == before
    person.types("x" * 10)
    assert person.sitting.answers["why"] == "x" * 10


@pytest.mark.parametrize("typed", ["0", "301", "two", "1.5"])
def test_a_number_out_of_reach_says_what_is_accepted(typed: str) -> None:
    assert at("lost").types(typed).notice == Notice(NoticeKind.NOT_A_NUMBER, least=1, most=300)


def test_ticks_gather_until_thats_all() -> None:
    person = at("hard")
    assert Control.CONFIRM not in person.screen.controls
    assert [choice.ticked for choice in person.taps("food", "travel").choices] == [True, True, False]
    assert Control.CONFIRM in person.screen.controls
    person.presses(Control.CONFIRM)
    assert person.sitting.answers["hard"] == ("travel", "food")


def test_a_tick_can_be_taken_away_by_tap_and_by_number() -> None:
    person = at("hard")
    person.taps("travel", "food")
    person.does(Choose(person.sitting.turn, "hard", "travel", tick=False))
    assert person.sitting.ticks == ("food",)
    person.types("1, 2")
    assert person.sitting.ticks == ("travel",)


def test_nothing_cannot_stand_beside_something() -> None:
    person = at("hard")
    person.taps("travel", "none")
    assert person.sitting.ticks == ("none",)
    person.taps("food")
    assert person.sitting.ticks == ("food",)


def test_half_made_ticks_outlive_a_stop() -> None:
    person = at("hard")
    person.taps("travel")
    assert person.presses(Control.STOP).kind is ScreenKind.STOPPED
    assert not person.sitting.listening
    person.presses(Control.RESUME)
    assert (person.asked, person.sitting.ticks) == ("hard", ("travel",))


def test_words_typed_while_stopped_are_not_an_answer() -> None:
    person = at("better")
    person.presses(Control.STOP)
    assert person.types("I am ill").notice == Notice(NoticeKind.NOT_OFFERED)
    assert "better" not in person.sitting.answers


def test_changing_a_branch_drops_just_the_answers_that_no_longer_apply() -> None:
    person = at("lost")
    person.types("7", "No van")
    person.gives(("food",))
    assert person.asked == "better"
    while person.asked != "sent_home":
        person.presses(Control.BACK)
    person.taps("0")
    assert person.sitting.answers == {"home": None, "sent_home": "0", "hard": ("food",)}
    assert person.asked == "better"


def test_going_back_shows_the_old_answer_which_can_be_kept() -> None:
    person = at("home")
    person.taps("4")
    assert Control.KEEP not in person.screen.controls
    person.presses(Control.BACK)
    assert person.screen.answer == "4"
    assert [choice.ticked for choice in person.screen.choices].index(True) == 3
    person.presses(Control.KEEP)
    assert (person.asked, person.sitting.answers) == ("sent_home", {"home": "4"})


def test_a_skipped_question_has_nothing_to_keep() -> None:
    person = at("sent_home")
    person.presses(Control.BACK)
    assert person.asked == "home"
    assert Control.KEEP not in person.screen.controls


def test_going_back_to_a_multi_choice_shows_its_ticks() -> None:
    person = at("hard")
    person.gives(("food",))
    person.presses(Control.BACK)
    assert [choice.ticked for choice in person.screen.choices] == [False, True, False]
    person.taps("travel")
    person.presses(Control.CONFIRM)
    assert person.sitting.answers["hard"] == ("travel", "food")


def test_the_first_question_has_no_way_back_and_the_summary_has() -> None:
    person = at("home")
    assert Control.BACK not in person.screen.controls
    while person.asked:
        person.gives(None)
    assert person.presses(Control.BACK).question == FORM.question("better")


@pytest.mark.parametrize("control", [Control.SKIP, Control.BACK, Control.STOP])
def test_a_double_tap_on_a_control_counts_once(control: Control) -> None:
    person = at("hard")
    tap = Press(control, person.sitting.turn)
    person.does(tap)
    after = person.sitting
    assert person.does(tap).notice == Notice(NoticeKind.STALE)
    assert person.sitting == after


def test_a_tap_on_an_old_screen_of_the_same_question_is_stale() -> None:
    person = at("home")
    old = Choose(person.sitting.turn, "home", "1")
    person.taps("5")
    person.presses(Control.BACK)
    assert person.does(old).notice == Notice(NoticeKind.STALE)
    assert person.sitting.answers == {"home": "5"}


@pytest.mark.parametrize(("named", "option"), [("home", "1"), ("sent_home", "ghost"), ("gone", "1")])
def test_a_tap_that_names_what_is_not_on_screen_is_stale(named: str, option: str) -> None:
    person = at("sent_home")
    assert person.does(Choose(person.sitting.turn, named, option)).notice == Notice(NoticeKind.STALE)
    assert person.asked == "sent_home"


def test_a_tap_while_stopped_is_no_answer() -> None:
    person = at("home")
    person.presses(Control.STOP)
    assert person.taps("1").notice == Notice(NoticeKind.STALE)
    assert person.sitting.answers == {}


def test_a_typed_control_needs_no_turn_but_must_be_on_offer() -> None:
    person = at("home")
    assert person.does(Press(Control.BACK)).notice == Notice(NoticeKind.NOT_OFFERED)
    person.does(Press(Control.SKIP))
    assert person.sitting.answers == {"home": None}


def test_saying_no_forgets_what_was_answered() -> None:
    person = at("hard")
    assert person.presses(Control.STOP, Control.DECLINE).kind is ScreenKind.DECLINED
    assert person.sitting.over
    assert person.sitting.answers == {}
    assert person.screen.controls == ()


def test_sensitive_questions_need_the_councils_yes() -> None:
    def asked(facts: Facts) -> set[str]:
        return {each.id for each in questionnaires.applicable(FORM, {}, facts)}

    assert asked(Facts(sensitive_allowed=True)) - asked(Facts()) == {"mind"}


def test_when_the_facts_move_the_ground_nothing_lands_on_the_wrong_question() -> None:
    person = at("sent_home")
    person.facts = Facts()
    assert person.types("2").notice == Notice(NoticeKind.STALE)
    assert (person.asked, person.sitting.answers) == ("hard", {"home": None})


def test_a_question_that_comes_to_apply_is_asked_before_anything_is_sent() -> None:
    person = at("home", Facts())
    while person.asked:
        person.gives(None)
    person.facts = WORK
    assert person.presses(Control.SEND).notice == Notice(NoticeKind.STALE)
    assert person.sitting.position == "sent_home"


def test_a_form_that_was_stopped_stays_stopped_when_the_facts_change() -> None:
    person = at("sent_home")
    person.presses(Control.STOP)
    person.facts = Facts()
    assert person.presses(Control.RESUME).kind is ScreenKind.STOPPED
    person.presses(Control.RESUME)
    assert person.asked == "hard"


def test_what_was_sent_is_never_touched_again() -> None:
    person = at("lost")
    while person.asked:
        person.gives(None)
    person.presses(Control.SEND)
    sent = person.sitting
    person.facts = Facts()
    assert person.types("hello").kind is ScreenKind.DONE
    assert person.sitting == sent


def test_a_sitting_stays_with_the_version_that_it_began_with() -> None:
    newer = replace(FORM, version=2)
    with pytest.raises(ValueError, match="try@1"):
        questionnaires.show(newer, questionnaires.begin(FORM), WORK)


# --- any order of events --------------------------------------------------------------------------------

some_facts = st.builds(
    Facts,
    requirements=st.sampled_from([frozenset[str](), frozenset({"unpaid_work"})]),
    baseline=st.sampled_from([{}, {"goal": None}, {"goal": "A job"}]),
    sensitive_allowed=st.booleans(),
)
some_controls = st.sampled_from([*Control, Control.SKIP, Control.BACK, Control.BACK])
some_texts = st.sampled_from(["1", "2", "3", "1 2", "7", "a few words", "x" * 30, "", "skip"])
# What a person does: (what, how many turns ago the screen was drawn, which of the possible options)
some_deeds = st.one_of(
    st.tuples(st.just("answer"), st.just(0), st.integers(0, 6)),
    st.tuples(st.just("answer"), st.just(0), st.integers(0, 6)),
    st.tuples(some_controls, st.sampled_from([0, 0, 0, 1, 2, None]), st.just(0)),
    st.tuples(st.just("tap anywhere"), st.integers(0, 2), st.integers(0, 60)),
    st.tuples(some_texts.map(Write), st.just(0), st.just(0)),
)
EVERY_OPTION = [(each.id, option) for each in FORM.questions for option in (*each.option_ids, "ghost")]


def event_of(deed: tuple[object, int | None, int], person: Person) -> Event:
    what, ago, which = deed
    turn = None if ago is None else person.sitting.turn - ago
    if isinstance(what, Write):
        return what
    if isinstance(what, Control):
        return Press(what, turn)
    assert turn is not None
    if what == "tap anywhere":
        question_id, option = EVERY_OPTION[which % len(EVERY_OPTION)]
        return Choose(turn, question_id, option, tick=which % 2 == 0)
    choices = person.screen.choices
    if choices:
        return Choose(turn, person.sitting.position, choices[which % len(choices)].option.id, tick=which % 3 > 0)
    if person.asked:
        return Write(str(which + 1))
    return Press(next(iter(person.screen.controls), Control.BEGIN), turn)


def check(person: Person) -> None:
    answers = dict(person.sitting.answers)
    assert [each for each in answers if not should_be_asked(each, answers, person.facts)] == []
    screen = person.screen
    if screen.kind is ScreenKind.QUESTION:
        assert screen.number is not None
        assert 1 <= screen.number <= screen.total
        assert should_be_asked(str(person.asked), answers, person.facts)


@given(facts=some_facts, deeds=st.lists(some_deeds, max_size=40), sends=st.booleans())
def test_any_wandering_ends_where_a_straight_run_could_have_ended(
    facts: Facts, deeds: list[tuple[object, int | None, int]], sends: bool
) -> None:
    person = Person(facts=facts)
    for deed in deeds:
        person.does(event_of(deed, person))
        check(person)
    # whoever is still on the way goes straight on from here
    if person.screen.kind is ScreenKind.STOPPED:
        person.presses(Control.RESUME)
    if person.screen.kind is ScreenKind.INTRO:
        person.presses(Control.BEGIN)
    while person.asked:
        person.presses(Control.KEEP if Control.KEEP in person.screen.controls else Control.SKIP)
        check(person)
    if person.screen.kind is ScreenKind.DECLINED:
        assert person.sitting.answers == {}
        return
    straight = Person(facts=facts)
    straight.presses(Control.BEGIN)
    while straight.asked:
        straight.gives(person.sitting.answers[straight.asked])
    if person.screen.kind is ScreenKind.DONE or sends:
        person.presses(Control.SEND)
        straight.presses(Control.SEND)
    assert replace(person.sitting, turn=0) == replace(straight.sitting, turn=0)
    assert replace(person.screen, turn=0, notice=None) == replace(straight.screen, turn=0, notice=None)


@given(facts=some_facts, deeds=st.lists(some_deeds, max_size=30))
def test_the_same_tap_twice_is_one_tap_and_a_notice_means_that_nothing_changed(
    facts: Facts, deeds: list[tuple[object, int | None, int]]
) -> None:
    person = Person(facts=facts)
    for deed in deeds:
        before = person.sitting
        event = event_of(deed, person)
        person.does(event)
        assert (person.sitting, person.screen) == questionnaires.step(FORM, before, event, facts)
        assert person.sitting.turn in (before.turn, before.turn + 1)
        if person.screen.notice:
            assert person.sitting == before
        if not isinstance(event, Write) and event.turn is not None:
            assert questionnaires.step(FORM, person.sitting, event, facts)[0] == person.sitting


@given(facts=st.lists(some_facts, min_size=1), deeds=st.lists(some_deeds, max_size=30))
def test_facts_may_change_between_any_two_events(
    facts: list[Facts], deeds: list[tuple[object, int | None, int]]
) -> None:
    person = Person(facts=facts[0])
    for number, deed in enumerate(deeds):
        if not person.sitting.over:
            person.facts = facts[number % len(facts)]
        person.does(event_of(deed, person))
        check(person)


# --- branch conditions ----------------------------------------------------------------------------------

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


# --- definitions ----------------------------------------------------------------------------------------


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

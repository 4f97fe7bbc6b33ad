"""The engine, one thing at a time: what a tap, a word or a control does, and what it leaves alone."""

from dataclasses import replace

import pytest

from domain import questionnaires
from domain.questionnaires import (
    Choose,
    Control,
    Facts,
    Notice,
    NoticeKind,
    Press,
    ScreenKind,
)
from tests.domain.answering import FORM, WORK, Person, at


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


@pytest.mark.parametrize("typed", ["skip", "Skip this one."])
def test_skip_and_back_may_be_typed(typed: str) -> None:
    person = at("sent_home")
    person.types(typed)
    assert person.sitting.answers == {"home": None, "sent_home": None}
    person.types("Back")
    assert person.asked == "sent_home"


def test_to_stop_may_be_typed_and_what_is_not_offered_here_is_an_answer() -> None:
    person = at("better")
    person.types("Stop for now")
    assert person.sitting.paused
    person.presses(Control.RESUME)
    person.types("send")
    assert person.sitting.answers["better"] == "send"


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


def test_between_begin_and_send_what_is_typed_belongs_to_the_form() -> None:
    person = Person()
    assert not person.sitting.under_way
    person.presses(Control.BEGIN)
    while person.asked:
        assert (person.sitting.under_way, person.sitting.listening) == (True, True)
        person.gives(None)
    assert (person.sitting.under_way, person.sitting.listening) == (True, False)
    assert person.types("one thing more").notice == Notice(NoticeKind.NOT_OFFERED)
    person.presses(Control.STOP)
    assert not person.sitting.under_way
    person.presses(Control.RESUME, Control.SEND)
    assert not person.sitting.under_way

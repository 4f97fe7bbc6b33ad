"""The engine, in any order of events: whatever a person does, a straight run could have led there."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from domain import questionnaires
from domain.questionnaires import (
    ALOUD,
    Choose,
    Control,
    Event,
    Facts,
    Press,
    ScreenKind,
    Way,
    Write,
)
from tests.domain.answering import FORM, Person, should_be_asked

some_facts = st.sampled_from(
    [
        Facts(requirements=requirements, baseline=baseline, sensitive_allowed=sensitive)
        for requirements in (frozenset[str](), frozenset({"unpaid_work"}))
        for baseline in ({}, {"goal": None}, {"goal": "A job"})
        for sensitive in (False, True)
    ]
)
# What a person does: (what, how many turns ago the screen was drawn, which of the possible options)
Deed = tuple[object, int | None, int]
ANSWERS: list[Deed] = [("answer", 0, which) for which in range(7)]
CONTROLS = [*Control, Control.SKIP, Control.BACK, Control.BACK]
PRESSES: list[Deed] = [(one, ago, 0) for one in CONTROLS for ago in (0, 0, 0, 1, 2, None)]
TAPS: list[Deed] = [("tap anywhere", ago, which) for ago in range(3) for which in range(61)]
TEXTS: list[Deed] = [(Write(one), 0, 0) for one in ("1", "2", "3", "1 2", "7", "a few words", "x" * 30, "", "skip")]
some_deeds = st.one_of(*map(st.sampled_from, (ANSWERS, ANSWERS, PRESSES, TAPS, TEXTS)))
EVERY_OPTION = [(each.id, option) for each in FORM.questions for option in (*each.option_ids, "ghost")]


def event_of(deed: Deed, person: Person) -> Event:
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
def test_any_wandering_ends_where_a_straight_run_could_have_ended(facts: Facts, deeds: list[Deed], sends: bool) -> None:
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
def test_the_same_tap_twice_is_one_tap_and_a_notice_means_that_nothing_changed(facts: Facts, deeds: list[Deed]) -> None:
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
def test_facts_may_change_between_any_two_events(facts: list[Facts], deeds: list[Deed]) -> None:
    person = Person(facts=facts[0])
    for number, deed in enumerate(deeds):
        if not person.sitting.over:
            person.facts = facts[number % len(facts)]
        person.does(event_of(deed, person))
        check(person)


@given(
    facts=some_facts,
    ways=st.lists(st.tuples(st.sampled_from(Way), st.lists(some_deeds, max_size=12)), min_size=1, max_size=4),
)
def test_a_form_taken_up_in_another_way_ends_where_a_straight_run_in_that_way_could_have(
    facts: Facts, ways: list[tuple[Way, list[Deed]]]
) -> None:
    """Sensitive questions apply by phone and on paper; whoever takes a form up in another way begins it again."""
    person = Person(facts=facts)
    for way, deeds in ways:
        if person.sitting.over:
            break
        old = person.sitting
        person.facts = replace(facts, sensitive_allowed=facts.sensitive_allowed or way in ALOUD)
        person.sitting = questionnaires.begin_again(person.sitting)
        person.screen = questionnaires.show(FORM, person.sitting, person.facts)
        person.does(Press(Control.BEGIN, old.turn))  # a button of the way before is stale
        assert person.screen.kind is ScreenKind.INTRO
        for deed in deeds:
            person.does(event_of(deed, person))
            check(person)
    if person.screen.kind is ScreenKind.DECLINED:
        assert person.sitting.answers == {}
        return
    straight = Person(facts=person.facts)
    straight.presses(Control.BEGIN)
    while straight.asked and straight.asked in person.sitting.answers:
        straight.gives(person.sitting.answers[straight.asked])
    asked = [one.id for one in questionnaires.applicable(FORM, person.sitting.answers, person.facts)]
    reached = {question: person.sitting.answers[question] for question in asked if question in straight.sitting.answers}
    assert reached == straight.sitting.answers

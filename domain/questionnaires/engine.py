"""One pure step: from a sitting and an event to the sitting after it and the screen to show."""

import re
from dataclasses import replace

from domain.questionnaires import route
from domain.questionnaires.conditions import Facts
from domain.questionnaires.definitions import Definition, Question, Type
from domain.questionnaires.screens import Notice, NoticeKind, Screen, controls_of, show
from domain.questionnaires.sitting import DECLINED, DONE, Choose, Control, Event, Press, Sitting, Write

# What stands on the buttons may be typed: no answer in somebody's own words is just one of these.
TYPED = {
    "skip": Control.SKIP,
    "skip this one": Control.SKIP,
    "back": Control.BACK,
    "stop for now": Control.STOP,
    "that is all": Control.CONFIRM,
    "send": Control.SEND,
}


def step(definition: Definition, sitting: Sitting, event: Event, facts: Facts) -> tuple[Sitting, Screen]:
    """What an event makes of a sitting, and what to show now. An event that does not fit changes nothing.

    If the facts have changed so that the open question no longer applies, the event was meant for a question
    that is gone: it counts as stale.
    """
    settled = route.settled(definition, sitting, facts)
    if settled.turn != sitting.turn:
        return settled, show(definition, settled, facts, Notice(NoticeKind.STALE))
    match event:
        case Press():
            outcome = _press(definition, settled, event, facts)
        case Choose():
            outcome = _choose(definition, settled, event, facts)
        case Write():
            outcome = _write(definition, settled, event, facts)
    if isinstance(outcome, Notice):
        return settled, show(definition, settled, facts, outcome)
    return outcome, show(definition, outcome, facts)


def _press(definition: Definition, sitting: Sitting, event: Press, facts: Facts) -> Sitting | Notice:
    if event.turn not in (None, sitting.turn):
        return Notice(NoticeKind.STALE)
    if event.control not in controls_of(definition, sitting, facts):
        return Notice(NoticeKind.NOT_OFFERED)
    match event.control:
        case Control.BEGIN | Control.KEEP:
            return route.onward(definition, sitting, facts)
        case Control.CONFIRM:
            return route.answered(definition, sitting, sitting.ticks, facts)
        case Control.SKIP:
            return route.answered(definition, sitting, None, facts)
        case Control.BACK:
            return route.move(sitting, route.previous(definition, sitting, facts) or sitting.position)
        case Control.STOP:
            return replace(sitting, paused=True, turn=sitting.turn + 1)
        case Control.RESUME:
            return replace(sitting, paused=False, turn=sitting.turn + 1)
        case Control.SEND:
            return route.move(sitting, DONE)
        case Control.DECLINE:
            return route.move(replace(sitting, answers={}), DECLINED)


def _choose(definition: Definition, sitting: Sitting, event: Choose, facts: Facts) -> Sitting | Notice:
    if event.turn != sitting.turn or event.question != sitting.position or not sitting.listening:
        return Notice(NoticeKind.STALE)
    question = definition.question(sitting.position)
    if event.option not in question.option_ids:
        return Notice(NoticeKind.STALE)
    if question.type is Type.MULTI:
        return replace(sitting, ticks=_ticked(question, sitting.ticks, event.option, event.tick))
    return route.answered(definition, sitting, event.option, facts)


def _ticked(question: Question, ticks: tuple[str, ...], option: str, tick: bool) -> tuple[str, ...]:
    chosen = set(ticks) - {option}
    if tick:
        chosen = {option} if option == question.alone else chosen - {question.alone} | {option}
    return tuple(each for each in question.option_ids if each in chosen)


def _write(definition: Definition, sitting: Sitting, event: Write, facts: Facts) -> Sitting | Notice:
    control = TYPED.get(event.text.strip(" .!").casefold())
    if control is not None and control in controls_of(definition, sitting, facts):
        return _press(definition, sitting, Press(control), facts)
    if not sitting.listening:
        return Notice(NoticeKind.NOT_OFFERED)
    question = definition.question(sitting.position)
    words = event.text.strip()
    if not words:
        return Notice(NoticeKind.EMPTY)
    match question.type:
        case Type.TEXT:
            if len(words) > question.most:
                return Notice(NoticeKind.TOO_LONG, found=len(words), most=question.most)
            return route.answered(definition, sitting, words, facts)
        case Type.NUMBER:
            number = _whole_number(words)
            if number is None or not question.least <= number <= question.most:
                return Notice(NoticeKind.NOT_A_NUMBER, least=question.least, most=question.most)
            return route.answered(definition, sitting, str(number), facts)
        case Type.MULTI:
            return _tick_numbers(question, sitting, words)
        case Type.SCALE | Type.CHOICE | Type.YESNO:
            option = _option_numbered(question, words)
            if option is None:
                return Notice(NoticeKind.NOT_A_CHOICE, least=1, most=len(question.options))
            return route.answered(definition, sitting, option, facts)


def _tick_numbers(question: Question, sitting: Sitting, words: str) -> Sitting | Notice:
    """Typed numbers ("1, 4") tick what is open and clear what is ticked."""
    ticks = sitting.ticks
    for word in re.split(r"[\s,;]+", words.strip(",; ")):
        option = _option_numbered(question, word)
        if option is None:
            return Notice(NoticeKind.NOT_A_CHOICE, least=1, most=len(question.options))
        ticks = _ticked(question, ticks, option, option not in ticks)
    return replace(sitting, ticks=ticks)


def _option_numbered(question: Question, words: str) -> str | None:
    number = _whole_number(words.rstrip(".)"))
    return question.option_ids[number - 1] if number and number <= len(question.options) else None


def _whole_number(words: str) -> int | None:
    """At most nine digits, of any script; a longer one is no answer to anything that is asked here."""
    return int(words) if words.isdecimal() and len(words) <= 9 else None

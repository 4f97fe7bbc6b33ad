"""What a person answered at the start and at reviews, for those who work with them. Change is said of each area by
itself, in words: nothing is added up, and nothing is a score."""

from domain.heeding import AboutAnswers, Given, change
from domain.questionnaires import Question, Type
from messages.actions.answers import AnswersOf
from messages.compose import Message, Voice, says
from messages.standards import on

MOST = 3_900  # characters: a message holds 4,096


@says("answers")
def answers(about: AboutAnswers, voice: Voice) -> Message:
    """The start beside one of the later ones (`later`, by its place; the newest if there is none such)."""
    case = about.individual.case_ref
    if not about.given:
        return Message(voice.say("answers.none", case=case))
    at = int(voice.params.get("later", -1))
    at = at if 0 <= at < len(about.later) else len(about.later) - 1
    shown = about.later[at] if about.later else None
    heading = voice.say("answers.heading", case=case)
    dated = [_dated(one, voice) for one in (about.start, shown) if one is not None]
    lines = beside(about.start, shown, voice)
    while sum(map(len, lines)) > MOST:
        lines.pop()
    turn = [
        voice.button("answers.button_review", AnswersOf(about.individual.id, n), n=_number(one))
        for n, one in enumerate(about.later)
        if n != at
    ]
    text = "\n".join([heading, *dated, *lines, voice.say("answers.note")])
    return Message(text, tuple((one,) for one in turn))


def _dated(one: Given, voice: Voice) -> str:
    key = "answers.start" if one.occasion == "start" else "answers.review"
    return voice.say(key, day=on(one.day, voice), year=one.day.year, n=_number(one))


def _number(one: Given) -> int:
    return int(one.occasion.partition(":")[2] or 0)


def beside(start: Given | None, later: Given | None, voice: Voice) -> list[str]:
    """What both were asked stands side by side; what only one was asked, alone."""
    lines, asked = [], set[str]()
    for given in (start, later):
        for question in given.questions if given is not None else ():
            if given is None or question.id not in given.answers or question.id in asked:
                continue
            asked.add(question.id)
            both = start is not None and later is not None and question.id in later.answers and given is start
            lines.append(_line(question, start if both else given, later if both else None, voice))
    return lines


def _line(question: Question, first: Given | None, second: Given | None, voice: Voice) -> str:
    assert first is not None
    asked, before = voice.say(question.text_key), _answer(question, first, voice)
    if second is None:
        return voice.say("answers.alone", question=asked, answer=before)
    after = _answer(question, second, voice)
    value = [one.answers[question.id][0] for one in (first, second)]
    changed = change(*value) if question.type is Type.SCALE else None
    if changed is None:
        return voice.say("answers.both", question=asked, before=before, after=after)
    said = voice.say(f"answers.{changed}")
    return voice.say("answers.changed", question=asked, before=before, after=after, change=said)


def _answer(question: Question, given: Given, voice: Voice) -> str:
    """In the words that were tapped or typed."""
    value, own = given.answers[question.id]
    if own is not None:
        return f"“{own}”"
    if value is None:
        return voice.say("answers.skipped")
    keys = {option.id: option.key for option in question.options}
    ticked = value.split("+") if question.type is Type.MULTI else [value]
    return "; ".join(voice.say(keys[one]) if one in keys else one for one in ticked)

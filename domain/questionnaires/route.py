"""The way through a form: which questions apply as now known, and where somebody stands next."""

from dataclasses import replace

from domain.questionnaires.conditions import Answer, Answers, Facts, holds
from domain.questionnaires.definitions import Definition, Question
from domain.questionnaires.sitting import INTRO, SUMMARY, Sitting


def applicable(definition: Definition, answers: Answers, facts: Facts) -> tuple[Question, ...]:
    """The questions that this person is asked, as now known."""
    return tuple(question for question in definition.questions if _applies(question, answers, facts))


def _applies(question: Question, answers: Answers, facts: Facts) -> bool:
    if question.sensitive and not facts.sensitive_allowed:
        return False
    return question.show_if is None or holds(question.show_if, answers, facts)


def pruned(definition: Definition, answers: Answers, facts: Facts) -> Answers:
    """Without the answers whose question no longer applies. One pass will do: conditions look back only."""
    kept: dict[str, Answer | None] = {}
    for question in definition.questions:
        if question.id in answers and _applies(question, kept, facts):
            kept[question.id] = answers[question.id]
    return kept


def settled(definition: Definition, sitting: Sitting, facts: Facts) -> Sitting:
    """The sitting as the facts now stand; the same turn unless the open screen no longer applies."""
    if sitting.over:
        return sitting
    now = replace(sitting, answers=pruned(definition, sitting.answers, facts))
    asked = [question.id for question in applicable(definition, now.answers, facts)]
    complete = all(question in now.answers for question in asked)
    if now.position == INTRO or now.position in asked or (now.position == SUMMARY and complete):
        return now
    return replace(onward(definition, now, facts), paused=sitting.paused)


def move(sitting: Sitting, position: str) -> Sitting:
    """To another screen, with the ticks that were left there before."""
    given = sitting.answers.get(position)
    ticks = given if isinstance(given, tuple) else ()
    return replace(sitting, position=position, ticks=ticks, paused=False, turn=sitting.turn + 1)


def onward(definition: Definition, sitting: Sitting, facts: Facts) -> Sitting:
    """On to the first question without an answer: somebody who went back returns to where they were."""
    asked = applicable(definition, sitting.answers, facts)
    open_ids = (question.id for question in asked if question.id not in sitting.answers)
    return move(sitting, next(open_ids, SUMMARY))


def answered(definition: Definition, sitting: Sitting, answer: Answer | None, facts: Facts) -> Sitting:
    """The open question answered, or skipped with None; answers that this takes the ground from are dropped."""
    answers = pruned(definition, {**sitting.answers, sitting.position: answer}, facts)
    return onward(definition, replace(sitting, answers=answers), facts)


def previous(definition: Definition, sitting: Sitting, facts: Facts) -> str | None:
    """The question that *back* leads to; None on the first."""
    asked = [question.id for question in applicable(definition, sitting.answers, facts)]
    before = asked if sitting.position == SUMMARY else asked[: asked.index(sitting.position)]
    return before[-1] if before else None

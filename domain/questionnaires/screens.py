"""What is shown, as facts: the screen of a sitting, and why an event changed nothing."""

from dataclasses import dataclass, replace
from enum import StrEnum

from domain.questionnaires import route
from domain.questionnaires.conditions import Answer, Facts
from domain.questionnaires.definitions import Definition, Option, Question, Type
from domain.questionnaires.sitting import Control, Sitting


class NoticeKind(StrEnum):
    STALE = "stale"
    NOT_OFFERED = "not_offered"
    NOT_A_CHOICE = "not_a_choice"
    NOT_A_NUMBER = "not_a_number"
    TOO_LONG = "too_long"
    EMPTY = "empty"


@dataclass(frozen=True)
class Notice:
    """Why the event changed nothing. `found` is a length in characters; `least` and `most` are what is accepted."""

    kind: NoticeKind
    found: int | None = None
    least: int | None = None
    most: int | None = None


class ScreenKind(StrEnum):
    INTRO = "intro"
    QUESTION = "question"
    SUMMARY = "summary"
    STOPPED = "stopped"
    DONE = "done"
    DECLINED = "declined"


@dataclass(frozen=True)
class Choice:
    """An option as shown: `number` is what can be typed for it."""

    number: int
    option: Option
    ticked: bool


@dataclass(frozen=True)
class Screen:
    """What to show, as facts. `number` of `total` counts the questions that apply as now known."""

    kind: ScreenKind
    form: str
    turn: int
    total: int
    key: str | None = None  # of what the first or the last screen of this form says
    number: int | None = None
    question: Question | None = None
    answer: Answer | None = None  # what was answered here before
    choices: tuple[Choice, ...] = ()
    controls: tuple[Control, ...] = ()
    given: tuple[tuple[Question, Answer | None], ...] = ()  # on the summary: every question and its answer
    notice: Notice | None = None


def show(definition: Definition, sitting: Sitting, facts: Facts, notice: Notice | None = None) -> Screen:
    """The present screen once more: after a restart, or when a reminder has come in between."""
    if sitting.form != definition.ref:
        raise ValueError(f"a sitting of {sitting.form} cannot be shown with {definition.ref}")
    sitting = route.settled(definition, sitting, facts)
    asked = route.applicable(definition, sitting.answers, facts)
    screen = Screen(_kind(sitting), definition.ref, sitting.turn, len(asked), notice=notice)
    screen = replace(screen, controls=controls_of(definition, sitting, facts), key=_key(definition, screen.kind))
    if screen.kind is ScreenKind.SUMMARY:
        return replace(screen, given=tuple((question, sitting.answers[question.id]) for question in asked))
    if screen.kind is not ScreenKind.QUESTION:
        return screen
    question = definition.question(sitting.position)
    return replace(
        screen,
        number=asked.index(question) + 1,
        question=question,
        answer=sitting.answers.get(question.id),
        choices=_choices(question, sitting),
    )


def _key(definition: Definition, kind: ScreenKind) -> str | None:
    return {ScreenKind.INTRO: definition.intro_key, ScreenKind.DONE: definition.done_key}.get(kind)


def _kind(sitting: Sitting) -> ScreenKind:
    if sitting.paused:
        return ScreenKind.STOPPED
    return ScreenKind.QUESTION if sitting.listening else ScreenKind(sitting.position)


def controls_of(definition: Definition, sitting: Sitting, facts: Facts) -> tuple[Control, ...]:
    """What the screen offers; a control that it does not offer does nothing."""
    kind = _kind(sitting)
    if kind is ScreenKind.INTRO:
        return Control.BEGIN, Control.DECLINE
    if kind is ScreenKind.STOPPED:
        return Control.RESUME, Control.DECLINE
    if kind in (ScreenKind.DONE, ScreenKind.DECLINED):
        return ()
    back = (Control.BACK,) if route.previous(definition, sitting, facts) else ()
    if kind is ScreenKind.SUMMARY:
        return Control.SEND, *back, Control.STOP
    confirm = (Control.CONFIRM,) if sitting.ticks else ()
    keep = (Control.KEEP,) if sitting.answers.get(sitting.position) is not None else ()
    return *confirm, *keep, Control.SKIP, *back, Control.STOP


def _choices(question: Question, sitting: Sitting) -> tuple[Choice, ...]:
    answer = sitting.answers.get(question.id)
    ticked = sitting.ticks if question.type is Type.MULTI else (answer,)
    return tuple(Choice(number, option, option.id in ticked) for number, option in enumerate(question.options, start=1))


def keys(definition: Definition) -> set[str]:
    """Every catalogue key that an individual may meet while answering this form."""
    used = {definition.intro_key, definition.done_key}
    used |= {
        "form.summary",
        "form.summary.more",
        "form.summary.skipped",
        "form.stopped",
        "form.declined",
        "form.progress",
    }
    used |= {"form.choice", "form.choice.ticked", "form.multi", "form.write", "form.write_number", "form.wrote"}
    used |= {f"form.control.{control}" for control in Control}
    used |= {f"form.notice.{kind}" for kind in NoticeKind}
    for question in definition.questions:
        used |= {question.text_key, *(option.key for option in question.options)}
        used |= {question.hint_key} if question.hint_key else set()
    return used

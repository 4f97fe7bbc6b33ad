"""Questionnaires: what a form may hold, when a question applies, and one pure step from an event to a screen.

Three parts, each leaning only on those above it: the small language of branch conditions, the definition of a
form, and the engine. No sentence lives here: whatever is shown is a key of the catalogue.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Literal

from domain.orders import Requirement

# --- branch conditions ----------------------------------------------------------------------------------

Answer = str | tuple[str, ...]
Answers = Mapping[str, Answer | None]  # None: the person chose to skip it


@dataclass(frozen=True)
class Facts:
    """What the engine may know beside the answers: the order, the person's own baseline, the council's setting."""

    requirements: frozenset[str] = frozenset()
    baseline: Answers = field(default_factory=dict)
    sensitive_allowed: bool = False


@dataclass(frozen=True)
class Has:
    requirement: str


@dataclass(frozen=True)
class Answered:
    source: Literal["answers", "baseline"]
    question: str


@dataclass(frozen=True)
class Is:
    """The answer is one of these values; for a multi-choice, one of its ticks is. Never true of a skipped one."""

    source: Literal["answers", "baseline"]
    question: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Not:
    part: "Condition"


@dataclass(frozen=True)
class Every:
    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class Some:
    parts: tuple["Condition", ...]


Fact = Has | Answered | Is
Condition = Fact | Not | Every | Some


def holds(condition: Condition, answers: Answers, facts: Facts) -> bool:
    sources: Mapping[str, Answers] = {"answers": answers, "baseline": facts.baseline}
    match condition:
        case Has(requirement):
            return requirement in facts.requirements
        case Answered(source, question):
            return sources[source].get(question) is not None
        case Is(source, question, values):
            answer = sources[source].get(question)
            given = answer if isinstance(answer, tuple) else (answer,)
            return any(value in given for value in values)
        case Not(part):
            return not holds(part, answers, facts)
        case Every(parts):
            return all(holds(part, answers, facts) for part in parts)
        case Some(parts):
            return any(holds(part, answers, facts) for part in parts)


def _facts_in(condition: Condition | None) -> Iterator[Fact]:
    match condition:
        case Not(part):
            yield from _facts_in(part)
        case Every(parts) | Some(parts):
            for part in parts:
                yield from _facts_in(part)
        case Has() | Answered() | Is():
            yield condition


class ConditionError(ValueError):
    """A condition that cannot be read; `position` counts characters from 1."""

    def __init__(self, position: int, expected: str, found: str) -> None:
        super().__init__(f"at character {position}: expected {expected}, found {found}")
        self.position = position


def parse_condition(text: str) -> Condition:
    """Reads a branch condition; raises ConditionError. `not` binds before `and`, `and` before `or`.

    answers.sent_home in (1, 2_3) · answers.help_now == yes · answered(better) · order.has(unpaid_work)
    baseline.answered(goal) · baseline.home == 1 · and, or, not, ( )
    """
    return _Parser(text).whole()


_TOKEN = re.compile(r"\s*(?P<token>==|[().,]|[A-Za-z0-9_]+|\S)")
_WORD = re.compile(r"[A-Za-z0-9_]+")
RESERVED = frozenset({"intro", "summary", "done", "declined", "answered", "and", "or", "not", "in"})


class _Parser:
    """Recursive descent; each method reads one rule of the grammar and leaves the next token in front."""

    def __init__(self, text: str) -> None:
        self._tokens = [(match.start("token") + 1, match["token"]) for match in _TOKEN.finditer(text)]
        self._tokens.append((len(text) + 1, ""))
        self._at = 0

    def whole(self) -> Condition:
        condition = self._either()
        if self._front:
            raise self._error("and, or, or the end")
        return condition

    def _either(self) -> Condition:
        parts = [self._both()]
        while self._took("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def _both(self) -> Condition:
        parts = [self._single()]
        while self._took("and"):
            parts.append(self._single())
        return parts[0] if len(parts) == 1 else Every(tuple(parts))

    def _single(self) -> Condition:
        if self._took("not"):
            return Not(self._single())
        if self._took("("):
            inner = self._either()
            self._need(")")
            return inner
        return self._fact()

    def _fact(self) -> Fact:
        if self._took("answered"):
            return Answered("answers", self._in_brackets())
        if self._took("order"):
            self._need(".")
            self._need("has")
            return Has(self._in_brackets())
        if self._took("answers"):
            self._need(".")
            return self._comparison("answers")
        if self._took("baseline"):
            self._need(".")
            if self._took("answered"):
                return Answered("baseline", self._in_brackets())
            return self._comparison("baseline")
        raise self._error("answers., answered(), baseline., order.has(), not or (")

    def _comparison(self, source: Literal["answers", "baseline"]) -> Is:
        question = self._word("the id of a question")
        if self._took("=="):
            return Is(source, question, (self._word("a value"),))
        self._need("in", "== or in")
        self._need("(")
        values = [self._word("a value")]
        while self._took(","):
            values.append(self._word("a value"))
        self._need(")", ", or )")
        return Is(source, question, tuple(values))

    def _in_brackets(self) -> str:
        self._need("(")
        word = self._word("a word")
        self._need(")")
        return word

    @property
    def _front(self) -> str:
        return self._tokens[self._at][1]

    def _took(self, token: str) -> bool:
        taken = self._front == token
        self._at += taken
        return taken

    def _need(self, token: str, expected: str | None = None) -> None:
        if not self._took(token):
            raise self._error(expected or token)

    def _word(self, expected: str) -> str:
        word = self._front
        if not _WORD.fullmatch(word):
            raise self._error(expected)
        self._at += 1
        return word

    def _error(self, expected: str) -> ConditionError:
        position, found = self._tokens[self._at]
        return ConditionError(position, expected, repr(found) if found else "the end")


# --- the definition of a form ---------------------------------------------------------------------------


class Type(StrEnum):
    SCALE = "scale"  # 1 to n, the highest always the better end; may have extra options that are no number
    CHOICE = "choice"
    MULTI = "multi"
    YESNO = "yesno"
    TEXT = "text"
    NUMBER = "number"  # a whole one


@dataclass(frozen=True)
class Option:
    id: str
    key: str


@dataclass(frozen=True)
class Question:
    """One question. Equal keys mean equal wording: that is how paired questions of two forms stay one question."""

    id: str
    type: Type
    text_key: str
    hint_key: str | None = None
    options: tuple[Option, ...] = ()
    alone: str | None = None  # an option of a multi that cannot stand beside another ("Nothing")
    least: int = 0  # number: the smallest accepted
    most: int = 0  # number: the largest accepted; text: the longest, in characters
    optional: bool = False
    sensitive: bool = False
    pair: str | None = None
    show_if: Condition | None = None

    @property
    def option_ids(self) -> tuple[str, ...]:
        return tuple(option.id for option in self.options)


@dataclass(frozen=True)
class Definition:
    """One version of a form. A version that somebody has answered is never edited: a change is a new version."""

    form: str
    version: int
    questions: tuple[Question, ...]

    @property
    def ref(self) -> str:
        return f"{self.form}@{self.version}"

    def question(self, question_id: str) -> Question:
        return next(question for question in self.questions if question.id == question_id)


@dataclass(frozen=True)
class Fault:
    """Something in a definition that cannot work; `question` is None when the whole form is meant."""

    ref: str
    question: str | None
    what: str


def faults(definitions: Collection[Definition]) -> list[Fault]:
    """Everything that is wrong with these definitions, each by itself and against the others."""
    baseline = max((each for each in definitions if each.form == "baseline"), key=_version, default=None)
    found = [fault for definition in definitions for fault in _own_faults(definition, baseline)]
    return found + list(_drifted_pairs(definitions))


def _version(definition: Definition) -> int:
    return definition.version


def _own_faults(definition: Definition, baseline: Definition | None) -> Iterator[Fault]:
    earlier: dict[str, Question] = {}
    started = {question.id: question for question in baseline.questions} if baseline else {}
    for question in definition.questions:
        wrong = [*_shape_faults(question)]
        if question.id in earlier:
            wrong.append("the form has this id twice")
        for fact in _facts_in(question.show_if):
            wrong.extend(_reference_faults(fact, {"answers": earlier, "baseline": started}))
        for what in wrong:
            yield Fault(definition.ref, question.id, what)
        earlier[question.id] = question


def _shape_faults(question: Question) -> Iterator[str]:
    if question.id in RESERVED:
        yield "this id has a meaning of its own in conditions or positions: choose another"
    if len(set(question.option_ids)) != len(question.options):
        yield "an option occurs twice"
    if question.type not in (Type.TEXT, Type.NUMBER) and len(question.options) < 2:
        yield f"a {question.type} needs at least two options, found {len(question.options)}"
    if question.alone is not None and question.alone not in question.option_ids:
        yield f"alone: expected one of its options, found {question.alone!r}"
    if question.type in (Type.TEXT, Type.NUMBER) and question.most < max(question.least, 1):
        yield f"max: expected at least {max(question.least, 1)}, found {question.most}"


def _reference_faults(fact: Fact, known: Mapping[str, Mapping[str, Question]]) -> Iterator[str]:
    if isinstance(fact, Has):
        if fact.requirement not in set(Requirement):
            yield f"show_if: no requirement is called {fact.requirement!r}"
        return
    question = known[fact.source].get(fact.question)
    if question is None:
        where = "no earlier question" if fact.source == "answers" else "no question of the baseline form"
        yield f"show_if: {where} is called {fact.question!r}"
    elif isinstance(fact, Is) and question.type is Type.TEXT:
        yield f"show_if: {fact.question!r} is free text: ask only whether it was answered"
    elif isinstance(fact, Is) and question.options:
        for value in fact.values:
            if value not in question.option_ids:
                yield f"show_if: {fact.question!r} has no option {value!r}"


def _drifted_pairs(definitions: Collection[Definition]) -> Iterator[Fault]:
    """A paired scale is compared over time, so every form and version must ask it in the same words."""
    first: dict[str, tuple[str, Question]] = {}
    for definition in definitions:
        for question in definition.questions:
            if question.pair is None or question.type is not Type.SCALE:
                continue
            ref, model = first.setdefault(question.pair, (definition.ref, question))
            if _wording(question) != _wording(model):
                what = f"pair {question.pair!r} is not worded as in {ref}: a paired scale never changes"
                yield Fault(definition.ref, question.id, what)


def _wording(question: Question) -> tuple[object, ...]:
    return question.text_key, question.hint_key, question.options


# --- the engine -----------------------------------------------------------------------------------------

INTRO, SUMMARY, DONE, DECLINED = "intro", "summary", "done", "declined"


@dataclass(frozen=True)
class Sitting:
    """One run through a form. `turn` grows whenever another screen is shown: a button with an older turn is stale."""

    form: str  # the definition's ref, so that a sitting ends on the version that it began with
    position: str = INTRO  # the id of the open question, or one of the four words above
    paused: bool = False
    answers: Answers = field(default_factory=dict)
    ticks: tuple[str, ...] = ()  # of the open multi-choice, before "that's all"
    turn: int = 0

    @property
    def over(self) -> bool:
        return self.position in (DONE, DECLINED)

    @property
    def listening(self) -> bool:
        """Words that the person types now belong to the form, not to their worker."""
        return not self.paused and self.position not in (INTRO, SUMMARY, DONE, DECLINED)

    def to_row(self) -> dict[str, Any]:
        """Plain values that JSON can hold."""
        answers = {key: list(value) if isinstance(value, tuple) else value for key, value in self.answers.items()}
        plain = {"form": self.form, "position": self.position, "paused": self.paused, "turn": self.turn}
        return {**plain, "answers": answers, "ticks": list(self.ticks)}

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Sitting":
        answers = {key: tuple(value) if isinstance(value, list) else value for key, value in row["answers"].items()}
        return cls(**{**row, "answers": answers, "ticks": tuple(row["ticks"])})


class Control(StrEnum):
    """What can be done on a screen beside answering it."""

    BEGIN = "begin"
    CONFIRM = "confirm"  # that's all: ends a multi-choice
    KEEP = "keep"  # leave the answer that was given before
    SKIP = "skip"
    BACK = "back"
    STOP = "stop"
    RESUME = "resume"
    SEND = "send"
    DECLINE = "decline"


@dataclass(frozen=True)
class Press:
    """A control. `turn` is that of the screen whose button was tapped, None where the word was typed."""

    control: Control
    turn: int | None = None


@dataclass(frozen=True)
class Choose:
    """An option's button. On a multi-choice `tick` is what the tap leaves behind, so a double tap does no harm."""

    turn: int
    question: str
    option: str
    tick: bool = True


@dataclass(frozen=True)
class Write:
    """Typed words: the answer to an open question, or the numbers of options."""

    text: str


Event = Press | Choose | Write


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
    number: int | None = None
    question: Question | None = None
    answer: Answer | None = None  # what was answered here before
    choices: tuple[Choice, ...] = ()
    controls: tuple[Control, ...] = ()
    given: tuple[tuple[Question, Answer | None], ...] = ()  # on the summary: every question and its answer
    notice: Notice | None = None


def begin(definition: Definition) -> Sitting:
    return Sitting(definition.ref)


def step(definition: Definition, sitting: Sitting, event: Event, facts: Facts) -> tuple[Sitting, Screen]:
    """What an event makes of a sitting, and what to show now. An event that does not fit changes nothing.

    If the facts have changed so that the open question no longer applies, the event was meant for a question
    that is gone: it counts as stale.
    """
    settled = _settled(definition, sitting, facts)
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


def show(definition: Definition, sitting: Sitting, facts: Facts, notice: Notice | None = None) -> Screen:
    """The present screen once more: after a restart, or when a reminder has come in between."""
    if sitting.form != definition.ref:
        raise ValueError(f"a sitting of {sitting.form} cannot be shown with {definition.ref}")
    sitting = _settled(definition, sitting, facts)
    asked = applicable(definition, sitting.answers, facts)
    screen = Screen(_kind(sitting), definition.ref, sitting.turn, len(asked), notice=notice)
    screen = replace(screen, controls=_controls(definition, sitting, facts))
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


def applicable(definition: Definition, answers: Answers, facts: Facts) -> tuple[Question, ...]:
    """The questions that this person is asked, as now known."""
    return tuple(question for question in definition.questions if _applies(question, answers, facts))


def _applies(question: Question, answers: Answers, facts: Facts) -> bool:
    if question.sensitive and not facts.sensitive_allowed:
        return False
    return question.show_if is None or holds(question.show_if, answers, facts)


def _pruned(definition: Definition, answers: Answers, facts: Facts) -> Answers:
    """Without the answers whose question no longer applies. One pass will do: conditions look back only."""
    kept: dict[str, Answer | None] = {}
    for question in definition.questions:
        if question.id in answers and _applies(question, kept, facts):
            kept[question.id] = answers[question.id]
    return kept


def _settled(definition: Definition, sitting: Sitting, facts: Facts) -> Sitting:
    """The sitting as the facts now stand; the same turn unless the open screen no longer applies."""
    if sitting.over:
        return sitting
    settled = replace(sitting, answers=_pruned(definition, sitting.answers, facts))
    asked = [question.id for question in applicable(definition, settled.answers, facts)]
    complete = all(question in settled.answers for question in asked)
    if settled.position == INTRO or settled.position in asked or (settled.position == SUMMARY and complete):
        return settled
    return replace(_next(definition, settled, facts), paused=sitting.paused)


def _move(sitting: Sitting, position: str) -> Sitting:
    given = sitting.answers.get(position)
    ticks = given if isinstance(given, tuple) else ()
    return replace(sitting, position=position, ticks=ticks, paused=False, turn=sitting.turn + 1)


def _next(definition: Definition, sitting: Sitting, facts: Facts) -> Sitting:
    """On to the first question without an answer: somebody who went back returns to where they were."""
    asked = applicable(definition, sitting.answers, facts)
    open_ids = (question.id for question in asked if question.id not in sitting.answers)
    return _move(sitting, next(open_ids, SUMMARY))


def _answered(definition: Definition, sitting: Sitting, answer: Answer | None, facts: Facts) -> Sitting:
    answers = _pruned(definition, {**sitting.answers, sitting.position: answer}, facts)
    return _next(definition, replace(sitting, answers=answers), facts)


def _previous(definition: Definition, sitting: Sitting, facts: Facts) -> str | None:
    asked = [question.id for question in applicable(definition, sitting.answers, facts)]
    before = asked if sitting.position == SUMMARY else asked[: asked.index(sitting.position)]
    return before[-1] if before else None


def _kind(sitting: Sitting) -> ScreenKind:
    if sitting.paused:
        return ScreenKind.STOPPED
    return ScreenKind.QUESTION if sitting.listening else ScreenKind(sitting.position)


def _controls(definition: Definition, sitting: Sitting, facts: Facts) -> tuple[Control, ...]:
    """What the screen offers; a control that it does not offer does nothing."""
    kind = _kind(sitting)
    if kind is ScreenKind.INTRO:
        return Control.BEGIN, Control.DECLINE
    if kind is ScreenKind.STOPPED:
        return Control.RESUME, Control.DECLINE
    if kind in (ScreenKind.DONE, ScreenKind.DECLINED):
        return ()
    back = (Control.BACK,) if _previous(definition, sitting, facts) else ()
    if kind is ScreenKind.SUMMARY:
        return Control.SEND, *back, Control.STOP
    confirm = (Control.CONFIRM,) if sitting.ticks else ()
    keep = (Control.KEEP,) if sitting.answers.get(sitting.position) is not None else ()
    return *confirm, *keep, Control.SKIP, *back, Control.STOP


def _choices(question: Question, sitting: Sitting) -> tuple[Choice, ...]:
    answer = sitting.answers.get(question.id)
    ticked = sitting.ticks if question.type is Type.MULTI else (answer,)
    return tuple(Choice(number, option, option.id in ticked) for number, option in enumerate(question.options, start=1))


def _press(definition: Definition, sitting: Sitting, event: Press, facts: Facts) -> Sitting | Notice:
    if event.turn not in (None, sitting.turn):
        return Notice(NoticeKind.STALE)
    if event.control not in _controls(definition, sitting, facts):
        return Notice(NoticeKind.NOT_OFFERED)
    match event.control:
        case Control.BEGIN | Control.KEEP:
            return _next(definition, sitting, facts)
        case Control.CONFIRM:
            return _answered(definition, sitting, sitting.ticks, facts)
        case Control.SKIP:
            return _answered(definition, sitting, None, facts)
        case Control.BACK:
            return _move(sitting, _previous(definition, sitting, facts) or sitting.position)
        case Control.STOP:
            return replace(sitting, paused=True, turn=sitting.turn + 1)
        case Control.RESUME:
            return replace(sitting, paused=False, turn=sitting.turn + 1)
        case Control.SEND:
            return _move(sitting, DONE)
        case Control.DECLINE:
            return _move(replace(sitting, answers={}), DECLINED)


def _choose(definition: Definition, sitting: Sitting, event: Choose, facts: Facts) -> Sitting | Notice:
    if event.turn != sitting.turn or event.question != sitting.position or not sitting.listening:
        return Notice(NoticeKind.STALE)
    question = definition.question(sitting.position)
    if event.option not in question.option_ids:
        return Notice(NoticeKind.STALE)
    if question.type is Type.MULTI:
        return replace(sitting, ticks=_ticked(question, sitting.ticks, event.option, event.tick))
    return _answered(definition, sitting, event.option, facts)


def _ticked(question: Question, ticks: tuple[str, ...], option: str, tick: bool) -> tuple[str, ...]:
    chosen = set(ticks) - {option}
    if tick:
        chosen = {option} if option == question.alone else chosen - {question.alone} | {option}
    return tuple(each for each in question.option_ids if each in chosen)


def _write(definition: Definition, sitting: Sitting, event: Write, facts: Facts) -> Sitting | Notice:
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
            return _answered(definition, sitting, words, facts)
        case Type.NUMBER:
            number = _whole_number(words)
            if number is None or not question.least <= number <= question.most:
                return Notice(NoticeKind.NOT_A_NUMBER, least=question.least, most=question.most)
            return _answered(definition, sitting, str(number), facts)
        case Type.MULTI:
            return _tick_numbers(question, sitting, words)
        case Type.SCALE | Type.CHOICE | Type.YESNO:
            option = _option_numbered(question, words)
            if option is None:
                return Notice(NoticeKind.NOT_A_CHOICE, least=1, most=len(question.options))
            return _answered(definition, sitting, option, facts)


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


def keys(definition: Definition) -> set[str]:
    """Every catalogue key that an individual may meet while answering this form."""
    used = {f"form.{definition.form}.intro", f"form.{definition.form}.done"}
    used |= {"form.summary", "form.summary.skipped", "form.stopped", "form.declined", "form.progress"}
    used |= {f"form.control.{control}" for control in Control}
    used |= {f"form.notice.{kind}" for kind in NoticeKind}
    for question in definition.questions:
        used |= {question.text_key, *(option.key for option in question.options)}
        used |= {question.hint_key} if question.hint_key else set()
    return used

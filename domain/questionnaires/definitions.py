"""What a form may hold, and what is wrong with one that cannot work."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.orders import Requirement
from domain.questionnaires.conditions import Condition, Fact, Has, Is, facts_in

# Words of the condition language and of a sitting's positions: no question may be called so.
RESERVED = frozenset({"intro", "summary", "done", "declined", "answered", "and", "or", "not", "in"})
MOST_OPTIONS = 30  # each a button of one message, which holds a hundred, and a line on paper


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
    intro: str = ""  # the key of a first screen of its own …
    done: str = ""  # … and of a last one

    @property
    def intro_key(self) -> str:
        return self.intro or f"form.{self.form}.intro"

    @property
    def done_key(self) -> str:
        return self.done or f"form.{self.form}.done"

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
        for fact in facts_in(question.show_if):
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
    if len(question.options) > MOST_OPTIONS:
        yield f"expected at most {MOST_OPTIONS} options, found {len(question.options)}"
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

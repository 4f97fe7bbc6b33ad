"""The small language in which a form says when a question is asked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

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


def facts_in(condition: Condition | None) -> Iterator[Fact]:
    """Every fact that a condition asks for, however deep it stands."""
    match condition:
        case Not(part):
            yield from facts_in(part)
        case Every(parts) | Some(parts):
            for part in parts:
                yield from facts_in(part)
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


def spelled(condition: Condition) -> str:
    """A condition as it is written: `parse_condition` reads the same from it."""
    match condition:
        case Has(requirement):
            return f"order.has({requirement})"
        case Answered(source, question):
            return f"answered({question})" if source == "answers" else f"baseline.answered({question})"
        case Is(source, question, (value,)):
            return f"{source}.{question} == {value}"
        case Is(source, question, values):
            return f"{source}.{question} in ({', '.join(values)})"
        case Not(part):
            return f"not {_within(part)}"
        case Every(parts):
            return " and ".join(map(_within, parts))
        case Some(parts):
            return " or ".join(map(_within, parts))


def _within(condition: Condition) -> str:
    return f"({spelled(condition)})" if isinstance(condition, Every | Some) else spelled(condition)

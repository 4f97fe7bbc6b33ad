"""What answers at the start or at a review ask of a person: help this week, a low answer, a place to stay away from.

Nothing is weighed or added up: each answer stands for itself, and a person looks. An end form asks nothing of anybody.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.about import Facts
from domain.calendar import Calendar
from domain.people import Individual, Role, Staff
from domain.questionnaires import Answer, Answers, Definition, Question, Type

END = "end"  # the occasion of an exit or early-end form
LOW = frozenset({"1", "2"})
LOW_OF = frozenset({"good5", "sure5", "often5"})  # scales on which a low answer is about how somebody is
# All that a task may ask, but help and low answers: those are of an area of life each.
CODES = ("unsafe", "letters", "clear.some", "clear.no", "private", "tell.call", "tell.letter", "tell.lang")
SEPARATOR = "+"  # between the codes of one task


class When(StrEnum):
    """By when somebody should have looked. The issue of the forms names a day for each."""

    TODAY = "today"  # a place or a person to stay away from
    SOON = "soon"  # help this week, letters, not clear what to do: one working day
    LATER = "later"  # low answers, how to be told: told on the next working day


@dataclass(frozen=True)
class Found:
    """What a form asks of a person, as codes of the catalogue (`needs.<code>`), the most urgent first; and what it
    changes by itself."""

    codes: tuple[str, ...] = ()
    tell: str = ""  # how they asked to be told: chat, easy, call, letter; empty if they did not say
    easy: bool = False
    discreet: bool = False  # others see the phone
    another_language: bool = False

    @property
    def when(self) -> When:
        return min((_when(code) for code in self.codes), key=list(When).index, default=When.LATER)


def find(definition: Definition, answers: Answers) -> Found:
    """What the answers of a baseline or a review ask for."""
    hard = _ticked(answers, "hard")
    how, phone = answers.get("how_tell"), answers.get("private")
    shared = phone in ("sometimes", "shared")
    codes = [
        *(["unsafe"] if "unsafe" in hard else []),
        *_help(answers),
        *(["letters"] if "letters" in hard else []),
        *_coded("clear", answers.get("clear")),
        *(f"low.{question.id}" for question in definition.questions if _low(question, answers)),
        *(["private"] if shared else []),
        *_coded("tell", how),
    ]
    told = how if isinstance(how, str) and how in ("chat", "easy", "call", "letter") else ""
    return Found(tuple(codes), told, how == "easy", shared, how == "lang")


def _coded(name: str, answer: Answer | None) -> list[str]:
    """An answer that asks something of a person."""
    return [code] if (code := f"{name}.{answer}") in CODES else []


def _help(answers: Answers) -> Iterator[str]:
    """Help this week, and with what, if they said."""
    if answers.get("help_now") == "yes":
        with_what = _ticked(answers, "help_what")
        yield from (f"help.{one}" for one in with_what)
        if not with_what:
            yield "help"


def _ticked(answers: Answers, question: str) -> tuple[str, ...]:
    given = answers.get(question)
    return given if isinstance(given, tuple) else (given,) if given else ()


def _low(question: Question, answers: Answers) -> bool:
    return scale_of(question) in LOW_OF and answers.get(question.id) in LOW


def scale_of(question: Question) -> str:
    """The name of a scale (`good5`), as its options' keys have it; empty of anything else."""
    return question.options[0].key.split(".")[1] if question.type is Type.SCALE else ""


def _when(code: str) -> When:
    kind = code.partition(".")[0]
    return {"unsafe": When.TODAY, "help": When.SOON, "letters": When.SOON, "clear": When.SOON}.get(kind, When.LATER)


def by(when: When, at: datetime, calendar: Calendar) -> datetime:
    """By which moment somebody should have spoken to the person: the end of this working day, or of the next one if the
    office is shut by then; of the rest, the end of the next working day."""
    day = calendar.day(at)
    if when is When.TODAY and calendar.working(day) and at < calendar.at(day, calendar.work_to):
        return calendar.at(day, calendar.work_to)
    day = calendar.next_working_day(day)
    if when is When.LATER:  # told on that day: so there is as long again to act
        day = calendar.next_working_day(day)
    return calendar.at(day, calendar.work_to)


# ── Words of danger in a form ───────────────────────────────────────────────────────────────────────────────────────


def told_of_danger(staff: Mapping[int, Staff], workers: frozenset[int], today: date) -> frozenset[int]:
    """Who may know of words of danger that were written in a form: duty and managers who do not work with the person.
    Where there is nobody of them, duty and managers all the same: no alarm is left without a reader."""
    there = {id_ for id_, one in staff.items() if one.active_on(today) and one.roles & {Role.DUTY, Role.MANAGER}}
    return frozenset(there - workers or there)


# ── What a worker may read ─────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Given:
    """What was answered on one day. An answer is the option ids, or the words; neither if it was skipped."""

    occasion: str  # start, review:1, review:2 …
    day: date
    questions: tuple[Question, ...]
    answers: Mapping[str, tuple[str | None, str | None]]


@dataclass(frozen=True)
class AboutAnswers(Facts):
    """What a person answered at the start and at reviews of one order, in order."""

    individual: Individual
    given: tuple[Given, ...]

    @property
    def start(self) -> Given | None:
        return next((one for one in self.given if one.occasion == "start"), None)

    @property
    def later(self) -> tuple[Given, ...]:
        return tuple(one for one in self.given if one.occasion != "start")


# ── Change, in words ────────────────────────────────────────────────────────────────────────────────────────────────


class Change(StrEnum):
    """How an answer stands beside an earlier one. It is said of an area of life, never of a person."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"


def change(before: str | None, after: str | None) -> Change | None:
    """None where either was skipped, or is no point of the scale (*I do not use any*)."""
    if before is None or after is None or not before.isdecimal() or not after.isdecimal():
        return None
    return Change.SAME if before == after else Change.BETTER if int(after) > int(before) else Change.WORSE

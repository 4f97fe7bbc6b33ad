"""Questionnaires: what a form may hold, when a question applies, and one pure step from an event to a screen.

Each module leans only on those before it: conditions, definitions, sitting, route, screens, engine. No sentence lives
here: whatever is shown is a key of the catalogue.
"""

from domain.questionnaires.conditions import (
    Answer,
    Answered,
    Answers,
    Condition,
    ConditionError,
    Every,
    Fact,
    Facts,
    Has,
    Is,
    Not,
    Some,
    holds,
    parse_condition,
)
from domain.questionnaires.definitions import Definition, Fault, Option, Question, Type, faults
from domain.questionnaires.engine import step
from domain.questionnaires.route import applicable
from domain.questionnaires.screens import Choice, Notice, NoticeKind, Screen, ScreenKind, keys, show
from domain.questionnaires.sitting import (
    ALOUD,
    DECLINED,
    DONE,
    INTRO,
    SUMMARY,
    Choose,
    Control,
    Event,
    Press,
    Sitting,
    Way,
    Write,
    begin,
    begin_again,
)

__all__ = [
    "ALOUD",
    "DECLINED",
    "DONE",
    "INTRO",
    "SUMMARY",
    "Answer",
    "Answered",
    "Answers",
    "Choice",
    "Choose",
    "Condition",
    "ConditionError",
    "Control",
    "Definition",
    "Event",
    "Every",
    "Fact",
    "Facts",
    "Fault",
    "Has",
    "Is",
    "Not",
    "Notice",
    "NoticeKind",
    "Option",
    "Press",
    "Question",
    "Screen",
    "ScreenKind",
    "Sitting",
    "Some",
    "Type",
    "Way",
    "Write",
    "applicable",
    "begin",
    "begin_again",
    "faults",
    "holds",
    "keys",
    "parse_condition",
    "show",
    "step",
]

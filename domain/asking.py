"""What an individual may ask for, and the small answers that go with it: which help, which time is safe."""

from collections.abc import Mapping
from datetime import time
from enum import StrEnum

from domain.appointments import Answer
from domain.calendar import Calendar
from domain.people import Individual


class Want(StrEnum):
    """What *I need help* is about."""

    TRAVEL = "travel"
    FOOD = "food"
    DATE = "date"
    TALK = "talk"  # to someone, today
    OTHER = "other"


class Changed(StrEnum):
    """What somebody tells us has changed."""

    CONTACT = "contact"
    HOURS = "hours"  # of their job


class Ring(StrEnum):
    """Where to reach them, other than a number that is typed."""

    ON_RECORD = "on_record"
    WRITE = "write"  # do not ring


class Safe(StrEnum):
    """When it is safe to ring."""

    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


NOON, EVENING_FROM = time(12), time(17)

# A number that is typed keeps the meaning that its button had under the first message about a date, also below what
# was answered: somebody who sends 1 twice to be sure has not changed their mind.
ANSWERS: Mapping[str, tuple[Answer, ...]] = {
    "reminder": (Answer.COMING, Answer.CANNOT, Answer.HELP, Answer.CALL),
    "changed": (Answer.COMING, Answer.CANNOT, Answer.HELP, Answer.CALL),
    "missed_care": (Answer.WAS_THERE, Answer.OK, Answer.HELP, Answer.CALL),
}


def places_to_reach(individual: Individual) -> tuple[Ring, ...]:
    """What is offered besides typing a number."""
    return tuple(Ring) if individual.mobile_ending else (Ring.WRITE,)


def safe_times(calendar: Calendar) -> tuple[Safe, ...]:
    """The times that may be offered: only those within which somebody is at work to ring."""
    within = {
        Safe.MORNING: calendar.work_from < NOON,
        Safe.AFTERNOON: calendar.work_to > NOON,
        Safe.EVENING: calendar.work_to > EVENING_FROM,
    }
    return (Safe.ANY, *(one for one, offered in within.items() if offered))

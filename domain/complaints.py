"""A complaint: by when it is answered, and who may hear of it. Never whoever works with the person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domain.calendar import Calendar
from domain.compliance import MANAGER_AT
from domain.people import Role, Staff

# Working days within which a complaint is answered (the two stages of the Scottish model procedure for social work).
STAGES: Mapping[str, int] = {"first": 5, "full": 20}


@dataclass(frozen=True)
class Due:
    """The last day of a stage, and when managers are reminded of it if the complaint is still open."""

    stage: str
    day: date
    remind_at: datetime


def dues(raised_at: datetime, calendar: Calendar) -> tuple[Due, ...]:
    """Both dates. The day it came is the first working day counted, the stricter reading; else the next one is."""
    came = calendar.day(raised_at)
    first = came if calendar.working(came) else calendar.next_working_day(came)
    return tuple(_due(stage, _later(first, days - 1, calendar), calendar) for stage, days in STAGES.items())


def _due(stage: str, day: date, calendar: Calendar) -> Due:
    return Due(stage, day, calendar.at(calendar.working_days_back(day, 1), MANAGER_AT))


def _later(day: date, count: int, calendar: Calendar) -> date:
    for _ in range(count):
        day = calendar.next_working_day(day)
    return day


def heard_by(staff: Mapping[int, Staff], workers: frozenset[int], today: date) -> frozenset[int]:
    """Who may know of a complaint: managers who do not work with the person; where there is none, such duty workers."""
    free = [one for id_, one in staff.items() if id_ not in workers and one.active_on(today)]
    managers = frozenset(one.id for one in free if Role.MANAGER in one.roles)
    return managers or frozenset(one.id for one in free if Role.DUTY in one.roles)

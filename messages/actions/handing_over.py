"""The buttons of hand-overs, last days and the rota of duty."""

from dataclasses import dataclass

from domain.caseload import Part
from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class HandWhom(Action):
    """One individual (0: all of the giver's) to be handed over by the giver (0: nobody is named), and a page of to
    whom."""

    code = "hand"
    individual: int
    giver: int
    part: Part
    page: int


@button
@dataclass(frozen=True)
class HandTo(Action):
    """The same, to this colleague; only shown until it is `sure` (1)."""

    code = "handto"
    individual: int
    giver: int
    part: Part
    taker: int
    sure: int


@button
@dataclass(frozen=True)
class Handed(Action):
    """A page of what was handed over, and what is open about each."""

    code = "handed"
    handover: int
    page: int


@button
@dataclass(frozen=True)
class LastDay(Action):
    """Somebody's last day (`date.toordinal`)."""

    code = "lastday"
    staff: int
    day: int


@button
@dataclass(frozen=True)
class DutyWeek(Action):
    """The rota of this week (0) or the next."""

    code = "dutyweek"
    week: int


@button
@dataclass(frozen=True)
class DutyDay(Action):
    """Who is on duty on a day (`date.toordinal`)."""

    code = "dutyday"
    day: int


@button
@dataclass(frozen=True)
class DutyPut(Action):
    """A colleague on (1) or off (0) the rota of a day."""

    code = "dutyput"
    day: int
    staff: int
    on: int


@button
@dataclass(frozen=True)
class DutySame(Action):
    """The rest of the working week as this day."""

    code = "dutysame"
    day: int

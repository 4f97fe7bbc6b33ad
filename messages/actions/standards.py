"""The buttons of time limits."""

from dataclasses import dataclass

from domain.orders import Milestone
from domain.standards import Late
from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class OpenClocks(Action):
    """The time limits of a person's orders."""

    code = "clocks"
    individual: int


@button
@dataclass(frozen=True)
class StepAsk(Action):
    """*Plan done*: when?"""

    code = "step"
    order: int
    step: Milestone


@button
@dataclass(frozen=True)
class StepDone(Action):
    """Done so many days ago: 0 or 1."""

    code = "step2"
    order: int
    step: Milestone
    ago: int


@button
@dataclass(frozen=True)
class StepDay(Action):
    """Done on *another day*, which is typed next."""

    code = "stepday"
    order: int
    step: Milestone


@button
@dataclass(frozen=True)
class StepUndo(Action):
    """It was not done on that day (20261218) after all."""

    code = "stepno"
    order: int
    step: Milestone
    day: int


@button
@dataclass(frozen=True)
class CaseChanged(Action):
    """Something for which an assessment may have to come sooner."""

    code = "assess"
    order: int


@button
@dataclass(frozen=True)
class LateBecause(Action):
    """Why a time limit was not kept."""

    code = "late"
    item: int
    reason: Late

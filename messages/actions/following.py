"""The buttons of a *can't make it*, which staff answer."""

from dataclasses import dataclass

from domain.compliance import Ending
from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class AnswerCannot(Action):
    """*No need to come*, *still come* or *new date*, to somebody who says that they can't make it."""

    code = "stand"
    item: int
    answer: Ending


@button
@dataclass(frozen=True)
class ChangeAnswer(Action):
    """*Change the answer*: to which?"""

    code = "standask"
    item: int


@button
@dataclass(frozen=True)
class AnswerAnew(Action):
    """Another answer than the one that was given."""

    code = "standanew"
    item: int
    answer: Ending

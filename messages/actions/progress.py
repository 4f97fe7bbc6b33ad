"""The buttons of hours."""

from dataclasses import dataclass

from domain.progress import Cause
from domain.slipping import View
from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class HoursWrong(Action):
    """*That's wrong*, says an individual of the hours of an order."""

    code = "hwrong"
    order: int


@button
@dataclass(frozen=True)
class ProgressPage(Action):
    """A page of a list of how hours stand; 0 is the first."""

    code = "progress"
    view: View
    page: int


@button
@dataclass(frozen=True)
class OrderHours(Action):
    """One order's whole books."""

    code = "books"
    order: int


@button
@dataclass(frozen=True)
class AskExtension(Action):
    """The court was asked for more time."""

    code = "ext"
    order: int


@button
@dataclass(frozen=True)
class Extended(Action):
    """The same, and on whose side the cause is; or it was tapped by mistake."""

    code = "ext2"
    order: int
    cause: Cause

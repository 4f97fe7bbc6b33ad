"""The buttons of repairs: whom the chat does not reach."""

from dataclasses import dataclass

from domain.repairs import Repair
from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class RepairsOf(Action):
    """A page of those whom the chat does not reach for one reason; 0 is the first."""

    code = "repair"
    kind: Repair
    page: int


@button
@dataclass(frozen=True)
class RepairsAll(Action):
    """Back to how many there are of each kind."""

    code = "repairs"

"""The buttons of holds, and of the copy of all that is held on somebody."""

from dataclasses import dataclass

from domain.orders import Hold
from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class SetHold(Action):
    """On hold from today, and why."""

    code = "hold"
    individual: int
    kind: Hold


@button
@dataclass(frozen=True)
class MakeCopy(Action):
    """*Make the copy* of all that is held on somebody who asked for it."""

    code = "copy"
    item: int

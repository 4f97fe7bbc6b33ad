"""The buttons of papers about an order."""

from dataclasses import dataclass

from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class RecordOf(Action):
    """The evidence record of one order: of its last months, or of the whole of it (0)."""

    code = "paper"
    order: int
    months: int


@button
@dataclass(frozen=True)
class LetterOf(Action):
    """A draft of the letter about one order."""

    code = "letter"
    order: int

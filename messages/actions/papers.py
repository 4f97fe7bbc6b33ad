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
class ReviewOf(Action):
    """The review pack of one of several orders."""

    code = "review"
    order: int


@button
@dataclass(frozen=True)
class LetterOf(Action):
    """A draft of the letter about one order; which, if there are two."""

    code = "letter"
    order: int


@button
@dataclass(frozen=True)
class LetterAs(Action):
    """This letter: of a step of the procedure, or, without one, about missed dates that wait for a decision."""

    code = "letteras"
    order: int
    step: str

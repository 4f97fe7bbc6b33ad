"""The buttons of the report."""

from dataclasses import dataclass

from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class ShowReport(Action):
    """A part of the report of a period, which is named by its number: the figures (`answers` 0), the answers (1), or a
    page of the national standards (from 2)."""

    code = "report"
    period: int
    answers: int


@button
@dataclass(frozen=True)
class ShowOutcomes(Action):
    """A page of what changed between the start and the end of orders that ended in a quarter or a year."""

    code = "outcomes"
    period: int
    page: int

"""The button of what a person answered at the start and at reviews."""

from dataclasses import dataclass

from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class AnswersOf(Action):
    """The answers at the start beside a later one, which is named by its place, from 0; -1: the newest."""

    code = "answers"
    individual: int
    later: int

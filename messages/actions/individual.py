"""The buttons of the reminders that an individual answers."""

from dataclasses import dataclass

from domain.appointments import Answer, Reason
from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class Say(Action):
    """An individual's answer about a date, as that date stood when the button was made."""

    code = "say"
    appointment: int
    revision: int
    answer: Answer


@button
@dataclass(frozen=True)
class Because(Action):
    """Why they cannot come."""

    code = "why"
    appointment: int
    revision: int
    reason: Reason


@button
@dataclass(frozen=True)
class Speak(Action):
    """The language of this chat; `other` for one that the catalogue does not speak. `linking`: 1 on a new link."""

    code = "lang"
    language: str
    linking: int


@button
@dataclass(frozen=True)
class StartAgain(Action):
    """Messages again, after /stop."""

    code = "again"

"""The buttons of what somebody sent to show why they missed a date."""

from dataclasses import dataclass

from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class ShowSent(Action):
    """What they sent to show why."""

    code = "sent"
    appointment: int

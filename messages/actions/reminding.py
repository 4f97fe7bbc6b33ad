"""The buttons of reminders, as an individual wants them."""

from dataclasses import dataclass

from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class Nudge(Action):
    """A word on the morning itself as well, or not."""

    code = "nudge"
    wanted: int

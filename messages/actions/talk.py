"""The buttons of what was said."""

from dataclasses import dataclass

from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class ReadOn(Action):
    """A page of the conversation that an item is part of; 0 is the newest."""

    code = "talk"
    item: int
    page: int

"""The buttons of sending, paused and started again."""

from dataclasses import dataclass

from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class Pause(Action):
    """*Yes, pause sending*."""

    code = "pause"


@button
@dataclass(frozen=True)
class Resume(Action):
    """*Yes, send again*."""

    code = "resume"

"""The buttons of linking a phone, and of how its owner wants to be spoken to."""

from dataclasses import dataclass

from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class Undo(Action):
    """The phone that was linked by an invitation is not theirs."""

    code = "undo"
    invite: int


@button
@dataclass(frozen=True)
class NotMe(Action):
    """Whoever holds this phone is not whom the chat is for."""

    code = "notme"


@button
@dataclass(frozen=True)
class ShowName(Action):
    """Whether the worker's first name may stand in this chat: 1 or 0."""

    code = "name"
    agreed: int


@button
@dataclass(frozen=True)
class SharePhone(Action):
    """Whether anybody else sees this phone: 1 or 0."""

    code = "shared"
    shared: int


@button
@dataclass(frozen=True)
class PlainWords(Action):
    """Plain words (1), or careful ones (0), on a phone that nobody else sees."""

    code = "plain"
    plain: int

"""The buttons of something open, and of phones cut off."""

from dataclasses import dataclass

from domain.compliance import Ending
from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class Claim(Action):
    """*I'm dealing with it*."""

    code = "claim"
    item: int


@button
@dataclass(frozen=True)
class Unclaim(Action):
    """*Undo* of *I'm dealing with it*."""

    code = "unclaim"
    item: int


@button
@dataclass(frozen=True)
class Close(Action):
    """*Done*: what was claimed is dealt with."""

    code = "close"
    item: int


@button
@dataclass(frozen=True)
class Show(Action):
    """One item, whole: of a card, or from the list."""

    code = "item"
    item: int


@button
@dataclass(frozen=True)
class Fold(Action):
    """A card back to one line."""

    code = "fold"
    item: int


@button
@dataclass(frozen=True)
class CloseAs(Action):
    """Dealt with, and how it ended."""

    code = "ended"
    item: int
    outcome: Ending


@button
@dataclass(frozen=True)
class CutOff(Action):
    """*Yes, cut off*: the phone of a member of staff or of an individual."""

    code = "cutoff"
    who: str
    id: int


@button
@dataclass(frozen=True)
class YouthConsent(Action):
    """The youth team's yes (1) to messages for somebody under 18, or no more of them (0)."""

    code = "youth"
    individual: int
    given: int

"""The buttons of the case card, of the record of access, and of the glass that is broken."""

from dataclasses import dataclass

from domain.audit import Reason
from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class BreakGlass(Action):
    """A look at somebody outside one's scope. `asked` names the reference that was typed, known or not: a keyed hash,
    because a reference may be too long for a button."""

    code = "glass"
    asked: str


@button
@dataclass(frozen=True)
class BreakGlassFor(Action):
    """The same, with the reason that was picked."""

    code = "glass2"
    asked: str
    reason: Reason


@button
@dataclass(frozen=True)
class RecordFile(Action):
    """Who looked at a person, all of it, as a file."""

    code = "record"
    individual: int


@button
@dataclass(frozen=True)
class CaseDates(Action):
    """A page of all the dates of one person that have begun; 0 is the newest."""

    code = "dates"
    individual: int
    page: int

"""The buttons of a missed date: what was done about it, and the decision."""

from dataclasses import dataclass

from domain.deciding import Cause, Heard, How, Page
from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class SeeAbsence(Action):
    """A missed date, or the second of the two taps that something about it takes."""

    code = "absence"
    appointment: int
    page: Page


@button
@dataclass(frozen=True)
class AbsencesOf(Action):
    """A page of the missed dates of one person; 0 is the newest."""

    code = "absences"
    individual: int
    page: int


@button
@dataclass(frozen=True)
class NoteContact(Action):
    """What was done about a missed date."""

    code = "did"
    appointment: int
    how: How


@button
@dataclass(frozen=True)
class AskForMore(Action):
    """*Need more*: the individual is asked for something that shows why."""

    code = "more"
    appointment: int


@button
@dataclass(frozen=True)
class AcceptAbsence(Action):
    """*Accepted*, for a reason; `why` a decision that stands is changed, or empty."""

    code = "accept"
    appointment: int
    cause: Cause
    why: str


@button
@dataclass(frozen=True)
class RefuseAbsence(Action):
    """*Not accepted*, and how they were heard; `why` a decision that stands is changed, or empty."""

    code = "refuse"
    appointment: int
    heard: Heard
    why: str


@button
@dataclass(frozen=True)
class UndoDone(Action):
    """*Undo* what this person did or decided last about a missed date: a contact or a record, the other one is 0."""

    code = "undone"
    appointment: int
    contact: int
    record: int

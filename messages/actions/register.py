"""The buttons of the register, of dates put right, and of sessions given away."""

from dataclasses import dataclass

from domain.attendance import Outcome, Page
from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class Look(Action):
    """Another page of the register that a date is on."""

    code = "look"
    appointment: int
    page: Page


@button
@dataclass(frozen=True)
class Mark(Action):
    """One outcome on a register; `minutes` and `cause` are 0 and empty where the outcome has none."""

    code = "mark"
    appointment: int
    outcome: Outcome
    minutes: int
    cause: str


@button
@dataclass(frozen=True)
class HowLong(Action):
    """Somebody was sent home, and why: how long had they worked?"""

    code = "howlong"
    appointment: int
    outcome: Outcome
    cause: str


@button
@dataclass(frozen=True)
class WasHere(Action):
    """They were here (1), or were not (0), says whoever ran the day of a disputed alert."""

    code = "here"
    item: int
    here: int


@button
@dataclass(frozen=True)
class EveryoneCame(Action):
    """*Everyone else came*, on the register that a date is on."""

    code = "everyone"
    appointment: int


@button
@dataclass(frozen=True)
class AllSentHome(Action):
    """*All sent home*, why, and until when they worked: a minute, counted from 1970. 0: still to be asked; 1 is long
    before they began, so that they worked none of it."""

    code = "allhome"
    appointment: int
    cause: str
    until: int


@button
@dataclass(frozen=True)
class Unmark(Action):
    """*Undo*: what was recorded last, by the first and the last of its records."""

    code = "unmark"
    appointment: int
    first: int
    last: int


@button
@dataclass(frozen=True)
class WriteNote(Action):
    """A note about one person on a register."""

    code = "note"
    appointment: int


@button
@dataclass(frozen=True)
class NotListed(Action):
    """Somebody is there who is not on the register."""

    code = "notlisted"
    appointment: int


@button
@dataclass(frozen=True)
class TakeNote(Action):
    """*Got it*."""

    code = "gotit"
    note: int


@button
@dataclass(frozen=True)
class LineIsAbout(Action):
    """Which session a typed line is about."""

    code = "line"
    note: int
    appointment: int


@button
@dataclass(frozen=True)
class GivePage(Action):
    """Another page of the sessions that can be given."""

    code = "givepage"
    page: int


@button
@dataclass(frozen=True)
class GiveSession(Action):
    """A session to be given: to whom? A page of colleagues; 0 is the first."""

    code = "give"
    appointment: int
    page: int


@button
@dataclass(frozen=True)
class GiveTo(Action):
    """To this colleague."""

    code = "giveto"
    appointment: int
    staff: int


@button
@dataclass(frozen=True)
class OpenDate(Action):
    """One date, with all that was recorded about it."""

    code = "date"
    appointment: int


@button
@dataclass(frozen=True)
class SetDate(Action):
    """An outcome of a date, by a worker of the person: `detail` is the minutes or the cause that goes with it, or both
    as `weather+90` (nothing after the +: still to be asked); `why` why it puts right an earlier one."""

    code = "set"
    appointment: int
    outcome: Outcome
    detail: str
    why: str


@button
@dataclass(frozen=True)
class OnAgain(Action):
    """A date to come that was recorded as off is on after all."""

    code = "onagain"
    appointment: int

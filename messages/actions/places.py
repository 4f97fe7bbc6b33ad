"""The buttons of free places and of sessions stood down."""

from dataclasses import dataclass

from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class OfferPage(Action):
    """Another page of sessions with free places; 0 is the first."""

    code = "offers"
    page: int


@button
@dataclass(frozen=True)
class OfferSession(Action):
    """A session with free places, named by any of its dates."""

    code = "offer"
    session: int


@button
@dataclass(frozen=True)
class OfferElsewhere(Action):
    """*Another day*: on which there is no session yet."""

    code = "offday"
    place: int  # 0: ask which


@button
@dataclass(frozen=True)
class OfferOn(Action):
    """A place on such a day, which is a number (`date.toordinal`)."""

    code = "offon"
    place: int
    day: int


@button
@dataclass(frozen=True)
class OfferDraft(Action):
    """A page of who would be offered a place."""

    code = "offdraft"
    offer: int
    page: int


@button
@dataclass(frozen=True)
class LeaveOut(Action):
    """Somebody is not to be offered this one (`out` 1), or is after all (0)."""

    code = "offout"
    offer: int
    individual: int
    out: int
    page: int


@button
@dataclass(frozen=True)
class OfferSend(Action):
    """*Send*, or how it stands once it is sent."""

    code = "offsend"
    offer: int


@button
@dataclass(frozen=True)
class OfferLook(Action):
    """*Look again*: how many places are taken by now."""

    code = "offlook"
    offer: int


@button
@dataclass(frozen=True)
class TickPlaces(Action):
    """*Tick people*: for which place?"""

    code = "ticks"


@button
@dataclass(frozen=True)
class TickPage(Action):
    """A page of people, each with a tick for a place or none."""

    code = "tickpage"
    place: int
    page: int


@button
@dataclass(frozen=True)
class Tick(Action):
    """A tick set (1) or taken away (0)."""

    code = "tick"
    place: int
    individual: int
    on: int
    page: int


@button
@dataclass(frozen=True)
class TakePlace(Action):
    """*Yes please* (1) or *No thanks* (0)."""

    code = "take"
    offered: int
    wanted: int


@button
@dataclass(frozen=True)
class DownPage(Action):
    """Another page of the sessions ahead; 0 is the first."""

    code = "downs"
    page: int


@button
@dataclass(frozen=True)
class DownWhy(Action):
    """A session that is to be stood down: why?"""

    code = "downwhy"
    session: int


@button
@dataclass(frozen=True)
class Down(Action):
    """A session off, for a cause, with another place to go (0: none); only shown until it is `sure` (1)."""

    code = "down"
    session: int
    cause: str
    place: int
    sure: int


@button
@dataclass(frozen=True)
class DownWhom(Action):
    """A page of who would be offered another place to go."""

    code = "downwho"
    session: int
    cause: str
    place: int
    page: int


@button
@dataclass(frozen=True)
class DownLeave(Action):
    """Whoever has this date of a session is not to be offered that place (`out` 1), or is after all (0)."""

    code = "dnout"
    session: int
    cause: str
    place: int
    out: int
    page: int


@button
@dataclass(frozen=True)
class DownUndo(Action):
    """*Undo*, as long as nobody has been told."""

    code = "downundo"
    session: int


@button
@dataclass(frozen=True)
class Early(Action):
    """To hear from 6:30 that a day is off: yes (1) or no (0)."""

    code = "early"
    wanted: int

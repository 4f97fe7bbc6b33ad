"""The buttons of leave, and of what is taken over meanwhile."""

from dataclasses import dataclass

from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class AwayDays(Action):
    """Somebody away on these days (`date.toordinal`, both included), and a page of who might cover."""

    code = "away"
    staff: int
    first: int
    last: int
    page: int


@button
@dataclass(frozen=True)
class AwayOther(Action):
    """*Other days*."""

    code = "awayother"
    staff: int


@button
@dataclass(frozen=True)
class AwayCover(Action):
    """The same days, and who covers; 0 for whoever is on duty."""

    code = "awaycover"
    staff: int
    first: int
    last: int
    cover: int


@button
@dataclass(frozen=True)
class Back(Action):
    """*I'm back*, or *They are back*."""

    code = "back"
    staff: int


@button
@dataclass(frozen=True)
class TakeOver(Action):
    """*Take over* what somebody has who is away or has left."""

    code = "takeover"
    item: int

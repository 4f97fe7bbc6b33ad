"""The buttons of the desk, where open things are taken on and passed on."""

from dataclasses import dataclass

from domain.desk import Passed, View
from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class Desk(Action):
    """Another page of the desk; 0 is the first, which has the most urgent."""

    code = "desk"
    view: View
    page: int


@button
@dataclass(frozen=True)
class Person(Action):
    """All that is open about one person."""

    code = "person"
    individual: int


@button
@dataclass(frozen=True)
class TakeAll(Action):
    """*I'm dealing with it*, of all of that."""

    code = "takeall"
    individual: int


@button
@dataclass(frozen=True)
class PassOn(Action):
    """*Pass to …*: one thing, or all that is open about a person. To whom?"""

    code = "pass"
    what: Passed
    id: int


@button
@dataclass(frozen=True)
class PassTo(Action):
    """To this colleague."""

    code = "passto"
    what: Passed
    id: int
    staff: int

"""The buttons of asking for help or a call, and of telling that something has changed."""

from dataclasses import dataclass

from domain.asking import Changed, Ring, Safe, Want
from domain.compliance import Kind
from messages.actions.button import Action, button


@button
@dataclass(frozen=True)
class AskFor(Action):
    """Help or a call, without naming a date."""

    code = "ask"
    kind: Kind


@button
@dataclass(frozen=True)
class ForWhat(Action):
    """What the help is about."""

    code = "want"
    item: int
    want: Want


@button
@dataclass(frozen=True)
class RingOn(Action):
    """Where it is safe to reach them."""

    code = "ring"
    item: int
    where: Ring


@button
@dataclass(frozen=True)
class RingAt(Action):
    """When it is safe to ring."""

    code = "at"
    item: int
    safe: Safe


@button
@dataclass(frozen=True)
class AskAgain(Action):
    """Another number or time than was noted."""

    code = "reask"
    item: int


@button
@dataclass(frozen=True)
class SomethingChanged(Action):
    """Something that we know has changed."""

    code = "changed"


@button
@dataclass(frozen=True)
class TellChange(Action):
    """What has changed."""

    code = "tell"
    what: Changed

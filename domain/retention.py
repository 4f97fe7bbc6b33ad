"""How long each thing is kept: a rule, the day that it counts from, and today → due to go or not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum


class Event(StrEnum):
    """What a rule counts from. An event that has not happened yet makes nothing due."""

    RECEIVED = "received"  # an update came in
    CONCERNED = "concerned"  # the date that words are about; without one, when they were dealt with or said
    SAID = "said"  # a message stood in a chat
    SETTLED = "settled"  # what was owed was sent or ended
    STOPPED = "stopped"  # the person sent STOP
    ORDER_ENDED = "order_ended"  # the last of a person's orders ended
    UNLINKED = "unlinked"  # a chat stopped being theirs
    RAN_OUT = "ran_out"  # an invitation was used or could not be used any more
    TRIED = "tried"  # a wrong code
    ANSWERED = "answered"  # a form was sent or declined
    LOOKED = "looked"  # somebody looked at or changed a person
    IMPORTED = "imported"  # an export was read
    DRAWN_UP = "drawn_up"  # a pack of figures was
    ERASED = "erased"  # a person was erased


@dataclass(frozen=True)
class Rule:
    """One thing and how long it is kept: `days` after the event, or to the end of the `years`-th year after its year.

    Neither: it is kept for good.
    """

    id: str
    what: str
    event: Event
    why: str
    days: int | None = None
    years: int | None = None

    @property
    def for_good(self) -> bool:
        return self.days is None and self.years is None

    @property
    def period(self) -> str:
        """How long, in words."""
        if self.years is not None:
            return f"{self.years} years and the rest of that year"
        if self.days is None:
            return "for good"
        return f"{self.days} day{'s' if self.days != 1 else ''}"


@dataclass(frozen=True)
class Retention:
    """Every rule by its id."""

    rules: Mapping[str, Rule] = field(default_factory=dict)


def latest(rule: Rule, today: date) -> date | None:
    """The last day whose things are due to go today; none for what is kept for good."""
    if rule.years is not None:
        return date(today.year - rule.years - 1, 12, 31)
    if rule.days is not None:
        return today - timedelta(days=rule.days + 1)
    return None


def due(rule: Rule, event: date | None, today: date, legal_hold: bool = False) -> bool:
    """Whether something is due to go: whole days or years have passed since its event, and no legal hold keeps it."""
    until = latest(rule, today)
    return not legal_hold and event is not None and until is not None and event <= until

"""Where the chat cannot ask at the end of an order: who asks in its place, and how the forms of a person stand."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.about import Facts
from domain.orders import Order, Status
from domain.people import Individual, Staff

PAGE = 8  # names on one message
WORDS = "words"  # why somebody is to be named: their own words wait for their yes, and whoever asked them has gone


def could_ask(everybody: Mapping[int, Staff], worked: Collection[int], reachable: Collection[int]) -> list[Staff]:
    """Who may be named: nobody who works or worked with the person or ran their sessions, and nobody who cannot be
    told."""
    found = [one for id_, one in everybody.items() if id_ not in worked and id_ in reachable]
    return sorted(found, key=lambda one: (one.name.casefold(), one.ref))


def first_of_page(total: int, page: int) -> int:
    """Where a page of names begins; the last page stands for any beyond it."""
    return min(max(page, 0), max(total - 1, 0) // PAGE) * PAGE


class Stage(StrEnum):
    """How far a form is. Nothing here says what was answered."""

    NOT_OFFERED = "not_offered"
    OFFERED = "offered"
    STARTED = "started"
    FINISHED = "finished"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"  # nobody answered in time
    NEVER = "never"  # over, and it was never offered


@dataclass(frozen=True)
class Standing:
    """How one form stands, since when, and why it is not offered if it is not. `open`: it may still be answered."""

    sitting_id: int
    occasion: str
    stage: Stage
    at: datetime
    why: str = ""
    helper: Staff | None = None

    @property
    def open(self) -> bool:
        return self.stage in (Stage.NOT_OFFERED, Stage.OFFERED, Stage.STARTED)


@dataclass(frozen=True)
class AboutStages(Facts):
    """How the forms of one person stand, in the order in which they were owed; and the orders that have ended of which
    nobody has confirmed it."""

    individual: Individual
    forms: tuple[Standing, ...]
    unconfirmed: tuple[Order, ...] = ()
    confirmed: tuple[tuple[Order, Staff], ...] = ()


@dataclass(frozen=True)
class AboutNeutral(Facts):
    """A form at the end that somebody is to ask in person: why not the chat, who could, and who was named."""

    sitting_id: int
    individual: Individual
    order: Order
    why: str
    could: tuple[Staff, ...] = ()
    helper: Staff | None = None
    named_by: Staff | None = None
    open: bool = True


MAY_BE_CONFIRMED = frozenset({Status.COMPLETED, Status.REVOKED_EARLY})  # ends for which *well done* is the word

"""Orders in the order in which somebody should look at them: who is slipping, who waits, who needs a place."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.forecast import WORST_FIRST, Forecast, Known, Light, Why
from domain.orders import Order
from domain.progress import Books, Rules, Target


@dataclass(frozen=True)
class Progress:
    """One order with its books, what they rest on, and how it stands."""

    order: Order
    known: Known
    forecast: Forecast

    @property
    def books(self) -> Books:
        return self.known.books

    @property
    def target(self) -> Target | None:
        return self.known.target


PAGE = 8  # orders on one message: each has up to some 400 characters of reason


def first_of_page(total: int, page: int) -> int:
    """Where a page begins; the last one stands for any beyond it."""
    return min(max(page, 0), max(total - 1, 0) // PAGE) * PAGE


class View(StrEnum):
    """What a list of orders shows."""

    SLIPPING = "slipping"  # red, then amber
    UNBOOKED = "unbooked"  # nothing is booked, and the day by which something should be has come
    PLACES = "places"  # who would finish sooner with spare places
    ALL = "all"


def listed(several: Iterable[Progress], view: View, rules: Rules) -> list[Progress]:
    """The orders on a list, the first to look at first."""
    match view:
        case View.SLIPPING:
            found = [one for one in several if one.forecast.light in (Light.RED, Light.AMBER)]
        case View.UNBOOKED:
            found = [one for one in several if _waits(one, rules)]
            return sorted(found, key=lambda one: (-one.forecast.working_day, one.order.id))
        case View.PLACES:
            found = [one for one in several if needs_place(one.forecast, one.books.left, one.books.lost_open)]
            return sorted(found, key=lambda one: (-one.books.lost_open, *_urgency(one)))
        case View.ALL:
            found = list(several)
    return sorted(found, key=_urgency)


def _waits(one: Progress, rules: Rules) -> bool:
    open_ = not one.books.done and one.forecast.why is not Why.HELD
    return open_ and one.forecast.unbooked and one.forecast.working_day >= rules.booked_by


def _urgency(one: Progress) -> tuple[int, date, int]:
    end = one.target.day if one.target is not None else date.max
    return WORST_FIRST.index(one.forecast.light), end, one.order.id


def needs_place(order: Forecast, left: int, lost: int) -> bool:
    """Whether a spare place would bring the end nearer: more is left than is booked, and time or hours were lost."""
    short = left > order.booked and order.why is not Why.HELD
    return short and (lost > 0 or order.light in (Light.RED, Light.AMBER))

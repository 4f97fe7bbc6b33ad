"""Whose people are whose: who may cover or take over, and what moves when somebody does."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.compliance import Item
from domain.days import Span
from domain.orders import Order
from domain.people import Role, Staff

HELD_PAGE = 12  # people on one message of what was handed over
# Who reads questionnaires or manages does not thereby do another's work.
NO_COVER = frozenset({Role.MODERATOR, Role.MANAGER})


def first_of_page(total: int, page: int, size: int) -> int:
    """Where a page begins; the last page stands for any beyond it."""
    return min(max(page, 0), max(total - 1, 0) // size) * size


class Part(StrEnum):
    """As what somebody is named on an order."""

    OFFICER = "officer"
    CASE_MANAGER = "case_manager"

    @property
    def role(self) -> Role:
        """Who may be named so."""
        return Role(self.value)


@dataclass(frozen=True)
class Move:
    """One order whose officer or case manager becomes somebody else."""

    order_id: int
    individual_id: int
    part: Part
    from_id: int | None
    to_id: int
    tells: bool  # the individual has another worker by it, and an order that runs


def holder(order: Order, part: Part) -> int | None:
    """Who is named on an order as this."""
    return order.officer_id if part is Part.OFFICER else order.case_manager_id


def working_part(order: Order) -> Part:
    """As what the individual's own worker is named on an order."""
    return Part.OFFICER if order.supervised else Part.CASE_MANAGER


def parts_of(orders: Iterable[Order], from_id: int | None) -> frozenset[Part]:
    """As what somebody is named on these orders; None: as what nobody is, where a worker should be."""
    known = list(orders)
    if from_id is None:
        return frozenset(working_part(one) for one in known if one.active and one.worker_id is None)
    return frozenset(part for one in known for part in Part if holder(one, part) == from_id)


def moves(
    orders: Iterable[Order], part: Part, from_id: int | None, to_id: int, still_owed: Iterable[int] = ()
) -> list[Move]:
    """What a hand-over changes: orders that run, and those that have ended and about which something is still open."""
    owed = frozenset(still_owed)
    return [
        Move(one.id, one.individual_id, part, from_id, to_id, tells=one.active and working_part(one) is part)
        for one in orders
        if holder(one, part) == from_id
        and (one.active or one.id in owed)
        and (from_id is not None or working_part(one) is part)
    ]


def is_about(item: Item, mine: Iterable[Order]) -> bool:
    """Whether an item is about one of these orders, or about one of their individuals and no order."""
    known = list(mine)
    if item.order_id is not None:
        return item.order_id in {one.id for one in known}
    return item.individual_id in {one.individual_id for one in known}


def may_take_over(staff: Mapping[int, Staff], part: Part, from_id: int | None, today: date) -> list[Staff]:
    """Colleagues with the fitting role who are at the service, the usual cover first, then by name."""
    one = staff.get(from_id) if from_id is not None else None
    usual = one.cover_id if one is not None else None
    found = [
        other for other in staff.values() if part.role in other.roles and other.id != from_id and other.active_on(today)
    ]
    return sorted(found, key=lambda other: (other.id != usual, other.away_on(today), other.name, other.id))


def may_cover(staff: Mapping[int, Staff], one: Staff, span: Span) -> list[Staff]:
    """Who can cover for somebody in these days, the usual cover first, then colleagues with a role of theirs."""
    roles = one.roles - NO_COVER or one.roles
    found = [
        other
        for other in staff.values()
        if (other.id == one.cover_id or other.roles & roles) and why_not_cover(one, other, span) == ""
    ]
    return sorted(found, key=lambda other: (other.id != one.cover_id, other.name, other.id))


def why_not_cover(one: Staff, other: Staff, span: Span) -> str:
    """Why somebody cannot cover in these days: a code; empty if they can."""
    if other.id == one.id:
        return "themselves"
    if not other.active_on(span.last):
        return "left"
    leave = other.leave
    return "away" if leave is not None and span.meets(Span(leave.first, leave.last)) else ""


def without_worker(
    orders: Iterable[Order], staff: Mapping[int, Staff], young: frozenset[int], today: date
) -> frozenset[int]:
    """The individuals on orders that run whose worker has left, or for whom nobody is named. Those under 18 have the
    youth team, as long as somebody is on it."""
    team = any(Role.YOUTH_TEAM in one.roles and one.active_on(today) for one in staff.values())
    found = set()
    for order in orders:
        worker = staff.get(order.worker_id) if order.worker_id is not None else None
        held = (team and order.individual_id in young) or (worker is not None and worker.active_on(today))
        if order.active and not held:
            found.add(order.individual_id)
    return frozenset(found)

"""Who is meant by a role, at the moment of sending. Nobody who has left or has no chat is ever meant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.orders import Order
from domain.outbox import To
from domain.people import Individual, Role, Staff


@dataclass(frozen=True)
class Roster:
    """All staff by id, and the ids of those whom a chat reaches."""

    staff: Mapping[int, Staff]
    linked: frozenset[int]
    today: date
    on_call: int | None = None  # whom the council names for a time at which nobody is at work, as it is now

    def reachable(self, id_: int | None) -> bool:
        """At work for the service, not away, and with a chat."""
        return self.why_not(id_) == ""

    def why_not(self, id_: int | None) -> str:
        """Why somebody is not told: a code for the record; empty if they are."""
        one = self.staff.get(id_) if id_ is not None else None
        if one is None:
            return "nobody_named"
        if not one.active_on(self.today):
            return "left"
        if one.away_on(self.today):
            return "away"
        return "" if one.id in self.linked else "no_chat"

    def holding(self, role: Role) -> list[int]:
        """Everybody reachable who holds a role, in a fixed order."""
        return sorted(id_ for id_, one in self.staff.items() if role in one.roles and self.reachable(id_))


def meant(
    to: To,
    roster: Roster,
    individual: Individual | None = None,
    order: Order | None = None,
    runner_id: int | None = None,
    to_id: int | None = None,
) -> list[int]:
    """The ids of the reachable staff that a role means for one individual and order; empty if nobody can be told."""
    youth = individual is not None and individual.youth
    worker_id = None if youth or order is None else order.worker_id
    if to is To.WORKER and youth:
        return roster.holding(Role.YOUTH_TEAM)
    if to is To.COVER:
        worker = roster.staff.get(worker_id) if worker_id is not None else None
        cover_id = worker.cover_on(roster.today) if worker is not None else None
        return [cover_id] if cover_id is not None and roster.reachable(cover_id) else roster.holding(Role.DUTY)
    if to is To.MANAGER:
        return roster.holding(Role.MANAGER)
    if to is To.DUTY:
        on_call = roster.on_call
        return [on_call] if on_call is not None and roster.reachable(on_call) else roster.holding(Role.DUTY)
    named = {
        To.WORKER: worker_id,
        To.COPY: order.copied_id if order is not None and not youth else None,
        To.RUNNER: runner_id,
        To.STAFF: to_id,
    }.get(to)
    return [named] if named is not None and roster.reachable(named) else []

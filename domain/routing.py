"""Who is meant by a role, at the moment of sending. Nobody who has left or has no chat is ever meant."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.orders import Order
from domain.outbox import To
from domain.people import Individual, Role, Staff

# Why nobody is told: nobody is named for it, or who is has left, is away, has no chat, or one that Telegram does not
# reach; the last is of several, not all for the same reason.
WHYS = ("nobody_named", "left", "away", "no_chat", "blocked", "nobody_linked")


@dataclass(frozen=True)
class Roster:
    """All staff by id, and the ids of those whom a chat reaches."""

    staff: Mapping[int, Staff]
    linked: frozenset[int]
    today: date
    on_call: int | None = None  # whom the council names for a time at which nobody is at work, as it is now
    on_rota: frozenset[int] = frozenset()  # who is on duty today; nobody: everybody with that role
    lost: frozenset[int] = frozenset()  # whose chat Telegram does not reach

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
        return "" if one.id in self.linked else "blocked" if one.id in self.lost else "no_chat"

    def holding(self, role: Role) -> list[int]:
        """Everybody reachable who holds a role, in a fixed order."""
        return sorted(id_ for id_, one in self.staff.items() if role in one.roles and self.reachable(id_))

    def on_duty(self) -> list[int]:
        """Whom the rota names today, of those who can be told; everybody with that role if there is nobody of them."""
        everybody = self.holding(Role.DUTY)
        return [id_ for id_ in everybody if id_ in self.on_rota] or everybody


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
        return _cover(roster, worker_id) or roster.on_duty()
    if to is To.NEAREST:
        first = meant(To.HOLDER, roster, individual, order, to_id=to_id)
        return first or _cover(roster, worker_id) or roster.holding(Role.MANAGER)
    if to is To.MANAGER:
        return roster.holding(Role.MANAGER)
    if to is To.DUTY:
        on_call = roster.on_call
        return [on_call] if on_call is not None and roster.reachable(on_call) else roster.on_duty()
    if to is To.HOLDER and not roster.reachable(to_id):
        return meant(To.WORKER, roster, individual, order)
    named = {
        To.WORKER: worker_id,
        To.COPY: order.copied_id if order is not None and not youth else None,
        To.RUNNER: runner_id,
        To.STAFF: to_id,
        To.HOLDER: to_id,
    }.get(to)
    return [named] if named is not None and roster.reachable(named) else []


def _cover(roster: Roster, worker_id: int | None) -> list[int]:
    """Whoever covers a worker today, if one is named and can be told."""
    worker = roster.staff.get(worker_id) if worker_id is not None else None
    cover_id = worker.cover_on(roster.today) if worker is not None else None
    return [cover_id] if cover_id is not None and roster.reachable(cover_id) else []


_HELD_BY = {To.COVER: Role.DUTY, To.DUTY: Role.DUTY, To.MANAGER: Role.MANAGER, To.NEAREST: Role.MANAGER}


def why_nobody(
    to: To,
    roster: Roster,
    individual: Individual | None = None,
    order: Order | None = None,
    runner_id: int | None = None,
    to_id: int | None = None,
) -> tuple[int | None, str]:
    """Where `meant` finds nobody: the one who was meant, if it is one, and why they are not told, as a code."""
    youth = individual is not None and individual.youth
    role = Role.YOUTH_TEAM if youth and to is To.WORKER else _HELD_BY.get(to)
    if role is None:
        worker_id = order.worker_id if order is not None else None
        copied_id = order.copied_id if order is not None and not youth else None
        named = {To.WORKER: worker_id, To.HOLDER: worker_id, To.COPY: copied_id, To.RUNNER: runner_id, To.STAFF: to_id}
        return named.get(to), roster.why_not(named.get(to))
    whys = {id_: roster.why_not(id_) for id_, one in roster.staff.items() if role in one.roles}
    if len(whys) == 1:
        return next(iter(whys.items()))
    shared = set(whys.values()) or {"nobody_named"}
    return None, shared.pop() if len(shared) == 1 else "nobody_linked"


def keeps_in_mind(order: Order, youth: bool, roster: Roster) -> list[int]:
    """Who is told ahead of an order's time limits today: its worker, or under 18 the youth team; of a worker who is
    away or has left, whoever covers them if they can be told, else managers; of nobody managers."""
    team = roster.holding(Role.YOUTH_TEAM) if youth else []
    if team:
        return team
    worker_id = None if youth else order.worker_id
    if worker_id is not None and roster.why_not(worker_id) not in ("nobody_named", "away", "left"):
        return [worker_id]
    return _cover(roster, worker_id) or roster.holding(Role.MANAGER)

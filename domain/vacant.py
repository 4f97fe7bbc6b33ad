"""Sessions whose runner is not there on the day: eight people at the gate and nobody to let them in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.appointments import Appointment, Kind, Session
from domain.orders import Order
from domain.people import MAY, Act, Role, Staff
from domain.routing import Roster

OF_A_GROUP = frozenset({Kind.UNPAID_WORK, Kind.OTHER_ACTIVITY, Kind.GROUP})


@dataclass(frozen=True)
class Vacancy:
    """A session that names somebody who is not there then, with its dates by start and the orders that they are on."""

    session: Session
    dates: tuple[Appointment, ...]
    orders: tuple[Order, ...]

    @property
    def over_at(self) -> datetime:
        return max(one.over_at for one in self.dates)

    @property
    def one_to_one(self) -> bool:
        """Nothing but dates of a worker with their own people: whoever covers that worker has them."""
        worked_with = {one.id for one in self.orders if self.session.staff_id in one.workers}
        return all(one.kind not in OF_A_GROUP and one.order_id in worked_with for one in self.dates)


def vacancies(
    sessions: Mapping[Session, Iterable[Appointment]], orders: Mapping[int, Order], staff: Mapping[int, Staff]
) -> list[Vacancy]:
    """Those of these sessions whose runner is away on the day, or has left by then; the earliest first."""
    found = []
    for session, members in sessions.items():
        runner, known = staff.get(session.staff_id), tuple(members)
        if known and runner is not None and not runner.there_on(session.day):
            mine = {one.order_id: orders[one.order_id] for one in known}
            found.append(Vacancy(session, known, tuple(mine.values())))
    return sorted(found, key=lambda one: (one.dates[0].starts_at, one.dates[0].id))


def finders(vacancy: Vacancy, roster: Roster) -> list[int]:
    """Who is asked to give it to somebody else: the case managers of those who are expected, for each who cannot be
    told whoever covers them; managers, if none of them can."""
    found = {_found(order.case_manager_id, roster) for order in vacancy.orders}
    return sorted(id_ for id_ in found if id_ is not None) or roster.holding(Role.MANAGER)


def _found(id_: int | None, roster: Roster) -> int | None:
    one = roster.staff.get(id_) if id_ is not None else None
    if one is None:
        return None
    for other in (one.id, one.cover_on(roster.today)):
        if other is not None and roster.reachable(other) and roster.staff[other].roles & set(MAY[Act.GIVE_SESSION]):
            return other
    return None

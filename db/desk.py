"""What the desk and the morning digest read, for many people at once: who works with them, and their dates of a day."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import bindparam, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.outbox import has_status
from db.prepared import Prepared, among
from db.tables import appointments, individuals, items, orders, outbox, places
from domain.appointments import Status
from domain.compliance import Item
from domain.orders import Status as OrderStatus
from domain.outbox import Status as Sending
from domain.outbox import Subject, To

_LINES = Prepared(
    select(
        *(items.c.id, individuals.c.case_ref, appointments.c.starts_at),
        *(places.c.nickname.label("place"), appointments.c.staff_id.label("runner_id")),
    )
    .join(individuals, individuals.c.id == items.c.individual_id)
    .outerjoin(appointments, appointments.c.id == items.c.appointment_id)
    .outerjoin(places, places.c.id == appointments.c.place_id)
    .where(among(items.c.id, "ids"))
)
_WORKERS = Prepared(
    select(individuals.c.id, individuals.c.youth, orders.c.officer_id, orders.c.case_manager_id)
    .outerjoin(orders, orders.c.individual_id == individuals.c.id)
    .where(among(individuals.c.id, "individuals"))
)
_DAY = (
    select(appointments.c.id)
    .join(orders, orders.c.id == appointments.c.order_id)
    .join(individuals, individuals.c.id == orders.c.individual_id)
    .where(
        appointments.c.day == bindparam("day"),
        appointments.c.status == Status.BOOKED.value,
        orders.c.status == OrderStatus.ACTIVE.value,
    )
    .order_by(appointments.c.starts_at, appointments.c.id)
)
_OF_WORKERS = Prepared(
    _DAY.where(or_(among(orders.c.officer_id, "workers"), among(orders.c.case_manager_id, "workers")))
)
_OF_YOUTHS = Prepared(_DAY.where(individuals.c.youth))

_TOLD = Prepared(
    select(outbox.c.subject, outbox.c.revision).where(
        among(outbox.c.subject, "subjects"),
        outbox.c.kind == literal_column("'item'"),
        outbox.c.to == literal_column(f"'{To.MANAGER.value}'"),
        has_status(Sending.SENT),
    )
)


async def told_managers(tx: AsyncConnection, found: Iterable[Item]) -> set[int]:
    """The ids of those of these items of which managers were told by their ladder, in their present round."""
    rounds = {str(Subject("item", one.id)): one for one in found}
    rows = await _TOLD.all(tx, subjects=list(rounds))
    return {rounds[row.subject].id for row in rows if row.revision == rounds[row.subject].round}


async def lines_of(tx: AsyncConnection, item_ids: Iterable[int]) -> dict[int, Any]:
    """What the line of each of these items names: the case, when its date begins, its place, who runs it (an id)."""
    return {row.id: row for row in await _LINES.all(tx, ids=list(item_ids))}


async def workers_of(
    tx: AsyncConnection, individual_ids: Iterable[int], team: frozenset[int]
) -> dict[int, frozenset[int]]:
    """Everybody named on any order of each of these people, and of whoever is under 18 the whole team."""
    found: dict[int, set[int]] = {}
    for row in await _WORKERS.all(tx, individuals=list(set(individual_ids))):
        workers = found.setdefault(row.id, set(team) if row.youth else set())
        workers |= {id_ for id_ in (row.officer_id, row.case_manager_id) if id_ is not None}
    return {id_: frozenset(workers) for id_, workers in found.items()}


async def dates_of_workers(tx: AsyncConnection, staff_ids: Iterable[int], day: date) -> list[int]:
    """The booked dates of a day on active orders that name one of these workers, by start."""
    return [row.id for row in await _OF_WORKERS.all(tx, workers=list(staff_ids), day=day)]


async def dates_of_youths(tx: AsyncConnection, day: date) -> list[int]:
    """The same of everybody under 18: the youth team works with all of them."""
    return [row.id for row in await _OF_YOUTHS.all(tx, day=day)]

"""What the desk and the morning digest read, for many people at once: who works with them, and their dates of a day."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import bindparam, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.prepared import Prepared, among
from db.tables import appointments, individuals, orders, outbox
from domain.appointments import Status
from domain.compliance import Item
from domain.orders import Status as OrderStatus
from domain.outbox import Status as Sending
from domain.outbox import Subject, To

_WORKERS = Prepared(
    select(orders.c.individual_id, orders.c.officer_id, orders.c.case_manager_id).where(
        among(orders.c.individual_id, "individuals")
    )
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
        outbox.c.status == literal_column(f"'{Sending.SENT.value}'"),
    )
)


async def told_managers(tx: AsyncConnection, found: Iterable[Item]) -> set[int]:
    """The ids of those of these items of which managers were told by their ladder, in their present round."""
    rounds = {str(Subject("item", one.id)): one for one in found}
    rows = await _TOLD.all(tx, subjects=list(rounds))
    return {rounds[row.subject].id for row in rows if row.revision == rounds[row.subject].round}


async def workers_of(tx: AsyncConnection, individual_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Everybody named on any order of each of these people; nobody for whom no order names anybody."""
    found: dict[int, set[int]] = {id_: set() for id_ in individual_ids}
    for row in await _WORKERS.all(tx, individuals=list(found)):
        found[row.individual_id] |= {id_ for id_ in (row.officer_id, row.case_manager_id) if id_ is not None}
    return {id_: frozenset(workers) for id_, workers in found.items()}


async def dates_of_workers(tx: AsyncConnection, staff_ids: Iterable[int], day: date) -> list[int]:
    """The booked dates of a day on active orders that name one of these workers, by start."""
    return [row.id for row in await _OF_WORKERS.all(tx, workers=list(staff_ids), day=day)]


async def dates_of_youths(tx: AsyncConnection, day: date) -> list[int]:
    """The same of everybody under 18: the youth team works with all of them."""
    return [row.id for row in await _OF_YOUTHS.all(tx, day=day)]

"""What else people have on a day on which one of their dates is off, or was missed."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.prepared import Prepared, among
from db.tables import appointments, orders
from domain.appointments import Status
from domain.orders import Status as OrderStatus

_BETWEEN = Prepared(
    select(appointments.c.id, appointments.c.day, orders.c.individual_id)
    .join(orders, orders.c.id == appointments.c.order_id)
    .where(
        among(orders.c.individual_id, "individuals"),
        orders.c.status == OrderStatus.ACTIVE.value,
        appointments.c.status == Status.BOOKED.value,
        appointments.c.day >= bindparam("first", type_=appointments.c.day.type),
        appointments.c.day <= bindparam("last", type_=appointments.c.day.type),
    )
    .order_by(appointments.c.starts_at, appointments.c.id)
)


async def on_days(tx: AsyncConnection, whose: Collection[tuple[int, date]]) -> list[int]:
    """The ids of the dates booked that these people (ids) have on these days, begun or ahead, earliest first."""
    if not whose:
        return []
    people, days = {one for one, _ in whose}, [day for _, day in whose]
    rows = await _BETWEEN.all(tx, individuals=list(people), first=min(days), last=max(days))
    return [row.id for row in rows if (row.individual_id, row.day) in whose]

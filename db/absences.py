"""The missed dates of orders, as they stand: the last record of each date."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates
from db.prepared import Prepared, among
from db.tables import appointments, attendance, orders
from domain.attendance import MISSED
from domain.procedure import Dated

_LATEST = (attendance.c.recorded_at.desc(), attendance.c.id.desc())
_LINES = (
    select(
        attendance,
        appointments.c.order_id,
        appointments.c.day,
        func.row_number().over(partition_by=attendance.c.appointment_id, order_by=_LATEST).label("nth"),
    )
    .join(appointments, appointments.c.id == attendance.c.appointment_id)
    .where(among(appointments.c.order_id, "order_ids"), appointments.c.day >= bindparam("since"))
    .subquery()
)
_STANDING = Prepared(select(_LINES).where(_LINES.c.nth == 1).order_by(_LINES.c.day))


async def standing(tx: AsyncConnection, order_ids: Iterable[int], since: date) -> dict[int, list[Dated]]:
    """What stands for each date of these orders from a day on, by order; dates with no record are left out."""
    found: dict[int, list[Dated]] = {}
    for row in await _STANDING.all(tx, order_ids=sorted(set(order_ids)), since=since):
        found.setdefault(row.order_id, []).append((row.day, dates.record_of(row)))
    return found


async def missed(tx: AsyncConnection, individual_id: int) -> list[int]:
    """The ids of a person's dates that stand as missed, latest first."""
    last = (attendance.c.recorded_at.desc(), attendance.c.id.desc())
    nth = func.row_number().over(partition_by=attendance.c.appointment_id, order_by=last).label("nth")
    lines = (
        select(appointments.c.id, appointments.c.starts_at, attendance.c.outcome, nth)
        .select_from(appointments)
        .join(attendance, attendance.c.appointment_id == appointments.c.id)
        .join(orders, orders.c.id == appointments.c.order_id)
        .where(orders.c.individual_id == individual_id)
        .subquery()
    )
    stand = select(lines.c.id).where(lines.c.nth == 1, lines.c.outcome.in_([one.value for one in MISSED]))
    return list((await tx.execute(stand.order_by(lines.c.starts_at.desc(), lines.c.id.desc()))).scalars())

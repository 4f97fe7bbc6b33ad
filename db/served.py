"""The dates of a period as figures need them: what stands on record, whose session, what was said ahead. No name."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.dates import order_of
from db.tables import appointments, attendance, milestones, orders, places
from domain import attendance as records
from domain.appointments import Kind, Status
from domain.attendance import Outcome, Record
from domain.orders import Milestone, Order
from domain.orders import Status as OrderStatus
from domain.served import Asked, Served

_HOUR = timedelta(hours=1)


async def dates_between(tx: AsyncConnection, first: date, last: date) -> list[Served]:
    """Every date from one day to another that was on, or of which there is a record."""
    mine = appointments.c.day.between(first, last)
    known = await recorded(tx, mine)
    query = (
        select(appointments, orders.c.ref.label("order_ref"), places.c.work_type)
        .join(orders, orders.c.id == appointments.c.order_id)
        .outerjoin(places, places.c.id == appointments.c.place_id)
        .where(mine)
        .order_by(appointments.c.id)
    )
    return [
        _served(row, known.get(row.id, ()))
        for row in await tx.execute(query)
        if row.status == Status.BOOKED.value or row.id in known
    ]


async def recorded(tx: AsyncConnection, mine: ColumnElement[bool]) -> dict[int, list[Record]]:
    """All records of the dates that are meant, by date."""
    columns = (attendance.c.id, attendance.c.appointment_id, attendance.c.outcome, attendance.c.cause)
    query = select(*columns, attendance.c.minutes, attendance.c.recorded_at)
    found: dict[int, list[Record]] = {}
    joined = query.join(appointments, appointments.c.id == attendance.c.appointment_id).where(mine)
    for row in await tx.execute(joined):
        record = Record(Outcome(row.outcome), row.recorded_at, row.cause, row.minutes, id=row.id)
        found.setdefault(row.appointment_id, []).append(record)
    return found


def _served(row: Any, several: Sequence[Record]) -> Served:
    return Served(
        id=row.id,
        ref=row.ref,
        order_ref=row.order_ref,
        kind=Kind(row.kind),
        day=row.day,
        place_id=row.place_id,
        staff_id=row.staff_id,
        booked=(row.ends_at or row.starts_at + _HOUR) - row.starts_at,
        starts_at=row.starts_at,
        standing=records.standing(several),
        work_type=row.work_type or "",
    )


async def extensions_between(tx: AsyncConnection, first: date, last: date) -> list[Asked]:
    """How often the court was asked for more time from one day to another, and on whose side the cause was."""
    query = (
        select(orders.c.ref, milestones.c.late_reason, milestones.c.on_day)
        .join(orders, orders.c.id == milestones.c.order_id)
        .where(milestones.c.milestone == Milestone.EXTENSION_REQUESTED.value, milestones.c.on_day.between(first, last))
        .order_by(orders.c.ref, milestones.c.on_day)
    )
    return [Asked(row.ref, row.late_reason or "", row.on_day) for row in await tx.execute(query)]


async def orders_imposed(tx: AsyncConnection, first: date, last: date) -> list[Order]:
    """Every order imposed from one day to another."""
    return await _orders(tx, orders.c.imposed_on.between(first, last))


async def orders_ended(tx: AsyncConnection, first: date, last: date) -> list[Order]:
    """Every order that ended from one day to another, however it did."""
    return await _orders(tx, orders.c.ended_on.between(first, last), orders.c.status != OrderStatus.ACTIVE.value)


async def orders_with_hours(tx: AsyncConnection) -> list[Order]:
    """Every order with hours that runs."""
    return await _orders(tx, orders.c.status == OrderStatus.ACTIVE.value, orders.c.hours.is_not(None))


async def in_breach(tx: AsyncConnection) -> frozenset[int]:
    """The orders that were taken back to court for a breach."""
    started = milestones.c.milestone == Milestone.BREACH_STARTED.value
    return frozenset((await tx.execute(select(milestones.c.order_id).where(started))).scalars())


async def _orders(tx: AsyncConnection, *which: ColumnElement[bool]) -> list[Order]:
    return [order_of(row) for row in await tx.execute(select(orders).where(*which).order_by(orders.c.id))]

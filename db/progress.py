"""What the hours of many orders rest on: a handful of statements, however many orders there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db import items
from db.prepared import Prepared, among
from db.tables import adjustments, appointments, attendance, holds, individuals, milestones, orders
from domain import attendance as records
from domain.appointments import Kind, Status
from domain.attendance import Outcome, Record
from domain.orders import Milestone
from domain.orders import Status as OrderStatus
from domain.progress import COUNTS, OnHold, Shift

EXTENSION = Milestone.EXTENSION_REQUESTED.value
_HOUR = timedelta(hours=1)
_KINDS = {kind.value: kind for kind in Kind}
_OUTCOMES = {outcome.value: outcome for outcome in Outcome}

_DATES = (
    select(
        appointments.c.id,
        appointments.c.order_id,
        appointments.c.kind,
        appointments.c.day,
        appointments.c.starts_at,
        appointments.c.ends_at,
        appointments.c.status,
        appointments.c.retimed_at,
        attendance.c.id.label("record_id"),
        attendance.c.outcome,
        attendance.c.cause,
        attendance.c.minutes,
        attendance.c.recorded_at,
    )
    .where(among(appointments.c.order_id, "orders"))
    .where(or_(*(appointments.c.kind == kind.value for kind in sorted(COUNTS))))
    .order_by(appointments.c.id)
)
_OF_DATE = attendance.c.appointment_id == appointments.c.id
_RECORDED = Prepared(_DATES.join(attendance, _OF_DATE))
_SHIFTS = Prepared(
    _DATES.outerjoin(attendance, _OF_DATE).where(
        or_(appointments.c.status == Status.BOOKED.value, attendance.c.id.is_not(None))
    )
)
_ADJUSTED = Prepared(
    select(adjustments.c.order_id, adjustments.c.minutes).where(among(adjustments.c.order_id, "orders"))
)
_HELD = Prepared(select(holds.c.order_id, holds.c.from_day, holds.c.until_day).where(among(holds.c.order_id, "orders")))


async def shifts(tx: AsyncConnection, order_ids: Iterable[int], ahead: bool = True) -> dict[int, list[Shift]]:
    """Every date that can count towards the hours of each order, with the record that stands; dates that were called
    off only if something was recorded about them. What they were told not to come to, and of which nothing is
    recorded, is not on. Not `ahead`: only dates of which there is a record."""
    dates: dict[int, Any] = {}
    recorded: dict[int, list[Record]] = {}
    for row in await (_SHIFTS if ahead else _RECORDED).all(tx, orders=list(set(order_ids))):
        dates.setdefault(row.id, row)
        if row.record_id is not None:
            recorded.setdefault(row.id, []).append(_record(row))
    stands = {id_: records.standing(recorded.get(id_, ())) for id_ in dates}
    open_ = [id_ for id_, record in stands.items() if record is None]
    stood_off = await items.stood_off(tx, open_) if ahead else {}
    found: dict[int, list[Shift]] = {}
    for id_, row in dates.items():
        told_off = id_ in stood_off and (row.retimed_at is None or row.retimed_at <= stood_off[id_][1])
        found.setdefault(row.order_id, []).append(_shift(row, stands[id_], told_off))
    return found


def _record(row: Any) -> Record:
    return Record(_OUTCOMES[row.outcome], row.recorded_at, row.cause, row.minutes, id=row.record_id)


def _shift(row: Any, standing: Record | None, told_off: bool) -> Shift:
    return Shift(
        id=row.id,
        kind=_KINDS[row.kind],
        day=row.day,
        starts_at=row.starts_at,
        over_at=row.ends_at or row.starts_at + _HOUR,
        on=row.status == Status.BOOKED.value and not told_off,
        standing=standing,
    )


async def adjusted(tx: AsyncConnection, order_ids: Iterable[int]) -> dict[int, list[int]]:
    """The adjustments of each order in minutes: added to what is to be done, or below zero taken off."""
    found: dict[int, list[int]] = {}
    for row in await _ADJUSTED.all(tx, orders=list(set(order_ids))):
        found.setdefault(row.order_id, []).append(row.minutes)
    return found


async def held(tx: AsyncConnection, order_ids: Iterable[int]) -> dict[int, list[OnHold]]:
    """The days on which nobody was or is expected."""
    found: dict[int, list[OnHold]] = {}
    for row in await _HELD.all(tx, orders=list(set(order_ids))):
        found.setdefault(row.order_id, []).append(OnHold(row.from_day, row.until_day))
    return found


@dataclass(frozen=True)
class Whose:
    """An active order with hours, and the person whose it is."""

    order_id: int
    individual_id: int
    case_ref: str


async def active(tx: AsyncConnection, workers: Iterable[int] | None, youth: bool = False) -> list[Whose]:
    """The active orders with hours of those with whom any of these staff works, on whatever order of theirs; with
    `youth` of everybody under 18 too; None: everybody's. By case reference."""
    query = (
        select(orders.c.id, orders.c.individual_id, individuals.c.case_ref)
        .join(individuals, individuals.c.id == orders.c.individual_id)
        .where(orders.c.status == OrderStatus.ACTIVE.value, orders.c.hours.is_not(None))
        .where(individuals.c.erased_at.is_(None))
        .order_by(individuals.c.case_ref, orders.c.id)
    )
    if workers is not None:
        ids = sorted(workers)
        theirs = select(orders.c.individual_id).where(
            or_(orders.c.officer_id.in_(ids), orders.c.case_manager_id.in_(ids))
        )
        within = orders.c.individual_id.in_(theirs)
        query = query.where(or_(within, individuals.c.youth) if youth else within)
    return [Whose(row.id, row.individual_id, row.case_ref) for row in await tx.execute(query)]


# ── Extensions that were asked for ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Extension:
    """The court was asked for more time, and on whose side the cause is: `person`, `service`, or nobody said."""

    order_id: int
    day: date
    cause: str
    recorded_by: int | None = None  # none: the export


async def extensions(tx: AsyncConnection, order_ids: Iterable[int]) -> dict[int, list[Extension]]:
    """Every request that is on record for these orders, earliest first."""
    query = (
        select(milestones)
        .where(milestones.c.order_id.in_(set(order_ids)), milestones.c.milestone == EXTENSION)
        .order_by(milestones.c.on_day, milestones.c.id)
    )
    found: dict[int, list[Extension]] = {}
    for row in await tx.execute(query):
        one = Extension(row.order_id, row.on_day, row.late_reason or "", row.recorded_by)
        found.setdefault(row.order_id, []).append(one)
    return found

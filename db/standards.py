"""What is on record of orders, as far as the clocks of the standards depend on it. Nothing sealed is opened."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, delete, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates
from db.tables import (
    adjustments,
    appointments,
    attendance,
    contacts,
    holds,
    imports,
    individuals,
    items,
    lateness,
    milestones,
    notes,
    orders,
)
from domain.appointments import Kind
from domain.appointments import Status as Booked
from domain.attendance import MISSED, Outcome
from domain.calendar import Calendar
from domain.compliance import Kind as Open
from domain.orders import Milestone, Order, Requirement, Status
from domain.standards import Away, Known, hours_reached

CAME = (Outcome.ATTENDED_FULL.value, Outcome.ATTENDED_PART.value)  # who was sent home has not begun anything
FEW = 500
MILESTONES = {one.value: one for one in Milestone}  # by name: far quicker than Milestone(name), 100,000 times
Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Which:
    """Which orders are read. `recent`: the day of the oldest order whose attended dates and contacts are read, reviews
    apart; early clocks of older ones ran out long ago."""

    orders: Condition
    recent: date = date.min

    def having(self, query: Select[Any], order_id: ColumnElement[Any], *more: Condition) -> Select[Any]:
        return query.join(orders, orders.c.id == order_id).where(self.orders, *more)


def active(recent: date) -> Which:
    """All active orders."""
    return Which(orders.c.status == Status.ACTIVE.value, recent)


def of_workers(workers: Collection[int], youths: bool, nobodys: bool, recent: date) -> Which:
    """The active orders whose worker is one of these members of staff; of somebody under 18 that is the youth team, and
    of an order with nobody named it is a manager."""
    young = orders.c.individual_id.in_(select(individuals.c.id).where(individuals.c.youth))
    supervised = orders.c.requirements.contains(Requirement.SUPERVISION.value, autoescape=True)
    worker = case((supervised, orders.c.officer_id), else_=orders.c.case_manager_id)
    mine = [and_(worker.in_(workers), ~young)]
    mine += [young] if youths else []
    mine += [and_(worker.is_(None), ~young)] if nobodys else []
    return Which(and_(orders.c.status == Status.ACTIVE.value, or_(*mine)), recent)


def of_individual(individual_id: int) -> Which:
    return Which(orders.c.individual_id == individual_id)


def of_order(order_id: int) -> Which:
    return Which(orders.c.id == order_id)


def imposed(first: date, last: date, recent: date) -> Which:
    """Every order of the courts between two days, whatever became of it."""
    return Which(orders.c.imposed_on.between(first, last), recent)


async def known(tx: AsyncConnection, which: Which, calendar: Calendar, now: datetime) -> list[Known]:
    """The orders, each with all that its clocks depend on but the hours, in a handful of queries however many."""
    found = [dates.order_of(row) for row in await tx.execute(select(orders).where(which.orders))]
    if len(found) <= FEW:  # by their ids the database finds what hangs on them without going through all there is
        which = replace(which, orders=orders.c.id.in_([one.id for one in found]))
    dated, said_late = await _milestones(tx, which)
    came, touched = await _attended(tx, which), await _contacts(tx, which, calendar)
    held, ahead = await _holds(tx, which), await _booked(tx, which, now)
    reasons = await _explained(tx, which)
    return [
        Known(
            one,
            dated.get(one.id, {}),
            came.get(one.id, ()),
            touched.get(one.individual_id, ()),
            held.get(one.id, ()),
            frozenset(ahead.get(one.id, ())),
            reasons.get(one.id, {}),
            frozenset(said_late.get(one.id, ())),
        )
        for one in found
    ]


Dated = dict[int, dict[Milestone, list[date]]]


async def _milestones(tx: AsyncConnection, which: Which) -> tuple[Dated, dict[int, set[Milestone]]]:
    """The days of each milestone by order, and those to which the export gave a reason for being late."""
    columns = (milestones.c.order_id, milestones.c.milestone, milestones.c.on_day, milestones.c.late_reason)
    found: Dated = {}
    late: dict[int, set[Milestone]] = {}
    for row in await tx.execute(which.having(select(*columns), milestones.c.order_id)):
        one = MILESTONES[row.milestone]
        found.setdefault(row.order_id, {}).setdefault(one, []).append(row.on_day)
        if row.late_reason:
            late.setdefault(row.order_id, set()).add(one)
    return found, late


async def _attended(tx: AsyncConnection, which: Which) -> dict[int, list[tuple[Kind, date]]]:
    """The dates to which they came, by order: by the record that stands."""
    wanted = or_(orders.c.imposed_on >= which.recent, appointments.c.kind == Kind.REVIEW.value)
    query = select(appointments.c.id, appointments.c.order_id, appointments.c.kind, appointments.c.day)
    query = query.add_columns(attendance.c.outcome).join(attendance, attendance.c.appointment_id == appointments.c.id)
    query = which.having(query, appointments.c.order_id, wanted)
    stands = {row.id: row for row in await tx.execute(query.order_by(attendance.c.recorded_at, attendance.c.id))}
    found: dict[int, list[tuple[Kind, date]]] = {}
    for row in stands.values():
        if row.outcome in CAME:
            found.setdefault(row.order_id, []).append((Kind(row.kind), row.day))
    return found


async def _contacts(tx: AsyncConnection, which: Which, calendar: Calendar) -> dict[int, list[tuple[str, date]]]:
    """What staff did, by individual: a call is about the person, whichever order it was about."""
    whose = select(orders.c.individual_id).where(which.orders, orders.c.imposed_on >= which.recent)
    query = select(contacts.c.individual_id, contacts.c.how, contacts.c.at).where(
        contacts.c.individual_id.in_(whose), contacts.c.undone_at.is_(None)
    )
    found: dict[int, list[tuple[str, date]]] = {}
    for row in await tx.execute(query):
        found.setdefault(row.individual_id, []).append((row.how, calendar.day(row.at)))
    return found


async def _holds(tx: AsyncConnection, which: Which) -> dict[int, list[Away]]:
    columns = (holds.c.order_id, holds.c.from_day, holds.c.until_day)
    found: dict[int, list[Away]] = {}
    for row in await tx.execute(which.having(select(*columns), holds.c.order_id)):
        found.setdefault(row.order_id, []).append(Away(row.from_day, row.until_day))
    return found


async def _booked(tx: AsyncConnection, which: Which, now: datetime) -> dict[int, set[Kind]]:
    """The kinds of date that are booked ahead, by order."""
    ahead = (appointments.c.starts_at > now, appointments.c.status == Booked.BOOKED.value)
    query = select(appointments.c.order_id, appointments.c.kind).distinct()
    found: dict[int, set[Kind]] = {}
    for row in await tx.execute(which.having(query, appointments.c.order_id, *ahead)):
        found.setdefault(row.order_id, set()).add(Kind(row.kind))
    return found


async def _explained(tx: AsyncConnection, which: Which) -> dict[int, dict[tuple[str, int], str]]:
    columns = (lateness.c.order_id, lateness.c.clock, lateness.c.number, lateness.c.reason)
    found: dict[int, dict[tuple[str, int], str]] = {}
    for row in await tx.execute(which.having(select(*columns), lateness.c.order_id)):
        found.setdefault(row.order_id, {})[row.clock, row.number] = row.reason
    return found


async def hours_reached_on(tx: AsyncConnection, several: Iterable[Order]) -> dict[int, date]:
    """The day on which each of these orders' hours were done, by what stands on record and was adjusted."""
    by_id = {one.id: one for one in several}
    ids = list(by_id)
    found: dict[int, date] = {}
    for start in range(0, len(ids), 1000):
        part = ids[start : start + 1000]
        worked, adjusted = await _worked(tx, part), await _adjusted(tx, part)
        for id_ in part:
            day = hours_reached(by_id[id_], worked.get(id_, ()), adjusted.get(id_, 0))
            if day is not None:
                found[id_] = day
    return found


async def _worked(tx: AsyncConnection, order_ids: Sequence[int]) -> dict[int, list[tuple[date, int]]]:
    query = select(appointments, attendance.c.outcome, attendance.c.minutes)
    query = query.join(attendance, attendance.c.appointment_id == appointments.c.id).where(
        appointments.c.order_id.in_(order_ids),
        appointments.c.kind.in_((Kind.UNPAID_WORK.value, Kind.OTHER_ACTIVITY.value)),
    )
    stands = {row.id: row for row in await tx.execute(query.order_by(attendance.c.recorded_at, attendance.c.id))}
    found: dict[int, list[tuple[date, int]]] = {}
    for row in stands.values():
        minutes = row.minutes
        if minutes is None and row.outcome == Outcome.ATTENDED_FULL.value:
            one = dates.appointment_of(row)
            minutes = int((one.over_at - one.starts_at).total_seconds() // 60)
        if minutes:
            found.setdefault(row.order_id, []).append((row.day, minutes))
    return found


async def _adjusted(tx: AsyncConnection, order_ids: Sequence[int]) -> dict[int, int]:
    query = select(adjustments.c.order_id, func.sum(adjustments.c.minutes).label("minutes"))
    query = query.where(adjustments.c.order_id.in_(order_ids)).group_by(adjustments.c.order_id)
    return {row.order_id: int(row.minutes) for row in await tx.execute(query)}


# ── What staff record ───────────────────────────────────────────────────────────────────────────────────────────────


async def add_milestone(
    tx: AsyncConnection, order_id: int, milestone: Milestone, day: date, staff_id: int, now: datetime
) -> bool:
    """Puts a step on record; False if it stands already, whoever said so."""
    same = (
        milestones.c.order_id == order_id,
        milestones.c.milestone == milestone.value,
        milestones.c.on_day == day,
    )
    if (await tx.execute(select(milestones.c.id).where(*same))).first() is not None:
        return False
    values = {"order_id": order_id, "milestone": milestone.value, "on_day": day}
    await tx.execute(insert(milestones).values(**values, recorded_by=staff_id, recorded_at=now))
    return True


async def take_back(tx: AsyncConnection, order_id: int, milestone: Milestone, day: date) -> bool:
    """Removes a step that was tapped by mistake; what the export said stays. False if there was none."""
    mine = (
        milestones.c.order_id == order_id,
        milestones.c.milestone == milestone.value,
        milestones.c.on_day == day,
        milestones.c.recorded_by.is_not(None),
    )
    return (await tx.execute(delete(milestones).where(*mine))).rowcount > 0


async def explain(
    tx: AsyncConnection, order_id: int, clock: str, number: int, reason: str, staff_id: int, now: datetime
) -> bool:
    """Why a clock was not kept; False if somebody has said it already."""
    same = (lateness.c.order_id == order_id, lateness.c.clock == clock, lateness.c.number == number)
    if (await tx.execute(select(lateness.c.id).where(*same))).first() is not None:
        return False
    values = {"order_id": order_id, "clock": clock, "number": number, "reason": reason}
    await tx.execute(insert(lateness).values(**values, recorded_by=staff_id, recorded_at=now))
    return True


# ── What the morning looks for ──────────────────────────────────────────────────────────────────────────────────────


async def first_import(tx: AsyncConnection) -> datetime | None:
    """When the caseload was first read: what ran out before that is history."""
    at: datetime | None = (await tx.execute(select(func.min(imports.c.at)))).scalar_one()
    return at


async def unlisted(tx: AsyncConnection, kind: Open, before: datetime) -> list[int]:
    """The ids of open items of a kind raised before a moment that do not stand on the manager's list."""
    query = select(items.c.id).where(
        items.c.kind == kind.value,
        items.c.raised_at < before,
        items.c.listed_at.is_(None),
        items.c.closed_at.is_(None),
        items.c.withdrawn_at.is_(None),
    )
    return list((await tx.execute(query.order_by(items.c.id))).scalars())


@dataclass(frozen=True)
class Trigger:
    """Something for which an assessment may have to come sooner: what, and whom it is about."""

    what: str  # missed, or note
    id: int  # of the appointment, or of the note
    order_id: int


async def triggers(tx: AsyncConnection, since: datetime) -> list[Trigger]:
    """Dates recorded as missed and private notes since a moment, of active orders with supervision."""
    recorded = (
        select(appointments.c.id, appointments.c.order_id, attendance.c.outcome)
        .join(attendance, attendance.c.appointment_id == appointments.c.id)
        .join(orders, orders.c.id == appointments.c.order_id)
        .where(attendance.c.recorded_at >= since, _watched())
        .order_by(attendance.c.recorded_at, attendance.c.id)
    )
    stands = {row.id: row for row in await tx.execute(recorded)}
    told = (
        select(notes.c.id, orders.c.id.label("order_id"))
        .join(orders, orders.c.individual_id == notes.c.individual_id)
        .where(notes.c.kind == "private", notes.c.at >= since, _watched())
    )
    found = [Trigger("missed", row.id, row.order_id) for row in stands.values() if row.outcome in MISSED]
    return [*found, *(Trigger("note", row.id, row.order_id) for row in await tx.execute(told.order_by(notes.c.id)))]


def _watched() -> Condition:
    return and_(
        orders.c.status == Status.ACTIVE.value,
        orders.c.requirements.contains(Requirement.SUPERVISION.value, autoescape=True),
    )


async def open_about_clocks(tx: AsyncConnection, order_ids: Iterable[int] | None = None) -> dict[int, list[int]]:
    """The open questions about clocks and assessments of these orders, by order; None: of all."""
    query = select(items.c.id, items.c.order_id).where(
        items.c.kind.in_((Open.DEADLINE.value, Open.ASSESS.value)),
        items.c.closed_at.is_(None),
        items.c.withdrawn_at.is_(None),
    )
    if order_ids is not None:
        query = query.where(items.c.order_id.in_(set(order_ids)))
    found: dict[int, list[int]] = {}
    for row in await tx.execute(query.order_by(items.c.id)):
        found.setdefault(row.order_id, []).append(row.id)
    return found

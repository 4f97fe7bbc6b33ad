"""What is on record of orders, as far as the clocks of the standards depend on it. Nothing sealed is opened."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates
from db.tables import (
    appointments,
    attendance,
    contacts,
    holds,
    imports,
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
from domain.orders import Milestone, Requirement, Status
from domain.standards import Away, Known

CAME = (Outcome.ATTENDED_FULL.value, Outcome.ATTENDED_PART.value)  # who was sent home has not begun anything
FEW = 250  # orders read at a time: what a caseload holds, and a tenth of a second at most
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


def of_individual(individual_id: int) -> Which:
    return Which(orders.c.individual_id == individual_id)


def of_orders(order_ids: Collection[int]) -> Which:
    return Which(orders.c.id.in_(order_ids))


def imposed(first: date, last: date, recent: date) -> Which:
    """Every order of the courts between two days, whatever became of it."""
    return Which(orders.c.imposed_on.between(first, last), recent)


async def parts(tx: AsyncConnection, which: Which) -> list[Which]:
    """The same orders, so many at a time that nobody waits long: by their ids the database finds what hangs on them
    without going through all there is."""
    ids = (await tx.execute(select(orders.c.id).where(which.orders).order_by(orders.c.id))).scalars().all()
    return [replace(which, orders=orders.c.id.in_(ids[at : at + FEW])) for at in range(0, len(ids), FEW)]


async def known(tx: AsyncConnection, which: Which, calendar: Calendar, now: datetime) -> list[Known]:
    """A part of the orders, each with all that its clocks depend on but the hours, in a handful of queries."""
    found = [dates.order_of(row) for row in await tx.execute(select(orders).where(which.orders).order_by(orders.c.id))]
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


# ── What staff record ───────────────────────────────────────────────────────────────────────────────────────────────


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

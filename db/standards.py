"""What is on record of orders, as far as the clocks of the standards depend on it. Nothing sealed is opened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates
from db.prepared import Prepared, Reading, among, together
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
KINDS = {one.value: one for one in Kind}
Condition = ColumnElement[bool]


@dataclass(frozen=True)
class Which:
    """Which orders are read: their ids, or the question after them. `recent`: the day of the oldest order whose
    attended dates and contacts are read, reviews apart; early clocks of older ones ran out long ago."""

    orders: Sequence[int] | Reading[Sequence[int]]
    recent: date = date.min


def _ids(rows: Iterable[Any]) -> Sequence[int]:
    return [row.id for row in rows]


_EACH = select(orders.c.id).order_by(orders.c.id)
_ACTIVE = Prepared(_EACH.where(orders.c.status == Status.ACTIVE.value))
_THEIRS = Prepared(_EACH.where(orders.c.individual_id == bindparam("individual")))
_IMPOSED = Prepared(_EACH.where(orders.c.imposed_on.between(bindparam("first"), bindparam("last"))))


def active(recent: date) -> Which:
    """All active orders."""
    return Which(Reading(_ACTIVE, _ids), recent)


def of_individual(individual_id: int) -> Which:
    return Which(Reading(_THEIRS, _ids, individual=individual_id))


def of_orders(order_ids: Iterable[int]) -> Which:
    return Which(sorted(set(order_ids)))


def imposed(first: date, last: date, recent: date) -> Which:
    """Every order of the courts between two days, whatever became of it."""
    return Which(Reading(_IMPOSED, _ids, first=first, last=last), recent)


async def parts(tx: AsyncConnection, which: Which) -> list[Sequence[int]]:
    """The ids of these orders, so many at a time that nobody waits long: by them the database finds what hangs on the
    orders without going through all there is."""
    ids = await which.orders.alone(tx) if isinstance(which.orders, Reading) else which.orders
    return [ids[at : at + FEW] for at in range(0, len(ids), FEW)]


_RECENT = orders.c.imposed_on >= bindparam("recent", type_=orders.c.imposed_on.type)


def _of(column: ColumnElement[Any]) -> Condition:
    return among(column, "orders")


_ORDERS = Prepared(select(orders).where(_of(orders.c.id)).order_by(orders.c.id))
_MILESTONES = Prepared(
    select(milestones.c.order_id, milestones.c.milestone, milestones.c.on_day, milestones.c.late_reason).where(
        _of(milestones.c.order_id)
    )
)
_ATTENDED = Prepared(
    select(appointments.c.id, appointments.c.order_id, appointments.c.kind, appointments.c.day, attendance.c.outcome)
    .join(attendance, attendance.c.appointment_id == appointments.c.id)
    .join(orders, orders.c.id == appointments.c.order_id)
    .where(_of(appointments.c.order_id), or_(_RECENT, appointments.c.kind == Kind.REVIEW.value))
    .order_by(attendance.c.recorded_at, attendance.c.id)
)
_WHOSE = select(orders.c.individual_id).where(_of(orders.c.id), _RECENT)
_CONTACTS = Prepared(
    select(contacts.c.individual_id, contacts.c.how, contacts.c.at).where(
        contacts.c.individual_id.in_(_WHOSE), contacts.c.undone_at.is_(None)
    )
)
_HOLDS = Prepared(select(holds.c.order_id, holds.c.from_day, holds.c.until_day).where(_of(holds.c.order_id)))
_BOOKED = Prepared(
    select(appointments.c.order_id, appointments.c.kind)
    .distinct()
    .where(
        _of(appointments.c.order_id),
        appointments.c.starts_at > bindparam("now", type_=appointments.c.starts_at.type),
        appointments.c.status == Booked.BOOKED.value,
    )
)
_EXPLAINED = Prepared(
    select(lateness.c.order_id, lateness.c.clock, lateness.c.number, lateness.c.reason).where(_of(lateness.c.order_id))
)


async def known(
    tx: AsyncConnection, order_ids: Sequence[int], recent: date, calendar: Calendar, now: datetime
) -> list[Known]:
    """A part of the orders, each with all that its clocks depend on but the hours; on PostgreSQL in one exchange."""
    found = Reading(_ORDERS, lambda rows: list(map(dates.order_of, rows)), orders=order_ids)
    dated = Reading(_MILESTONES, _milestones, orders=order_ids)
    came = Reading(_ATTENDED, _attended, orders=order_ids, recent=recent)
    touched = Reading(_CONTACTS, partial(_contacts, calendar), orders=order_ids, recent=recent)
    held = Reading(_HOLDS, _holds, orders=order_ids)
    ahead = Reading(_BOOKED, _booked, orders=order_ids, now=now)
    reasons = Reading(_EXPLAINED, _explained, orders=order_ids)
    await together(tx, found, dated, came, touched, held, ahead, reasons)
    on_days, said_late = dated.found
    return [
        Known(
            one,
            on_days.get(one.id, {}),
            came.found.get(one.id, ()),
            touched.found.get(one.individual_id, ()),
            held.found.get(one.id, ()),
            frozenset(ahead.found.get(one.id, ())),
            reasons.found.get(one.id, {}),
            frozenset(said_late.get(one.id, ())),
        )
        for one in found.found
    ]


Dated = dict[int, dict[Milestone, list[date]]]


def _milestones(rows: Iterable[Any]) -> tuple[Dated, dict[int, set[Milestone]]]:
    """The days of each milestone by order, and those to which the export gave a reason for being late."""
    found: Dated = {}
    late: dict[int, set[Milestone]] = {}
    for row in rows:
        one = MILESTONES[row.milestone]
        found.setdefault(row.order_id, {}).setdefault(one, []).append(row.on_day)
        if row.late_reason:
            late.setdefault(row.order_id, set()).add(one)
    return found, late


def _attended(rows: Iterable[Any]) -> dict[int, list[tuple[Kind, date]]]:
    """The dates to which they came, by order: by the record that stands."""
    stands = {row.id: row for row in rows}
    found: dict[int, list[tuple[Kind, date]]] = {}
    for row in stands.values():
        if row.outcome in CAME:
            found.setdefault(row.order_id, []).append((KINDS[row.kind], row.day))
    return found


def _contacts(calendar: Calendar, rows: Iterable[Any]) -> dict[int, list[tuple[str, date]]]:
    """What staff did, by individual: a call is about the person, whichever order it was about."""
    found: dict[int, list[tuple[str, date]]] = {}
    for row in rows:
        found.setdefault(row.individual_id, []).append((row.how, calendar.day(row.at)))
    return found


def _holds(rows: Iterable[Any]) -> dict[int, list[Away]]:
    found: dict[int, list[Away]] = {}
    for row in rows:
        found.setdefault(row.order_id, []).append(Away(row.from_day, row.until_day))
    return found


def _booked(rows: Iterable[Any]) -> dict[int, set[Kind]]:
    """The kinds of date that are booked ahead, by order."""
    found: dict[int, set[Kind]] = {}
    for row in rows:
        found.setdefault(row.order_id, set()).add(KINDS[row.kind])
    return found


def _explained(rows: Iterable[Any]) -> dict[int, dict[tuple[str, int], str]]:
    found: dict[int, dict[tuple[str, int], str]] = {}
    for row in rows:
        found.setdefault(row.order_id, {})[row.clock, row.number] = row.reason
    return found


# ── What staff record ───────────────────────────────────────────────────────────────────────────────────────────────


_SAID = {
    name: bindparam(name, type_=lateness.c[name].type)
    for name in ("order_id", "clock", "number", "reason", "recorded_by", "recorded_at")
}
_SAME = [lateness.c[name] == _SAID[name] for name in ("order_id", "clock", "number")]
_EXPLAIN = Prepared(
    insert(lateness).from_select(
        list(_SAID), select(*_SAID.values()).where(~select(lateness.c.id).where(*_SAME).exists())
    )
)


async def explain(
    tx: AsyncConnection, order_id: int, clock: str, number: int, reason: str, staff_id: int, now: datetime
) -> bool:
    """Why a clock was not kept; False if somebody has said it already."""
    values = {"order_id": order_id, "clock": clock, "number": number, "reason": reason}
    return await _EXPLAIN.run(tx, **values, recorded_by=staff_id, recorded_at=now) > 0


# ── What the morning looks for ──────────────────────────────────────────────────────────────────────────────────────


_FIRST_IMPORT = Prepared(select(func.min(imports.c.at).label("at")))


async def first_import(tx: AsyncConnection) -> datetime | None:
    """When the caseload was first read: what ran out before that is history."""
    return await reading_first_import().alone(tx)


def reading_first_import() -> Reading[datetime | None]:
    return Reading(_FIRST_IMPORT, lambda rows: rows[0].at)


_OPEN = (items.c.withdrawn_at.is_(None), items.c.closed_at.is_(None))  # as the index of what is open has it
_UNLISTED = Prepared(
    select(items.c.id)
    .where(
        items.c.kind == bindparam("kind"), items.c.raised_at < bindparam("before"), items.c.listed_at.is_(None), *_OPEN
    )
    .order_by(items.c.id)
)


async def unlisted(tx: AsyncConnection, kind: Open, before: datetime) -> list[int]:
    """The ids of open items of a kind raised before a moment that do not stand on the manager's list."""
    return [row.id for row in await _UNLISTED.all(tx, kind=kind.value, before=before)]


@dataclass(frozen=True)
class Trigger:
    """Something for which an assessment may have to come sooner: what, and whom it is about."""

    what: str  # missed, or note
    id: int  # of the appointment, or of the note
    order_id: int


_WATCHED = and_(
    orders.c.status == Status.ACTIVE.value,
    orders.c.requirements.contains(Requirement.SUPERVISION.value, autoescape=True),
)
_RECORDED = Prepared(
    select(appointments.c.id, appointments.c.order_id, attendance.c.outcome)
    .join(attendance, attendance.c.appointment_id == appointments.c.id)
    .join(orders, orders.c.id == appointments.c.order_id)
    .where(attendance.c.recorded_at >= bindparam("since"), _WATCHED)
    .order_by(attendance.c.recorded_at, attendance.c.id)
)
_TOLD = Prepared(
    select(notes.c.id, orders.c.id.label("order_id"))
    .join(orders, orders.c.individual_id == notes.c.individual_id)
    .where(notes.c.kind == "private", notes.c.at >= bindparam("since"), _WATCHED)
    .order_by(notes.c.id)
)


async def triggers(tx: AsyncConnection, since: datetime) -> list[Trigger]:
    """Dates recorded as missed and private notes since a moment, of active orders with supervision."""
    recorded = Reading(_RECORDED, lambda rows: {row.id: row for row in rows}, since=since)
    told = Reading(_TOLD, lambda rows: [Trigger("note", row.id, row.order_id) for row in rows], since=since)
    await together(tx, recorded, told)
    stands = recorded.found.values()
    return [*(Trigger("missed", row.id, row.order_id) for row in stands if row.outcome in MISSED), *told.found]


_ASKED = or_(items.c.kind == Open.DEADLINE.value, items.c.kind == Open.ASSESS.value)
_EVERY = select(items.c.id, items.c.order_id).where(_ASKED, *_OPEN).order_by(items.c.id)
_ABOUT_CLOCKS, _ABOUT_THEIRS = Prepared(_EVERY), Prepared(_EVERY.where(_of(items.c.order_id)))


async def open_about_clocks(tx: AsyncConnection, order_ids: Iterable[int] | None = None) -> dict[int, list[int]]:
    """The open questions about clocks and assessments of these orders, by order; None: of all."""
    if order_ids is None:
        rows = await _ABOUT_CLOCKS.all(tx)
    else:
        rows = await _ABOUT_THEIRS.all(tx, orders=list(set(order_ids)))
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row.order_id, []).append(row.id)
    return found

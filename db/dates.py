"""Orders, places, appointments, and what was recorded and answered about them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import LABEL_STYLE_TABLENAME_PLUS_COL, Row, Table, and_, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db import people
from db.tables import appointments, attendance, individuals, orders, places, replies
from domain.appointments import Answer, Appointment, Kind, Place, Reply, Session, Status
from domain.attendance import Outcome, Record
from domain.orders import Order, Requirement
from domain.orders import Status as OrderStatus
from domain.people import Individual

AnyRow = Row[tuple[Any, ...]]


def order_of(row: AnyRow) -> Order:
    return Order(
        id=row.id,
        ref=row.ref,
        individual_id=row.individual_id,
        imposed_on=row.imposed_on,
        requirements=frozenset(Requirement(one) for one in row.requirements.split("+") if one),
        status=OrderStatus(row.status),
        hours=row.hours,
        complete_by=row.complete_by,
        officer_id=row.officer_id,
        case_manager_id=row.case_manager_id,
        ended_on=row.ended_on,
    )


def appointment_of(row: AnyRow) -> Appointment:
    return Appointment(
        id=row.id,
        ref=row.ref,
        order_id=row.order_id,
        kind=Kind(row.kind),
        day=row.day,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place_id=row.place_id,
        staff_id=row.staff_id,
        bring=row.bring or "",
        status=Status(row.status),
        revision=row.revision,
    )


def place_of(row: AnyRow) -> Place:
    return Place(row.id, row.ref, row.nickname, row.address or "", row.bring or "", row.capacity)


def record_of(row: AnyRow) -> Record:
    return Record(Outcome(row.outcome), row.recorded_at, row.cause, row.minutes, row.recorded_by, row.id)


async def order(tx: AsyncConnection, id_: int) -> Order | None:
    return (await orders_by_id(tx, [id_])).get(id_)


async def orders_by_id(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, Order]:
    return {row.id: order_of(row) for row in await tx.execute(select(orders).where(orders.c.id.in_(set(ids))))}


async def orders_of(tx: AsyncConnection, individual_id: int) -> list[Order]:
    """A person's orders, the one to speak about first: active before ended, then the latest imposed."""
    rows = await tx.execute(select(orders).where(orders.c.individual_id == individual_id))
    return sorted(map(order_of, rows), key=lambda one: (not one.active, -one.imposed_on.toordinal(), -one.id))


async def died(tx: AsyncConnection, individual_ids: Iterable[int]) -> frozenset[int]:
    """Those of these individuals who have died."""
    query = select(orders.c.individual_id).where(
        orders.c.individual_id.in_(set(individual_ids)), orders.c.status == OrderStatus.DIED.value
    )
    return frozenset((await tx.execute(query)).scalars())


@dataclass(frozen=True)
class InFull:
    """An appointment with what it hangs on."""

    appointment: Appointment
    order: Order
    individual: Individual
    place: Place | None


async def appointments_in_full(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, InFull]:
    """These appointments, each with its order, its individual and its place."""
    query = (
        select(appointments, orders, individuals, places)
        .join(orders, orders.c.id == appointments.c.order_id)
        .join(individuals, individuals.c.id == orders.c.individual_id)
        .outerjoin(places, places.c.id == appointments.c.place_id)
        .where(appointments.c.id.in_(set(ids)))
    )
    found = {}
    for row in await tx.execute(query.set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)):
        place = place_of(_part(row, places)) if row.places_id is not None else None
        individual = people.individual_of(_part(row, individuals))
        one = appointment_of(_part(row, appointments))
        found[one.id] = InFull(one, order_of(_part(row, orders)), individual, place)
    return found


def _part(row: AnyRow, table: Table) -> Any:
    """What a joined row holds of one table."""
    return SimpleNamespace(**{column.name: row._mapping[column] for column in table.columns})


async def appointments_by_id(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, Appointment]:
    found = await tx.execute(select(appointments).where(appointments.c.id.in_(set(ids))))
    return {row.id: appointment_of(row) for row in found}


async def appointments_ahead(tx: AsyncConnection, individual_id: int, now: datetime, most: int = 5) -> list[int]:
    """The ids of a person's next booked dates on active orders, earliest first."""
    query = (
        select(appointments.c.id)
        .join(orders, orders.c.id == appointments.c.order_id)
        .where(
            orders.c.individual_id == individual_id,
            orders.c.status == OrderStatus.ACTIVE.value,
            appointments.c.status == Status.BOOKED.value,
            or_(appointments.c.starts_at > now, appointments.c.ends_at > now),
        )
        .order_by(appointments.c.starts_at, appointments.c.id)
        .limit(most)
    )
    return list((await tx.execute(query)).scalars())


async def appointments_behind(tx: AsyncConnection, individual_id: int, now: datetime, most: int = 5) -> list[int]:
    """The ids of a person's last booked dates that have begun, latest first."""
    query = (
        select(appointments.c.id)
        .join(orders, orders.c.id == appointments.c.order_id)
        .where(
            orders.c.individual_id == individual_id,
            appointments.c.status == Status.BOOKED.value,
            appointments.c.starts_at <= now,
        )
        .order_by(appointments.c.starts_at.desc(), appointments.c.id.desc())
        .limit(most)
    )
    return list((await tx.execute(query)).scalars())


async def next_dates(tx: AsyncConnection, individual_ids: Iterable[int], now: datetime) -> dict[int, Appointment]:
    """The next booked date of each of these people, on any active order of theirs."""
    nth = func.row_number().over(
        partition_by=orders.c.individual_id, order_by=(appointments.c.starts_at, appointments.c.id)
    )
    ahead = (
        select(appointments.c.id, orders.c.individual_id, nth.label("nth"))
        .join(orders, orders.c.id == appointments.c.order_id)
        .where(
            orders.c.individual_id.in_(set(individual_ids)),
            orders.c.status == OrderStatus.ACTIVE.value,
            appointments.c.status == Status.BOOKED.value,
            appointments.c.starts_at > now,
        )
        .subquery()
    )
    query = select(appointments, ahead.c.individual_id).join(ahead, ahead.c.id == appointments.c.id)
    query = query.where(ahead.c.nth == 1)
    return {row.individual_id: appointment_of(row) for row in await tx.execute(query)}


async def appointments_before(tx: AsyncConnection, appointment_id: int, most: int = 5) -> list[int]:
    """The ids of the last dates of an appointment's order up to that one, latest first."""
    this = appointments.alias()
    query = (
        select(appointments.c.id)
        .join(this, and_(this.c.order_id == appointments.c.order_id, this.c.starts_at >= appointments.c.starts_at))
        .where(this.c.id == appointment_id)
        .order_by(appointments.c.starts_at.desc(), appointments.c.id.desc())
        .limit(most)
    )
    return list((await tx.execute(query)).scalars())


async def sessions_of(tx: AsyncConnection, staff_id: int | None, day: date) -> dict[Session, list[int]]:
    """The booked appointments of each session that a member of staff runs that day, by start; None: everybody's."""
    query = (
        select(appointments)
        .where(appointments.c.day == day, appointments.c.status == Status.BOOKED.value)
        .where(appointments.c.staff_id == staff_id if staff_id is not None else appointments.c.staff_id.is_not(None))
        .order_by(appointments.c.starts_at, appointments.c.id)
    )
    found: dict[Session, list[int]] = {}
    for one in map(appointment_of, await tx.execute(query)):
        if one.session is not None:
            found.setdefault(one.session, []).append(one.id)
    return found


async def session_members(tx: AsyncConnection, session: Session) -> list[int]:
    """The booked appointments of one session, by start."""
    at_place = appointments.c.place_id == session.place_id if session.place_id else appointments.c.place_id.is_(None)
    query = (
        select(appointments.c.id)
        .where(
            appointments.c.staff_id == session.staff_id,
            appointments.c.day == session.day,
            at_place,
            appointments.c.status == Status.BOOKED.value,
        )
        .order_by(appointments.c.starts_at, appointments.c.id)
    )
    return list((await tx.execute(query)).scalars())


# ── What was recorded and answered ───────────────────────────────────────────────────────────────────────────────────


async def records(tx: AsyncConnection, appointment_ids: Iterable[int]) -> dict[int, list[Record]]:
    """Everything recorded about each appointment, corrections beside what they correct, in the order it came."""
    query = select(attendance).where(attendance.c.appointment_id.in_(set(appointment_ids))).order_by(attendance.c.id)
    found: dict[int, list[Record]] = {}
    for row in await tx.execute(query):
        found.setdefault(row.appointment_id, []).append(record_of(row))
    return found


async def add_records(tx: AsyncConnection, lines: Iterable[tuple[int, Record, str]], source: str) -> None:
    """Adds to the record of appointments: (appointment id, record, note), in this order."""
    rows = [
        {
            "appointment_id": appointment_id,
            "outcome": record.outcome.value,
            "cause": record.cause,
            "minutes": record.minutes,
            "recorded_by": record.recorded_by,
            "recorded_at": record.recorded_at,
            "source": source,
            "note": note or None,
        }
        for appointment_id, record, note in lines
    ]
    if rows:
        await tx.execute(insert(attendance), rows)


async def replies_to(tx: AsyncConnection, appointment_ids: Iterable[int]) -> dict[int, list[Reply]]:
    """What was answered about each appointment as it stands now, in the order it came: who said yes to a date has said
    nothing of the one that it was moved to."""
    query = (
        select(replies)
        .join(appointments, appointments.c.id == replies.c.appointment_id)
        .where(replies.c.appointment_id.in_(set(appointment_ids)), replies.c.revision == appointments.c.revision)
        .order_by(replies.c.id)
    )
    found: dict[int, list[Reply]] = {}
    for row in await tx.execute(query):
        found.setdefault(row.appointment_id, []).append(Reply(Answer(row.answer), row.at, row.reason))
    return found


async def add_reply(tx: AsyncConnection, appointment_id: int, revision: int, reply: Reply) -> None:
    await tx.execute(
        insert(replies).values(
            appointment_id=appointment_id,
            revision=revision,
            answer=reply.answer.value,
            reason=reply.reason,
            at=reply.at,
        )
    )

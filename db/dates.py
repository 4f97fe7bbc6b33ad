"""Orders, places, appointments, and what was recorded and answered about them."""

from collections import namedtuple
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import (
    LABEL_STYLE_TABLENAME_PLUS_COL,
    ColumnElement,
    FromClause,
    Integer,
    Row,
    String,
    and_,
    bindparam,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from db import bulk, people
from db.prepared import Prepared, Reading, among
from db.tables import appointments, attendance, individuals, items, orders, places, replies
from domain.appointments import Answer, Appointment, Kind, Place, Reply, Session, Status
from domain.attendance import Outcome, Record
from domain.compliance import STOOD_OFF
from domain.compliance import Kind as Asked
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
        booked_at=row.booked_at,
        moved_at=row.moved_at,
        retimed_at=row.retimed_at,
    )


def place_of(row: AnyRow) -> Place:
    return Place(row.id, row.ref, row.nickname, row.address or "", row.bring or "", row.capacity)


def record_of(row: AnyRow) -> Record:
    said = (row.cause, row.minutes, row.recorded_by, row.id, row.why, row.heard)
    return Record(Outcome(row.outcome), row.recorded_at, *said)


_ORDERS = Prepared(select(orders).where(among(orders.c.id, "ids")))
_ORDERS_OF = Prepared(select(orders).where(among(orders.c.individual_id, "individuals")))
_DIED = Prepared(
    select(orders.c.individual_id).where(
        among(orders.c.individual_id, "individuals"), orders.c.status == OrderStatus.DIED.value
    )
)


async def order(tx: AsyncConnection, id_: int) -> Order | None:
    return (await orders_by_id(tx, [id_])).get(id_)


async def orders_by_id(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, Order]:
    return await reading_orders(ids).alone(tx)


def reading_orders(ids: Iterable[int]) -> Reading[dict[int, Order]]:
    return Reading(_ORDERS, lambda rows: {row.id: order_of(row) for row in rows}, ids=list(set(ids)))


async def orders_of(tx: AsyncConnection, individual_id: int) -> list[Order]:
    """A person's orders, the one to speak about first: active before ended, then the latest imposed."""
    return (await reading_orders_of([individual_id]).alone(tx))[individual_id]


def reading_orders_of(individual_ids: Iterable[int]) -> Reading[dict[int, list[Order]]]:
    """The same for each of these people."""
    ids = list(individual_ids)

    def by_person(rows: Iterable[AnyRow]) -> dict[int, list[Order]]:
        found: dict[int, list[Order]] = {id_: [] for id_ in ids}
        for one in sorted(map(order_of, rows), key=_to_speak_about):
            found[one.individual_id].append(one)
        return found

    return Reading(_ORDERS_OF, by_person, individuals=ids)


def _to_speak_about(one: Order) -> tuple[bool, int, int]:
    return not one.active, -one.imposed_on.toordinal(), -one.id


def reading_died(individual_ids: Iterable[int]) -> Reading[frozenset[int]]:
    """Those of these individuals who have died."""
    ids = list(set(individual_ids))
    return Reading(_DIED, lambda rows: frozenset(row.individual_id for row in rows), individuals=ids)


@dataclass(frozen=True)
class InFull:
    """An appointment with what it hangs on."""

    appointment: Appointment
    order: Order
    individual: Individual
    place: Place | None


_TOGETHER = (appointments, orders, individuals, places)
_IN_FULL = Prepared(
    select(*_TOGETHER)
    .join(orders, orders.c.id == appointments.c.order_id)
    .join(individuals, individuals.c.id == orders.c.individual_id)
    .outerjoin(places, places.c.id == appointments.c.place_id)
    .where(among(appointments.c.id, "ids"))
    .set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
)
_PARTS: Any = [namedtuple(table.name, table.columns.keys()) for table in _TOGETHER]


async def appointments_in_full(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, InFull]:
    """These appointments, each with its order, its individual and its place."""
    return await reading_in_full(ids).alone(tx)


def reading_in_full(ids: Iterable[int]) -> Reading[dict[int, InFull]]:
    return Reading(_IN_FULL, _in_full, ids=list(set(ids)))


def _in_full(rows: Iterable[Any]) -> dict[int, InFull]:
    found = {}
    for row in rows:
        values = iter(row)
        one, of, individual, at = (part._make(islice(values, len(part._fields))) for part in _PARTS)
        place = place_of(at) if at.id is not None else None
        found[one.id] = InFull(appointment_of(one), order_of(of), people.individual_of(individual), place)
    return found


_PLACES = Prepared(select(places).where(among(places.c.id, "ids")))


async def places_by_id(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, Place]:
    return {row.id: place_of(row) for row in await _PLACES.all(tx, ids=list(set(ids)))}


_BY_ID = Prepared(select(appointments).where(among(appointments.c.id, "ids")))


async def appointments_by_id(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, Appointment]:
    return {row.id: appointment_of(row) for row in await _BY_ID.all(tx, ids=list(set(ids)))}


async def booked_of(tx: AsyncConnection, order_ids: Iterable[int]) -> list[tuple[int, datetime, int]]:
    """Every booked date of these orders: order id, start, id."""
    found: list[tuple[int, datetime, int]] = []
    for part in bulk.chunks(set(order_ids)):
        query = select(appointments.c.order_id, appointments.c.starts_at, appointments.c.id).where(
            appointments.c.order_id.in_(part), appointments.c.status == Status.BOOKED.value
        )
        found += [(row.order_id, row.starts_at, row.id) for row in await tx.execute(query)]
    return found


NEXT = 5  # dates that an answer shows


async def kept_aside(tx: AsyncConnection) -> list[Appointment]:
    """The days that were, whose reference is another date's now: they go by one of their own, such as `A1~17`. The
    earliest first."""
    its_own = appointments.c.ref.like(_kept_as("%"))
    on = appointments.c.status == Status.BOOKED.value
    query = select(appointments).where(its_own, on).order_by(appointments.c.starts_at, appointments.c.id)
    return [appointment_of(row) for row in await tx.execute(query)]


async def kept_of(tx: AsyncConnection, ref: str, individual_id: int, most: int = NEXT) -> list[Appointment]:
    """The last dates that this person had under a reference, and that go by one of their own now, the earliest
    first."""
    query = (
        select(appointments)
        .join(orders, orders.c.id == appointments.c.order_id)
        .where(orders.c.individual_id == individual_id, appointments.c.ref == _kept_as(ref))
        .order_by(appointments.c.starts_at.desc(), appointments.c.id.desc())
        .limit(most)
    )
    return [appointment_of(row) for row in await tx.execute(query)][::-1]


def _kept_as(ref: str) -> ColumnElement[str]:
    return literal(f"{ref}~").concat(cast(appointments.c.id, String))


async def id_of(tx: AsyncConnection, ref: str) -> int | None:
    """The id of an appointment by its reference."""
    return (await tx.execute(select(appointments.c.id).where(appointments.c.ref == ref))).scalar_one_or_none()


_ALL = 1_000_000_000  # rows: more than anybody has


def is_ahead(date: FromClause, order: FromClause, at: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a date of this order is still to come, or is not over, at a moment."""
    return and_(
        order.c.status == OrderStatus.ACTIVE.value,
        date.c.status == Status.BOOKED.value,
        or_(date.c.starts_at > at, date.c.ends_at > at),
    )


_AHEAD = Prepared(
    select(appointments.c.id)
    .join(orders, orders.c.id == appointments.c.order_id)
    .where(
        orders.c.individual_id == bindparam("individual_id"),
        is_ahead(appointments, orders, bindparam("now", type_=appointments.c.starts_at.type)),
    )
    .order_by(appointments.c.starts_at, appointments.c.id)
    .limit(bindparam("most"))
)


async def appointments_ahead(
    tx: AsyncConnection, individual_id: int, now: datetime, most: int | None = NEXT
) -> list[int]:
    """The ids of a person's next booked dates on active orders, earliest first; None: of all of them."""
    rows = await _AHEAD.all(tx, individual_id=individual_id, now=now, most=_ALL if most is None else most)
    return [row.id for row in rows]


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


def _stands() -> Any:
    """The outcome that stands of a row of `appointments`; *taken back* if there is none."""
    mine = attendance.c.appointment_id == appointments.c.id
    latest = select(attendance.c.outcome).where(mine).order_by(attendance.c.recorded_at.desc(), attendance.c.id.desc())
    return func.coalesce(latest.limit(1).correlate(appointments).scalar_subquery(), Outcome.TAKEN_BACK.value)


def _answered() -> Any:
    """What the individual was answered last, of those who said that they can't make a row of `appointments` as it
    stands now; empty if nothing was."""
    about = and_(
        items.c.appointment_id == appointments.c.id,
        items.c.kind == Asked.CANNOT.value,
        items.c.closed_at.is_not(None),
        items.c.withdrawn_at.is_(None),
        or_(appointments.c.retimed_at.is_(None), appointments.c.retimed_at <= items.c.closed_at),
    )
    last = select(items.c.outcome).where(about).order_by(items.c.id.desc())
    return func.coalesce(last.limit(1).correlate(appointments).scalar_subquery(), "")


_NTH = func.row_number().over(
    partition_by=orders.c.individual_id, order_by=(appointments.c.starts_at, appointments.c.id)
)


def _next(whose: Any) -> Prepared:
    ahead = (
        select(appointments.c.id, orders.c.individual_id, _NTH.label("nth"))
        .join(orders, orders.c.id == appointments.c.order_id)
        .where(
            whose,
            orders.c.status == OrderStatus.ACTIVE.value,
            appointments.c.status == Status.BOOKED.value,
            appointments.c.starts_at > bindparam("now", type_=appointments.c.starts_at.type),
            _stands() == Outcome.TAKEN_BACK.value,
            *(_answered() != one.value for one in sorted(STOOD_OFF)),
        )
        .subquery()
    )
    its = select(appointments, ahead.c.individual_id).join(ahead, ahead.c.id == appointments.c.id)
    return Prepared(its.where(ahead.c.nth == 1))


_NEXT = _next(among(orders.c.individual_id, "individuals"))
_WHOSE, _MET = appointments.alias(), orders.alias()
_THEIRS = select(_MET.c.individual_id).join(_WHOSE, _WHOSE.c.order_id == _MET.c.id).where(among(_WHOSE.c.id, "ids"))
_FOLLOWING = _next(orders.c.individual_id.in_(_THEIRS))


async def next_dates(tx: AsyncConnection, individual_ids: Iterable[int], now: datetime) -> dict[int, Appointment]:
    """The next booked date of each of these people, on any active order of theirs, of which nothing stands on record
    and of which they were not told that they need not come: one that is off is none."""
    return _by_individual(await _NEXT.all(tx, individuals=list(set(individual_ids)), now=now))


def reading_following(appointment_ids: Iterable[int], now: datetime) -> Reading[dict[int, Appointment]]:
    """The same of whoever these dates are for."""
    return Reading(_FOLLOWING, _by_individual, ids=list(set(appointment_ids)), now=now)


def _by_individual(rows: Iterable[Any]) -> dict[int, Appointment]:
    return {row.individual_id: appointment_of(row) for row in rows}


_THIS = appointments.alias()
_BEFORE = Prepared(
    select(appointments.c.id)
    .join(_THIS, and_(_THIS.c.order_id == appointments.c.order_id, _THIS.c.starts_at >= appointments.c.starts_at))
    .where(_THIS.c.id == bindparam("id"))
    .order_by(appointments.c.starts_at.desc(), appointments.c.id.desc())
    .limit(bindparam("most", type_=Integer()))
)


def reading_before(appointment_id: int, most: int = 5) -> Reading[list[int]]:
    """The ids of the last dates of an appointment's order up to that one, latest first."""
    return Reading(_BEFORE, lambda rows: [row.id for row in rows], id=appointment_id, most=most)


_ON_DAY = (
    select(appointments)
    .where(appointments.c.day == bindparam("day"), appointments.c.status == Status.BOOKED.value)
    .order_by(appointments.c.starts_at, appointments.c.id)
)
_RUN_BY = Prepared(_ON_DAY.where(appointments.c.staff_id == bindparam("staff")))
_RUN_BY_ANYBODY = Prepared(_ON_DAY.where(appointments.c.staff_id.is_not(None)))


def not_ended() -> ColumnElement[bool]:
    """Of dates beside their orders: whose order had not ended before the day (`Order.ended_before`)."""
    return or_(orders.c.status == OrderStatus.ACTIVE.value, orders.c.ended_on >= appointments.c.day)


async def sessions_of(tx: AsyncConnection, staff_id: int | None, day: date) -> dict[Session, list[int]]:
    """The booked appointments of each session that a member of staff runs that day, by start; None: everybody's."""
    if staff_id is None:
        rows = await _RUN_BY_ANYBODY.all(tx, day=day)
    else:
        rows = await _RUN_BY.all(tx, day=day, staff=staff_id)
    found: dict[Session, list[int]] = {}
    for one in map(appointment_of, rows):
        if one.session is not None:
            found.setdefault(one.session, []).append(one.id)
    return found


async def session_members(tx: AsyncConnection, session: Session) -> list[int]:
    """The booked appointments of one session, by start. Staff 0: nobody is named to run it."""
    which = {name: id_ for name in ("staff_id", "place_id") if (id_ := getattr(session, name))}
    return [row.id for row in await _members(frozenset(which)).all(tx, day=session.day, **which)]


@cache
def _members(named: frozenset[str]) -> Prepared:
    """Of a session whose staff and place are `named`, or are nobody and nowhere."""
    which = [
        appointments.c[name] == bindparam(name) if name in named else appointments.c[name].is_(None)
        for name in ("staff_id", "place_id")
    ]
    booked = (appointments.c.day == bindparam("day"), appointments.c.status == Status.BOOKED.value)
    in_order = (appointments.c.starts_at, appointments.c.id)
    return Prepared(select(appointments.c.id).where(*which, *booked).order_by(*in_order))


_ON_BETWEEN = (
    select(appointments)
    .join(orders, orders.c.id == appointments.c.order_id)
    .where(
        appointments.c.day.between(bindparam("first"), bindparam("last")),
        appointments.c.status == Status.BOOKED.value,
        orders.c.status == OrderStatus.ACTIVE.value,
    )
    .order_by(appointments.c.starts_at, appointments.c.id)
)
_BETWEEN = Prepared(_ON_BETWEEN)
_UNRECORDED = Prepared(_ON_BETWEEN.where(_stands() == Outcome.TAKEN_BACK.value))


async def sessions_between(tx: AsyncConnection, first: date, last: date) -> dict[Session, list[Appointment]]:
    """The booked dates of each session of active orders from one day to another, by start; staff 0: nobody runs it."""
    return _by_session(await _BETWEEN.all(tx, first=first, last=last))


async def unrecorded_between(tx: AsyncConnection, first: date, last: date) -> dict[Session, list[Appointment]]:
    """The same, those dates only of which nothing stands on record."""
    return _by_session(await _UNRECORDED.all(tx, first=first, last=last))


def _by_session(rows: Iterable[AnyRow]) -> dict[Session, list[Appointment]]:
    found: dict[Session, list[Appointment]] = {}
    for one in map(appointment_of, rows):
        found.setdefault(one.on_register, []).append(one)
    return found


async def give(tx: AsyncConnection, appointment_ids: Iterable[int], staff_id: int) -> None:
    """These dates are run by another member of staff from now on."""
    ids = list(set(appointment_ids))
    await tx.execute(update(appointments).where(appointments.c.id.in_(ids)).values(staff_id=staff_id))


# ── What was recorded and answered ───────────────────────────────────────────────────────────────────────────────────


_RECORDS = Prepared(select(attendance).where(among(attendance.c.appointment_id, "ids")).order_by(attendance.c.id))


async def records(tx: AsyncConnection, appointment_ids: Iterable[int]) -> dict[int, list[Record]]:
    """Everything recorded about each appointment, corrections beside what they correct, in the order it came."""
    return await reading_records(appointment_ids).alone(tx)


def reading_records(appointment_ids: Iterable[int]) -> Reading[dict[int, list[Record]]]:
    return Reading(_RECORDS, _records, ids=list(set(appointment_ids)))


def _records(rows: Iterable[Any]) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = {}
    for row in rows:
        found.setdefault(row.appointment_id, []).append(record_of(row))
    return found


async def add_records(tx: AsyncConnection, lines: Iterable[tuple[int, Record, str]], source: str) -> list[int]:
    """Adds to the record of appointments: (appointment id, record, note), in this order. Returns the ids."""
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
            "why": record.why,
            "heard": record.heard,
        }
        for appointment_id, record, note in lines
    ]
    if not rows:
        return []
    added = insert(attendance).returning(attendance.c.id, sort_by_parameter_order=True)
    return list((await tx.execute(added, rows)).scalars())


_REPLIES = Prepared(
    select(replies)
    .join(appointments, appointments.c.id == replies.c.appointment_id)
    .where(among(replies.c.appointment_id, "ids"), replies.c.revision == appointments.c.revision)
    .order_by(replies.c.id)
)
_ANSWERED = Prepared(
    insert(replies).values({name: bindparam(name) for name in ("appointment_id", "revision", "answer", "reason", "at")})
)


def reading_replies(appointment_ids: Iterable[int]) -> Reading[dict[int, list[Reply]]]:
    """What was answered about each appointment as it stands now, in the order it came: who said yes to a date has said
    nothing of the one that it was moved to."""
    return Reading(_REPLIES, _replies, ids=list(set(appointment_ids)))


def _replies(rows: Iterable[Any]) -> dict[int, list[Reply]]:
    found: dict[int, list[Reply]] = {}
    for row in rows:
        found.setdefault(row.appointment_id, []).append(Reply(Answer(row.answer), row.at, row.reason))
    return found


async def add_reply(tx: AsyncConnection, appointment_id: int, revision: int, reply: Reply) -> None:
    said = {"answer": reply.answer.value, "reason": reply.reason, "at": reply.at}
    await _ANSWERED.later(tx, appointment_id=appointment_id, revision=revision, **said)

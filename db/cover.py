"""Who covers, who is on duty, and whose people have become a colleague's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import bulk, dates
from db.prepared import Prepared, Reading, among, read_anew
from db.tables import (
    appointments,
    attendance,
    duty_days,
    handovers,
    individuals,
    items,
    notes,
    orders,
    sittings,
    staff,
)
from domain import attendance as outcomes
from domain.appointments import Appointment, Session
from domain.appointments import Status as Booking
from domain.caseload import Move, Part
from domain.days import Span
from domain.orders import Order, Status

# ── The rota ────────────────────────────────────────────────────────────────────────────────────────────────────────

_ON_ROTA = Prepared(select(duty_days.c.staff_id).where(duty_days.c.day == bindparam("day")))


def reading_rota(day: date) -> Reading[frozenset[int]]:
    """Whom the rota names on a day; nobody: no row was set for it."""
    return Reading(_ON_ROTA, lambda rows: frozenset(row.staff_id for row in rows), day=day)


async def rota(tx: AsyncConnection, span: Span) -> dict[date, frozenset[int]]:
    """Whom the rota names on each of these days that has somebody."""
    within = duty_days.c.day.between(span.first, span.last)
    found: dict[date, set[int]] = {}
    for row in await tx.execute(select(duty_days).where(within)):
        found.setdefault(row.day, set()).add(row.staff_id)
    return {day: frozenset(ids) for day, ids in found.items()}


async def set_duty(tx: AsyncConnection, day: date, ids: Iterable[int]) -> None:
    """On this day exactly these; nobody: everybody with that role."""
    await tx.execute(delete(duty_days).where(duty_days.c.day == day))
    rows = [{"day": day, "staff_id": id_} for id_ in sorted(set(ids))]
    if rows:
        await tx.execute(insert(duty_days), rows)


# ── Leave, and accounts that end ────────────────────────────────────────────────────────────────────────────────────


async def set_leave(tx: AsyncConnection, staff_id: int, span: Span | None, cover_id: int | None) -> None:
    """From now on these are the days on which somebody is away; None: none."""
    first, last = (span.first, span.last) if span is not None else (None, None)
    values = {"away_from": first, "away_until": last, "away_cover_id": cover_id}
    await tx.execute(update(staff).where(staff.c.id == staff_id).values(values))
    read_anew(tx)


async def set_last_day(tx: AsyncConnection, staff_id: int, day: date) -> None:
    await tx.execute(update(staff).where(staff.c.id == staff_id).values(active_until=day))
    read_anew(tx)


async def sessions_ahead(tx: AsyncConnection, staff_id: int, span: Span) -> int:
    """How many sessions somebody runs in these days: dates at one place on one day are one, and one to which nobody
    comes any more is none."""
    run = (
        appointments.c.staff_id == staff_id,
        appointments.c.status == Booking.BOOKED.value,
        appointments.c.day.between(span.first, span.last),
        dates.not_ended(),
    )
    ran = select(appointments.c.day, appointments.c.place_id).join(orders, orders.c.id == appointments.c.order_id)
    sessions = ran.where(*run).distinct().subquery()
    return int((await tx.execute(select(func.count()).select_from(sessions))).scalar_one())


async def run_by(tx: AsyncConnection, staff_ids: Iterable[int], span: Span) -> dict[Session, list[Appointment]]:
    """The booked dates of active orders in each session that one of these people runs in these days, by start."""
    mine = (
        appointments.c.staff_id.in_(set(staff_ids)),
        appointments.c.day.between(span.first, span.last),
        appointments.c.status == Booking.BOOKED.value,
        orders.c.status == Status.ACTIVE.value,
    )
    query = select(appointments).join(orders, orders.c.id == appointments.c.order_id).where(*mine)
    found: dict[Session, list[Appointment]] = {}
    for row in await tx.execute(query.order_by(appointments.c.starts_at, appointments.c.id)):
        one = dates.appointment_of(row)
        found.setdefault(one.on_register, []).append(one)
    return found


# ── Whose people ────────────────────────────────────────────────────────────────────────────────────────────────────

_NAMED = or_(orders.c.officer_id == bindparam("staff"), orders.c.case_manager_id == bindparam("staff"))


async def orders_with(tx: AsyncConnection, staff_id: int) -> list[Order]:
    """Every order that names somebody, whatever became of it."""
    found = await tx.execute(select(orders).where(_NAMED).order_by(orders.c.id), {"staff": staff_id})
    return [dates.order_of(row) for row in found]


_YOUNG = Prepared(select(individuals.c.id).where(among(individuals.c.id, "ids"), individuals.c.youth))


async def young(tx: AsyncConnection, individual_ids: Iterable[int]) -> frozenset[int]:
    """Those of these people who are under 18."""
    ids = list(set(individual_ids))
    return frozenset(row.id for row in await _YOUNG.all(tx, ids=ids)) if ids else frozenset()


async def active_orders(tx: AsyncConnection) -> list[Order]:
    found = await tx.execute(select(orders).where(orders.c.status == Status.ACTIVE.value).order_by(orders.c.id))
    return [dates.order_of(row) for row in found]


@dataclass(frozen=True)
class Handover:
    """One order that became a colleague's."""

    id: int
    order_id: int
    role: Part
    from_id: int | None
    to_id: int
    handed_by: int | None
    at: datetime
    words: str = ""


def _handover_of(row: Row[tuple[Any, ...]]) -> Handover:
    who = (row.from_id, row.to_id, row.handed_by)
    return Handover(row.id, row.order_id, Part(row.role), *who, row.at, row.words or "")


async def hand_over(tx: AsyncConnection, moves: Sequence[Move], by: int, now: datetime) -> int:
    """Names the new worker on each order, and keeps who it was before. Returns the id of its first row."""
    for part in Part:
        column = orders.c.officer_id if part is Part.OFFICER else orders.c.case_manager_id
        for to_id in {move.to_id for move in moves if move.part is part}:
            ids = [move.order_id for move in moves if move.part is part and move.to_id == to_id]
            for some in bulk.chunks(ids):
                await tx.execute(update(orders).where(orders.c.id.in_(some)).values({column: to_id}))
    return await note_changes(tx, moves, by, now)


async def note_changes(tx: AsyncConnection, moves: Sequence[Move], by: int | None, now: datetime) -> int:
    """Keeps who it was before, of orders that name somebody else by now; nobody (`by`): the case system says so.
    Returns the id of its first row."""
    first = insert(handovers).values(_handed(moves[0], by, now)).returning(handovers.c.id)
    id_ = int((await tx.execute(first)).scalar_one())
    if moves[1:]:
        await tx.execute(insert(handovers), [_handed(move, by, now) for move in moves[1:]])
    return id_


def _handed(move: Move, by: int | None, now: datetime) -> dict[str, Any]:
    whose = {"order_id": move.order_id, "role": move.part.value, "from_id": move.from_id, "to_id": move.to_id}
    return {**whose, "handed_by": by, "at": now}


async def together(tx: AsyncConnection, id_: int) -> list[Handover]:
    """A hand-over by the id of its first row: that row, and what was handed over with it."""
    first = (await tx.execute(select(handovers).where(handovers.c.id == id_))).one_or_none()
    if first is None:
        return []
    alike = (handovers.c.at, handovers.c.role, handovers.c.from_id, handovers.c.to_id)
    same = (column.is_not_distinct_from(getattr(first, column.name)) for column in alike)
    query = select(handovers).where(*same, handovers.c.id >= id_).order_by(handovers.c.id)
    return [_handover_of(row) for row in await tx.execute(query)]


async def changes_of(tx: AsyncConnection, order_ids: Iterable[int]) -> list[Handover]:
    """Each time that somebody else came to work with one of these orders' individual, the latest first."""
    changed = (handovers.c.order_id.in_(set(order_ids)), handovers.c.from_id.is_not(None))
    query = select(handovers).where(*changed).order_by(handovers.c.at.desc(), handovers.c.id.desc())
    return [_handover_of(row) for row in await tx.execute(query)]


async def note_words(tx: AsyncConnection, ids: Iterable[int], words: str) -> None:
    """What whoever hands over tells whoever takes over, kept with each order."""
    for part in bulk.chunks(ids):
        await tx.execute(update(handovers).where(handovers.c.id.in_(part)).values(words=words))


# ── What is open about whom ─────────────────────────────────────────────────────────────────────────────────────────


async def undecided(tx: AsyncConnection, order_ids: Iterable[int]) -> dict[int, set[int]]:
    """The missed dates of each order that wait for a decision."""
    unknown = outcomes.Outcome.MISSED_REASON_UNKNOWN
    order_of: dict[int, int] = {}
    for part in bulk.chunks(set(order_ids)):
        query = (
            select(appointments.c.id, appointments.c.order_id)
            .join(attendance, attendance.c.appointment_id == appointments.c.id)
            .where(appointments.c.order_id.in_(part), attendance.c.outcome == unknown.value)
        )
        order_of.update({row.id: row.order_id for row in await tx.execute(query)})
    found: dict[int, set[int]] = {}
    for id_, records in (await dates.records(tx, order_of)).items():
        standing = outcomes.standing(records)
        if standing is not None and standing.outcome is unknown:
            found.setdefault(order_of[id_], set()).add(id_)
    return found


async def forms_owed(tx: AsyncConnection, order_ids: Iterable[int]) -> frozenset[int]:
    """Those of these orders that owe a questionnaire which is not answered yet."""
    found: set[int] = set()
    for part in bulk.chunks(set(order_ids)):
        over = (sittings.c.finished_at, sittings.c.declined_at, sittings.c.closed_at)
        unanswered = [at.is_(None) for at in over]
        found |= set(
            (await tx.execute(select(sittings.c.order_id).where(sittings.c.order_id.in_(part), *unanswered))).scalars()
        )
    return frozenset(found)


async def with_open_items(tx: AsyncConnection, order_ids: Iterable[int]) -> frozenset[int]:
    """Those of these orders about which something is open."""
    found: set[int] = set()
    for part in bulk.chunks(set(order_ids)):
        is_open = (items.c.order_id.in_(part), items.c.closed_at.is_(None), items.c.withdrawn_at.is_(None))
        found |= set((await tx.execute(select(items.c.order_id).where(*is_open))).scalars())
    return frozenset(found)


async def notes_waiting(tx: AsyncConnection, individual_ids: Iterable[int]) -> Mapping[int, int]:
    """How many notes about each of these people nobody has taken yet."""
    found: dict[int, int] = {}
    for part in bulk.chunks(set(individual_ids)):
        waits = (notes.c.individual_id.in_(part), notes.c.taken_at.is_(None))
        query = select(notes.c.individual_id, func.count().label("n")).where(*waits).group_by(notes.c.individual_id)
        found.update({row.individual_id: row.n for row in await tx.execute(query)})
    return found


async def closed_since(tx: AsyncConnection, individual_ids: Iterable[int], since: datetime) -> list[int]:
    """The items about these people that were closed from a moment on, in that order."""
    found: list[tuple[datetime, int]] = []
    for part in bulk.chunks(set(individual_ids)):
        closed = (items.c.individual_id.in_(part), items.c.closed_at >= since)
        found += [
            (row.closed_at, row.id) for row in await tx.execute(select(items.c.closed_at, items.c.id).where(*closed))
        ]
    return [id_ for _, id_ in sorted(found)]

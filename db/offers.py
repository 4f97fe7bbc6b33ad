"""Spare places: what is offered to whom, and who has taken it."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, String, and_, bindparam, cast, delete, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import bulk, dates
from db.prepared import Prepared, among
from db.tables import appointments, offered, offers, orders, outbox, places
from domain import attendance as records
from domain.appointments import Appointment, Kind, Place, Status
from domain.attendance import Outcome
from domain.orders import Order, Requirement
from domain.orders import Status as OrderStatus
from domain.outbox import Status as Owing
from domain.places import STOOD_DOWN, Offer, Offered, Said

AnyRow = Row[tuple[Any, ...]]
GONE = "place_gone"  # why a message ended that nobody was told: the last place had been taken


# ── Places, and who has unpaid work to do ───────────────────────────────────────────────────────────────────────────


_PLACES = Prepared(select(places).order_by(places.c.nickname, places.c.id))


async def places_by_id(tx: AsyncConnection) -> dict[int, Place]:
    """Every place, by nickname."""
    return {row.id: dates.place_of(row) for row in await _PLACES.all(tx)}


async def indoor(tx: AsyncConnection) -> list[int]:
    """The places (ids) that no weather touches."""
    return list((await tx.execute(select(places.c.id).where(places.c.indoor).order_by(places.c.id))).scalars())


async def lock_place(tx: AsyncConnection, place_id: int) -> Place:
    """A place, held until the transaction ends: of all who want its last free seat at one moment, one goes first.

    The place and not the offer, because two offers may be of one day. Imports that book dates there do not wait (no key
    changes). SQLite has one writer anyhow.
    """
    query = select(places).where(places.c.id == place_id).with_for_update(key_share=True)
    return dates.place_of((await tx.execute(query)).one())


_WORKING = (
    select(orders)
    .where(orders.c.status == OrderStatus.ACTIVE.value, orders.c.requirements.contains(Requirement.UNPAID_WORK.value))
    .order_by(orders.c.imposed_on, orders.c.id)
)
_WORKING_OF = Prepared(_WORKING.where(among(orders.c.individual_id, "ids")))


async def working(tx: AsyncConnection, individual_ids: Collection[int] | None = None) -> dict[int, list[Order]]:
    """The active orders with unpaid work, of these people or of everybody, by individual, the first imposed first."""
    if individual_ids is None:
        rows = list(await tx.execute(_WORKING))
    else:
        rows = await _WORKING_OF.all(tx, ids=sorted(set(individual_ids)))
    found: dict[int, list[Order]] = {}
    for row in rows:
        found.setdefault(row.individual_id, []).append(dates.order_of(row))
    return found


# ── Sessions ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Squad:
    """A session of unpaid work: its dates, and the hours that most of them have."""

    members: tuple[Appointment, ...]

    @property
    def hours(self) -> tuple[datetime, datetime]:
        return Counter((one.starts_at, one.over_at) for one in self.members).most_common(1)[0][0]

    @property
    def first(self) -> Appointment:
        return self.members[0]


_RUNNING = select(appointments).join(orders, orders.c.id == appointments.c.order_id).where(dates.not_ended())


async def squads(tx: AsyncConnection, first: date, last: date) -> list[Squad]:
    """The sessions of unpaid work at a place from one day to another, by day and start."""
    query = _RUNNING.where(
        appointments.c.day >= first,
        appointments.c.day <= last,
        appointments.c.kind == Kind.UNPAID_WORK.value,
        appointments.c.status == Status.BOOKED.value,
        appointments.c.place_id.is_not(None),
        appointments.c.staff_id.is_not(None),
    )
    found: dict[Any, list[Appointment]] = {}
    for one in map(dates.appointment_of, await tx.execute(query.order_by(appointments.c.starts_at, appointments.c.id))):
        found.setdefault((one.day, one.session), []).append(one)
    return [Squad(tuple(members)) for members in found.values()]


_EXPECTED = Prepared(
    _RUNNING.where(
        appointments.c.place_id == bindparam("place_id"),
        appointments.c.status == Status.BOOKED.value,
        appointments.c.starts_at < bindparam("ends_at"),
        or_(appointments.c.ends_at.is_(None), appointments.c.ends_at > bindparam("starts_at")),
    )
)


async def expected(tx: AsyncConnection, place_id: int, starts_at: datetime, ends_at: datetime) -> int:
    """How many are booked at a place at any time between two moments, whoever runs their session."""
    rows = await _EXPECTED.all(tx, place_id=place_id, starts_at=starts_at, ends_at=ends_at)
    return sum(one.over_at > starts_at for one in map(dates.appointment_of, rows))


async def busy(tx: AsyncConnection, individual_ids: Iterable[int], day: date, but: Collection[int] = ()) -> set[int]:
    """Those of these people who have a date on a day that has not been stood down, and is not about to be (`but`)."""
    on_day: dict[int, int] = {}
    for part in bulk.chunks(set(individual_ids)):
        query = select(appointments.c.id, orders.c.individual_id).join(orders, orders.c.id == appointments.c.order_id)
        booked = (appointments.c.day == day, appointments.c.status == Status.BOOKED.value, dates.not_ended())
        on_day |= {row.id: row.individual_id for row in await tx.execute(query.where(*booked, _of(part)))}
    off = await stood_down(tx, on_day)
    return {individual_id for id_, individual_id in on_day.items() if id_ not in off and id_ not in but}


def _of(individual_ids: Collection[int]) -> Any:
    return orders.c.individual_id.in_(individual_ids)


async def stood_down(tx: AsyncConnection, appointment_ids: Iterable[int]) -> set[int]:
    """Those of these dates that are off, as things stand on record."""
    found = await dates.records(tx, appointment_ids)
    standing = {id_: records.standing(lines) for id_, lines in found.items()}
    return {id_ for id_, one in standing.items() if one is not None and one.outcome is Outcome.STOOD_DOWN_AHEAD}


# ── Offers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _offer_of(row: AnyRow) -> Offer:
    return Offer(
        id=row.id,
        place_id=row.place_id,
        day=row.day,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        places=row.places,
        offered_by=row.offered_by,
        staff_id=row.staff_id,
        cause=row.cause,
        closed_at=row.closed_at,
    )


def _offered_of(row: AnyRow) -> Offered:
    return Offered(row.id, row.offer_id, row.individual_id, row.order_id, row.answer, row.appointment_id)


async def draft(tx: AsyncConnection, now: datetime, **values: Any) -> int:
    """A new offer that nobody has been told of; the same person's earlier ones of that kind go."""
    of_kind = offers.c.cause == values.get("cause", "")
    mine = and_(offers.c.offered_by == values["offered_by"], offers.c.places == 0, of_kind)
    stale = select(offers.c.id).where(mine).scalar_subquery()
    await tx.execute(delete(offered).where(offered.c.offer_id.in_(stale)))
    await tx.execute(delete(offers).where(mine))
    change = insert(offers).values(places=0, at=now, **values).returning(offers.c.id)
    return int((await tx.execute(change)).scalar_one())


async def drafted(tx: AsyncConnection, staff_id: int, place_id: int, day: date, cause: str) -> Offer | None:
    """What a member of staff still looks at, of this place, day and cause."""
    mine = (offers.c.offered_by == staff_id, offers.c.places == 0, offers.c.cause == cause)
    query = select(offers).where(*mine, offers.c.place_id == place_id, offers.c.day == day).order_by(offers.c.id.desc())
    row = (await tx.execute(query)).first()
    return _offer_of(row) if row else None


async def change(tx: AsyncConnection, id_: int, **values: Any) -> None:
    await tx.execute(update(offers).where(offers.c.id == id_).values(**values))


_OFFERS = Prepared(select(offers).where(among(offers.c.id, "ids")))


async def offers_by_id(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, Offer]:
    return {row.id: _offer_of(row) for row in await _OFFERS.all(tx, ids=sorted(set(ids)))}


async def offer(tx: AsyncConnection, id_: int) -> Offer | None:
    return (await offers_by_id(tx, [id_])).get(id_)


async def put(tx: AsyncConnection, offer_id: int, individual_id: int, order_id: int, answer: str = "") -> int:
    """An offer to one person, or their being left out of it; returns its id."""
    mine = (offered.c.offer_id == offer_id, offered.c.individual_id == individual_id)
    await tx.execute(delete(offered).where(*mine))
    values = {"offer_id": offer_id, "individual_id": individual_id, "order_id": order_id, "answer": answer}
    return int((await tx.execute(insert(offered).values(values).returning(offered.c.id))).scalar_one())


async def answer(
    tx: AsyncConnection, id_: int, said: Said | None, now: datetime, appointment_id: int | None = None
) -> None:
    """None: they may answer anew."""
    values = {"answer": said.value if said else "", "answered_at": now, "appointment_id": appointment_id}
    await tx.execute(update(offered).where(offered.c.id == id_).values(values))


_OFFERED = Prepared(select(offered).where(among(offered.c.id, "ids")))


async def offered_by_id(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, Offered]:
    return {row.id: _offered_of(row) for row in await _OFFERED.all(tx, ids=sorted(set(ids)))}


async def taken_as(tx: AsyncConnection, appointment_id: int) -> Offered | None:
    """The offer that a date was taken from; None if it is no such date, or has been given back."""
    mine = (offered.c.appointment_id == appointment_id, offered.c.answer == Said.TAKEN.value)
    row = (await tx.execute(select(offered).where(*mine))).one_or_none()
    return _offered_of(row) if row else None


async def called_off(tx: AsyncConnection, now: datetime) -> list[Offered]:
    """Places that were taken of sessions ahead, and whose dates somebody has cancelled since."""
    query = (
        select(offered)
        .join(offers, offers.c.id == offered.c.offer_id)
        .join(appointments, appointments.c.id == offered.c.appointment_id)
        .where(offered.c.answer == Said.TAKEN.value, offers.c.starts_at > now)
        .where(appointments.c.status != Status.BOOKED.value)
        .order_by(offered.c.id)
    )
    return [_offered_of(row) for row in await tx.execute(query)]


_TO_WHOM = Prepared(select(offered).where(offered.c.offer_id == bindparam("offer_id")).order_by(offered.c.id))


async def to_whom(tx: AsyncConnection, offer_id: int) -> list[Offered]:
    """Everybody whom an offer is about, whoever was left out included."""
    return [_offered_of(row) for row in await _TO_WHOM.all(tx, offer_id=offer_id)]


_TAKEN = Prepared(
    select(func.count().label("number")).where(
        offered.c.offer_id == bindparam("offer_id"), offered.c.answer == Said.TAKEN.value
    )
)


async def taken(tx: AsyncConnection, offer_id: int) -> int:
    """How many places have been taken. One that was given back is free for staff to fill, not for a late tap."""
    (row,) = await _TAKEN.all(tx, offer_id=offer_id)
    return int(row.number)


async def untold(tx: AsyncConnection, offer_id: int) -> set[int]:
    """Everybody (ids) whose message about an offer was cancelled, because the last place had gone."""
    message = outbox.c.subject == literal("offered:") + cast(offered.c.id, String)
    query = select(offered.c.individual_id).join(outbox, message)
    gone = (offered.c.offer_id == offer_id, outbox.c.status == Owing.CANCELLED.value, outbox.c.reason == GONE)
    return set((await tx.execute(query.where(*gone))).scalars())


async def asked(tx: AsyncConnection, place_id: int, day: date, but: int) -> set[int]:
    """Everybody (ids) who has been offered a place there on a day by another offer than this, or is about to be. Whose
    message never went has not been asked; what stood in for a day that was off went with the news of it."""
    message = and_(
        outbox.c.subject == literal("offered:") + cast(offered.c.id, String),
        outbox.c.status.in_((Owing.PLANNED.value, Owing.SENDING.value, Owing.SENT.value)),
    )
    query = (
        select(offered.c.individual_id)
        .join(offers, offers.c.id == offered.c.offer_id)
        .outerjoin(outbox, message)
        .where(offers.c.place_id == place_id, offers.c.day == day, offers.c.id != but, offers.c.places > 0)
        .where(offered.c.answer != Said.LEFT_OUT.value)
        .where(or_(outbox.c.id.is_not(None), offers.c.cause == STOOD_DOWN))
    )
    return set((await tx.execute(query)).scalars())


async def open_of(tx: AsyncConnection, staff_id: int, now: datetime) -> list[Offer]:
    """What a member of staff has offered and can still be taken, by start."""
    mine = (
        offers.c.offered_by == staff_id,
        offers.c.places > 0,
        offers.c.closed_at.is_(None),
        offers.c.starts_at > now,
    )
    return [_offer_of(row) for row in await tx.execute(select(offers).where(*mine).order_by(offers.c.starts_at))]


async def book(tx: AsyncConnection, of: Offer, order_id: int, ref: str, now: datetime) -> int:
    """The date that a taken place becomes; one that was given back is booked again."""
    values = {
        "ref": ref,
        "order_id": order_id,
        "kind": Kind.UNPAID_WORK.value,
        "day": of.day,
        "starts_at": of.starts_at,
        "ends_at": of.ends_at,
        "place_id": of.place_id,
        "staff_id": of.staff_id,
        "status": Status.BOOKED.value,
        "booked_at": now,
    }
    again = update(appointments).where(appointments.c.ref == ref)
    again = again.values(**values, revision=appointments.c.revision + 1).returning(appointments.c.id)
    id_ = (await tx.execute(again)).scalar_one_or_none()
    change = insert(appointments).values(values).returning(appointments.c.id)
    return int(id_ if id_ is not None else (await tx.execute(change)).scalar_one())


async def call_off(tx: AsyncConnection, appointment_id: int) -> None:
    """The date of a place that was given back."""
    change = update(appointments).where(appointments.c.id == appointment_id)
    await tx.execute(change.values(status=Status.CANCELLED.value))

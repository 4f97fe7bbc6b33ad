"""What forms that are owed depend on: dates that were kept, reviews that are booked, who worked with a person; and
which forms wait to be offered, or are over because nobody answered."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import and_, exists, func, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import bulk, dates
from db.prepared import Prepared, among
from db.sittings import Sitting, sitting_of
from db.tables import appointments, attendance, handovers, individuals, milestones, orders, sittings
from domain import offering
from domain.appointments import Kind, Status
from domain.attendance import Outcome, standing
from domain.offering import Dated
from domain.orders import Milestone
from domain.orders import Status as OrderStatus

CAME = (Outcome.ATTENDED_FULL, Outcome.ATTENDED_PART)  # who was sent home has not begun anything
TOLD_OF = (*offering.STARTS, *offering.REVIEWS)
_OPEN = and_(
    sittings.c.finished_at.is_(None), sittings.c.declined_at.is_(None), sittings.c.closed_at.is_(None)
)  # neither answered nor over
_IN_CHAT = or_(sittings.c.way == literal_column("''"), sittings.c.way == literal_column("'chat'"))


async def dated(tx: AsyncConnection, order_ids: Iterable[int], since: date | None) -> list[Dated]:
    """The dates of these orders that say when a form is owed: those that are booked, each with whether they came by the
    record that stands, and the inductions that are on record as a step. `since`: when the caseload was first read."""
    ids = set(order_ids)
    query = select(appointments).where(
        appointments.c.order_id.in_(ids),
        appointments.c.status == Status.BOOKED.value,
    )
    rows = list(await tx.execute(query.order_by(appointments.c.starts_at, appointments.c.id)))
    records = await dates.records(tx, {row.id for row in rows if row.kind in TOLD_OF})
    found = []
    for row in rows:
        stands = standing(records.get(row.id, ()))
        came = stands.outcome in CAME if stands is not None and stands.outcome is not Outcome.TAKEN_BACK else None
        found.append(Dated(row.order_id, Kind(row.kind), row.day, came, row.booked_at is None))
    held = milestones.c.milestone == Milestone.INDUCTION.value
    for step in await tx.execute(select(milestones).where(held, milestones.c.order_id.in_(ids))):
        was_there = step.on_day < since if since is not None else step.recorded_by is None
        found.append(Dated(step.order_id, Kind.INDUCTION, step.on_day, True, was_there))
    return found


async def running(tx: AsyncConnection, order_ids: Collection[int]) -> set[int]:
    """Whose the active ones of these orders are."""
    found: set[int] = set()
    for part in bulk.chunks(set(order_ids)):
        mine = (orders.c.id.in_(part), orders.c.status == OrderStatus.ACTIVE.value)
        found |= set((await tx.execute(select(orders.c.individual_id).where(*mine))).scalars())
    return found


async def begun(tx: AsyncConnection, appointment_ids: Collection[int]) -> set[int]:
    """The individuals of whose dates, of these, one may be the beginning of an active order. That of orders which ran
    when the caseload was first read is left out here already: an import names thousands of dates."""
    found: set[int] = set()
    before = appointments.alias()
    ran = exists().where(before.c.order_id == orders.c.id, before.c.booked_at.is_(None))
    for part in bulk.chunks(set(appointment_ids)):
        query = (
            select(orders.c.individual_id)
            .join(appointments, appointments.c.order_id == orders.c.id)
            .where(
                appointments.c.id.in_(part),
                appointments.c.kind.in_([one.value for one in offering.STARTS]),
                orders.c.status == OrderStatus.ACTIVE.value,
                or_(appointments.c.kind == Kind.INDUCTION.value, ~ran),
            )
        )
        found |= set((await tx.execute(query)).scalars())
    return found


async def waiting(tx: AsyncConnection) -> set[int]:
    """The individuals to whom some form is owed that has not been offered yet."""
    query = select(sittings.c.individual_id).where(sittings.c.offered_at.is_(None), _OPEN)
    return set((await tx.execute(query)).scalars())


async def reviewed_soon(tx: AsyncConnection, first: date, last: date) -> set[int]:
    """The individuals who have a review booked between two days, on an active order."""
    query = (
        select(orders.c.individual_id)
        .join(appointments, appointments.c.order_id == orders.c.id)
        .where(
            appointments.c.kind.in_([one.value for one in offering.REVIEWS]),
            appointments.c.day.between(first, last),
            appointments.c.status == Status.BOOKED.value,
            orders.c.status == OrderStatus.ACTIVE.value,
        )
    )
    return set((await tx.execute(query)).scalars())


_BEGUN = Prepared(
    select(sittings).where(
        among(sittings.c.individual_id, "individuals"), sittings.c.started_at.is_not(None), _OPEN, _IN_CHAT
    )
)


async def begun_in_chat(tx: AsyncConnection, individual_ids: Iterable[int]) -> list[Sitting]:
    """The forms that these people have begun in the chat and have neither sent nor refused."""
    return [sitting_of(row) for row in await _BEGUN.all(tx, individuals=list(set(individual_ids)))]


async def run_out(tx: AsyncConnection, before: datetime) -> list[int]:
    """The forms that nobody answered in time: by id, offered (or owed, where nobody could offer them) before a
    moment."""
    since = func.coalesce(sittings.c.offered_at, sittings.c.owed_at)
    query = select(sittings.c.id).where(_OPEN, since <= before).order_by(sittings.c.id)
    return list((await tx.execute(query)).scalars())


_CONFIRMED = Prepared(
    select(orders.c.id, orders.c.end_confirmed_by).where(
        among(orders.c.id, "ids"), orders.c.end_confirmed_by.is_not(None)
    )
)


async def confirmed(tx: AsyncConnection, order_ids: Iterable[int]) -> dict[int, int]:
    """By whom the end of each of these orders was confirmed, where somebody has."""
    return {row.id: row.end_confirmed_by for row in await _CONFIRMED.all(tx, ids=list(set(order_ids)))}


async def confirm(tx: AsyncConnection, order_id: int, by: int, now: datetime) -> None:
    """Somebody says that it ended as planned. Whoever said so first stands."""
    mine = (orders.c.id == order_id, orders.c.end_confirmed_at.is_(None))
    await tx.execute(update(orders).where(*mine).values(end_confirmed_at=now, end_confirmed_by=by))


async def worked_with(tx: AsyncConnection, individual_id: int) -> frozenset[int]:
    """Everybody on staff who works or worked with a person, or ran a session of theirs."""
    mine = orders.c.individual_id == individual_id
    queries = (
        select(orders.c.officer_id).where(mine),
        select(orders.c.case_manager_id).where(mine),
        select(handovers.c.from_id).join(orders, orders.c.id == handovers.c.order_id).where(mine),
        select(handovers.c.to_id).join(orders, orders.c.id == handovers.c.order_id).where(mine),
        select(appointments.c.staff_id).join(orders, orders.c.id == appointments.c.order_id).where(mine),
        select(attendance.c.recorded_by)
        .join(appointments, appointments.c.id == attendance.c.appointment_id)
        .join(orders, orders.c.id == appointments.c.order_id)
        .where(mine),
        select(individuals.c.youth_consent_by).where(individuals.c.id == individual_id),
    )
    found: set[int | None] = set()
    for query in queries:
        found |= set((await tx.execute(query.distinct())).scalars())
    return frozenset(one for one in found if one is not None)

"""What forms that are owed depend on: dates that were kept, reviews that are booked, who worked with a person; and
which forms wait to be offered, or are over because nobody answered."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, literal_column, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates
from db.prepared import Prepared, Reading, among, together
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


_BOOKED = Prepared(
    select(
        appointments.c.id, appointments.c.order_id, appointments.c.kind, appointments.c.day, appointments.c.booked_at
    )
    .where(among(appointments.c.order_id, "orders"), appointments.c.status == Status.BOOKED.value)
    .order_by(appointments.c.starts_at, appointments.c.id)
)
_INDUCTIONS = Prepared(
    select(milestones.c.order_id, milestones.c.on_day, milestones.c.recorded_by).where(
        among(milestones.c.order_id, "orders"), milestones.c.milestone == Milestone.INDUCTION.value
    )
)


async def dated(tx: AsyncConnection, order_ids: Iterable[int], since: date | None) -> list[Dated]:
    """The dates of these orders that say when a form is owed: those that are booked, each with whether they came by the
    record that stands, and the inductions that are on record as a step. `since`: when the caseload was first read."""
    ids = set(order_ids)
    booked, held = Reading(_BOOKED, list, orders=list(ids)), Reading(_INDUCTIONS, list, orders=list(ids))
    await together(tx, booked, held)
    records = await dates.records(tx, {row.id for row in booked.found if row.kind in TOLD_OF})
    found = []
    for row in booked.found:
        stands = standing(records.get(row.id, ()))
        came = stands.outcome in CAME if stands is not None and stands.outcome is not Outcome.TAKEN_BACK else None
        found.append(Dated(row.order_id, Kind(row.kind), row.day, came, row.booked_at is None))
    for step in held.found:
        was_there = step.on_day < since if since is not None else step.recorded_by is None
        found.append(Dated(step.order_id, Kind.INDUCTION, step.on_day, True, was_there))
    return found


_ACTIVE = orders.c.status == OrderStatus.ACTIVE.value
_RUNNING = Prepared(select(orders.c.individual_id).where(among(orders.c.id, "ids"), _ACTIVE))


async def running(tx: AsyncConnection, order_ids: Collection[int]) -> set[int]:
    """Whose the active ones of these orders are."""
    return _individuals(await _RUNNING.all(tx, ids=list(set(order_ids)))) if order_ids else set()


_EARLIER = appointments.alias()
_RAN = exists().where(_EARLIER.c.order_id == orders.c.id, _EARLIER.c.booked_at.is_(None))
_BEGINS = Prepared(
    select(orders.c.individual_id)
    .join(appointments, appointments.c.order_id == orders.c.id)
    .where(
        among(appointments.c.id, "ids"),
        or_(*(appointments.c.kind == one.value for one in sorted(offering.STARTS))),
        _ACTIVE,
        or_(appointments.c.kind == Kind.INDUCTION.value, ~_RAN),
    )
)


async def begun(tx: AsyncConnection, appointment_ids: Collection[int]) -> set[int]:
    """The individuals of whose dates, of these, one may be the beginning of an active order. That of orders which ran
    when the caseload was first read is left out here already: an import names thousands of dates."""
    return _individuals(await _BEGINS.all(tx, ids=list(set(appointment_ids)))) if appointment_ids else set()


_RUN_OUT = Prepared(
    select(sittings.c.id)
    .where(_OPEN, func.coalesce(sittings.c.offered_at, sittings.c.owed_at) <= bindparam("before"))
    .order_by(sittings.c.id)
)
_UNOFFERED = Prepared(select(sittings.c.individual_id).where(sittings.c.offered_at.is_(None), _OPEN))
_REVIEWED_SOON = Prepared(
    select(orders.c.individual_id)
    .join(appointments, appointments.c.order_id == orders.c.id)
    .where(
        or_(*(appointments.c.kind == one.value for one in sorted(offering.REVIEWS))),
        appointments.c.day.between(bindparam("first"), bindparam("last")),
        appointments.c.status == Status.BOOKED.value,
        _ACTIVE,
    )
)


def reading_late(before: datetime) -> Reading[list[int]]:
    """The forms that nobody answered in time: by id, offered (or owed, where nobody could offer them) before a
    moment."""
    return Reading(_RUN_OUT, lambda rows: [row.id for row in rows], before=before)


def reading_waiting() -> Reading[set[int]]:
    """The individuals to whom some form is owed that has not been offered yet."""
    return Reading(_UNOFFERED, _individuals)


def reading_reviewed(first: date, last: date) -> Reading[set[int]]:
    """The individuals who have a review booked between two days, on an active order."""
    return Reading(_REVIEWED_SOON, _individuals, first=first, last=last)


def _individuals(rows: Iterable[Any]) -> set[int]:
    return {row.individual_id for row in rows}


_BEGUN = Prepared(
    select(sittings).where(
        among(sittings.c.individual_id, "individuals"), sittings.c.started_at.is_not(None), _OPEN, _IN_CHAT
    )
)


async def begun_in_chat(tx: AsyncConnection, individual_ids: Iterable[int]) -> list[Sitting]:
    """The forms that these people have begun in the chat and have neither sent nor refused."""
    return [sitting_of(row) for row in await _BEGUN.all(tx, individuals=list(set(individual_ids)))]


_CONFIRMED = Prepared(
    select(orders.c.id, orders.c.end_confirmed_by).where(
        among(orders.c.id, "ids"), orders.c.end_confirmed_by.is_not(None)
    )
)


async def confirmed(tx: AsyncConnection, order_ids: Iterable[int]) -> dict[int, int]:
    """By whom the end of each of these orders was confirmed, where somebody has."""
    return await reading_confirmed(order_ids).alone(tx)


def reading_confirmed(order_ids: Iterable[int]) -> Reading[dict[int, int]]:
    return Reading(_CONFIRMED, lambda rows: {row.id: row.end_confirmed_by for row in rows}, ids=list(set(order_ids)))


async def confirm(tx: AsyncConnection, order_id: int, by: int, now: datetime) -> None:
    """Somebody says that it ended as planned. Whoever said so first stands."""
    mine = (orders.c.id == order_id, orders.c.end_confirmed_at.is_(None))
    await tx.execute(update(orders).where(*mine).values(end_confirmed_at=now, end_confirmed_by=by))


def _worked_with() -> Prepared:
    mine = orders.c.individual_id == bindparam("individual_id")
    handed_over = select(handovers.c.from_id).join(orders, orders.c.id == handovers.c.order_id).where(mine)
    recorded = (
        select(attendance.c.recorded_by)
        .join(appointments, appointments.c.id == attendance.c.appointment_id)
        .join(orders, orders.c.id == appointments.c.order_id)
        .where(mine)
    )
    return Prepared(
        union(
            select(orders.c.officer_id.label("id")).where(mine),
            select(orders.c.case_manager_id).where(mine),
            handed_over,
            handed_over.with_only_columns(handovers.c.to_id),
            select(appointments.c.staff_id).join(orders, orders.c.id == appointments.c.order_id).where(mine),
            recorded,
            select(individuals.c.youth_consent_by).where(individuals.c.id == bindparam("individual_id")),
        )
    )


_WORKED_WITH = _worked_with()


async def worked_with(tx: AsyncConnection, individual_id: int) -> frozenset[int]:
    """Everybody on staff who works or worked with a person, or ran a session of theirs."""
    rows = await _WORKED_WITH.all(tx, individual_id=individual_id)
    return frozenset(row.id for row in rows if row.id is not None)

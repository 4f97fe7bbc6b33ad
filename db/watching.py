"""How the service stands, in numbers: read by whoever watches over it. Nothing here opens a sealed column."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, literal_column, or_, select, text, true
from sqlalchemy.ext.asyncio import AsyncConnection

from db.outbox import row_of
from db.prepared import Prepared
from db.tables import PUT_OFF, chats, deliveries, inbox, items, outbox, staff
from domain.outbox import Row, Status
from domain.people import Role
from domain.retrying import DUE_FIRST


@dataclass(frozen=True)
class Waiting:
    """So many wait; `oldest` since when."""

    number: int
    oldest: datetime | None


@dataclass(frozen=True)
class FellDue:
    """What became of the messages that fell due in a span of time. `late`: sent only after it, or late by itself."""

    late: int
    missed: int


def _due(now: datetime) -> ColumnElement[bool]:
    """What could be sent: due, or left in the middle by a process whose lease has run out. Not what was tried and put
    off, see `put_off`."""
    planned = and_(outbox.c.status == Status.PLANNED.value, outbox.c.due_at <= now)
    left = and_(outbox.c.status == Status.SENDING.value, outbox.c.leased_until <= now)
    return and_(or_(planned, left), text(f"NOT ({PUT_OFF})"))


async def by_status(tx: AsyncConnection) -> Mapping[str, int]:
    """Every row of the outbox, counted off an index: 10 ms for 100,000 rows."""
    found = await tx.execute(select(outbox.c.status, func.count().label("number")).group_by(outbox.c.status))
    return {row.status: row.number for row in found}


async def due(tx: AsyncConnection, now: datetime) -> Waiting:
    """What is due and has not been tried."""
    row = (await tx.execute(select(func.count().label("number"), func.min(outbox.c.due_at)).where(_due(now)))).one()
    return Waiting(row[0], row[1])


_PUT_OFF = Prepared(
    select(outbox).where(
        outbox.c.status.in_([literal_column(f"'{one.value}'") for one in (Status.PLANNED, Status.SENDING)]),
        text(PUT_OFF),
    )
)


async def put_off(tx: AsyncConnection) -> list[Row]:
    """What trouble on the way has put off, whenever it is tried again, and what of it is just being tried."""
    return [row_of(row) for row in await _PUT_OFF.all(tx)]


_LAST_ACCEPTED = Prepared(
    select(deliveries.c.accepted_at)
    .where(deliveries.c.id > literal_column("0"))
    .order_by(deliveries.c.id.desc())
    .limit(1)
)


async def last_accepted(tx: AsyncConnection) -> datetime | None:
    """When Telegram last took something that was owed."""
    last = await _LAST_ACCEPTED.first(tx)
    return last.accepted_at if last is not None else None


async def late_alerts(tx: AsyncConnection, now: datetime, before: datetime) -> int:
    """Messages about open items that staff should have had before a moment, and that have not been tried."""
    late = and_(_due(now), outbox.c.family == "ladder", outbox.c.due_at < before)
    return int((await tx.execute(select(func.count()).select_from(outbox).where(late))).scalar_one())


async def updates(tx: AsyncConnection) -> tuple[Waiting, int]:
    """Updates that wait for their answer; and how many were set aside after they had failed."""
    columns = (func.count().label("number"), func.min(inbox.c.received_at))
    row = (await tx.execute(select(*columns).where(inbox.c.parked_at.is_(None)))).one()
    parked = select(func.count()).select_from(inbox).where(inbox.c.parked_at.is_not(None))
    return Waiting(row[0], row[1]), int((await tx.execute(parked)).scalar_one())


async def open_items(tx: AsyncConnection) -> Mapping[tuple[str, bool], int]:
    """What is open, counted by its kind and whether somebody has taken it on."""
    taken = items.c.claimed_by.is_not(None).label("taken")
    is_open = (items.c.withdrawn_at.is_(None), items.c.closed_at.is_(None))
    query = select(items.c.kind, taken, func.count().label("number")).where(*is_open).group_by(items.c.kind, taken)
    return {(row.kind, bool(row.taken)): row.number for row in await tx.execute(query)}


async def managers_linked(tx: AsyncConnection, today: date) -> int:
    """How many managers can be told something: neither gone nor away, with a chat that Telegram reaches."""
    away = and_(staff.c.away_from <= today, staff.c.away_until >= today)
    at_work = and_(or_(staff.c.active_until.is_(None), staff.c.active_until >= today), func.coalesce(~away, true()))
    linked = (chats.c.unlinked_at.is_(None), chats.c.unreachable_at.is_(None))
    query = select(staff.c.id, staff.c.roles).join(chats, chats.c.staff_id == staff.c.id).where(at_work, *linked)
    return len({row.id for row in await tx.execute(query) if Role.MANAGER in row.roles.split("+")})


async def fell_due(tx: AsyncConnection, start: datetime, end: datetime, late: timedelta) -> FellDue:
    """What became of what was first due before one moment and has come to an end since it was due after another: what
    trouble put off is due anew at each try."""
    columns = (outbox.c.status, outbox.c.due_at, outbox.c.settled_at, outbox.c.params)
    ended = outbox.c.status.in_((Status.SENT.value, Status.MISSED.value))
    found = (await tx.execute(select(*columns).where(ended, outbox.c.due_at >= start))).all()
    fell = [(row, moment) for row in found if (moment := _due_first(row)) < end]
    sent = [(row, moment) for row, moment in fell if row.status == Status.SENT.value]
    return FellDue(
        sum(row.settled_at >= end or row.settled_at - moment > late for row, moment in sent),
        sum(row.status == Status.MISSED.value for row, _ in fell),
    )


def _due_first(row: Any) -> datetime:
    seconds = row.params.get(DUE_FIRST)
    return datetime.fromtimestamp(seconds, UTC) if seconds is not None else row.due_at


async def revision(tx: AsyncConnection) -> str:
    """The migration that the database stands at."""
    return str((await tx.execute(text("SELECT version_num FROM alembic_version"))).scalar_one())

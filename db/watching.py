"""How the service stands, in numbers: read by whoever watches over it. Nothing here opens a sealed column."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, text, true
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import chats, inbox, items, outbox, staff
from domain.outbox import Status
from domain.people import Role


@dataclass(frozen=True)
class Waiting:
    """So many wait; `oldest` since when."""

    number: int
    oldest: datetime | None


@dataclass(frozen=True)
class FellDue:
    """What became of the messages that fell due in a span of time. `late`: sent only after it."""

    late: int
    missed: int


def _due(now: datetime) -> ColumnElement[bool]:
    """What could be sent: due, or left in the middle by a process whose lease has run out."""
    planned = and_(outbox.c.status == Status.PLANNED.value, outbox.c.due_at <= now)
    return or_(planned, and_(outbox.c.status == Status.SENDING.value, outbox.c.leased_until <= now))


async def by_status(tx: AsyncConnection) -> Mapping[str, int]:
    """Every row of the outbox, counted off an index: 10 ms for 100,000 rows."""
    found = await tx.execute(select(outbox.c.status, func.count().label("number")).group_by(outbox.c.status))
    return {row.status: row.number for row in found}


async def due(tx: AsyncConnection, now: datetime) -> Waiting:
    """What is due and has not been sent."""
    row = (await tx.execute(select(func.count().label("number"), func.min(outbox.c.due_at)).where(_due(now)))).one()
    return Waiting(row[0], row[1])


async def late_alerts(tx: AsyncConnection, now: datetime, before: datetime) -> int:
    """Messages about open items that staff should have had before a moment."""
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


async def fell_due(tx: AsyncConnection, start: datetime, end: datetime) -> FellDue:
    """What became of what fell due from one moment to another (excluded), once it has come to an end."""
    ended = outbox.c.status.in_((Status.SENT.value, Status.MISSED.value))
    query = select(outbox.c.status, outbox.c.settled_at).where(ended, outbox.c.due_at >= start, outbox.c.due_at < end)
    found = (await tx.execute(query)).all()
    late = sum(row.status == Status.SENT.value and row.settled_at >= end for row in found)
    return FellDue(late, sum(row.status == Status.MISSED.value for row in found))


async def revision(tx: AsyncConnection) -> str:
    """The migration that the database stands at."""
    return str((await tx.execute(text("SELECT version_num FROM alembic_version"))).scalar_one())

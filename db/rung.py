"""Calls about dates: whom staff have told on the telephone, and which calls would do no good any more."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db import bulk
from db.items import items_by_id
from db.tables import appointments, items, outbox
from domain.appointments import Status
from domain.changes import IMPORTANT, NOT_TOLD, RING, TOLD_BY_VOICE
from domain.compliance import Ending, Item, Kind
from domain.outbox import ABOUT_APPOINTMENT, Row

_UNSAID = (Ending.NO_ANSWER.value, Ending.NOT_NEEDED.value)  # how a call ends that has told nobody
_ABOUT = outbox.c.key == func.substr(items.c.once, len(RING) + 1)  # a call is named after the row that it stands for
_AHEAD = and_(items.c.reason == NOT_TOLD, outbox.c.kind.in_(sorted(ABOUT_APPOINTMENT)))  # nobody had told them of it
_OFF = and_(or_(items.c.reason == IMPORTANT, _AHEAD), appointments.c.status != Status.BOOKED.value)
_OVERTAKEN = and_(items.c.reason == NOT_TOLD, outbox.c.revision.not_in((0, appointments.c.revision)))


async def heard(tx: AsyncConnection, rows: Mapping[int, Sequence[Row]]) -> dict[int, list[Row]]:
    """The same rows about dates; those whose word somebody has said on the telephone say so."""
    said: set[str] = set()
    for names in bulk.chunks(f"{RING}{row.owed.key}" for theirs in rows.values() for row in theirs):
        done = (items.c.closed_at.is_not(None), items.c.withdrawn_at.is_(None), items.c.outcome.not_in(_UNSAID))
        said |= set((await tx.execute(select(items.c.once).where(items.c.once.in_(names), *done))).scalars())
    return {
        id_: [replace(row, reason=TOLD_BY_VOICE) if f"{RING}{row.owed.key}" in said else row for row in theirs]
        for id_, theirs in rows.items()
    }


async def needless(tx: AsyncConnection) -> list[Item]:
    """The open ones that would do no good any more: of an important date, or one that nobody told them of, which is
    off; and of what was not told and is not so."""
    query = (
        select(items.c.id)
        .join(appointments, appointments.c.id == items.c.appointment_id)
        .join(outbox, _ABOUT)
        .where(items.c.kind == Kind.RING.value, items.c.withdrawn_at.is_(None), items.c.closed_at.is_(None))
        .where(or_(_OFF, _OVERTAKEN))
        .order_by(items.c.id)
    )
    found = await items_by_id(tx, (await tx.execute(query)).scalars())
    return [found[id_] for id_ in sorted(found)]

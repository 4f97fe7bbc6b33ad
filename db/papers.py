"""What the papers about one order need that nothing else does: all its dates, and all answers to them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from db import bulk
from db.tables import appointments, replies
from domain.appointments import Answer, Reply
from domain.history import Answered


async def dates_of(tx: AsyncConnection, order_id: int, until: datetime) -> list[int]:
    """The dates of one order that have begun, cancelled ones too, in order."""
    query = select(appointments.c.id).where(appointments.c.order_id == order_id, appointments.c.starts_at <= until)
    return list((await tx.execute(query.order_by(appointments.c.starts_at, appointments.c.id))).scalars())


async def answers(tx: AsyncConnection, appointment_ids: Iterable[int]) -> dict[int, list[Answered]]:
    """What was answered about these dates, however each stood then, in the order in which it came."""
    found: dict[int, list[Answered]] = {}
    for part in bulk.chunks(set(appointment_ids)):
        query = select(replies).where(replies.c.appointment_id.in_(part)).order_by(replies.c.id)
        for row in await tx.execute(query):
            reply = Reply(Answer(row.answer), row.at, row.reason)
            found.setdefault(row.appointment_id, []).append(Answered(reply, row.revision))
    return found

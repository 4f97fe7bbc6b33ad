"""What the papers about one order need that nothing else does: all its dates."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import appointments


async def dates_of(tx: AsyncConnection, order_id: int, until: datetime) -> list[int]:
    """The dates of one order that have begun, cancelled ones too, in order."""
    query = select(appointments.c.id).where(appointments.c.order_id == order_id, appointments.c.starts_at <= until)
    return list((await tx.execute(query.order_by(appointments.c.starts_at, appointments.c.id))).scalars())

"""Text messages of which something may be missing: whether one that came in is known, and which have no receipt."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import bulk
from db.outbox import SEVERAL
from db.tables import said, texts


async def known(tx: AsyncConnection, references: Iterable[str]) -> set[str]:
    """Those of these names, of the gateway's, that are on record."""
    found: set[str] = set()
    for part in bulk.chunks(set(references)):
        query = select(texts.c.reference).where(texts.c.reference.in_(part))
        found |= set((await tx.execute(query)).scalars())
    return found


async def without_receipt(tx: AsyncConnection, spans: Sequence[tuple[datetime, datetime]]) -> list[str]:
    """The names of the messages that the gateway accepted within one of these spans, and of which no more is known."""
    accepted = or_(*(and_(texts.c.accepted_at >= since, texts.c.accepted_at < until) for since, until in spans))
    query = select(texts.c.reference).where(texts.c.receipt == "", accepted).order_by(texts.c.id)
    names = (await tx.execute(query)).scalars()
    return list(dict.fromkeys(name.partition(SEVERAL)[0] for name in names))


async def said_then(tx: AsyncConnection, update_ids: Sequence[int], at: datetime) -> None:
    """What these have just brought was said then."""
    await tx.execute(update(said).where(said.c.update_id.in_(update_ids)).values(at=at))

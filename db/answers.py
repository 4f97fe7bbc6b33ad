"""What was answered at the start and at reviews, while it is tied to a person. Nothing here reads what was answered at
the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import answers, sittings
from domain.offering import END


@dataclass(frozen=True)
class Filed:
    """One form as it was sent: by question the option ids, or the words."""

    occasion: str
    ref: str
    finished_at: datetime
    answers: Mapping[str, tuple[str | None, str | None]]


async def given(tx: AsyncConnection, individual_id: int) -> list[Filed]:
    """Those of the order about which the person last answered, in order."""
    sent = (sittings.c.finished_at.is_not(None), sittings.c.withdrawn_at.is_(None), sittings.c.settled_at.is_(None))
    mine = (sittings.c.individual_id == individual_id, sittings.c.occasion != END, *sent)
    query = select(sittings).where(*mine).order_by(sittings.c.finished_at, sittings.c.id)
    found = (await tx.execute(query)).all()
    last = found[-1].order_id if found else None
    return [
        Filed(row.occasion, f"{row.form}@{row.version}", row.finished_at, await _answers(tx, row.form_id))
        for row in found
        if row.order_id == last
    ]


async def _answers(tx: AsyncConnection, form_id: str) -> dict[str, tuple[str | None, str | None]]:
    query = select(answers).where(answers.c.form_id == form_id).order_by(answers.c.id)
    return {row.question: (row.value, row.words) for row in await tx.execute(query)}

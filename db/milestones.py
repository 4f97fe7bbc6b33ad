"""The steps of orders, as staff put them on record: the one writer beside the import."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import milestones
from domain.orders import Milestone


async def put(
    tx: AsyncConnection, order_id: int, milestone: Milestone, day: date, by: int, now: datetime, reason: str = ""
) -> bool:
    """Puts a step on record; False if it stands already, whoever said so. Of two reasons given for one step the later
    stands; what the export said stays the export's."""
    which = _which(order_id, milestone, day)
    known = (await tx.execute(select(milestones.c.id, milestones.c.recorded_by).where(*which))).first()
    mine = {"recorded_by": by, "recorded_at": now}
    if known is None:
        key = {"order_id": order_id, "milestone": milestone.value, "on_day": day}
        await tx.execute(insert(milestones).values(**key, **mine, late_reason=reason or None))
    elif reason:
        said = {"late_reason": reason, **(mine if known.recorded_by is not None else {})}
        await tx.execute(update(milestones).where(milestones.c.id == known.id).values(said))
    return known is None


async def take_back(tx: AsyncConnection, order_id: int, milestone: Milestone, day: date) -> bool:
    """Removes a step that was tapped by mistake; what the export said stays. False if there was none."""
    mine = (*_which(order_id, milestone, day), milestones.c.recorded_by.is_not(None))
    return (await tx.execute(delete(milestones).where(*mine))).rowcount > 0


def _which(order_id: int, milestone: Milestone, day: date) -> tuple[ColumnElement[bool], ...]:
    return (
        milestones.c.order_id == order_id,
        milestones.c.milestone == milestone.value,
        milestones.c.on_day == day,
    )

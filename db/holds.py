"""Holds: days on which nobody is expected, by order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import holds
from domain.orders import Hold


@dataclass(frozen=True)
class Held:
    """One order's hold. `until` is the last day, included; none: until it is lifted."""

    id: int
    order_id: int
    kind: Hold
    since: date
    until: date | None


async def on(tx: AsyncConnection, order_ids: Iterable[int], day: date) -> list[Held]:
    """The holds of these orders that cover a day."""
    covers = (holds.c.from_day <= day, or_(holds.c.until_day.is_(None), holds.c.until_day >= day))
    query = select(holds).where(holds.c.order_id.in_(set(order_ids)), *covers).order_by(holds.c.id)
    return [Held(row.id, row.order_id, Hold(row.kind), row.from_day, row.until_day) for row in await tx.execute(query)]


async def add(tx: AsyncConnection, ref: str, order_id: int, kind: Hold, since: date, set_by: int) -> None:
    """A hold that somebody on staff sets, until it is lifted."""
    values = {"ref": ref, "order_id": order_id, "kind": kind.value, "from_day": since, "set_by": set_by}
    await tx.execute(insert(holds).values(values))


async def end(tx: AsyncConnection, ids: Sequence[int], until: date) -> None:
    """The last day of these holds; a day before their first leaves them as a note that they were set and lifted."""
    await tx.execute(update(holds).where(holds.c.id.in_(ids)).values(until_day=until))

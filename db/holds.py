"""Holds: days on which nobody is expected, by order."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.prepared import Prepared, Reading, among
from db.tables import appointments, holds
from domain.orders import Hold


@dataclass(frozen=True)
class Held:
    """One order's hold. `until` is the last day, included; none: until it is lifted."""

    id: int
    order_id: int
    kind: Hold
    since: date
    until: date | None

    def covers(self, day: date) -> bool:
        """Whether nobody is expected on that day."""
        return self.since <= day and (self.until is None or day <= self.until)


_OF = Prepared(select(holds).where(among(holds.c.order_id, "orders")).order_by(holds.c.id))
_THEIRS = select(appointments.c.order_id).where(among(appointments.c.id, "ids"))
_BEHIND = Prepared(select(holds).where(holds.c.order_id.in_(_THEIRS)).order_by(holds.c.id))


def reading_of(order_ids: Iterable[int]) -> Reading[list[Held]]:
    """Every hold of these orders, in the order in which they were set."""
    return Reading(_OF, _every_one, orders=list(set(order_ids)))


def _every_one(rows: Iterable[Any]) -> list[Held]:
    return [Held(row.id, row.order_id, Hold(row.kind), row.from_day, row.until_day) for row in rows]


async def on(tx: AsyncConnection, order_ids: Iterable[int], day: date) -> list[Held]:
    """The holds of these orders that cover a day."""
    return [one for one in await reading_of(order_ids).alone(tx) if one.covers(day)]


async def kinds_on(tx: AsyncConnection, pairs: Sequence[tuple[int, date]]) -> dict[tuple[int, date], Hold]:
    """The kind of hold on each (order id, day) that has one."""
    return kinds(await reading_of(order_id for order_id, _ in pairs).alone(tx), pairs)


def kinds(found: Sequence[Held], pairs: Sequence[tuple[int, date]]) -> dict[tuple[int, date], Hold]:
    """The same of holds that are known."""
    return {
        (order_id, day): one.kind
        for order_id, day in pairs
        for one in found
        if one.order_id == order_id and one.covers(day)
    }


def reading_behind(appointment_ids: Iterable[int]) -> Reading[list[Held]]:
    """Every hold of the orders that these dates belong to, in the order in which they were set."""
    return Reading(_BEHIND, _every_one, ids=list(set(appointment_ids)))


async def add(tx: AsyncConnection, ref: str, order_id: int, kind: Hold, since: date, set_by: int) -> None:
    """A hold that somebody on staff sets, until it is lifted."""
    values = {"ref": ref, "order_id": order_id, "kind": kind.value, "from_day": since, "set_by": set_by}
    await tx.execute(insert(holds).values(values))


async def end(tx: AsyncConnection, ids: Sequence[int], until: date) -> None:
    """The last day of these holds; a day before their first leaves them as a note that they were set and lifted."""
    await tx.execute(update(holds).where(holds.c.id.in_(ids)).values(until_day=until))

"""After a time in which nobody was there to send: what came due of one ladder goes a step at a time. The first step
goes now, and each after it is counted from the one before, as after a pause."""

from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db import items, outbox
from domain.compliance import Item
from domain.outbox import Row, Status, Subject
from usecases import ladders
from usecases.service import Service
from usecases.watching import LATE

log = structlog.get_logger()


async def in_turn(service: Service, tx: AsyncConnection, claimed: list[Row], now: datetime) -> list[Row]:
    """Of rows that have just been claimed those whose turn it is. A step that has been due for so long shows that
    nobody looked: what trouble puts off is due later each time."""
    steps = [row for row in claimed if row.owed.family == ladders.FAMILY]
    late = {row.owed.subject for row in steps if now - row.owed.due_at > LATE}
    if not late:
        return claimed
    given_back: set[int] = set()
    for item in (await items.items_by_id(tx, {one.id for one in late})).values():
        about = Subject("item", item.id)
        due = {row.owed.step for row in await outbox.about(tx, about) if _is_due(row, item, now)}
        mine = [row for row in steps if row.owed.subject == about]
        given_back |= await ladders.go_on(service, tx, item, due, now, "planned_anew", mine)
    log.info("steps_in_turn", items=len(late), given_back=len(given_back))
    return [row for row in claimed if row.id not in given_back]


def _is_due(row: Row, item: Item, now: datetime) -> bool:
    """Whether it is a step that is due, claimed or not: more may be due than was claimed at once."""
    of_ladder = (row.owed.family, row.owed.revision) == (ladders.FAMILY, item.round)
    return of_ladder and row.status in (Status.PLANNED, Status.SENDING) and row.owed.due_at <= now

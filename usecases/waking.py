"""After a time in which nobody was there to send: what came due of one ladder goes a step at a time. The first step
goes now, and each after it is counted from the one before, as after a pause."""

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db import items, outbox
from domain.compliance import Item
from domain.outbox import Row, Status, Subject
from usecases import ladders
from usecases.service import Service
from usecases.watching import LATE

FAMILY = "ladder"
log = structlog.get_logger()


async def in_turn(service: Service, tx: AsyncConnection, claimed: list[Row], now: datetime) -> list[Row]:
    """Of rows that have just been claimed those whose turn it is. A step that has been due for so long shows that
    nobody looked: what trouble puts off is due later each time."""
    late = {row.owed.subject for row in claimed if row.owed.family == FAMILY and now - row.owed.due_at > LATE}
    if not late:
        return claimed
    given_back: set[int] = set()
    for item in (await items.items_by_id(tx, {one.id for one in late})).values():
        mine = [row for row in claimed if row.owed.family == FAMILY and row.owed.subject == Subject("item", item.id)]
        given_back |= await _go_on(service, tx, item, mine, now)
    log.info("steps_in_turn", items=len(late), given_back=len(given_back))
    return [row for row in claimed if row.id not in given_back]


async def _go_on(service: Service, tx: AsyncConnection, item: Item, mine: Sequence[Row], now: datetime) -> set[int]:
    """Plans the steps anew that come after the first that is due; says which rows of `mine` are among them."""
    about = Subject("item", item.id)
    steps = [step.to for step in service.policy.ladders.of(item)]
    rows = [
        row for row in await outbox.about(tx, about) if (row.owed.family, row.owed.revision) == (FAMILY, item.round)
    ]
    open_ = [row for row in rows if row.status in (Status.PLANNED, Status.SENDING)]
    due = {row.owed.step for row in open_ if row.owed.due_at <= now}
    first = next((to for to in steps if to.value in due), None)
    if first is None:
        return set()
    after = {to.value for to in steps[steps.index(first) + 1 :]}
    back = [row for row in mine if row.owed.step in after]
    for row in back:
        await outbox.postpone(tx, row.id, row.owed.due_at, row.reason)
    stays = [row.owed for row in open_ if row.owed.step not in after]
    climbs = await ladders.climb(service, tx, item, now, first)
    wanted = {owed.key: owed for owed in (*climbs, *stays)}
    await outbox.plan(tx, [about], FAMILY, list(wanted.values()), now, "planned_anew")
    return {row.id for row in back}

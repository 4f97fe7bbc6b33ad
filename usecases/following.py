"""By when somebody must have spoken to a person, and what happens when nobody has: asked once, then a manager's.

Everything is owed when it is raised; nothing is looked for by a job. Saying *I'm dealing with it* stops none of it. A
contact, a decision or an answer on record does: that is looked at when each message falls due.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import following as store
from db import items, outbox
from domain import compliance, heeding
from domain.compliance import FOLLOW_UP, LISTED, NUMBER, PUT_ON_LIST, PUT_UNDECIDED, Item, Kind
from domain.outbox import Owed, Subject, To
from usecases.service import Service

GATHER = timedelta(minutes=1)  # what comes on the list within it is told in one message
WHY = {  # something comes on the list, by the kind of the row that puts it there
    PUT_ON_LIST: "not_followed_up",  # no contact and no decision by its moment
    PUT_UNDECIDED: "not_decided",  # a contact, and no decision after it
}


async def begin(service: Service, tx: AsyncConnection, item: Item, climb: Sequence[Owed]) -> Item:
    """Starts the clocks of something that has just been raised, whose ladder is `climb`."""
    if item.kind is Kind.CANNOT and climb[1:]:
        later = [_number(item, second) for second in climb[1:2] if second.due_at > item.raised_at]
        await outbox.plan(tx, [_about(item)], NUMBER, later, service.clock.now(), "raised_again")
    if item.kind in compliance.FOLLOWED:
        item = await _follow(service, tx, item, await _by(service, tx, item))
    if item.kind is Kind.NEED:
        item = await _follow(service, tx, item, heeding.by(heeding.When(item.reason), item.raised_at, service.calendar))
    return item


def _about(item: Item) -> Subject:
    return Subject("item", item.id)


def _number(item: Item, second: Owed) -> Owed:
    """Whoever waits for an answer is given a number to ring when somebody else is told. If that is at once, they have
    just been given it."""
    return replace(second, kind=NUMBER, to=To.INDIVIDUAL, step="number", params={}, family=NUMBER)


async def _by(service: Service, tx: AsyncConnection, item: Item) -> datetime:
    """Counted from the alert, by the dates that are booked now."""
    next_work = await store.next_work(tx, item.individual_id, item.raised_at)
    return compliance.follow_up_by(item.raised_at, next_work, service.calendar, service.policy.ladders.follow_up)


async def _follow(service: Service, tx: AsyncConnection, item: Item, by: datetime) -> Item:
    """Kept with the item, because it is what its reader was told."""
    item = replace(item, follow_up_at=by)
    await items.change_item(tx, item.id, follow_up_at=by)
    wanted = compliance.plan_follow_up(item, service.calendar, service.policy.ladders)
    await outbox.plan(tx, [_about(item)], FOLLOW_UP, wanted, service.clock.now(), "planned_anew")
    return item


async def reopen(service: Service, tx: AsyncConnection, item: Item) -> Item:
    """Open again, because what its end rested on is in question; the clock for following it up begins anew."""
    await items.change_item(tx, item.id, closed_at=None)
    again = replace(item, closed_at=None, raised_at=service.clock.now())
    return replace(await begin(service, tx, again, ()), raised_at=item.raised_at)


async def plan_anew(service: Service, tx: AsyncConnection, individual_id: int | None = None) -> None:
    """Dates have moved, of everybody or of one person: clocks that still run are set by what is booked now. One that
    has run out stays as it was."""
    now = service.clock.now()
    for item in (await items.items_by_id(tx, await store.running(tx))).values():
        if individual_id not in (None, item.individual_id) or item.kind not in compliance.FOLLOWED:
            continue
        by = await _by(service, tx, item)
        if item.follow_up_at is not None and item.follow_up_at > now and item.follow_up_at != by:
            await _follow(service, tx, item, by)


async def end(service: Service, tx: AsyncConnection, item: Item, reason: str) -> None:
    """Nothing is to be followed up or answered any more."""
    for family in (FOLLOW_UP, NUMBER):
        await outbox.cancel(tx, _about(item), family, reason, service.clock.now())


async def put_on_list(service: Service, tx: AsyncConnection, item: Item, why: str) -> None:
    """On the manager's list, once, and open from here on whatever was said of it: managers get one message that names
    all that comes on it at the same moment. `why` is a code with words under `item.listed.<code>`."""
    if item.listed_at is not None and item.open:
        return
    now = service.clock.now()
    await items.change_item(tx, item.id, listed_at=now, listed_why=why, closed_at=None)
    await outbox.cancel(tx, _about(item), FOLLOW_UP, "listed", now)
    news = Owed(LISTED, _about(item), To.MANAGER, now + GATHER, step=str(int(now.timestamp())), family=LISTED)
    await outbox.owe(tx, replace(news, individual_id=item.individual_id, revision=item.round), now)

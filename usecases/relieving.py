"""Who is away or has left is relieved: what they were sent and did not take, and what they had taken on, goes on at
once, and why is on record. So is whoever took something on for a colleague whose stand-in they are no more."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db import cover as store
from db import items, outbox, people
from domain import caseload, compliance
from domain.compliance import Item, Kind
from domain.orders import Order
from domain.outbox import Answer, Owed, Status, Subject, To
from domain.people import Act, Staff
from usecases import access, ladders
from usecases import items as open_items
from usecases.service import Service, Work, use_case


async def pass_on(service: Service, tx: AsyncConnection, one: Staff) -> int:
    """Who is away cannot take what they were sent: of what nobody has claimed the cover hears now, not hours later.
    What they had claimed, of whomever, climbs its ladder again from the beginning.

    At night that is when somebody is next at work, but for words of danger. What they will be sent from now on passes
    them by anyway.
    """
    moved = 0
    for item in await owed_to(service, tx, one):
        at = _begins(service, item)
        if item.claimed_by == one.id:
            moved += await _give_back(service, tx, item, one, at)
        elif item.climbs:
            moved += await _hurry_cover(service, tx, item, at)
    return moved


def _begins(service: Service, item: Item) -> datetime:
    """When a ladder that begins again begins: as somebody is next at work, but for words of danger."""
    now = service.clock.now()
    return now if item.kind is Kind.DANGER else service.calendar.next_opening(now)


async def _give_back(service: Service, tx: AsyncConnection, item: Item, one: Staff, at: datetime) -> bool:
    """What may wait for a week stays with somebody who comes back."""
    here = one.active_on(service.calendar.day(service.clock.now()))
    if here and item.kind in compliance.WAITS_A_WEEK:
        return False
    await _note_holder(service, tx, item, at, "away" if here else "left")
    await open_again(service, tx, item, at, "holder_away")
    return True


async def _note_holder(service: Service, tx: AsyncConnection, item: Item, at: datetime, why: str) -> None:
    """Who had it, and why they have it no more: whoever is next reads it."""
    had = Owed("item", Subject("item", item.id), To.HOLDER, at, step=f"had-{item.claimed_by}", to_id=item.claimed_by)
    had = replace(had, family="ladder", revision=item.round + 1, individual_id=item.individual_id)
    await outbox.owe(tx, had, service.clock.now())
    ids = [row.id for row in await outbox.about(tx, had.subject) if row.owed.key == had.key]
    await outbox.settle(tx, ids, Status.UNREACHABLE, why, service.clock.now())


async def take_from_stand_ins(service: Service, tx: AsyncConnection, holder: int | None = None) -> int:
    """What somebody has taken on who may not even look at it any more waits for whoever is next. `holder`: of this one
    alone, who stood in for a colleague until now."""
    found = [item for item in await beyond_their_holder(service, tx) if holder in (None, item.claimed_by)]
    for item in found:
        at = _begins(service, item)
        await _note_holder(service, tx, item, at, "stands_in_no_more")
        await open_again(service, tx, item, at, "holder_stands_in_no_more")
    return len(found)


async def open_again(
    service: Service,
    tx: AsyncConnection,
    item: Item,
    at: datetime,
    reason: str,
    card: bool = True,
    but: tuple[int, int] | None = None,
) -> Item:
    """Nobody's any more, with its ladder from the beginning; not `card`: the worker knows of it, or a list tells them.
    Every card about it says so, but the one (chat, message) that is about to be answered."""
    again = replace(item, claimed_by=None, claimed_at=None, round=item.round + 1)
    await items.change_item(tx, item.id, claimed_by=None, claimed_at=None, round=again.round)
    wanted = await ladders.climb(service, tx, again, at)
    wanted = wanted if card else [owed for owed in wanted if owed.to is not To.WORKER]
    await outbox.plan(tx, [Subject("item", item.id)], "ladder", wanted, service.clock.now(), reason)
    await open_items.refresh(service, tx, again, but)
    return again


@use_case
async def unclaim(work: Work, item_id: int) -> Sequence[Answer]:
    """*Undo* of *I'm dealing with it*: it waits for somebody again, and whoever is next is told in their turn. What has
    climbed on meanwhile, because an answer is owed, goes on climbing. Who has let go of it has looked: unless a worker
    gets a card of their own now, what is said after this is news."""
    item = await open_items.within_reach(work, item_id, "claim undone")
    me = work.as_staff().id
    if not item.open or item.claimed_by != me:
        return [await open_items.here(work, "item", item)]
    tapped = (work.chat.id, work.tapped) if work.chat is not None and work.tapped is not None else None
    individual = await people.individual(work.tx, item.individual_id)
    theirs = individual is not None and me in (await access.relation_to(work.tx, individual)).workers
    if item.kind is Kind.CANNOT:
        await items.change_item(work.tx, item.id, claimed_by=None, claimed_at=None)
        item = replace(item, claimed_by=None, claimed_at=None)
        await open_items.refresh(work.service, work.tx, item, tapped)
    else:
        at = _begins(work.service, item)
        item = await open_again(work.service, work.tx, item, at, "claim_undone", card=not theirs, but=tapped)
    if theirs or item.kind is Kind.CANNOT:
        await open_items.seen(work, item)
    return [await open_items.here(work, "item_open", item)]


async def _hurry_cover(service: Service, tx: AsyncConnection, item: Item, at: datetime) -> bool:
    """Brings the rest of a ladder forward, if its next rung is the cover's and comes later."""
    about = Subject("item", item.id)
    rows = [row.owed for row in await outbox.about(tx, about) if row.status is Status.PLANNED]
    ahead = sorted((owed for owed in rows if owed.family == "ladder"), key=lambda owed: owed.due_at)
    if not ahead or ahead[0].to is not To.COVER or ahead[0].due_at <= at:
        return False
    wanted = await ladders.climb(service, tx, item, at, start=To.COVER)
    await outbox.plan(tx, [about], "ladder", wanted, service.clock.now(), "worker_away")
    return True


# ── What is whose ───────────────────────────────────────────────────────────────────────────────────────────────────


async def owed_to(service: Service, tx: AsyncConnection, one: Staff) -> list[Item]:
    """What is open and theirs: about the people whose worker they are, or claimed by them."""
    mine = await worked_with(tx, one)
    return [item for item in await items.open_items(tx) if item.claimed_by == one.id or waits_for(service, item, mine)]


async def beyond_their_holder(service: Service, tx: AsyncConnection) -> list[Item]:
    """What somebody took on who may not even look at it any more: they stood in for a colleague, or the people have
    gone to another. They could not say that it is done. Through glass that is open they can."""
    now, everybody = service.clock.now(), await people.everybody_on_staff(tx)
    today = service.calendar.day(now)
    found = [item for item in await items.open_items(tx) if item.claimed_by is not None]
    holders = sorted({item.claimed_by for item in found if item.claimed_by is not None})
    within = await access.items_within_reach_of_each(tx, [everybody[id_] for id_ in holders], today)
    theirs = {(id_, item.id) for id_, several in zip(holders, within, strict=True) for item in several}
    beyond = [item for item in found if (item.claimed_by, item.id) not in theirs]
    whose = await people.individuals_by_id(tx, {item.individual_id for item in beyond})

    async def reached(item: Item) -> bool:
        holder, individual = everybody[item.claimed_by or 0], whose[item.individual_id]
        return await access.reached_by(tx, holder, Act.CLAIM_ITEM, individual, item, now, today)

    return [item for item in beyond if not await reached(item)]


async def worked_with(tx: AsyncConnection, one: Staff) -> list[Order]:
    """The orders by which they are somebody's own worker; those under 18 have a whole team."""
    found = [order for order in await store.orders_with(tx, one.id) if order.worker_id == one.id]
    young = await store.young(tx, {order.individual_id for order in found})
    return [order for order in found if order.individual_id not in young]


def waits_for(service: Service, item: Item, mine: Sequence[Order]) -> bool:
    """A complaint goes to managers, words of danger to duty: neither waits for a worker."""
    first = service.policy.ladders.of(item)[0]
    return first.to is To.WORKER and caseload.is_about(item, mine)


# ── The clock ───────────────────────────────────────────────────────────────────────────────────────────────────────


async def each_night(service: Service) -> dict[str, int]:
    """Who is away from today on, or has left, or stood in until today: what was theirs goes to whoever is next when the
    day begins."""
    today, moved = service.calendar.day(service.clock.now()), 0
    async with service.db.glance() as tx:
        everybody = (await people.everybody_on_staff(tx)).values()
        if all(one.there_on(today) for one in everybody) and not await beyond_their_holder(service, tx):
            return {"passed_on": 0}
    async with service.db.write() as tx:
        holders = {item.claimed_by for item in await items.open_items(tx)}
        for one in (await people.everybody_on_staff(tx)).values():
            if one.away_on(today) or (one.id in holders and not one.active_on(today)):
                moved += await pass_on(service, tx, one)
        moved += await take_from_stand_ins(service, tx)
    service.wake()
    return {"passed_on": moved}

"""The time limits of one person's orders: /clocks, and why a limit was not kept. What staff put on record there is in
usecases/steps.py. Nothing here is sent to the individual."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, items, outbox, people
from db import progress as progress_store
from db import standards as store
from domain import progress, standards
from domain.compliance import Item, Kind
from domain.errors import NotKnown, Stale
from domain.facts import AboutClocks, OrderClocks
from domain.limits import Clock
from domain.orders import Order
from domain.outbox import Answer, Subject, edit, send
from domain.people import Act
from domain.standards import Known, Late, Reading
from usecases import access, following
from usecases import items as open_items
from usecases.service import Service, Work, use_case
from usecases.subjects import Source, loads_one

Read = tuple[Known, list[Reading]]


async def read(
    service: Service, tx: AsyncConnection, which: store.Which, first: date, last: date, only: str | None = None
) -> list[Read]:
    """Every order with the steps of its clocks that are due between two days; `only` of one clock, if it is named. A
    whole caseload is read in parts, and others have their turn between two of them."""
    clocks = [one for one in service.policy.standards.clocks if only in (None, one.id)]
    found: list[Read] = []
    for ids in await store.parts(tx, which):
        if found:
            await asyncio.sleep(0)
        known = await store.known(tx, ids, which.recent, service.calendar, service.clock.now())
        found += await _read(service, tx, clocks, known, first, last)
    return found


async def _read(
    service: Service, tx: AsyncConnection, clocks: Sequence[Clock], known: Iterable[Known], first: date, last: date
) -> Iterable[Read]:
    """Where it takes the hours to say when a step was done, they are counted."""
    today = service.calendar.day(service.clock.now())
    found = {
        one.order.id: (one, standards.readings(clocks, one, service.calendar, today, first, last)) for one in known
    }
    unsure = [one.order for one, reads in found.values() if any(map(standards.by_hours, reads))]
    for order_id, day in (await _hours_done_on(service, tx, unsure)).items() if unsure else ():
        one = standards.with_hours_done(found[order_id][0], day)
        found[order_id] = one, standards.readings(clocks, one, service.calendar, today, first, last)
    return found.values()


async def _hours_done_on(service: Service, tx: AsyncConnection, orders: Sequence[Order]) -> dict[int, date]:
    """The day on which each of these orders' hours were done, of those whose are."""
    ids = [one.id for one in orders]
    shifts, adjusted = await progress_store.shifts(tx, ids, ahead=False), await progress_store.adjusted(tx, ids)
    rules = service.policy.progress
    days = {
        one.id: progress.done_on(one, shifts.get(one.id, ()), adjusted.get(one.id, ()), rules)
        for one in orders
        if one.id in shifts
    }
    return {id_: day for id_, day in days.items() if day is not None}


@loads_one("clocks")
async def about(source: Source, individual_id: int) -> AboutClocks | None:
    """The clocks of a person's orders, the one to speak about first."""
    individual = await people.individual(source.tx, individual_id)
    if individual is None:
        return None
    reads = await read(source.service, source.tx, store.of_individual(individual_id), date.min, date.max)
    by_id = {one.order.id: OrderClocks(one.order, tuple(found), one.explained) for one, found in reads}
    ordered = [by_id[one.id] for one in await dates.orders_of(source.tx, individual_id)]
    return AboutClocks(individual, tuple(ordered), await live_since(source.service, source.tx))


async def live_since(service: Service, tx: AsyncConnection) -> date | None:
    """The day on which the caseload was first read: nobody is asked about what ran out before it."""
    return day_of(service, await store.first_import(tx))


def day_of(service: Service, at: datetime | None) -> date | None:
    return service.calendar.day(at) if at is not None else None


# ── In the chat ─────────────────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def show(work: Work, case_ref: str) -> Sequence[Answer]:
    """/clocks CASE_REF."""
    individual = await people.individual_by_ref(work.tx, case_ref)
    await access.require_for(work, Act.STEPS, individual, "clocks")
    if individual is None:
        raise NotKnown
    return [send("clocks", Subject("clocks", individual.id))]


@use_case
async def show_of(work: Work, individual_id: int) -> Sequence[Answer]:
    """*Time limits*, on a card."""
    await access.require_for(work, Act.STEPS, await people.individual(work.tx, individual_id), "clocks")
    return [send("clocks", Subject("clocks", individual_id))]


@use_case
async def explain(work: Work, item_id: int, reason: Late) -> Sequence[Answer]:
    """Why a limit was not kept, in the national table's words: one tap, which closes the question."""
    await access.require(work, Act.STEPS)
    item = await open_items.within_reach(work, item_id, "lateness")
    individual = await people.individual(work.tx, item.individual_id)
    await access.require_for(work, Act.STEPS, individual, "lateness", item)
    clock, _, number = item.reason.partition(":")
    if item.kind is not Kind.DEADLINE or item.order_id is None or not number:
        raise Stale
    who = work.as_staff().id
    new = await store.explain(work.tx, item.order_id, clock, int(number), reason.value, who, work.now)
    if item.open:
        here = (work.chat.id, work.tapped) if work.chat and work.tapped else None
        await _over(work.service, work.tx, replace(item, closed_at=work.now), here)
    kind = "late_explained" if new else "late_known"
    return [edit(kind, Subject("item", item.id), reason=reason.value, new=int(new))]


# ── What is open about them ─────────────────────────────────────────────────────────────────────────────────────────


async def look_again(service: Service, tx: AsyncConnection, order: Order) -> None:
    """Something was put on record: what is asked because it was missing is settled where that is so no more."""
    mine = (await store.open_about_clocks(tx, [order.id])).get(order.id)
    if not mine:
        return
    [(known, reads)] = await read(service, tx, store.of_orders([order.id]), date.min, date.max)
    await settle(service, tx, mine, known, reads)


async def settle(
    service: Service, tx: AsyncConnection, ids: Sequence[int], known: Known, reads: Sequence[Reading]
) -> int:
    """Closes the questions about an order that need no answer any more; says how many."""
    today = service.calendar.day(service.clock.now())
    late = {about_clock(one) for one in reads if standards.unexplained(one, known, today)}
    to_assess = standards.unassessed(known, reads, date.min)
    found = (await items.items_by_id(tx, ids)).values()
    over = [one for one in found if (one.reason not in late if one.kind is Kind.DEADLINE else not to_assess)]
    for item in over:
        await _over(service, tx, replace(item, withdrawn_at=service.clock.now()))
    return len(over)


async def _over(service: Service, tx: AsyncConnection, item: Item, but: tuple[int, int] | None = None) -> None:
    """Nobody is asked any more; every card says so, but the one (chat, message) that is answered itself. What was
    withdrawn opens again if the step that was put on record is undone."""
    await items.change_item(tx, item.id, closed_at=item.closed_at, withdrawn_at=item.withdrawn_at)
    await outbox.cancel(tx, Subject("item", item.id), "ladder", "concluded", service.clock.now())
    await following.end(service, tx, item, "concluded")
    await open_items.refresh(service, tx, item, but)


def once_of(order_id: int, one: Reading) -> str:
    """What there may be only one question about: a step of a clock of an order."""
    return f"deadline:{order_id}:{about_clock(one)}"


def about_clock(one: Reading) -> str:
    """Which step, as an item keeps it."""
    return f"{one.clock.id}:{one.number}"

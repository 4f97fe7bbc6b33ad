"""What a card about something open says. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, following, items, people, told
from domain import deciding
from domain.compliance import Item, Kind
from domain.facts import AboutItem, AboutItems
from domain.orders import Order
from domain.people import Individual, Staff
from usecases import appointments
from usecases.subjects import Source, loads, loads_one


@loads("item")
async def _about(source: Source, ids: Sequence[int]) -> dict[int, AboutItem]:
    return await about_items(source.tx, ids)


async def about_items(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, AboutItem]:
    """What is needed to act on each item: the date, and the last five."""
    found = await items.items_by_id(tx, ids)
    if not found:
        return {}
    staff = await people.everybody_on_staff(tx)
    individuals = await people.individuals_by_id(tx, {one.individual_id for one in found.values()})
    orders = await dates.orders_by_id(tx, {one.order_id for one in found.values() if one.order_id is not None})
    contacted = await following.contacted(tx, found)
    skipped = await following.skipped(tx, {id_: one.round for id_, one in found.items()}, staff)
    known = {
        id_: await _about_item(tx, one, individuals[one.individual_id], orders.get(one.order_id or 0), staff)
        for id_, one in found.items()
    }
    return {
        id_: replace(about, contacted=_counts(about, contacted.get(id_)), skipped=skipped.get(id_, ()))
        for id_, about in known.items()
    }


def _counts(about: AboutItem, contacted: datetime | None) -> bool:
    """Whether the last contact is one for the clock that runs now."""
    standing = about.about.standing if about.about is not None else None
    since = deciding.counts_from(about.item.raised_at, about.item.disputed_at, standing)
    return contacted is not None and contacted >= since


async def _about_item(
    tx: AsyncConnection, item: Item, individual: Individual, order: Order | None, staff: dict[int, Staff]
) -> AboutItem:
    claimed_by = staff.get(item.claimed_by or 0)
    worker = staff.get(order.worker_id or 0) if order is not None else None
    if item.appointment_id is None:
        return AboutItem(item, individual, order, claimed_by=claimed_by, worker=worker, staff=staff)
    before = await dates.appointments_before(tx, item.appointment_id)
    found = await appointments.about(tx, {item.appointment_id, *before})
    history = tuple(found[id_] for id_ in before)
    told_of = await told.last_words(tx, before) if item.kind is Kind.NON_ATTENDANCE else {}
    about = AboutItem(item, individual, order, found[item.appointment_id], history, claimed_by, worker, staff=staff)
    return replace(about, told=told_of)


@loads_one("items")
async def about_items_of(source: Source, row_id: int) -> AboutItems:
    """What one message lists, which is named by a row of the outbox that it settled."""
    ids = await following.told_together(source.tx, row_id)
    found = await about_items(source.tx, ids)
    return AboutItems(tuple(found[id_] for id_ in ids if id_ in found))

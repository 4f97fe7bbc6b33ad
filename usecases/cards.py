"""What a card about something open says. Reads only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, following, items, people, told
from db.prepared import together
from domain import deciding
from domain.compliance import Item, Kind
from domain.facts import AboutAppointment, AboutItem, AboutItems
from domain.history import Told
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
    everybody = people.reading_staff()
    individuals = people.reading_individuals(one.individual_id for one in found.values())
    orders = dates.reading_orders(one.order_id for one in found.values() if one.order_id is not None)
    contacted, untold = following.reading_contacted(found), following.reading_skipped(found)
    before = {id_: dates.reading_before(id_) for one in found.values() if (id_ := one.appointment_id) is not None}
    await together(tx, everybody, individuals, orders, contacted, untold, *before.values())
    staff = everybody.found
    skipped = following.skipped(untold.found, {id_: one.round for id_, one in found.items()}, staff)
    dated = await _dated(tx, found.values(), {id_: one.found for id_, one in before.items()})
    known = {
        id_: _about_item(one, individuals.found[one.individual_id], orders.found.get(one.order_id or 0), staff, dated)
        for id_, one in found.items()
    }
    return {
        id_: replace(about, contacted=_counts(about, contacted.found.get(id_)), skipped=skipped.get(id_, ()))
        for id_, about in known.items()
    }


def _counts(about: AboutItem, contacted: datetime | None) -> bool:
    """Whether the last contact is one for the clock that runs now."""
    standing = about.about.standing if about.about is not None else None
    since = deciding.counts_from(about.item.raised_at, about.item.disputed_at, standing)
    return contacted is not None and contacted >= since


@dataclass(frozen=True)
class _Dated:
    """The dates that items are about: what is known of each, the last before it, and what was told of them."""

    before: Mapping[int, Sequence[int]]  # ids, the latest first
    about: Mapping[int, AboutAppointment]
    told: Mapping[int, Told]


async def _dated(tx: AsyncConnection, found: Iterable[Item], before: Mapping[int, Sequence[int]]) -> _Dated:
    earlier = {one for ids in before.values() for one in ids}
    about = await appointments.about(tx, {*before, *earlier})
    missed = any(one.kind is Kind.NON_ATTENDANCE and one.appointment_id is not None for one in found)
    return _Dated(before, about, await told.last_words(tx, earlier) if missed else {})


def _about_item(
    item: Item, individual: Individual, order: Order | None, staff: Mapping[int, Staff], dated: _Dated
) -> AboutItem:
    claimed_by = staff.get(item.claimed_by or 0)
    worker = staff.get(order.worker_id or 0) if order is not None else None
    if item.appointment_id is None:
        return AboutItem(item, individual, order, claimed_by=claimed_by, worker=worker, staff=staff)
    before = dated.before[item.appointment_id]
    history = tuple(dated.about[id_] for id_ in before)
    missed = item.kind is Kind.NON_ATTENDANCE
    told_of = {id_: dated.told[id_] for id_ in before if id_ in dated.told} if missed else {}
    mine = dated.about[item.appointment_id]
    return AboutItem(item, individual, order, mine, history, claimed_by, worker, staff=staff, told=told_of)


@loads_one("items")
async def about_items_of(source: Source, row_id: int) -> AboutItems:
    """What one message lists, which is named by a row of the outbox that it settled."""
    ids = await following.told_together(source.tx, row_id)
    found = await about_items(source.tx, ids)
    return AboutItems(tuple(found[id_] for id_ in ids if id_ in found))

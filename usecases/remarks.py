"""The conversation with an individual, as a message may show it. Reads only."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, items, people, said
from domain.compliance import LADDERS
from domain.facts import AboutItem, AboutSaid, Remark
from domain.outbox import To
from domain.people import Individual, Staff
from usecases import access

MOST = 100  # the latest things said; who needs more reads the export


async def with_talk(tx: AsyncConnection, known: Mapping[int, AboutItem]) -> dict[int, AboutItem]:
    """The same items, each with the conversation that it is part of."""
    staff = await people.everybody_on_staff(tx)
    return {id_: replace(about, talk=await _talk(tx, about, staff)) for id_, about in known.items()}


async def _talk(tx: AsyncConnection, about: AboutItem, staff: Mapping[int, Staff]) -> tuple[Remark, ...]:
    """What was said to a manager alone, about a worker say, is seen with that item and with no other."""
    latest = await said.latest(tx, about.individual.id, MOST)
    known = await items.items_by_id(tx, {one.item_id for one in latest if one.item_id is not None})
    closed = {id_ for id_, item in known.items() if LADDERS[item.kind][0] is To.MANAGER and id_ != about.item.id}
    return tuple(Remark(one, staff.get(one.staff_id or 0)) for one in latest if one.item_id not in closed)


async def about_said(tx: AsyncConnection, ids: Iterable[int], today: date) -> dict[int, AboutSaid]:
    """Things that were said, each with what decides whether and how it may be passed on."""
    found = await said.by_ids(tx, ids)
    staff = await people.everybody_on_staff(tx)
    individuals = await people.individuals_by_id(tx, {one.individual_id for one in found.values()})
    return {
        id_: AboutSaid(
            one,
            individuals[one.individual_id],
            by=staff.get(one.staff_id or 0),
            by_worker=one.staff_id in (await access.relation_to(tx, individuals[one.individual_id])).workers,
            on_hold=await _on_hold(tx, individuals[one.individual_id], today),
        )
        for id_, one in found.items()
    }


async def _on_hold(tx: AsyncConnection, individual: Individual, today: date) -> str:
    orders = [order for order in await dates.orders_of(tx, individual.id) if order.active]
    holds = await dates.holds_on(tx, [(order.id, today) for order in orders])
    return next(iter(holds.values()), "")

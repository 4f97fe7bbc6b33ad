"""The conversation with an individual, as a message may show it. Reads only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, holds, items, people, said
from domain.about import Facts
from domain.facts import AboutItem, AboutSaid, Remark
from domain.outbox import Saying, Subject
from domain.people import Individual, Staff
from usecases import access
from usecases.subjects import Source, adds_to, loads

MOST = 100  # the latest things said; who needs more reads the export


@adds_to("item_open", "talk_page")
async def with_talk(source: Source, known: Mapping[Subject, Facts], sayings: Sequence[Saying]) -> dict[Subject, Facts]:
    """The items that these messages are about, each with the conversation that it is part of."""
    staff = await people.everybody_on_staff(source.tx)
    told_of = {one.subject: known.get(one.subject) for one in sayings}
    return {
        subject: replace(about, talk=await _talk(source.tx, about, staff))
        for subject, about in told_of.items()
        if isinstance(about, AboutItem)
    }


async def _talk(tx: AsyncConnection, about: AboutItem, staff: Mapping[int, Staff]) -> tuple[Remark, ...]:
    """What was said to a manager alone, about a worker say, is seen with that item and with no other."""
    latest = await said.latest(tx, about.individual.id, MOST)
    known = await items.items_by_id(tx, {one.item_id for one in latest if one.item_id is not None})
    closed = {id_ for id_, item in known.items() if item.apart and id_ != about.item.id}
    return tuple(Remark(one, staff.get(one.staff_id or 0)) for one in latest if one.item_id not in closed)


@loads("said")
async def about_said(source: Source, ids: Iterable[int]) -> dict[int, AboutSaid]:
    """Things that were said, each with what decides whether and how it may be passed on."""
    found = await said.by_ids(source.tx, ids)
    staff = await people.everybody_on_staff(source.tx)
    individuals = await people.individuals_by_id(source.tx, {one.individual_id for one in found.values()})
    return {
        id_: AboutSaid(
            one,
            individuals[one.individual_id],
            by=staff.get(one.staff_id or 0),
            by_worker=one.staff_id in (await access.relation_to(source.tx, individuals[one.individual_id])).workers,
            on_hold=await _on_hold(source.tx, individuals[one.individual_id], source.today),
        )
        for id_, one in found.items()
    }


async def _on_hold(tx: AsyncConnection, individual: Individual, today: date) -> str:
    orders = [order for order in await dates.orders_of(tx, individual.id) if order.active]
    held = await holds.on(tx, [order.id for order in orders], today)
    return held[0].kind if held else ""

"""The conversation with an individual, as a message may show it. Reads only."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, holds, items, people, said
from domain.compliance import ONLY_MANAGERS
from domain.facts import AboutItem, AboutSaid, Facts, Remark
from domain.outbox import Subject
from domain.people import Individual, Staff
from usecases import access

MOST = 100  # the latest things said; who needs more reads the export
SHOWN_IN = frozenset({"item_open", "talk_page"})  # the kinds of message that show a conversation


async def with_talk(
    tx: AsyncConnection, known: Mapping[Subject, Facts], wanted: Collection[Subject]
) -> dict[Subject, Facts]:
    """The items of these subjects, each with the conversation that it is part of."""
    staff = await people.everybody_on_staff(tx) if wanted else {}
    return {
        subject: replace(about, talk=await _talk(tx, about, staff))
        for subject, about in known.items()
        if subject in wanted and isinstance(about, AboutItem)
    }


async def _talk(tx: AsyncConnection, about: AboutItem, staff: Mapping[int, Staff]) -> tuple[Remark, ...]:
    """What was said to a manager alone, about a worker say, is seen with that item and with no other."""
    latest = await said.latest(tx, about.individual.id, MOST)
    known = await items.items_by_id(tx, {one.item_id for one in latest if one.item_id is not None})
    closed = {id_ for id_, item in known.items() if item.kind in ONLY_MANAGERS and id_ != about.item.id}
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
    held = await holds.on(tx, [order.id for order in orders], today)
    return held[0].kind if held else ""

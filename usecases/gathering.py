"""Several missed dates of a day are one message to a reader, also where they were recorded one after the other: the
newer message lists what the earlier ones say, and those make room for it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import time

from sqlalchemy.ext.asyncio import AsyncConnection

from db import following as store
from domain.compliance import Kind
from domain.facts import AboutItem, AboutItems
from domain.outbox import TOGETHER, Subject
from usecases import cards
from usecases.parcels import MOST_LISTED, Parcel, Recipient, is_alert
from usecases.service import Service


async def with_earlier(service: Service, tx: AsyncConnection, parcels: Sequence[Parcel]) -> list[Parcel]:
    """Alerts to one person on staff, with those that they were sent today and that somebody has still to take on."""
    return [await _taking_in(service, tx, one) if is_alert(one) else one for one in parcels]


async def _taking_in(service: Service, tx: AsyncConnection, parcel: Parcel) -> Parcel:
    reader = parcel.recipients[0]
    if len(parcel.recipients) > 1 or not isinstance(reader, Recipient):
        return parcel
    now, owed = service.clock.now(), parcel.row.owed
    midnight = service.calendar.at(service.calendar.day(now), time(0))
    new = {part.facts.item.id: part.facts for part in parcel.parts if isinstance(part.facts, AboutItem)}
    earlier = [one for one in await store.alerts_in(tx, reader.chat, midnight, owed.to) if not new.keys() & one.items]
    known = await cards.about_items(tx, {id_ for one in earlier for id_ in one.items})
    waiting = [one for one in earlier if any(_waits(known[id_]) for id_ in one.items)]
    listed = {id_: known[id_] for one in waiting for id_ in sorted(one.items) if known[id_].item.open} | new
    if not waiting or len(listed) > MOST_LISTED:
        return parcel
    said = replace(owed, kind=TOGETHER, subject=Subject("items", parcel.row.id))
    row, whole = replace(parcel.row, owed=said), AboutItems(tuple(listed.values()))
    return replace(parcel, row=row, facts=whole, merges=parcel.parts, takes_in=tuple(waiting))


def _waits(about: AboutItem) -> bool:
    return about.item.kind is Kind.NON_ATTENDANCE and about.item.unclaimed

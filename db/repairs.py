"""How everybody on an active order can be reached: a handful of queries, however many they are."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db import bulk, texts
from db.tables import appointments, chats, deliveries, individuals, orders, outbox, replies, said
from domain.changes import TELLS
from domain.orders import Status
from domain.repairs import JOINING, Contact


async def contacts(tx: AsyncConnection, youth_team: frozenset[int], mine: frozenset[int] | None) -> list[Contact]:
    """Everybody on an active order, by case reference; with `mine` only those whom one of these staff works with."""
    people = await _people(tx, youth_team)
    ids = [id_ for id_, (_, workers) in people.items() if mine is None or workers & mine]
    linked = await _chats(tx, ids)
    accepted, heard = await _accepted(tx, linked), await _heard(tx, linked)
    refused = await _refused(tx, ids)
    sharing = await texts.sharing(tx, {id_: people[id_][0].mobile for id_ in ids if people[id_][0].mobile is not None})
    found = []
    for id_ in ids:
        row, workers = people[id_]
        one = Contact(
            id_,
            row.case_ref,
            workers,
            contact_by_staff=row.staff_contact_only or row.stopped_at is not None,
            number_refused_at=refused.get(id_),
            shares_with=sharing.get(id_, frozenset()),
        )
        chat = linked.get(id_)
        found.append(_linked(one, chat, accepted, heard) if chat is not None else one)
    return sorted(found, key=lambda one: one.case_ref)


def _linked(one: Contact, chat: Any, accepted: Mapping[int, int], heard: Mapping[int, datetime]) -> Contact:
    """The same with what is known of their chat."""
    last = heard.get(one.individual_id)
    answered = last is not None and last >= chat.linked_at
    return replace(
        one,
        linked_at=chat.linked_at,
        unreachable_at=chat.unreachable_at,
        accepted=accepted.get(chat.id, 0),
        spoke=answered or (chat.heard_at is not None and chat.heard_at - chat.linked_at > JOINING),
    )


async def _people(tx: AsyncConnection, youth_team: frozenset[int]) -> dict[int, tuple[Any, frozenset[int]]]:
    """Everybody on an active order, and who works with them."""
    query = (
        select(
            individuals.c.id,
            individuals.c.case_ref,
            individuals.c.youth,
            individuals.c.staff_contact_only,
            individuals.c.stopped_at,
            individuals.c.mobile,
            orders.c.officer_id,
            orders.c.case_manager_id,
        )
        .join(orders, orders.c.individual_id == individuals.c.id)
        .where(orders.c.status == Status.ACTIVE.value, individuals.c.erased_at.is_(None))
    )
    found: dict[int, tuple[Any, frozenset[int]]] = {}
    for row in await tx.execute(query):
        named = frozenset(id_ for id_ in (row.officer_id, row.case_manager_id) if id_ is not None)
        before = found[row.id][1] if row.id in found else frozenset()
        found[row.id] = (row, before | named | (youth_team if row.youth else frozenset()))
    return found


async def _refused(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, datetime]:
    """Since when the number that is on record for each of these people is known to be wrong."""
    columns = (individuals.c.id, individuals.c.mobile, individuals.c.texts_wrong_number, individuals.c.texts_wrong_at)
    found: dict[int, datetime] = {}
    for part in bulk.chunks(ids):
        query = select(*columns).where(individuals.c.id.in_(part), individuals.c.texts_wrong_at.is_not(None))
        rows = await tx.execute(query)
        found.update({row.id: row.texts_wrong_at for row in rows if row.texts_wrong_number == row.mobile})
    return found


async def _chats(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, Any]:
    """The linked chat of each of these people who has one."""
    found = {}
    for part in bulk.chunks(ids):
        columns = (chats.c.id, chats.c.individual_id, chats.c.linked_at, chats.c.unreachable_at, chats.c.heard_at)
        query = select(*columns).where(chats.c.individual_id.in_(part), chats.c.unlinked_at.is_(None))
        found.update({row.individual_id: row for row in await tx.execute(query)})
    return found


async def _accepted(tx: AsyncConnection, linked: dict[int, Any]) -> dict[int, int]:
    """How many messages about dates Telegram has accepted for each chat."""
    found: dict[int, int] = {}
    for part in bulk.chunks(chat.id for chat in linked.values()):
        query = (
            select(deliveries.c.chat, func.count().label("accepted"))
            .join(outbox, outbox.c.id == deliveries.c.outbox_id)
            .where(deliveries.c.chat.in_(part), outbox.c.kind.in_(sorted(TELLS)))
            .group_by(deliveries.c.chat)
        )
        found.update({row.chat: row.accepted for row in await tx.execute(query)})
    return found


async def _heard(tx: AsyncConnection, linked: dict[int, Any]) -> dict[int, datetime]:
    """When each of these people last answered or wrote. What else they tapped or typed, their chat says."""
    found: dict[int, datetime] = {}
    for part in bulk.chunks(linked):
        for query in _ways(part):
            for id_, at in await tx.execute(query):
                found[id_] = max(at, found.get(id_, at))
    return found


def _ways(ids: list[int]) -> tuple[Select[Any], ...]:
    """The two ways of being heard from that are kept for as long as the answer is."""
    theirs = orders.c.individual_id
    tapped = (
        select(theirs, func.max(replies.c.at))
        .join(appointments, appointments.c.order_id == orders.c.id)
        .join(replies, replies.c.appointment_id == appointments.c.id)
        .where(theirs.in_(ids))
        .group_by(theirs)
    )
    wrote = (
        select(said.c.individual_id, func.max(said.c.at))
        .where(said.c.individual_id.in_(ids), said.c.staff_id.is_(None))
        .group_by(said.c.individual_id)
    )
    return tapped, wrote

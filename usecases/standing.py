"""Whether a date stands for somebody who says that they cannot make it: a named person answers, nobody else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, outbox, people, said
from db import items as store
from domain import truth
from domain.appointments import Answer as Said
from domain.appointments import Appointment
from domain.compliance import ANSWERS, Ending, Item, Kind
from domain.errors import NotKnown, Stale
from domain.facts import YES_OR_NO
from domain.orders import Order
from domain.outbox import Answer, Owed, Subject, To
from domain.people import Act
from usecases import access, appointments, following, items, ladders
from usecases.service import Service, Work, use_case

TOLD = "answered"  # the family of what tells the individual of the answer
DATE_OFF, DATE_MOVED, ORDER_ENDED = "date_off", "date_moved", "order_ended"  # how it ends with the date itself
WITH_THE_DATE = frozenset({DATE_OFF, DATE_MOVED, ORDER_ENDED})


@use_case
async def answer(work: Work, item_id: int, said: Ending) -> Sequence[Answer]:
    """*No need to come*, *still come* or *new date*: the individual hears it, and the card closes. Nothing is recorded
    about attendance: what happened is for whoever runs the session to say. The first answer is the one that counts."""
    item = await items.within_reach(work, item_id, "item answered")
    if item.kind is not Kind.CANNOT or said not in ANSWERS:
        raise Stale
    begins = await ladders.starts_at(work.tx, item)
    if not item.open or begins is None or begins <= work.now:
        return [await items.here(work, "item_open" if item.open else "item", item)]
    return await items.here_and_elsewhere(work, "item", await _answer(work, item, said, begins))


async def _answer(work: Work, item: Item, said: Ending, begins: datetime) -> Item:
    """Whoever answers has it: their name is what the individual is told."""
    item = await _put(work, item, said, item.round)
    about = Subject("item", item.id)
    await outbox.cancel(work.tx, about, "ladder", "answered", work.now)
    await following.end(work.service, work.tx, item, "answered")
    await outbox.owe(work.tx, _told(work, item, begins), work.now)
    return item


async def _put(work: Work, item: Item, said: Ending, round_: int) -> Item:
    me, since = work.as_staff().id, item.claimed_at or work.now
    values = {"claimed_by": me, "claimed_at": since, "closed_at": work.now, "outcome": said.value, "round": round_}
    await store.change_item(work.tx, item.id, **values)
    return replace(item, claimed_by=me, claimed_at=since, closed_at=work.now, outcome=said.value, round=round_)


def _told(work: Work, item: Item, begins: datetime, **params: int) -> Owed:
    """Once the date has begun it helps nobody."""
    return Owed(
        kind="cannot_answered",
        subject=Subject("item", item.id),
        to=To.INDIVIDUAL,
        due_at=work.now,
        expires_at=begins,
        step=item.outcome,
        revision=item.round,
        individual_id=item.individual_id,
        params=params,
        family=TOLD,
    )


# ── Changed ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def ask_anew(work: Work, item_id: int) -> Sequence[Answer]:
    """*Change the answer*, until the date begins: to which?"""
    item = await _answered(work, item_id)
    return [await items.here(work, "answer_anew" if await _may_change(work, item) else "item", item)]


@use_case
async def answer_anew(work: Work, item_id: int, said: Ending) -> Sequence[Answer]:
    """Another answer than the one that was given: the individual hears that it has changed, and how it is now."""
    item = await _answered(work, item_id)
    if said not in ANSWERS:
        raise Stale
    begins = await _may_change(work, item)
    if said != item.outcome and begins is not None:
        await outbox.cancel(work.tx, Subject("item", item.id), TOLD, "answered_anew", work.now)
        item = await _put(work, item, said, item.round + 1)
        await outbox.owe(work.tx, _told(work, item, begins, anew=1), work.now)
    return await items.here_and_elsewhere(work, "item", item)


async def _answered(work: Work, item_id: int) -> Item:
    """What was answered. Whoever answered may say otherwise, though they reach the person only while it is open."""
    item = await store.item(work.tx, item_id)
    if item is None:
        await access.require(work, Act.CLAIM_ITEM)
        raise NotKnown
    individual = await people.individual(work.tx, item.individual_id)
    theirs = item.claimed_by == work.as_staff().id
    as_before = replace(item, closed_at=None) if theirs else item
    await access.require_for(work, Act.CLAIM_ITEM, individual, "answer changed", as_before)
    return await store.item(work.tx, item_id) or item


async def _may_change(work: Work, item: Item) -> datetime | None:
    """Until when: the date's begin; None if they may not. Of one that was moved since it would be about another day,
    and nobody is told of one that is off, or whose order has ended."""
    if not item.done or item.outcome not in ANSWERS or item.appointment_id is None:
        return None
    about = (await appointments.about(work.tx, [item.appointment_id]))[item.appointment_id]
    begins = about.appointment.starts_at
    return begins if begins > work.now and truth.may_be_answered(about, item.closed_at) else None


# ── The date itself has changed ─────────────────────────────────────────────────────────────────────────────────────


async def after_import(service: Service, tx: AsyncConnection) -> None:
    """A date that is off, was moved or whose order has ended is not waited for any more: of what there is instead they
    hear, and may say anew that they can't make that. Back as it was before they heard of it, it is owed its answer. Of
    one that has begun it is still for somebody to read what got in the way."""
    asked, now = await store.open_of_kind(tx, Kind.CANNOT), service.clock.now()
    back = await store.cannot_again(tx, WITH_THE_DATE, now)
    of = await dates.appointments_by_id(tx, [item.appointment_id or 0 for item in (*asked, *back)])
    orders = await dates.orders_by_id(tx, {one.order_id for one in of.values()})
    replies = await dates.reading_replies(of).alone(tx)
    yes_or_no = {id_: [one.answer for one in theirs if one.answer in YES_OR_NO] for id_, theirs in replies.items()}
    for item in asked:
        one = of[item.appointment_id or 0]
        why = _ends_with(item, one, orders[one.order_id], Said.CANNOT in yes_or_no.get(one.id, ()))
        if why and one.starts_at > now:
            await _end(service, tx, item, why)
    for item in back:
        one = of[item.appointment_id or 0]
        if yes_or_no.get(one.id, ())[-1:] == [Said.CANNOT]:
            await _owe_again(service, tx, item, one, orders[one.order_id])


def _ends_with(item: Item, one: Appointment, order: Order, said_of_it: bool) -> str:
    """Why nobody is owed an answer about this date any more; empty if they are. `said_of_it`: they said so of the date
    as it stands; if not, and it was moved last, they said so while the import was being planned."""
    if not order.active:
        return ORDER_ENDED
    if not one.booked:
        return DATE_OFF
    meanwhile = not said_of_it and one.retimed_at is not None and one.retimed_at == one.moved_at
    return DATE_MOVED if meanwhile or not one.not_moved_since(item.raised_at) else ""


async def _end(service: Service, tx: AsyncConnection, item: Item, why: str) -> None:
    """The card says why. What they wrote about it and nobody has answered is still to be read by somebody."""
    talk = (await said.of_items(tx, [item.id])).get(item.id, [])
    answered = max((n for n, one in enumerate(talk, 1) if one.staff_id is not None), default=0)
    if unread := talk[answered:]:
        words = "\n".join(one.words for one in unread if one.words)
        once, order = f"words:{item.id}:{item.round}", await items.order_to_speak_about(tx, item.individual_id)
        await items.raise_item(service, tx, Kind.WORDS, once, item.individual_id, order, words=words)
    await store.change_item(tx, item.id, outcome=why)
    await items.conclude(service, tx, replace(item, outcome=why))


async def _owe_again(service: Service, tx: AsyncConnection, item: Item, one: Appointment, order: Order) -> None:
    """From the first step on, with the reason that they gave."""
    once = store.cannot(one.id, one.revision)
    await store.may_open_again(tx, once, service.clock.now())
    await items.raise_item(service, tx, item.kind, once, item.individual_id, order, one.id, item.reason, item.words)

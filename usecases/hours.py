"""/hours for an individual: what is done and what is left, and *that's wrong* to a person."""

from collections.abc import Mapping, Sequence

from db import dates, items, outbox
from domain.compliance import Item, Kind
from domain.errors import NotKnown
from domain.orders import Order
from domain.outbox import Answer, Owed, Subject, To, send
from usecases import asking, awaiting, conversation, progress
from usecases import items as open_items
from usecases.service import Work, use_case


@use_case
async def show(work: Work) -> Sequence[Answer]:
    """Each order by itself: hours of two orders are never added."""
    individual = work.as_individual()
    orders = await progress.active_with_hours(work.tx, individual.id)
    if not orders:
        return [send("hours_none", Subject("individual", individual.id))]
    return [send("hours", Subject("order", order.id)) for order in orders]


@use_case
async def ask_wrong(work: Work, order_id: int) -> Sequence[Answer]:
    """*That's wrong*: what is?"""
    order = await _mine(work, order_id)
    await awaiting.ask(work, "hours_wrong", order=order.id)
    return [send("hours_wrong", Subject("order", order.id))]


@awaiting.hears("hours_wrong")
async def hear_wrong(work: Work, text: str, ids: Mapping[str, int]) -> Sequence[Answer] | None:
    """A question to whoever works with the person; the case manager hears of it too. What is said while one is open
    about the same order joins it."""
    order = await _mine(work, ids["order"])
    already = await items.open_of(work.tx, Kind.HOURS, order.individual_id, None)
    if already is not None and already.order_id == order.id:
        item = await conversation.join(work, work.as_individual(), already, quote=text)
    else:
        item = await _raise(work, order, text)
    return [send("hours_noted", Subject("item", item.id), **await asking.promise(work, item))]


async def _raise(work: Work, order: Order, text: str) -> Item:
    once = f"{Kind.HOURS}:{work.update_id}"
    item, _ = await open_items.raise_item(
        work.service, work.tx, Kind.HOURS, once, order.individual_id, order, words=text
    )
    if order.copied_id is not None:
        copy = Owed(
            kind="item_copy",
            subject=Subject("item", item.id),
            to=To.COPY,
            due_at=work.now,
            step=str(item.round),
            revision=item.round,
            individual_id=item.individual_id,
        )
        await outbox.owe(work.tx, copy, work.now)
    return item


async def _mine(work: Work, order_id: int) -> Order:
    """An active order of the speaker; raises NotKnown for any other."""
    individual = work.as_individual()
    order = await dates.order(work.tx, order_id)
    if order is None or order.individual_id != individual.id or not order.active or order.hours is None:
        raise NotKnown
    return order

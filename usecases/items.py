"""What is open: raised with the whole of its ladder owed, claimed by one person, withdrawn if it was not so."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, items, outbox, people, traces
from domain import compliance
from domain.errors import NotKnown
from domain.orders import Order
from domain.outbox import Answer, Owed, Subject, To, edit, send
from domain.people import Act
from usecases import access
from usecases.service import Service, Work, use_case

CARDS = ("item", "item_copy", "item_now")


async def raise_item(
    service: Service,
    tx: AsyncConnection,
    kind: compliance.Kind,
    once: str,
    individual_id: int,
    order: Order | None,
    appointment_id: int | None = None,
    reason: str = "",
    words: str = "",
) -> tuple[compliance.Item, bool]:
    """Opens an item and owes its whole ladder; one that is open already stays as it is. Says which.

    `once` names what there may be only one of: an alert per missed appointment, a task per update.
    """
    now = service.clock.now()
    order_id = order.id if order else None
    item, new = await items.open_once(tx, kind, once, individual_id, order_id, now, appointment_id, reason, words)
    if new:
        subject = Subject("item", item.id)
        wanted = compliance.ladder(item, individual_id, now, service.calendar)
        await outbox.plan(tx, [subject], "ladder", wanted, now, "raised_again")
        if kind is compliance.Kind.NON_ATTENDANCE and order is not None and order.copied_id is not None:
            await outbox.owe(tx, _note(item, "item_copy", To.COPY, service, step=str(item.round)), now)
    return item, new


def _note(item: compliance.Item, kind: str, to: To, service: Service, step: str, to_id: int | None = None) -> Owed:
    """A message about an item that asks nothing of its reader."""
    return Owed(
        kind=kind,
        subject=Subject("item", item.id),
        to=to,
        to_id=to_id,
        due_at=service.clock.now(),
        step=step,
        revision=item.round,
        individual_id=item.individual_id,
    )


async def _cards(tx: AsyncConnection, item: compliance.Item) -> list[tuple[people.Chat, int, str]]:
    """Every card about an item that somebody on staff still has: the chat, the message, and the kind that it was."""
    chats = {chat.id: chat for chat in (await people.chats_of_staff(tx)).values()}
    shown = await traces.about(tx, Subject("item", item.id), CARDS)
    return [(chats[one.chat], one.message_id, one.kind) for one in shown if one.chat in chats]


async def tell_those_who_saw(service: Service, tx: AsyncConnection, item: compliance.Item, kind: str) -> None:
    """Owes one message to everybody on staff who has a card about this item, or has claimed it from the list."""
    saw = {chat.staff_id for chat, _, _ in await _cards(tx, item)} | {item.claimed_by}
    for staff_id in sorted(id_ for id_ in saw if id_ is not None):
        news = _note(item, kind, To.STAFF, service, step=str(staff_id), to_id=staff_id)
        await outbox.owe(tx, news, service.clock.now())


async def refresh(service: Service, tx: AsyncConnection, item: compliance.Item, but_chat: int | None = None) -> None:
    """Owes an edit, without a sound, of every card about this item."""
    now = service.clock.now()
    for chat, message_id, kind in await _cards(tx, item):
        if chat.id == but_chat:
            continue
        step = f"{chat.id}-{message_id}-{now.timestamp()}"
        edit_ = _note(item, "item_now", To.STAFF, service, step=step, to_id=chat.staff_id)
        mine = item.claimed_by is not None and item.claimed_by == chat.staff_id
        params = {"edit": message_id, "mine": int(mine), "copy": int(kind == "item_copy")}
        await outbox.owe(tx, replace(edit_, params=params), now)


async def withdraw(service: Service, tx: AsyncConnection, item: compliance.Item) -> None:
    """It was not so: nobody else is told, and those who were told hear that it is withdrawn."""
    now = service.clock.now()
    await items.change_item(tx, item.id, withdrawn_at=now)
    await outbox.cancel(tx, Subject("item", item.id), "ladder", "withdrawn", now)
    await refresh(service, tx, item)
    await tell_those_who_saw(service, tx, item, "item_withdrawn")


async def conclude(service: Service, tx: AsyncConnection, item: compliance.Item) -> None:
    """What the item asked for has been done elsewhere: nobody else needs to hear of it."""
    now = service.clock.now()
    await items.change_item(tx, item.id, closed_at=now)
    await outbox.cancel(tx, Subject("item", item.id), "ladder", "concluded", now)
    await refresh(service, tx, item)


async def dispute(service: Service, tx: AsyncConnection, item: compliance.Item) -> None:
    """The individual says they were there: shown on the alert, told to those who saw it, asked of who ran the day.

    An alert that was done with is open again: what it rested on is in question.
    """
    if item.disputed_at is not None:
        return
    await items.change_item(tx, item.id, disputed_at=service.clock.now(), closed_at=None)
    await refresh(service, tx, item)
    await tell_those_who_saw(service, tx, item, "item_disputed")
    await outbox.owe(tx, _note(item, "was_there_question", To.RUNNER, service, step="asked"), service.clock.now())


async def confirm(service: Service, tx: AsyncConnection, item: compliance.Item) -> None:
    """Whoever ran the day was asked again, and says that they were not there."""
    await refresh(service, tx, item)
    await tell_those_who_saw(service, tx, item, "item_confirmed")


@use_case
async def show_queue(work: Work) -> Sequence[Answer]:
    """/alerts: everything open that is this person's to claim."""
    staff = await access.require(work, Act.CLAIM_ITEM)
    within = await access.items_within_reach(work.tx, staff, work.today)
    await access.note(work, Act.CLAIM_ITEM, [item.individual_id for item in within], "queue")
    return [send("queue", Subject("staff", staff.id))]


@use_case
async def show(work: Work, item_id: int) -> Sequence[Answer]:
    """One item from the list, whole."""
    item = await _within_reach(work, item_id, "item")
    return [send("item", Subject("item", item.id), mine=int(item.claimed_by == work.as_staff().id))]


@use_case
async def claim(work: Work, item_id: int) -> Sequence[Answer]:
    """*I'm dealing with it*: the first tap claims, and nobody else needs to be told. Others see who has it."""
    item = await _within_reach(work, item_id, "item claimed")
    subject, me = Subject("item", item.id), work.as_staff().id
    if item.unclaimed:
        item = replace(item, claimed_by=me, claimed_at=work.now)
        await items.change_item(work.tx, item.id, claimed_by=me, claimed_at=work.now)
        await outbox.cancel(work.tx, subject, "ladder", "claimed", work.now)
        await refresh(work.service, work.tx, item, but_chat=work.chat.id if work.chat else None)
    return [edit("item", subject, mine=int(item.claimed_by == me))]


@use_case
async def close(work: Work, item_id: int) -> Sequence[Answer]:
    """*Done*: whoever claimed it has dealt with it."""
    item = await _within_reach(work, item_id, "item closed")
    if item.open and item.claimed_by == work.as_staff().id:
        await items.change_item(work.tx, item.id, closed_at=work.now)
        await refresh(work.service, work.tx, item, but_chat=work.chat.id if work.chat else None)
    return [edit("item", Subject("item", item.id))]


async def _within_reach(work: Work, item_id: int, what: str) -> compliance.Item:
    item = await items.item(work.tx, item_id)
    if item is None:
        await access.require(work, Act.CLAIM_ITEM)
        raise NotKnown
    individual = await people.individual(work.tx, item.individual_id)
    await access.require_for(work, Act.CLAIM_ITEM, individual, what, item)
    return item


async def order_to_speak_about(tx: AsyncConnection, individual_id: int) -> Order | None:
    """The order whose worker hears of what a person says without naming a date."""
    return next(iter(await dates.orders_of(tx, individual_id)), None)

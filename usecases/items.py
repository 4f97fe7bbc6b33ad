"""What is open: raised with the whole of its ladder owed, claimed by one person, withdrawn if it was not so."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, items, outbox, people
from domain import compliance
from domain.errors import NotKnown
from domain.orders import Order
from domain.outbox import Answer, Owed, Subject, To, edit, send
from domain.people import Act
from usecases import access
from usecases.service import Service, Work, use_case


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


async def tell_those_who_saw(service: Service, tx: AsyncConnection, item: compliance.Item, kind: str) -> None:
    """Owes one message to every chat into which anything about this item was accepted."""
    for chat in sorted(await outbox.told(tx, Subject("item", item.id))):
        note = _note(item, kind, To.CHAT, service, step=f"{kind}-{chat}", to_id=chat)
        await outbox.owe(tx, note, service.clock.now())


async def refresh(service: Service, tx: AsyncConnection, item: compliance.Item, but_chat: int | None = None) -> None:
    """Owes an edit, without a sound, of the newest card about this item in every chat that has one."""
    now = service.clock.now()
    for chat, message_id in sorted((await outbox.told(tx, Subject("item", item.id))).items()):
        if chat != but_chat:
            note = _note(item, "item_now", To.CHAT, service, step=f"now-{chat}-{now.timestamp()}", to_id=chat)
            await outbox.owe(tx, replace(note, params={"edit": message_id}), now)


async def withdraw(service: Service, tx: AsyncConnection, item: compliance.Item) -> None:
    """It was not so: nobody else is told, and those who were told hear that it is withdrawn."""
    now = service.clock.now()
    await items.change_item(tx, item.id, withdrawn_at=now)
    await outbox.cancel(tx, Subject("item", item.id), "ladder", "withdrawn", now)
    await tell_those_who_saw(service, tx, item, "item_withdrawn")


async def dispute(service: Service, tx: AsyncConnection, item: compliance.Item) -> None:
    """The individual says they were there: shown on the alert, told to those who saw it, asked of who ran the day."""
    if item.disputed_at is not None:
        return
    now = service.clock.now()
    await items.change_item(tx, item.id, disputed_at=now)
    await tell_those_who_saw(service, tx, item, "item_disputed")
    await outbox.owe(tx, _note(item, "was_there_question", To.RUNNER, service, step="asked"), now)


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
    return [send("item", Subject("item", item.id))]


@use_case
async def claim(work: Work, item_id: int) -> Sequence[Answer]:
    """*I'm dealing with it*: the first tap claims, and nobody else needs to be told. Others see who has it."""
    item = await _within_reach(work, item_id, "item claimed")
    subject = Subject("item", item.id)
    if item.unclaimed:
        await items.change_item(work.tx, item.id, claimed_by=work.as_staff().id, claimed_at=work.now)
        await outbox.cancel(work.tx, subject, "ladder", "claimed", work.now)
        await refresh(work.service, work.tx, item, but_chat=work.chat.id if work.chat else None)
    return [edit("item", subject)]


@use_case
async def close(work: Work, item_id: int) -> Sequence[Answer]:
    """*Done*: whoever claimed it has dealt with it."""
    item = await _within_reach(work, item_id, "item closed")
    if item.open and item.claimed_by == work.as_staff().id:
        await items.change_item(work.tx, item.id, closed_at=work.now)
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

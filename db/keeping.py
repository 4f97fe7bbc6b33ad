"""What is due to go goes: one function for each rule, a batch at a time. Nothing goes of who is under a legal hold."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Select, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import access as record
from db.tables import (
    access,
    answered,
    answers,
    appointments,
    chats,
    deliveries,
    forms,
    glass,
    imports,
    inbox,
    individuals,
    invites,
    items,
    notes,
    offered,
    offers,
    orders,
    outbox,
    packs,
    quotes,
    said,
    sittings,
    starts,
    traces,
    wrong_codes,
)
from domain.offering import END
from domain.orders import Status

HELD = select(orders.c.individual_id).where(orders.c.legal_hold_at.is_not(None))
HELD_CHATS = select(chats.c.id).where(chats.c.individual_id.in_(HELD))


def _free(column: Any) -> ColumnElement[bool]:
    """Of nobody under a legal hold, or of nobody at all."""
    return or_(column.is_(None), column.not_in(HELD))


async def _delete(tx: AsyncConnection, table: Any, which: Sequence[ColumnElement[bool]], most: int) -> int:
    key = next(iter(table.primary_key.columns))
    batch = select(key).where(*which).order_by(key).limit(most)
    return int((await tx.execute(delete(table).where(key.in_(batch.scalar_subquery())))).rowcount)


async def parked_updates(tx: AsyncConnection, before: datetime, most: int) -> int:
    held = select(chats.c.chat_hash).where(chats.c.id.in_(HELD_CHATS), chats.c.chat_hash.is_not(None))
    old = (inbox.c.parked_at.is_not(None), inbox.c.received_at < before, inbox.c.chat_hash.not_in(held))
    return await _delete(tx, inbox, old, most)


async def words(tx: AsyncConnection, before: datetime, most: int) -> int:
    """Words said, once what they belong to is closed; those of items that are closed (the items themselves stay); and
    notes of whoever runs a session."""
    open_ = exists().where(items.c.id == said.c.item_id, items.c.closed_at.is_(None), items.c.withdrawn_at.is_(None))
    gone = await _delete(tx, said, (said.c.at < before, ~open_, _free(said.c.individual_id)), most)
    gone += await _delete(tx, notes, (notes.c.at < before, _free(notes.c.individual_id)), most)
    over = func.coalesce(items.c.closed_at, items.c.withdrawn_at)
    later = exists().where(appointments.c.id == items.c.appointment_id, appointments.c.starts_at >= before)
    full = or_(items.c.words.is_not(None), items.c.number.is_not(None), items.c.safe_time.is_not(None))
    batch = select(items.c.id).where(full, over < before, ~later, _free(items.c.individual_id)).limit(most)
    empty = {"words": None, "number": None, "safe_time": None}
    emptied = await tx.execute(update(items).where(items.c.id.in_(batch.scalar_subquery())).values(empty))
    return gone + int(emptied.rowcount)


async def offers_not_taken(tx: AsyncConnection, before: datetime, most: int) -> int:
    """Who did not take a free place: nobody is asked twice about one day, and after it nobody asks any more."""
    over = select(offers.c.id).where(offers.c.starts_at < before)
    idle = (offered.c.offer_id.in_(over), offered.c.appointment_id.is_(None), _free(offered.c.individual_id))
    return await _delete(tx, offered, idle, most)


async def traces_(tx: AsyncConnection, before: datetime, most: int) -> int:
    return await _delete(tx, traces, (traces.c.at < before, traces.c.chat.not_in(HELD_CHATS)), most)


async def service_messages(tx: AsyncConnection, before: datetime, most: int) -> int:
    old = select(outbox.c.id).where(outbox.c.individual_id.is_(None), outbox.c.settled_at < before).limit(most)
    ids = list((await tx.execute(old)).scalars())
    if not ids:
        return 0
    await tx.execute(delete(deliveries).where(deliveries.c.outbox_id.in_(ids)))
    return int((await tx.execute(delete(outbox).where(outbox.c.id.in_(ids)))).rowcount)


async def _unlink(tx: AsyncConnection, whose: Select[Any] | CompoundSelect[Any], most: int, now: datetime) -> int:
    mine = (chats.c.individual_id.in_(whose), chats.c.unlinked_at.is_(None), _free(chats.c.individual_id))
    batch = select(chats.c.id).where(*mine).limit(most).scalar_subquery()
    gone = {"chat_hash": None, "unlinked_at": now, "awaits": None}
    return int((await tx.execute(update(chats).where(chats.c.id.in_(batch)).values(gone))).rowcount)


async def link_after_stop(tx: AsyncConnection, before: datetime, most: int, now: datetime) -> int:
    return await _unlink(tx, select(individuals.c.id).where(individuals.c.stopped_at < before), most, now)


def _ended(before: datetime) -> Select[Any]:
    """Everybody whose last order ended before a day; nobody who has one that runs."""
    last = func.max(func.coalesce(orders.c.ended_on, orders.c.imposed_on))
    running = select(orders.c.individual_id).where(orders.c.status == Status.ACTIVE.value)
    whose = select(orders.c.individual_id).where(orders.c.individual_id.not_in(running))
    return whose.group_by(orders.c.individual_id).having(last < before.date())


async def link_after_end(tx: AsyncConnection, before: datetime, most: int, now: datetime) -> int:
    return await _unlink(tx, _ended(before), most, now)


async def old_links(tx: AsyncConnection, before: datetime, most: int) -> int:
    """The row stays, for what was sent there; the number of the chat goes. 0 is no chat."""
    held = HELD_CHATS.scalar_subquery()
    query = select(chats.c.id, chats.c.chat_id).where(chats.c.unlinked_at < before, chats.c.id.not_in(held))
    ids = [row.id for row in await tx.execute(query.order_by(chats.c.id.desc())) if row.chat_id != "0"][:most]
    if ids:
        await tx.execute(update(chats).where(chats.c.id.in_(ids)).values(chat_id="0"))
    return len(ids)


async def invitations(tx: AsyncConnection, before: datetime, most: int) -> int:
    over = func.coalesce(invites.c.used_at, invites.c.expires_at)
    return await _delete(tx, invites, (over < before, _free(invites.c.individual_id)), most)


async def answered_(tx: AsyncConnection, before: datetime, most: int) -> int:
    return await _delete(tx, answered, (answered.c.at < before,), most)


async def wrong_codes_(tx: AsyncConnection, before: datetime, most: int) -> int:
    return await _delete(tx, wrong_codes, (wrong_codes.c.at < before,), most)


async def own_answers(tx: AsyncConnection, before: datetime, most: int) -> int:
    """The one row that knows whose form it was takes another random name; own words of old quarters go."""
    over = func.coalesce(sittings.c.finished_at, sittings.c.declined_at)
    tied = exists().where(forms.c.form_id == sittings.c.form_id)
    mine = (over < before, tied, sittings.c.occasion == END, _free(sittings.c.individual_id))
    ids = list((await tx.execute(select(sittings.c.id).where(*mine).limit(most))).scalars())
    await untie(tx, ids)
    known = select(sittings.c.form_id).where(sittings.c.individual_id.in_(HELD))
    old = select(forms.c.form_id).where(forms.c.sent_on < before.date(), forms.c.form_id.not_in(known))
    worded = (answers.c.words.is_not(None), answers.c.form_id.in_(old), ~_tied_to_somebody())
    batch = select(answers.c.id).where(*worded).limit(most).scalar_subquery()
    emptied = await tx.execute(update(answers).where(answers.c.id.in_(batch)).values(words=None))
    return len(ids) + int(emptied.rowcount)


async def quotes_(tx: AsyncConnection, before: datetime, most: int) -> int:
    """Words for a report, by the quarter in which they were sent, once they are nobody's."""
    tied = exists().where(sittings.c.form_id == quotes.c.form_id)
    return await _delete(tx, quotes, (quotes.c.quarter < before.date(), ~tied), most)


async def paired_answers(tx: AsyncConnection, before: datetime, most: int) -> int:
    """Settled forms with all that hangs on them, by the quarter in which the order ended."""
    old = select(forms.c.form_id).where(forms.c.ending != "", forms.c.ended_on < before.date()).limit(most)
    names = list((await tx.execute(old)).scalars())
    for table in (answers, starts, quotes, forms) if names else ():
        await tx.execute(delete(table).where(table.c.form_id.in_(names)))
    return len(names)


def _tied_to_somebody() -> ColumnElement[bool]:
    return exists().where(sittings.c.form_id == answers.c.form_id)


async def untie(tx: AsyncConnection, sitting_ids: Sequence[int]) -> None:
    """Nobody can say any more which answers belong to these sittings."""
    for id_ in sitting_ids:
        name = f"untied:{secrets.token_urlsafe(16)}"
        await tx.execute(update(sittings).where(sittings.c.id == id_).values(form_id=name))


async def packs_(tx: AsyncConnection, before: datetime, most: int) -> int:
    """Figures as they were signed, or never were."""
    return await _delete(tx, packs, (packs.c.made_at < before,), most)


async def cases(tx: AsyncConnection, before: datetime, most: int) -> list[int]:
    """The people whose record is due to go whole, and has not gone yet."""
    left = select(orders.c.individual_id)
    ended = _ended(before).subquery()
    query = select(ended.c.individual_id).where(ended.c.individual_id.in_(left), ended.c.individual_id.not_in(HELD))
    return list((await tx.execute(query.order_by(ended.c.individual_id).limit(most))).scalars())


async def access_(tx: AsyncConnection, before: datetime, most: int, now: datetime) -> int:
    """Only from the oldest on, without a gap, and never the last: what is left and what comes can be followed."""
    await _delete(tx, glass, (glass.c.at < before, _free(glass.c.individual_id)), most)
    kept = or_(access.c.at >= before, access.c.individual_id.in_(HELD))
    first, last = select(func.min(access.c.id)).where(kept), select(func.max(access.c.id))
    below = (await tx.execute(first)).scalar_one()
    if below is None:
        below = (await tx.execute(last)).scalar_one() or 0
    return await record.forget_oldest(tx, below, most, now)


async def imports_(tx: AsyncConnection, before: datetime, most: int) -> int:
    return await _delete(tx, imports, (imports.c.at < before,), most)


# ── Legal hold ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def set_legal_hold(tx: AsyncConnection, order_ids: Sequence[int], at: datetime | None, by: int | None) -> None:
    """Puts orders under a legal hold, or lifts it (`at` none)."""
    values = {"legal_hold_at": at, "legal_hold_by": by}
    await tx.execute(update(orders).where(orders.c.id.in_(order_ids)).values(values))


async def under_legal_hold(tx: AsyncConnection, individual_id: int) -> list[str]:
    """The refs of a person's orders that are under one."""
    mine = (orders.c.individual_id == individual_id, orders.c.legal_hold_at.is_not(None))
    return list((await tx.execute(select(orders.c.ref).where(*mine).order_by(orders.c.ref))).scalars())


async def order_by_ref(tx: AsyncConnection, ref: str) -> tuple[int, int] | None:
    """The id of an order and of its individual."""
    row = (await tx.execute(select(orders.c.id, orders.c.individual_id).where(orders.c.ref == ref))).one_or_none()
    return (row.id, row.individual_id) if row else None

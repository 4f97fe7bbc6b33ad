"""What is due to go goes: one function for each rule, a batch at a time. Nothing goes of who is under a legal hold."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Delete,
    Integer,
    Select,
    Update,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from db import access as record
from db.prepared import Prepared, Reading
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


_BEFORE: BindParameter[Any] = bindparam("before")
_DAY: BindParameter[Any] = bindparam("day")
_NOW: BindParameter[Any] = bindparam("now")
_MOST = bindparam("most", type_=Integer())


@dataclass(frozen=True)
class Gone:
    """How many rows went by one rule, or were emptied: `number` is known once the transaction has ended."""

    at_once: int = 0
    later: Sequence[Reading[int]] = ()

    @property
    def number(self) -> int:
        return self.at_once + sum(one.found for one in self.later)


class _Gone:
    """What goes by one rule, put into SQL once. The night may look through a whole table, as what is asked for each
    message may not (tests/db/test_prepared.py). It goes ahead of whatever comes next: on PostgreSQL what several rules
    are about goes in one exchange."""

    def __init__(self, *statements: Delete | Update) -> None:
        self._statements = [Prepared(one.returning(_key(one.table))) for one in statements]

    async def __call__(self, tx: AsyncConnection, before: datetime, most: int, now: datetime | None = None) -> Gone:
        values = {"before": before, "day": before.date(), "most": most, "now": now}
        readings = [Reading(one, len, **values) for one in self._statements]
        for one in readings:
            await one.later(tx)
        return Gone(later=readings)


class _Found:
    """The rows that a rule is about, where more has to be done about them."""

    def __init__(self, statement: Select[Any]) -> None:
        self._statement = Prepared(statement)

    async def __call__(self, tx: AsyncConnection, before: datetime, most: int) -> list[Any]:
        return await self._statement.all(tx, before=before, day=before.date(), most=most)


def _free(column: Any) -> ColumnElement[bool]:
    """Of nobody under a legal hold, or of nobody at all."""
    return or_(column.is_(None), column.not_in(HELD))


def _key(table: Any) -> Any:
    return next(iter(table.primary_key.columns))


def _delete(table: Any, *which: ColumnElement[bool]) -> Delete:
    key = _key(table)
    batch = select(key).where(*which).order_by(key).limit(_MOST)
    return delete(table).where(key.in_(batch.scalar_subquery()))


def _update(table: Any, which: Sequence[ColumnElement[bool]], values: Mapping[str, Any]) -> Update:
    batch = select(table.c.id).where(*which).limit(_MOST)
    return update(table).where(table.c.id.in_(batch.scalar_subquery())).values(values)


_HELD_HASHES = select(chats.c.chat_hash).where(chats.c.id.in_(HELD_CHATS), chats.c.chat_hash.is_not(None))
parked_updates = _Gone(
    _delete(
        inbox, inbox.c.parked_at.is_not(None), inbox.c.received_at < _BEFORE, inbox.c.chat_hash.not_in(_HELD_HASHES)
    )
)

_OPEN = exists().where(items.c.id == said.c.item_id, items.c.closed_at.is_(None), items.c.withdrawn_at.is_(None))
_LATER = exists().where(appointments.c.id == items.c.appointment_id, appointments.c.starts_at >= _BEFORE)
_FULL = or_(items.c.words.is_not(None), items.c.number.is_not(None), items.c.safe_time.is_not(None))
_OVER = func.coalesce(items.c.closed_at, items.c.withdrawn_at) < _BEFORE
# Words said, once what they belong to is closed; those of items that are closed (the items themselves stay); and notes
# of whoever runs a session.
words = _Gone(
    _delete(said, said.c.at < _BEFORE, ~_OPEN, _free(said.c.individual_id)),
    _delete(notes, notes.c.at < _BEFORE, _free(notes.c.individual_id)),
    _update(
        items,
        (_FULL, _OVER, ~_LATER, _free(items.c.individual_id)),
        {"words": None, "number": None, "safe_time": None},
    ),
)

# Who did not take a free place: nobody is asked twice about one day, and after it nobody asks any more.
offers_not_taken = _Gone(
    _delete(
        offered,
        offered.c.offer_id.in_(select(offers.c.id).where(offers.c.starts_at < _BEFORE)),
        offered.c.appointment_id.is_(None),
        _free(offered.c.individual_id),
    )
)

traces_ = _Gone(_delete(traces, traces.c.at < _BEFORE, traces.c.chat.not_in(HELD_CHATS)))

_SERVICE = _Found(
    select(outbox.c.id).where(outbox.c.individual_id.is_(None), outbox.c.settled_at < _BEFORE).limit(_MOST)
)


async def service_messages(tx: AsyncConnection, before: datetime, most: int) -> Gone:
    ids = [row.id for row in await _SERVICE(tx, before, most)]
    if ids:
        await tx.execute(delete(deliveries).where(deliveries.c.outbox_id.in_(ids)))
        await tx.execute(delete(outbox).where(outbox.c.id.in_(ids)))
    return Gone(len(ids))


def _unlink(whose: Select[Any]) -> Update:
    mine = (chats.c.individual_id.in_(whose), chats.c.unlinked_at.is_(None), _free(chats.c.individual_id))
    return _update(chats, mine, {"chat_hash": None, "unlinked_at": _NOW, "awaits": None})


link_after_stop = _Gone(_unlink(select(individuals.c.id).where(individuals.c.stopped_at < _BEFORE)))


def _ended() -> Select[Any]:
    """Everybody whose last order ended before a day; nobody who has one that runs."""
    last = func.max(func.coalesce(orders.c.ended_on, orders.c.imposed_on))
    running = select(orders.c.individual_id).where(orders.c.status == Status.ACTIVE.value)
    whose = select(orders.c.individual_id).where(orders.c.individual_id.not_in(running))
    return whose.group_by(orders.c.individual_id).having(last < _DAY)


link_after_end = _Gone(_unlink(_ended()))

_OLD_LINKS = _Found(
    select(chats.c.id, chats.c.chat_id)
    .where(chats.c.unlinked_at < _BEFORE, chats.c.id.not_in(HELD_CHATS.scalar_subquery()))
    .order_by(chats.c.id.desc())
)


async def old_links(tx: AsyncConnection, before: datetime, most: int) -> Gone:
    """The row stays, for what was sent there; the number of the chat goes. 0 is no chat."""
    ids = [row.id for row in await _OLD_LINKS(tx, before, most) if row.chat_id != "0"][:most]
    if ids:
        await tx.execute(update(chats).where(chats.c.id.in_(ids)).values(chat_id="0"))
    return Gone(len(ids))


_RAN_OUT = func.coalesce(invites.c.used_at, invites.c.expires_at) < _BEFORE
invitations = _Gone(_delete(invites, _RAN_OUT, _free(invites.c.individual_id)))

answered_ = _Gone(_delete(answered, answered.c.at < _BEFORE))

wrong_codes_ = _Gone(_delete(wrong_codes, wrong_codes.c.at < _BEFORE))

_SAT = func.coalesce(sittings.c.finished_at, sittings.c.declined_at) < _BEFORE
_TIED = exists().where(forms.c.form_id == sittings.c.form_id)
_OWN = _Found(
    select(sittings.c.id).where(_SAT, _TIED, sittings.c.occasion == END, _free(sittings.c.individual_id)).limit(_MOST)
)
_KNOWN = select(sittings.c.form_id).where(sittings.c.individual_id.in_(HELD))
_OLD_FORMS = select(forms.c.form_id).where(forms.c.sent_on < _DAY, forms.c.form_id.not_in(_KNOWN))
_SOMEBODYS = exists().where(sittings.c.form_id == answers.c.form_id)
_OWN_WORDS = _Gone(
    _update(answers, (answers.c.words.is_not(None), answers.c.form_id.in_(_OLD_FORMS), ~_SOMEBODYS), {"words": None})
)


async def own_answers(tx: AsyncConnection, before: datetime, most: int) -> Gone:
    """The one row that knows whose form it was takes another random name; own words of old quarters go."""
    ids = [row.id for row in await _OWN(tx, before, most)]
    await untie(tx, ids)
    return replace(await _OWN_WORDS(tx, before, most), at_once=len(ids))


# Words for a report, by the quarter in which they were sent, once they are nobody's.
quotes_ = _Gone(_delete(quotes, quotes.c.quarter < _DAY, ~exists().where(sittings.c.form_id == quotes.c.form_id)))

_SETTLED = _Found(select(forms.c.form_id).where(forms.c.ending != "", forms.c.ended_on < _DAY).limit(_MOST))


async def paired_answers(tx: AsyncConnection, before: datetime, most: int) -> Gone:
    """Settled forms with all that hangs on them, by the quarter in which the order ended."""
    names = [row.form_id for row in await _SETTLED(tx, before, most)]
    for table in (answers, starts, quotes, forms) if names else ():
        await tx.execute(delete(table).where(table.c.form_id.in_(names)))
    return Gone(len(names))


async def untie(tx: AsyncConnection, sitting_ids: Sequence[int]) -> None:
    """Nobody can say any more which answers belong to these sittings."""
    for id_ in sitting_ids:
        name = f"untied:{secrets.token_urlsafe(16)}"
        await tx.execute(update(sittings).where(sittings.c.id == id_).values(form_id=name))


# Figures as they were signed, or never were.
packs_ = _Gone(_delete(packs, packs.c.made_at < _BEFORE))

_WHOLE = _ended().subquery()
_CASES = _Found(
    select(_WHOLE.c.individual_id)
    .where(_WHOLE.c.individual_id.in_(select(orders.c.individual_id)), _WHOLE.c.individual_id.not_in(HELD))
    .order_by(_WHOLE.c.individual_id)
    .limit(_MOST)
)


async def cases(tx: AsyncConnection, before: datetime, most: int) -> list[int]:
    """The people whose record is due to go whole, and has not gone yet."""
    return [row.individual_id for row in await _CASES(tx, before, most)]


_GLASS = _Gone(_delete(glass, glass.c.at < _BEFORE, _free(glass.c.individual_id)))
_FIRST_KEPT = select(func.min(access.c.id)).where(or_(access.c.at >= _BEFORE, access.c.individual_id.in_(HELD)))
_LAST = select(func.max(access.c.id))
_OLDEST = _Found(
    select(access.c.id, access.c.chain)
    .where(access.c.id < func.coalesce(_FIRST_KEPT.scalar_subquery(), _LAST.scalar_subquery()))
    .order_by(access.c.id)
    .limit(_MOST)
)


async def access_(tx: AsyncConnection, before: datetime, most: int, now: datetime) -> Gone:
    """Only from the oldest on, without a gap, and never the last: what is left and what comes can be followed."""
    await _GLASS(tx, before, most)
    oldest = await _OLDEST(tx, before, most)
    if oldest:
        await record.forget_up_to(tx, oldest[-1].id, oldest[-1].chain, len(oldest), now)
    return Gone(len(oldest))


imports_ = _Gone(_delete(imports, imports.c.at < _BEFORE))


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

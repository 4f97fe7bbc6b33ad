"""What the follow-up clock of a missed date depends on, and who was to be told of something and could not be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import changing
from db.outbox import has_status
from db.prepared import Prepared, Reading, among
from db.tables import appointments, contacts, deliveries, orders, outbox, traces
from db.traces import Trace
from domain.appointments import Kind, Status
from domain.compliance import FOLLOW_UP, LISTED, PUT_ON_LIST
from domain.deciding import How
from domain.facts import Skipped
from domain.orders import Status as OrderStatus
from domain.outbox import TOGETHER, Row, Subject, To
from domain.outbox import Status as RowStatus
from domain.people import Staff


@dataclass(frozen=True)
class Earlier:
    """A message that stands in a chat, the rows (ids) that it settled, and the items (ids) that they are about."""

    message_id: int
    rows: frozenset[int]
    items: frozenset[int]


_NEXT_WORK = Prepared(
    select(appointments.c.starts_at)
    .join(orders, orders.c.id == appointments.c.order_id)
    .where(
        orders.c.individual_id == bindparam("individual"),
        orders.c.status == OrderStatus.ACTIVE.value,
        appointments.c.kind == Kind.UNPAID_WORK.value,
        appointments.c.status == Status.BOOKED.value,
        appointments.c.starts_at > bindparam("after", type_=appointments.c.starts_at.type),
    )
    .order_by(appointments.c.starts_at)
    .limit(1)
)


async def next_work(tx: AsyncConnection, individual_id: int, after: datetime) -> datetime | None:
    """When the next booked unpaid work day of a person begins, on any active order of theirs."""
    row = await _NEXT_WORK.first(tx, individual=individual_id, after=after)
    return row.starts_at if row is not None else None


_CONTACTED = Prepared(
    select(contacts.c.item_id, contacts.c.how, contacts.c.at)
    .where(among(contacts.c.item_id, "ids"), contacts.c.undone_at.is_(None))
    .order_by(contacts.c.at)
)
_SKIPPED = Prepared(
    select(outbox.c.subject, outbox.c.to, outbox.c.reason, outbox.c.to_id, outbox.c.revision)
    .where(
        among(outbox.c.subject, "subjects"),
        outbox.c.family == "ladder",
        has_status(RowStatus.UNREACHABLE),
    )
    .order_by(outbox.c.id)
)


def reading_contacted(item_ids: Iterable[int]) -> Reading[dict[int, datetime]]:
    """When somebody last rang, wrote or visited about each of these items; to ask for more is none of these."""
    return Reading(_CONTACTED, _contacted, ids=list(set(item_ids)))


def _contacted(rows: Iterable[Any]) -> dict[int, datetime]:
    return {row.item_id: row.at for row in rows if row.how != How.NEED_MORE.value}


def reading_skipped(item_ids: Iterable[int]) -> Reading[list[Any]]:
    """The rows about these items that nobody could be told, for `skipped`."""
    return Reading(_SKIPPED, list, subjects=[str(Subject("item", id_)) for id_ in item_ids])


def skipped(
    rows: Iterable[Any], rounds: Mapping[int, int], staff: Mapping[int, Staff]
) -> dict[int, tuple[Skipped, ...]]:
    """Who was to be told of each of these items (by id, with its round) and could not be, in order."""
    found: dict[int, tuple[Skipped, ...]] = {}
    for row in rows:
        id_ = Subject.parse(row.subject).id
        if row.revision == rounds[id_]:
            one = Skipped(To(row.to), row.reason, staff.get(row.to_id or 0))
            found[id_] = (*found.get(id_, ()), one)
    return found


async def note_who(tx: AsyncConnection, row: Row, staff_id: int) -> None:
    """Whom a row was for that nobody could be told."""
    await changing.row(tx, outbox, row.id, to_id=staff_id)


async def alerts_in(tx: AsyncConnection, chat: int, since: datetime, to: To) -> list[Earlier]:
    """The messages in a chat (its row) that have told of something open on this rung since a moment, in order."""
    stands = and_(traces.c.chat == deliveries.c.chat, traces.c.message_id == deliveries.c.message_id)
    query = (
        select(traces.c.message_id, outbox.c.id, outbox.c.subject)
        .join(deliveries, stands)
        .join(outbox, outbox.c.id == deliveries.c.outbox_id)
        .where(traces.c.chat == chat, traces.c.at >= since, traces.c.kind.in_(("item", TOGETHER)))
        .where(outbox.c.kind == "item", outbox.c.to == to.value)
        .order_by(traces.c.message_id, outbox.c.id)
    )
    found: dict[int, Earlier] = {}
    for row in await tx.execute(query):
        one = found.get(row.message_id, Earlier(row.message_id, frozenset(), frozenset()))
        item = Subject.parse(row.subject).id
        found[row.message_id] = Earlier(row.message_id, one.rows | {row.id}, one.items | {item})
    return list(found.values())


async def move_to(tx: AsyncConnection, earlier: Earlier, chat: int, message_id: int) -> None:
    """What one message in a chat has told stands in another from now on."""
    which = (deliveries.c.outbox_id.in_(earlier.rows), deliveries.c.chat == chat)
    await tx.execute(update(deliveries).where(*which).values(message_id=message_id))


async def told_together(tx: AsyncConnection, row_id: int) -> list[int]:
    """The items that the messages told of by which this row was settled, by id: one message may settle several."""
    mine, beside = deliveries.alias(), deliveries.alias()
    same = and_(mine.c.chat == beside.c.chat, mine.c.message_id == beside.c.message_id)
    query = (
        select(outbox.c.subject)
        .join(beside, beside.c.outbox_id == outbox.c.id)
        .join(mine, same)
        .where(mine.c.outbox_id == row_id, outbox.c.kind.in_(("item", LISTED)))
        .order_by(outbox.c.id)
    )
    return list(dict.fromkeys(Subject.parse(one).id for one in (await tx.execute(query)).scalars()))


_LISTS_WITH = Prepared(
    select(traces)
    .join(deliveries, and_(traces.c.chat == deliveries.c.chat, traces.c.message_id == deliveries.c.message_id))
    .join(outbox, outbox.c.id == deliveries.c.outbox_id)
    .where(outbox.c.subject == bindparam("subject"), outbox.c.kind == "item", traces.c.kind == TOGETHER)
    .order_by(traces.c.id)
)


async def lists_with(tx: AsyncConnection, item_id: int) -> list[Trace]:
    """The messages that tell of this item among others, as far as they still stand in a chat."""
    rows = await _LISTS_WITH.all(tx, subject=str(Subject("item", item_id)))
    return [Trace(row.chat, row.message_id, row.ours, row.at, row.kind, row.subject) for row in rows]


async def running(tx: AsyncConnection) -> list[int]:
    """What is still followed up, by id: its way to the manager's list is planned."""
    query = select(outbox.c.subject).where(
        outbox.c.status == RowStatus.PLANNED.value, outbox.c.family == FOLLOW_UP, outbox.c.kind == PUT_ON_LIST
    )
    return [Subject.parse(one).id for one in (await tx.execute(query.order_by(outbox.c.id))).scalars()]

"""What is owed: planned, claimed with a lease, settled with a reason."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Dialect, and_, bindparam, func, insert, literal_column, or_, select, update
from sqlalchemy import Row as SqlRow
from sqlalchemy.ext.asyncio import AsyncConnection

from db import bulk
from db.tables import deliveries, outbox
from domain.outbox import Change, Owed, Row, Status, Subject, To, reconcile

NOBODY = ("nobody_linked", "blocked")  # why the last step of a ladder waits
PLANNABLE = or_(  # what may be planned, or planned again
    *(outbox.c.status == literal_column(f"'{status.value}'") for status in (Status.PLANNED, Status.CANCELLED))
)


def _row_of(row: SqlRow[tuple[Any, ...]]) -> Row:
    owed = Owed(
        kind=row.kind,
        subject=Subject.parse(row.subject),
        to=To(row.to),
        due_at=row.due_at,
        expires_at=row.expires_at,
        step=row.step,
        revision=row.revision,
        to_id=row.to_id,
        individual_id=row.individual_id,
        params=row.params,
        family=row.family,
    )
    return Row(row.id, owed, Status(row.status), row.reason, row.attempts)


def _values(owed: Owed, now: datetime) -> dict[str, Any]:
    return {
        "key": owed.key,
        "kind": owed.kind,
        "subject": str(owed.subject),
        "step": owed.step,
        "revision": owed.revision,
        "family": owed.family,
        "to": owed.to.value,
        "to_id": owed.to_id,
        "individual_id": owed.individual_id,
        "params": dict(owed.params),
        "priority": 1 if owed.to is To.INDIVIDUAL else 0,
        "due_at": owed.due_at,
        "expires_at": owed.expires_at,
        "status": Status.PLANNED.value,
        "reason": "",
        "planned_at": now,
        "settled_at": None,
        "leased_until": None,
        "attempts": 0,
    }


async def plan(
    tx: AsyncConnection, subjects: Iterable[Subject], family: str, wanted: Sequence[Owed], now: datetime, reason: str
) -> None:
    """Makes the unsent rows of one family about these subjects be exactly `wanted`; `reason` is why others end."""
    change = await changes(tx, subjects, family, wanted)
    if change.insert:
        await tx.execute(insert(outbox), [_values(owed, now) for owed in change.insert])
    for id_, owed in change.update:
        unsent = (outbox.c.id == id_, PLANNABLE)
        await tx.execute(update(outbox).where(*unsent).values(_values(owed, now)))
    await cancel_planned(tx, change.cancel, reason, now)


async def changes(tx: AsyncConnection, subjects: Iterable[Subject], family: str, wanted: Sequence[Owed]) -> Change:
    """What must be done so that the unsent rows of one family about these subjects are exactly `wanted`."""
    found: list[Row] = []
    for part in bulk.chunks(map(str, subjects)):
        query = select(outbox).where(outbox.c.subject.in_(part), outbox.c.family == family)
        found += map(_row_of, await tx.execute(query))
    return reconcile(found, wanted)


def batches(dialect: Dialect, change: Change, now: datetime) -> list[bulk.Batch]:
    """The new rows and the changed ones, ready to be written by the thousand. What is being sent by then stays."""
    again = [{"at_id": id_, **bulk.filled(_values(owed, now))} for id_, owed in change.update]
    unsent = (outbox.c.id == bindparam("at_id", type_=outbox.c.id.type), PLANNABLE)
    found = bulk.added(dialect, outbox, [_values(owed, now) for owed in change.insert])
    if again:
        values = bulk.parameters(outbox, (name.removeprefix("to_") for name in again[0] if name != "at_id"))
        found.append(bulk.ready(dialect, update(outbox).where(*unsent).values(values), again))
    return found


async def cancel_planned(tx: AsyncConnection, ids: Iterable[int], reason: str, now: datetime) -> None:
    """Ends those of these rows that are still planned."""
    for part in bulk.chunks(ids):
        unsent = and_(outbox.c.id.in_(part), outbox.c.status == Status.PLANNED.value)
        await _end(tx, unsent, Status.CANCELLED, reason, now)


async def owe(tx: AsyncConnection, owed: Owed, now: datetime) -> bool:
    """Owes one message, once: False if its key is known already, whatever became of it."""
    known = (await tx.execute(select(outbox.c.id).where(outbox.c.key == owed.key))).first()
    if known is None:
        await tx.execute(insert(outbox).values(_values(owed, now)))
    return known is None


async def cancel(tx: AsyncConnection, subject: Subject, family: str, reason: str, now: datetime) -> None:
    """Ends what is still planned of one family about a subject."""
    await plan(tx, [subject], family, (), now, reason)


async def cancel_for_individual(tx: AsyncConnection, individual_id: int, reason: str, now: datetime) -> None:
    """Ends everything that is still planned for one individual's own chat."""
    mine = and_(outbox.c.individual_id == individual_id, outbox.c.to == To.INDIVIDUAL.value)
    await _end(tx, and_(mine, outbox.c.status == Status.PLANNED.value), Status.CANCELLED, reason, now)


async def _end(tx: AsyncConnection, which: Any, status: Status, reason: str, now: datetime) -> None:
    await tx.execute(update(outbox).where(which).values(status=status.value, reason=reason, settled_at=now))


async def claim(tx: AsyncConnection, now: datetime, lease_until: datetime, most: int) -> list[Row]:
    """Takes up to `most` rows that are due, staff's before individuals', and those whose lease ran out."""
    due = or_(
        and_(outbox.c.status == Status.PLANNED.value, outbox.c.due_at <= now),
        and_(outbox.c.status == Status.SENDING.value, outbox.c.leased_until <= now),
    )
    which = (
        select(outbox.c.id)
        .where(due)
        .order_by(outbox.c.priority, outbox.c.due_at, outbox.c.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    change = (
        update(outbox)
        .where(outbox.c.id.in_(which.scalar_subquery()))
        .values(status=Status.SENDING.value, leased_until=lease_until, attempts=outbox.c.attempts + 1)
        .returning(outbox)
    )
    rows = [_row_of(row) for row in await tx.execute(change)]
    return sorted(rows, key=lambda row: (row.owed.to is To.INDIVIDUAL, row.owed.due_at, row.id))


async def settle(tx: AsyncConnection, ids: Sequence[int], status: Status, reason: str, now: datetime) -> None:
    """Ends claimed rows."""
    if ids:
        await _end(tx, outbox.c.id.in_(ids), status, reason, now)


async def postpone(tx: AsyncConnection, id_: int, until: datetime, reason: str) -> None:
    """Gives a claimed row back, due later."""
    values = {"status": Status.PLANNED.value, "due_at": until, "reason": reason, "leased_until": None}
    await tx.execute(update(outbox).where(outbox.c.id == id_).values(values))


async def hurry(tx: AsyncConnection, now: datetime) -> None:
    """Somebody on staff can be reached from now on: what waits because nobody could is due at once."""
    waits = and_(outbox.c.status == Status.PLANNED.value, outbox.c.reason.in_(NOBODY))
    await tx.execute(update(outbox).where(waits).values(due_at=now))


async def note_delivery(tx: AsyncConnection, outbox_id: int, chat: int, message_id: int, now: datetime) -> None:
    """Records that Telegram accepted a message: nothing more is known of it."""
    values = {"outbox_id": outbox_id, "chat": chat, "message_id": message_id, "accepted_at": now}
    await tx.execute(insert(deliveries).values(values))


async def delivered(tx: AsyncConnection, outbox_ids: Iterable[int]) -> dict[int, set[int]]:
    """The chats (row ids) that have had each row already: after a crash those are not told twice."""
    query = select(deliveries.c.outbox_id, deliveries.c.chat).where(deliveries.c.outbox_id.in_(set(outbox_ids)))
    found: dict[int, set[int]] = {}
    for row in await tx.execute(query):
        found.setdefault(row.outbox_id, set()).add(row.chat)
    return found


async def told(tx: AsyncConnection, subject: Subject, kinds: Iterable[str]) -> set[int]:
    """The chats (row ids) that have had a message of these kinds about a subject, however long ago."""
    query = (
        select(deliveries.c.chat)
        .join(outbox, outbox.c.id == deliveries.c.outbox_id)
        .where(outbox.c.subject == str(subject), outbox.c.kind.in_(list(kinds)))
    )
    return set((await tx.execute(query)).scalars())


async def next_due(tx: AsyncConnection) -> datetime | None:
    """When the next row falls due: planned ones, and leases that run out."""
    planned = select(func.min(outbox.c.due_at)).where(outbox.c.status == Status.PLANNED.value).scalar_subquery()
    leased = select(func.min(outbox.c.leased_until)).where(outbox.c.status == Status.SENDING.value).scalar_subquery()
    row = (await tx.execute(select(planned.label("planned"), leased.label("leased")))).one()
    return min((moment for moment in (row.planned, row.leased) if moment is not None), default=None)


async def owed_next(tx: AsyncConnection, most: int) -> list[Row]:
    """What is owed next, soonest first."""
    query = select(outbox).where(outbox.c.status.in_((Status.PLANNED.value, Status.SENDING.value)))
    return [_row_of(row) for row in await tx.execute(query.order_by(outbox.c.due_at, outbox.c.id).limit(most))]


async def about(tx: AsyncConnection, subject: Subject) -> list[Row]:
    """Every row about a subject, in the order of planning."""
    query = select(outbox).where(outbox.c.subject == str(subject)).order_by(outbox.c.id)
    return [_row_of(row) for row in await tx.execute(query)]

"""What is owed: planned, claimed with a lease, settled with a reason."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Integer,
    String,
    and_,
    bindparam,
    cast,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy import Row as SqlRow
from sqlalchemy.ext.asyncio import AsyncConnection

from db import bulk, locks
from db.prepared import Prepared, Reading, among, together
from db.tables import appointments, deliveries, items, orders, outbox, texts
from db.types import UtcDateTime
from domain.appointments import Status as Booked
from domain.changes import RING
from domain.compliance import Kind
from domain.orders import Status as Order
from domain.outbox import ASKED_FOR, CHANGED, Change, Owed, Params, Row, Status, Subject, To, reconcile
from domain.routing import WHYS

SEVERAL = "/"  # a text message that told several rows stands once for each: `REFERENCE/ROW` after the first
MOST_OTHERS = 1000  # rows of the people of one batch, who have a handful each
_PLANNED = outbox.c.status == literal_column(f"'{Status.PLANNED.value}'")  # as SQLite asks of a partial index
_SENDING = outbox.c.status == literal_column(f"'{Status.SENDING.value}'")


def has_status(status: Status) -> ColumnElement[bool]:
    """Whether a row that is found by its id or its subject has a status. Said so that no index can be asked for it:
    SQLite takes any list for longer than all that is planned, or was ever sent."""
    return outbox.c.status.concat(literal_column("''")) == literal_column(f"'{status.value}'")


PLANNABLE = or_(  # what may be planned, or planned again
    *(outbox.c.status == literal_column(f"'{status.value}'") for status in (Status.PLANNED, Status.CANCELLED))
)


def row_of(row: SqlRow[tuple[Any, ...]]) -> Row:
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
        rules=row.rules,
    )
    return Row(row.id, owed, Status(row.status), row.reason, row.attempts, row.leased_until)


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
        "rules": owed.rules,
    }


def _changed(owed: Owed, now: datetime) -> dict[str, Any]:
    values = _values(owed, now)
    del values["attempts"]  # planned anew, it may have been said all the same
    return values


_COLUMNS = [column for column in outbox.c if column.name != "id"]
_GIVEN = {column.name: bindparam(column.name, type_=column.type) for column in _COLUMNS}
_ANEW = {name: value for name, value in _GIVEN.items() if name != "attempts"}
_SAME_KEY = select(outbox.c.id).where(outbox.c.key == _GIVEN["key"]).exists()
_OWED = Prepared(insert(outbox).from_select(list(_GIVEN), select(*_GIVEN.values()).where(~_SAME_KEY)))
_PLANNED_ANEW = Prepared(insert(outbox).values(_GIVEN).inline())
_CHANGED = Prepared(
    update(outbox).where(outbox.c.id == bindparam("at_id", type_=outbox.c.id.type), PLANNABLE).values(_ANEW)
)
_END = update(outbox).where(among(outbox.c.id, "ids"))
_END = _END.values({name: _GIVEN[name] for name in ("status", "reason", "settled_at")})
_ENDED, _CANCELLED = Prepared(_END), Prepared(_END.where(has_status(Status.PLANNED)))
_OF_FAMILY = Prepared(select(outbox).where(among(outbox.c.subject, "subjects"), outbox.c.family == bindparam("family")))


async def plan(
    tx: AsyncConnection, subjects: Iterable[Subject], family: str, wanted: Sequence[Owed], now: datetime, reason: str
) -> None:
    """Makes the unsent rows of one family about these subjects be exactly `wanted`; `reason` is why others end."""
    change = await changes(tx, subjects, family, wanted)
    await _PLANNED_ANEW.many(tx, [_values(owed, now) for owed in change.insert])
    await _CHANGED.many(tx, [{"at_id": id_, **_changed(owed, now)} for id_, owed in change.update])
    await cancel_planned(tx, change.cancel, reason, now)


async def changes(tx: AsyncConnection, subjects: Iterable[Subject], family: str, wanted: Sequence[Owed]) -> Change:
    """What must be done so that the unsent rows of one family about these subjects are exactly `wanted`."""
    found = await _OF_FAMILY.all(tx, subjects=list(map(str, subjects)), family=family)
    return reconcile(list(map(row_of, found)), wanted)


def batches(dialect: Dialect, change: Change, now: datetime) -> list[bulk.Batch]:
    """The new rows and the changed ones, ready to be written by the thousand. What is being sent by then stays."""
    again = [{"at_id": id_, **bulk.filled(_changed(owed, now))} for id_, owed in change.update]
    unsent = (outbox.c.id == bindparam("at_id", type_=outbox.c.id.type), PLANNABLE)
    found = bulk.added(dialect, outbox, [_values(owed, now) for owed in change.insert])
    if again:
        values = bulk.parameters(outbox, (name.removeprefix("to_") for name in again[0] if name != "at_id"))
        found.append(bulk.ready(dialect, update(outbox).where(*unsent).values(values), again))
    return found


async def cancel_planned(tx: AsyncConnection, ids: Iterable[int], reason: str, now: datetime) -> None:
    """Ends those of these rows that are still planned."""
    if planned := list(ids):
        await _CANCELLED.later(tx, ids=planned, status=Status.CANCELLED.value, reason=reason, settled_at=now)


async def owe(tx: AsyncConnection, owed: Owed, now: datetime) -> None:
    """Owes one message, once: nothing if its key is known already, whatever became of it."""
    await _OWED.later(tx, **_values(owed, now))


async def owe_if_new(tx: AsyncConnection, owed: Owed, now: datetime) -> bool:
    """The same; whether its key was not known yet."""
    return await _OWED.run(tx, **_values(owed, now)) > 0


async def cancel(tx: AsyncConnection, subject: Subject, family: str, reason: str, now: datetime) -> None:
    """Ends what is still planned of one family about a subject."""
    await plan(tx, [subject], family, (), now, reason)


async def cancel_for_individual(tx: AsyncConnection, individual_id: int, reason: str, now: datetime) -> None:
    """Ends everything that is still planned for one individual's own chat."""
    mine = and_(outbox.c.individual_id == individual_id, outbox.c.to == To.INDIVIDUAL.value)
    await _end(tx, and_(mine, outbox.c.status == Status.PLANNED.value), Status.CANCELLED, reason, now)


async def _end(tx: AsyncConnection, which: Any, status: Status, reason: str, now: datetime) -> None:
    await tx.execute(update(outbox).where(which).values(status=status.value, reason=reason, settled_at=now))


_NOW = bindparam("now", type_=outbox.c.due_at.type)


def _free(*which: ColumnElement[bool], first: Sequence[ColumnElement[Any]] = ()) -> Prepared:
    """Which rows may be taken, in order; those that somebody else is just taking are passed over."""
    query = select(outbox.c.id).where(*which).order_by(*first, outbox.c.due_at, outbox.c.id)
    return Prepared(query.limit(bindparam("most", type_=Integer())).with_for_update(skip_locked=True))


_IN_TURN = (  # each walks an index from what is due first: neither what is planned nor all that is due is sorted
    _free(_PLANNED, outbox.c.priority == literal_column("0"), outbox.c.due_at <= _NOW),
    _free(_SENDING, outbox.c.leased_until <= _NOW, first=(outbox.c.priority,)),  # few: in flight when a process died
    _free(_PLANNED, outbox.c.priority == literal_column("1"), outbox.c.due_at <= _NOW),
)
_OF_THEM = (among(outbox.c.individual_id, "individuals"), among(outbox.c.kind, "kinds"))
_OTHERS = (
    _free(_PLANNED, outbox.c.due_at <= _NOW, *_OF_THEM),
    _free(_SENDING, outbox.c.leased_until <= _NOW, *_OF_THEM),  # what was one message when a process died is one again
)
_TAKEN = Prepared(
    update(outbox)
    .where(among(outbox.c.id, "ids"))
    .values(status=Status.SENDING.value, leased_until=bindparam("lease_until"), attempts=outbox.c.attempts + 1)
    .returning(outbox)
)


async def claim(tx: AsyncConnection, now: datetime, lease_until: datetime, most: int) -> list[Row]:
    """Takes up to `most` rows that are due, staff's before individuals', and those whose lease ran out. One process at
    a time: two that each took something of one person's would say it in two messages."""
    await locks.hold(tx, locks.CLAIMING)
    free = [Reading(one, _ids, now=now, most=most) for one in _IN_TURN]
    await together(tx, *free)
    rows = await _take(tx, [id_ for one in free for id_ in one.found][:most], lease_until)
    return sorted(rows, key=lambda row: (row.owed.to is To.INDIVIDUAL, row.owed.due_at, row.id))


def _ids(rows: Iterable[Any]) -> list[int]:
    return [row.id for row in rows]


async def _take(tx: AsyncConnection, ids: Sequence[int], lease_until: datetime) -> list[Row]:
    return [row_of(row) for row in await _TAKEN.all(tx, ids=list(ids), lease_until=lease_until)] if ids else []


_ACCEPTED = Prepared(
    insert(deliveries)
    .values({name: bindparam(name) for name in ("outbox_id", "chat", "message_id", "accepted_at")})
    .inline()
)


async def settle(tx: AsyncConnection, ids: Sequence[int], status: Status, reason: str, now: datetime) -> None:
    """Ends claimed rows."""
    if ids:
        await _ENDED.later(tx, ids=list(ids), status=status.value, reason=reason, settled_at=now)


async def postpone(
    tx: AsyncConnection, id_: int, until: datetime, reason: str, tried: bool = False, params: Params | None = None
) -> None:
    """Gives a claimed row back, due later. `tried`: it may have been said, which counts. `params` take the place of
    its own."""
    values = {"due_at": until, "reason": reason} | ({"params": dict(params)} if params is not None else {})
    await _postponing(tuple(values), 0 if tried else 1).later(tx, at_id=id_, **values)


@cache
def _postponing(names: Sequence[str], less: int) -> Prepared:
    values = {name: bindparam(name, type_=outbox.c[name].type) for name in names}
    back = {"status": Status.PLANNED.value, "leased_until": None, "attempts": outbox.c.attempts - less}
    return Prepared(update(outbox).where(outbox.c.id == bindparam("at_id")).values(values | back))


_CLAIMED = Prepared(
    select(outbox.c.id, outbox.c.leased_until).where(among(outbox.c.id, "ids"), _SENDING).with_for_update()
)


async def still_claimed(tx: AsyncConnection, rows: Iterable[Row]) -> set[int]:
    """Those that nobody else has claimed since: a claim ends with its lease, and each has a lease of its own."""
    leases = {row.id: row.leased_until for row in rows}
    found = await _CLAIMED.all(tx, ids=list(leases))
    return {row.id for row in found if row.leased_until == leases[row.id]}


_HURRIED = Prepared(
    update(outbox)
    .where(_PLANNED, outbox.c.reason.in_([literal_column(f"'{why}'") for why in sorted(WHYS)]))
    .values(due_at=bindparam("now", type_=outbox.c.due_at.type))
)


async def hurry(tx: AsyncConnection, now: datetime) -> None:
    """Somebody on staff can be reached from now on: what waits because nobody could is due at once."""
    await _HURRIED.later(tx, now=now)


async def held(tx: AsyncConnection, reason: str) -> list[Row]:
    """What is planned and waits for one reason, in the order of planning."""
    waits = (outbox.c.status == Status.PLANNED.value, outbox.c.reason == reason)
    return [row_of(row) for row in await tx.execute(select(outbox).where(*waits).order_by(outbox.c.id))]


_PLANNED_SUBJECTS = Prepared(select(outbox.c.subject).where(_PLANNED, outbox.c.family == bindparam("family")))


def reading_planned(family: str) -> Reading[set[Subject]]:
    """What is spoken of by all that is planned of one family."""
    return Reading(_PLANNED_SUBJECTS, lambda rows: {Subject.parse(row.subject) for row in rows}, family=family)


async def news_of_change(tx: AsyncConnection, subjects: Iterable[Subject], since: datetime) -> set[tuple[Subject, int]]:
    """The dates of which a message of a change is on its way, or went since then: (subject, revision)."""
    query = select(outbox.c.subject, outbox.c.revision).where(
        outbox.c.subject.in_({str(one) for one in subjects}),
        outbox.c.kind == CHANGED,
        or_(
            outbox.c.status.in_((Status.PLANNED.value, Status.SENDING.value)),
            and_(outbox.c.status == Status.SENT.value, outbox.c.settled_at > since),
        ),
    )
    return {(Subject.parse(row.subject), row.revision) for row in await tx.execute(query)}


async def unasked_since(
    tx: AsyncConnection, individual_ids: Iterable[int], since: datetime, but: Iterable[int]
) -> dict[int, list[datetime | None]]:
    """When each of these people was sent a message that they did not ask for; None: it is on its way. One message that
    settled several rows counts once. `but` are rows that are being weighed."""
    query = (
        select(
            *(outbox.c.id, outbox.c.individual_id, outbox.c.settled_at, outbox.c.params),
            *(deliveries.c.message_id, texts.c.reference),
        )
        .outerjoin(deliveries, deliveries.c.outbox_id == outbox.c.id)
        .outerjoin(texts, and_(texts.c.individual_id == outbox.c.individual_id, texts.c.outbox_id == outbox.c.id))
        .where(
            outbox.c.individual_id.in_(set(individual_ids)),
            outbox.c.to == To.INDIVIDUAL.value,
            outbox.c.kind.not_in(ASKED_FOR),
            outbox.c.id.not_in(set(but)),
            or_(
                outbox.c.status == Status.SENDING.value,
                and_(outbox.c.status == Status.SENT.value, outbox.c.settled_at > since),
            ),
        )
    )
    found: dict[int, dict[tuple[str, int | str], datetime | None]] = {}
    for row in await tx.execute(query):
        if "edit" not in row.params:
            by_text = row.reference.partition(SEVERAL)[0] if row.reference is not None else row.id
            message = ("other", by_text) if row.message_id is None else ("message", row.message_id)
            found.setdefault(row.individual_id, {})[message] = row.settled_at
    return {id_: list(messages.values()) for id_, messages in found.items()}


async def claim_others(
    tx: AsyncConnection, claimed: Sequence[Row], kinds: Iterable[str], now: datetime, lease_until: datetime
) -> list[Row]:
    """Takes what else of these kinds is due for the same people, so that they get one message."""
    ids = {row.owed.individual_id for row in claimed if row.owed.kind in kinds}
    if not ids:
        return []
    meant = {"individuals": list(ids), "kinds": list(kinds), "now": now, "most": MOST_OTHERS}
    free = [Reading(one, _ids, **meant) for one in _OTHERS]
    await together(tx, *free)
    rows = await _take(tx, [id_ for one in free for id_ in one.found], lease_until)
    return sorted(rows, key=lambda row: (row.owed.due_at, row.id))


_REMINDERS_OF_IT = (
    select(outbox.c.id)
    .where(
        outbox.c.subject == literal_column("'appointment:'").concat(cast(appointments.c.id, String)),
        outbox.c.family == literal_column("'reminders'"),
    )
    .correlate(appointments)
)
_BY_THESE = _REMINDERS_OF_IT.where(outbox.c.rules == bindparam("version")).exists()
_BY_OTHERS = _REMINDERS_OF_IT.where(outbox.c.rules != bindparam("version"), _PLANNED).exists()
_BY_OTHER_RULES = Prepared(
    select(appointments.c.id)
    .join(orders, orders.c.id == appointments.c.order_id)
    .where(
        appointments.c.id > bindparam("after", type_=appointments.c.id.type),
        appointments.c.starts_at > bindparam("now", type_=UtcDateTime()),
        appointments.c.status == literal_column(f"'{Booked.BOOKED.value}'"),
        orders.c.status == literal_column(f"'{Order.ACTIVE.value}'"),
        or_(_BY_OTHERS, ~_BY_THESE),
    )
    .order_by(appointments.c.id)
    .limit(bindparam("most", type_=Integer()))
)


async def by_other_rules(tx: AsyncConnection, version: str, now: datetime, after: int, most: int) -> list[int]:
    """The dates ahead (ids, from the one after `after` on) of which another version of the rules planned something that
    is still to come, or of which this one has planned nothing yet."""
    found = await _BY_OTHER_RULES.all(tx, version=version, now=now, after=after, most=most)
    return [row.id for row in found]


async def let_go(tx: AsyncConnection, reason: str, now: datetime) -> None:
    """What waits for one reason is due at once; the reason stays on the row until it has been weighed."""
    waits = and_(outbox.c.status == Status.PLANNED.value, outbox.c.reason == reason)
    await tx.execute(update(outbox).where(waits).values(due_at=now))


async def note_deliveries(tx: AsyncConnection, accepted: Iterable[tuple[int, int, int]], now: datetime) -> None:
    """Records that Telegram accepted messages, of which nothing more is known: (row, chat's row, message id)."""
    rows = [
        {"outbox_id": id_, "chat": chat, "message_id": message_id, "accepted_at": now}
        for id_, chat, message_id in accepted
    ]
    await _ACCEPTED.many(tx, rows)


_DELIVERED = Prepared(select(deliveries.c.outbox_id, deliveries.c.chat).where(among(deliveries.c.outbox_id, "ids")))


def reading_delivered(outbox_ids: Iterable[int]) -> Reading[dict[int, set[int]]]:
    """The chats (row ids) that have had each row already: after a crash those are not told twice."""
    return Reading(_DELIVERED, _delivered, ids=list(set(outbox_ids)))


def _delivered(rows: Iterable[Any]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for row in rows:
        found.setdefault(row.outbox_id, set()).add(row.chat)
    return found


_TOLD = Prepared(
    select(deliveries.c.chat)
    .join(outbox, outbox.c.id == deliveries.c.outbox_id)
    .where(outbox.c.subject == bindparam("subject"), among(outbox.c.kind, "kinds"))
)


async def told(tx: AsyncConnection, subject: Subject, kinds: Iterable[str]) -> set[int]:
    """The chats (row ids) that have had a message of these kinds about a subject, however long ago."""
    return {row.chat for row in await _TOLD.all(tx, subject=str(subject), kinds=list(kinds))}


_NEXT = Prepared(
    select(
        select(func.min(outbox.c.due_at)).where(_PLANNED).scalar_subquery().label("planned"),
        select(func.min(outbox.c.leased_until)).where(_SENDING).scalar_subquery().label("leased"),
    )
)


async def next_due(tx: AsyncConnection) -> datetime | None:
    """When the next row falls due: planned ones, and leases that run out."""
    (row,) = await _NEXT.all(tx)
    return min((moment for moment in (row.planned, row.leased) if moment is not None), default=None)


async def owed_next(tx: AsyncConnection, most: int) -> list[Row]:
    """What is owed next, soonest first."""
    query = select(outbox).where(outbox.c.status.in_((Status.PLANNED.value, Status.SENDING.value)))
    return [row_of(row) for row in await tx.execute(query.order_by(outbox.c.due_at, outbox.c.id).limit(most))]


_ABOUT = Prepared(select(outbox).where(outbox.c.subject == bindparam("subject")).order_by(outbox.c.id))


_STOOD_FOR = Prepared(
    select(outbox)
    .join(items, outbox.c.key == func.substr(items.c.once, len(RING) + 1))
    .where(items.c.id == bindparam("item"), items.c.kind == literal_column(f"'{Kind.RING.value}'"))
)


async def stood_for(tx: AsyncConnection, item_id: int) -> Row | None:
    """The row in whose place somebody is to ring; None once it is on record no more."""
    found = await _STOOD_FOR.first(tx, item=item_id)
    return row_of(found) if found is not None else None


async def about(tx: AsyncConnection, subject: Subject) -> list[Row]:
    """Every row about a subject, in the order of planning."""
    return [row_of(row) for row in await _ABOUT.all(tx, subject=str(subject))]

"""What individuals were told of their dates: the rows about each, and the messages that Telegram accepted."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import bulk, dates, outbox, texts
from db.prepared import Prepared, among
from db.tables import appointments, chats, deliveries, orders, replies, traces
from db.tables import outbox as owed
from domain.appointments import Answer, Appointment, Reply
from domain.attendance import OFF, standing
from domain.beside import NAMING
from domain.changes import KNOWN_BY, TELLS
from domain.history import Answered, Told
from domain.outbox import STAND_DOWN, Params, Row, Status, Subject, To

ALL_KNOWN = (owed.c.to == To.INDIVIDUAL.value, owed.c.kind.in_(sorted(KNOWN_BY)))
ABOUT_DATES = (owed.c.to == To.INDIVIDUAL.value, owed.c.kind.in_(sorted(TELLS)))  # what tells a person when and where


def _subjects(appointment_ids: Iterable[int]) -> list[str]:
    return [str(Subject("appointment", id_)) for id_ in appointment_ids]


async def rows(tx: AsyncConnection, appointment_ids: Iterable[int]) -> dict[int, list[Row]]:
    """Every row that tells somebody when and where one of these dates is, or that it is off, whatever became of it."""
    found: dict[int, list[Row]] = {}
    for part in bulk.chunks(_subjects(appointment_ids)):
        query = select(owed).where(owed.c.subject.in_(part), *ALL_KNOWN).order_by(owed.c.id)
        for row in map(outbox.row_of, await tx.execute(query)):
            found.setdefault(row.owed.subject.id, []).append(row)
    return found


SHOWN_IN = ("next_dates", "language_chosen")  # the answers that show somebody their next dates
_theirs, _other = orders.alias(), appointments.alias()
_NTH = (
    select(func.count())
    .select_from(_other.join(_theirs, _theirs.c.id == _other.c.order_id))
    .where(
        _theirs.c.individual_id == orders.c.individual_id,
        dates.is_ahead(_other, _theirs, traces.c.at),
        _other.c.starts_at <= appointments.c.starts_at,
    )
    .correlate(orders, appointments, traces)
    .scalar_subquery()
)


NAMED = "named"  # in the params of a row that was accepted: which other dates it named, and at which revisions
_NAMED = Prepared(
    update(owed).where(owed.c.id == bindparam("at_id")).values(params=bindparam("to_params", type_=owed.c.params.type))
)
_NAMING = Prepared(
    select(appointments.c.id, appointments.c.revision, owed.c.params)
    .join(orders, orders.c.id == appointments.c.order_id)
    .join(owed, owed.c.individual_id == orders.c.individual_id)
    .where(among(appointments.c.id, "ids"), owed.c.kind.in_([literal_column(f"'{one}'") for one in sorted(NAMING)]))
)


async def note_named(tx: AsyncConnection, row: Row, others: Iterable[Appointment]) -> None:
    """A message has named these dates beside the one that it is about: they are known from now on."""
    words = "+".join(_as_named(one.id, one.revision) for one in others)
    await _NAMED.later(tx, at_id=row.id, to_params={**row.owed.params, NAMED: words})


def _as_named(id_: int, revision: int) -> str:
    return f"{id_}:{revision}"


async def shown(tx: AsyncConnection, appointment_ids: Iterable[int]) -> set[int]:
    """Those of these dates that their individual was shown as they are: by an answer which stands in their chat, or by
    a message about another date."""
    since = func.coalesce(appointments.c.moved_at, appointments.c.booked_at, traces.c.at)
    found: set[int] = set()
    for part in bulk.chunks(appointment_ids):
        query = (
            select(appointments.c.id)
            .join(orders, orders.c.id == appointments.c.order_id)
            .join(chats, and_(chats.c.individual_id == orders.c.individual_id, chats.c.unlinked_at.is_(None)))
            .join(traces, and_(traces.c.chat == chats.c.id, traces.c.ours, traces.c.kind.in_(SHOWN_IN)))
            .where(appointments.c.id.in_(part), traces.c.at >= since)
            .where(dates.is_ahead(appointments, orders, traces.c.at), _NTH <= dates.NEXT)
        )
        found |= set((await tx.execute(query)).scalars())
        for row in await _NAMING.all(tx, ids=part):
            if _as_named(row.id, row.revision) in str(row.params.get(NAMED, "")).split("+"):
                found.add(row.id)
    return found


async def sent_since(tx: AsyncConnection, row_ids: Iterable[int]) -> list[Row]:
    """Those of these rows that Telegram has accepted by now."""
    found: list[Row] = []
    for part in bulk.chunks(row_ids):
        query = select(owed).where(owed.c.id.in_(part), owed.c.status == Status.SENT.value).order_by(owed.c.id)
        found += map(outbox.row_of, await tx.execute(query))
    return found


TELLING = select(
    owed.c.subject, owed.c.kind, owed.c.revision, owed.c.params, deliveries.c.chat, deliveries.c.message_id
).join(deliveries, deliveries.c.outbox_id == owed.c.id)


@dataclass(frozen=True)
class Standing:
    """One message about a date in a chat (its row), with the revision that it told of, and as what kind of news."""

    appointment_id: int
    revision: int
    chat: int
    message_id: int
    kind: str
    params: Params


async def messages(tx: AsyncConnection, appointment_ids: Iterable[int]) -> list[Standing]:
    """The messages that have told somebody when and where one of these dates is, or that it is off and it is on by now,
    as far as they still stand in a chat, in the order in which they went."""
    stands = and_(traces.c.chat == deliveries.c.chat, traces.c.message_id == deliveries.c.message_id)
    found: list[Any] = []
    for part in bulk.chunks(_subjects(appointment_ids)):
        query = TELLING.join(traces, stands).where(owed.c.subject.in_(part), *ALL_KNOWN)
        found += await tx.execute(query.order_by(deliveries.c.id))
    stood_down = {Subject.parse(row.subject).id for row in found if row.kind == STAND_DOWN}
    records = await dates.records(tx, stood_down) if stood_down else {}
    off = {id_ for id_ in stood_down if (one := standing(records.get(id_, ()))) is not None and one.outcome in OFF}
    return [one for one in map(_standing, found) if one.kind != STAND_DOWN or one.appointment_id not in off]


async def beside(tx: AsyncConnection, standing: Iterable[Standing]) -> list[Standing]:
    """What else these messages told: one message may name several dates."""
    message_ids = {one.message_id for one in standing}
    found: list[Standing] = []
    for part in bulk.chunks(message_ids):
        query = TELLING.where(deliveries.c.message_id.in_(part), *ABOUT_DATES)
        found += map(_standing, await tx.execute(query.order_by(deliveries.c.id)))
    return found


async def told_in(tx: AsyncConnection, chat: int, message_id: int) -> list[Standing]:
    """What one message in a chat told of dates."""
    query = TELLING.where(deliveries.c.chat == chat, deliveries.c.message_id == message_id, *ABOUT_DATES)
    return list(map(_standing, await tx.execute(query.order_by(deliveries.c.id))))


def _standing(row: Any) -> Standing:
    return Standing(Subject.parse(row.subject).id, row.revision, row.chat, row.message_id, row.kind, row.params)


SILENT = (
    "old_news",
    "old_news_together",
    "item_now",
    "faded",
    "item_faded",
    "was_there_faded",
)  # an earlier message in new words: nobody is told anything


_ABOUT = Prepared(
    select(owed)
    .where(among(owed.c.subject, "subjects"))
    .where(*(owed.c.kind != one for one in sorted(SILENT)), owed.c.to != To.TEXT.value)  # an answer is no message
    .order_by(owed.c.due_at, owed.c.id)
)


async def history(tx: AsyncConnection, subjects: Iterable[Subject]) -> list[Told]:
    """Everything that was, or was not, or will be sent about these, in the order in which it fell or falls due."""
    found = await _ABOUT.all(tx, subjects=[str(one) for one in subjects])
    had = await _accepted(tx, [row.id for row in found])
    by_text = await texts.accepted(tx, [row.id for row in found])
    return [
        Told(
            outbox.row_of(row),
            row.settled_at,
            min((one.accepted_at for one in had.get(row.id, ())), default=by_text.get(row.id, (None, None))[0]),
            tuple(one.staff_id for one in had.get(row.id, ()) if one.staff_id is not None),
            by_text.get(row.id, (None, None))[1],
        )
        for row in found
    ]


_LAST_WORDS = Prepared(
    select(owed)
    .where(
        among(owed.c.subject, "subjects"),
        owed.c.to == To.INDIVIDUAL.value,
        among(owed.c.kind, "kinds"),
        owed.c.status != Status.CANCELLED.value,
        owed.c.status != Status.PLANNED.value,
    )
    .order_by(owed.c.due_at, owed.c.id)
)


async def last_words(tx: AsyncConnection, appointment_ids: Iterable[int]) -> dict[int, Told]:
    """The last that was, or was not, sent to tell somebody of each of these dates. What made room for other news, or
    was put off, is not a word."""
    found = await _LAST_WORDS.all(tx, subjects=_subjects(appointment_ids), kinds=sorted(TELLS))
    by_text = await texts.accepted(tx, [row.id for row in found])
    return {
        Subject.parse(row.subject).id: Told(
            outbox.row_of(row), row.settled_at, text=by_text.get(row.id, (None, None))[1]
        )
        for row in found
    }


_ACCEPTED = Prepared(
    select(deliveries.c.outbox_id, deliveries.c.accepted_at, chats.c.staff_id)
    .join(chats, chats.c.id == deliveries.c.chat)
    .where(among(deliveries.c.outbox_id, "ids"))
    .order_by(deliveries.c.id)
)


async def _accepted(tx: AsyncConnection, row_ids: Iterable[int]) -> dict[int, list[Any]]:
    """What Telegram accepted of these rows, and the member of staff whose chat it was."""
    found: dict[int, list[Any]] = {}
    for row in await _ACCEPTED.all(tx, ids=list(row_ids)):
        found.setdefault(row.outbox_id, []).append(row)
    return found


async def answers(tx: AsyncConnection, appointment_ids: Iterable[int]) -> dict[int, list[Answered]]:
    """What was answered about these dates, however each stood then, in the order in which it came."""
    found: dict[int, list[Answered]] = {}
    for part in bulk.chunks(set(appointment_ids)):
        query = select(replies).where(replies.c.appointment_id.in_(part)).order_by(replies.c.id)
        for row in await tx.execute(query):
            reply = Reply(Answer(row.answer), row.at, row.reason)
            found.setdefault(row.appointment_id, []).append(Answered(reply, row.revision))
    return found

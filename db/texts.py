"""Text messages: how people stand to them, what the gateway accepted with its receipt, and what came back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import bulk, outbox
from db.outbox import SEVERAL
from db.prepared import Prepared, among, of_each_kind
from db.tables import chats, individuals, texts
from db.tables import outbox as owed
from db.types import every_hash
from domain.history import Receipt
from domain.outbox import Row, To
from domain.texting import NOT_RECEIVED, QUESTIONS, Texting

CAME = "came"  # the receipt of what somebody texted to us: such a row has no row of the outbox


async def standing(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, Texting]:
    """How each of these people stands to text messages."""
    found: dict[int, Texting] = {}
    for part in bulk.chunks(set(ids)):
        rows = list(await tx.execute(select(individuals).where(individuals.c.id.in_(part))))
        shared = await sharing(tx, {row.id: row.mobile for row in rows if row.mobile is not None})
        ended = await _chat_ended(tx, part)
        for row in rows:
            found[row.id] = Texting(
                row.mobile or "",
                row.id in shared,
                row.texts_agreed_at,
                row.texts_agreed_by,
                row.texts_number or "",
                row.texts_stopped_at,
                row.texts_wrong_at,
                row.texts_wrong_number or "",
                row.texts_wrong_said,
                ended.get(row.id),
            )
    return found


async def sharing(tx: AsyncConnection, numbers: Mapping[int, str]) -> dict[int, frozenset[int]]:
    """Of these people with their numbers, those whose number others have on record, too: whoever they are, and under
    whichever key's hash they are found."""
    mine = {id_: every_hash(number) for id_, number in numbers.items()}
    having: dict[str, set[int]] = {}
    for part in bulk.chunks({one for each in mine.values() for one in each}):
        query = select(individuals.c.id, individuals.c.mobile_hash).where(individuals.c.mobile_hash.in_(part))
        for id_, hash_ in await tx.execute(query):
            having.setdefault(hash_, set()).add(id_)
    found = {id_: frozenset[int]().union(*(having.get(one, ()) for one in each)) - {id_} for id_, each in mine.items()}
    return {id_: others for id_, others in found.items() if others}


async def _chat_ended(tx: AsyncConnection, ids: Sequence[int]) -> dict[int, datetime]:
    """When each of these last blocked the bot, or had a phone unlinked."""
    columns = (chats.c.individual_id, chats.c.unreachable_at, chats.c.unlinked_at)
    found: dict[int, datetime] = {}
    for row in await tx.execute(select(*columns).where(chats.c.individual_id.in_(ids))):
        for at in (row.unreachable_at, row.unlinked_at):
            if at is not None:
                found[row.individual_id] = max(at, found.get(row.individual_id, at))
    return found


async def whose(tx: AsyncConnection, hashes: Sequence[str]) -> list[int]:
    """Everybody who has this number on record."""
    query = select(individuals.c.id).where(individuals.c.mobile_hash.in_(hashes)).order_by(individuals.c.id)
    return list((await tx.execute(query)).scalars())


async def told(tx: AsyncConnection, hashes: Sequence[str], until: datetime) -> dict[int, datetime]:
    """Everybody who had been texted at this number by then, and when last; whom the last message was for, first. What
    we answered to a text is left out: whose that was may not have been known."""
    query = (
        select(texts.c.individual_id, func.max(texts.c.accepted_at).label("at"))
        .join(owed, owed.c.id == texts.c.outbox_id)
        .where(texts.c.number_hash.in_(hashes), owed.c.to == To.INDIVIDUAL.value, texts.c.accepted_at <= until)
        .group_by(texts.c.individual_id)
        .order_by(func.max(texts.c.id).desc())
    )
    return {row.individual_id: row.at for row in await tx.execute(query)}


async def forget(tx: AsyncConnection, hashes: Sequence[str], ids: Iterable[int]) -> None:
    """None of these was texted at this number, as it turns out: it is another's."""
    theirs = (texts.c.number_hash.in_(hashes), texts.c.individual_id.in_(set(ids)))
    await tx.execute(update(texts).where(*theirs).values(number=None, number_hash=None))


# ── What went out ───────────────────────────────────────────────────────────────────────────────────────────────────


async def note_accepted(
    tx: AsyncConnection, outbox_ids: Sequence[int], individual_id: int, number: str, reference: str, now: datetime
) -> None:
    """The gateway has taken one message, which told all of these rows. Its number is kept unless another is on record
    by now, or none: the person may have been erased while it was on its way."""
    whose = (await tx.execute(select(individuals).where(individuals.c.id == individual_id))).one()
    went = {"number": number, "number_hash": whose.mobile_hash} if whose.mobile == number else {}
    for n, id_ in enumerate(outbox_ids):
        name = f"{reference}{SEVERAL}{id_}" if n else reference
        values = {"outbox_id": id_, "individual_id": individual_id, "reference": name, "accepted_at": now}
        await tx.execute(insert(texts).values(**values, **went))


@dataclass(frozen=True)
class Sent:
    """One row that a text message told."""

    individual_id: int
    row: Row
    number: str  # where it went; empty of what was sent before that was kept
    receipt: str


async def sent(tx: AsyncConnection, reference: str) -> list[Sent]:
    """The rows that one message told; none if it is not ours."""
    columns = (texts.c.individual_id.label("whose"), texts.c.number, texts.c.receipt)
    query = select(*columns, owed).join(owed, owed.c.id == texts.c.outbox_id)
    found = await tx.execute(query.where(_named(reference)).order_by(texts.c.id))
    return [Sent(row.whose, outbox.row_of(row), row.number or "", row.receipt) for row in found]


def _named(reference: str) -> Any:
    """The rows of one message; found by its person, because no index knows how a name begins."""
    whose = select(texts.c.individual_id).where(texts.c.reference == reference).scalar_subquery()
    several = texts.c.reference.startswith(f"{reference}{SEVERAL}", autoescape=True)
    return and_(texts.c.individual_id == whose, or_(texts.c.reference == reference, several))


_ACCEPTED = Prepared(select(texts).where(among(texts.c.outbox_id, "ids")))


async def accepted(tx: AsyncConnection, outbox_ids: Sequence[int]) -> dict[int, tuple[datetime, Receipt]]:
    """When the gateway took each of these rows that went as a text message, and what is known of it since."""
    rows = await _ACCEPTED.all(tx, ids=list(outbox_ids))
    return {row.outbox_id: (row.accepted_at, Receipt(row.receipt, row.receipt_at)) for row in rows}


async def note_receipt(tx: AsyncConnection, reference: str, receipt: str, now: datetime) -> None:
    await tx.execute(update(texts).where(_named(reference)).values(receipt=receipt, receipt_at=now))


async def newest_question(tx: AsyncConnection, individual_id: int, since: datetime, until: datetime) -> Row | None:
    """The date that somebody had last been texted about by then; None if that message spoke of several, or was no
    question of ours, but a worker's own words, say. One that did not arrive counts only if none did: a receipt can be
    wrong."""
    query = (
        select(texts.c.reference, owed)
        .join(owed, owed.c.id == texts.c.outbox_id)
        .where(texts.c.individual_id == individual_id, texts.c.accepted_at.between(since, until))
        .where(owed.c.to == To.INDIVIDUAL.value)
        .order_by(texts.c.receipt.in_(sorted(NOT_RECEIVED)), texts.c.id.desc())
        .limit(1)
    )
    row = (await tx.execute(query)).one_or_none()
    if row is None or row.kind not in QUESTIONS:
        return None
    subjects = {one.row.owed.subject for one in await sent(tx, row.reference.partition(SEVERAL)[0])}
    return outbox.row_of(row) if len(subjects) == 1 else None


# ── What came in ────────────────────────────────────────────────────────────────────────────────────────────────────


def _coming(insert: Any) -> Any:
    names = ("individual_id", "reference", "accepted_at", "receipt", "receipt_at")
    return (
        insert(texts).values({name: bindparam(name) for name in names}).on_conflict_do_nothing().returning(texts.c.id)
    )


_CAME = of_each_kind(_coming)


async def note_came(tx: AsyncConnection, individual_id: int, reference: str, now: datetime) -> bool:
    """False: this text, by the gateway's name for it, has been acted on, or is being so just now."""
    values = {"individual_id": individual_id, "reference": reference, "accepted_at": now}
    new = await tx.execute(_CAME[tx.dialect.name], {**values, "receipt": CAME, "receipt_at": now})
    return new.first() is not None

"""Cuts answers off from their person: written anew under another random id, with no order and no exact time.

The rows that they leave are deleted, and the new ones have random numbers, so that not even the order in which rows
were written tells whose they are.
"""

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import keeping
from db.prepared import Prepared
from db.tables import answers, forms, items, orders, quotes, sittings, starts
from domain.compliance import Kind
from domain.heeding import When
from domain.moderating import Status
from domain.offering import END
from domain.orders import Status as OrderStatus
from domain.parting import End, Ending

FORM_ID_BYTES = 12  # 96 bits
ANSWERED = "answered"  # all that is left of own words in a settled row
_HIGHEST = 2**31 - 1


@dataclass(frozen=True)
class Sat:
    """A sitting whose tie still lives."""

    id: int
    form_id: str
    individual_id: int
    order_id: int
    occasion: str
    ref: str
    way: str
    requirements: str
    end: End


def _sat(row: Row[tuple[Any, ...]]) -> Sat:
    moments = ("owed_at", "offered_at", "started_at", "finished_at", "declined_at", "closed_at", "withdrawn_at")
    end = End(**{name: getattr(row, name) for name in moments})
    ref = f"{row.form}@{row.version}"
    who = (row.id, row.form_id, row.individual_id, row.order_id)
    return Sat(*who, row.occasion, ref, row.way, row.requirements, end)


_TIED = (
    select(sittings, orders.c.requirements)
    .join(orders, orders.c.id == sittings.c.order_id)
    .where(
        sittings.c.settled_at.is_(None),
        sittings.c.individual_id.not_in(keeping.HELD),
        orders.c.status != OrderStatus.ACTIVE.value,
    )
    .order_by(sittings.c.id)
)


_ENDS = Prepared(_TIED.where(sittings.c.occasion == END))


async def ends(tx: AsyncConnection) -> list[Sat]:
    """The forms at the end of orders, of nobody under a legal hold, that have not been settled."""
    return [_sat(row) for row in await _ENDS.all(tx)]


async def before(tx: AsyncConnection, end: Sat) -> list[Sat]:
    """What the person answered at the start and at reviews of this order, and of their other orders that have ended and
    owe no form of their own."""
    own = select(sittings.c.order_id).where(
        sittings.c.occasion == END, sittings.c.settled_at.is_(None), sittings.c.order_id != end.order_id
    )
    theirs = (sittings.c.individual_id == end.individual_id, sittings.c.occasion != END)
    return [_sat(row) for row in await tx.execute(_TIED.where(*theirs, sittings.c.order_id.not_in(own)))]


async def answers_to(tx: AsyncConnection, form_id: str, questions: Mapping[str, str]) -> dict[str, str | None]:
    """By the name of the pair what was answered to these questions (pair by question id); of own words only that."""
    query = select(answers).where(answers.c.form_id == form_id, answers.c.question.in_(list(questions)))
    return {questions[row.question]: _value(row) for row in await tx.execute(query.order_by(answers.c.id))}


def _value(row: Row[tuple[Any, ...]]) -> str | None:
    return ANSWERED if row.words is not None else row.value


@dataclass(frozen=True)
class Settled:
    """What is kept of a form at the end: `start` is the definition answered at the start, empty if there was none."""

    ending: Ending
    start: str = ""
    starts: Mapping[str, str | None] | None = None


async def settle(tx: AsyncConnection, end: Sat, kept: Settled) -> bool:
    """Writes the row without a person and deletes what it was made of. False: it was gone already, as of somebody who
    was erased."""
    form = (await tx.execute(select(forms).where(forms.c.form_id == end.form_id))).one_or_none()
    if form is None:
        return False
    name = secrets.token_urlsafe(FORM_ID_BYTES)
    row = {"form": form.form, "version": form.version, "ended_on": form.ended_on, "sent_on": form.sent_on}
    how = {"way": end.way, "requirements": end.requirements, "ending": kept.ending.value, "start": kept.start}
    await tx.execute(insert(forms).values(form_id=name, state=None, **row, **how))
    if kept.ending is Ending.FINISHED:
        await _copy(tx, end.form_id, name)
    pairs = [{"pair": pair, "value": value} for pair, value in (kept.starts or {}).items()]
    await _write(tx, starts, name, pairs)
    await delete_forms(tx, [end.form_id])
    return True


async def _copy(tx: AsyncConnection, old: str, new: str) -> None:
    """The ticked answers, and of own words only those that may be printed."""
    found = list(await tx.execute(select(answers).where(answers.c.form_id == old)))
    await _write(tx, answers, new, [{"question": row.question, "value": _value(row)} for row in found])
    own = {row.question: row.words for row in found}
    agreed = select(quotes).where(quotes.c.form_id == old, quotes.c.status == Status.AGREED.value)
    allowed = [
        {
            **{name: getattr(row, name) for name in ("question", "allowed", "status", "moderated_by", "quarter")},
            "words": row.words if row.words is not None else own.get(row.question),
        }
        for row in await tx.execute(agreed)
    ]
    await _write(tx, quotes, new, [one for one in allowed if one["words"]])


async def _write(tx: AsyncConnection, table: Any, form_id: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """In random order under random numbers; below zero, where the database's own never come."""
    drawn = [{"id": -1 - secrets.randbelow(_HIGHEST), "form_id": form_id, **row} for row in rows]
    if drawn:
        secrets.SystemRandom().shuffle(drawn)
        await tx.execute(insert(table), drawn)


async def delete_forms(tx: AsyncConnection, form_ids: Collection[str]) -> None:
    for table in (quotes, starts, answers, forms):
        await tx.execute(delete(table).where(table.c.form_id.in_(list(form_ids))))


async def cut(tx: AsyncConnection, sitting_ids: Sequence[int], quarter: datetime) -> None:
    """Nobody can say any more which answers were theirs. `quarter` is its first moment: that all of a quarter share it
    keeps the night in which it was done from telling them apart."""
    await keeping.untie(tx, sitting_ids)
    await tx.execute(update(sittings).where(sittings.c.id.in_(list(sitting_ids))).values(settled_at=quarter))


async def forget_needs(tx: AsyncConnection, individual_id: int) -> None:
    """What a form asked of a worker names areas of life: compared with the answers it would tell whose they are."""
    mine = (items.c.individual_id == individual_id, items.c.kind == Kind.NEED.value)
    await tx.execute(update(items).where(*mine).values(words=None, reason=When.LATER.value))

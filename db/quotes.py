"""Own words at the end of a form, until somebody outside the case has read them. Only what decides who may read them
follows the tie to a person, and gives nothing of it away."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.prepared import Prepared, Reading
from db.tables import answers, appointments, forms, orders, quotes, sittings
from domain.moderating import Allowed, Quote, Status


@dataclass(frozen=True)
class Behind:
    """Whose form it is, while the tie lives."""

    sitting_id: int
    individual_id: int
    finished_at: datetime | None


_TEXT = and_(answers.c.form_id == quotes.c.form_id, answers.c.question == quotes.c.question)
_ALL = select(quotes, answers.c.words.label("text"), forms.c.form, forms.c.version).select_from(
    quotes.join(answers, _TEXT).join(forms, forms.c.form_id == quotes.c.form_id)
)


async def add(
    tx: AsyncConnection, form_id: str, question: str, allowed: Allowed, quarter: date, status: Status = Status.WAITING
) -> None:
    """Own words that wait to be read; `quarter` is its first day."""
    row = {"form_id": form_id, "question": question, "allowed": allowed.value, "status": status.value}
    await tx.execute(insert(quotes).values(**row, quarter=quarter))


async def waiting(tx: AsyncConnection) -> list[Quote]:
    """All that nobody has read. What was withdrawn or erased has no words any more, and is not among them."""
    return [one for one in await _found(tx, quotes.c.status == Status.WAITING.value) if one.text]


async def by_ids(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, Quote]:
    return {one.id: one for one in await _found(tx, quotes.c.id.in_(set(ids)))}


async def of_form(tx: AsyncConnection, form_id: str) -> list[Quote]:
    return await _found(tx, quotes.c.form_id == form_id)


async def _found(tx: AsyncConnection, which: object) -> list[Quote]:
    rows = await tx.execute(_ALL.where(which).order_by(quotes.c.id))  # type: ignore[arg-type]
    return [
        Quote(
            id=row.id,
            form_id=row.form_id,
            question=row.question,
            allowed=Allowed(row.allowed),
            status=Status(row.status),
            text=row.text or "",
            words=row.words,
            quarter=row.quarter,
            asked_at=row.asked_at,
        )
        for row in rows
    ]


async def refs(tx: AsyncConnection, form_ids: Iterable[str]) -> dict[str, str]:
    """By form id the definition that it was answered with: `exit@1`."""
    query = select(forms.c.form_id, forms.c.form, forms.c.version).where(forms.c.form_id.in_(set(form_ids)))
    return {row.form_id: f"{row.form}@{row.version}" for row in await tx.execute(query)}


async def change(tx: AsyncConnection, id_: int, **values: object) -> None:
    await tx.execute(update(quotes).where(quotes.c.id == id_).values(**values))


async def forget(tx: AsyncConnection, form_id: str) -> None:
    """Whoever answered took it back."""
    await tx.execute(delete(quotes).where(quotes.c.form_id == form_id))


_LAPSED = Prepared(
    update(quotes)
    .where(quotes.c.status == Status.ASKED.value, quotes.c.asked_at <= bindparam("before"))
    .values(status=Status.REFUSED.value)
    .returning(quotes.c.id)
)


def lapsing(before: datetime) -> Reading[int]:
    """Who was shown their words and has said nothing since has said no: how many of them."""
    return Reading(_LAPSED, len, before=before)


# ── The tie, while it lives ─────────────────────────────────────────────────────────────────────────────────────────


async def behind(tx: AsyncConnection, form_ids: Iterable[str]) -> dict[str, Behind]:
    """Whose forms these are; those whose tie is cut are not among them."""
    query = select(sittings).where(sittings.c.form_id.in_(set(form_ids)))
    return {row.form_id: Behind(row.id, row.individual_id, row.finished_at) for row in await tx.execute(query)}


async def teams(tx: AsyncConnection, individual_ids: Iterable[int]) -> Mapping[int, frozenset[int]]:
    """By individual, who is named on any order of theirs or ran a day of it."""
    ids, found = set(individual_ids), dict[int, set[int]]()
    columns = (orders.c.individual_id, orders.c.officer_id, orders.c.case_manager_id)
    for row in await tx.execute(select(*columns).where(orders.c.individual_id.in_(ids))):
        found.setdefault(row.individual_id, set()).update({row.officer_id, row.case_manager_id})
    ran = select(orders.c.individual_id, appointments.c.staff_id).join(orders, orders.c.id == appointments.c.order_id)
    for day in await tx.execute(ran.where(orders.c.individual_id.in_(ids)).distinct()):
        found.setdefault(day.individual_id, set()).add(day.staff_id)
    return {id_: frozenset(one for one in team if one is not None) for id_, team in found.items()}


async def unread(tx: AsyncConnection) -> tuple[int, datetime | None]:
    """How many texts wait, and when the oldest was sent, where its tie still lives."""
    query = select(func.count(quotes.c.id), func.min(sittings.c.finished_at)).select_from(
        quotes.join(answers, _TEXT).outerjoin(sittings, sittings.c.form_id == quotes.c.form_id)
    )
    waits = (quotes.c.status == Status.WAITING.value, answers.c.words.is_not(None))
    number, oldest = (await tx.execute(query.where(*waits))).one()
    return number, oldest

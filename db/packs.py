"""Packs as they are kept: every version beside the others, none of them ever changed once it is signed."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import bulk
from db.tables import appointments, forms, individuals, orders, packs, quotes
from domain.moderating import Status
from domain.packs import Kind, Version
from domain.period import Period

_COLUMNS = [column for column in packs.c if column.name != "content"]  # files are large: one at a time


def _version(row: Any) -> Version:
    return Version(
        id=row.id,
        kind=Kind(row.kind),
        period=Period(row.first, row.last),
        number=row.version,
        made_at=row.made_at,
        made_by=row.made_by,
        why=row.why or "",
        digest=row.digest,
        signed_by=row.signed_by,
        signed_at=row.signed_at,
    )


async def versions(tx: AsyncConnection, kind: Kind, period: Period) -> list[Version]:
    """Every version of one period's pack, the oldest first."""
    query = select(*_COLUMNS).where(packs.c.kind == kind.value, packs.c.first == period.first)
    return [_version(row) for row in await tx.execute(query.order_by(packs.c.version))]


async def version(tx: AsyncConnection, id_: int) -> Version | None:
    row = (await tx.execute(select(*_COLUMNS).where(packs.c.id == id_))).one_or_none()
    return _version(row) if row is not None else None


async def content(tx: AsyncConnection, id_: int) -> bytes:
    """Its files, as a ZIP; empty for one that has still to be drawn up."""
    found: bytes = (await tx.execute(select(packs.c.content).where(packs.c.id == id_))).scalar_one()
    return found


async def add(
    tx: AsyncConnection, kind: Kind, period: Period, now: datetime, made_by: int | None, why: str = ""
) -> int:
    """A version that has still to be drawn up, after all others of its period."""
    mine = (packs.c.kind == kind.value, packs.c.first == period.first)
    last = (await tx.execute(select(func.max(packs.c.version)).where(*mine))).scalar_one() or 0
    row = {"kind": kind.value, "first": period.first, "last": period.last, "version": last + 1}
    made = {"made_at": now, "made_by": made_by, "why": why or None, "content": b"", "digest": ""}
    found: int = (await tx.execute(insert(packs).values(**row, **made).returning(packs.c.id))).scalar_one()
    return found


async def fill(tx: AsyncConnection, id_: int, content: bytes, digest: str, now: datetime) -> bool:
    """Puts its files in; False if it has some already."""
    mine = (packs.c.id == id_, packs.c.digest == "", packs.c.signed_at.is_(None))
    return bool(
        (await tx.execute(update(packs).where(*mine).values(content=content, digest=digest, made_at=now))).rowcount
    )


async def sign(
    tx: AsyncConnection, id_: int, before: str, content: bytes, digest: str, staff_id: int, now: datetime
) -> bool:
    """Freezes it with its signature; False if it is signed already, or (by its digest) not what was looked at."""
    mine = (packs.c.id == id_, packs.c.digest == before, packs.c.signed_at.is_(None))
    values = {"content": content, "digest": digest, "signed_by": staff_id, "signed_at": now}
    return bool((await tx.execute(update(packs).where(*mine).values(**values))).rowcount)


# ── What a pack holds beside figures ────────────────────────────────────────────────────────────────────────────────


async def permitted(tx: AsyncConnection, first: date, last: date) -> list[str]:
    """Own words that may be printed, of the quarters that begin between two days, as they were left by whoever read
    them; by themselves, in an order that says nothing of whose they are. Only of settled forms: until then whoever
    wrote them can take them back."""
    agreed = (quotes.c.status == Status.AGREED.value, quotes.c.quarter.between(first, last))
    query = select(quotes.c.words).join(forms, forms.c.form_id == quotes.c.form_id)
    found = (await tx.execute(query.where(*agreed, forms.c.ending != ""))).scalars()
    return sorted({words.strip() for words in found if words and words.strip()})


async def running(tx: AsyncConnection, first: date, last: date) -> list[str]:
    """The references of the orders that ran on any day between two."""
    ends = or_(orders.c.ended_on.is_(None), orders.c.ended_on >= first)
    return list((await tx.execute(select(orders.c.ref).where(orders.c.imposed_on <= last, ends))).scalars())


async def people_behind(tx: AsyncConnection, refs: Collection[str]) -> set[int]:
    """Whom references of orders, dates and cases are about."""
    found: set[int] = set()
    of_date = select(orders.c.individual_id).join(appointments, appointments.c.order_id == orders.c.id)
    for part in bulk.chunks(sorted(refs)):
        several: Iterable[tuple[Any, ColumnElement[bool]]] = (
            (select(individuals.c.id), individuals.c.case_ref.in_(part)),
            (select(orders.c.individual_id), orders.c.ref.in_(part)),
            (of_date, appointments.c.ref.in_(part)),
        )
        for query, which in several:
            found |= set((await tx.execute(query.where(which))).scalars())
    return found

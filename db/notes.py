"""Notes from whoever runs a session: about a person, about somebody who is not on the register."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import notes
from domain.appointments import Appointment
from domain.notes import Kind, Note


def _note_of(row: Row[tuple[Any, ...]]) -> Note:
    whose = (row.appointment_id, row.individual_id, row.place_id)
    return Note(
        row.id, Kind(row.kind), row.day, row.staff_id, row.at, row.words or "", *whose, row.taken_by, row.taken_at
    )


async def add(
    tx: AsyncConnection,
    kind: Kind,
    one: Appointment,
    staff_id: int,
    at: datetime,
    words: str,
    individual_id: int | None = None,
) -> int:
    """A note on the session of a date; about that person, if one is named. Returns its id."""
    values = {
        "kind": kind.value,
        "appointment_id": one.id if individual_id is not None else None,
        "individual_id": individual_id,
        "day": one.day,
        "place_id": one.place_id,
        "staff_id": staff_id,
        "at": at,
        "words": words,
    }
    return int((await tx.execute(insert(notes).values(values).returning(notes.c.id))).scalar_one())


async def by_ids(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, Note]:
    rows = await tx.execute(select(notes).where(notes.c.id.in_(set(ids))))
    return {row.id: _note_of(row) for row in rows}


async def about(tx: AsyncConnection, appointment_ids: Iterable[int]) -> dict[int, list[Note]]:
    """The private notes about each of these dates, in the order in which they came."""
    query = select(notes).where(notes.c.appointment_id.in_(set(appointment_ids)), notes.c.kind == Kind.PRIVATE.value)
    found: dict[int, list[Note]] = {}
    for row in await tx.execute(query.order_by(notes.c.id)):
        found.setdefault(row.appointment_id, []).append(_note_of(row))
    return found


async def take(tx: AsyncConnection, id_: int, staff_id: int, at: datetime) -> bool:
    """The first to take a note has it; False for everybody after."""
    free = (notes.c.id == id_, notes.c.taken_by.is_(None))
    change = update(notes).where(*free).values(taken_by=staff_id, taken_at=at)
    return bool((await tx.execute(change)).rowcount)

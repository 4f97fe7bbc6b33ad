"""What is in the database, as another session reads it: only what was committed."""

from functools import cache
from typing import Any

from sqlalchemy import Table, bindparam, select

from db import outbox, tables
from db.prepared import Prepared
from domain.outbox import Subject
from tests.conversations.conftest import World


async def rows(world: World, table: Table) -> list[Any]:
    """Every row of a table, in the order in which they came."""
    async with world.town.app.service.db.read() as tx:
        return await _every(table).all(tx)


@cache
def _every(table: Table) -> Prepared:
    return Prepared(select(table).order_by(table.c.id))


async def id_of(world: World, table: Table, ref: str) -> int:
    """The id of a row by its reference (an individual's is the case reference)."""
    async with world.town.app.service.db.read() as tx:
        found = await _by_ref(table).first(tx, ref=ref)
    assert found is not None, ref
    return int(found.id)


@cache
def _by_ref(table: Table) -> Prepared:
    column = table.c.case_ref if table is tables.individuals else table.c.ref
    return Prepared(select(table.c.id).where(column == bindparam("ref")))


async def recorded(world: World, ref: str) -> list[tuple[str, str, int | None]]:
    """The record of one appointment: outcome, cause, minutes."""
    one = tables.attendance
    query = select(one).join(tables.appointments).where(tables.appointments.c.ref == ref).order_by(one.c.id)
    async with world.town.app.service.db.read() as tx:
        return [(row.outcome, row.cause, row.minutes) for row in await tx.execute(query)]


async def looked_at(world: World, staff_ref: str) -> list[tuple[str, str]]:
    """Whom a member of staff looked at or changed: case reference and what."""
    query = (
        select(tables.individuals.c.case_ref, tables.access.c.what)
        .join(tables.individuals, tables.individuals.c.id == tables.access.c.individual_id)
        .join(tables.staff, tables.staff.c.id == tables.access.c.staff_id)
        .where(tables.staff.c.ref == staff_ref)
        .order_by(tables.access.c.id)
    )
    async with world.town.app.service.db.read() as tx:
        return [(row.case_ref, row.what) for row in await tx.execute(query)]


async def owed_about(world: World, subject: Subject) -> list[tuple[str, str, str]]:
    """Every row of the outbox about a subject: kind, status, reason."""
    async with world.town.app.service.db.read() as tx:
        return [(row.owed.kind, row.status.value, row.reason) for row in await outbox.about(tx, subject)]

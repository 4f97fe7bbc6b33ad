"""What an import reads and writes, in bulk: a handful of statements however many rows there are."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Dialect, Row, Select, Table, bindparam, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import bulk, dates, tables
from db.prepared import Prepared
from db.types import Keyring, SealedJson
from domain import attendance, compliance
from domain.appointments import Status
from domain.orders import Requirement
from domain.orders import Status as OrderStatus
from domain.people import Role

TABLES: Mapping[str, Table] = {
    "staff": tables.staff,
    "individuals": tables.individuals,
    "orders": tables.orders,
    "places": tables.places,
    "appointments": tables.appointments,
    "holds": tables.holds,
    "adjustments": tables.adjustments,
    "milestones": tables.milestones,
    "attendance": tables.attendance,
}
NUMBERED = ("staff", "individuals", "orders", "places", "appointments")  # what other rows point at
MEMORY = tables.import_values


def _last(table: Table) -> ColumnElement[int]:
    return func.coalesce(select(func.max(table.c.id)).scalar_subquery(), 0).label(table.name)


_LAST_IDS = Prepared(select(*map(_last, (tables.imports, tables.erased, *(TABLES[kind] for kind in NUMBERED)))))


async def _pairs(tx: AsyncConnection, query: Select[Any]) -> dict[Any, Any]:
    """What a query for two columns finds: the first → the second."""
    return {row[0]: row[1] for row in await tx.execute(query)}


# ── What stands here ────────────────────────────────────────────────────────────────────────────────────────────────


async def ids(tx: AsyncConnection, kind: str, refs: Collection[str] | None = None) -> dict[str, int]:
    """The id of each of these refs that is known; of every one, if none are named."""
    table = TABLES[kind]
    ref = table.c.case_ref if kind == "individuals" else table.c.ref
    query = select(ref, table.c.id)
    if refs is None:
        return await _pairs(tx, query)
    found: dict[str, int] = {}
    for part in bulk.chunks(refs):
        found.update(await _pairs(tx, query.where(ref.in_(part))))
    return found


async def milestone_ids(tx: AsyncConnection, order_ids: Mapping[str, int]) -> dict[str, int]:
    """Milestones have no ref of their own: order, milestone and day name one, as in the export."""
    names = {id_: ref for ref, id_ in order_ids.items()}
    found = {}
    for part in bulk.chunks(names):
        query = select(tables.milestones).where(tables.milestones.c.order_id.in_(part))
        for row in await tx.execute(query):
            found[f"{names[row.order_id]} / {row.milestone} / {row.on_day.isoformat()}"] = row.id
    return found


async def rows(tx: AsyncConnection, kind: str, row_ids: Iterable[int]) -> dict[int, Row[Any]]:
    """Rows as they stand, by id."""
    table = TABLES[kind]
    found = {}
    for part in bulk.chunks(row_ids):
        found.update({row.id: row for row in await tx.execute(select(table).where(table.c.id.in_(part)))})
    return found


async def remembered(tx: AsyncConnection, kind: str, refs: Iterable[str]) -> dict[str, dict[str, str]]:
    """The value last read for each row and column."""
    memory = tables.import_values
    found = {}
    for part in bulk.chunks(refs):
        query = select(memory.c.ref, memory.c.row).where(memory.c.kind == kind, memory.c.ref.in_(part))
        found.update({row.ref: row.row for row in await tx.execute(query)})
    return found


@dataclass(frozen=True)
class Recorded:
    """A line of the register and where it came from: chat or import."""

    record: attendance.Record
    source: str


async def recorded(tx: AsyncConnection, appointment_ids: Iterable[int]) -> dict[int, list[Recorded]]:
    """What was recorded about each appointment, in the order it came; not the notes."""
    kept = tables.attendance.c
    columns: tuple[Any, ...] = tuple(column for column in tables.attendance.columns if column is not kept.note)
    found: dict[int, list[Recorded]] = {}
    for part in bulk.chunks(appointment_ids):
        query = select(*columns).where(kept.appointment_id.in_(part)).order_by(kept.id)
        for row in await tx.execute(query):
            found.setdefault(row.appointment_id, []).append(Recorded(dates.record_of(row), row.source))
    return found


async def with_alert(tx: AsyncConnection, appointment_ids: Iterable[int]) -> set[int]:
    """Those of these appointments about which there is a non-attendance alert that was not withdrawn."""
    items = tables.items.c
    alert = (items.kind == compliance.Kind.NON_ATTENDANCE.value, items.withdrawn_at.is_(None))
    found: set[int] = set()
    for part in bulk.chunks(appointment_ids):
        query = select(items.appointment_id).where(*alert, items.appointment_id.in_(part))
        found.update((await tx.execute(query)).scalars())
    return found


async def roles(tx: AsyncConnection) -> dict[str, frozenset[Role]]:
    """What each member of staff does, by ref."""
    found = await tx.execute(select(tables.staff.c.ref, tables.staff.c.roles))
    return {row.ref: frozenset(Role(role) for role in row.roles.split("+") if role) for row in found}


async def young(tx: AsyncConnection) -> frozenset[str]:
    """Everybody under 18, by case_ref."""
    people = tables.individuals.c
    return frozenset((await tx.execute(select(people.case_ref).where(people.youth))).scalars())


async def unsupervised(tx: AsyncConnection) -> dict[str, str]:
    """The active orders of unpaid work and nothing else, and whose they are: order_ref → case_ref."""
    query = (
        select(tables.orders.c.ref, tables.individuals.c.case_ref)
        .join(tables.individuals, tables.individuals.c.id == tables.orders.c.individual_id)
        .where(tables.orders.c.status == OrderStatus.ACTIVE.value)
        .where(tables.orders.c.requirements == Requirement.UNPAID_WORK.value)
    )
    return await _pairs(tx, query)


async def booked_after(tx: AsyncConnection, now: datetime, order_ids: Iterable[int] | None = None) -> dict[str, int]:
    """The refs and ids of the booked dates ahead, of these orders or of all; of all, the earliest first."""
    dates_ = tables.appointments.c
    query = select(dates_.ref, dates_.id).where(dates_.starts_at > now, dates_.status == Status.BOOKED.value)
    if order_ids is None:
        return await _pairs(tx, query.order_by(dates_.starts_at, dates_.id))
    found: dict[str, int] = {}
    for part in bulk.chunks(order_ids):
        found.update(await _pairs(tx, query.where(dates_.order_id.in_(part))))
    return found


async def first(tx: AsyncConnection) -> bool:
    """Whether no appointment has ever been imported: those that come now were booked before there was a bot."""
    return await _last_id(tx, tables.appointments) == 0


@dataclass(frozen=True)
class Mark:
    """What must not have moved between planning and writing: what else is imported, and what the chat may change."""

    last_ids: Mapping[str, int]  # of the imports, of those erased, and of each table that rows are added to
    languages: Mapping[int, str]
    last_records: Mapping[int, int]


async def mark(
    tx: AsyncConnection, individual_ids: Sequence[int], appointment_ids: Sequence[int], held: bool = False
) -> Mark:
    """Reads the mark of a plan that touches these individuals' languages and these appointments' records.

    `held` keeps the languages as they are until the transaction ends.
    """
    people, kept = tables.individuals.c, tables.attendance.c
    languages: dict[int, str] = {}
    last_records: dict[int, int] = {}
    for part in bulk.chunks(individual_ids):
        spoken = select(people.id, people.language).where(people.id.in_(part)).order_by(people.id)
        languages.update(await _pairs(tx, spoken.with_for_update() if held else spoken))
    for part in bulk.chunks(appointment_ids):
        query = select(kept.appointment_id, func.max(kept.id)).where(kept.appointment_id.in_(part))
        last_records.update(await _pairs(tx, query.group_by(kept.appointment_id)))
    last_ids = (await _LAST_IDS.all(tx))[0]._asdict()
    return Mark(last_ids, languages, last_records)


async def _last_id(tx: AsyncConnection, table: Table) -> int:
    return int((await tx.execute(select(func.coalesce(func.max(table.c.id), 0)))).scalar_one())


async def reserve(tx: AsyncConnection, kind: str, count: int) -> list[int]:
    """Ids for rows that are not written yet. On SQLite they are free as long as the mark stands."""
    table = TABLES[kind]
    if tx.dialect.name == "postgresql":
        query = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
        return list((await tx.execute(query, {"name": table.name, "count": count})).scalars())
    first = await _last_id(tx, table) + 1
    return list(range(first, first + count))


async def alone(tx: AsyncConnection) -> None:
    """Waits until no other import is writing. SQLite has one writer anyhow."""
    if tx.dialect.name == "postgresql":
        await tx.execute(text("LOCK TABLE imports IN EXCLUSIVE MODE"))


# ── What is written ─────────────────────────────────────────────────────────────────────────────────────────────────


def sealed(keys: Keyring, table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """The same values with the personal ones sealed."""
    found = dict(values)
    for name in bulk.personal(table) & values.keys():
        value = values[name]
        if value is not None:
            whole = isinstance(table.c[name].type, SealedJson)
            found[name] = keys.seal(json.dumps(value, ensure_ascii=False) if whole else value)
    return found


def remembering(
    dialect: Dialect, new: Sequence[Mapping[str, Any]], changed: Sequence[Mapping[str, Any]]
) -> list[bulk.Batch]:
    """Keeps the values last read: rows of kind, ref and sealed row."""
    found = bulk.added(dialect, MEMORY, new)
    if changed:
        mine = (MEMORY.c.kind == bindparam("at_kind"), MEMORY.c.ref == bindparam("at_ref"))
        values = [{"at_kind": one["kind"], "at_ref": one["ref"], "to_row": one["row"]} for one in changed]
        found.append(bulk.ready(dialect, update(MEMORY).where(*mine).values(bulk.parameters(MEMORY, ["row"])), values))
    return found


async def speak(tx: AsyncConnection, languages: Mapping[int, str]) -> None:
    """The chats of these individuals (by id) change over to a language."""
    chats = tables.chats.c
    for id_, language in languages.items():
        mine = (chats.individual_id == id_, chats.unlinked_at.is_(None))
        await tx.execute(update(tables.chats).where(*mine).values(language=language))


async def note(tx: AsyncConnection, now: datetime, counts: Mapping[str, Mapping[str, int]]) -> None:
    """Keeps that there was an import, and what came of it, by kind."""
    await tx.execute(insert(tables.imports).values(at=now, counts=counts))

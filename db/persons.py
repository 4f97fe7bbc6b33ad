"""Everything that refers to one individual, found by walking the tables, so that a new one cannot be forgotten."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, and_, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db import bulk, keeping, parting, tables
from db.tables import (
    access,
    adjustments,
    answers,
    appointments,
    attendance,
    chats,
    erased,
    evidence,
    forms,
    glass,
    handovers,
    holds,
    import_values,
    inbox,
    individuals,
    invites,
    items,
    milestones,
    notes,
    offered,
    orders,
    outbox,
    quotes,
    said,
    sittings,
    starts,
    suited,
    texts,
    traces,
    wrong_codes,
)
from db.types import Keyring
from domain.offering import END
from domain.outbox import Status

Rows = dict[Table, list[Mapping[str, Any]]]
SUBJECTS: Mapping[Table, str] = {  # how a message names what it is about
    individuals: "individual",
    appointments: "appointment",
    items: "item",
    sittings: "sitting",
    chats: "chat",
}
DELETED = (said, traces, inbox, wrong_codes, import_values, invites, evidence, suited, offered)
EMPTIED: Mapping[Table, Mapping[str, Any]] = {
    items: {"words": None, "number": None, "safe_time": None},
    attendance: {"note": None},
    adjustments: {"reason": None},
    milestones: {"late_reason": None},
    handovers: {"words": None},
    notes: {"words": None},
    outbox: {"params": {}},
    answers: {"words": None},
    forms: {"state": None},
    quotes: {"words": None},
    texts: {"number": None, "number_hash": None},
}
RENAMED = (orders, appointments, holds, adjustments)  # their references stand in the case system too
PERSON: Mapping[str, Any] = {
    "first_name": "",
    "language": "en",
    "language_wish": None,
    "mobile": None,
    "mobile_hash": None,
    "youth": False,
    "youth_consent_by": None,
    "youth_consent_at": None,
    "staff_contact_only": True,
    "work_limits": None,
    "stopped_at": None,
    "name_agreed": False,
    "plain": False,
    "nudged": False,
    "texts_agreed_at": None,
    "texts_agreed_by": None,
    "texts_number": None,
    "texts_stopped_at": None,
    "texts_wrong_at": None,
    "texts_wrong_number": None,
    "texts_wrong_said": False,
    "early_agreed": False,
    "tell": "",
    "easy": False,
    "discreet": False,
}
LAST = (access, glass, individuals)  # what stays of somebody whose whole record has gone, until its own time


def pointing(table: Table, at: Iterable[Table]) -> list[Column[Any]]:
    """The columns of a table that point at a row of one of these."""
    targets = set(at)
    return [column for column in table.c if any(key.column.table in targets for key in column.foreign_keys)]


async def rows_about(tx: AsyncConnection, individual_id: int) -> Rows:
    """Every row that hangs on one individual: by foreign keys, then by what else names them."""
    found: Rows = {individuals: await _rows(tx, individuals, individuals.c.id == individual_id)}
    for table in tables.metadata.sorted_tables:
        if table in found:
            continue
        links = [
            column.in_([row["id"] for row in found[target]])
            for target in list(found)
            for column in pointing(table, [target])
        ]
        if links:
            found[table] = await _rows(tx, table, or_(*links))
    await _by_name(tx, found)
    return found


async def _by_name(tx: AsyncConnection, found: Rows) -> None:
    """What names a person by other means than a key: subjects, hashes, refs of the export, the random form id."""
    subjects = [f"{name}:{row['id']}" for table, name in SUBJECTS.items() for row in found[table]]
    for table in (outbox, traces):
        known = {row["id"] for row in found[table]}
        for part in bulk.chunks(subjects):
            more = await _rows(tx, table, table.c.subject.in_(part))
            found[table] += [row for row in more if row["id"] not in known]
    hashes = [row["chat_hash"] for row in found[chats] if row["chat_hash"] is not None]
    for table in (inbox, wrong_codes):
        found[table] = await _rows(tx, table, table.c.chat_hash.in_(hashes))
    found[import_values] = await _imported(tx, found)
    names = [row["form_id"] for row in found[sittings]]
    for table in (forms, answers, starts, quotes):
        found[table] = await _rows(tx, table, table.c.form_id.in_(names))


async def _rows(tx: AsyncConnection, table: Table, which: Any) -> list[Mapping[str, Any]]:
    query = select(table).where(which).order_by(*table.primary_key.columns)
    return [dict(row._mapping) for row in await tx.execute(query)]


async def _imported(tx: AsyncConnection, found: Rows) -> list[Mapping[str, Any]]:
    """What the export last said of them. A milestone and an outcome begin with the ref of what they belong to."""
    kept = import_values.c
    rows: list[Mapping[str, Any]] = []
    whole = {"individuals": [row["case_ref"] for row in found[individuals]]}
    whole |= {table.name: [row["ref"] for row in found[table]] for table in RENAMED}
    for kind, refs in whole.items():
        for part in bulk.chunks(refs):
            rows += await _rows(tx, import_values, and_(kept.kind == kind, kept.ref.in_(part)))
    for kind, refs in (("milestones", whole["orders"]), ("attendance", whole["appointments"])):
        for part in bulk.chunks(refs):
            begins = or_(*(kept.ref.startswith(f"{ref} / ", autoescape=True) for ref in part))
            rows += await _rows(tx, import_values, and_(kept.kind == kind, begins))
    return rows


# ── Erasing ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def erase(tx: AsyncConnection, found: Rows, keys: Keyring, now: datetime, by: int | None) -> None:
    """Deletes what is only theirs, empties what names them, and leaves the rest under random references."""
    await remember(tx, names_of(found), keys, now, by)
    for table in DELETED:
        await _delete(tx, table, found[table])
    for table, empty in EMPTIED.items():
        await _change(tx, table, found[table], empty)
    await _end(tx, found, now)
    await parting.delete_forms(tx, [row["form_id"] for row in found[sittings] if row["occasion"] != END])
    await keeping.untie(tx, [row["id"] for row in found[sittings]])
    for table in RENAMED:
        for row in found[table]:
            await _change(tx, table, [row], {"ref": _token()})
    await _change(tx, individuals, found[individuals], {**PERSON, "case_ref": _token(), "erased_at": now})


def _token() -> str:
    return f"erased:{secrets.token_urlsafe(12)}"


async def _end(tx: AsyncConnection, found: Rows, now: datetime) -> None:
    """Nothing more is owed, open, booked or linked."""
    unsent = [row for row in found[outbox] if row["status"] in (Status.PLANNED.value, Status.SENDING.value)]
    cancelled = {"status": Status.CANCELLED.value, "reason": "erased", "settled_at": now}
    await _change(tx, outbox, unsent, cancelled)
    open_ = [row for row in found[items] if row["closed_at"] is None and row["withdrawn_at"] is None]
    await _change(tx, items, open_, {"closed_at": now})
    ahead = [row for row in found[appointments] if row["starts_at"] > now]
    await _change(tx, appointments, ahead, {"status": "cancelled"})
    linked = [row for row in found[chats] if row["unlinked_at"] is None]
    await _change(tx, chats, linked, {"unlinked_at": now})
    await _change(tx, chats, found[chats], {"chat_hash": None, "chat_id": "0", "awaits": None})


async def remove(tx: AsyncConnection, found: Rows) -> None:
    """Deletes the whole record, children before what they hang on. Only who looked stays, and an empty row for it."""
    for table in reversed(tables.metadata.sorted_tables):
        if table in found and table not in (*LAST, forms, answers):
            await _delete(tx, table, found[table])


def _key(table: Table, rows: Sequence[Mapping[str, Any]]) -> Any:
    keys = list(table.primary_key.columns)
    if len(keys) == 1:
        return keys[0].in_([row[keys[0].name] for row in rows])
    return or_(*(and_(*(key == row[key.name] for key in keys)) for row in rows))


async def _delete(tx: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    for start in range(0, len(rows), 200):
        await tx.execute(delete(table).where(_key(table, rows[start : start + 200])))


async def _change(tx: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]], to: Mapping[str, Any]) -> None:
    for start in range(0, len(rows), 200):
        await tx.execute(update(table).where(_key(table, rows[start : start + 200])).values(to))


# ── Erased for good ─────────────────────────────────────────────────────────────────────────────────────────────────


def name_of(kind: str, ref: str) -> str:
    """How a reference is remembered: a case reference as it is, the others behind their kind (no cell holds a line)."""
    return ref if kind == "individuals" else f"{kind}\n{ref}"


def names_of(found: Rows) -> list[str]:
    """Every reference by which an export could bring a person back."""
    own = [name_of("individuals", row["case_ref"]) for row in found[individuals]]
    others = [name_of(table.name, row["ref"]) for table in (orders, appointments) for row in found[table]]
    return [*own, *others]


async def remember(tx: AsyncConnection, names: Sequence[str], keys: Keyring, now: datetime, by: int | None) -> None:
    """Enters references in the list of those that never come back; one that is on it stays as it is."""
    known = await erased_hashes(tx)
    new = [name for name in names if known.isdisjoint(keys.hashes(name))]
    rows = [{"case_ref": name, "case_ref_hash": keys.hash(name), "at": now, "erased_by": by} for name in new]
    if rows:
        await tx.execute(insert(erased), rows)


async def erased_hashes(tx: AsyncConnection) -> frozenset[str]:
    """The keyed hashes of every reference that never comes back."""
    return frozenset((await tx.execute(select(erased.c.case_ref_hash))).scalars())


async def erased_names(tx: AsyncConnection) -> list[str]:
    """The references themselves, oldest first."""
    return list((await tx.execute(select(erased.c.case_ref).order_by(erased.c.id))).scalars())


async def readmit(tx: AsyncConnection, keys: Keyring, case_ref: str) -> bool:
    """Takes a case reference off the list, for somebody who is subject to an order anew."""
    gone = await tx.execute(delete(erased).where(erased.c.case_ref_hash.in_(keys.hashes(case_ref))))
    return gone.rowcount > 0


def stay(found: Rows) -> dict[str, int]:
    """How many rows of each table stay after an erasure, without a person."""
    gone = {*DELETED, individuals, chats, forms, answers}
    return {table.name: len(rows) for table, rows in found.items() if rows and table not in gone}


async def individual_ids(tx: AsyncConnection, case_refs: Sequence[str]) -> list[int]:
    """The individuals of these case references who are here."""
    ids: list[int] = []
    for part in bulk.chunks(case_refs):
        query = select(individuals.c.id).where(individuals.c.case_ref.in_(part))
        ids += (await tx.execute(query.order_by(individuals.c.id))).scalars()
    return ids


async def staff_roles(tx: AsyncConnection) -> dict[int, str]:
    """What each member of staff does, instead of a name."""
    return {row.id: row.roles for row in await tx.execute(select(tables.staff.c.id, tables.staff.c.roles))}


async def place_names(tx: AsyncConnection) -> dict[int, str]:
    """The nickname of each place."""
    places = tables.places.c
    return {row.id: row.nickname for row in await tx.execute(select(places.id, places.nickname))}

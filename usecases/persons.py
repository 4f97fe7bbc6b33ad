"""One person's data: asked for, handed over, and erased as far as nothing obliges us to keep it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from db import access, dates, imports, items, keeping, people, persons, tables
from domain.audit import Reason
from domain.compliance import Kind
from domain.errors import NotKnown
from domain.outbox import Answer, Subject, send
from domain.people import Individual
from domain.persons import Erased, Held, Lines, Section
from usecases import items as open_items
from usecases.service import Service, Work, use_case

EXPORTED: Mapping[str, str] = {  # every kind of thing that is handed over, in this order, and the rule that keeps it
    "individuals": "case",
    "chats": "link_after_end",
    "invites": "invitations",
    "orders": "case",
    "appointments": "case",
    "attendance": "case",
    "replies": "case",
    "holds": "case",
    "adjustments": "case",
    "milestones": "case",
    "items": "words",
    "said": "words",
    "outbox": "case",
    "deliveries": "case",
    "texts": "case",
    "sittings": "case",
    "forms": "own_answers",
    "answers": "own_answers",
    "inbox": "parked_updates",
    "import_values": "case",
    "access": "access",
    "glass": "access",
}
LEFT_OUT: Mapping[str, str] = {  # why a table that knows a person is not handed over
    "traces": "numbers that Telegram gave to messages; the messages themselves are under said and outbox",
    "wrong_codes": "a keyed hash of a chat and a moment, gone within a day; nothing that anybody could read",
    "erased": "nobody who is listed there is known here any more",
}
SECRET = frozenset({"code_hash", "asked_hash", "digits", "chat_hash", "mobile_hash", "chain", "form_id"})
OTHERS = frozenset({"officer_ref", "case_manager_ref", "staff_ref", "recorded_by"})  # staff, in a row of the export
STAYS = ("case", "access", "erased")  # the rules by which something stays after an erasure


class CannotErase(Exception):
    """Why somebody cannot be erased yet, with what was found and what is expected."""


# ── Asked for in the chat ───────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def ask_for_data(work: Work) -> Sequence[Answer]:
    """/mydata: staff make the file and hand it over within a month."""
    individual = work.as_individual()
    since = await _raise(work, individual, Kind.MY_DATA)
    return [send("my_data_asked", Subject("individual", individual.id), by=month_after(since).isoformat())]


@use_case
async def ask_to_forget(work: Work) -> Sequence[Answer]:
    """/forget: staff decide; what has to stay is said at once."""
    individual = work.as_individual()
    await _raise(work, individual, Kind.FORGET)
    return [send("forget_asked", Subject("individual", individual.id))]


async def _raise(work: Work, individual: Individual, kind: Kind) -> date:
    """Opens what a manager must answer, unless it is open already; returns the day on which it was asked."""
    open_ = await items.open_of(work.tx, kind, individual.id, None)
    if open_ is not None:
        return work.service.calendar.day(open_.raised_at)
    order = await open_items.order_to_speak_about(work.tx, individual.id)
    once = f"{kind}:{work.update_id}"
    await open_items.raise_item(work.service, work.tx, kind, once, individual.id, order)
    return work.today


def month_after(day: date) -> date:
    """The same day of the next month, or its last day: when an answer is due."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    last = (date(year + month // 12, month % 12 + 1, 1) - date.resolution).day
    return date(year, month, min(day.day, last))


# ── Handed over ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def export(service: Service, case_ref: str) -> Held:
    """All that is held on one person, other people left out; raises NotKnown. It is put on record."""
    now = service.clock.now()
    async with service.db.write() as tx:
        individual = await _known(tx, case_ref)
        await access.note(tx, now, None, [individual.id], "export", "all that is held", Reason.ASKED)
        found = await persons.rows_about(tx, individual.id)
        reader = _Reader(service, await persons.staff_roles(tx), await persons.place_names(tx))
        sections = tuple(
            Section(name, rule, tuple(reader.lines(table, row) for row in found[table]))
            for name, rule in EXPORTED.items()
            if found[table := tables.metadata.tables[name]]
        )
        sat = any(row["finished_at"] for row in found[tables.sittings])
        return Held(case_ref, now, sections, untied=sat and not found[tables.forms])


async def _known(tx: AsyncConnection, case_ref: str) -> Individual:
    individual = await people.individual_by_ref(tx, case_ref)
    if individual is None:
        raise NotKnown(found=case_ref)
    return individual


@dataclass(frozen=True)
class _Reader:
    """Puts a row into plain lines: staff by what they do, places by their nickname, moments as the wall showed them."""

    service: Service
    roles: Mapping[int, str]
    places: Mapping[int, str]

    def lines(self, table: Table, row: Mapping[str, Any]) -> Lines:
        found = []
        for column in table.c:
            if column.name in SECRET or (column.primary_key and column.name == "id") or row[column.name] in (None, ""):
                continue
            targets = {key.column.table.name for key in column.foreign_keys}
            text = self._points(targets, row[column.name]) if targets else self._text(row[column.name])
            if text:
                found.append((column.name.removesuffix("_id").replace("_", " "), text))
        return tuple(found)

    def _points(self, targets: set[str], id_: Any) -> str:
        """Who or where; nothing for a link within the file itself."""
        if "staff" in targets:
            return self.roles.get(id_, "").replace("+", ", ").replace("_", " ")
        return self.places.get(id_, "") if "places" in targets else ""

    def _text(self, value: Any) -> str:
        if isinstance(value, datetime):
            return f"{self.service.calendar.wall(value):%Y-%m-%d %H:%M}"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, Mapping):
            known = {name: one for name, one in value.items() if name not in OTHERS and one not in (None, "")}
            return json.dumps(known, ensure_ascii=False) if known else ""
        return str(value)


# ── Erased ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def plan_erasure(service: Service, case_ref: str) -> Erased:
    """What erasing somebody would come to; raises NotKnown or CannotErase."""
    async with service.db.read() as tx:
        individual = await _known(tx, case_ref)
        await _refuse(tx, individual)
        return _came_to(await persons.rows_about(tx, individual.id))


async def erase(service: Service, case_ref: str) -> Erased:
    """Erases somebody as far as the rules allow; raises NotKnown or CannotErase. An import does not bring them back."""
    async with service.db.write() as tx:
        await imports.alone(tx)  # one that is being written now would write over what is emptied
        individual = await _known(tx, case_ref)
        await _refuse(tx, individual)
        found = await persons.rows_about(tx, individual.id)
        await access.note(tx, service.clock.now(), None, [individual.id], "erase", "erased", Reason.ASKED)
        await persons.erase(tx, found, service.db.keys, service.clock.now(), None)
        return _came_to(found)


async def readmit(service: Service, case_ref: str) -> bool:
    """Lets imports bring a case reference in again: somebody who was erased is subject to an order anew."""
    async with service.db.write() as tx:
        return await persons.readmit(tx, service.db.keys, case_ref)


async def _refuse(tx: AsyncConnection, individual: Individual) -> None:
    running = [order.ref for order in await dates.orders_of(tx, individual.id) if order.active]
    if running:
        raise CannotErase(f"Order {', '.join(running)} is active; expected every order of theirs to have ended.")
    held = await keeping.under_legal_hold(tx, individual.id)
    if held:
        raise CannotErase(f"Order {', '.join(held)} is under a legal hold; expected it to be lifted first.")


def _came_to(found: persons.Rows) -> Erased:
    def counted(several: Sequence[Table] | Mapping[Table, Any]) -> dict[str, int]:
        return {table.name: len(found[table]) for table in several if found.get(table)}

    return Erased(counted(persons.DELETED), counted(persons.EMPTIED), persons.stay(found))

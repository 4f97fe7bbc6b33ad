"""All that is held on one person, put into plain lines as it is handed over, other people left out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from db import cover, people, persons, tables
from domain.facts import AboutHeld
from domain.people import Individual
from domain.persons import Attached, Held, Lines, Section
from usecases.service import Service
from usecases.subjects import Source, loads_one

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
    "lateness": "case",
    "handovers": "case",
    "suited": "case",
    "offered": "case",
    "items": "words",
    "contacts": "case",
    "evidence": "case",
    "notes": "words",
    "said": "words",
    "outbox": "case",
    "deliveries": "case",
    "texts": "case",
    "sittings": "case",
    "forms": "own_answers",
    "answers": "own_answers",
    "starts": "own_answers",
    "quotes": "own_answers",
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
SECRET = frozenset(
    {"code_hash", "asked_hash", "digits", "chat_hash", "mobile_hash", "number_hash", "chain", "form_id", "content"}
)
OTHERS = frozenset({"officer_ref", "case_manager_ref", "staff_ref", "recorded_by"})  # staff, in a row of the export


@loads_one("held")
async def about_held(source: Source, individual_id: int) -> AboutHeld | None:
    """All that is held on a person, other people left out."""
    individual = await people.individual(source.tx, individual_id)
    return AboutHeld(individual, await held(source.service, source.tx, individual, source.now)) if individual else None


async def held(service: Service, tx: AsyncConnection, individual: Individual, now: datetime) -> Held:
    """Every kind of thing of which there is any."""
    found = await persons.rows_about(tx, individual.id)
    found[tables.handovers] = [await _own_words(tx, row) for row in found[tables.handovers]]
    reader = _Reader(service, await persons.staff_roles(tx), await persons.place_names(tx))
    sections = tuple(
        Section(name, rule, tuple(reader.lines(table, row) for row in found[table]))
        for name, rule in EXPORTED.items()
        if found[table := tables.metadata.tables[name]]
    )
    sat = any(row["finished_at"] for row in found[tables.sittings])
    return Held(individual.case_ref, now, sections, untied=sat and not found[tables.forms])


async def _own_words(tx: AsyncConnection, row: Mapping[str, Any]) -> Mapping[str, Any]:
    """A hand-over without its note, if other people were handed over with them: it may be about any of those."""
    alone = not row["words"] or len(await cover.together(tx, row["id"])) == 1
    return row if alone else {**row, "words": None}


@dataclass(frozen=True)
class _Reader:
    """Puts a row into plain lines: staff by what they do, places by their nickname, moments as the wall showed them."""

    service: Service
    roles: Mapping[int, str]
    places: Mapping[int, str]

    def lines(self, table: Table, row: Mapping[str, Any]) -> Lines:
        found: list[tuple[str, str | Attached]] = []
        for column in table.c:
            if column.name in SECRET or (column.primary_key and column.name == "id") or row[column.name] in (None, ""):
                continue
            targets = {key.column.table.name for key in column.foreign_keys}
            text = self._points(targets, row[column.name]) if targets else self._text(row[column.name])
            if text:
                found.append((column.name.removesuffix("_id").replace("_", " "), text))
        if table is tables.evidence and row["content"] is not None:
            found.append(("file", Attached(row["mime"], row["content"])))
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

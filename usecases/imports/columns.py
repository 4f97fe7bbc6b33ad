"""How a row of the export is kept: its columns in the database, and the same row back in the export's own texts."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row

from domain.calendar import Calendar
from domain.imports import Record


@dataclass(frozen=True)
class Link:
    """A row of another table, by its ref: its id may not be known before it is written."""

    kind: str
    ref: str


KEPT: Mapping[str, Mapping[str, tuple[str, ...]]] = {  # by kind: export column → the columns that it decides
    "staff": {
        "staff_ref": ("ref",),
        "name": ("name",),
        "roles": ("roles",),
        "cover_ref": ("cover_id",),
        "active_until": ("active_until",),
    },
    "individuals": {
        "case_ref": ("case_ref",),
        "first_name": ("first_name",),
        "language": ("language",),
        "mobile": ("mobile", "mobile_hash"),
        "youth": ("youth",),
        "staff_contact_only": ("staff_contact_only",),
        "work_limits": ("work_limits",),
    },
    "orders": {
        "order_ref": ("ref",),
        "case_ref": ("individual_id",),
        "imposed_on": ("imposed_on",),
        "requirements": ("requirements",),
        "hours": ("hours",),
        "complete_by": ("complete_by",),
        "officer_ref": ("officer_id",),
        "case_manager_ref": ("case_manager_id",),
        "status": ("status",),
        "ended_on": ("ended_on",),
    },
    "places": {
        "place_ref": ("ref",),
        "nickname": ("nickname",),
        "address": ("address",),
        "latitude": ("latitude",),
        "longitude": ("longitude",),
        "capacity": ("capacity",),
        "indoor": ("indoor",),
        "bring": ("bring",),
        "work_type": ("work_type",),
    },
    "appointments": {
        "appointment_ref": ("ref",),
        "order_ref": ("order_id",),
        "kind": ("kind",),
        "date": ("day", "starts_at", "ends_at"),
        "start": ("starts_at",),
        "end": ("ends_at",),
        "place_ref": ("place_id",),
        "staff_ref": ("staff_id",),
        "bring": ("bring",),
        "status": ("status",),
    },
    "holds": {
        "hold_ref": ("ref",),
        "order_ref": ("order_id",),
        "kind": ("kind",),
        "from": ("from_day",),
        "until": ("until_day",),
    },
    "adjustments": {
        "adjustment_ref": ("ref",),
        "order_ref": ("order_id",),
        "on": ("on_day",),
        "minutes": ("minutes",),
        "reason": ("reason",),
    },
    "milestones": {
        "order_ref": ("order_id",),
        "milestone": ("milestone",),
        "on": ("on_day",),
        "late_reason": ("late_reason",),
    },
}
_ITSELF = {"starts_at", "ends_at"}  # what the reading works out from several columns, under the name it is kept by


def kept(record: Record, links: Mapping[str, str], hashed: Callable[[str], str]) -> dict[str, Any]:
    """Every column of a row as the database keeps it. `links` are the columns that point, and at which kind."""
    found: dict[str, Any] = {}
    for column, names in KEPT[record.kind].items():
        for name in names:
            value = record.values[name if name in _ITSELF else column]
            if column in links:
                found[name] = Link(links[column], value) if value else None
            elif name == "mobile_hash":
                found[name] = hashed(value) if value else None
            else:
                found[name] = _plain(value)
    return found


def outcome(record: Record, links: Mapping[str, str]) -> dict[str, Any]:
    """A line of the register as the database keeps it."""
    values = record.values
    pointing = {"appointment_id": "appointment_ref", "recorded_by": "recorded_by"}
    found: dict[str, Any] = {
        name: Link(links[column], values[column]) if values[column] else None for name, column in pointing.items()
    }
    plain = {name: _plain(values[name]) for name in ("outcome", "minutes", "recorded_at", "note")}
    return {**found, **plain, "cause": values["cause"], "source": "import"}


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return "+".join(sorted(value))
    if isinstance(value, StrEnum):
        return value.value
    return None if value == "" else value


def decided(kind: str, columns: Iterable[str]) -> set[str]:
    """The columns in the database that follow from these columns of the export."""
    return {name for column in columns for name in KEPT[kind][column]}


def texts(
    kind: str, row: Row[Any], links: Mapping[str, str], refs: Mapping[str, Mapping[int, str]], calendar: Calendar
) -> dict[str, str]:
    """A row as it stands, as the export would say it. `refs` are those of each kind that is pointed at, by id."""
    found = {}
    for column, names in KEPT[kind].items():
        value = getattr(row, names[0])
        if column in links:
            found[column] = "" if value is None else refs[links[column]][value]
        else:
            found[column] = _text(column, value, calendar)
    return found


def _text(column: str, value: Any, calendar: Calendar) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{calendar.wall(value):%H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return repr(value)
    if column in ("roles", "requirements"):
        return "+".join(sorted(part for part in value.split("+") if part))
    return str(value)

"""Outcomes that an export brings: which are new, which contradict the chat, and which somebody must hear of now."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby

from db.imports import Recorded
from domain import attendance
from domain.imports import Change, Clash, Record


@dataclass(frozen=True)
class Line:
    """One outcome to be written. `heard`: it stands, and somebody may have to hear of it now. `history`: it is too
    old to raise an alert, but it may show one to have been wrong."""

    appointment_ref: str
    row: Record
    heard: bool = False
    history: bool = True


@dataclass
class Plan:
    """What is to be done about every outcome that this export says for the first time, or says differently."""

    lines: list[Line] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    late: dict[str, Record] = field(default_factory=dict)  # that appointments were off before they were moved
    unchanged: int = 0


@dataclass(frozen=True)
class Known:
    """What stands here: records by appointment, what was read last by ref, and whose alerts would be touched."""

    records: Mapping[str, Sequence[Recorded]]
    remembered: Mapping[str, Mapping[str, str]]
    days: Mapping[str, date]  # of each appointment
    recent: date  # an absence on this day or later raises its alert; an earlier one is history
    today: date
    since: Mapping[str, datetime]  # since when appointments are at their time, of those that were at another
    alerted: frozenset[str]  # the appointments about which there is an alert


def plan(rows: Iterable[Record], known: Known) -> Plan:
    """Takes the rows of each appointment in the order in which they were recorded."""
    found = Plan()
    ordered = sorted(rows, key=lambda row: (row.values["appointment_ref"], row.values["recorded_at"]))
    for ref, of_one in groupby(ordered, key=lambda row: str(row.values["appointment_ref"])):
        _appointment(found, ref, list(of_one), known)
    return found


def _appointment(found: Plan, ref: str, rows: list[Record], known: Known) -> None:
    here = known.records.get(ref, ())
    lines = [row for row in rows if _is_written(found, row, here, known.remembered.get(row.ref))]
    if not lines:
        return
    last, before = lines[-1], _stands(here)
    stands = before is None or before.record.recorded_at <= last.values["recorded_at"]
    raises = last.values["outcome"] in attendance.MISSED and known.days[ref] >= known.recent
    since = known.since.get(ref)
    if stands and last.values["outcome"] in attendance.OFF and since and last.values["recorded_at"] <= since:
        found.late[ref] = last
    off = last.values["outcome"] in attendance.CALLED_OFF and known.days[ref] >= known.today and ref not in found.late
    heard = stands and (raises or off or ref in known.alerted)
    found.lines += [Line(ref, row, heard and row is last, not raises) for row in lines]


def _is_written(found: Plan, row: Record, here: Sequence[Recorded], before: Mapping[str, str] | None) -> bool:
    """Only a later record corrects an earlier one. What contradicts a record of the chat without being later is told,
    and is kept beside it, unless it has the same moment: then it would seem to be the later one."""
    at = row.values["recorded_at"]
    same_moment = [one for one in here if one.source == "chat" and one.record.recorded_at == at]
    stands = _stands(here)
    contradicts = stands is not None and stands.source == "chat" and at <= stands.record.recorded_at
    if contradicts and stands and not _says(row, stands.record):
        says = f"{stands.record.outcome}:{stands.record.cause}".rstrip(":")
        found.clashes.append(Clash("attendance", row.ref, "outcome", row.raw["outcome"], says))
    if same_moment:
        found.unchanged += 1
        return False
    columns = {name: (before.get(name, ""), text) for name, text in row.raw.items()} if before is not None else {}
    steps = {name: step for name, step in columns.items() if step[0] != step[1]}
    found.changes.append(Change("attendance", row.ref, steps))
    return True


def _says(row: Record, record: attendance.Record) -> bool:
    return (row.values["outcome"], row.values["cause"]) == (record.outcome, record.cause)


def _stands(here: Sequence[Recorded]) -> Recorded | None:
    return max(here, key=lambda one: (one.record.recorded_at, one.record.id), default=None)

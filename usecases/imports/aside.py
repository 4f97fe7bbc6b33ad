"""Days that were: dates that have begun, and whose reference is another date's by now. They keep their own row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates
from domain import attendance
from domain.appointments import Appointment, Status
from domain.attendance import AHEAD, CAME, JUDGED, MISSED, OFF, Outcome, standing
from domain.changes import Turn
from domain.imports import Record

Records = Mapping[str, Sequence[attendance.Record]]  # what is recorded, by the ref of the date


def came(stands: attendance.Record | None) -> bool:
    """Whether it is on record who came, or did not."""
    return stands is not None and stands.outcome not in OFF


def held(row: Any) -> bool:
    """Whether a date that has begun was ever ahead at its time: one that was put there afterwards is a slip."""
    return row.retimed_at is None or row.retimed_at <= row.starts_at


async def begun(tx: AsyncConnection, rows: Mapping[str, Any], said: Records) -> dict[int, bool]:
    """Those (ids) of these dates (by ref), which have begun, that are days that were; and whether it is on record what
    happened, or is `said` from now on. One that is off, as the record or the case system has it, is none, unless it
    was called off when it had begun: whoever heard that we are sorry lost that day; nor is one that was put into the
    past by a slip."""
    records = await dates.records(tx, (row.id for row in rows.values()))
    here = {ref: standing(records.get(row.id, ())) for ref, row in rows.items()}
    stands = {ref: standing([*records.get(row.id, ()), *said.get(ref, ())]) for ref, row in rows.items()}
    return {
        row.id: stands[ref] is not None
        for ref, row in rows.items()
        if came(stands[ref])
        or (held(row) and attendance.lost_late(here[ref], row.starts_at))
        or (held(row) and stands[ref] is None and row.status == Status.BOOKED)
    }


@dataclass(frozen=True)
class Kept:
    """A date as it will be under a reference of its own, and what is written for that."""

    one: Appointment
    values: Mapping[str, Any]


class Aside:
    """The days that were, by the reference that is another date's now."""

    def __init__(self, days: Iterable[Appointment] = ()) -> None:
        self._days: dict[str, list[Appointment]] = {}
        for one in days:
            self._keep(one)

    def _keep(self, one: Appointment) -> None:
        self._days.setdefault(one.ref.rpartition("~")[0], []).append(one)

    def of(self, ref: str) -> Sequence[Appointment]:
        return self._days.get(ref, ())

    def at(self, ref: str, starts_at: datetime, order_id: int | None) -> Appointment | None:
        """The day that gave its reference away, if the export puts the date back there."""
        alike = (one for one in self.of(ref) if (one.starts_at, one.order_id) == (starts_at, order_id))
        return next(alike, None)

    def give_back(self, ref: str, day: Appointment) -> None:
        """It has its reference again."""
        self._days[ref].remove(day)

    def keep(self, ref: str, row: Any, now: datetime, turn: Turn | None) -> Kept:
        """A date that keeps its row under a reference of its own: as the day that it was, or, ahead, as one that is
        off. A day of which nothing is recorded is asked about as any other."""
        one = replace(dates.appointment_of(row), ref=f"{ref}~{row.id}")
        values: dict[str, Any] = {"ref": one.ref}
        if row.starts_at <= now:
            self._keep(one)
        elif turn is not None:
            one = replace(one, status=Status.CANCELLED, revision=turn.revision)
            values |= {"status": Status.CANCELLED.value, "revision": turn.revision, "moved_at": now}
        return Kept(one, values)

    def of_their_days(
        self, lines: Sequence[Record], starts: Mapping[str, datetime], records: Records
    ) -> tuple[list[Record], list[Record]]:
        """The same lines of the register, each under the reference of the day that it is about; and those of them that
        say of a day on which somebody came that they missed it. An absence may be decided on when they next meet:
        that is of the last day of which the reason is not known, unless they missed the new one too."""
        said = {ref: list(known) for ref, known in records.items()}
        by_time = [(line, self._at_the_time(line, starts)) for line in lines]
        for line, ref in by_time:
            said.setdefault(ref, []).append(_record(line))
        found, after_they_came = [], []
        for line, ref in by_time:
            its = line.values["appointment_ref"]
            if not self.of(its) or line.values["outcome"] not in MISSED:
                found.append(_of(line, ref))
                continue
            missed_too = any(one.outcome is Outcome.MISSED_REASON_UNKNOWN for one in said.get(its, ()))
            of_another = line.values["outcome"] in JUDGED and not missed_too
            found.append(_of(line, (self._awaiting(line, said, records) if of_another else None) or ref))
            at = line.values["recorded_at"]
            if any(one.outcome in CAME and one.recorded_at <= at for one in said[ref]):
                after_they_came.append(found[-1])
        return found, after_they_came

    def _at_the_time(self, line: Record, starts: Mapping[str, datetime]) -> str:
        """The reference of the day that it is about by when it was recorded: who came, or did not, as recorded before
        a date began is of the day that gave it its reference."""
        ref, at = line.values["appointment_ref"], line.values["recorded_at"]
        days = self.of(ref)
        if not days or line.values["outcome"] in OFF or at >= starts[ref] - AHEAD:
            return str(ref)
        before = [one for one in days if one.starts_at <= at]
        return max(before or days[:1], key=lambda one: one.starts_at).ref

    def _awaiting(self, line: Record, said: Records, records: Records) -> str | None:
        """The reference of the last day that waits for such a decision, or has this very one on record; if there is
        none, of the last that was decided in the same way: in the chat, say, and then in the case system too."""
        at = line.values["recorded_at"]
        days = [day for day in self.of(line.values["appointment_ref"]) if day.starts_at <= at]
        outcomes = {day.ref: stands.outcome for day in days if (stands := standing(said.get(day.ref, ())))}
        waits = [
            day
            for day in days
            if outcomes.get(day.ref) is Outcome.MISSED_REASON_UNKNOWN
            or any(one.recorded_at == at for one in records.get(day.ref, ()))
        ]
        again = [day for day in days if outcomes.get(day.ref) is line.values["outcome"]]
        last = max(waits or again, key=lambda one: one.starts_at, default=None)
        return last.ref if last is not None else None


def _record(line: Record) -> attendance.Record:
    return attendance.Record(line.values["outcome"], line.values["recorded_at"])


def _of(line: Record, ref: str) -> Record:
    return replace(line, values={**line.values, "appointment_ref": ref})

"""What an import would do, worked out before anything is written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from db import imports as store
from domain.appointments import Appointment
from domain.changes import Shown, Turn
from domain.imports import Change, Clash, Problem, Record
from usecases.imports import outcomes
from usecases.imports.report import Counts, Report


@dataclass(frozen=True)
class New:
    """A row to be added; links are still refs, personal values sealed."""

    ref: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """An order as it will be: whether it is active, and whose it is."""

    active: bool
    case_ref: str


@dataclass(frozen=True)
class Dated:
    """An appointment as it will be, with the ids that it has so far (0: none) and the ref of its order. `turn` is what
    follows for whoever was told of it otherwise, if they can have been."""

    appointment: Appointment
    order_ref: str
    turn: Turn | None = None

    @staticmethod
    def of(
        record: Record, booked_at: datetime | None, id_: int = 0, revision: int = 1, turn: Turn | None = None
    ) -> "Dated":
        """What a row of the export says of a date."""
        values = record.values
        one = Appointment(
            id=id_,
            ref=record.ref,
            order_id=0,
            kind=values["kind"],
            day=values["date"],
            starts_at=values["starts_at"],
            ends_at=values["ends_at"],
            status=values["status"],
            revision=revision,
            booked_at=booked_at,
        )
        return Dated(one, values["order_ref"], turn)


@dataclass
class Plan:
    """Everything that is to be written, and what must still be so when it is."""

    ids: dict[str, dict[str, int]]
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)  # words that are imported and not shown
    unusual: list[Problem] = field(default_factory=list)  # what is imported, and somebody should look at
    added: dict[str, list[New]] = field(default_factory=dict)
    changed: dict[str, list[tuple[int, Mapping[str, Any]]]] = field(default_factory=dict)
    history: list[Mapping[str, Any]] = field(default_factory=list)  # outcomes that nobody needs to hear of
    heard: list[outcomes.Line] = field(default_factory=list)
    memory_new: list[Mapping[str, Any]] = field(default_factory=list)
    memory_changed: list[Mapping[str, Any]] = field(default_factory=list)
    standing: dict[str, Standing] = field(default_factory=dict)  # orders that are new or have turned
    rescheduled: list[Dated] = field(default_factory=list)  # appointments whose reminders are worked out again
    retimed: dict[str, Record] = field(default_factory=dict)  # appointments (by ref) at another time ahead, or on again
    off_before: dict[str, datetime] = field(default_factory=dict)  # others, now said to have been off before a moment
    handed_over: list[tuple[int, Mapping[str, Any]]] = field(default_factory=list)  # like `changed`: under another ref
    turned: list[int] = field(default_factory=list)  # orders (ids) whose every date ahead is worked out again
    ended: set[str] = field(default_factory=set)  # individuals of whom an active order has ended
    reconsidered: set[str] = field(default_factory=set)  # individuals whose orders have otherwise changed
    died: set[str] = field(default_factory=set)
    handed: list[tuple[int, str, str, str]] = field(default_factory=list)  # order, part, from and to whom (refs)
    speaks: dict[int, str] = field(default_factory=dict)  # individuals (ids) whose chat changes its language
    changes: list[Change] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    counts: dict[str, Counts] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    watched: tuple[list[int], list[int]] = field(default_factory=lambda: ([], []))  # individuals and appointments
    mark: store.Mark | None = None
    first: bool = False  # a running caseload is read for the first time: nothing in it has just been booked
    overtaken: dict[int, Shown] = field(default_factory=dict)  # rows that may go out meanwhile, and what they would say
    left_out: int = 0  # rows of people who were erased

    def renamed(self, kind: str, before: str, after: str) -> None:
        """A row goes by another reference from now on."""
        self.ids[kind][after] = self.ids[kind].pop(before)

    def report(self, written: bool = False) -> Report:
        """The plan as it is told."""
        if self.problems:
            ordered = sorted(self.problems, key=lambda one: (one.file, one.line))
            return Report(ordered)
        told = (self.changes, self.clashes, self.missing)
        return Report((), self.counts, *told, written, self.left_out, self.warnings, self.unusual)

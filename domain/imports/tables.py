"""The tables of an export: their columns, what a cell may hold, and what must hold between the cells of one row."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from domain import appointments, orders, people
from domain.imports import cells, rules
from domain.imports.cells import Cell, Parser


@dataclass(frozen=True)
class Column:
    """One column. `empty` is what an empty cell means; `parts` are the names of a value that has several parts."""

    name: str
    parse: Parser
    required: bool = False
    empty: Cell = ("", None)
    points_at: str = ""
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """What follows from cells that could all be read. `check` raises Wrong about `column`; `gives` names its result."""

    column: str
    needs: tuple[str, ...]
    check: Callable[..., Any]
    gives: str = ""


@dataclass(frozen=True)
class Table:
    """One kind of file. Rows are known by their `key`; `rules` are tried in order."""

    kind: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        """What a header must name: the columns whose values may not be empty."""
        return tuple(column.name for column in self.columns if column.required)

    @property
    def links(self) -> Mapping[str, str]:
        """The columns that name a row of another table, and of which."""
        return {column.name: column.points_at for column in self.columns if column.points_at}


def _must(name: str, parse: Parser, parts: tuple[str, ...] = ()) -> Column:
    return Column(name, parse, required=True, parts=parts)


def _prose(name: str) -> Column:
    return Column(name, cells.prose, empty=("", ""))


def _flag(name: str) -> Column:
    return Column(name, cells.flag, empty=cells.NO)


def _link(name: str, to: str, required: bool = False) -> Column:
    return Column(name, cells.ref, required=required, points_at=to)


@lru_cache(maxsize=8)
def of(zone: ZoneInfo) -> Mapping[str, Table]:
    """Every table by kind, in an order in which each points only at those before it (and at itself)."""
    every = (
        _STAFF,
        _INDIVIDUALS,
        _ORDERS,
        _PLACES,
        _appointments(zone),
        _attendance(zone),
        _HOLDS,
        _ADJUSTMENTS,
        _MILESTONES,
    )
    return {table.kind: table for table in every}


_STAFF = Table(
    "staff",
    ("staff_ref",),
    (
        _must("staff_ref", cells.ref),
        _must("name", cells.name),
        _must("roles", cells.choices(people.Role, "role")),
        _link("cover_ref", "staff"),
        Column("active_until", cells.day),
    ),
    (Rule("cover_ref", ("staff_ref", "cover_ref"), rules.cover_is_another),),
)

_INDIVIDUALS = Table(
    "individuals",
    ("case_ref",),
    (
        _must("case_ref", cells.ref),
        _must("first_name", cells.name),
        Column("language", cells.language, empty=("en", "en")),
        Column("mobile", cells.mobile),
        _flag("youth"),
        _flag("staff_contact_only"),
        _prose("work_limits"),
    ),
)

_ORDERS = Table(
    "orders",
    ("order_ref",),
    (
        _must("order_ref", cells.ref),
        _link("case_ref", "individuals", required=True),
        _must("imposed_on", cells.day),
        _must("requirements", cells.choices(orders.Requirement, "requirement")),
        Column("hours", cells.hours),
        Column("complete_by", cells.day),
        _link("officer_ref", "staff"),
        _link("case_manager_ref", "staff"),
        Column(
            "status",
            cells.choice(orders.Status, "status"),
            empty=(orders.Status.ACTIVE.value, orders.Status.ACTIVE),
        ),
        Column("ended_on", cells.day),
    ),
    (
        Rule("requirements", ("requirements",), rules.supervised),
        Rule("hours", ("requirements", "hours"), rules.hours_named),
        Rule("complete_by", ("imposed_on", "complete_by"), rules.not_before("imposed_on")),
        Rule("ended_on", ("status", "ended_on"), rules.end_fits),
        Rule("ended_on", ("imposed_on", "ended_on"), rules.not_before("imposed_on")),
    ),
)

_PLACES = Table(
    "places",
    ("place_ref",),
    (
        _must("place_ref", cells.ref),
        _must("nickname", cells.name),
        _prose("address"),
        Column("latitude", cells.degrees(90)),
        Column("longitude", cells.degrees(180)),
        Column("capacity", cells.whole(0, 1000, "people")),
        _flag("indoor"),
        _prose("bring"),
        _prose("work_type"),
    ),
    (
        Rule("latitude", ("latitude", "longitude"), rules.not_without("longitude")),
        Rule("longitude", ("longitude", "latitude"), rules.not_without("latitude")),
    ),
)


def _appointments(zone: ZoneInfo) -> Table:
    booked = appointments.Status.BOOKED
    return Table(
        "appointments",
        ("appointment_ref",),
        (
            _must("appointment_ref", cells.ref),
            _link("order_ref", "orders", required=True),
            _must("kind", cells.choice(appointments.Kind, "kind of appointment")),
            _must("date", cells.day),
            _must("start", cells.hour),
            Column("end", cells.hour),
            _link("place_ref", "places"),
            _link("staff_ref", "staff"),
            _prose("bring"),
            Column("status", cells.choice(appointments.Status, "status"), empty=(booked.value, booked)),
        ),
        (
            Rule("end", ("start", "end"), rules.ends_later),
            Rule("start", ("date", "start"), rules.moment_in(zone), gives="starts_at"),
            Rule("end", ("date", "end"), rules.moment_in(zone), gives="ends_at"),
        ),
    )


def _attendance(zone: ZoneInfo) -> Table:
    return Table(
        "attendance",
        ("appointment_ref", "recorded_at"),
        (
            _link("appointment_ref", "appointments", required=True),
            _must("outcome", cells.outcome, parts=("outcome", "cause")),
            Column("minutes", cells.whole(0, 1440, "minutes")),
            _link("recorded_by", "staff"),
            _must("recorded_at", cells.moment(zone)),
            _prose("note"),
        ),
        (Rule("recorded_by", ("outcome", "recorded_by"), rules.judge_named),),
    )


_HOLDS = Table(
    "holds",
    ("hold_ref",),
    (
        _must("hold_ref", cells.ref),
        _link("order_ref", "orders", required=True),
        _must("kind", cells.choice(orders.Hold, "kind of hold")),
        _must("from", cells.day),
        Column("until", cells.day),
    ),
    (Rule("until", ("from", "until"), rules.not_before("from")),),
)

_ADJUSTMENTS = Table(
    "adjustments",
    ("adjustment_ref",),
    (
        _must("adjustment_ref", cells.ref),
        _link("order_ref", "orders", required=True),
        _must("on", cells.day),
        _must("minutes", cells.whole(-18_000, 18_000, "minutes")),  # 300 hours, the most that an order can have
        _prose("reason"),
    ),
    (Rule("minutes", ("minutes",), rules.not_nothing),),
)

_MILESTONES = Table(
    "milestones",
    ("order_ref", "milestone", "on"),
    (
        _link("order_ref", "orders", required=True),
        _must("milestone", cells.choice(orders.Milestone, "milestone")),
        _must("on", cells.day),
        _prose("late_reason"),
    ),
    (Rule("late_reason", ("milestone", "late_reason"), rules.whose_reason, gives="late_reason"),),
)

"""Who is told of what is open, and when: one data file, read and checked at the start."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path

import yaml
from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, outbox
from domain import compliance, routing
from domain.appointments import Appointment
from domain.compliance import FollowUp, Item, Ladders, Says, Step
from domain.outbox import Owed, Row, Status, Subject, To
from domain.people import Individual
from usecases import datafiles, rota
from usecases.service import Service

FILE = Path(__file__).parent / "ladders.yaml"
PARTS = ("version", "steps", "follow_up")
FIELDS = frozenset({"for", "to", "after", "at", "before_start", "says", "why"})
RUNGS = (To.WORKER, To.COVER, To.DUTY, To.MANAGER)
FAMILY = "ladder"
WAITING = (Status.PLANNED, Status.CANCELLED)  # of a row that has told nobody
MOST_HOURS, MOST_MINUTES, MOST_DAYS = 200, 1440, 20


class WrongLadders(Exception):
    """The file cannot be used: one line for each mistake, with what was found and what is expected."""


@dataclass(frozen=True)
class _Entry:
    """One step, and the ladders that it stands in."""

    names: tuple[str, ...]
    step: Step

    @property
    def name(self) -> str:
        return f"{', '.join(self.names)}: {self.step.to}"


@cache
def read(file: Path = FILE) -> Ladders:
    """The ladders of the file; raises WrongLadders with all mistakes at once."""
    try:
        root = datafiles.composed(file)
    except datafiles.NotYaml as error:
        raise WrongLadders(str(error)) from None
    parts = {key.value: node for key, node in root.value} if isinstance(root, yaml.MappingNode) else {}
    if set(parts) != set(PARTS):
        found = ", ".join(map(str, parts)) or "none of them"
        raise WrongLadders(f"{file.name}:1: found {found}; expected {', '.join(PARTS)}")
    problems: list[str] = []
    version = str(parts["version"].value).strip() if isinstance(parts["version"], yaml.ScalarNode) else ""
    if not version:
        line = parts["version"].start_mark.line + 1
        problems.append(f"{file.name}:{line}: version: found nothing; expected a name for this version")
    entries = datafiles.entries(file, parts["steps"], _entry, lambda one: one.name, problems)
    steps: dict[str, tuple[Step, ...]] = {}
    for one in entries.values():
        for name in one.names:
            steps[name] = (*steps.get(name, ()), one.step)
    if not problems:
        problems += [f"{file.name}: steps: {wrong}" for name in compliance.NAMES if (wrong := _wrong(name, steps))]
    follow_up = _follow_up(file, parts["follow_up"], problems)
    if problems:
        raise WrongLadders("\n".join(problems))
    return Ladders(version, steps, follow_up)


def _wrong(name: str, steps: Mapping[str, tuple[Step, ...]]) -> str:
    """What is wrong with a whole ladder: nobody would be told, or not every alert ends with somebody."""
    rungs = [step.to for step in steps.get(name, ())]
    if not rungs:
        return f"there is none for {name}; expected at least one, to a manager"
    if rungs[-1] is not To.MANAGER:
        return f"{name} ends with {rungs[-1]}; expected the last step of each to be a manager"
    if len(set(rungs)) < len(rungs):
        return f"{name} tells somebody twice: found {', '.join(rungs)}; expected each once"
    return ""


def _entry(found: Mapping[str, str]) -> _Entry:
    """One step; raises ValueError with what is wrong."""
    if unknown := sorted(found.keys() - FIELDS):
        raise ValueError(f"found {', '.join(unknown)}; expected only {', '.join(sorted(FIELDS))}")
    for name in ("for", "to", "says", "why"):
        if not found.get(name):
            raise ValueError(f"{name} is missing")
    if ("after" in found) == ("at" in found):
        raise ValueError("expected either after or at")
    names = tuple(part.strip() for part in found["for"].split(","))
    if odd := sorted(set(names) - set(compliance.NAMES)):
        raise ValueError(f"for: found {', '.join(odd)}; expected of {', '.join(compliance.NAMES)}")
    after, by_clock = _after(found.get("after", "at once"))
    step = Step(
        to=To(_one_of(found, "to", RUNGS)),
        after=after,
        by_clock=by_clock,
        at=_wall_time("at", found["at"]) if "at" in found else None,
        before_start=_minutes("before_start", found["before_start"]) if "before_start" in found else None,
        says=Says(_one_of(found, "says", tuple(Says))),
    )
    return _Entry(names, step)


def _after(text: str) -> tuple[timedelta, bool]:
    """How long after the step before, and whether by the clock."""
    if text == "at once":
        return timedelta(), False
    if (found := re.fullmatch(r"(\d+) working hours", text)) and 0 < int(found[1]) <= MOST_HOURS:
        return timedelta(hours=int(found[1])), False
    if re.fullmatch(r"\d+ minutes", text):
        return _minutes("after", text), True
    raise ValueError(f"after: found {text!r}; expected at once, 4 working hours, or 15 minutes")


def _minutes(name: str, text: str) -> timedelta:
    found = re.fullmatch(r"(\d+) minutes", text)
    if found is None or not 0 < int(found[1]) <= MOST_MINUTES:
        raise ValueError(f"{name}: found {text!r}; expected 1 minutes to {MOST_MINUTES} minutes")
    return timedelta(minutes=int(found[1]))


def _wall_time(name: str, text: str) -> time:
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text)
    if found is None:
        raise ValueError(f'{name}: found {text!r}; expected a wall time such as "10:00" in quotes')
    return time(int(found[1]), int(found[2]))


def _one_of(found: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    if found[name] not in allowed:
        raise ValueError(f"{name}: found {found[name]!r}; expected {' or '.join(allowed)}")
    return found[name]


def _follow_up(file: Path, node: yaml.Node, problems: list[str]) -> FollowUp:
    try:
        found = datafiles.fields(node)
        names = {"working_days", "before_next_work", "listed_at"}
        if found.keys() != names:
            raise ValueError(f"found {', '.join(found) or 'nothing'}; expected {', '.join(sorted(names))}")
        days = found["working_days"]
        if not days.isdecimal() or not 0 < int(days) <= MOST_DAYS:
            raise ValueError(f"working_days: found {days!r}; expected a whole number from 1 to {MOST_DAYS}")
        before = _one_of(found, "before_next_work", ("yes", "no")) == "yes"
        return FollowUp(int(days), before, _wall_time("listed_at", found["listed_at"]))
    except ValueError as error:
        problems.append(f"{file.name}:{node.start_mark.line + 1}: follow_up: {error}")
        return FollowUp()


# ── Climbing ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def climb(service: Service, tx: AsyncConnection, item: Item, at: datetime, start: To | None = None) -> list[Owed]:
    """Everything that is owed about an item by the council's ladders: see `compliance.ladder`. After its date is over
    there is nothing to be in time for."""
    one = await _date_of(tx, item)
    begins = one.starts_at if one is not None and at < one.over_at else None
    return compliance.ladder(item, at, service.calendar, service.policy.ladders, begins, start)


async def go_on(
    service: Service,
    tx: AsyncConnection,
    item: Item,
    rungs: Collection[str],
    now: datetime,
    reason: str,
    claimed: Sequence[Row] = (),
) -> set[int]:
    """A ladder goes on from the first of these rungs that comes after all that have been told: it is told now, and each
    after it is counted from then. What comes before, or is due already, is told as it is planned; the rest ends with
    `reason`. Of the rows that the caller has `claimed` those that come after it are given back: says which."""
    about, mine = Subject("item", item.id), {row.id for row in claimed}
    rows = [
        row for row in await outbox.about(tx, about) if (row.owed.family, row.owed.revision) == (FAMILY, item.round)
    ]
    told = {row.owed.step for row in rows if row.status not in WAITING and row.id not in mine}
    steps = [step.to for step in service.policy.ladders.of(item)]
    first = 1 + max((n for n, to in enumerate(steps) if to in told), default=-1)
    start = next((to for to in steps[first:] if to in rungs), None)
    if start is None:
        return set()
    after = steps[steps.index(start) + 1 :]
    back = [row for row in claimed if row.owed.step in after]
    for row in back:
        await outbox.postpone(tx, row.id, row.owed.due_at, row.reason)
    wanted = {owed.step: owed for owed in await climb(service, tx, item, now, start)}
    for row in rows:
        step, planned = row.owed.step, row.status is Status.PLANNED
        if planned and step not in after and (step not in wanted or row.owed.due_at <= now):
            wanted[step] = row.owed
    await outbox.plan(tx, [about], FAMILY, list(wanted.values()), now, reason)
    return {row.id for row in back}


async def meant(service: Service, tx: AsyncConnection, item: Item, individual: Individual) -> dict[To, set[int]]:
    """Which staff (ids) each step of an item's ladder means now, in turn; none where nobody can be told."""
    roster = await rota.roster(service, tx)
    order = await dates.order(tx, item.order_id) if item.order_id is not None else None
    steps = service.policy.ladders.of(item)
    return {step.to: set(routing.meant(step.to, roster, individual, order)) for step in steps}


async def if_not_seen(
    service: Service, tx: AsyncConnection, item: Item, individual: Individual, told: int | None
) -> tuple[To, datetime]:
    """Who hears of what somebody (`told`, or else the first who can be) does not look at, and when: the first step
    after the worker's at which there is anybody else. Whoever stands in may have the next step as well."""
    to, due = compliance.if_not_seen(item, service.clock.now(), service.calendar, service.policy.ladders)
    steps = await meant(service, tx, item, individual)
    had = {told} if told is not None else next(filter(None, steps.values()), set())
    return next((step for step in [*steps][1:] if steps[step] - had), to), due


async def starts_at(tx: AsyncConnection, item: Item) -> datetime | None:
    """When the date begins that an item is about."""
    one = await _date_of(tx, item)
    return one.starts_at if one is not None else None


async def _date_of(tx: AsyncConnection, item: Item) -> Appointment | None:
    if item.appointment_id is None:
        return None
    return (await dates.appointments_by_id(tx, [item.appointment_id])).get(item.appointment_id)

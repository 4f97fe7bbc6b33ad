"""The clocks of the national standards: one data file, read and checked at the start."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeVar

import yaml

from domain.appointments import Kind
from domain.deciding import How
from domain.limits import Base, Clock, Limit, Nudge, Standards, Start, Target, Unit
from domain.orders import Milestone
from usecases import datafiles

FILE = Path(__file__).parent / "standards.yaml"
PARTS = ("version", "clocks", "local")
NEEDED = ("clock", "for", "starts", "limits", "source")
CLOCK = frozenset(
    {*NEEDED, "then", "milestones", "attended", "contacts", "bands", "nudges"}
    | {"unless", "court", "late", "asks", "compare"}
)
LOCAL = frozenset({"clock", "from", "limit", "percent", "why"})
MOST = 400  # of any unit
BEFORE = " before"

E = TypeVar("E", bound=StrEnum)


class WrongStandards(Exception):
    """The file cannot be used: one line for each mistake, with what was found and what is expected."""


@cache
def read(file: Path = FILE) -> Standards:
    """The clocks of the file; raises WrongStandards with all mistakes at once."""
    try:
        root = datafiles.composed(file)
    except datafiles.NotYaml as error:
        raise WrongStandards(str(error)) from None
    parts = {str(key.value): node for key, node in root.value} if isinstance(root, yaml.MappingNode) else {}
    if set(parts) != set(PARTS):
        found = ", ".join(parts) or "none of them"
        raise WrongStandards(f"{file.name}:1: found {found}; expected {', '.join(PARTS)}")
    problems: list[str] = []
    version = str(parts["version"].value).strip() if isinstance(parts["version"], yaml.ScalarNode) else ""
    if not version:
        line = parts["version"].start_mark.line + 1
        problems.append(f"{file.name}:{line}: version: found nothing; expected a name for this version")
    clocks = datafiles.entries(file, parts["clocks"], _clock, lambda one: one.id, problems)
    local = datafiles.entries(file, parts["local"], lambda found: _local(found, clocks), _local_name, problems)
    if problems:
        raise WrongStandards("\n".join(problems))
    return Standards(version, tuple(_with_local(one, local.values()) for one in clocks.values()))


def _with_local(clock: Clock, local: Iterable[tuple[str, Target]]) -> Clock:
    mine = sorted((target for name, target in local if name == clock.id), key=lambda one: one.since)
    return replace(clock, local=tuple(mine))


def _clock(found: Mapping[str, str]) -> Clock:
    """One clock; raises ValueError with what is wrong."""
    _only(found, CLOCK, NEEDED)
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,19}", found["clock"]):
        raise ValueError(f"clock: found {found['clock']!r}; expected a short name of a-z, 0-9 and _")
    made = Clock(
        id=found["clock"],
        bases=frozenset(_several(found, "for", Base)),
        starts=_one(found, "starts", Start),
        limits=_limits(found, "limits"),
        source=found["source"],
        milestones=frozenset(_several(found, "milestones", Milestone)),
        attended=frozenset(Kind) if found.get("attended") == "all" else frozenset(_several(found, "attended", Kind)),
        contacts=frozenset(one.value for one in _several(found, "contacts", How)),
        then=next(iter(_limits(found, "then")), None),
        bands=_limits(found, "bands"),
        nudges=tuple(_nudges(found.get("nudges", ""))),
        unless_booked=_said(found, "unless", "booked"),
        court_may_set=_said(found, "court", "yes"),
        no_later=_said(found, "late", "no"),
        asks=not _said(found, "asks", "no"),
        compare=found.get("compare", ""),
    )
    _fits(made)
    return made


def _fits(clock: Clock) -> None:
    """What holds between the fields of one clock."""
    if not (clock.milestones or clock.attended or clock.contacts):
        raise ValueError("milestones: found nothing; expected something that stops the clock")
    if clock.then is not None and clock.then.unit is not clock.limits[-1].unit:
        raise ValueError(f"then: found {clock.then.unit}; expected {clock.limits[-1].unit}, as the last limit has")
    if clock.several and clock.bands:
        raise ValueError("bands: a clock of several steps has none")
    if clock.bands and not set(clock.limits) <= set(clock.bands):
        raise ValueError("bands: the limit itself is not among them")


def _local(found: Mapping[str, str], clocks: Mapping[str, Clock]) -> tuple[str, Target]:
    _only(found, LOCAL, ("clock", "from", "why"))
    clock = clocks.get(found["clock"])
    if clock is None:
        raise ValueError(f"clock: found {found['clock']!r}; expected one of {', '.join(clocks)}")
    if not (found.get("limit") or found.get("percent")):
        raise ValueError("limit is missing, and percent too; expected one of them")
    if found.get("limit") and clock.several:
        raise ValueError(f"limit: {clock.id} has several steps; expected a percent only")
    try:
        since = date.fromisoformat(found["from"])
    except ValueError:
        raise ValueError(f"from: found {found['from']!r}; expected a day such as 2027-04-01") from None
    limits = _limits(found, "limit")
    return clock.id, Target(since, limits[0] if limits else None, _percent(found))


def _local_name(one: tuple[str, Target]) -> str:
    return f"{one[0]} from {one[1].since.isoformat()}"


def _percent(found: Mapping[str, str]) -> int | None:
    text = found.get("percent", "")
    if not text:
        return None
    if not text.isdecimal() or not 0 < int(text) <= 100:
        raise ValueError(f"percent: found {text!r}; expected a whole number from 1 to 100")
    return int(text)


def _limits(found: Mapping[str, str], name: str) -> tuple[Limit, ...]:
    return tuple(_limit(name, part) for part in _parts(found.get(name, "")))


def _limit(name: str, text: str) -> Limit:
    number, _, unit = text.partition(" ")
    if not number.isdecimal() or int(number) > MOST or unit not in set(Unit):
        raise ValueError(f"{name}: found {text!r}; expected a number and one of {', '.join(Unit)}: 20 working_days")
    return Limit(int(number), Unit(unit))


def _nudges(text: str) -> Iterable[Nudge]:
    for part in _parts(text):
        yield Nudge(_limit("nudges", part.removesuffix(BEFORE)), part.endswith(BEFORE))


def _parts(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split(",") if part.strip()]


def _several(found: Mapping[str, str], name: str, allowed: type[E]) -> list[E]:
    parts = _parts(found.get(name, ""))
    if unknown := [part for part in parts if part not in set(allowed)]:
        raise ValueError(f"{name}: found {', '.join(unknown)}; expected of {', '.join(allowed)}")
    return [allowed(part) for part in parts]


def _one(found: Mapping[str, str], name: str, allowed: type[E]) -> E:
    if found[name] not in set(allowed):
        raise ValueError(f"{name}: found {found[name]!r}; expected one of {', '.join(allowed)}")
    return allowed(found[name])


def _said(found: Mapping[str, str], name: str, word: str) -> bool:
    if name in found and found[name] != word:
        raise ValueError(f"{name}: found {found[name]!r}; expected {word}, or nothing")
    return name in found


def _only(found: Mapping[str, str], allowed: frozenset[str], needed: Iterable[str]) -> None:
    if unknown := sorted(found.keys() - allowed):
        raise ValueError(f"found {', '.join(unknown)}; expected only {', '.join(sorted(allowed))}")
    for name in needed:
        if not found.get(name):
            raise ValueError(f"{name} is missing")

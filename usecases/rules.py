"""The rules of reminding: one data file, read and checked at the start, shown to whoever may read it."""

import re
from collections.abc import Mapping, Sequence
from datetime import time
from functools import cache
from pathlib import Path

import yaml

from domain.appointments import Kind
from domain.outbox import Answer, send
from domain.people import Act
from domain.reminding import SWITCHABLE, Does, Rules, Skip, Step
from usecases import access, datafiles
from usecases.service import Work, use_case

FILE = Path(__file__).parent / "reminders.yaml"
PARTS = ("version", "steps", "skips")
STEP = frozenset({"step", "for", "at", "days_before", "counts", "does", "asked", "first", "on", "why"})
MOST_DAYS, MOST_FIRST = 60, 20
BOOKING = "booking"


class WrongReminders(Exception):
    """The file cannot be used: one line for each mistake, with what was found and what is expected."""


@cache
def read(file: Path = FILE) -> Rules:
    """The rules of the file; raises WrongReminders with all mistakes at once."""
    try:
        root = datafiles.composed(file)
    except datafiles.NotYaml as error:
        raise WrongReminders(str(error)) from None
    parts = {key.value: node for key, node in root.value} if isinstance(root, yaml.MappingNode) else {}
    if set(parts) != set(PARTS):
        found = ", ".join(map(str, parts)) or "none of them"
        raise WrongReminders(f"{file.name}:1: found {found}; expected {', '.join(PARTS)}")
    problems: list[str] = []
    version = str(parts["version"].value).strip() if isinstance(parts["version"], yaml.ScalarNode) else ""
    if not version:
        line = parts["version"].start_mark.line + 1
        problems.append(f"{file.name}:{line}: version: found nothing; expected a name for this version")
    steps = datafiles.entries(file, parts["steps"], _step, lambda step: step.name, problems)
    skips = datafiles.entries(file, parts["skips"], _skip, lambda skip: skip[0], problems)
    missing = [one for one in Skip if one not in skips] if not problems else []
    problems += [f"{file.name}: skips: there is no entry {one}; each rule stands here, on or off" for one in missing]
    if problems:
        raise WrongReminders("\n".join(problems))
    return Rules(version, tuple(steps.values()), frozenset(one for one, on in skips.values() if not on))


def _skip(found: Mapping[str, str]) -> tuple[Skip, bool]:
    if unknown := sorted(found.keys() - {"skip", "on"}):
        raise ValueError(f"found {', '.join(unknown)}; expected only skip, on")
    name = found.get("skip", "")
    if name not in set(Skip):
        raise ValueError(f"skip: found {name!r}; expected one of {', '.join(Skip)}")
    skip, on = Skip(name), _yes(found, "on", default=True)
    if not on and skip not in SWITCHABLE:
        raise ValueError(f"on: found 'no'; {skip} cannot be switched off")
    return skip, on


def _step(found: Mapping[str, str]) -> Step:
    """One step; raises ValueError with what is wrong."""
    if unknown := sorted(found.keys() - STEP):
        raise ValueError(f"found {', '.join(unknown)}; expected only {', '.join(sorted(STEP))}")
    for name in ("step", "for", "at", "counts", "why"):
        if not found.get(name):
            raise ValueError(f"{name} is missing")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,29}", found["step"]):
        raise ValueError(f"step: found {found['step']!r}; expected a short name of a-z, 0-9 and _")
    at, does = _at(found["at"]), _one_of(found, "does", tuple(Does), Does.REMIND)
    if at is None and (does != Does.REMIND or "days_before" in found):
        raise ValueError("at: found 'booking'; it reminds at once, and has neither days_before nor does: ring")
    if at is not None and "days_before" not in found:
        raise ValueError("days_before is missing")
    return Step(
        name=found["step"],
        days_before=_number(found, "days_before", MOST_DAYS),
        at=at,
        kinds=_kinds(found["for"]),
        does=Does(does),
        essential=_one_of(found, "counts", ("essential", "extra"), "") == "essential",
        asked=_yes(found, "asked", default=False),
        first=_number(found, "first", MOST_FIRST),
        on=_yes(found, "on", default=True),
        why=found["why"],
    )


def _at(text: str) -> time | None:
    if text == BOOKING:
        return None
    found = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text)
    if found is None:
        raise ValueError(f'at: found {text!r}; expected a wall time such as "18:00" in quotes, or {BOOKING}')
    return time(int(found[1]), int(found[2]))


def _kinds(text: str) -> frozenset[str]:
    named = {part.strip() for part in text.split(",")}
    if named == {"all"}:
        return frozenset()
    if unknown := sorted(named - set(Kind)):
        raise ValueError(f"for: found {', '.join(unknown)}; expected all, or of {', '.join(Kind)}")
    return frozenset(named)


def _number(found: Mapping[str, str], name: str, most: int) -> int:
    text = found.get(name, "0")
    if not text.isdecimal() or int(text) > most:
        raise ValueError(f"{name}: found {text!r}; expected a whole number from 0 to {most}")
    return int(text)


def _yes(found: Mapping[str, str], name: str, default: bool) -> bool:
    return _one_of(found, name, ("yes", "no"), "yes" if default else "no") == "yes"


def _one_of(found: Mapping[str, str], name: str, allowed: Sequence[str], default: str) -> str:
    text = found.get(name, default)
    if text not in allowed:
        raise ValueError(f"{name}: found {text!r}; expected {' or '.join(allowed)}")
    return text


@use_case
async def show(work: Work) -> Sequence[Answer]:
    """/rules: what is sent and when, what is not sent and why."""
    await access.require(work, Act.READ_RULES)
    return [send("rules")]

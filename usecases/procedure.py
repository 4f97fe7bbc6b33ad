"""The council's procedure after missed dates: one data file, read and checked at the start."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import yaml

from domain.procedure import Rules, Step
from usecases import datafiles

FILE = Path(__file__).parent / "procedure.yaml"
PARTS = ("version", "months", "confirmed", "steps")
STEP = ("step", "after", "says", "source")
LETTER = "letter"  # may be left out
MOST_MONTHS, MOST_MISSED, LONGEST = 60, 20, 200


class WrongProcedure(Exception):
    """The file cannot be used: one line for each mistake, with what was found and what is expected."""


@cache
def read(file: Path = FILE) -> Rules:
    """The procedure of the file; raises WrongProcedure with all mistakes at once."""
    try:
        root = datafiles.composed(file)
    except datafiles.NotYaml as error:
        raise WrongProcedure(str(error)) from None
    parts = {str(key.value): node for key, node in root.value} if isinstance(root, yaml.MappingNode) else {}
    if set(parts) != set(PARTS):
        found = ", ".join(parts) or "none of them"
        raise WrongProcedure(f"{file.name}:1: found {found}; expected {', '.join(PARTS)}")
    problems: list[str] = []
    heads = {name: _head(file, name, parts[name], problems) for name in ("version", "months", "confirmed")}
    steps = tuple(datafiles.entries(file, parts["steps"], _step, lambda step: step.name, problems).values())
    problems += _rising(file, steps)
    if problems:
        raise WrongProcedure("\n".join(problems))
    return Rules(heads["version"], int(heads["months"]), steps, heads["confirmed"] == "yes")


def _head(file: Path, name: str, node: yaml.Node, problems: list[str]) -> str:
    text = str(node.value).strip() if isinstance(node, yaml.ScalarNode) else ""
    try:
        if name == "version" and not text:
            raise ValueError("version: found nothing; expected a name for this version")
        if name == "months":
            _number(name, text, MOST_MONTHS)
        if name == "confirmed" and text not in ("yes", "no"):
            raise ValueError(f"confirmed: found {text!r}; expected yes or no, in quotes")
    except ValueError as error:
        problems.append(f"{file.name}:{node.start_mark.line + 1}: {error}")
    return text


def _rising(file: Path, steps: Sequence[Step]) -> list[str]:
    return [
        f"{file.name}: {step.name}: after: found {step.after}; expected more than {before.after}, of the step before"
        for before, step in pairwise(steps)
        if step.after <= before.after
    ]


def _step(found: Mapping[str, str]) -> Step:
    """One step; raises ValueError with what is wrong."""
    if unknown := sorted(found.keys() - {*STEP, LETTER}):
        raise ValueError(f"found {', '.join(unknown)}; expected only {', '.join((*STEP, LETTER))}")
    for name in STEP:
        if not found.get(name):
            raise ValueError(f"{name} is missing")
        if len(found[name]) > LONGEST:
            raise ValueError(f"{name}: found {len(found[name])} characters; expected at most {LONGEST}")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,29}", found["step"]):
        raise ValueError(f"step: found {found['step']!r}; expected a short name of a-z, 0-9 and _")
    if (letter := found.get(LETTER, "no")) not in ("yes", "no"):
        raise ValueError(f"letter: found {letter!r}; expected yes or no, in quotes")
    after = _number("after", found["after"], MOST_MISSED)
    return Step(found["step"], after, found["says"], found["source"], letter == "yes")


def _number(name: str, text: str, most: int) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise ValueError(f"{name}: found {text!r}; expected a whole number from 1 to {most}")
    return int(text)

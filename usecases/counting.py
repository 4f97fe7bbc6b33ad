"""How hours are counted, where councils differ: one data file, read and checked at the start."""

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path

import yaml

from domain.progress import Rules
from usecases import datafiles

FILE = Path(__file__).parent / "progress.yaml"
PARTS = ("version", "rules")
ENTRY = ("rule", "value", "why")
MOST = {"pace_weeks": 26, "spare_days": 92, "soon_days": 92, "booked_by": 20}
LEAST = {"pace_weeks": 1}
NAMES = tuple(field.name for field in fields(Rules) if field.name != "version")
Value = bool | int


class WrongProgress(Exception):
    """The file cannot be used: one line for each mistake, with what was found and what is expected."""


@cache
def read(file: Path = FILE) -> Rules:
    """The rules of the file; raises WrongProgress with all mistakes at once."""
    try:
        root = datafiles.composed(file)
    except datafiles.NotYaml as error:
        raise WrongProgress(str(error)) from None
    parts = {str(key.value): node for key, node in root.value} if isinstance(root, yaml.MappingNode) else {}
    if set(parts) != set(PARTS):
        found = ", ".join(parts) or "none of them"
        raise WrongProgress(f"{file.name}:1: found {found}; expected {', '.join(PARTS)}")
    problems: list[str] = []
    version = str(parts["version"].value).strip() if isinstance(parts["version"], yaml.ScalarNode) else ""
    if not version:
        line = parts["version"].start_mark.line + 1
        problems.append(f"{file.name}:{line}: version: found nothing; expected a name for this version")
    values = dict(datafiles.entries(file, parts["rules"], _rule, lambda one: one[0], problems).values())
    missing = [name for name in NAMES if name not in values] if not problems else []
    problems += [f"{file.name}: rules: there is no entry {name}; each rule stands here" for name in missing]
    if problems:
        raise WrongProgress("\n".join(problems))
    return Rules(version, **values)  # type: ignore[arg-type]


def _rule(found: Mapping[str, str]) -> tuple[str, Value]:
    """A rule by its name and value; raises ValueError with what is wrong."""
    if unknown := sorted(found.keys() - set(ENTRY)):
        raise ValueError(f"found {', '.join(unknown)}; expected only {', '.join(ENTRY)}")
    for name in ENTRY:
        if not found.get(name):
            raise ValueError(f"{name} is missing")
    name, text = found["rule"], found["value"]
    if name not in NAMES:
        raise ValueError(f"rule: found {name!r}; expected one of {', '.join(NAMES)}")
    if name not in MOST:
        if text not in ("yes", "no"):
            raise ValueError(f'{name}: found {text!r}; expected "yes" or "no", in quotes')
        return name, text == "yes"
    least = LEAST.get(name, 0)
    if not text.isdecimal() or not least <= int(text) <= MOST[name]:
        raise ValueError(f"{name}: found {text!r}; expected a whole number from {least} to {MOST[name]}")
    return name, int(text)

"""Data files of YAML whose mistakes are told by file and line."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import yaml

T = TypeVar("T")


class NotYaml(Exception):
    """`file:line: not YAML: why`."""


def composed(file: Path) -> yaml.Node | None:
    """What a file says, each node with its place in it; None for an empty one. Raises NotYaml."""
    try:
        node: yaml.Node | None = yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise NotYaml(f"{file.name}:{line}: not YAML: {getattr(error, 'problem', error)}") from None
    return node


def entries(
    file: Path,
    node: yaml.Node,
    make: Callable[[Mapping[str, str]], T],
    name_of: Callable[[T], str],
    problems: list[str],
) -> dict[str, T]:
    """The entries of a list by their names; what is wrong with any goes to `problems`, with its line."""
    if not isinstance(node, yaml.SequenceNode):
        problems.append(f"{file.name}:{node.start_mark.line + 1}: expected a list of entries that each begin with `-`")
        return {}
    made: dict[str, T] = {}
    for one in node.value:
        try:
            entry = make(fields(one))
            if name_of(entry) in made:
                raise ValueError(f"{name_of(entry)} stands here twice")
            made[name_of(entry)] = entry
        except ValueError as error:
            problems.append(f"{file.name}:{one.start_mark.line + 1}: {error}")
    return made


def fields(node: yaml.Node) -> dict[str, str]:
    """One entry as names and values; raises ValueError."""
    if not isinstance(node, yaml.MappingNode):
        raise ValueError("expected an entry of names and values")
    if odd := [str(key.value) for key, value in node.value if not isinstance(value, yaml.ScalarNode)]:
        raise ValueError(f"{odd[0]}: found a list; expected one value")
    return {str(key.value): str(value.value).strip() for key, value in node.value}

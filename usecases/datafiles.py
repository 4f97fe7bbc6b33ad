"""Data files of YAML whose mistakes are told by file and line."""

from pathlib import Path

import yaml


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

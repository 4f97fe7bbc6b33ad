"""A form's file under reading: what stands where, and the mistakes that were found in it."""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from usecases import datafiles

_ID = re.compile(r"[a-z0-9_]+")


class Refused(Exception):
    """A node that cannot be read; where and why is noted in its file already."""


@dataclass(frozen=True)
class FormFile:
    """A YAML file, and the list on which its mistakes are noted, each as `file:line: what is wrong`.

    Scalars are taken as they are written, so an option called `no` or `2_6` stays that and never becomes False or 26.
    """

    path: Path
    problems: list[str]

    def place(self, line: int) -> str:
        return f"{self.path.name}:{line}"

    def note(self, node: yaml.Node, what: str) -> None:
        self.problems.append(f"{self.place(line_of(node))}: {what}")

    def refuse(self, node: yaml.Node, what: str) -> Refused:
        self.note(node, what)
        return Refused()

    def root(self) -> yaml.Node:
        try:
            node = datafiles.composed(self.path)
        except datafiles.NotYaml as error:
            self.problems.append(str(error))
            raise Refused from error
        if node is None:
            self.problems.append(f"{self.place(1)}: the file is empty")
            raise Refused
        return node

    def mapping(self, node: yaml.Node, what: str) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            raise self.refuse(node, f"{what}: expected `name: value` pairs, found {_found(node)}")
        fields: dict[str, yaml.Node] = {}
        for name_node, value in node.value:
            name = self.text(name_node, what)
            if name in fields:
                raise self.refuse(name_node, f"{what}: {name} is there twice")
            fields[name] = value
        return fields

    def items(self, node: yaml.Node, what: str) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            raise self.refuse(node, f"{what}: expected a list, found {_found(node)}")
        return list(node.value)

    def text(self, node: yaml.Node, what: str) -> str:
        if not isinstance(node, yaml.ScalarNode) or not node.value:
            raise self.refuse(node, f"{what}: expected a word, found {_found(node)}")
        return str(node.value)

    def id(self, node: yaml.Node, what: str) -> str:
        text = self.text(node, what)
        if not _ID.fullmatch(text):
            raise self.refuse(node, f"{what}: expected small letters, digits and _, found {text!r}")
        return text

    def ids(self, node: yaml.Node, what: str) -> tuple[str, ...]:
        return tuple(self.id(item, what) for item in self.items(node, what))

    def number(self, node: yaml.Node, what: str) -> int:
        text = self.text(node, what)
        if not re.fullmatch(r"[0-9]{1,6}", text):
            raise self.refuse(node, f"{what}: expected a whole number, found {text!r}")
        return int(text)

    def flag(self, node: yaml.Node, what: str) -> bool:
        text = self.text(node, what)
        if text not in ("true", "false"):
            raise self.refuse(node, f"{what}: expected true or false, found {text!r}")
        return text == "true"

    def fields(
        self, node: yaml.Node, what: str, needed: frozenset[str], possible: frozenset[str] = frozenset()
    ) -> dict[str, yaml.Node]:
        found = self.mapping(node, what)
        for name in found.keys() - needed - possible:
            expected = ", ".join(sorted(needed | possible))
            raise self.refuse(found[name], f"{what}: unknown field {name!r}, expected one of {expected}")
        for name in sorted(needed - found.keys()):
            raise self.refuse(node, f"{what}: {name} is missing")
        return found


def line_of(node: yaml.Node) -> int:
    return node.start_mark.line + 1


def _found(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return repr(node.value) if node.value else "nothing"
    return "a list" if isinstance(node, yaml.SequenceNode) else "`name: value` pairs"

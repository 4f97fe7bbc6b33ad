"""Reads the forms: YAML files become checked definitions, once, at start.

Mistakes are told together, each as `file:line: what is wrong`. Scalars are taken as they are written, so an option
called `no` or `2_6` stays that and never turns into False or 26.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from domain import questionnaires
from domain.questionnaires import Condition, Definition, Option, Question, Type
from usecases import datafiles

FOLDER = Path(__file__).parents[1] / "questionnaires"
SETS = "sets.yaml"

_ID = re.compile(r"[a-z0-9_]+")
_REF = re.compile(r"([a-z][a-z0-9_]*)@([1-9][0-9]*)")
_ALWAYS = frozenset({"id", "type", "words", "hint", "optional", "sensitive", "pair", "show_if"})
_NEEDED = {
    Type.SCALE: frozenset({"scale"}),
    Type.CHOICE: frozenset({"options"}),
    Type.MULTI: frozenset({"options"}),
    Type.YESNO: frozenset[str](),
    Type.TEXT: frozenset({"max"}),
    Type.NUMBER: frozenset({"max"}),
}
_POSSIBLE = {Type.SCALE: frozenset({"extra"}), Type.MULTI: frozenset({"alone"}), Type.NUMBER: frozenset({"min"})}


class WrongForms(Exception):
    """The forms cannot be used; `problems` has one line for each mistake."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Forms:
    """Every version of every form, by its ref (`exit@1`)."""

    definitions: Mapping[str, Definition]

    def newest(self, form: str) -> Definition:
        """What a sitting that begins now is asked."""
        versions = (each for each in self.definitions.values() if each.form == form)
        return max(versions, key=lambda each: each.version)

    def at(self, ref: str) -> Definition:
        """What a sitting that began earlier goes on with."""
        return self.definitions[ref]


@cache
def read(*folders: Path) -> Forms:
    """The forms of this repository and those that a council keeps in its own folders; raises WrongForms."""
    problems: list[str] = []
    sets = _read_sets(_File(FOLDER / SETS, problems))
    if problems:
        raise WrongForms(problems)
    problems.extend(f"{folder}: no such folder" for folder in folders if not folder.is_dir())
    files = [path for folder in (FOLDER, *folders) for path in sorted(folder.glob("*.yaml")) if path.name != SETS]
    read_forms = [form for path in files if (form := _read_form(_File(path, problems), sets))]
    if not problems:
        problems.extend(_faults(read_forms))
    if problems:
        raise WrongForms(problems)
    return Forms({form.definition.ref: form.definition for form in read_forms})


class _Refused(Exception):
    """A node that cannot be read; where and why is noted in its file already."""


@dataclass(frozen=True)
class _File:
    """A YAML file under reading, and the list on which its mistakes are noted."""

    path: Path
    problems: list[str]

    def place(self, line: int) -> str:
        return f"{self.path.name}:{line}"

    def refuse(self, node: yaml.Node, what: str) -> _Refused:
        self.problems.append(f"{self.place(_line(node))}: {what}")
        return _Refused()

    def root(self) -> yaml.Node:
        try:
            node = datafiles.composed(self.path)
        except datafiles.NotYaml as error:
            self.problems.append(str(error))
            raise _Refused from error
        if node is None:
            self.problems.append(f"{self.place(1)}: the file is empty")
            raise _Refused
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


def _line(node: yaml.Node) -> int:
    return node.start_mark.line + 1


def _found(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return repr(node.value) if node.value else "nothing"
    return "a list" if isinstance(node, yaml.SequenceNode) else "`name: value` pairs"


@dataclass(frozen=True)
class _Sets:
    """The options, keys included, behind the names that forms share."""

    scales: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)
    options: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)


def _read_sets(file: _File) -> _Sets:
    try:
        top = file.fields(file.root(), "sets", frozenset({"scales", "options"}))
        points = {name: file.number(node, name) for name, node in file.mapping(top["scales"], "scales").items()}
        lists = {name: file.ids(node, name) for name, node in file.mapping(top["options"], "options").items()}
    except _Refused:
        return _Sets()
    scales = {name: _options(f"scale.{name}", map(str, range(1, most + 1))) for name, most in points.items()}
    return _Sets(scales, {name: _options(f"option.{name}", ids) for name, ids in lists.items()})


def _options(stem: str, ids: Iterable[str]) -> tuple[Option, ...]:
    return tuple(Option(each, f"{stem}.{each}") for each in ids)


@dataclass(frozen=True)
class _ReadForm:
    """A definition with what is needed to point at its file: the line of the form and of each question."""

    file: _File
    definition: Definition
    line: int
    lines: Mapping[str, int]

    def place(self, question: str | None = None) -> str:
        return self.file.place(self.lines[question] if question else self.line)


def _read_form(file: _File, sets: _Sets) -> _ReadForm | None:
    try:
        top = file.fields(file.root(), "form", frozenset({"form", "questions"}))
        ref = file.text(top["form"], "form")
        named = _REF.fullmatch(ref)
        if named is None:
            raise file.refuse(top["form"], f"form: expected a name and a version like exit@1, found {ref!r}")
        nodes = file.items(top["questions"], "questions")
    except _Refused:
        return None
    lines: dict[str, int] = {}
    read_questions = []
    for node in nodes:
        try:
            question = _read_question(file, node, sets)
        except _Refused:
            continue
        read_questions.append(question)
        lines[question.id] = _line(node)
    definition = Definition(named[1], int(named[2]), tuple(read_questions))
    return _ReadForm(file, definition, _line(top["form"]), lines)


def _read_question(file: _File, node: yaml.Node, sets: _Sets) -> Question:
    question_id, kind = _id_and_type(file, node)
    possible = _ALWAYS | _POSSIBLE.get(kind, frozenset())
    fields = file.fields(node, f"{kind} {question_id}", _NEEDED[kind] | {"id", "type"}, possible)
    words = file.id(fields["words"], "words") if "words" in fields else question_id
    flags = {name: file.flag(fields[name], name) for name in ("hint", "optional", "sensitive") if name in fields}
    return Question(
        id=question_id,
        type=kind,
        text_key=f"question.{words}.text",
        hint_key=f"question.{words}.hint" if flags.get("hint") else None,
        options=_question_options(file, kind, words, fields, sets),
        alone=file.id(fields["alone"], "alone") if "alone" in fields else None,
        least=file.number(fields["min"], "min") if "min" in fields else 0,
        most=file.number(fields["max"], "max") if "max" in fields else 0,
        optional=flags.get("optional", False),
        sensitive=flags.get("sensitive", False),
        pair=file.id(fields["pair"], "pair") if "pair" in fields else None,
        show_if=_condition(file, fields["show_if"]) if "show_if" in fields else None,
    )


def _id_and_type(file: _File, node: yaml.Node) -> tuple[str, Type]:
    raw = file.mapping(node, "question")
    for name in ("id", "type"):
        if name not in raw:
            raise file.refuse(node, f"question: {name} is missing")
    name = file.text(raw["type"], "type")
    if name not in set(Type):
        raise file.refuse(raw["type"], f"type: expected one of {', '.join(Type)}, found {name!r}")
    return file.id(raw["id"], "id"), Type(name)


def _question_options(
    file: _File, kind: Type, words: str, fields: Mapping[str, yaml.Node], sets: _Sets
) -> tuple[Option, ...]:
    if kind is Type.YESNO:
        return _options("option.yesno", ("yes", "no"))
    if kind is Type.SCALE:
        extra = file.ids(fields["extra"], "extra") if "extra" in fields else ()
        return _named(file, fields["scale"], "scale", sets.scales) + _options(f"option.{words}", extra)
    if kind in (Type.CHOICE, Type.MULTI):
        node = fields["options"]
        if isinstance(node, yaml.SequenceNode):
            return _options(f"option.{words}", file.ids(node, "options"))
        return _named(file, node, "options", sets.options)
    return ()


def _named(file: _File, node: yaml.Node, what: str, known: Mapping[str, tuple[Option, ...]]) -> tuple[Option, ...]:
    name = file.text(node, what)
    if name not in known:
        raise file.refuse(node, f"{what}: expected one of {', '.join(sorted(known))}, found {name!r}")
    return known[name]


def _condition(file: _File, node: yaml.Node) -> Condition:
    text = file.text(node, "show_if")
    try:
        return questionnaires.parse_condition(text)
    except questionnaires.ConditionError as error:
        raise file.refuse(node, f"show_if: {error} in {text!r}") from error


def _faults(read_forms: list[_ReadForm]) -> Iterator[str]:
    places: dict[tuple[str, str | None], str] = {}
    for form in read_forms:
        ref = form.definition.ref
        if (ref, None) in places:
            yield f"{form.place()}: {ref} is already at {places[ref, None]}"
            continue
        places[ref, None] = form.place()
        places.update({(ref, question.id): form.place(question.id) for question in form.definition.questions})
    for fault in questionnaires.faults([form.definition for form in read_forms]):
        question = f"{fault.question}: " if fault.question else ""
        yield f"{places[fault.ref, fault.question]}: {question}{fault.what}"

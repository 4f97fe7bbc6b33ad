"""Reads the forms: YAML files become checked definitions, once, at start.

Mistakes are told together, each as `file:line: what is wrong`. Our own forms take their words from the catalogue; a
council's has them in its file, beside the questions.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from domain import questionnaires
from domain.questionnaires import Condition, Definition, Option, Question, Type
from usecases.formfiles import FormFile, Refused, line_of
from usecases.formwords import OWN, OwnWords

FOLDER = Path(__file__).parents[1] / "questionnaires"
SETS = "sets.yaml"
TRUE_SCREENS = ("exit", "early_end")  # their first screen says what becomes of the answers: nobody words it anew

_REF = re.compile(r"([a-z][a-z0-9_]{0,29})@([1-9][0-9]{0,5})")  # a button holds the name
_ALWAYS = frozenset({"id", "type", "words", "text", "easy", "hint", "optional", "sensitive", "pair", "show_if"})
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
    """Every version of every form, by its ref (`exit@1`), and the words that are in no catalogue, by language."""

    definitions: Mapping[str, Definition]
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def newest(self, form: str) -> Definition:
        """What a sitting that begins now is asked."""
        versions = (each for each in self.definitions.values() if each.form == form)
        return max(versions, key=lambda each: each.version)

    def at(self, ref: str) -> Definition:
        """What a sitting that began earlier goes on with."""
        return self.definitions[ref]


@cache
def read(*places: Path) -> Forms:
    """The forms of this repository and those that a council keeps in folders or files of its own; raises WrongForms."""
    problems: list[str] = []
    sets = _read_sets(FormFile(FOLDER / SETS, problems))
    if problems:
        raise WrongForms(problems)
    reader = _Reader(sets, OwnWords(), {})
    for path in (*_files(FOLDER, problems), *(path for place in places for path in _files(place, problems))):
        reader.read(FormFile(path, problems))
    reader.read_rest()
    if not problems:
        problems.extend(_faults(reader.forms))
    if problems:
        raise WrongForms(problems)
    return Forms({form.definition.ref: form.definition for form in reader.forms}, reader.own.by_language)


def _files(place: Path, problems: list[str]) -> list[Path]:
    if place.is_file():
        return [place]
    if not place.is_dir():
        problems.append(f"{place}: no such folder or file")
    if place != FOLDER and (place / SETS).exists():
        problems.append(f"{SETS}:1: shared lists are part of the bot: write options into the question")
    return [path for path in sorted(place.glob("*.yaml")) if path.name != SETS]


@dataclass(frozen=True)
class _Sets:
    """The options, keys included, behind the names that forms share."""

    scales: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)
    options: Mapping[str, tuple[Option, ...]] = field(default_factory=dict)


def _read_sets(file: FormFile) -> _Sets:
    try:
        top = file.fields(file.root(), "sets", frozenset({"scales", "options"}))
        points = {name: file.number(node, name) for name, node in file.mapping(top["scales"], "scales").items()}
        lists = {name: file.ids(node, name) for name, node in file.mapping(top["options"], "options").items()}
    except Refused:
        return _Sets()
    scales = {name: _options(f"scale.{name}", map(str, range(1, most + 1))) for name, most in points.items()}
    return _Sets(scales, {name: _options(f"option.{name}", ids) for name, ids in lists.items()})


def _options(stem: str, ids: Iterable[str]) -> tuple[Option, ...]:
    return tuple(Option(each, f"{stem}.{each}") for each in ids)


@dataclass(frozen=True)
class _ReadForm:
    """A definition with what is needed to point at its file: the line of the form and of each question."""

    file: FormFile
    definition: Definition
    line: int
    lines: Mapping[str, int]

    @property
    def ours(self) -> bool:
        return self.file.path.parent == FOLDER

    def place(self, question: str | None = None) -> str:
        return self.file.place(self.lines[question] if question else self.line)


@dataclass
class _Reader:
    """Reads one file after another. A form that uses another's questions waits until all others are read."""

    sets: _Sets
    own: OwnWords
    waiting: dict[str, tuple[FormFile, dict[str, yaml.Node]]]
    forms: list[_ReadForm] = field(default_factory=list)

    def read(self, file: FormFile) -> None:
        try:
            possible = frozenset({"use", "intro", "done"})
            top = file.fields(file.root(), "form", frozenset({"form", "questions"}), possible)
            if "use" in top:
                self.waiting[str(file.path)] = (file, top)
            else:
                self.forms.append(self._form(file, top, None))
        except Refused:
            return

    def read_rest(self) -> None:
        known = {form.definition.ref: form.definition for form in self.forms}
        for file, top in self.waiting.values():
            try:
                ref = file.text(top["use"], "use")
                if ref not in known:
                    raise file.refuse(top["use"], f"use: expected one of {', '.join(sorted(known))}, found {ref!r}")
                self.forms.append(self._form(file, top, known[ref]))
            except Refused:
                continue

    def _form(self, file: FormFile, top: Mapping[str, yaml.Node], used: Definition | None) -> _ReadForm:
        ref = file.text(top["form"], "form")
        named = _REF.fullmatch(ref)
        if named is None:
            raise file.refuse(top["form"], f"form: expected a name and a version like exit@1, found {ref!r}")
        intro, done = (self._screen(file, top, name, named[1]) for name in ("intro", "done"))
        questions = list(used.questions) if used is not None else []
        lines = {question.id: line_of(top["use"]) for question in questions}
        for node in file.items(top["questions"], "questions"):
            try:
                question = _QuestionReader(file, self.sets, self.own).read(node)
            except Refused:
                continue
            questions.append(question)
            lines[question.id] = line_of(node)
        definition = Definition(named[1], int(named[2]), tuple(questions), intro, done)
        return _ReadForm(file, definition, line_of(top["form"]), lines)

    def _screen(self, file: FormFile, top: Mapping[str, yaml.Node], name: str, form: str) -> str:
        """The key of a screen in words of the form's own; none where the catalogue has it."""
        ours = {each.definition.form for each in self.forms if each.ours}
        if name in top and form in TRUE_SCREENS:
            raise file.refuse(top[name], f"{name}: expected none: {form} keeps the bot's, which is true of its answers")
        if name in top:
            return self.own.keep(file, top[name], name)
        if file.path.parent != FOLDER and form not in ours:
            raise file.refuse(top["form"], f"form: {name} is missing: the words of its screen")
        return ""


@dataclass(frozen=True)
class _QuestionReader:
    """Reads one question of a file."""

    file: FormFile
    sets: _Sets
    own: OwnWords

    def read(self, node: yaml.Node) -> Question:
        file = self.file
        question_id, kind = self._id_and_type(node)
        possible = _ALWAYS | _POSSIBLE.get(kind, frozenset())
        fields = file.fields(node, f"{kind} {question_id}", _NEEDED[kind] | {"id", "type"}, possible)
        words = file.id(fields["words"], "words") if "words" in fields else question_id
        flags = {name: file.flag(fields[name], name) for name in ("optional", "sensitive") if name in fields}
        sensitive = flags.get("sensitive", False)
        text_key, hint_key = self._words(fields, words, not sensitive)
        if "easy" in fields and "pair" in fields and kind is Type.SCALE:
            raise file.refuse(fields["easy"], "easy: expected none: a paired scale is asked in the same words always")
        return Question(
            id=question_id,
            type=kind,
            text_key=text_key,
            hint_key=hint_key,
            options=self._options(kind, words, fields, not sensitive),
            alone=file.id(fields["alone"], "alone") if "alone" in fields else None,
            least=file.number(fields["min"], "min") if "min" in fields else 0,
            most=file.number(fields["max"], "max") if "max" in fields else 0,
            optional=flags.get("optional", False),
            sensitive=sensitive,
            pair=file.id(fields["pair"], "pair") if "pair" in fields else None,
            show_if=self._condition(fields["show_if"]) if "show_if" in fields else None,
        )

    def _id_and_type(self, node: yaml.Node) -> tuple[str, Type]:
        file, raw = self.file, self.file.mapping(node, "question")
        for name in ("id", "type"):
            if name not in raw:
                raise file.refuse(node, f"question: {name} is missing")
        name = file.text(raw["type"], "type")
        if name not in set(Type):
            raise file.refuse(raw["type"], f"type: expected one of {', '.join(Type)}, found {name!r}")
        return file.id(raw["id"], "id"), Type(name)

    def _words(self, fields: Mapping[str, yaml.Node], words: str, open_: bool) -> tuple[str, str | None]:
        """The keys of the question and its hint: in the form's own words, where there is a `text`."""
        file = self.file
        if "text" in fields:
            text = self.own.keep(file, fields["text"], "text", fields.get("easy"), open_)
            return text, self.own.keep(file, fields["hint"], "hint", open_=open_) if "hint" in fields else None
        if "easy" in fields:
            raise file.refuse(fields["easy"], "easy: expected a text beside it")
        hint = "hint" in fields and file.flag(fields["hint"], "hint")
        return f"question.{words}.text", f"question.{words}.hint" if hint else None

    def _options(self, kind: Type, words: str, fields: Mapping[str, yaml.Node], open_: bool) -> tuple[Option, ...]:
        if kind is Type.YESNO:
            return _options("option.yesno", ("yes", "no"))
        if kind is Type.SCALE:
            extra = self._written(fields["extra"], "extra", words, open_) if "extra" in fields else ()
            return self._scale(fields["scale"], open_) + extra
        if kind not in (Type.CHOICE, Type.MULTI):
            return ()
        node = fields["options"]
        if isinstance(node, yaml.ScalarNode):
            return self._named(node, "options", self.sets.options)
        return self._written(node, "options", words, open_)

    def _scale(self, node: yaml.Node, open_: bool) -> tuple[Option, ...]:
        """One that forms share, or words of its own, from the worst to the best."""
        if isinstance(node, yaml.ScalarNode):
            return self._named(node, "scale", self.sets.scales)
        points = self.file.items(node, "scale")
        keys = [self.own.keep(self.file, point, "option of the scale", open_=open_) for point in points]
        return tuple(Option(str(number), key) for number, key in enumerate(keys, start=1))

    def _written(self, node: yaml.Node, what: str, words: str, open_: bool) -> tuple[Option, ...]:
        """A list of ids, whose words are in the catalogue, or ids with their words."""
        if isinstance(node, yaml.SequenceNode):
            return _options(f"option.{words}", self.file.ids(node, what))
        given = self.file.mapping(node, what)
        if odd := [name for name in given if not re.fullmatch(r"[a-z0-9_]+", name)]:
            raise self.file.refuse(node, f"{what}: expected small letters, digits and _, found {odd[0]!r}")
        return tuple(
            Option(name, self.own.keep(self.file, said, "option", open_=open_)) for name, said in given.items()
        )

    def _named(self, node: yaml.Node, what: str, known: Mapping[str, tuple[Option, ...]]) -> tuple[Option, ...]:
        name = self.file.text(node, what)
        if name not in known:
            raise self.file.refuse(node, f"{what}: expected one of {', '.join(sorted(known))}, found {name!r}")
        return known[name]

    def _condition(self, node: yaml.Node) -> Condition:
        text = self.file.text(node, "show_if")
        try:
            return questionnaires.parse_condition(text)
        except questionnaires.ConditionError as error:
            raise self.file.refuse(node, f"show_if: {error} in {text!r}") from error


def _faults(read_forms: list[_ReadForm]) -> Iterator[str]:
    places: dict[tuple[str, str | None], str] = {}
    for form in read_forms:
        ref = form.definition.ref
        if (ref, None) in places:
            yield f"{form.place()}: {ref} is already at {places[ref, None]}"
            continue
        places[ref, None] = form.place()
        places.update({(ref, question.id): form.place(question.id) for question in form.definition.questions})
    yield from _wordless(read_forms)
    for fault in questionnaires.faults([form.definition for form in read_forms]):
        question = f"{fault.question}: " if fault.question else ""
        yield f"{places[fault.ref, fault.question]}: {question}{fault.what}"


def _wordless(read_forms: list[_ReadForm]) -> Iterator[str]:
    """Questions of a council's that neither bring words of their own nor borrow them from a question of ours."""
    ours = {key for form in read_forms if form.ours for key in questionnaires.keys(form.definition)}
    for form in read_forms:
        for question in form.definition.questions:
            keys = {question.text_key, *(option.key for option in question.options), question.hint_key or ""}
            if any(key and key not in ours and not key.startswith(OWN) for key in keys):
                yield f"{form.place(question.id)}: {question.id}: expected a text, and words for each option"

"""Whatever is owed about a date, or about what is open of one, has a name by which /why lists it."""

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from db import told
from messages import words

ROOT = Path(__file__).parents[2]
LISTED = frozenset({"appointment", "item"})  # what /why looks up: see `usecases.telling`
IN_NEW_WORDS = frozenset({*told.SILENT, "items_now"})  # edits of what was said before
ABOUT_OTHERS = frozenset(  # about a person, a leave, the service itself: what about, is handed on to where it is owed
    {
        *("alert_late", "gap_behind", "import_overdue", "import_refused"),
        *("sending_paused", "sending_resumed", "sending_still_paused"),
        *("answer_ended", "form_back", "glass_broken", "leave_ended"),
        *("handed_by_worker", "handed_from_you", "handed_note", "handed_to_you"),
        *("link_dead", "link_not_me", "link_taken", "linked"),
    }
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Call:
    """A call, in which function and which module of ours it stands."""

    module: str
    within: Function | None
    node: ast.Call

    @property
    def name(self) -> str:
        return str(getattr(self.node.func, "attr", getattr(self.node.func, "id", "")))

    def given(self, name: str, position: int) -> ast.expr | None:
        by_name = next((one.value for one in self.node.keywords if one.arg == name), None)
        return by_name or next(iter(self.node.args[position : position + 1]), None)


def calls(module: str, tree: ast.AST, within: Function | None = None) -> Iterator[Call]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call):
            yield Call(module, within, node)
        yield from calls(module, node, node if isinstance(node, Function) else within)


def ours() -> list[Call]:
    """Every call that there is where messages are owed."""
    paths = sorted(path for folder in ("domain", "usecases") for path in (ROOT / folder).rglob("*.py"))
    return [
        one
        for path in paths
        for one in calls(".".join(path.relative_to(ROOT).with_suffix("").parts), ast.parse(path.read_text()))
    ]


def meant(given: ast.expr | None, call: Call, everywhere: list[Call]) -> set[str]:
    """The words that may be given to a call: written there, a constant's, or handed on by whoever calls."""
    match given:
        case ast.Constant(value=str() as word):
            return {word}
        case ast.IfExp(body=one, orelse=other):
            return meant(one, call, everywhere) | meant(other, call, everywhere)
        case ast.Attribute(value=ast.IfExp() as one, attr="value"):
            return meant(one, call, everywhere)
        case ast.Name(id=name) if call.within is not None and name in (names := _parameters(call.within)):
            within, at = call.within.name, names.index(name)
            mine = [one for one in everywhere if one.name == within]
            callers = [one for one in mine if one.module == call.module or not within.startswith("_")]
            return {word for one in callers for word in meant(one.given(name, at), one, everywhere)}
        case ast.Name() | ast.Attribute():
            known = _known(ast.unparse(given), call.module)
            return {str(known)} if isinstance(known, str) else set()
    return set()


def _parameters(function: Function) -> list[str]:
    return [one.arg for one in function.args.args]


def _known(name: str, module: str) -> object:
    first, *rest = name.split(".")
    found = getattr(importlib.import_module(module), first, None)
    for part in rest:
        found = getattr(found, part, None)
    return found


def _about(call: Call) -> set[str]:
    """What types of subject a message may be about; nothing if that is not to be read there."""
    subject = call.given("subject", 1)
    set_ = [node for node in ast.walk(call.within) if isinstance(node, ast.Assign)] if call.within is not None else []
    named = [node.value for node in set_ if subject and ast.unparse(node.targets[0]) == ast.unparse(subject)]
    return {
        str(one.value)
        for expression in (named or [subject] if subject is not None else ())
        for node in ast.walk(expression)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Subject"
        for one in ast.walk(node.args[0])
        if isinstance(one, ast.Constant)
    }


def kinds(everywhere: list[Call]) -> set[str]:
    """Every kind of message that is owed about a date or an item, as far as can be read."""
    found: set[str] = set()
    for call in everywhere:
        kind = call.given("kind", 0 if call.name == "Owed" else 99)
        if call.name in ("Owed", "replace") and kind is not None and not _about(call) - LISTED:
            found |= meant(kind, call, everywhere)
    return found


OWED = kinds(ours())


@pytest.mark.parametrize("kind", sorted(OWED - IN_NEW_WORDS - ABOUT_OTHERS))
def test_every_kind_has_a_name(kind: str) -> None:
    assert words.knows(f"history.kind.{kind}"), f"say in the catalogue what {kind} is to staff: history.kind.{kind}"


def test_kinds_are_found_in_code() -> None:
    """As literals, as constants, as a parameter of who owes them, and where a row takes the place of another."""
    assert {"item_copy", "stand_down", "missed_care", "item_disputed", "put_undecided", "still_waiting"} <= OWED
    assert not {"digest", "place_offer", "wipe"} & OWED, "these are about something else"
    assert ABOUT_OTHERS <= OWED, "nothing is owed any more of some of these"

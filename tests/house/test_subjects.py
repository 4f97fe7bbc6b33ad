"""Whatever something is said about has facts to say it with, gathered in one place."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from domain.about import Facts
from domain.facts import AboutNothing
from usecases import facts, subjects  # noqa: F401  (facts: every use case enters what it knows)

ROOT = Path(__file__).parents[2]
FOLDERS = ("bot", "db", "domain", "handlers", "reminders", "usecases")
WITHOUT = {  # types of subject that nothing is gathered of, and why
    "nothing": "the message says all in its own params",
    "progress": "its orders stand in what is to be said (progress.with_page)",
}


def said() -> Iterator[str]:
    """Every type of subject that is named in the code."""
    for path in (path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Subject":
                type_ = node.args[0] if node.args else node.keywords[0].value
                yield from (one.value for one in ast.walk(type_) if isinstance(one, ast.Constant))


def test_there_are_facts_of_everything_that_something_is_said_about() -> None:
    assert set(said()) - WITHOUT.keys() == subjects.types()


def test_two_functions_never_load_one_type() -> None:
    async def another(source: subjects.Source, ids: Sequence[int]) -> dict[int, Facts]:
        return dict.fromkeys(ids, AboutNothing())

    with pytest.raises(ValueError, match="item"):
        subjects.loads("item")(another)

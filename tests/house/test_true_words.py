"""Telegram tells a bot only that it accepted a message: nothing that we write says that it was delivered, or read.

Only a text message has a receipt: a sentence about text messages that names it may say *delivered*.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from messages import words

ROOT = Path(__file__).parents[2]
UNTRUE = re.compile(
    r"\b(un)?deliver(y|ed|ies)\b"
    r"|\b(messages?|reminders?|alerts?) (was |were |is |are |has been |have been )?(seen and )?read\b"
    r"|\bread by (the |an? |their )?(individuals?|persons?|people|them|him|her)\b",
    re.IGNORECASE,
)
RECEIPT = re.compile(r"\breceipts?\b", re.IGNORECASE)
CODE = re.compile(r"`[^`]*`|```.*?```|<!--.*?-->|https?://\S+", re.DOTALL)


def faults(text: str) -> list[str]:
    """What a text says that nobody can know."""
    sentences = re.split(r"(?<=[.!?:|])\s+|\n\n+", CODE.sub(" ", text))
    return [found[0] for one in sentences if not RECEIPT.search(one) for found in UNTRUE.finditer(one)]


def catalogue() -> Iterator[tuple[str, str]]:
    for language in words.languages():
        yield from ((f"{language}: {key}", sentence) for key, sentence in words.catalogue(language).items())


def literals() -> Iterator[tuple[str, str]]:
    """What the code that makes reports, documents and messages may print by itself; docstrings are not printed."""
    for path in sorted(one for folder in ("documents", "messages", "bot") for one in (ROOT / folder).rglob("*.py")):
        tree = ast.parse(path.read_text())
        docs = {ast.get_docstring(node, clean=False) for node in ast.walk(tree) if isinstance(node, DOCUMENTED)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value not in docs:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node.value


DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def pages() -> Iterator[tuple[str, str]]:
    for path in (*sorted((ROOT / "docs").rglob("*.md")), ROOT / "README.md", ROOT / "CHANGELOG.md"):
        yield str(path.relative_to(ROOT)), path.read_text()


@pytest.mark.parametrize("source", [catalogue, literals, pages])
def test_nothing_says_that_a_message_was_delivered_or_read(source: object) -> None:
    assert callable(source)
    texts = dict(source())
    assert len(texts) > 5, "nothing was looked at"
    assert {where: found for where, text in texts.items() if (found := faults(text))} == {}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Reminders delivered: 12", True),
        ("The delivery rate", True),
        ("Undelivered messages", True),
        ("It was read by the individual.", True),
        ("The message was read at 18:00", True),
        ("A text message is delivered when its receipt says so.", False),
        ("The receipt is one thing. The reminder was delivered.", True),
        ("Accepted by Telegram at 18:00", False),
        ("an export was read", False),
        ("the table `deliveries`", False),
    ],
)
def test_the_wrong_words_are_noticed(text: str, wrong: bool) -> None:
    assert bool(faults(text)) is wrong

"""Whatever became of a message, staff can be told why: every status and every reason that is written has words."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain import outbox, pausing, reminding, routing, texting
from domain.orders import Hold
from domain.people import Act
from messages import words
from usecases import reminding as asking_to_ring

ROOT = Path(__file__).parents[2]
WHERE = {  # functions that end a row or put it off, and which argument is the reason
    "End": 1,
    "Wait": 1,
    "settle": 3,
    "plan": 5,
    "cancel": 3,
    "cancel_planned": 2,
    "cancel_for_individual": 2,
    "postpone": 3,
    "go_unheard": 4,
    "open_again": 4,
    "_note_holder": 4,
    "Turn": 2,
}
NO_REASONS = {"", "hold_"}  # sent; and the beginning of `hold_custody`


def reasons_in(tree: ast.AST) -> Iterator[str]:
    """Every reason that stands as a literal in a piece of code."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            given = node.args[WHERE[name] :][:1] if name in WHERE else []
            given += [one.value for one in node.keywords if one.arg == "reason" and name in WHERE]
            for one in given:
                yield from (
                    sub.value for sub in ast.walk(one) if isinstance(sub, ast.Constant) and isinstance(sub.value, str)
                )


def written() -> set[str]:
    """Every reason that can stand on a row of the outbox."""
    found = {one.value for one in reminding.Skip} - {reminding.Skip.ON_HOLD.value}
    found |= {f"hold_{one}" for one in Hold} | {one.reason for one in outbox.Trouble}
    found |= {one.value for one in texting.Bar}
    found |= set(routing.WHYS)
    found |= {pausing.HELD, asking_to_ring.TASK_RAISED, "moved"}
    for folder in ("domain", "usecases"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            found |= set(reasons_in(ast.parse(path.read_text())))
    return found - NO_REASONS


@pytest.mark.parametrize("status", outbox.Status)
def test_every_status_has_words(status: outbox.Status) -> None:
    assert words.knows(f"reminder.{status}")


@pytest.mark.parametrize("reason", sorted(written()))
def test_every_reason_has_words(reason: str) -> None:
    assert words.knows(f"why.{reason}"), f"say in the catalogue what {reason} means to staff: why.{reason}"


def test_reasons_are_found_in_code() -> None:
    code = 'End(MISSED, "a" if late else "b"); outbox.plan(tx, s, "f", [], now, reason="c"); x.settle(t, i, s, "d")'
    assert set(reasons_in(ast.parse(code))) == {"a", "b", "c", "d"}
    assert {"booked_late", "moved_back", "order_ended", "claimed", "nobody_linked", "holder_away"} <= written()


def test_every_act_has_words() -> None:
    """Whoever asks who looked reads what was done."""
    assert [act.value for act in Act if not words.knows(f"act.{act}")] == []

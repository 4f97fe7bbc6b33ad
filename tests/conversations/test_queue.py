"""/desk when very much is open: a page at a time, the most urgent first, within what one message may hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from db import prepared, tables
from domain.compliance import Kind
from domain.desk import PAGE
from tests.conversations.conftest import World

MOST = 4096  # characters of one message (Bot API, sendMessage)
MOST_STATEMENTS = 60  # of one /desk, however much is open: 30, and room


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement that goes to the database meanwhile."""
    statements: list[str] = []
    executed = prepared._executed

    async def noted(tx: Any, driver: Any, asked: Any) -> Any:
        statements.extend(text.sql for text, _ in asked)
        return await executed(tx, driver, asked)

    def seen(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        statements.append(sql)

    event.listen(Engine, "before_cursor_execute", seen)
    with monkeypatch.context() as patch:
        patch.setattr(prepared, "_executed", noted)
        yield statements
    event.remove(Engine, "before_cursor_execute", seen)


async def test_120_open_items_come_in_pages_and_words_of_danger_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, now = await world.staff("CM1", "Kirsty Muir", "case_manager"), world.town.clock.now()
    for n in range(120):
        one = await world.individual(f"CASE-{n:03}", "Jo")
        await world.order(f"Q{n}", one, case_manager_id=worker)
        kind = {70: Kind.DANGER, 71: Kind.HELP}.get(n, Kind.UNREACHABLE)
        at = now - timedelta(days=3) + timedelta(minutes=n)
        taken = {"claimed_by": worker, "claimed_at": now} if n == 0 else {}
        await world.row(tables.items, kind=kind.value, once=f"q{n}", individual_id=one, raised_at=at, **taken)
    kirsty = await world.linked("Kirsty", "CM1")
    with counted(monkeypatch) as statements:
        await kirsty.says("/desk")
    assert len(statements) < MOST_STATEMENTS
    first = kirsty.newest()
    assert first.startswith(f"Open now: 120 – here 1 to {PAGE}, the most urgent first\n1. CASE-070: ")
    assert [line.split(": ")[0] for line in first.splitlines()[2:4]] == ["2. CASE-071", "3. CASE-001"]
    assert kirsty.buttons()[-1] == "Next page"

    shown = [first]
    while "Next page" in kirsty.buttons():
        await kirsty.taps("Next page")
        shown.append(kirsty.newest())
    assert len(shown) == 10
    assert max(map(len, shown)) < MOST
    assert sum(len(page.splitlines()) - 1 for page in shown) == 120
    assert shown[-1].splitlines()[-1].startswith("120. CASE-000: ")
    await kirsty.taps("Page before")
    assert kirsty.newest() == shown[-2]
    await kirsty.taps("100. CASE-100")
    kirsty.sees("CASE-100")

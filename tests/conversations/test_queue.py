"""/alerts when very much is open: a page at a time, the most urgent first, within what one message may hold."""

from datetime import timedelta

from db import tables
from domain.compliance import QUEUE_PAGE, Kind
from tests.conversations.conftest import World

MOST = 4096  # characters of one message (Bot API, sendMessage)


async def test_120_open_items_come_in_pages_and_words_of_danger_first(world: World) -> None:
    worker, now = await world.staff("CM1", "Kirsty Muir", "case_manager"), world.town.clock.now()
    for n in range(120):
        one = await world.individual(f"CASE-{n:03}", "Jo")
        await world.order(f"Q{n}", one, case_manager_id=worker)
        kind = {70: Kind.DANGER, 71: Kind.HELP}.get(n, Kind.UNREACHABLE)
        at = now - timedelta(days=3) + timedelta(minutes=n)
        taken = {"claimed_by": worker, "claimed_at": now} if n == 0 else {}
        await world.row(tables.items, kind=kind.value, once=f"q{n}", individual_id=one, raised_at=at, **taken)
    kirsty = await world.linked("Kirsty", "CM1")
    await kirsty.says("/alerts")
    first = kirsty.newest()
    assert first.startswith(f"Open now: 120 – here 1 to {QUEUE_PAGE}, the most urgent first\n1. CASE-070: ")
    assert [line.split(": ")[0] for line in first.splitlines()[2:4]] == ["2. CASE-071", "3. CASE-001"]
    assert kirsty.buttons()[-1] == "Next page"

    shown = [first]
    while "Next page" in kirsty.buttons():
        await kirsty.taps("Next page")
        shown.append(kirsty.newest())
    assert len(shown) == 8
    assert max(map(len, shown)) < MOST
    assert sum(len(page.splitlines()) - 1 for page in shown) == 120
    assert shown[-1].splitlines()[-1].startswith("120. CASE-000: ")
    await kirsty.taps("Page before")
    assert kirsty.newest() == shown[-2]
    await kirsty.taps("92. CASE-092")
    kirsty.sees("CASE-092")

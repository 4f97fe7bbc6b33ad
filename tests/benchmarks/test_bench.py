"""The benchmarks run, at their smallest, so that they cannot rot. How fast anything is, is not asked here."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from benchmarks import caseload, figures, importing, incoming, latency, outgoing, processes, standin, waiting
from benchmarks.figures import FLAT, RATE, Figure
from benchmarks.rounds import in_turn
from bot.memory import most_bytes

PEOPLE = 6


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with standin.running() as found:
        yield found


async def done(work: Callable[..., Any], *args: Any) -> Any:
    """Each has an event loop of its own, as in a process of its own."""
    return await asyncio.to_thread(work, *args)


async def test_what_is_due_is_sent_and_so_are_the_messages_of_the_bare_loop(address: str, database_url: str) -> None:
    await done(caseload.make, database_url, PEOPLE, 1)
    standin.forget(address)
    sent, seconds = await done(outgoing.drain, database_url, address)
    assert (sent, seconds > 0) == (PEOPLE, True)
    chats = [chat for name, chat, _, _ in standin.calls(address) if name == "sendMessage"]
    assert sorted(chats) == [caseload.FIRST_CHAT + n for n in range(PEOPLE)]
    standin.forget(address)
    assert await done(outgoing.loop, address, PEOPLE, 2) > 0
    assert [name for name, *_ in standin.calls(address)].count("sendMessage") == PEOPLE


async def test_every_tap_is_answered_in_its_order_by_us_and_by_the_bare_bot(address: str, database_url: str) -> None:
    await done(caseload.make, database_url, PEOPLE, 2)
    taps = await done(incoming.taps, database_url)
    served = await done(incoming.ours, database_url, address, taps)
    assert (len(taps), served.overtaken) == (PEOPLE * 2, 0)
    edited = [message for name, _, message, _ in standin.calls(address) if name == "editMessageText"]
    assert sorted(edited) == list(range(1, PEOPLE * 2 + 1))
    for at_once, our_request in ((1, False), (4, False), (1, True), (4, True)):
        assert (await done(incoming.bare, address, taps, at_once, our_request)).rate > 0


async def test_an_answer_that_overtook_another_of_its_chat_is_counted(address: str) -> None:
    async def call(name: str, body: bytes = b"") -> None:
        await asyncio.to_thread(standin._ask, f"{address}/bot{standin.TOKEN}/{name}", body)

    standin.forget(address)
    await call("getUpdates")
    for chat, message in ((1, 2), (2, 1), (3, 1), (1, 1), (2, 2), (3, 2)):
        await call("editMessageText", b"chat_id=%d&message_id=%d&text=x" % (chat, message))
    assert incoming._served(address, [{}] * 6).overtaken == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_waiting_is_measured(
    address: str, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "TICKS", 2)
    monkeypatch.setattr(waiting, "DUE", PEOPLE)
    await done(caseload.make, database_url, PEOPLE, 1)
    await done(waiting.plan, database_url, 100)
    assert await done(importing.planned, database_url) == 100
    standin.forget(address)
    assert (await done(waiting.ours, database_url, address, True)).memory > 0
    assert [name for name, *_ in standin.calls(address)].count("sendMessage") == PEOPLE  # the copies are not due
    jobs = f"sqlite:///{tmp_path / 'jobs.db'}"
    await done(waiting.plan_jobs, jobs, 10)
    assert (await done(waiting.scheduled, jobs, 10, True)).due > 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_waits_count_from_the_moment_when_each_was_due(
    address: str, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(latency, "LEAD", timedelta(seconds=0.5))
    await done(caseload.make, database_url, PEOPLE, 1)
    waits = await done(latency.waits, database_url, address)
    assert len(waits) == PEOPLE
    assert all(one >= 0 for one in waits)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_real_command_plans_every_date(database_url: str, tmp_path: Path) -> None:
    planned, seconds = await done(importing.seconds, database_url, tmp_path / "export", importing.DATES_EACH)
    assert (planned, seconds > 0) == (importing.DATES_EACH, True)


def test_every_side_runs_in_each_round_and_none_always_first() -> None:
    ran: list[str] = []

    def run(side: str, number: int) -> str:
        ran.append(f"{side}{number}")
        return ran[-1]

    assert in_turn("abc", run, 3) == {"a": ["a0", "a1", "a2"], "b": ["b0", "b1", "b2"], "c": ["c0", "c1", "c2"]}
    assert ran == ["a0", "b0", "c0", "c1", "b1", "a1", "a2", "b2", "c2"]


def test_rates_of_the_same_round_are_compared() -> None:
    found = figures.compared("Outgoing", [100, 300, 120], [50, 100, 100], (", fast", ", slow"), RATE)
    assert (found.ours, found.plain) == ("120/s, fast", "100/s, slow")
    assert found.cells[3:] == ("2.00 ×", "1.20 to 3.00", "≥ 1 ×")  # of 2, 3 and 1.2; 1.2 of the medians


def test_memory_is_of_the_process_itself_and_not_of_the_one_that_started_it() -> None:
    assert 0 < processes.alone(most_bytes) < most_bytes() / 2


def test_a_missed_bar_says_by_how_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Figure("Outgoing, SQLite", "450/s", "500/s", 0.9, bar=RATE)
    flat = Figure("Waiting", "1 ms", "", 1.19, bar=FLAT)
    assert (slow.missed, flat.missed) == (True, False)
    assert slow.shortfall() == "Outgoing, SQLite: found 0.90 ×, expected ≥ 1 ×: missed by 10%"
    console = Console(width=200)
    with console.capture() as shown:
        figures.show(console, [slow, flat], 10_000)
    assert slow.shortfall() in shown.get()
    assert flat.shortfall() not in shown.get()
    monkeypatch.setattr(figures, "KEPT", tmp_path / "results.md")
    figures.keep([slow, flat], 10_000)
    assert "| Outgoing, SQLite | 450/s | 500/s | 0.90 × |  | ≥ 1 × |" in (tmp_path / "results.md").read_text()

"""What is divided by what, and which bars are held: on numbers that are given. Nothing is measured here."""

import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as bench
from benchmarks import caseload, figures, incoming, latency, outgoing, runs
from benchmarks.figures import FLAT, FOLLOWS, RATE, Figure
from benchmarks.incoming import Served
from benchmarks.runs import Bench
from benchmarks.waiting import Cost

Given = Mapping[Any, Callable[..., Any]]  # what each run comes to


@dataclass
class Named:
    """A kind of database of which only the name is asked."""

    name: str

    def new(self) -> str:
        return self.name

    def copy(self, url: str) -> str:
        return url


def given(monkeypatch: pytest.MonkeyPatch, found: Given) -> Bench:
    """A bench on which each run comes to what is given, without being run."""
    monkeypatch.setattr(runs, "alone", lambda work, *args: found[work](*args))
    sqlite: Any = Named("SQLite")
    postgres: Any = Named("PostgreSQL")
    return Bench("", sqlite, postgres, 1, lambda _: None)


def rates(**at_once: float) -> Callable[[int], float]:
    return lambda count: at_once[f"of{count}"]


def test_the_best_of_what_was_tried_is_best_in_the_median_of_its_searches() -> None:
    came = {1: [10.0, 10.0], 2: [0.0, 30.0], 4: [18.0, 16.0], 8: [5.0, 5.0]}
    assert runs._best((1, 2, 4, 8), lambda at_once: came[at_once].pop()) == 4


def test_a_rival_that_is_best_with_the_most_at_once_is_tried_with_more() -> None:
    assert runs._best((1, 2, 4), rates(of1=1, of2=2, of4=4, of8=9, of16=16, of32=3)) == 16
    assert runs._best((1, 2, 4), rates(of1=1, of2=2, of4=4, of8=4)) == 4
    assert runs._best((1, 2, 4), rates(of1=3, of2=2, of4=1)) == 1


def test_no_rival_is_better_with_fewer_than_are_tried() -> None:
    assert runs.CALLS_AT_ONCE[0] == runs.UPDATES_AT_ONCE[0] == 1
    assert sorted(runs.CALLS_AT_ONCE) == list(runs.CALLS_AT_ONCE)
    assert sorted(runs.UPDATES_AT_ONCE) == list(runs.UPDATES_AT_ONCE)


def test_what_we_send_is_divided_by_what_the_bare_loop_sends_at_its_best(monkeypatch: pytest.MonkeyPatch) -> None:
    def drained(url: str, _: str) -> tuple[int, float]:
        return (10_000, 50.0) if url == "SQLite" else (10_000, 125.0)

    def looped(_: str, messages: int, at_once: int) -> float:
        return 100.0 if at_once == 4 else 30.0

    given_: Given = {caseload.make: lambda *_: None, outgoing.drain: drained, outgoing.loop: looped}
    sqlite, postgres = runs.send(given(monkeypatch, given_))
    assert sqlite.cells == ("Outgoing, SQLite", "200/s", "100/s, 4 at once", "2.00 ×", "2.00 to 2.00", "≥ 1 ×")
    assert postgres.cells[3:] == ("0.80 ×", "0.80 to 0.80", "≥ 1 ×")
    assert (sqlite.missed, postgres.missed) == (False, True)


def test_what_we_answer_is_divided_by_each_rival_and_the_bar_is_that_of_the_bare_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shares = []

    def rival(_: str, taps: list[int], at_once: int, our_request: bool) -> Served:
        shares.append(len(taps))
        best = 16 if our_request else 2
        return Served((400.0 if our_request else 100.0) / (1 if at_once == best else 2), overtaken=3)

    given_: Given = {
        caseload.make: lambda *_: None,
        incoming.taps: lambda _: list(range(1_000)),
        incoming.bare: rival,
        incoming.ours: lambda url, *_: Served(200.0 if url == "SQLite" else 50.0, 0),
    }
    found = {one.what: one for one in runs.receive(given(monkeypatch, given_))}
    assert [(one.value, one.bar, one.missed) for one in found.values()] == [
        (2.0, RATE, False),
        (0.5, None, False),
        (0.5, RATE, True),
        (0.125, None, False),
    ]
    assert found["Incoming, SQLite"].plain == "100/s, 2 at once, 15 overtook"
    assert found["Incoming, PostgreSQL, it over our request class"].plain == "400/s, 16 at once, 15 overtook"
    assert shares[-1] == 1_000, "what is compared answers every tap, as we do"


def test_the_least_of_several_starts_counts_each_cost_by_itself() -> None:
    endless = float("inf")  # of a start that sent nothing
    found = runs._least({1_000: [Cost(3.0, 10, 0.5, endless), Cost(2.0, 30, 0.7, 4.0), Cost(9.0, 20, 0.1, 5.0)]})
    assert found == {1_000: Cost(2.0, 10, 0.1, 4.0)}


def test_what_waits_is_divided_by_the_least_that_any_of_them_cost() -> None:
    ours = {
        1_000: Cost(0.2, 100_000_000, 0.001, 0.001),
        100_000: Cost(0.25, 90_000_000, 0.001, 0.002),
        1_000_000: Cost(0.22, 110_000_000, 0.0014, 0.001),
    }
    start, memory, idle, due = runs._flat(ours, {1_000: Cost(0.1, 50_000_000, 0.003, 0.004)})
    assert start.cells[1:4] == ("200.00 → 250.00 → 220.00 ms", "100.00 ms", "1.25 ×")
    assert memory.cells[1:4] == ("100.00 → 90.00 → 110.00 MB", "50.00 MB", "1.22 ×")
    assert [(one.bar, one.missed) for one in (start, memory, idle, due)] == [
        (FLAT, True),
        (FLAT, True),
        (FOLLOWS, False),
        (FOLLOWS, True),
    ]


@pytest.mark.parametrize(("late", "p99"), [(11, 0.9), (12, 1.5)])
def test_fewer_than_one_wait_in_a_hundred_may_be_longer(monkeypatch: pytest.MonkeyPatch, late: int, p99: float) -> None:
    waits = [1.5] * late + [0.9] * 100 + [0.5] * (1_100 - late)
    given_: Given = {caseload.make: lambda *_: None, latency.waits: lambda *_: waits}
    for one in runs.keep_time(given(monkeypatch, given_)):
        assert (one.value, one.missed, one.ours) == (p99, p99 > 1, "median 0.500 s")


@pytest.mark.parametrize(("rate", "code"), [(0.9, 1), (1.0, 0)])
@pytest.mark.parametrize("only", [[], ["--only", "outgoing"], ["--quick"]])
def test_a_missed_bar_is_an_exit_of_1_and_only_a_whole_run_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, rate: float, code: int, only: list[str]
) -> None:
    found = [Figure("Import", "", "", 5.0), Figure("Outgoing", "90/s", "100/s", rate, bar=RATE)]
    monkeypatch.setattr(bench, "measure", lambda names, part: (found, 1.0))
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(figures, "KEPT", tmp_path / "results.md")
    monkeypatch.setattr(sys, "argv", ["bench", *only])
    with pytest.raises(SystemExit) as end:
        bench.main()
    assert int(end.value.code or 0) == code
    assert (tmp_path / "results.md").exists() is not bool(only)

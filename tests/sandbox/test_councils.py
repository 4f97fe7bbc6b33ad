"""A country's councils: shared out, played side by side, and ended together."""

import multiprocessing
import os
import shutil
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox import simulate
from sandbox.simulation import councils, loop
from sandbox.simulation.plan import Came, Plan
from sandbox.simulation.year import Simulation
from tests.sandbox import faults

TINY = Plan(individuals=5, days=2, seed=5)
LONG = replace(TINY, days=3_650)  # nobody waits for its end

seeds = st.integers(-(10**9), 10**9)
sizes = st.integers(1, councils.MOST).flatmap(lambda many: st.tuples(st.integers(many, 40_000), st.just(many)))
counts = st.integers(0, 10**6)
one_came = st.builds(Came, st.sampled_from(["0a", "1b", "2c", "3d"]), st.just(()), *[counts] * 7)
several_came = st.lists(one_came, min_size=1, max_size=4)


@settings(deadline=None)
@given(sizes, seeds)
def test_everybody_is_of_one_council_and_each_is_played_from_a_number_of_its_own(
    size: tuple[int, int], seed: int
) -> None:
    individuals, many = size
    plans = councils.share(Plan(individuals, 30, seed), many)
    assert len(plans) == many
    assert sum(one.individuals for one in plans) == individuals, "somebody was lost, or is there twice"
    assert 1 <= min(one.individuals for one in plans) <= max(one.individuals for one in plans)
    assert max(one.individuals for one in plans) - min(one.individuals for one in plans) <= 1
    assert {one.days for one in plans} == {30}
    numbers = {one.seed for one in plans} | {one.seed for one in councils.share(Plan(many, 1, seed + 1), many)}
    assert len(numbers) == 2 * many, "two councils, or two countries, have the same year"
    assert len({abs(one.seed) for one in plans}) == many, "dice take no notice of a sign"


@given(several_came)
def test_what_several_came_to_is_the_sum_of_each(several: list[Came]) -> None:
    total = councils.together(several)
    for what in ("dates", "calls", "unasked", "updates", "events", "seconds"):
        assert getattr(total, what) == sum(getattr(one, what) for one in several)
    assert total.megabytes == max(one.megabytes for one in several)


@given(several_came)
def test_the_digest_of_all_is_of_each_in_order_and_of_nothing_else(several: list[Came]) -> None:
    digest = councils.together(several).digest
    digests = [one.digest for one in several]
    assert (councils.together(several[::-1]).digest == digest) == (digests[::-1] == digests)
    assert councils.together([replace(several[0], digest="4e"), *several[1:]]).digest != digest
    assert councils.together([replace(one, seconds=1, megabytes=1) for one in several]).digest == digest


def test_two_side_by_side_come_to_what_each_comes_to_alone(tmp_path: Path, sqlite_template: Path) -> None:
    plans = councils.share(TINY, 2)
    shown, began = [], time.process_time()
    country = councils.play(plans, 2, tmp_path, lambda *far: shown.append(far))
    assert country.cpu > time.process_time() - began, "what it took the others is not counted"
    assert list(tmp_path.iterdir()) == []
    assert shown[-1] == ("days", 4, 4)
    assert sorted(shown) == shown
    assert country.at_once == 2
    assert country.megabytes > 2 * country.came.megabytes > 0
    alone = []
    for plan in plans:
        for file in tmp_path.iterdir():
            file.unlink()
        shutil.copy(sqlite_template, tmp_path / "simulated.db")
        alone.append(loop.run(Simulation(plan, tmp_path).play()))
    here = councils.together(alone)
    assert here.calls > 50
    assert replace(country.came, seconds=0, megabytes=0) == replace(here, seconds=0, megabytes=0)


def test_what_does_not_hold_in_one_council_ends_all_and_says_how_to_play_it_again(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert simulate.several(councils.share(LONG, 2), 1, faults.stumbles) == 1
    said = capsys.readouterr().err
    assert "Seed 5001: Mon 05 Jan 2026" in said
    assert " logs: found" in said
    assert "council 1 of 2" in said
    assert said.endswith(" again alone: minder simulate --individuals 3 --days 3650 --seed 5001\n")
    assert not multiprocessing.active_children()


def test_an_error_in_one_council_is_told_whole_with_how_to_play_it_again(capsys: pytest.CaptureFixture[str]) -> None:
    """Such as of a fault that no other process can import."""
    assert simulate.several(councils.share(LONG, 2), 1, lambda simulation: None) == 1
    said = capsys.readouterr().err
    assert "Traceback" in said
    assert "lambda" in said
    assert said.endswith(" again alone: minder simulate --individuals 3 --days 3650 --seed 5001\n")


def test_a_process_that_is_killed_is_told_and_nobody_waits_for_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert simulate.several(councils.share(LONG, 2), 1, faults.is_killed) == 1
    said = capsys.readouterr().err
    assert "has died" in said
    assert said.endswith("played this: minder simulate --individuals 3 --days 3650 --seed 5001\n")


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_all_and_leaves_nothing(told: signal.Signals) -> None:
    def interrupt(_phase: str, _done: int, _of: int) -> None:
        os.kill(os.getpid(), told)

    with pytest.raises(KeyboardInterrupt), simulate.folder([TINY]) as kept:
        councils.play(councils.share(LONG, 2), 1, kept, interrupt)
    assert not kept.exists()
    assert not multiprocessing.active_children()


def test_what_has_no_room_in_memory_is_played_on_a_disk() -> None:
    with simulate.folder([replace(TINY, individuals=10**15)]) as kept:
        assert simulate.IN_MEMORY not in kept.parents


def test_what_cannot_be_shared_out_is_refused_with_what_is_expected() -> None:
    with pytest.raises(typer.BadParameter, match=r"found 4 councils and 3 individuals; expected one each at least"):
        simulate.simulate(individuals=3, many=4)
    with pytest.raises(typer.BadParameter, match=r"found 4 with --month; expected 1"):
        simulate.simulate(month=True, many=4)

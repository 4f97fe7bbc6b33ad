import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest

from sandbox.clock import MovableClock

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


async def test_a_sleeper_sleeps_until_the_clock_has_passed_its_moment() -> None:
    clock = MovableClock(NINE)
    sleeping = asyncio.create_task(clock.sleep(60))
    await asyncio.sleep(0)
    clock.move_to(NINE + timedelta(seconds=59))
    await asyncio.sleep(0)
    assert not sleeping.done()
    clock.move_to(NINE + timedelta(seconds=60))
    await sleeping


async def test_sleepers_wake_in_the_order_of_their_moments() -> None:
    clock = MovableClock(NINE)
    woken: list[int] = []

    async def sleep(seconds: int) -> None:
        await clock.sleep(seconds)
        woken.append(seconds)

    tasks = [asyncio.create_task(sleep(seconds)) for seconds in (30, 10, 20)]
    await asyncio.sleep(0)
    assert clock.next_wake() == NINE + timedelta(seconds=10)
    clock.move_to(NINE + timedelta(seconds=40))
    await asyncio.gather(*tasks)
    assert woken == [10, 20, 30]
    assert clock.next_wake() is None


async def test_a_cancelled_sleeper_is_forgotten() -> None:
    clock = MovableClock(NINE)
    sleeping = asyncio.create_task(clock.sleep(60))
    await asyncio.sleep(0)
    sleeping.cancel()
    await asyncio.gather(sleeping, return_exceptions=True)
    assert clock.next_wake() is None


async def test_sleeping_for_nothing_needs_no_move() -> None:
    await MovableClock(NINE).sleep(0)


def test_it_never_goes_back() -> None:
    clock = MovableClock(NINE)
    with pytest.raises(ValueError, match="cannot go back to 2026-11-23T08:59:59"):
        clock.move_to(NINE - timedelta(seconds=1))
    assert clock.now() == NINE


def test_it_stands_in_utc_and_wants_to_know_the_zone() -> None:
    clock = MovableClock(datetime(2026, 11, 23, 10, tzinfo=timezone(timedelta(hours=1))))
    assert clock.now() == NINE
    assert clock.now().tzinfo is UTC
    with pytest.raises(ValueError, match="names no time zone"):
        clock.move_to(datetime(2026, 11, 24, 9))  # noqa: DTZ001

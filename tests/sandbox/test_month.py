"""A simulated month of one council: every kind of absence, leave, a leaver, snow; and its invariants seen to fail."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from db import dates
from domain import compliance, progress
from domain.attendance import Outcome, Record
from domain.calendar import LONDON
from domain.compliance import Kind
from sandbox.simulation import desks, loop
from sandbox.simulation.month import Month
from sandbox.simulation.year import Came, Plan, Simulation
from usecases import items, register

SMALL = Plan(individuals=14, days=19, seed=5)
TINY = Plan(individuals=12, days=6, seed=3)


def play(month: Month) -> Came:
    return loop.run(month.play())


def test_a_month_of_a_small_council_holds_at_every_event_and_has_something_of_everything(folder: Path) -> None:
    month = Month(SMALL, folder)
    came = play(month)
    assert [str(one) for one in came.broken] == []
    found = {words.strip(): number for words, number in month.figures}
    for several in (  # of those in one line a month so small may have only one
        *(("came for all of it",), ("sent home by the service", "stood down ahead"), ("accepted", "not accepted")),
        *(("alerts raised",), ("withdrawn: it was no miss", "records put right or taken back")),
        *(("contacts put on record",), ("answered by a named person", "given a number to ring")),
        *(("sessions that nobody recorded in time", "reason not yet known, on the manager's list"),),
        *(("hours lost to the service",), ("hours credited",)),
    ):
        assert sum(found[words] for words in several) > 0, f"{several}: {found}"


# ── Every invariant is seen to fail when its rule is broken ─────────────────────────────────────────────────────────

Plant = Callable[[Month, pytest.MonkeyPatch], None]


def on_day_two(month: Month, deed: Callable[[int, int], Any]) -> None:
    """Given the ids of an individual and of a date that they came to."""

    async def plant() -> None:
        [(individual, appointment)] = month.books.rows(
            """SELECT o.individual_id, s.appointment_id FROM stands s JOIN appointments a ON a.id = s.appointment_id
            JOIN orders o ON o.id = a.order_id WHERE s.outcome = 'attended_full' LIMIT 1"""
        )
        await deed(individual, appointment)

    month.plant(datetime.combine(month.plan.first + timedelta(days=1), time(11), LONDON), plant)


def forgets_what_was_done(_: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress.Books, "left", property(lambda books: books.ordered + books.adjusted))


def alerts_about_who_came(month: Month, _: pytest.MonkeyPatch) -> None:
    async def alert(individual: int, appointment: int) -> None:
        service = month.town.app.service
        async with service.db.write() as tx:
            about = (Kind.NON_ATTENDANCE, f"missed:{appointment}", individual, None, appointment)
            await items.raise_item(service, tx, *about)

    on_day_two(month, alert)


def makes_an_absence_by_itself(month: Month, _: pytest.MonkeyPatch) -> None:
    async def miss(_: int, appointment: int) -> None:
        missed = Record(Outcome.MISSED_REASON_UNKNOWN, month.clock.now())
        async with month.town.app.service.db.write() as tx:
            await dates.add_records(tx, [(appointment, missed, "")], "chat")

    on_day_two(month, miss)


def puts_nothing_on_the_list(month: Month, monkeypatch: pytest.MonkeyPatch) -> None:
    async def miss(_: int, appointment: int) -> None:
        month.world.bookings[appointment].said.add("missed_reason_unknown")
        missed = Record(Outcome.MISSED_REASON_UNKNOWN, month.clock.now(), recorded_by=1)
        service = month.town.app.service
        async with service.db.write() as tx:
            await register.record(service, tx, appointment, missed, "chat")

    on_day_two(month, miss)
    monkeypatch.setattr(compliance, "plan_follow_up", lambda *_: [])
    monkeypatch.setattr(desks, "LOOKS", {})


PLANTED: dict[str, Plant] = {
    "hours": forgets_what_was_done,
    "no_miss": alerts_about_who_came,
    "by_itself": makes_an_absence_by_itself,
    "listed": puts_nothing_on_the_list,
}


@pytest.mark.parametrize("rule", PLANTED)
def test_a_broken_rule_is_found(rule: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def plant(month: Simulation) -> None:
        assert isinstance(month, Month)
        PLANTED[rule](month, monkeypatch)

    came = play(Month(TINY, folder, plant))
    assert came.broken, "nobody saw it"
    assert came.broken[0].rule == rule, [str(one) for one in came.broken]

"""A simulated month of one council: every kind of absence, leave, a leaver, snow; and its invariants seen to fail."""

import shutil
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
from sandbox.simulation.between import PRIVATE
from sandbox.simulation.books import Delivery
from sandbox.simulation.council import Leave
from sandbox.simulation.month import Month
from sandbox.simulation.plan import Came, Plan
from sandbox.simulation.wire import Shown
from sandbox.simulation.year import Simulation
from usecases import items, register

SMALL = Plan(individuals=14, days=19, seed=5)
TINY = Plan(individuals=12, days=6, seed=3)


def play(month: Month) -> Came:
    return loop.run(month.play())


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Month:
    """A small month, played once for those who look at what it has come to."""
    folder = tmp_path_factory.mktemp("month")
    shutil.copy(sqlite_template, folder / "simulated.db")
    month = Month(SMALL, folder)
    play(month)
    return month


def test_a_month_of_a_small_council_holds_at_every_event_and_has_something_of_everything(played: Month) -> None:
    assert [str(one) for one in played.world.broken] == []
    found = {words.strip(): number for words, number in played.figures}
    for several in (  # of those in one line a month so small may have only one
        *(("came for all of it",), ("sent home by the service", "stood down ahead"), ("accepted", "not accepted")),
        *(("alerts raised",), ("withdrawn: it was no miss", "records put right or taken back")),
        *(("contacts put on record",), ("answered by a named person", "given a number to ring")),
        *(("sessions that nobody recorded in time", "reason not yet known, on the manager's list"),),
        *(("photos and files sent to show why", "private notes to whoever works with the person"),),
        *(("things passed to a colleague", "sessions' dates given to another supervisor"),),
        *(("free places offered to people",), ("free places that people took",)),
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


# ── What is held against the books at their end, or at a moment that a small month may not have ─────────────────────


def _first(month: Month, query: str, *values: Any) -> Any:
    return month.books.rows(query, *values)[0]


def shows_why_in_vain(month: Month) -> None:
    """Sent after the decision, and nobody looked at it."""
    item, individual, date_ = _first(
        month, "SELECT id, individual_id, appointment_id FROM items WHERE kind = 'non_attendance'"
    )
    month.books.rows("UPDATE items SET closed_at = NULL, listed_at = NULL, withdrawn_at = NULL WHERE id = ?", item)
    month.books.rows(
        """INSERT INTO evidence (individual_id, item_id, appointment_id, at, mime, size)
        VALUES (?, ?, ?, '2027-01-01 00:00:00.000000', 'image/png', 1)""",
        *(individual, item, date_),
    )
    month.absences.last_look()


def notes_to_nobody(month: Month) -> None:
    month.books.rows(
        """INSERT INTO notes (kind, day, staff_id, at) SELECT 'private', '2026-01-06', id, '2026-01-06 12:00:00.000000'
        FROM staff LIMIT 1"""
    )
    month.absences.last_look()


def gives_to_somebody_who_cannot_be_told(month: Month) -> None:
    item, staff = _first(month, "SELECT i.id, s.id FROM items i, staff s LIMIT 1")
    month.books.rows("UPDATE items SET claimed_by = ?, closed_at = NULL, withdrawn_at = NULL WHERE id = ?", staff, item)
    month.books.rows(
        """UPDATE outbox SET kind = 'item_passed', subject = ?, to_id = ?, status = 'unreachable', params = ?
        WHERE id = (SELECT min(id) FROM outbox)""",
        *(f"item:{item}", staff, f'{{"to": {staff}}}'),
    )
    month.absences.last_look()


def misses_without_an_alert(month: Month) -> None:
    [date_] = _first(
        month,
        """SELECT a.id FROM appointments a WHERE NOT EXISTS (SELECT 1 FROM items WHERE appointment_id = a.id)
        AND NOT EXISTS (SELECT 1 FROM attendance WHERE appointment_id = a.id)""",
    )
    month.books.rows(
        """INSERT INTO attendance (appointment_id, outcome, recorded_at, source)
        VALUES (?, 'missed_reason_unknown', '2027-01-01 00:00:00.000000', 'import')""",
        date_,
    )
    month.absences.last_look()


def offers(month: Month, answer: str, capacity: int) -> int:
    """One place of one date, offered to whoever has it; returns the date's id."""
    date_, individual, order, staff = _first(
        month,
        """SELECT a.id, o.individual_id, o.id, a.staff_id FROM appointments a
        JOIN orders o ON o.id = a.order_id WHERE a.kind = 'unpaid_work' AND a.status = 'booked'""",
    )
    month.books.rows("UPDATE places SET capacity = ?", capacity)
    month.books.rows(
        """INSERT INTO offers (id, place_id, day, starts_at, ends_at, places, offered_by, at, cause)
        SELECT 900, place_id, day, starts_at, ends_at, 5, ?, starts_at, '' FROM appointments WHERE id = ?""",
        *(staff, date_),
    )
    month.books.rows(
        "INSERT INTO offered (offer_id, individual_id, order_id, answer, appointment_id) VALUES (900, ?, ?, ?, ?)",
        *(individual, order, answer, date_),
    )
    month.books.rows("UPDATE appointments SET ref = ? WHERE id = ?", f"offer:900:{individual}", date_)
    return int(date_)


def counts_a_no(month: Month) -> None:
    offers(month, "no_thanks", 5)
    month.absences.last_look()


def fills_a_place_twice(month: Month) -> None:
    month.absences.seats.look([(offers(month, "taken", 0), True)])


def books_somebody_who_was_not_ticked(month: Month) -> None:
    month.books.rows("DELETE FROM suited")
    month.absences.seats.look([(offers(month, "taken", 99), True)])


def lets_a_supervisor_record_what_was_given_away(month: Month) -> None:
    [staff, ref] = _first(month, "SELECT id, ref FROM staff WHERE ref = 'SUPERVISOR1'")
    month.world.given[1] = month.system.colleagues[ref]
    month.absences.handed.recorded(1, staff, "chat")


def shows_a_note_to_whom_it_is_about(month: Month) -> None:
    case = next(iter(month.system.cases.values()))
    note = Shown(month.clock.now(), 1, 1, f"sore back, {PRIVATE}", (), True, True)
    month.absences.handed.shown(case, note)


def alerts_somebody_elses_worker(month: Month) -> None:
    individual, case = next((id_, one) for id_, one in month.world.cases.items() if not one.youth)
    named = {one.officer for one in case.orders} | {one.manager for one in case.orders}
    other = next(one for one in month.system.holding("officer") if one not in named)
    told = Delivery(1, 1, 1, month.clock.now(), "item", "item", 1, "", 1, "worker", individual, False)
    month.absences.handed.got(told, other)


def lets_two_have_one_thing(month: Month) -> None:
    item, one, other = _first(
        month,
        """SELECT i.id, a.id, b.id FROM items i, staff a, staff b WHERE a.ref = 'MANAGER1' AND b.ref = 'MANAGER2'""",
    )
    for holder in (one, other):
        month.books.rows("UPDATE items SET claimed_by = ? WHERE id = ?", holder, item)
        month.absences.holders_change()


def told(month: Month, to: str, reader: str) -> None:
    month.absences.staff.got(
        Delivery(1, 1, 1, month.clock.now(), "item", "item", 1, "", 1, to, None, False), month.system.colleagues[reader]
    )


def tells_who_is_away(month: Month) -> None:
    reader = month.system.colleagues["OFFICER2"]
    reader.leave = Leave(month.world.today, month.world.today, "OFFICER3")
    told(month, "worker", reader.ref)
    reader.leave = None


def tells_who_is_not_on_duty(month: Month) -> None:
    month.world.rota[month.world.today] = "DUTY1"
    told(month, "duty", "DUTY2")
    del month.world.rota[month.world.today]


def leaves_somebody_without_an_answer(month: Month) -> None:
    """Others have been told, but nobody gave them a number to ring."""
    [item] = _first(month, "SELECT id FROM items WHERE kind = 'cannot'")
    month.books.rows("UPDATE items SET closed_at = NULL, withdrawn_at = NULL WHERE id = ?", item)
    month.books.rows("DELETE FROM outbox WHERE kind = 'still_waiting'")
    month.absences.last_look()


def alerts_nobody(month: Month) -> None:
    [item] = _first(month, "SELECT id FROM items WHERE kind = 'non_attendance' AND withdrawn_at IS NULL")
    month.books.rows("UPDATE items SET listed_at = NULL, claimed_at = NULL WHERE id = ?", item)
    month.books.rows("UPDATE outbox SET subject = 'item:0' WHERE subject = ?", f"item:{item}")
    month.absences.last_look()


def keeps_no_list_of_sessions(month: Month) -> None:
    month.books.rows("DELETE FROM attendance")
    month.books.rows("DELETE FROM items WHERE kind = 'unrecorded'")
    month.absences.last_look()


def alerts_twice(month: Month) -> None:
    month.books.rows(
        """INSERT INTO items (kind, once, individual_id, appointment_id, raised_at)
        SELECT kind, once || ' again', individual_id, appointment_id, raised_at FROM items
        WHERE kind = 'non_attendance' LIMIT 1"""
    )
    month.absences.look()


def stands_down_in_silence(month: Month) -> None:
    [date_] = _first(
        month,
        """SELECT a.id FROM appointments a
        JOIN orders o ON o.id = a.order_id JOIN individuals i ON i.id = o.individual_id
        JOIN chats c ON c.individual_id = i.id AND c.unlinked_at IS NULL AND i.stopped_at IS NULL
        WHERE o.status = 'active' AND NOT i.youth AND NOT i.staff_contact_only AND a.status = 'booked'
          AND NOT EXISTS (SELECT 1 FROM items WHERE kind = 'cannot' AND appointment_id = a.id)
          AND NOT EXISTS (SELECT 1 FROM holds WHERE order_id = o.id)
        ORDER BY a.starts_at DESC""",
    )
    month.books.rows(
        """INSERT INTO attendance (appointment_id, outcome, recorded_at, source)
        VALUES (?, 'stood_down_ahead', '2027-01-01 00:00:00.000000', 'chat')""",
        date_,
    )
    booking = month.world.bookings[date_]
    month.absences.waits.heard_news(date_, booking, month.clock.now(), stands_down=True)


AFTERWARDS: tuple[tuple[str, Callable[[Month], None]], ...] = (
    ("evidence", shows_why_in_vain),
    ("note_heard", notes_to_nobody),
    ("passed", gives_to_somebody_who_cannot_be_told),
    ("decided", misses_without_an_alert),
    ("never_counted", counts_a_no),
    ("capacity", fills_a_place_twice),
    ("ticked", books_somebody_who_was_not_ticked),
    ("given", lets_a_supervisor_record_what_was_given_away),
    ("private_note", shows_a_note_to_whom_it_is_about),
    ("routed", alerts_somebody_elses_worker),
    ("claimed", lets_two_have_one_thing),
    ("away", tells_who_is_away),
    ("off_duty", tells_who_is_not_on_duty),
    ("answered", leaves_somebody_without_an_answer),
    ("unheard", alerts_nobody),
    ("unrecorded", keeps_no_list_of_sessions),
    ("one_alert", alerts_twice),
    ("news", stands_down_in_silence),
)


def test_what_goes_from_hand_to_hand_is_looked_at_too(played: Month) -> None:
    """Into the books of a month without a fault each fault is written in turn, and taken out again."""
    assert not played.world.broken
    for rule, plants in AFTERWARDS:
        played.books.rows("SAVEPOINT before")
        plants(played)
        assert rule in {one.rule for one in played.world.broken}, rule
        played.world.broken.clear()
        played.books.rows("ROLLBACK TO before")

"""The books of every order, worked out a second time from raw rows, and held against what the bot says."""

from collections import defaultdict
from datetime import timedelta

from sandbox.simulation.books import Books, moment
from sandbox.simulation.town import SimulatedTown
from sandbox.simulation.world import World
from usecases import progress

SHIFTS = """SELECT a.order_id, a.kind, a.starts_at, a.ends_at, s.outcome, s.minutes FROM appointments a
    JOIN attendance s ON s.id = (SELECT id FROM attendance WHERE appointment_id = a.id
        ORDER BY recorded_at DESC, id DESC LIMIT 1)
    WHERE a.kind IN ('unpaid_work', 'other_activity')
    AND s.outcome IN ('attended_full', 'attended_part', 'sent_home_service', 'sent_home_other')"""
CEILING = 30  # hours of other activity, or per cent of those ordered: the lower counts
HOUR = timedelta(hours=1)


class Ledger:
    """left = ordered + adjustments − credited, and never below zero."""

    def __init__(self, world: World, town: SimulatedTown) -> None:
        self.world, self.town = world, town

    async def balance(self) -> None:
        """Holds for every order with hours."""
        mine = of_orders(self.world.books)
        service = self.town.app.service
        async with service.db.read() as tx:
            said = await progress.of_orders(service, tx, mine)
        for id_, (ordered, adjusted, credited) in mine.items():
            left = max(ordered + adjusted - credited, 0)
            theirs = said[id_]
            same = (theirs.left, theirs.ordered, theirs.adjusted, theirs.credited) == (
                left,
                ordered,
                adjusted,
                credited,
            )
            found = f"order {id_}: {theirs.ordered} {theirs.adjusted:+} - {theirs.credited} = {theirs.left} left"
            balanced = same and theirs.left >= 0
            self.world.must(balanced, "hours", found, f"{ordered} {adjusted:+} - {credited} = {left} minutes")


def of_orders(books: Books, order: int | None = None) -> dict[int, tuple[int, int, int]]:
    """Ordered, adjusted and credited minutes of each order, or of one."""
    mine = f"= {order}" if order is not None else "IS NOT NULL"
    hours = books.rows(f"SELECT id, hours FROM orders WHERE hours IS NOT NULL AND id {mine}")
    adjusted = dict(books.rows(f"SELECT order_id, sum(minutes) FROM adjustments WHERE order_id {mine} GROUP BY 1"))
    done: dict[tuple[int, str], int] = defaultdict(int)
    for order_, kind, starts, ends, outcome, minutes in books.rows(f"{SHIFTS} AND a.order_id {mine}"):
        booked = (moment(ends) if ends else moment(starts) + HOUR) - moment(starts)
        whole = int(booked.total_seconds()) // 60 if outcome == "attended_full" else 0
        done[order_, kind] += whole if minutes is None else max(minutes, 0)
    return {
        id_: (
            many * 60,
            adjusted.get(id_, 0),
            done[id_, "unpaid_work"] + min(done[id_, "other_activity"], many * 60 * CEILING // 100, CEILING * 60),
        )
        for id_, many in hours
    }


def done(books: Books, appointment: int) -> bool:
    """Whether all hours of the order of a date are worked."""
    order = books.one("SELECT order_id FROM appointments WHERE id = ?", appointment)
    return any(ordered + adjusted <= credited for ordered, adjusted, credited in of_orders(books, order).values())

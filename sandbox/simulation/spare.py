"""/offer in a busy month: case managers tick people and send out what is free; what is taken is a date like others."""

import random
from collections.abc import Callable
from datetime import date, timedelta

from domain.calendar import LONDON
from messages import actions
from sandbox.simulation.books import moment
from sandbox.simulation.council import Booking
from sandbox.simulation.habits import MINUTE, Phone
from sandbox.simulation.squads import Squads
from sandbox.simulation.world import World

DAY = timedelta(days=1)
ELSEWHERE = 0.2  # of all offers: of a day on which the place has no session yet
TICKED = 12  # people whom a case manager ticks for a place before offering it
FREE = """SELECT min(a.id), a.place_id FROM appointments a JOIN places p ON p.id = a.place_id
    JOIN staff s ON s.id = a.staff_id
    WHERE a.kind = 'unpaid_work' AND a.status = 'booked' AND a.day > ? AND a.day < ? AND p.capacity > 0
    GROUP BY a.day, a.place_id, a.staff_id HAVING count(*) < max(p.capacity) ORDER BY 1"""
MINE = """SELECT DISTINCT i.id FROM orders o JOIN individuals i ON i.id = o.individual_id
    JOIN staff s ON s.id = o.case_manager_id
    WHERE s.ref = ? AND o.status = 'active' AND o.requirements LIKE '%unpaid_work%' ORDER BY i.id"""
TAKEN = """SELECT a.id, a.ref, o.ref, a.day, a.starts_at, p.ref, s.ref, a.status FROM appointments a
    JOIN orders o ON o.id = a.order_id JOIN places p ON p.id = a.place_id JOIN staff s ON s.id = a.staff_id
    WHERE a.ref >= 'offer:' AND a.ref < 'offer;' ORDER BY a.id"""
Plan = Callable[[timedelta, Phone, str, str], None]


class Spare:
    """`plan` puts what is done later into the play."""

    def __init__(self, world: World, system: Squads, dice: random.Random, plan: Plan) -> None:
        self.world, self.system, self.dice, self.plan = world, system, dice, plan

    def offers(self, phone: Phone, about: str) -> None:
        """/offer: one of the sessions of the next days that has room, to people of one's own."""
        if phone.colleague is None or not phone.colleague.at_work_on(self.world.today):
            return
        today = self.world.today
        sessions = self.world.books.rows(FREE, today.isoformat(), (today + DAY * 6).isoformat())
        if not sessions:
            return
        phone.person.say("/offer")
        id_, place = self.dice.choice(sessions)
        mine = [one for (one,) in self.world.books.rows(MINE, phone.colleague.ref)]
        ticked = self.dice.sample(mine, min(TICKED, len(mine)))
        taps: list[actions.Action] = [actions.places.Tick(place, one, 1, 0) for one in ticked]
        if self.dice.random() < ELSEWHERE:
            taps.append(actions.places.OfferOn(place, (today + DAY * self.dice.randint(1, 6)).toordinal()))
        else:
            taps.append(actions.places.OfferSession(id_))
        for n, tap in enumerate(taps, 1):
            self.plan(timedelta(seconds=5 * n), phone, "presses", tap.pack())
        self.plan(timedelta(seconds=5 * len(taps) + 20), phone, "sends_out", "")

    def sends_out(self, phone: Phone, about: str) -> None:
        """What stands on the phone by then; one of them may be left out first."""
        ref = phone.colleague.ref if phone.colleague is not None else ""
        query = "SELECT max(o.id) FROM offers o JOIN staff s ON s.id = o.offered_by WHERE s.ref = ? AND o.places = 0"
        offer = self.world.books.one(query, ref)
        if offer is None:  # it was full, or that day has a session
            return
        mine = [one for (one,) in self.world.books.rows(MINE, ref)]
        if mine and self.dice.random() < 0.3:
            phone.person.press(actions.places.LeaveOut(offer, self.dice.choice(mine), 1, 0).pack(), 1)
        self.plan(MINUTE, phone, "presses", actions.places.OfferSend(offer).pack())

    # ── What is taken ───────────────────────────────────────────────────────────────────────────────────────────────

    def taken(self) -> list[tuple[int, bool]]:
        """Enters places that were taken, or given back, since this was asked last, into the case system's plan.
        Returns the ids of those dates, and whether each is booked now."""
        changed = []
        for id_, ref, order, day, starts_at, place, runner, status in self.world.books.rows(TAKEN):
            known = self.world.bookings.get(id_)
            booked = status == "booked"
            if known is None:
                self._enter(id_, ref, order, date.fromisoformat(day), starts_at, place, runner)
            elif known.cancelled != booked:
                continue
            self.world.bookings[id_].cancelled = not booked
            self.world.bookings[id_].known_at = self.world.clock.now()
            changed.append((id_, booked))
        return changed

    def _enter(self, id_: int, ref: str, order: str, day: date, starts_at: str, place: str, runner: str) -> None:
        system, start = self.system, moment(starts_at).astimezone(LONDON).time()
        of = next(one for case in system.cases.values() for one in case.orders if one.ref == order)
        one = Booking(ref, of, "unpaid_work", day, start, place, system.colleagues[runner])
        system.take_place(one)
        self.world.bookings[id_] = one
        self.world.appointment_ids[ref] = id_
        self.world.joined[day].append(one)

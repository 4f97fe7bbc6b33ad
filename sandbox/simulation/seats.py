"""The oracle of free places: never one too many, only for people who were ticked; no and silence count for nothing."""

from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.simulation.waits import Waits
from sandbox.simulation.world import World

THERE = """SELECT count(*) FROM appointments a JOIN appointments mine ON mine.id = ? WHERE a.place_id = mine.place_id
    AND a.status = 'booked' AND a.starts_at < mine.ends_at AND a.ends_at > mine.starts_at"""
OF = """SELECT f.id, f.offer_id, f.individual_id, o.places, o.place_id, p.capacity FROM offered f
    JOIN offers o ON o.id = f.offer_id JOIN places p ON p.id = o.place_id WHERE f.appointment_id = ?"""
DATE = """SELECT a.id, a.status, s.outcome FROM appointments a LEFT JOIN stands s ON s.appointment_id = a.id
    WHERE a.ref = ?"""
ITEMS = "SELECT count(*) FROM items WHERE appointment_id = ? AND kind IN ('non_attendance', 'cannot')"
ASKED = """SELECT count(*) FROM deliveries d JOIN outbox o ON o.id = d.outbox_id
    WHERE o.kind = 'place_offer' AND o.subject = ?"""
BACK = "SELECT count(*) FROM outbox WHERE kind = 'place_back' AND subject = ?"


@dataclass(frozen=True)
class Asked:
    """One person of one offer, as it was last seen: the bot forgets who did not take a place once its day is over."""

    offer: int
    individual: int
    answer: str


class Seats:
    """Looks at each place when it is taken or given back, and at all offers at the end."""

    def __init__(self, world: World, waits: Waits) -> None:
        self.world, self.waits = world, waits
        self.asked: dict[int, Asked] = {}

    def look(self, changed: Iterable[tuple[int, bool]]) -> None:
        """At these dates (ids), which have been booked or called off."""
        for id_, booked in changed:
            if booked:
                self.waits.expect_word_of(id_)
                for row in self.world.books.rows(OF, id_):
                    self._fits(id_, *row)

    def _fits(self, id_: int, offered: int, offer: int, whose: int, places: int, place: int, capacity: int) -> None:
        books = self.world.books
        there = books.one(THERE, id_)
        self.world.must(
            there <= capacity, "capacity", f"{there} at place {place} on the day of date {id_}", f"{capacity}"
        )
        taken = books.one("SELECT count(*) FROM offered WHERE offer_id = ? AND answer = 'taken'", offer)
        self.world.must(taken <= places, "capacity", f"{taken} places of offer {offer} taken", f"at most {places}")
        ticked = books.one("SELECT 1 FROM suited WHERE individual_id = ? AND place_id = ?", whose, place)
        self.world.must(bool(ticked), "ticked", f"offered {offered} is individual {whose}'s", "somebody who was ticked")

    def remember(self) -> None:
        """Every day, whom offers are about."""
        rows = self.world.books.rows("SELECT id, offer_id, individual_id, answer FROM offered")
        self.asked |= {id_: Asked(*about) for id_, *about in rows}

    def count(self, *answers: str) -> int:
        return sum(one.answer in answers for one in self.asked.values())

    def last_look(self) -> None:
        self.remember()
        back = {id_: self.world.books.one(BACK, f"offered:{id_}") for id_ in self.asked}
        for id_, one in self.asked.items():
            if one.answer != "taken":
                self._counts_for_nothing(id_, one)
            times = self.world.books.one(ASKED, f"offered:{id_}")
            again = sum(back[other] for other, each in self.asked.items() if each.offer == one.offer)
            found = f"offered {id_} was asked {times} times, and {again} places came back"
            self.world.must(times <= 1 + again, "never_counted", found, "nobody is asked again who said no or nothing")

    def _counts_for_nothing(self, id_: int, one: Asked) -> None:
        for date_, status, outcome in self.world.books.rows(DATE, f"offer:{one.offer}:{one.individual}"):
            nothing = status != "booked" and outcome in (None, "taken_back") and not self.world.books.one(ITEMS, date_)
            found = f"date {date_} of offered {id_} ({one.answer or 'silent'}): {status}, {outcome}"
            self.world.must(nothing, "never_counted", found, "nothing of who said no, or nothing, or gave it back")

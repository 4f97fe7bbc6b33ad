"""The oracle of a busy month: what must hold of all that is missed, lost or cannot be made, read from raw rows."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from domain.calendar import LONDON
from sandbox.simulation.books import Delivery, moment
from sandbox.simulation.council import Colleague
from sandbox.simulation.handed import Handed
from sandbox.simulation.oracle import UNDECIDED, Oracle
from sandbox.simulation.seats import Seats
from sandbox.simulation.spare import Spare
from sandbox.simulation.waits import SLACK
from sandbox.simulation.wire import Shown

MISSED = "('missed_reason_unknown', 'missed_accepted', 'missed_not_accepted')"
CONTACTED = "EXISTS (SELECT 1 FROM contacts c WHERE c.item_id = i.id AND c.undone_at IS NULL)"
EVERY_DAY_AT = time(11, 30)  # an hour and more after the manager's list is made


class Absences(Oracle):
    """All that the year's oracle holds, and the invariants of non-attendance beside it."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.handed = Handed(self.world)
        self.spare: Spare | None = None  # the month's own, once it has begun
        self.seats = Seats(self.world, self.waits)
        self._last_record = 0
        self._last_change: tuple[Any, ...] = ()
        self._holders: dict[int, int] = {}
        self._listed_by = self.world.clock.now()

    def shown(self, shown: Shown) -> None:
        super().shown(shown)
        case = self.world.phones[shown.chat_id].case
        if case is not None:
            self.handed.shown(case, shown)

    def look(self) -> None:
        self.seats.look(self.spare.taken() if self.spare is not None else ())
        super().look()
        self._records()
        query = "SELECT count(*), count(withdrawn_at), count(claimed_by), max(claimed_at), count(closed_at) FROM items"
        [change] = self.books.rows(query)
        if (*change, self._last_record) != self._last_change:
            self._last_change = (*change, self._last_record)
            self._alerts()
            self.holders_change()
        self._lists()

    def last_look(self) -> None:
        super().last_look()
        self._every_cannot_is_answered()
        self._everybody_heard()
        self._every_session_is_recorded_or_listed()
        self.handed.last_look()
        self.seats.last_look()

    # ── At every event ──────────────────────────────────────────────────────────────────────────────────────────────

    def _records(self) -> None:
        """No absence that nobody tapped, typed or exported; nothing else either."""
        query = """SELECT id, appointment_id, outcome, recorded_by, source FROM attendance WHERE id > ? ORDER BY id"""
        for id_, appointment_id, outcome, by, source in self.books.rows(query, self._last_record):
            self._last_record = id_
            one = self.world.bookings.get(appointment_id)
            said = outcome == "taken_back" or one is None or outcome in one.said or not outcome.startswith("missed")
            named = by is not None or source == "import"
            found = f"{outcome} of {one.ref if one else appointment_id} ({source}, by {by}): {one.said if one else ''}"
            self.world.must(said and named, "by_itself", found, "an absence that somebody named said")
            self.handed.recorded(appointment_id, by, source)

    def _alerts(self) -> None:
        """One alert per missed date; none of a date that stands as anything but missed."""
        query = (
            "SELECT appointment_id, count(*) FROM items WHERE kind = 'non_attendance' GROUP BY 1 HAVING count(*) > 1"
        )
        twice = self.books.rows(query)
        self.world.must(not twice, "one_alert", f"of dates {twice}", "one alert for each missed date")
        query = f"""SELECT i.id, s.outcome FROM items i JOIN stands s ON s.appointment_id = i.appointment_id
            WHERE i.kind = 'non_attendance' AND i.withdrawn_at IS NULL AND s.outcome NOT IN {MISSED}"""
        wrong = self.books.rows(query)
        self.world.must(not wrong, "no_miss", f"alerts (id, outcome) {wrong[:3]}", "no alert of what is no miss")

    def holders_change(self) -> None:
        """Something is one person's, until they let go of it, are away or have left."""
        now = dict(self.books.rows("SELECT id, claimed_by FROM items WHERE claimed_by IS NOT NULL"))
        for id_, holder in now.items():
            before = self._holders.get(id_, holder)
            if before != holder:
                ref = self.books.one("SELECT ref FROM staff WHERE id = ?", before)
                gone = not self.world.system.colleagues[ref].at_work_on(self.world.today)
                between = {before, holder} <= self.world.passed[id_]
                found = f"item {id_} of {ref} is staff {holder}'s now"
                self.world.must(gone or between, "claimed", found, "one holder")
        self._holders = now

    def _lists(self) -> None:
        """Each day when the manager's list has been made: what nobody spoke about or decided in time is on it."""
        now = self.world.clock.now()
        at = datetime.combine(self.world.today, EVERY_DAY_AT, LONDON)
        if now < at or self._listed_by >= at or now < self.world.up_since + SLACK:
            return
        self._listed_by = now
        for id_, appointment_id, by in self.books.rows(f"{UNDECIDED} AND NOT {CONTACTED}"):
            late = by is not None and self._listed_from(moment(by)) + SLACK < now
            found = f"item {id_} of date {appointment_id}, to be followed up by {by}"
            self.world.must(not late, "listed", found, "on the manager's list")

    def _listed_from(self, by: datetime) -> datetime:
        calendar = self.world.calendar
        return calendar.at(calendar.next_working_day(calendar.day(by)), time(10))

    # ── At the end ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _every_cannot_is_answered(self) -> None:
        """With an answer, or others have been told and the person has a number to ring, or it is said why not."""
        for (id_,) in self.books.rows(
            "SELECT id FROM items WHERE kind = 'cannot' AND closed_at IS NULL AND withdrawn_at IS NULL"
        ):
            heard = self._told(id_) & {"cover", "duty", "manager"}
            self.world.must(bool(heard), "answered", f"item {id_}: told {sorted(self._told(id_))}", "cover or duty")
            query = "SELECT status, reason FROM outbox WHERE subject = ? AND kind = 'still_waiting'"
            number = self.books.rows(query, f"item:{id_}")
            given = any(status == "sent" or (status not in ("planned", "sending") and why) for status, why in number)
            self.world.must(given, "answered", f"item {id_}: {number}", "a number to ring, or why there was none")

    def got(self, one: Delivery, reader: Colleague) -> None:
        super().got(one, reader)
        self.handed.got(one, reader)

    def _told(self, item: int) -> set[str]:
        query = """SELECT o."to" FROM deliveries d JOIN outbox o ON o.id = d.outbox_id WHERE o.subject = ?"""
        return {to for (to,) in self.books.rows(query, f"item:{item}")}

    def _everybody_heard(self) -> None:
        """No alert of which nobody was told, and which is on no list."""
        query = "SELECT id, listed_at FROM items WHERE kind = 'non_attendance' AND withdrawn_at IS NULL"
        for id_, listed_at in self.books.rows(query):
            heard = listed_at is not None or bool(self._told(id_))
            decided = self.books.one("SELECT claimed_at FROM items WHERE id = ?", id_) is not None
            self.world.must(heard or decided, "unheard", f"alert {id_}: nobody was told", "somebody, or the list")

    def _every_session_is_recorded_or_listed(self) -> None:
        """Of what nobody recorded a manager knows; and it is no absence."""
        last = self.world.calendar.day(self.world.clock.now()) - timedelta(days=4)
        listed = {once for (once,) in self.books.rows("SELECT once FROM items WHERE kind = 'unrecorded'")}
        for once, ref in self._unrecorded(last.isoformat()):
            self.world.must(once in listed, "unrecorded", f"{ref} ({once})", "its session on the manager's list")

    def _unrecorded(self, last: str) -> Iterator[tuple[str, str]]:
        query = """SELECT a.day, coalesce(a.place_id, 0), coalesce(a.staff_id, 0), a.ref FROM appointments a
            JOIN orders o ON o.id = a.order_id
            LEFT JOIN stands s ON s.appointment_id = a.id
            WHERE a.status = 'booked' AND o.status = 'active' AND a.day >= ? AND a.day <= ?
              AND coalesce(s.outcome, 'taken_back') = 'taken_back' AND NOT EXISTS (
                SELECT 1 FROM holds h WHERE h.order_id = o.id AND h.from_day <= a.day
                AND coalesce(h.until_day, '9999-12-31') >= a.day) AND NOT EXISTS (
                SELECT 1 FROM items i WHERE i.kind = 'cannot' AND i.appointment_id = a.id
                AND i.closed_at IS NOT NULL AND i.outcome IN ('no_need', 'new_date'))"""
        first = self.world.system.first.isoformat()
        for day, place, staff, ref in self.books.rows(query, first, last):
            yield f"unrecorded:{day}:{place}:{staff}", ref

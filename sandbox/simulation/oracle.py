"""The oracle: what must hold at every event, by the issue's own words and not by the rules that the bot asks.

It knows the world because it reads the made-up case system, and what the bot did from the wire and from what it has
committed.
"""

from sandbox.simulation import tongues
from sandbox.simulation.books import UNSENT, Delivery, kept
from sandbox.simulation.council import Booking, Colleague
from sandbox.simulation.told import ToIndividuals, ToStaff
from sandbox.simulation.waits import Waits
from sandbox.simulation.wire import Shown, Wire
from sandbox.simulation.world import World

NO_REASON = "reason = '' AND status IN ('cancelled', 'missed', 'unreachable', 'failed', 'suppressed')"
STANDS = """CREATE TEMP VIEW stands AS SELECT * FROM (
    SELECT a.*, row_number() OVER (PARTITION BY appointment_id ORDER BY recorded_at DESC, id DESC) AS nth
    FROM attendance a) WHERE nth = 1"""
UNDECIDED = """SELECT i.id, i.appointment_id, i.follow_up_at FROM items i
    JOIN stands s ON s.appointment_id = i.appointment_id
    WHERE i.kind = 'non_attendance' AND i.withdrawn_at IS NULL AND s.outcome = 'missed_reason_unknown'
      AND (i.listed_at IS NULL OR i.closed_at IS NOT NULL)"""
NO_ALERT = """SELECT s.appointment_id FROM stands s WHERE s.outcome = 'missed_reason_unknown' AND NOT EXISTS (
    SELECT 1 FROM items i WHERE i.kind = 'non_attendance' AND i.appointment_id = s.appointment_id
      AND i.withdrawn_at IS NULL)"""
ALERTS_WITHIN = 2  # working days
PUT_OFF = "SELECT id, kind, reason FROM outbox WHERE status = 'planned' AND reason != ''"
INDEXES = {  # of the oracle's own, so that a look costs the same at the end of the year as at its beginning
    "oracle_no_reason": f"outbox (id) WHERE {NO_REASON}",
    "oracle_deliveries": "deliveries (message_id)",
    "oracle_traces": "traces (message_id)",
}


class Oracle:
    """Looks at every message as it comes to stand on a phone, and at the books after every event."""

    def __init__(self, world: World, wire: Wire, errors: list[str]) -> None:
        self.world, self.books, self.wire, self.errors = world, world.books, wire, errors
        self.individuals, self.staff, self.waits = ToIndividuals(world), ToStaff(world), Waits(world)
        self.unasked = 0
        self._put_off: set[int] = set()
        self._shown: list[Shown] = []
        for name, what in INDEXES.items():
            self.books.rows(f"CREATE INDEX {name} ON {what}")
        self.books.rows(STANDS)

    def imported(self) -> None:
        """The bot knows now what the case system knows."""
        for id_ in self.world.imported():
            self.waits.expect_word_of(id_)
        for id_ in self.world.changed:
            self.waits.expect_news_of(id_)

    def up_again(self) -> None:
        """The bot was down, and can be asked for nothing yet."""
        self.world.up_since = self.world.clock.now()

    def shown(self, shown: Shown) -> None:
        """Every message and every edit, asked for or not."""
        for said, named, meant in tongues.near_days(shown.text, self.world.today):
            self.world.must(named == meant, "near_days", f"{said!r} in {shown.text!r}", f"{meant} beside that word")
        case = self.world.phones[shown.chat_id].case
        if case is not None:
            self.individuals.names_nobody_else(case, shown)
        if shown.new:
            self._shown.append(shown)

    def look(self) -> None:
        """At what was committed since the last look."""
        self._unasked()
        for shown in self._shown:
            reader = self.world.phones[shown.chat_id].colleague
            if reader is not None:
                self.staff.read(reader, shown)
            if shown.heard:
                self._is_in_the_books(shown)
        self._shown.clear()
        self.waits.new_items()
        self.waits.run()
        self._nothing_left_behind()
        logged = f"{'; '.join(self.errors[:3])} (Telegram's last refusal: {self.wire.last_refusal})"
        self.world.must(not self.errors, "logs", logged, "no error in the log")

    def days_are_over(self) -> None:
        """Nobody does anything from now on."""
        self._put_off = {id_ for id_, _, _ in self.books.rows(PUT_OFF)}

    def last_look(self) -> None:
        """When nobody has done anything for a fortnight."""
        now = kept(self.world.clock.now())
        stale = self.books.rows(f"SELECT id, kind, reason FROM outbox WHERE {UNSENT} AND due_at <= ?", now)
        stale += [row for row in self.books.rows(PUT_OFF) if row[0] in self._put_off]  # again and again
        self.world.must(not stale, "left_behind", f"{stale[:3]}", "every row at its end")
        waiting = self.books.one("SELECT count(*) FROM inbox")
        self.world.must(waiting == 0, "books", f"{waiting} updates in the inbox", "every update dealt with")
        self._every_miss_ends()

    def _every_miss_ends(self) -> None:
        """Decided, or with the manager; and each has its alert, but what was history when it was imported."""
        left = self.books.rows(UNDECIDED)
        self.world.must(not left, "decided", f"{len(left)} left: {left[:3]}", "decided, or on the manager's list")
        silent = [id_ for (id_,) in self.books.rows(NO_ALERT) if not self._is_history(self.world.bookings[id_])]
        found = f"no alert of the dates {silent[:5]}"
        self.world.must(not silent, "decided", found, "an alert of every miss that came in time")

    def history(self) -> int:
        """How many misses came so late that nobody hears of them."""
        return sum(self._is_history(self.world.bookings[id_]) for (id_,) in self.books.rows(NO_ALERT))

    def _is_history(self, one: Booking) -> bool:
        """Issue 2: an absence of the last two working days raises its alert, an older one is history."""
        on = one.recorded_on
        return on is not None and one.day < self.world.calendar.working_days_back(on, ALERTS_WITHIN)

    def _unasked(self) -> None:
        shown = {(one.chat_id, one.message_id): one for one in self._shown}
        for delivery in self.books.new_deliveries():
            phone = self.world.phones[self.books.person(delivery.chat)]
            self.unasked += 1
            if phone.case is not None:
                self.individuals.weigh(delivery, phone.case, shown.get((phone.person.id, delivery.message_id)))
            elif phone.colleague is not None:
                self.got(delivery, phone.colleague)

    def got(self, delivery: Delivery, reader: Colleague) -> None:
        """Staff have been told something unasked."""
        self.staff.got(delivery, reader)
        self.waits.heard(delivery, reader.role)

    def _is_in_the_books(self, shown: Shown) -> None:
        """A new message in a linked chat, of which the bot heard that it was accepted, is a delivery or an answer;
        unless it has been taken away at the same moment, because a newer one says all that it said."""
        chat = self.books.one("SELECT chat FROM deliveries WHERE message_id = ?", shown.message_id)
        chat = chat or self.books.one("SELECT chat FROM traces WHERE message_id = ? AND ours", shown.message_id)
        if chat is None:
            linked = self.books.one("SELECT 1 FROM chats WHERE chat_hash = ?", self.books.keys.hash(shown.chat_id))
            there = self.world.phones[shown.chat_id].has(shown.message_id)
            self.world.must(
                not (linked and there), "books", f"{shown.text!r} in no book", "each message that went in one"
            )
        else:
            there = self.books.person(chat) == shown.chat_id
            self.world.must(there, "books", f"{shown.text!r} noted in another chat", "where it came to stand")

    def _nothing_left_behind(self) -> None:
        due = self.books.next_due()
        left = due is not None and due <= self.world.clock.now()
        self.world.must(not left, "left_behind", f"a row that was due at {due}", "none, once all is said")
        bare = self.books.one(f"SELECT id FROM outbox INDEXED BY oracle_no_reason WHERE {NO_REASON} LIMIT 1")
        self.world.must(bare is None, "no_reason", f"outbox row {bare} ended without one", "a reason for every end")

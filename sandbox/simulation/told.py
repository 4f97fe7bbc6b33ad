"""What may stand on a phone: each message that came, held against the world at that moment."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from domain.calendar import LONDON
from sandbox.simulation import rules, tongues
from sandbox.simulation.books import Delivery, kept, moment
from sandbox.simulation.council import Booking, Case, Colleague
from sandbox.simulation.hindrances import Hindrances
from sandbox.simulation.wire import Shown
from sandbox.simulation.world import World

HOUR, WEEK = timedelta(hours=1), timedelta(days=7)
TO_ASK = """SELECT 1 FROM sittings JOIN staff helper ON helper.id = helper_id JOIN staff by ON by.id = helper_named_by
    WHERE individual_id = ? AND helper.ref = ? AND '+' || by.roles || '+' LIKE '%+manager+%'"""
TAKEN_BACK = """SELECT 1 FROM deliveries now JOIN outbox word ON word.id = now.outbox_id
    JOIN outbox said ON said.subject = word.subject AND said.id < word.id
    JOIN deliveries had ON had.outbox_id = said.id AND had.chat = now.chat AND had.message_id < now.message_id
    WHERE now.message_id = ? AND word.kind = 'item_withdrawn'"""
BEHIND_GLASS = """SELECT 1 FROM glass JOIN staff ON staff.id = staff_id
    WHERE individual_id = ? AND staff.ref = ? AND glass.at <= ? AND until > ?"""
LATELY = 31  # days around a session within which whoever ran it may be asked about it


class ToIndividuals:
    """The issue's rules for everything that an individual did not ask for."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._by_name = {case.name: case for case in world.system.cases.values()}
        self.hindrances = Hindrances(world)
        self._told: dict[tuple[int, int, str, int], datetime] = {}
        self._steps: dict[tuple[int, int], str] = {}  # by chat and date: the latest reminder of it
        self._capped: dict[int, set[datetime]] = defaultdict(set)

    def names_nobody_else(self, case: Case, shown: Shown) -> None:
        """Nobody's name but their own, and nobody's reference at all."""
        named = {word for word in tongues.words(shown.text) if word in self._by_name}
        others = sorted({word for word in named if word != case.name} | set(tongues.case_refs(shown.text)))
        self.world.must(not others, "wrong_chat", f"{others} on the phone of {case.ref}: {shown.text!r}", case.name)

    def weigh(self, one: Delivery, case: Case, shown: Shown | None) -> None:
        """One row that Telegram has accepted in the chat of an individual."""
        what = f"{one.kind} about {one.subject}:{one.subject_id} (outbox {one.outbox_id}) in the chat of {case.ref}"
        booking = self.world.bookings.get(one.subject_id) if one.subject == "appointment" else None
        self._is_theirs(one, case, booking, what)
        if not one.edited:  # a message that changes in its place makes no sound
            self._wakes_nobody(one, what)
            self._is_told_once(one, what)
            self._keeps_the_caps(one, what)
            self._is_wanted(one, case, booking, what)
            if booking is not None and one.kind in rules.TELLS:
                self.world.told_as[one.subject_id] = booking.stands if one.kind != "stand_down" else None
        if booking is not None and rules.must_be_about_an_active_order(one.kind):
            order = booking.order
            self.world.must(order.active, "order_ended", f"{what}: {order.ref} {order.status}", "only its form")
        if booking is not None and shown is not None and one.kind in rules.AHEAD:
            self._is_true(booking, shown, what)
        elif booking is not None and shown is not None and one.kind == "changed" and not booking.cancelled:
            self._names_it(booking, shown, what)

    def _wakes_nobody(self, one: Delivery, what: str) -> None:
        wall = one.at.astimezone(LONDON)
        awake = rules.may_wake(one.kind, wall.time())
        self.world.must(awake, "quiet_hours", f"{what} at {wall:%H:%M:%S}", "from 8:00 to 20:00")

    def _is_wanted(self, one: Delivery, case: Case, booking: Booking | None, what: str) -> None:
        """Whoever is to be left in peace, or is not expected, hears nothing; nor what was just told as a change."""
        if one.kind in rules.ASKED_FOR:
            return
        about = (booking.order, booking.day) if booking is not None else (None, None)
        why = self.hindrances.of_person(case, self.world.phones[self.world.books.person(one.chat)], one.at, *about)
        if booking is not None and one.kind in rules.AHEAD and not why:
            why = self.hindrances.of_date(one.subject_id, booking)
            changed = self._told.get((one.chat, one.subject_id, "changed", one.revision))
            if changed is not None and one.at - changed < HOUR:
                why = why or f"that it was moved was said at {changed.astimezone(LONDON):%H:%M}"
        self.world.must(not why, "unwanted", f"{what}: {why}", "nothing")

    def _is_theirs(self, one: Delivery, case: Case, booking: Booking | None, what: str) -> None:
        phone = self.world.phones[self.world.books.person(one.chat)]
        if phone is not self.world.of[case.ref] and one.kind != "moved_away" and not one.edited:
            newer = self.world.books.keys.hash(self.world.of[case.ref].person.id)
            linked = self.world.books.one("SELECT linked_at FROM chats WHERE chat_hash = ?", newer)
            late = linked is not None and moment(linked) < one.at
            self.world.must(not late, "wrong_chat", f"{what}, on an old phone", "on the phone that was linked since")
        whose = self.world.cases.get(one.individual_id or 0, case)
        owner = booking.order.case if booking is not None else whose
        self.world.must(whose is case and owner is case, "wrong_chat", what, f"{whose.ref}'s, {owner.ref}'s")

    def _is_told_once(self, one: Delivery, what: str) -> None:
        """One change is told once, and so is a cancellation. Of a date as it stands somebody is reminded once a day."""
        if one.kind not in rules.CHANGES | {"reminder"}:
            return
        key = (one.chat, one.subject_id, one.kind, one.revision)
        before = self._told.get(key)
        again = before is not None and (
            one.kind in rules.CHANGES or (before.astimezone(LONDON).date() == self.world.today and not self._late(one))
        )
        self.world.must(not again, "told_once", f"{what}, revision {one.revision}, once more", "one word of it")
        self._told[key] = one.at
        self._steps[one.chat, one.subject_id] = one.step

    def _late(self, one: Delivery) -> bool:
        """Whether an earlier reminder had to wait until a bot that was down was up: the next may come on that day."""
        up = self.world.up_since.astimezone(LONDON).date()
        return up == self.world.today and self._steps[one.chat, one.subject_id] != one.step

    def _keeps_the_caps(self, one: Delivery, what: str) -> None:
        """Several that were merged came at one moment, and count once."""
        if not rules.is_capped(one.kind, one.step):
            return
        moments = self._capped[one.chat]
        moments.add(one.at)
        day = one.at.astimezone(LONDON).date()
        today = sum(at.astimezone(LONDON).date() == day for at in moments)
        week = sum(at > one.at - WEEK for at in moments)
        kept = today <= rules.MOST_A_DAY and week <= rules.MOST_A_WEEK
        self.world.must(kept, "caps", f"{what}: {today} on {day}, {week} in a week", "2 a day, 6 a week")

    def _is_true(self, booking: Booking, shown: Shown, what: str) -> None:
        """The date as it stands, in words that are true at that moment."""
        self._names_it(booking, shown, what)
        said = f"{what}: {shown.text!r}"
        today = booking.day == shown.at.astimezone(LONDON).date()
        self.world.must(not (today and "tomorrow" in shown.text.lower()), "near_days", said, "a word of today")

    def _names_it(self, booking: Booking, shown: Shown, what: str) -> None:
        """When it is now; a change may name beside it when it was."""
        hour, day = f"{booking.start.hour}:{booking.start:%M}", tongues.short(booking.day)
        named = hour in shown.text and day in shown.text
        self.world.must(named, "near_days", f"{what}: {shown.text!r}", f"{day}, {hour}")


class ToStaff:
    """Nobody on staff reads of somebody outside their scope, and nothing goes to somebody who has left."""

    def __init__(self, world: World) -> None:
        self.world = world

    def read(self, reader: Colleague, shown: Shown) -> None:
        """A message that has just come to a colleague, asked for or not."""
        for ref in tongues.case_refs(shown.text):
            case = self.world.system.cases.get(ref)
            theirs = case is None or self._may_read(reader, case, self.world.today) or self._takes_back(shown)
            self.world.must(theirs, "wrong_chat", f"{ref} on the phone of {reader.ref}: {shown.text!r}", "their scope")

    def got(self, one: Delivery, reader: Colleague) -> None:
        """Something unasked."""
        here = one.edited or reader.until is None or self.world.today <= reader.until
        what = f"{one.kind} about {one.subject}:{one.subject_id} to {reader.ref}, who left on {reader.until}"
        self.world.must(here, "wrong_chat", what, "nothing to anybody who has left")
        away = not one.edited and reader.away_on(self.world.today)
        self.world.must(not away, "away", f"{one.kind} {one.outbox_id} to {reader.ref}", "nothing while they are away")
        named = self.world.rota.get(self.world.today)
        off = named not in (None, reader.ref) and one.to == "duty" and not one.edited
        self.world.must(not off, "off_duty", f"{one.kind} {one.outbox_id} to {reader.ref}", f"only {named} is told")

    def _may_read(self, reader: Colleague, case: Case, today: date) -> bool:
        """Worked out from the facts alone, as in tests/conversations/test_random_staff.py."""
        if reader.role in ("manager", "court_team") or (reader.role == "youth_team" and case.youth):
            return True
        if reader.role == "duty":
            id_ = self.world.individual_ids[case.ref]
            return bool(self.world.books.one("SELECT 1 FROM items WHERE individual_id = ?", id_))
        named = [one for order in case.orders for one in (order.officer, order.manager) if one is not None]
        if any(one is reader or reader.ref in one.covered_by(today) for one in named):
            return True
        refs = [(order.ref, n) for order in case.orders for n in range(1, order.booked + 1)]
        ran = [one for ref, n in refs if (one := self.world.system.bookings[f"A{ref}-{n}"]).runner is reader]
        ran += [one for order in case.orders for one in order.extra if one.runner is reader]
        return any(abs((one.day - today).days) <= LATELY for one in ran) or self._has_reason(reader, case)

    def _takes_back(self, shown: Shown) -> bool:
        """Whoever saw an alert is told that it was withdrawn, though they may stand in for nobody by then."""
        return bool(self.world.books.one(TAKEN_BACK, shown.message_id))

    def _has_reason(self, reader: Colleague, case: Case) -> bool:
        """Whether a manager has named them to ask this person the questions at the end (somebody who did not work with
        them, as issue 6 has it), or they broke the glass and said why, for an hour and on record."""
        whom, now = (self.world.individual_ids[case.ref], reader.ref), kept(self.world.clock.now())
        return bool(self.world.books.one(TO_ASK, *whom) or self.world.books.one(BEHIND_GLASS, *whom, now, now))

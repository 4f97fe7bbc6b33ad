"""Why an individual may be told nothing, or need not be told: as the world has it, and not as the bot's rules do."""

from datetime import date, datetime, timedelta

from domain.attendance import OFF
from sandbox.chats import Standing
from sandbox.simulation import hours
from sandbox.simulation.books import moment
from sandbox.simulation.council import Booking, Case, Order
from sandbox.simulation.habits import Phone
from sandbox.simulation.world import World

MINUTE = timedelta(minutes=1)  # within which the bot has heard what was said to it
LINKED = "SELECT id, linked_at FROM chats WHERE individual_id = ? AND unlinked_at IS NULL"
STANDS = (
    "SELECT outcome, recorded_at FROM attendance WHERE appointment_id = ? ORDER BY recorded_at DESC, id DESC LIMIT 1"
)
HELD = """SELECT 1 FROM appointments a JOIN holds h ON h.order_id = a.order_id
    WHERE a.id = ? AND h.from_day <= ? AND coalesce(h.until_day, '9999-12-31') >= ?"""
NOT_EXPECTED = """SELECT 1 FROM items WHERE kind = 'cannot' AND appointment_id = ? AND closed_at IS NOT NULL
    AND outcome IN ('no_need', 'new_date')"""


class Hindrances:
    """Each answers with words, or with none if there is no hindrance."""

    def __init__(self, world: World) -> None:
        self.world = world

    def of_person(
        self, case: Case, phone: Phone, at: datetime, order: Order | None = None, day: date | None = None
    ) -> str:
        """Of anything that they did not ask for; `day` is that of the date of an order that it is about."""
        if any(one.status == "died" for one in case.orders):
            return "they have died"
        if case.contact_only:
            return "only staff contact them"
        if case.youth and not case.consented:
            return "under 18, and the youth team has not said yes"
        if order is not None and day is not None and order.held_on(max(day, self.world.today)):
            return f"{order.ref} is on hold"
        if phone.stopped_at is not None and at > max(phone.stopped_at, self.world.up_since) + MINUTE:
            return "they said STOP" if self._said_since_linked(case, phone) else ""
        return ""

    def of_date(self, id_: int, booking: Booking) -> str:
        """Of a word ahead of a date. Who came, as recorded before it was moved, says nothing of it as it is now."""
        for outcome, at in self.world.books.rows(STANDS, id_):
            before = booking.known_at is not None and moment(at) < booking.known_at
            if outcome != "taken_back" and (outcome in OFF or not before):
                return f"{outcome} is on record"
        if booking.kind == "unpaid_work" and hours.done(self.world.books, id_):
            return "their hours are done"
        return ""

    def of_telling(self, id_: int, booking: Booking, off: bool = False) -> str:
        """Anything for which somebody may not have been told of a date; `off`: that it is stood down, once it is."""
        order, case = booking.order, booking.order.case
        if not order.active:
            return "the order has ended"
        linked = self.world.books.rows(LINKED, self.world.individual_ids[case.ref])
        if not linked:
            return "no phone"
        phone = self.world.phones[self.world.books.person(linked[0][0])]
        if phone.person.standing is not Standing.OPEN or phone.stopped_at is not None:
            return "their phone is shut"
        if self._held(id_, booking) or self.world.books.one(NOT_EXPECTED, id_):
            return "they are not expected"
        now = self.world.clock.now()
        of_date = self.of_date(id_, booking)
        if off:
            of_date = "" if of_date.startswith("stood_down_ahead") else "it was not stood down"
        return self.of_person(case, phone, now, order, booking.day) or of_date

    def _held(self, id_: int, booking: Booking) -> bool:
        """As the case system has it; from the books only where staff have said otherwise in the chat."""
        order, day = booking.order, max(booking.day, self.world.today)
        in_chat = order.held_by_hand and self.world.books.one(HELD, id_, day.isoformat(), day.isoformat())
        return order.held_on(day) or bool(in_chat)

    def _said_since_linked(self, case: Case, phone: Phone) -> bool:
        """A new link begins again."""
        linked = self.world.books.rows(LINKED, self.world.individual_ids[case.ref])
        stopped = phone.stopped_at
        return stopped is not None and all(moment(at) < stopped for _, at in linked)

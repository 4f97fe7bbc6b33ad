"""How a member of staff deals with one thing that is open: taps in their order, as a person would make them."""

import itertools
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from domain.calendar import LONDON
from domain.compliance import ANSWERS, Ending, endings_of
from domain.compliance import Kind as Open
from domain.deciding import Cause, Heard, How
from domain.desk import Passed
from domain.standards import Late
from messages.actions import Action
from messages.actions.deciding import AcceptAbsence, AskForMore, NoteContact, RefuseAbsence, UndoDone
from messages.actions.desk import PassTo
from messages.actions.following import AnswerCannot
from messages.actions.staff import Claim, Close, CloseAs
from messages.actions.standards import LateBecause
from sandbox.simulation.habits import MINUTE, Phone
from sandbox.simulation.world import World

FORGETS = 0.15  # of those who claim something: that was the last they did about it
NEVER_DECIDES = 0.15  # of those who spoke to a person
PASSES = 0.08  # of those who look at something: somebody else is to deal with it
TAKES_BACK = 0.1  # of those who decided
DECIDERS = frozenset({"officer", "case_manager", "youth_team"})
Plan = Callable[[timedelta, Phone, str, str], None]  # after how long, on whose phone, which deed, and about what


class Dealing:
    """`plan` puts what is done later into the play."""

    def __init__(self, world: World, dice: random.Random, plan: Plan) -> None:
        self.world, self.dice, self.plan = world, dice, plan
        self._causes, self._heard = itertools.cycle(Cause), itertools.cycle(Heard)

    def deals(self, phone: Phone, about: str) -> None:
        """Begins with it, unless somebody has it or it is done with. Whoever is not at work does so when they are."""
        message, item = about.split()
        wait = self._until_work(phone)
        if wait is None:
            return
        if wait:
            self.plan(wait + MINUTE * self.dice.randint(2, 90), phone, "deals", about)
        elif self._is_mine_to_take(phone, int(item)):
            for after, action in self._taps(phone, int(item)):
                self.plan(after, phone, "acts", f"{message} {item} {action.pack()}")

    def acts(self, phone: Phone, about: str) -> None:
        """One tap, as long as nobody else has it."""
        message, item, data = about.split()
        if self._until_work(phone) is None or not self._is_mine_to_take(phone, int(item), data):
            return
        self._note(int(item), data)
        if data.startswith("passto:"):
            self.world.passed[int(item)] |= {self._me(phone), int(data.split(":")[-1])}
        phone.person.press(data, int(message))

    def takes_back(self, phone: Phone, about: str) -> None:
        """*Undo* of a decision, and another one a little later."""
        message, item, appointment = about.split()
        query = (
            "SELECT max(id) FROM attendance WHERE appointment_id = ? AND recorded_by = ? AND outcome LIKE 'missed_%'"
        )
        record = self.world.books.one(query, int(appointment), self._me(phone))
        if record is not None and self._until_work(phone) is not None:
            phone.person.press(UndoDone(int(appointment), 0, record).pack(), int(message))
            again = AcceptAbsence(int(appointment), next(self._causes), "")
            self.plan(MINUTE * 9, phone, "acts", f"{message} {item} {again.pack()}")

    # ── What is tapped ──────────────────────────────────────────────────────────────────────────────────────────────

    def _taps(self, phone: Phone, item: int) -> Iterator[tuple[timedelta, Action]]:
        [(kind, appointment)] = self.world.books.rows("SELECT kind, appointment_id FROM items WHERE id = ?", item)
        if self.dice.random() < PASSES:
            yield timedelta(), PassTo(Passed.ITEM, item, self._somebody_else(item))
            return
        forgets = self.dice.random() < FORGETS
        if kind == "cannot" and not forgets and self.world.bookings[appointment].starts_at > self.world.clock.now():
            yield timedelta(), AnswerCannot(item, self.dice.choice(ANSWERS))
            return
        yield timedelta(), Claim(item)
        if forgets:
            return
        if kind == "non_attendance":
            yield from self._missed(phone, item, appointment)
        elif kind == "deadline":
            yield MINUTE * 5, LateBecause(item, self.dice.choice(list(Late)))
        elif any(one in (Ending.SPOKE, Ending.SORTED) for one in endings_of(Open(kind))):
            yield MINUTE * 25, Close(item)
            yield MINUTE * 26, CloseAs(item, Ending.SORTED if kind != "cannot" else Ending.SPOKE)

    def _missed(self, phone: Phone, item: int, appointment: int) -> Iterator[tuple[timedelta, Action]]:
        """They are rung, perhaps again and again; then somebody decides."""
        after = MINUTE * self.dice.randint(5, 200)
        how = self.dice.choice((How.RANG_SPOKE, How.RANG_SPOKE, How.RANG_NO_ANSWER, How.WROTE, How.VISITED))
        yield after, NoteContact(appointment, how)
        if self.dice.random() < 0.1:
            yield after + MINUTE * 2, AskForMore(appointment)
        role = phone.colleague.role if phone.colleague else ""
        if role not in DECIDERS or self.dice.random() < NEVER_DECIDES:
            return
        after += MINUTE * self.dice.randint(3, 3000)
        if self.dice.random() < 0.65:
            yield after, AcceptAbsence(appointment, next(self._causes), "")
        else:
            heard = next(self._heard)
            if heard is Heard.NOT_REACHED:
                yield after - MINUTE, NoteContact(appointment, How.RANG_NO_ANSWER)
            yield after, RefuseAbsence(appointment, heard, "")
        if self.dice.random() < TAKES_BACK:
            self.plan(after + MINUTE * 8, phone, "takes_back", f"1 {item} {appointment}")

    def _somebody_else(self, item: int) -> int:
        """Who works with the person, a manager or somebody on duty, away or not: the bot says if it cannot be."""
        workers = """SELECT s.id FROM staff s JOIN items i ON i.id = ? LEFT JOIN orders o ON o.id = i.order_id
            WHERE s.roles LIKE '%manager%' OR s.roles LIKE '%duty%' OR s.id IN (o.officer_id, o.case_manager_id)
            ORDER BY s.id"""
        return int(self.dice.choice(self.world.books.rows(workers, item))[0])

    def _note(self, item: int, data: str) -> None:
        """A decision is on the record of what was said before the bot hears of it."""
        said = {"accept": "missed_accepted", "refuse": "missed_not_accepted"}.get(data.partition(":")[0])
        if said is not None:
            self.world.bookings[int(data.split(":")[1])].said.add(said)

    # ── Who may, and when ───────────────────────────────────────────────────────────────────────────────────────────

    def _is_mine_to_take(self, phone: Phone, item: int, data: str = "") -> bool:
        """Open, and nobody else's as far as this phone shows; two who tap at one moment both believe so."""
        query = "SELECT claimed_by FROM items WHERE id = ? AND closed_at IS NULL AND withdrawn_at IS NULL"
        found = self.world.books.rows(query, item)
        if not found:
            return False
        return found[0][0] in (None, self._me(phone)) or data.startswith("claim:")

    def _me(self, phone: Phone) -> int:
        ref = phone.colleague.ref if phone.colleague is not None else ""
        return int(self.world.books.one("SELECT id FROM staff WHERE ref = ?", ref))

    def _until_work(self, phone: Phone) -> timedelta | None:
        """How long until somebody is at their desk; None if that is not to be soon."""
        now: datetime = self.world.clock.now()
        opens = self.world.calendar.next_opening(now)
        one = phone.colleague
        if one is None or not one.at_work_on(opens.astimezone(LONDON).date()):
            return None
        return max(opens - now, timedelta())

"""What staff hand to each other in a busy month: a session to run, and a private note about somebody."""

from abc import ABC, abstractmethod
from datetime import datetime, time, timedelta

from domain.attendance import Outcome
from domain.calendar import LONDON
from messages import actions
from sandbox.simulation.council import Booking, Colleague
from sandbox.simulation.habits import MINUTE, Phone
from sandbox.simulation.script import Scripted
from sandbox.simulation.waits import SLACK

GIVES = 0.15  # of all sessions of a squad: somebody else runs them that day
TAPS_ALL_THE_SAME = 0.5  # of those who gave one away: they still tap on it
NOTES = 0.06  # of all who are on a register that is kept
PRIVATE = "between us"  # stands in every note, and must never stand on an individual's phone
Members = list[tuple[int, Booking]]


class Between(Scripted, ABC):
    """Each deed is one person's on their own phone. A session is its day, who runs it (a reference) and its place."""

    @abstractmethod
    def _members(self, session: list[str]) -> Members:
        """Who is on a session by now: each date's id, with its booking."""

    @abstractmethod
    def _moves_session(self, session: list[str], members: Members, to: Colleague) -> None:
        """What the world knows of a session that somebody else runs from now on."""

    # ── A session ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _plans_to_give(self, session: list[str], members: list[Booking]) -> None:
        """Perhaps a case manager of somebody on it gives it to another supervisor, before it begins."""
        day, runner, _ = session
        others = [
            one
            for one in self.system.holding("supervisor")
            if one.ref != runner and one.uses_chat and one.at_work_on(datetime.fromisoformat(day).date())
        ]
        workers = [one.order.manager for one in members]
        givers = [one for one in workers if one is not None and one.role == "case_manager" and one.ref in self.of]
        if not (runner.startswith("SUPERVISOR") and others and givers) or self.dice.random() >= GIVES:
            return
        at = datetime.combine(datetime.fromisoformat(day).date(), time(8, self.dice.randint(5, 55)), LONDON)
        to, phone = self.dice.choice(others), self.of[self.dice.choice(givers).ref]
        self._later(at - self.clock.now(), phone, "gives", " ".join([*session, to.ref]))

    def _gives(self, phone: Phone, about: str) -> None:
        """Two taps: which session, to whom."""
        *session, to = about.split()
        members = self._members(session)
        works = {one.order.manager for _, one in members}
        if phone.colleague is None or phone.colleague not in works or not phone.colleague.at_work_on(self.world.today):
            return
        if any("stood_down_ahead" in one.said for _, one in members):
            return
        receiver = self._staff(self.system.colleagues[to])
        phone.person.say("/give")
        for after, tap in (
            (12, actions.register.GiveSession(members[0][0], 0)),
            (20, actions.register.GiveTo(members[0][0], receiver)),
        ):
            self._later(timedelta(seconds=after), phone, "presses", tap.pack())
        self._later(MINUTE * 2, phone, "has_given", about)

    def _has_given(self, phone: Phone, about: str) -> None:
        """From now on the other one keeps its register, and whoever gave it away must not."""
        *session, to = about.split()
        members, receiver = self._members(session), self.system.colleagues[to]
        query = "SELECT staff_id FROM appointments WHERE id = ?"
        if not members:
            return
        if self.books.one(query, members[0][0]) == self._staff(receiver):
            self._is_given(session, members, receiver)
        elif self.clock.now() < self.world.up_since + SLACK:
            self._later(MINUTE * 10, phone, "has_given", about)
        else:
            self.world.must(False, "given", f"{session} is not {to}'s", "a session given away is somebody else's")

    def _is_given(self, session: list[str], members: Members, receiver: Colleague) -> None:
        before = self.system.colleagues[session[1]]
        for id_, one in members:
            self.world.given[id_] = before
            one.runner = receiver
        self._moves_session(session, members, receiver)
        if self.dice.random() < TAPS_ALL_THE_SAME and before.ref in self.of:
            tap = actions.register.Mark(members[0][0], Outcome.MISSED_REASON_UNKNOWN, 0, "")
            self._later(timedelta(hours=3), self.of[before.ref], "presses", tap.pack())

    # ── A note ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def _plans_notes(self, phone: Phone, members: Members) -> None:
        for id_, _ in members:
            if self.dice.random() < NOTES:
                self._later(MINUTE * self.dice.randint(3, 40), phone, "begins_note", str(id_))

    def _begins_note(self, phone: Phone, about: str) -> None:
        self._press(phone, actions.register.WriteNote(int(about)))
        words = f"{self.dice.choice(('sore back', 'went quiet at lunch', 'asked for more days'))}, {PRIVATE}"
        self._later(timedelta(seconds=15), phone, "types", words)

"""The play of one busy month: two of staff away, a leaver, a snow day, registers kept well, late, in one line or not at
all. Everything is tapped or typed; nothing is done past the bot."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any

from domain.attendance import CAUSES, REGISTER, Outcome
from domain.calendar import LONDON
from messages import actions
from sandbox.chats import Standing
from sandbox.simulation.absences import Absences
from sandbox.simulation.between import Between, Members
from sandbox.simulation.council import Booking, Colleague
from sandbox.simulation.dealing import Dealing
from sandbox.simulation.desks import Desks
from sandbox.simulation.figures import Figures, figures
from sandbox.simulation.habits import MINUTE, Phone
from sandbox.simulation.hours import Ledger, of_orders
from sandbox.simulation.oracle import Oracle
from sandbox.simulation.plan import Came
from sandbox.simulation.spare import Spare
from sandbox.simulation.squads import WORKERS
from sandbox.simulation.year import DAY

MANNERS = {"taps": 45, "everyone": 20, "line": 12, "home": 4, "late": 7, "nobody": 12}  # how a session is recorded
LINE = {  # what a typed line says
    "attended_full": "came",
    "attended_part": "late 120",
    "missed_reason_unknown": "no",
    "sent_home_other": "sent home ill 0 min",
    "sent_home_service:weather": "sent home rain 0 min",
    "sent_home_service:vehicle": "sent home van 0 min",
    "sent_home_service:full": "sent home full 0 min",
    "sent_home_service:no_supervisor": "sent home no supervisor 0 min",
    "sent_home_service:other": "home by us",
}
FALSELY = {"missed_reason_unknown": "attended_full", "sent_home_service": "missed_reason_unknown"}  # and put right


class Month(Between):
    """The same town and the same oracle, with a caseload, habits, a script and invariants of its own."""

    manners = Desks
    quiet = DAY * 10  # within which the last miss is on the manager's list
    figures: Figures = ()

    async def play(self, *given: Any) -> Came:
        came = await super().play(*given)
        credited = sum(done for _, _, done in of_orders(self.books).values())
        told_of = (
            ("sessions' dates given to another supervisor", len(self.world.given)),
            ("free places that people took", self.absences.seats.count("taken")),
            ("  gave back", self.absences.seats.count("given_back")),
            ("  wanted when they had gone", self.absences.seats.count("too_late")),
            ("  did not want", self.absences.seats.count("no_thanks")),
            ("  said nothing of", self.absences.seats.count("")),
            ("misses imported too late for an alert (history)", self.absences.history()),
        )
        self.figures = figures(self.books, self.plan.first + DAY * self.plan.days, credited, told_of)
        return came

    async def _begin(self) -> None:
        self._sessions: dict[date, dict[tuple[str, str], list[Booking]]] = defaultdict(lambda: defaultdict(list))
        await super()._begin()
        self.dealing = Dealing(self.world, self.dice, self._later)
        self.spare = self.absences.spare = Spare(self.world, self.system, self.dice, self._later)
        self.ledger = Ledger(self.world, self.town)

    def _watcher(self) -> Oracle:
        self.absences = Absences(self.world, self.telegram, self.errors)
        return self.absences

    # ── A day ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _plan_day(self, day: date) -> None:
        super()._plan_day(day)
        self._plan_script(day)
        if day.weekday() < 5:
            offering = self.of[self.dice.choice([one.ref for one in self.system.holding("case_manager")])]
            self._at(datetime.combine(day, time(9, 40), LONDON), offering, "offers", "")
        for key, members in self._sessions[day].items():
            self._plan_session(day, key, members)
            self._plans_to_give([day.isoformat(), *key], members)

    def _todays(self, day: date) -> list[Booking]:
        """Nobody marks a date by itself: a register is kept, or not, for a whole session."""
        for one in (*super()._todays(day), *(one for one in self.world.joined[day] if not one.cancelled)):
            if one.runner.uses_chat:
                self._sessions[day][one.runner.ref, one.place].append(one)
        return []

    def _plan_session(self, day: date, key: tuple[str, str], members: list[Booking]) -> None:
        manner = self.dice.choices(list(MANNERS), list(MANNERS.values()))[0]
        wait = {"line": 60 * 9, "late": 60 * 6}.get(manner, self.dice.randint(25, 150))
        phone = self.of[key[0]]
        first = min(one.starts_at for one in members)
        if manner == "nobody":
            if self.dice.random() < 0.5:  # somebody finds it on the manager's list, and asks around
                at = datetime.combine(day + DAY * 4, time(11), LONDON)
                self._at(at, self.of["MANAGER1"], "fills_in", f"{day} {key[0]} {key[1]}")
            return
        self._at(first - MINUTE * 5, phone, "types", "/today")
        self._at(first + MINUTE * wait, phone, "keeps", f"{manner} {day} {key[0]} {key[1]}")
        morning = datetime.combine(day + DAY, time(10, 30), LONDON)
        for one in members:
            if one.route == "worker" and (worker := self._worker(one)) is not None:
                self._at(morning, worker, "sets", f"{one.ref} {one.outcome} later")

    def _worker(self, one: Booking) -> Phone | None:
        """Whoever works with them, and has a phone."""
        order = one.order
        named = self.system.holding("youth_team") if order.case.youth else [order.officer or order.manager]
        return next((self.of[who.ref] for who in named if who is not None and who.ref in self.of), None)

    def _members(self, about: list[str]) -> Members:
        """Who is on a register now, in its order, with their numbers of the bot's."""
        day, runner, place = about
        on_day = date.fromisoformat(day)
        known = self._sessions[on_day][runner, place]
        found = [one for one in dict.fromkeys((*known, *self.world.joined[on_day])) if not one.cancelled]
        here = [one for one in found if one.day.isoformat() == day and (one.runner.ref, one.place) == (runner, place)]
        ids = [(self.world.appointment_ids[one.ref], one) for one in here if one.ref in self.world.appointment_ids]
        return sorted(ids, key=lambda each: (each[1].starts_at, each[0]))

    def _moves_session(self, session: list[str], members: Members, to: Colleague) -> None:
        """It has another register from now on."""
        day, _, place = session
        on_day = date.fromisoformat(day)
        self._sessions[on_day][to.ref, place] += [one for _, one in members]
        self._plan_session(on_day, (to.ref, place), [one for _, one in members])

    async def _play_day(self, day: date) -> None:
        await super()._play_day(day)
        self.absences.seats.remember()
        if self.town.is_up and not self.world.broken:
            await self.ledger.balance()

    async def _end(self) -> None:
        await super()._end()
        await self.ledger.balance()

    # ── Deeds ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _of_a_phone(self, phone: Phone, what: str, about: str) -> None:
        if what in ("deals", "acts", "takes_back"):
            self.updates += 1
            getattr(self.dealing, what)(phone, about)
        elif what in ("offers", "sends_out"):
            self.updates += 1
            getattr(self.spare, what)(phone, about)
        elif what == "shows":
            self.updates += 1
            self._shows(phone, about)
        elif (deed := getattr(self, f"_{what}", None)) is not None and phone.colleague is not None and what != "mark":
            self.updates += 1
            deed(phone, about)
        else:
            super()._of_a_phone(phone, what, about)

    def _shows(self, phone: Phone, about: str) -> None:
        """A photo or a file in answer to the word after a miss."""
        message_id, what = int(about.split()[0]), about.split()[1]
        person = phone.person
        if person.standing is not Standing.OPEN or not phone.has(message_id):
            return
        if what == "photo":
            person.send_photo(self.dice.choice(("", "from the doctor")), reply_to=message_id)
        else:
            name, content = ("letter.pdf", b"%PDF-1.4 a letter") if what == "file" else ("film.mp4", b"\0\0\0 ftypisom")
            person.send_file(name, content, reply_to=message_id)

    # ── A register ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _keeps(self, phone: Phone, about: str) -> None:
        manner, *session = about.split()
        members = self._members(session)
        if not members or phone.colleague is None or not phone.colleague.at_work_on(self.world.today):
            return
        if "stood_down_ahead" in members[0][1].said:  # nobody came, and nobody was asked to
            return
        self._plans_notes(phone, members)
        keep = {"line": self._in_one_line, "home": self._all_home}.get(manner, self._one_by_one)
        keep(phone, members)
        if manner == "everyone":
            for _, one in members:
                one.said.add("attended_full")
            self._later(MINUTE, phone, "everyone", str(members[0][0]))
        for id_, one in members:
            if one.outcome.partition(":")[0] in FALSELY and self.dice.random() < 0.12:
                self._is_put_right(phone, id_, one)

    def _one_by_one(self, phone: Phone, members: Members) -> None:
        for n, (id_, one) in enumerate(members):
            outcome = one.outcome.partition(":")[0]
            if outcome in WORKERS:
                continue
            self._later(timedelta(seconds=5 * n + 1), phone, "notes", f"{id_} {one.outcome}")

    def _notes(self, phone: Phone, about: str) -> None:
        """One tap. Whoever is marked wrong by a slip is put right with *Undo*."""
        id_, outcome = about.split()
        one = self.world.bookings[int(id_)]
        slip = outcome == "attended_full" and self.dice.random() < 0.04
        said = "missed_reason_unknown" if slip else outcome
        one.said.add(said.partition(":")[0])
        self._press(phone, _mark(int(id_), said))
        if slip:
            self._later(timedelta(seconds=50), phone, "unmarks", id_)
            self._later(timedelta(seconds=70), phone, "notes", f"{id_} attended_part")

    def _unmarks(self, phone: Phone, about: str) -> None:
        last = self.books.one("SELECT max(id) FROM attendance WHERE appointment_id = ?", int(about))
        if last is not None:
            self._press(phone, actions.register.Unmark(int(about), last, last))

    def _everyone(self, phone: Phone, about: str) -> None:
        self._press(phone, actions.register.EveryoneCame(int(about)))

    def _in_one_line(self, phone: Phone, members: Members) -> None:
        """There was no signal all day: it goes in the evening, by the numbers of the register."""
        said: dict[str, list[str]] = defaultdict(list)
        for n, (_, one) in enumerate(members, 1):
            if one.outcome.partition(":")[0] not in WORKERS:
                said[LINE[one.outcome]].append(str(n))
                one.said.add(one.outcome.partition(":")[0])
        phone.person.say(", ".join(f"{' '.join(numbers)} {words}" for words, numbers in said.items()) or "/today")

    def _all_home(self, phone: Phone, members: Members) -> None:
        cause = self.dice.choice(sorted(CAUSES[Outcome.SENT_HOME_SERVICE]))
        for _, one in members:
            one.said.add("sent_home_service")
        self._press(phone, actions.register.AllSentHome(members[0][0], cause, 1))

    # ── Put right later ─────────────────────────────────────────────────────────────────────────────────────────────

    def _is_put_right(self, phone: Phone, id_: int, one: Booking) -> None:
        """The next days a worker learns that it was otherwise."""
        worker = self._worker(one)
        if worker is not None:
            at = datetime.combine(one.day + DAY * self.dice.randint(1, 3), time(11, 40), LONDON)
            self._at(at, worker, "sets", f"{one.ref} {FALSELY[one.outcome.partition(':')[0]]} evidence")

    def _sets(self, phone: Phone, about: str) -> None:
        """An outcome by a worker, on the date's own page."""
        ref, said, why = about.split()
        one, id_ = self.system.bookings[ref], self.world.appointment_ids.get(ref)
        outcome, _, cause = said.partition(":")
        if id_ is None or one.cancelled or one.day >= self.world.today or "stood_down_ahead" in one.said:
            return
        one.said.add(outcome)
        detail = cause or ("120" if outcome == "attended_part" else "")
        self._press(phone, actions.register.SetDate(id_, Outcome(outcome), detail, why))

    def _fills_in(self, phone: Phone, about: str) -> None:
        for id_, one in self._members(about.split()):
            outcome = one.outcome.partition(":")[0]
            if outcome in REGISTER and self.books.one("SELECT 1 FROM attendance WHERE appointment_id = ?", id_) is None:
                self._later(MINUTE, phone, "sets", f"{one.ref} {one.outcome} later")

    # ── Snow ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _stands_all_down(self, phone: Phone, about: str) -> None:
        """Snow: every squad of the day."""
        day = self.world.today.isoformat()
        for n, (runner, place) in enumerate(self._sessions[self.world.today]):
            members = self._members([day, runner, place])
            if members and runner.startswith("SUPERVISOR"):
                for _, one in members:
                    one.said.add("stood_down_ahead")
                for id_, _ in members:
                    self.absences.waits.expect_news_of(id_, stands_down=True)
                tap = actions.places.Down(members[0][0], "weather", 0, 1)
                self._later(timedelta(seconds=20 * n + 1), phone, "presses", tap.pack())


def _mark(appointment_id: int, outcome: str) -> actions.register.Mark:
    kind, _, cause = outcome.partition(":")
    return actions.register.Mark(appointment_id, Outcome(kind), 120 if kind == "attended_part" else 0, cause)

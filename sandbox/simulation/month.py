"""The play of one busy month: two of staff away, a leaver, a snow day, registers kept well, late, in one line or not at
all. Everything is tapped or typed; nothing is done past the bot."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any

from domain.attendance import CAUSES, REGISTER, Outcome
from domain.calendar import LONDON
from domain.caseload import Part
from messages import actions
from sandbox.simulation.absences import Absences
from sandbox.simulation.council import Booking, Colleague, Leave
from sandbox.simulation.dealing import Dealing
from sandbox.simulation.desks import Desks
from sandbox.simulation.figures import Figures, figures
from sandbox.simulation.habits import MINUTE, Phone
from sandbox.simulation.hours import Ledger
from sandbox.simulation.oracle import Oracle
from sandbox.simulation.squads import WORKERS, Squads
from sandbox.simulation.year import DAY, Came, Simulation

MANNERS = {"taps": 45, "everyone": 20, "line": 12, "home": 4, "late": 7, "nobody": 12}  # how a session is recorded
SNOW = 15  # the day (0 is the first Monday) on which every squad is stood down
SCRIPT = (  # on which day and when, on whose phone, what
    (4, time(16), "OFFICER1", "goes_away", "7 11 OFFICER2"),
    (9, time(9, 5), "MANAGER1", "sets_last_day", "CASE_MANAGER2 16"),
    (10, time(9, 10), "OFFICER1", "comes_back", ""),
    (11, time(15), "OFFICER3", "goes_away", "14 18 OFFICER4"),  # who has no chat: nobody covers whom a message reaches
    (SNOW, time(6, 35), "MANAGER2", "stands_all_down", ""),
    (16, time(14), "MANAGER1", "hands_over", "CASE_MANAGER2 CASE_MANAGER1"),
    *((day, time(8, 45), "MANAGER1", "makes_rota", f"DUTY{1 + day // 7 % 2}") for day in (0, 7, 14, 21, 28)),
)
LINE = {  # what a typed line says
    "attended_full": "came",
    "attended_part": "late 120",
    "missed_reason_unknown": "no",
    "sent_home_other": "sent home ill",
    "sent_home_service:weather": "sent home rain",
    "sent_home_service:vehicle": "sent home van",
    "sent_home_service:full": "sent home full",
    "sent_home_service:no_supervisor": "sent home no supervisor",
    "sent_home_service:other": "home by us",
}
FALSELY = {"missed_reason_unknown": "attended_full", "sent_home_service": "missed_reason_unknown"}  # and put right


class Month(Simulation):
    """The same town and the same oracle, with a caseload, habits, a script and invariants of its own."""

    system: Squads
    caseload = Squads
    manners = Desks
    quiet = DAY * 10  # within which the last miss is on the manager's list
    figures: Figures = ()

    async def play(self, *given: Any) -> Came:
        came = await super().play(*given)
        credited = sum(done for _, _, done in self.ledger.left().values())
        self.figures = figures(self.books, self.plan.first + DAY * self.plan.days, credited)
        return came

    async def _begin(self) -> None:
        self._sessions: dict[date, dict[tuple[str, str], list[Booking]]] = defaultdict(lambda: defaultdict(list))
        await super()._begin()
        self.dealing = Dealing(self.world, self.dice, self._later)
        self.ledger = Ledger(self.world, self.town)

    def _watcher(self) -> Oracle:
        return Absences(self.world, self.telegram, self.errors)

    # ── A day ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _plan_day(self, day: date) -> None:
        super()._plan_day(day)
        n = (day - self.plan.first).days
        for when, at, ref, deed, about in SCRIPT:
            if when == n:
                self._at(datetime.combine(day, at, LONDON), self.of[ref], deed, about)
        for key, members in self._sessions[day].items():
            self._plan_session(day, key, members)

    def _todays(self, day: date) -> list[Booking]:
        """Nobody marks a date by itself: a register is kept, or not, for a whole session."""
        for one in super()._todays(day):
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

    def _members(self, about: list[str]) -> list[tuple[int, Booking]]:
        """Who is on a register now, in its order, with their numbers of the bot's."""
        day, runner, place = about
        found = [one for one in self._sessions[date.fromisoformat(day)][runner, place] if not one.cancelled]
        here = [one for one in found if one.day.isoformat() == day and (one.runner.ref, one.place) == (runner, place)]
        ids = [(self.world.appointment_ids[one.ref], one) for one in here if one.ref in self.world.appointment_ids]
        return sorted(ids, key=lambda each: (each[1].starts_at, each[0]))

    async def _play_day(self, day: date) -> None:
        await super()._play_day(day)
        if self.town.is_up and not self.world.broken:
            await self.ledger.balance()

    async def _end(self) -> None:
        self._deeds = [one for one in self._deeds if one[3] == "starts"]
        await super()._end()
        await self.ledger.balance()

    # ── Deeds ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _of_a_phone(self, phone: Phone, what: str, about: str) -> None:
        if what in ("deals", "acts", "takes_back"):
            self.updates += 1
            getattr(self.dealing, what)(phone, about)
        elif (deed := getattr(self, f"_{what}", None)) is not None and phone.colleague is not None and what != "mark":
            self.updates += 1
            deed(phone, about)
        else:
            super()._of_a_phone(phone, what, about)

    def _press(self, phone: Phone, action: actions.Action) -> None:
        phone.person.press(action.pack(), next(reversed(phone.newest), 1))

    # ── A register ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _keeps(self, phone: Phone, about: str) -> None:
        manner, *session = about.split()
        members = self._members(session)
        if not members or phone.colleague is None or not phone.colleague.at_work_on(self.world.today):
            return
        if "stood_down_ahead" in members[0][1].said:  # nobody came, and nobody was asked to
            return
        keep = {"line": self._in_one_line, "home": self._all_home}.get(manner, self._one_by_one)
        keep(phone, members)
        if manner == "everyone":
            for _, one in members:
                one.said.add("attended_full")
            self._later(MINUTE, phone, "everyone", str(members[0][0]))
        for id_, one in members:
            if one.outcome.partition(":")[0] in FALSELY and self.dice.random() < 0.12:
                self._is_put_right(phone, id_, one)

    def _one_by_one(self, phone: Phone, members: list[tuple[int, Booking]]) -> None:
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
            self._press(phone, actions.Unmark(int(about), last, last))

    def _everyone(self, phone: Phone, about: str) -> None:
        self._press(phone, actions.EveryoneCame(int(about)))

    def _in_one_line(self, phone: Phone, members: list[tuple[int, Booking]]) -> None:
        """There was no signal all day: it goes in the evening, by the numbers of the register."""
        said: dict[str, list[str]] = defaultdict(list)
        for n, (_, one) in enumerate(members, 1):
            if one.outcome.partition(":")[0] not in WORKERS:
                said[LINE[one.outcome]].append(str(n))
                one.said.add(one.outcome.partition(":")[0])
        phone.person.say(", ".join(f"{' '.join(numbers)} {words}" for words, numbers in said.items()) or "/today")

    def _all_home(self, phone: Phone, members: list[tuple[int, Booking]]) -> None:
        cause = self.dice.choice(sorted(CAUSES[Outcome.SENT_HOME_SERVICE]))
        for _, one in members:
            one.said.add("sent_home_service")
        self._press(phone, actions.AllSentHome(members[0][0], cause, 1))

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
        self._press(phone, actions.SetDate(id_, Outcome(outcome), detail, why))

    def _fills_in(self, phone: Phone, about: str) -> None:
        for id_, one in self._members(about.split()):
            outcome = one.outcome.partition(":")[0]
            if outcome in REGISTER and self.books.one("SELECT 1 FROM attendance WHERE appointment_id = ?", id_) is None:
                self._later(MINUTE, phone, "sets", f"{one.ref} {one.outcome} later")

    # ── The script ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _goes_away(self, phone: Phone, about: str) -> None:
        first, last, cover = about.split()
        days = [self.plan.first + DAY * int(n) for n in (first, last)]
        me, other = self._staff(phone.colleague), self._staff(self.system.colleagues[cover])
        phone.person.say(f"/away {days[0]:%-d %b} to {days[1]:%-d %b}")
        tap = actions.AwayCover(me, days[0].toordinal(), days[1].toordinal(), other)
        self._later(MINUTE, phone, "presses", tap.pack())
        if phone.colleague is not None:
            phone.colleague.leave = Leave(days[0], days[1], cover)

    def _comes_back(self, phone: Phone, about: str) -> None:
        phone.person.say("/back")
        if phone.colleague is not None and phone.colleague.leave is not None:
            leave = phone.colleague.leave
            phone.colleague.leave = Leave(leave.first, self.world.today - DAY, leave.cover)

    def _sets_last_day(self, phone: Phone, about: str) -> None:
        ref, n = about.split()
        leaver, day = self.system.colleagues[ref], self.plan.first + DAY * int(n)
        phone.person.say(f"/leaver {ref}")
        self._later(MINUTE, phone, "presses", actions.LastDay(self._staff(leaver), day.toordinal()).pack())
        leaver.until = day

    def _hands_over(self, phone: Phone, about: str) -> None:
        giver, taker = (self.system.colleagues[ref] for ref in about.split())
        phone.person.say(f"/handover {giver.ref}")
        tap = actions.HandTo(0, self._staff(giver), Part.CASE_MANAGER, self._staff(taker), 1)
        self._later(MINUTE, phone, "presses", tap.pack())
        self.system.hand_over(giver, taker)

    def _stands_all_down(self, phone: Phone, about: str) -> None:
        """Snow: every squad of the day."""
        day = self.world.today.isoformat()
        for n, (runner, place) in enumerate(self._sessions[self.world.today]):
            members = self._members([day, runner, place])
            if members and runner.startswith("SUPERVISOR"):
                for _, one in members:
                    one.said.add("stood_down_ahead")
                tap = actions.Down(members[0][0], "weather", 0, 1)
                self._later(timedelta(seconds=20 * n + 1), phone, "presses", tap.pack())

    def _makes_rota(self, phone: Phone, about: str) -> None:
        """One of those on duty for the whole working week."""
        one, day = self.system.colleagues[about], self.world.today
        self._press(phone, actions.DutyPut(day.toordinal(), self._staff(one), 1))
        self._later(MINUTE, phone, "presses", actions.DutySame(day.toordinal()).pack())
        self.world.rota |= {day + DAY * n: about for n in range(5)}

    def _presses(self, phone: Phone, about: str) -> None:
        phone.person.press(about, next(reversed(phone.newest), 1))

    def _staff(self, one: Colleague | None) -> int:
        return int(self.books.one("SELECT id FROM staff WHERE ref = ?", one.ref if one else ""))


def _mark(appointment_id: int, outcome: str) -> actions.Mark:
    kind, _, cause = outcome.partition(":")
    return actions.Mark(appointment_id, Outcome(kind), 120 if kind == "attended_part" else 0, cause)

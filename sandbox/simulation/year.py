"""The play: a council's year from one number, event by event, each looked at by the oracle before the next begins."""

import heapq
import itertools
import random
import time as wall
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from bot.memory import MEGABYTE, most_bytes
from bot.settings import Alone
from db import migrate, outbox, people
from domain.calendar import LONDON
from sandbox.chats import Standing
from sandbox.clock import MovableClock
from sandbox.limits import Limits
from sandbox.simulation import habits, surroundings, troubles
from sandbox.simulation.books import Books
from sandbox.simulation.caseload import CaseSystem
from sandbox.simulation.council import Booking, Case, Colleague
from sandbox.simulation.habits import Habits, Phone
from sandbox.simulation.oracle import Oracle
from sandbox.simulation.plan import Came, Plan
from sandbox.simulation.town import SimulatedTown
from sandbox.simulation.wire import Shown, Wire
from sandbox.simulation.world import World
from usecases import enrolment, imports

DAY = timedelta(days=1)
REMEMBERED = timedelta(days=40)  # how long a phone keeps its messages here
SECRET = "a key that seals nothing but made-up people"
HAVE_PHONES = 0.85  # of all individuals
AGREED_TO = 0.7  # of those under 18: the youth team says yes to messages
JOIN_IN_CHAT = 0.1  # of those: with a link, its digits and its questions; the others are linked at once
Progress = Callable[[str, int, int], None]


class Simulation:
    """Everything of one play. `on_founded` lets a test plant a fault."""

    caseload: type[CaseSystem] = CaseSystem
    manners: type[Habits] = Habits
    quiet = DAY * 14  # at the end, in which nobody does anything more

    def __init__(self, plan: Plan, folder: Path, on_founded: Callable[["Simulation"], None] | None = None) -> None:
        self.plan = plan
        self.dice = random.Random(plan.seed)
        self.clock = MovableClock(datetime.combine(plan.first, time(4), LONDON))
        self.telegram = Wire(self.clock, limits=Limits(), longest_poll=1e9, seed=plan.seed)
        self.telegram.on_shown = self._on_shown
        bot = self.telegram.add_bot("Dates", "dates_bot")
        self.settings = Alone(
            token=bot.token,
            secret_key=(SECRET,),
            database_url=f"sqlite:///{folder}/simulated.db",
            phone="01475 715 000",
            lock_after_hours=0,
        )
        self.system = self.caseload(self.dice, plan.individuals, plan.first, plan.days)
        self.habits = self.manners(self.dice)
        self.phones: dict[int, Phone] = {}
        self.of: dict[str, Phone] = {}  # by the reference of whoever holds it
        self.errors: list[str] = []
        self._deeds: list[tuple[datetime, int, Phone | None, str, str]] = []
        self._turns = itertools.count()
        self._over = False
        self._planted: list[Callable[[], Awaitable[None]]] = []
        self._folder = folder
        self._on_founded = on_founded or (lambda simulation: None)
        self._town: SimulatedTown | None = None
        self.events = self.updates = 0

    @property
    def town(self) -> SimulatedTown:
        assert self._town is not None
        return self._town

    async def play(self, progress: Progress = lambda phase, done, of: None) -> Came:
        """All of it, up to the first event at which something does not hold."""
        began = wall.perf_counter()
        with surroundings.chance(self.dice), surroundings.ear(self.errors):
            await self._begin()
            for n in range(self.plan.days):
                progress("days", n, self.plan.days)
                await self._play_day(self.plan.first + DAY * n)
                if self.world.broken:
                    break
            if not self.world.broken:
                await self._end()
            await self.town.close()
        return self._came(wall.perf_counter() - began)

    def _came(self, seconds: float) -> Came:
        counted = (len(self.system.bookings), self.telegram.calls, self.oracle.unasked, self.updates, self.events)
        return Came(self.telegram.digest, tuple(self.world.broken), *counted, seconds, most_bytes() / MEGABYTE)

    # ── Setting up ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def _begin(self) -> None:
        migrate.upgrade(self.settings.database_url)
        self._town = await SimulatedTown.founded(self.telegram, self.settings, self.clock)
        self.books = Books(self._folder / "simulated.db", self.town.app.service.db.keys)
        self.town.books = self.books
        self.world = World(self.system, self.books, self.clock, self.settings.calendar(), of=self.of)
        self.oracle = self._watcher()
        self._on_founded(self)
        self.system.night(self.plan.first)
        await self._import()
        for colleague in self.system.colleagues.values():
            if colleague.uses_chat:
                await self._link(colleague)
        await self._meet()

    def _watcher(self) -> Oracle:
        return Oracle(self.world, self.telegram, self.errors)

    async def _import(self, always: bool = True) -> None:
        files = self.system.export.taken()
        if not files and not always:
            return
        report = await imports.run(self.town.app.service, files, False, lambda phase, done, of: None)
        for problem in report.problems:
            self.errors.append(f"import refused: {problem}")
        self.oracle.imported()

    async def _meet(self) -> None:
        """Individuals who are new since the last import get a phone linked, or not."""
        for case in self.world.newcomers():
            if case.youth and self.dice.random() < AGREED_TO:
                team = self.of[self.system.holding("youth_team")[0].ref]
                self._later(timedelta(hours=self.dice.randint(1, 90)), team, "types", f"/consent {case.ref}")
            if self.dice.random() >= HAVE_PHONES:
                continue
            if self.dice.random() < JOIN_IN_CHAT:
                self._later(timedelta(hours=self.dice.randint(3, 60)), None, "joins", case.ref)
            else:
                await self._link(case)

    async def _link(self, holder: Case | Colleague) -> None:
        """As it would stand after an invitation was followed. What that says in the chat is played by those who join
        in it."""
        phone = self._new_phone(holder)
        phone.person.bot.chats[phone.person.id].standing = Standing.OPEN
        service = self.town.app.service
        async with service.db.write() as tx:
            one, staff = await people.individual_by_ref(tx, holder.ref), await people.staff_by_ref(tx, holder.ref)
            who = {"individual_id": one.id if one else None, "staff_id": staff.id if staff else None}
            chat_hash = service.db.keys.hash(phone.person.id)
            await people.link_chat(tx, phone.person.id, chat_hash, self.clock.now(), language="en", **who)
            await outbox.hurry(tx, self.clock.now())

    def _new_phone(self, holder: Case | Colleague) -> Phone:
        phone = Phone(self.telegram.add_person(holder.ref))
        if isinstance(holder, Case):
            phone.case = holder
        else:
            phone.colleague = holder
        self.phones[phone.person.id] = self.of[holder.ref] = phone
        self.world.phones[phone.person.id] = phone
        return phone

    # ── A day ───────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _play_day(self, day: date) -> None:
        self._plan_day(day)
        self.telegram.forget(self.clock.now() - REMEMBERED)
        await self._play_until(datetime.combine(day + DAY, time(0), LONDON))

    def _plan_day(self, day: date) -> None:
        if day > self.plan.first:
            self._at(datetime.combine(day, time(5, 30), LONDON), None, "night", day.isoformat())
        if day.weekday() < 5:
            self._at(datetime.combine(day, time(13, 5), LONDON), None, "noon", day.isoformat())
        for phone in list(self.of.values()):
            for deed in self.habits.of_a_day(phone, day):
                self._at(deed[0], phone, *deed[1:])
        for at, what in troubles.of_a_day(self.dice, day):
            self._at(at, None, "trouble", what)
        for one in self._todays(day):
            if one.route == "chat" and not one.cancelled and one.runner.ref in self.of:
                at = one.starts_at + timedelta(minutes=self.dice.randint(16, 200))
                self._at(at, self.of[one.runner.ref], "marks", one.ref)

    def _todays(self, day: date) -> list[Booking]:
        """The dates of a day that whoever runs them may record by themselves."""
        return self.world.on_day(day)

    async def _play_until(self, end: datetime) -> None:
        """Deeds and dues in the order of their moments, the oracle after each."""
        while not self.world.broken:
            due = await self.town.next_moment() if self.town.is_up else None
            deed = self._deeds[0][0] if self._deeds else None
            moment = min((one for one in (due, deed) if one is not None), default=end)
            if moment >= end:
                break
            self.clock.move_to(max(moment, self.clock.now()))
            self.events += 1
            while self._deeds and self._deeds[0][0] <= self.clock.now():
                _, _, phone, what, about = heapq.heappop(self._deeds)
                await self._do(phone, what, about)
            if self.town.is_up:
                await self.town.play_due()
                self.oracle.look()
        self.clock.move_to(max(end, self.clock.now()))

    async def _end(self) -> None:
        """Nobody does anything more: everything that is owed by then must find its end."""
        self._over = True
        self.oracle.days_are_over()
        self._deeds = [one for one in self._deeds if one[3] == "starts"]
        self.telegram.faults.coming.clear()
        await self._play_until(self.clock.now() + self.quiet)
        self.oracle.last_look()

    def plant(self, at: datetime, deed: Callable[[], Awaitable[None]]) -> None:
        """Something that no rule foresees, for a test to see it found."""
        self._planted.append(deed)
        self._at(at, None, "planted", str(len(self._planted) - 1))

    # ── Deeds ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _on_shown(self, shown: Shown) -> None:
        self.oracle.shown(shown)
        phone = self.phones[shown.chat_id]
        for at, what, about in self.habits.on_shown(phone, shown):
            self._at(at, phone, what, about)

    def _at(self, at: datetime, phone: Phone | None, what: str, about: str) -> None:
        if not self._over:
            heapq.heappush(self._deeds, (at.astimezone(UTC), next(self._turns), phone, what, about))

    def _later(self, after: timedelta, phone: Phone | None, what: str, about: str) -> None:
        self._at(self.clock.now() + after, phone, what, about)

    async def _do(self, phone: Phone | None, what: str, about: str) -> None:
        if phone is not None:
            self._of_a_phone(phone, what, about)
        elif what == "planted":
            await self._planted[int(about)]()
        elif what == "trouble":
            self._trouble(about)
        elif what == "starts":
            await self.town.start()
            self.oracle.up_again()
        elif not self.town.is_up:
            self._later(timedelta(minutes=30), None, what, about)
        elif what == "stops":
            await self.town.stop()
            self._later(timedelta(minutes=int(about)), None, "starts", "")
        elif what == "joins":
            await self._join(about)
        else:
            getattr(self.system, what)(date.fromisoformat(about))
            await self._import(always=what == "night")
            await self._meet()

    def _of_a_phone(self, phone: Phone, what: str, about: str) -> None:
        self.updates += 1
        case = phone.case
        if what == "types" and "{ref}" in about:
            about = about.format(ref=self.dice.choice(list(self.world.individual_ids) or ["nobody"]))
        if what == "marks":
            self._mark(phone, about)
        elif what == "loses" and case is not None:
            self._later(timedelta(hours=1), None, "joins", case.ref)
        else:
            self.habits.do(phone, what, about)
            self._note(phone, what, about)
        if what == "blocks":
            back = DAY * self.dice.randint(1, 30)
            self._later(back, phone, "types", "hello again")

    def _note(self, phone: Phone, what: str, about: str) -> None:
        """What the oracle knows from whoever did it, and not from the bot: STOP, the youth team's yes, and holds that
        staff may have set or lifted in the chat, after which those of the case system are not held against the bot.
        Nothing can be done on a phone that is lost, nor tapped where the bot is blocked."""
        if phone.lost or (what == "taps" and phone.person.standing is not Standing.OPEN):
            return
        data = about.partition(" ")[2]
        if what == "stops" and phone.stopped_at is None:
            phone.stopped_at = self.clock.now()
        elif what == "taps" and data == "again":
            phone.stopped_at = None
        elif what == "taps" and data.startswith("youth:"):
            _, individual, yes = data.split(":")
            self.world.cases[int(individual)].consented = yes == "1"
        elif what == "types" and about.startswith(("/hold ", "/release ")):
            case = self.system.cases.get(about.split()[1])
            for order in case.orders if case is not None else ():
                order.holds.clear()
                order.held_by_hand = True

    def _mark(self, phone: Phone, ref: str) -> None:
        """On the register, unless the date is off or is another by now."""
        one = self.system.bookings[ref]
        now = self.clock.now()
        today = now.astimezone(LONDON).date()
        if one.cancelled or one.day != today or now < one.starts_at + timedelta(minutes=15):
            return
        one.seen_in_chat = True
        one.said.add(one.outcome.partition(":")[0])
        shown = next(iter(phone.newest), 1)
        phone.person.press(habits.mark(one, self.world.appointment_ids[ref]), shown)

    async def _join(self, ref: str) -> None:
        """Somebody holds up a link and tells the digits; whoever takes it up may have had another phone before."""
        case = self.system.cases[ref]
        if not any(order.active for order in case.orders):
            return
        made = await enrolment.make_invite(self.town.app.service, ref)
        phone = self._new_phone(case)
        self._later(timedelta(seconds=1), phone, "types", f"/start {made.code}")
        self._later(timedelta(seconds=20), phone, "types", made.digits)

    def _trouble(self, what: str) -> None:
        if what.startswith("stop"):
            self._later(timedelta(), None, "stops", what.partition(" ")[2])
        else:
            troubles.begin(self.telegram, what)

"""Conversations talk like people: the real bot, a pretend Telegram, a clock that moves when told, both databases."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any

import pytest
from sqlalchemy import Table, bindparam, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.settings import Settings
from db import outbox, people, tables
from db.prepared import Prepared, read_anew
from sandbox.clock import MovableClock
from sandbox.limits import Limits
from sandbox.people import Person
from sandbox.server import Telegram
from sandbox.town import Town
from sandbox.transport import SandboxRequest
from tests.conftest import SECRET
from usecases import digest, enrolment, reminding
from usecases.service import Service

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday in winter: wall time in Scotland is UTC
LONGEST_POLL = 60.0  # real seconds, longer than any test: a look that finds nothing is work for nothing
SETTINGS = Settings(  # each world's own differ in the token and the database alone
    token="made up for each world",
    secret_key=(SECRET,),
    phone="01475 715 000",
    lock_after_hours=0,  # PINs have their own tests: test_pin.py
)


@dataclass
class Phone:
    """One person with a phone, as a test speaks of them."""

    world: "World"
    person: Person
    _seen: int = 0

    async def says(self, text: str) -> None:
        self.person.say(text)
        await self.world.town.settle()

    async def replies(self, text: str, to: int | None = None) -> None:
        """Types in reply to the bot's newest message, or to an earlier one, the way a phone does it."""
        newest = [shown.id for shown in self.person.chat if shown.who == "bot"][-1]
        self.person.say(text, reply_to=to or newest)
        await self.world.town.settle()

    async def taps(self, label: str) -> None:
        self.person.tap(label)
        await self.world.town.settle()

    async def joins(self, ref: str) -> None:
        """Follows the link that somebody held up, types what they were told, and answers the first questions."""
        await self.follows(await self.world.invited(ref))
        if any("English" in self._labels(shown) for shown in self.person.chat):
            for label in ("English", "No", "Yes, or maybe"):
                await self.taps(label)
        self.reads_all()

    async def follows(self, made: enrolment.Invitation) -> None:
        """Opens a link and types the digits that were told with it."""
        await self.says(f"/start {made.code}")
        await self.says(made.digits)

    @property
    def new(self) -> list[Any]:
        """What came in from the bot since the last look."""
        return [shown for shown in self.person.chat if shown.id > self._seen and shown.who == "bot"]

    async def opens(self, label: str = "Show") -> str:
        """Taps *Show* on the newest card that has it, and reads what is in it."""
        before = {shown.id: shown.text for shown in self.person.chat}
        await self.taps(label)
        return [str(shown.text) for shown in self.person.chat if before.get(shown.id) != shown.text][-1]

    def reads_all(self) -> None:
        self._seen = max((shown.id for shown in self.person.chat), default=0)

    def sees(self, *words: str) -> str:
        """Some message that came since the last look has all these words; it is given back whole."""
        for shown in self.new:
            if all(one in shown.text for one in words):
                return str(shown.text)
        raise AssertionError(f"{self.person.name} sees no {words}; only {[shown.text for shown in self.new]}")

    def newest(self) -> str:
        """The text of the newest message from the bot, edits included."""
        return str([shown for shown in self.person.chat if shown.who == "bot"][-1].text)

    def buttons(self) -> list[str]:
        """What the newest message with buttons offers."""
        for shown in reversed(self.person.chat):
            if shown.buttons:
                return self._labels(shown)
        return []

    @staticmethod
    def _labels(shown: Any) -> list[str]:
        return [str(button) for row in shown.buttons for button in row]

    def sees_nothing_new(self) -> None:
        assert [shown.text for shown in self.new] == []


async def _nobody_hears(service: Service) -> dict[str, int]:
    return {}


@cache
def _insert(table: Table, columns: frozenset[str]) -> Prepared:
    """Kept, as most of what a story begins with is such rows."""
    row = insert(table).values({name: bindparam(name) for name in sorted(columns)})
    return Prepared(row.returning(table.c.id))


@dataclass
class World:
    """The town, its clock, and a caseload that a test makes as it needs it."""

    town: Town
    phones: dict[str, Phone] = field(default_factory=dict)
    _tx: AsyncConnection | None = None  # of a caseload that is being made in one go

    def phone(self, name: str) -> Phone:
        if name not in self.phones:
            self.phones[name] = Phone(self, self.town.telegram.add_person(name))
        return self.phones[name]

    async def linked(self, name: str, ref: str) -> Phone:
        """Somebody whose phone was linked before the story begins. How that goes is told in test_enrol.py."""
        person = self.town.telegram.add_person(name, started=True)
        self.phones[name] = phone = Phone(self, person)
        service = self.town.app.service
        async with self.writing() as tx:
            individual, staff = await people.individual_by_ref(tx, ref), await people.staff_by_ref(tx, ref)
            who = {"individual_id": individual.id if individual else None, "staff_id": staff.id if staff else None}
            await people.link_chat(
                tx, person.id, service.db.keys.hash(person.id), service.clock.now(), language="en", **who
            )
            await outbox.hurry(tx, service.clock.now())
        return phone

    async def invited(self, ref: str) -> enrolment.Invitation:
        """What the command line makes for somebody."""
        return await enrolment.make_invite(self.town.app.service, ref)

    async def moves_to(self, moment: str) -> None:
        """`2026-11-24 18:00`, wall time in Scotland."""
        zone = self.town.app.service.calendar.zone
        await self.town.move_to(datetime.fromisoformat(moment).replace(tzinfo=zone))

    def nothing_else_happened(self) -> None:
        for phone in self.phones.values():
            phone.sees_nothing_new()

    def everybody_reads_all(self) -> None:
        for phone in self.phones.values():
            phone.reads_all()

    def sends_digests(self, wanted: bool) -> None:
        """The morning digest has its own tests; elsewhere it would stand among what is looked for."""
        run, jobs = digest.each_morning if wanted else _nobody_hears, self.town.app.jobs
        jobs[:] = [replace(job, run=run) if job.name == "digest" else job for job in jobs]

    # ── A caseload ──────────────────────────────────────────────────────────────────────────────────────────────────

    @asynccontextmanager
    async def at_once(self) -> AsyncIterator[None]:
        """What is made within it is made in one transaction, as an import would. Nobody speaks meanwhile."""
        async with self.town.app.service.db.write() as self._tx:
            try:
                yield
            finally:
                self._tx = None

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """A transaction: within `at_once` that one, else one of its own."""
        if self._tx is not None:
            yield self._tx
            return
        async with self.town.app.service.db.write() as tx:
            yield tx

    async def row(self, table: Any, **values: Any) -> int:
        full = {one.name: one.default.arg for one in table.c if one.default is not None} | values
        async with self.writing() as tx:
            made = await _insert(table, frozenset(full)).first(tx, **full)
            read_anew(tx)
        assert made is not None
        return int(made.id)

    async def change(self, table: Any, ref: str, **values: Any) -> None:
        """What the case system, or an earlier talk, has put on record about one row since."""
        key = table.c.case_ref if table is tables.individuals else table.c.ref
        async with self.writing() as tx:
            await tx.execute(table.update().where(key == ref).values(**values))

    async def staff(self, ref: str, name: str, roles: str, **values: Any) -> int:
        return await self.row(tables.staff, ref=ref, name=name, roles=roles, **values)

    async def individual(self, case_ref: str, first_name: str, **values: Any) -> int:
        return await self.row(tables.individuals, case_ref=case_ref, first_name=first_name, **values)

    async def order(self, ref: str, individual_id: int, requirements: str = "unpaid_work", **values: Any) -> int:
        full = {"imposed_on": date(2026, 9, 1), "hours": 100, "status": "active", **values}
        return await self.row(tables.orders, ref=ref, individual_id=individual_id, requirements=requirements, **full)

    async def appointment(self, ref: str, order_id: int, individual_id: int, at: str, **values: Any) -> int:
        """A date at a wall time (`2026-11-25 09:30`), with its reminder owed."""
        service = self.town.app.service
        wall = datetime.fromisoformat(at)
        starts_at = service.calendar.at(wall.date(), wall.time())
        ends_at = service.calendar.at(wall.date(), time(wall.hour + 4, wall.minute))
        kind = values.pop("kind", "unpaid_work")
        full = {"day": wall.date(), "starts_at": starts_at, "ends_at": ends_at, "status": "booked", **values}
        id_ = await self.row(tables.appointments, ref=ref, order_id=order_id, kind=kind, **full)
        async with self.writing() as tx:
            await reminding.plan(service, tx, [id_], "test")
        return id_


@pytest.fixture
def begins() -> datetime:
    """When the story begins. A module of stories that all happen on a later day says so by a fixture of this name."""
    return MONDAY


@pytest.fixture
async def world(database_url: str, begins: datetime) -> AsyncIterator[World]:
    clock = MovableClock(begins)
    telegram = Telegram(clock, limits=Limits(), longest_poll=LONGEST_POLL, seed=1)
    bot = telegram.add_bot("Dates", "dates_bot")
    settings = SETTINGS.model_copy(update={"token": bot.token, "database_url": database_url})
    town = await Town.found(telegram, settings, clock, SandboxRequest(telegram))
    world = World(town)
    world.sends_digests(False)
    yield world
    await world.town.close()  # a test may have founded another since


@pytest.fixture
async def sam(world: World) -> Phone:
    """Sam, on unpaid work at the yard on Wednesday at 9:30 with Rab; Kirsty is the case manager."""
    async with world.at_once():
        kirsty = await world.staff("CM1", "Kirsty Muir", "case_manager")
        rab = await world.staff("SUP1", "Rab Boyd", "supervisor")
        await world.staff("DUTY1", "Dee Gunn", "duty")
        await world.staff("MGR1", "Morag Reid", "manager")
        one = await world.individual("C1", "Sam")
        order = await world.order("O1", one, case_manager_id=kirsty)
        place = await world.row(tables.places, ref="P1", nickname="The yard", bring="boots and lunch")
        await world.appointment("A1", order, one, "2026-11-25 09:30", place_id=place, staff_id=rab)
        return await world.linked("Sam", "C1")

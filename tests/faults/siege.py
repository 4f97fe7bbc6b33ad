"""Kills at random instants, under load, while everything around the bot fails as well."""

import asyncio
import contextlib
import random
import socket
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from db.engine import Database
from db.types import Keyring
from domain.appointments import Answer
from sandbox.server import Telegram
from tests.bot.nursery import Nursery
from tests.faults import caseload, crowd, oracle
from tests.faults.clock import START, FastClock
from tests.faults.crowd import Sam
from tests.faults.databases import Store
from tests.faults.front import Front
from tests.faults.life import Life
from tests.faults.oracle import Verdict
from tests.faults.telegram import SPEAKING, FaultyTelegram, Kill

SECRET = "a secret key for faults only of 32 characters and more"
SPEED, RECOVERY_SPEED = 10.0, 15.0  # seconds of the bot's in one of ours, under siege and after it
TOGETHER = 2.0  # where there are several: a slow machine must not let a lease run out under whoever holds it
OFF = timedelta(minutes=3)  # how long the machine is off now and then: longer than any lease
LISTENS = frozenset({"getUpdates", "setWebhook"})
STILLBORN = 0.2  # of all kills fall anywhere, also while a bot starts
LONGEST_LIFE = 1.5  # seconds, once it listens
NO_DATABASE = "The database could not be used"
WARM_UP_SECONDS = 20.0
A_SECOND = 8  # taps and words
LEAST = 2  # of each kind of what individuals do that staff must hear of
RECOVERY_SECONDS = 120.0


@dataclass(frozen=True)
class Plan:
    """One siege. `tell` is told how it goes."""

    kills: int
    seed: int
    processes: int = 1
    webhook: bool = False
    people_a_kill: int = 6
    long_outage: float = 0.0  # seconds for which the database is away once, half-way
    patience: float = 6.0  # seconds that are waited for the moment at which one is to be killed
    tell: Callable[[str], None] = lambda _: None

    @property
    def speed(self) -> float:
        return SPEED if self.processes == 1 else TOGETHER

    @property
    def recovery_speed(self) -> float:
        return RECOVERY_SPEED if self.processes == 1 else TOGETHER

    def too_little(self, figures: Mapping[str, int]) -> list[str]:
        """What did not happen often enough for a siege to have proved anything."""
        least = {
            "kills": self.kills,
            "reminders": self.kills + 1,
            "taps and words": 2 * LEAST,
            "raised": 2,
            "staff messages": 1,
            "answers lost": 1,
            "seconds without a database": round(self.long_outage),
        }
        return [f"{name} {figures[name]}, at least {many}" for name, many in least.items() if figures[name] < many]


@dataclass
class Siege:
    """The bots, what they are besieged with, and the dice."""

    plan: Plan
    store: Store
    database: Database
    server: FaultyTelegram
    sams: Sequence[Sam]
    clock: "Shared"
    token: str
    nursery: Nursery
    logs: Path
    dice: random.Random
    lives: list[Life] = field(default_factory=list)
    fell: list[str] = field(default_factory=list)
    no_database: int = 0  # starts that ended at once, in a sentence, because the database was away
    front_port: int = 0  # where Telegram posts, if it does
    _numbers: int = 0
    _ports: dict[int, int] = field(default_factory=dict)
    _listening: set[int] = field(default_factory=set)
    _outages: list[asyncio.Task[None]] = field(default_factory=list)
    _long_ago: bool = False  # the long outage has begun

    async def run(self) -> None:
        """All the kills, then everything is well again and comes to its end."""
        for _ in range(self.plan.processes):
            self.start()
        await self._warm_up()
        for number in range(1, self.plan.kills + 1):
            self._something_fails(number)
            life = self.dice.choice(self.lives)
            await self._instant(life)
            self._see_who_fell()
            if life in self.lives:
                self.kill(life)
            if self.dice.random() < (0.5 if self.plan.processes == 1 else 0.1):
                self._power_cut()
            await self._look_what_is_on_record()
            while len(self.lives) < self.plan.processes:
                self.start()
            if number % 10 == 0:
                self.plan.tell(f"{number} of {self.plan.kills} kills, {len(self.server.ledger.calls)} calls")
        await self._until(self._was_worth_it)

    async def _warm_up(self) -> None:
        """Some have been reminded before the first kill, so that there are answers from the first."""
        await self._until(lambda: sum(1 for _ in self.server.ledger.accepted("sendMessage")) >= self.plan.kills)

    def _was_worth_it(self) -> bool:
        """Whether enough was done and lost to judge by."""
        typed, taps = sum(len(sam.typed) for sam in self.sams), [tap for sam in self.sams for tap in sam.taps]
        lost = any(call.lost for call in self.server.ledger.calls)
        return lost and min(typed, taps.count(Answer.CANNOT)) >= LEAST

    async def _until(self, true: Callable[[], bool]) -> None:
        """At most for a while: if it never is, the figures show it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(WARM_UP_SECONDS):
                while not true():
                    await asyncio.sleep(0.1)
                    self._see_who_fell()

    async def _look_what_is_on_record(self) -> None:
        """Of those that were just killed: said again later, it has no excuse. While the database is away nobody can
        look; what a dead process put on record is still there the next time."""
        with contextlib.suppress(SQLAlchemyError, OSError):
            self.server.ledger.on_record |= await oracle.on_record(self.database)

    def held_up(self, number: int) -> float:
        """For how long one of those that live has waited for a processor."""
        return next((life.held_up for life in self.lives if life.number == number), 0.0)

    @property
    def _at_work(self) -> frozenset[str]:
        """What a bot calls once it has started. Of several only one listens: the others may be seen to speak."""
        return LISTENS if self.plan.processes == 1 else LISTENS | {*SPEAKING}

    def start(self) -> None:
        self._numbers += 1
        environment = {
            "MINDER_TOKEN": self.token,
            "MINDER_SECRET_KEY": SECRET,
            "MINDER_DATABASE_URL": self.store.url,
            "MINDER_TELEGRAM_URL": self.server.address(self._numbers),
            "MINDER_LOCK_AFTER_HOURS": "0",
            "MINDER_HEALTH_LISTEN": "off",
        }
        if self.plan.webhook:
            port = self._ports[self._numbers] = _free_port()
            environment["MINDER_WEBHOOK_URL"] = f"http://127.0.0.1:{self.front_port}/dates"
            environment["MINDER_WEBHOOK_LISTEN"] = f"127.0.0.1:{port}"
        self.lives.append(Life(self.nursery, self.logs, self._numbers, environment, self.clock.now_is))

    def ports(self) -> list[int]:
        """Where those that live listen, or soon will."""
        return [self._ports[life.number] for life in self.lives]

    def kill(self, life: Life) -> None:
        held_up = life.held_up
        life.kill()
        self.server.ledger.kills[life.number] = Kill(asyncio.get_running_loop().time(), held_up)
        self.lives.remove(life)

    async def end(self) -> None:
        """No more trouble: the machine was off for a while, and is on again."""
        await asyncio.gather(*self._outages)
        self._see_who_fell()
        self.server.troubled = False
        self._power_cut(self.plan.recovery_speed)
        await self._look_what_is_on_record()
        for _ in range(self.plan.processes):
            self.start()

    def _power_cut(self, speed: float | None = None) -> None:
        for life in list(self.lives):
            self.kill(life)
        self.clock.now_is = self.clock.now_is.after(OFF, speed or self.plan.speed)

    async def _instant(self, life: Life) -> None:
        """While it starts, or at any time later, or at the very moment at which it says something."""
        if self.dice.random() < STILLBORN:
            await asyncio.sleep(self.dice.uniform(0, LONGEST_LIFE))
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.plan.patience):
                if life.number not in self._listening:
                    await self.server.called(life.number, self._at_work)
                    self._listening.add(life.number)
                await self._moment_of(life)

    async def _moment_of(self, life: Life) -> None:
        how = self.dice.random()
        if how < 0.4:
            await asyncio.sleep(self.dice.uniform(0, LONGEST_LIFE if how < 0.3 else 3 * LONGEST_LIFE))
        elif how < 0.6:  # what was handed over and dealt with could not be confirmed
            self.server.goes_deaf(LONGEST_LIFE)
            await asyncio.sleep(self.dice.uniform(0, LONGEST_LIFE))
        else:
            await self.server.called(life.number, SPEAKING, self.dice.randint(1, 12))
            await asyncio.sleep(self.dice.choice((0, 0, 0.001, 0.003, 0.01, 0.03)))

    def _something_fails(self, number: int) -> None:
        """In turn: the way to Telegram, and the database."""
        if any(not one.done() for one in self._outages):
            return
        seconds = self.dice.uniform(0.2, 3)
        if self.plan.long_outage and number >= self.plan.kills / 2 and not self._long_ago:
            self._long_ago = True
            self._outages.append(asyncio.create_task(self._database_away(self.plan.long_outage)))
        elif number % 6 == 2:
            self._outages.append(asyncio.create_task(self.server.outage(seconds)))
        elif number % 6 == 4:
            self._outages.append(asyncio.create_task(self._database_away(seconds)))

    async def _database_away(self, seconds: float) -> None:
        began = asyncio.get_running_loop().time()
        await self.store.outage(seconds)
        self.server.ledger.outages.append((began, asyncio.get_running_loop().time()))

    async def last_words(self) -> list[str]:
        """What those that live say they are at."""
        self._see_who_fell()
        for life in self.lives:
            life.say_where()
        await asyncio.sleep(0.3)
        return [life.last_words(8_000) for life in self.lives]

    def _see_who_fell(self) -> None:
        """A bot that ends by itself is a finding of its own."""
        for life in list(self.lives):
            if life.ended:
                words = life.last_words()
                if life.number not in self._listening and NO_DATABASE in words:
                    self.no_database += 1
                else:
                    self.fell.append(f"life {life.number} ended: {words[-600:]}")
                self.kill(life)
                self.start()


@dataclass
class Shared:
    """The clock as it goes at present; each new process is given this one."""

    now_is: FastClock

    def now(self):  # type: ignore[no-untyped-def]
        return self.now_is.now()

    async def sleep(self, seconds: float) -> None:
        await self.now_is.sleep(seconds)


async def besiege(plan: Plan, store: Store, nursery: Nursery) -> Verdict:
    """One siege from an empty, migrated database to the verdict."""
    dice = random.Random(plan.seed)
    clock = Shared(FastClock.beginning(START, plan.speed))
    telegram = Telegram(clock, longest_poll=2.0, seed=plan.seed)
    bot = telegram.add_bot("Dates", "dates_bot")
    server = FaultyTelegram(telegram, dice)
    async with server.served(), contextlib.AsyncExitStack() as beside:
        database = Database(store.url, Keyring([SECRET]))
        spread = timedelta(seconds=plan.speed * LONGEST_LIFE / 2 * plan.kills)
        owing = await caseload.write(database, telegram, clock, plan.kills * plan.people_a_kill, spread)
        server.refused_chats = {one.person.id: one.refusal for one in owing if one.refusal}
        sams = [Sam(one) for one in owing]
        with tempfile.TemporaryDirectory(prefix="minder-lives-") as folder:
            siege = Siege(plan, store, database, server, sams, clock, bot.token, nursery, Path(folder), dice)
            server.held_up = siege.held_up
            if plan.webhook:
                siege.front_port = await beside.enter_async_context(Front(siege.ports, dice).served())
            acting = asyncio.create_task(crowd.act(sams, dice, A_SECOND, lambda: telegram.waiting(bot.token)))
            try:
                await siege.run()
                acting.cancel()
                await siege.end()
                took, waiting = await _quiet(database, telegram, bot.token, clock)
                server.ledger.on_record |= await oracle.on_record(database)
                verdict = await oracle.judge(database, server.ledger, sams, clock.now())
                verdict.lost += waiting
                verdict.last_words = await siege.last_words()
            finally:
                acting.cancel()
                for life in list(siege.lives):
                    siege.kill(life)
                await database.close()
        verdict.fell = siege.fell
        verdict.figures["starts without a database"] = siege.no_database
        away = sum(until - since for since, until in server.ledger.outages)
        verdict.figures["seconds without a database"] = round(away)
        verdict.figures["kills"] = len(server.ledger.kills)
        verdict.figures["seconds to recover"] = round(took)
        return verdict


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


async def _quiet(database: Database, telegram: Telegram, token: str, clock: Shared) -> tuple[float, list[str]]:
    """Until nothing is waiting that is due by now, or is to be tried again, or it has taken too long. How long it took,
    and what was waiting still."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    while True:
        await asyncio.sleep(0.2)
        async with database.read() as tx:
            waiting = await oracle.waiting(tx, clock.now())
        if untaken := telegram.waiting(token):
            waiting.append(f"{untaken} updates: never taken")
        took = loop.time() - began
        if not waiting or took > RECOVERY_SECONDS:
            return took, waiting

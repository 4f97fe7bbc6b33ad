"""The demo: a made-up service with its people and their phones, the real bot, and real HTTP between them."""

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot import settings as bot_settings
from domain.imports import File
from sandbox import owed, web
from sandbox.clock import MovableClock
from sandbox.limits import Limits
from sandbox.people import Person
from sandbox.refusals import Json
from sandbox.server import Telegram
from sandbox.town import Town
from usecases import imports
from usecases.imports import Report

ROOT = Path(__file__).parents[1]
CASELOAD = Path(__file__).with_name("caseload")
BEGINS = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday; the caseload's dates lie around it


@dataclass(frozen=True)
class Part:
    """Somebody with a phone on the page. `ref` is how the case system knows them."""

    key: str
    name: str
    role: str
    ref: str


CAST = (
    Part("sam", "Sam", "Individual, unpaid work", "C1001"),
    Part("jo", "Jo", "Individual, unpaid work and supervision", "C1002"),
    Part("eilidh", "Eilidh", "Individual, supervision", "C1004"),
    Part("rab", "Rab Boyd", "Unpaid work supervisor", "RB1"),
    Part("kirsty", "Kirsty Muir", "Case manager", "KM1"),
    Part("isobel", "Isobel McRae", "Supervising officer", "IM1"),
    Part("dee", "Dee Gunn", "Duty worker", "DG1"),
    Part("morag", "Morag Reid", "Service manager", "MR1"),
    Part("una", "Una Kerr", "Moderator, reads own words first", "UK1"),
)


class Demo:
    """The town as the page and the transcript play with it. Meets `sandbox.web.Town`."""

    def __init__(self, telegram: Telegram, clock: MovableClock, token: str, folder: Path, url: str = "") -> None:
        self.telegram = telegram
        self.clock = clock
        self.token = token
        self.folder = folder
        self.url = url
        self.phones: dict[str, Person] = {part.key: telegram.add_person(part.name) for part in CAST}
        self._town: Town | None = None

    @property
    def town(self) -> Town:
        """The running bot; there is none before `begin`."""
        assert self._town is not None
        return self._town

    # ── Setting up ──────────────────────────────────────────────────────────────────────────────────────────────────

    async def set_up(self) -> str:
        """Runs the real `minder setup` against the sandbox; returns what it printed."""
        arguments = ("--yes", "--token", self.token, "--manager", "Morag Reid", "--manager-ref", "MR1")
        more = ("--service-name", "Dates", "--phone", "01475 715 000", "--database", f"sqlite:///{self.folder}/demo.db")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "setup", *arguments, *more),
            cwd=self.folder,
            env=_clean_environment() | {"PYTHONPATH": str(ROOT), "MINDER_TELEGRAM_URL": self.url},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed = (await process.communicate())[0].decode()
        if process.returncode != 0:
            raise RuntimeError(f"minder setup ended with {process.returncode}:\n{printed}")
        return printed

    async def begin(self) -> None:
        """Starts the bot with the settings that `minder setup` wrote."""
        found = bot_settings.load_alone(self.folder / ".env")
        self._town = await Town.found(
            self.telegram, found.model_copy(update={"telegram_url": self.url, "lock_after_hours": 0}), self.clock
        )
        await self._town.settle()

    async def end(self) -> None:
        if self._town is not None:
            await self._town.close()

    async def import_files(self, files: list[File]) -> Report:
        """What the nightly import does, at the town's own time."""
        report = await imports.run(self.town.app.service, files, False, lambda phase, done, of: None)
        await self.town.settle()
        return report

    # ── What the page can do (sandbox.web.Town) ─────────────────────────────────────────────────────────────────────

    def people(self) -> list[Json]:
        return [{"id": self.phones[part.key].id, "name": part.name, "role": part.role} for part in CAST]

    async def say(self, person_id: int, text: str) -> None:
        self.telegram.people[person_id].say(text)
        await self.town.settle()

    async def tap(self, person_id: int, message_id: int | None, text: str) -> None:
        self.telegram.people[person_id].tap(text, message_id)
        await self.town.settle()

    async def move(self, *, to: datetime | None = None, by: timedelta | None = None, next: bool = False) -> None:
        target = to or (self.clock.now() + by if by else await self.town.next_due())
        if target is None:
            raise ValueError("nothing is owed, so there is no next event")
        await self.town.move_to(max(target, self.clock.now()))

    def now(self) -> datetime:
        return self.clock.now()

    async def owed(self) -> list[Json]:
        return await owed.described(self.town.app.service)


def caseload() -> list[File]:
    """The made-up case system's export."""
    return [File(path.name, path.read_bytes()) for path in sorted(CASELOAD.glob("*.csv"))]


def code_in(printed: str) -> str:
    """The code of a start link in some text."""
    found = re.search(r"\?start=([\w-]+)", printed)
    if found is None:
        raise LookupError(f"no start link in: {printed}")
    return found[1]


def digits_in(printed: str) -> str:
    """The digits that were told beside a link, in some text."""
    found = re.search(r"digits[^:]*: (\d{4})\b", printed)
    if found is None:
        raise LookupError(f"no digits in: {printed}")
    return found[1]


def _clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("MINDER_")}


@asynccontextmanager
async def opened(port: int = 0) -> AsyncIterator[Demo]:
    """A town on a database of its own that goes when it closes, served on `port` (0: any that is free)."""
    clock = MovableClock(BEGINS)
    telegram = Telegram(clock, limits=Limits(), longest_poll=2.0, seed=2026)
    bot = telegram.add_bot("Dates", "dates_bot")
    with tempfile.TemporaryDirectory(prefix="minder-demo-") as folder:
        demo = Demo(telegram, clock, bot.token, Path(folder))
        async with web.served(web.build(telegram, demo), port) as url:
            demo.url = url
            try:
                yield demo
            finally:
                await demo.end()

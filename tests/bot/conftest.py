"""Real processes of the `minder` command, and a pretend Telegram that they speak to over real HTTP."""

import asyncio
import gc
import io
import os
import shutil
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from contextlib import closing, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import insert

from bot.__main__ import main
from bot.clock import SystemClock
from db import people, tables
from db.engine import Database
from sandbox import web
from sandbox.limits import Limits
from sandbox.server import Telegram
from tests.bot.nursery import ROOT, Forked, Nursery

FAILED = pytest.StashKey[bool]()
TOKEN = "7000000001:AAsandboxTokenForTheCommandLine0123456"


@dataclass(frozen=True)
class Result:
    """What a command came to."""

    code: int
    out: str
    err: str


@dataclass
class Machine:
    """Somebody's machine: an empty folder, and no more in the environment than is said here."""

    folder: Path
    telegram: Telegram
    url: str
    bytecode: Path
    migrated: Path
    kept: Path
    nursery: Callable[[], Nursery]
    environment: dict[str, str] = field(default_factory=dict)
    started: list[Forked] = field(default_factory=list)

    def _environment(self) -> dict[str, str]:
        plain = {name: value for name, value in os.environ.items() if not name.startswith("MINDER_")}
        return {**plain, "MINDER_TELEGRAM_URL": self.url, **self.environment}

    async def starts(self, *arguments: str) -> Forked:
        """`minder …`, as a process of its own: a fork of the nursery."""
        process = await Forked.of(self.nursery(), [*arguments], self.folder, self._environment())
        self.started.append(process)
        return process

    async def starts_from_nothing(self, *arguments: str) -> Process:
        """The same with a Python of its own, which loads everything first: that takes ten times as long."""
        ways = {"PYTHONPATH": str(ROOT)}
        if sys.dont_write_bytecode:  # then each process would compile everything again
            ways |= {"PYTHONPYCACHEPREFIX": str(self.bytecode), "PYTHONDONTWRITEBYTECODE": ""}
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", *arguments),
            cwd=self.folder,
            env=self._environment() | ways,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
        )

    async def process(self, *arguments: str) -> Result:
        """Runs a command to its end, as a process of its own."""
        return await ended(await self.starts(*arguments))

    async def process_from_nothing(self, *arguments: str) -> Result:
        """The same with a Python of its own."""
        return await ended(await self.starts_from_nothing(*arguments))

    async def minder(self, *arguments: str, typed: str = "") -> Result:
        """The same within this process, which takes a hundredth of the time."""
        return await asyncio.to_thread(self._minder, arguments, typed)

    def _minder(self, arguments: tuple[str, ...], typed: str) -> Result:
        out, err, code, seldom = io.StringIO(), io.StringIO(), 0, gc.get_threshold()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
            patch.chdir(self.folder)
            patch.setattr(os, "environ", self._environment())
            patch.setattr(sys, "stdin", io.StringIO(typed))
            try:
                main(arguments)
            except SystemExit as end:
                code = int(end.code or 0)
            finally:
                gc.set_threshold(*seldom)
        return Result(code, out.getvalue(), err.getvalue())

    async def set_up(self, *more: str) -> Result:
        """A service that is set up, in a tenth of the time: its database is a copy of one that was made before. How
        set-up makes one itself is seen in test_setup."""
        if not (self.folder / "minder.db").exists():
            shutil.copy(self.migrated, self.folder / "minder.db")
        return await self.minder("setup", "--yes", "--token", TOKEN, *more)

    async def is_set_up(self) -> None:
        """The same in no time: what the first of these wrote is kept for the others."""
        assert not self.environment, "then it would be set up otherwise than the others"
        source, target = self.kept, self.folder
        if not (source / ".env").exists():
            assert (await self.set_up()).code == 0
            source, target = target, source
        for file in (".env", "minder.db"):
            shutil.copy(source / file, target / file)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    item.stash[FAILED] = report.failed
    return report


async def ended(process: Process | Forked) -> Result:
    """What a process came to, when it has."""
    out, err = await process.communicate()
    assert process.returncode is not None
    result = Result(process.returncode, out.decode(), err.decode())
    assert "Traceback" not in result.err, result.err
    return result


async def in_charge(db: Database, chat_id: int = 4242) -> None:
    """A manager with a linked chat."""
    now = SystemClock().now()
    async with db.write() as tx:
        new = insert(tables.staff).values(ref="MGR1", name="Morag Reid", roles="manager")
        id_ = (await tx.execute(new.returning(tables.staff.c.id))).scalar_one()
        await people.link_chat(tx, chat_id, db.keys.hash(chat_id), now, language="en", staff_id=id_)


@pytest.fixture(scope="session")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compiled once for all the processes of a run: each starts in a fraction of the time."""
    return tmp_path_factory.mktemp("bytecode")


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a service that is set up."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Nursery]:
    """Where processes come from that need not load everything themselves."""
    folder = tmp_path_factory.mktemp("nursery")
    shutil.copy(sqlite_template, folder / "nursery.db")
    with closing(Nursery(folder)) as nursery:
        yield nursery


@pytest.fixture
async def machine(
    request: pytest.FixtureRequest, tmp_path: Path, bytecode: Path, sqlite_template: Path, kept: Path
) -> AsyncIterator[Machine]:
    telegram = Telegram(SystemClock(), limits=Limits(), longest_poll=1.0, seed=1)
    telegram.add_bot("Dates", "dates_bot", TOKEN)
    async with web.served(web.build(telegram)) as url:
        machine = Machine(
            tmp_path, telegram, url, bytecode, sqlite_template, kept, lambda: request.getfixturevalue("nursery")
        )
        yield machine
        for process in machine.started:
            if process.returncode is None and request.node.stash.get(FAILED, False):
                sys.stderr.write(await process.last_words())
            elif process.returncode is None:
                process.kill()

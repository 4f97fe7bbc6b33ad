"""Real `minder` processes that start in a fraction of a second.

A nursery imports everything once, and each process is a fork of it: the time goes to what is tried instead of to
imports. What is run is the command itself, with its own settings in its own environment.
"""

import asyncio
import atexit
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LONGEST = 1_000_000  # bytes of an order
LAST_SECONDS = 10.0  # for a process to end in when a test has failed


class Nursery:
    """Starts processes, ends them, and takes all of them with it when it goes."""

    def __init__(self, folder: Path) -> None:
        self._line, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen([sys.executable, "-m", __name__, str(folder)], stdin=theirs, cwd=ROOT)
        self._answers = self._line.makefile()

    def close(self) -> None:
        self._answers.close()
        self._line.close()
        self._process.wait()

    def start(
        self, words: list[str], folder: Path, environment: Mapping[str, str], streams: list[int], module: str
    ) -> int:
        """`python -m MODULE WORD …` in a folder, with nothing but this environment; its process's number. The streams
        are descriptors for what it reads, says and complains."""
        order = {"what": "start", "words": words, "folder": str(folder), "environment": {**environment}}
        return int(self._ask({**order, "module": module}, streams))

    def kill(self, pid: int) -> None:
        """`kill -9`; on return it is dead."""
        self._ask({"what": "kill", "pid": pid})

    def waits(self, pid: int) -> int:
        """The code that it ends with."""
        return int(self._ask({"what": "wait", "pid": pid}))

    def ended(self, pid: int) -> bool:
        """Whether it has ended by itself."""
        return bool(self._ask({"what": "ended", "pid": pid}))

    def _ask(self, order: Mapping[str, Any], streams: list[int] | None = None) -> Any:
        """One order, and what it came to."""
        socket.send_fds(self._line, [f"{json.dumps(order)}\n".encode()], streams or [])
        return json.loads(self._answers.readline())


class Forked:
    """A process of a nursery, with as much of asyncio's own kind as is used."""

    def __init__(self, nursery: Nursery, pid: int, out: asyncio.StreamReader, err: asyncio.StreamReader) -> None:
        self.pid, self.stdout, self.stderr = pid, out, err
        self.returncode: int | None = None
        self._nursery = nursery

    @classmethod
    async def of(cls, nursery: Nursery, words: list[str], folder: Path, environment: Mapping[str, str]) -> "Forked":
        """`minder WORD …`."""
        (out, told), (err, complained) = await _pipe(), await _pipe()
        with open(os.devnull) as nothing:
            streams = [nothing.fileno(), told, complained]
            pid = nursery.start(words, folder, environment, streams, "bot.__main__")
        for end in (told, complained):
            os.close(end)
        return cls(nursery, pid, out, err)

    async def communicate(self) -> tuple[bytes, bytes]:
        """What it has said and complained when it has ended."""
        out, err = await asyncio.gather(self.stdout.read(), self.stderr.read())
        self.returncode = self._nursery.waits(self.pid)
        return out, err

    async def last_words(self) -> str:
        """Ends it where a test has failed: its log, with what each of its tasks was waiting for."""
        self.send_signal(signal.SIGUSR1)
        self.send_signal(signal.SIGTERM)
        try:
            _, err = await asyncio.wait_for(self.communicate(), LAST_SECONDS)
        except TimeoutError:
            self.kill()
            _, err = await self.communicate()
        return err.decode()

    def send_signal(self, one: signal.Signals) -> None:
        os.kill(self.pid, one)  # nobody else can have its number until it was waited for

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


async def _pipe() -> tuple[asyncio.StreamReader, int]:
    """Where one reads what the other writes."""
    reading, writing = os.pipe()
    stream = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(reading, "rb", 0)
    )
    return stream, writing


def _learn(folder: str) -> None:
    """Does once what a bot and its commands do when they start, so that its forks have it in memory."""
    from bot import __main__, app, cli, probe, settings  # noqa: F401
    from bot.clock import SystemClock
    from db import migrate
    from messages import words
    from usecases import danger

    for name in cli.COMMANDS:
        if name != "simulate":
            cli.loaded(name)
    words.catalogue(words.SOURCE)
    danger.heard_in("nothing")
    url = f"sqlite:///{folder}/nursery.db"
    migrate.upgrade(url)
    known = settings.check(
        {"MINDER_TOKEN": "1:nobody at all", "MINDER_SECRET_KEY": "x" * 32, "MINDER_DATABASE_URL": url}
    )

    async def build() -> None:
        app.build(known, SystemClock())
        with suppress(probe.ProbeFailed):  # nobody listens there, and what asks is loaded
            await probe.identity(known.token, "http://127.0.0.1:9")

    asyncio.run(build())


def _nurse(folder: str) -> None:
    """Takes orders until nobody gives any."""
    line = socket.socket(fileno=os.dup(0))
    _learn(folder)
    gc.freeze()  # or each fork looks through all of it at its end, and so makes a copy of all of it
    living: set[int] = set()
    while True:
        asked, streams = _heard(line)
        if not asked:
            break
        order = json.loads(asked)
        pid, result = order.get("pid"), 0
        if order["what"] == "start":
            result = os.fork()
            if not result:
                line.close()
                return _live(order, streams)
            living.add(result)
        elif pid in living and order["what"] == "ended":
            result = os.waitpid(pid, os.WNOHANG)[0]
            living -= {result}
        elif pid in living:
            if order["what"] == "kill":
                os.kill(pid, signal.SIGKILL)
            result = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            living.remove(pid)
        for one in streams:
            os.close(one)
        line.sendall(f"{json.dumps(result)}\n".encode())
    for pid in living:
        os.kill(pid, signal.SIGKILL)
    return None


def _heard(line: socket.socket) -> tuple[bytes, list[int]]:
    """One order, and the descriptors that came with it."""
    asked, streams, _, _ = socket.recv_fds(line, LONGEST, 3)
    while asked and not asked.endswith(b"\n"):
        asked += line.recv(LONGEST)
    return asked, streams


def _tell_where() -> None:
    """What each task of this process waits for, for whoever wonders why nothing happens."""
    for task in asyncio.all_tasks():
        task.print_stack(file=sys.stderr)


def _live(order: dict[str, Any], streams: list[int]) -> None:
    """What a fork does: it becomes the process that was asked for. At its end it leaves without taking to pieces what
    all forks share, which would make a copy of all of that and take longer than many a command."""
    for to, one in enumerate(streams):
        os.dup2(one, to)
        os.close(one)
    # Python's own know what was there before: whether one can go back in it, and whether somebody reads along.
    sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115
    signal.signal(signal.SIGUSR1, lambda *_: _tell_where())
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    code: Any = 0
    try:
        import_module(order["module"]).main(order["words"])
    except SystemExit as end:
        code = end.code or 0
        if not isinstance(code, int):
            raise
    threading._shutdown()  # type: ignore[attr-defined]  # these three as Python itself does
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


if __name__ == "__main__":
    _nurse(sys.argv[1])

"""A real `minder run` in a process of its own, which is killed like one.

A nursery imports everything once, and each bot is a fork of it: it starts in a fraction of a second, and the hour goes
to kills instead of imports. What is run is the command itself, with its settings in the environment; only its clock is
fast.
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.faults.clock import FastClock

ROOT = Path(__file__).parents[2]


class Nursery:
    """Starts bots, ends them, and takes all of them with it when it goes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        words = [sys.executable, "-m", __name__, str(folder)]
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True)

    def close(self) -> None:
        self._process.communicate()

    def ask(self, what: str, **values: Any) -> Any:
        """One order, and what it came to."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps({'what': what, **values})}\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


class Life:
    """One process from its start to its end. `number` stands in the address at which it finds Telegram."""

    def __init__(self, nursery: Nursery, number: int, environment: Mapping[str, str], clock: FastClock) -> None:
        self.number = number
        self.log = nursery.folder / f"life-{number}.log"
        self._nursery = nursery
        told = {name: str(value) for name, value in asdict(clock).items()}
        self.pid: int = nursery.ask("start", environment=environment, clock=told, log=str(self.log))

    def kill(self) -> None:
        """`kill -9`; on return it is dead."""
        self._nursery.ask("kill", pid=self.pid)

    @property
    def ended(self) -> bool:
        """Whether it has ended by itself."""
        return bool(self._nursery.ask("ended", pid=self.pid))

    def say_where(self) -> None:
        """Has it write into its log what it waits for."""
        os.kill(self.pid, signal.SIGUSR1)

    def last_words(self, most: int = 2_000) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-most:]


def _live(environment: dict[str, str], clock: dict[str, str], log: str) -> None:
    """What a fork does: it becomes the bot."""
    import bot.__main__  # only the nursery needs it

    with open(log, "a") as file, open(os.devnull) as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.chdir(Path(log).parent)  # where there is no .env
    os.environ.update(environment)
    signal.signal(signal.SIGUSR1, _say_where)
    start, began = (datetime.fromisoformat(clock[name]) for name in ("start", "began"))
    FastClock(start, began, float(clock["speed"])).plant()
    bot.__main__.main(["run"])


def _say_where(*_: object) -> None:
    """What each task of a bot that stands still waits for, into its log."""
    for task in asyncio.all_tasks():
        task.print_stack(limit=6, file=sys.stderr)
    sys.stderr.flush()


def _start(order: dict[str, Any]) -> int:
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        _live(order["environment"], order["clock"], order["log"])
        code = 0
    except SystemExit:
        pass  # it has said why in a sentence
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stderr.flush()
        os._exit(code)  # nothing of the nursery's is to be tidied up here


def _learn(folder: str) -> None:
    """Does once what a bot does when it starts, so that its forks have it in memory."""
    from bot import app, settings
    from bot.clock import SystemClock
    from db import migrate

    url = f"sqlite:///{folder}/nursery.db"
    migrate.upgrade(url)
    known = settings.check(
        {"MINDER_TOKEN": "1:nobody at all", "MINDER_SECRET_KEY": "x" * 32, "MINDER_DATABASE_URL": url}
    )

    async def build() -> None:
        app.build(known, SystemClock())

    asyncio.run(build())


def _nurse(folder: str) -> None:
    """Takes orders until nobody gives any."""
    _learn(folder)
    living: set[int] = set()
    for line in sys.stdin:
        order = json.loads(line)
        result: int | bool = False
        if order["what"] == "start":
            result = _start(order)
            living.add(result)
        elif order["pid"] in living and order["what"] == "kill":
            os.kill(order["pid"], signal.SIGKILL)
            os.waitpid(order["pid"], 0)
            living.remove(order["pid"])
        elif order["what"] == "ended" and order["pid"] in living:
            result = os.waitpid(order["pid"], os.WNOHANG)[0] != 0
            living -= {order["pid"]} if result else set()
        sys.stdout.write(f"{json.dumps(result)}\n")
        sys.stdout.flush()
    for pid in living:
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    _nurse(sys.argv[1])

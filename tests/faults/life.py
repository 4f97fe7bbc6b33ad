"""A real `minder run` in a process of its own, whose clock is fast, and which is killed like one."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import astuple
from datetime import datetime
from pathlib import Path

from tests.bot.nursery import Nursery
from tests.faults.clock import FastClock


class Life:
    """One process from its start to its end. `number` stands in the address at which it finds Telegram."""

    def __init__(
        self, nursery: Nursery, folder: Path, number: int, environment: Mapping[str, str], clock: FastClock
    ) -> None:
        self.number = number
        self.log = folder / f"life-{number}.log"
        self._nursery = nursery
        told = [str(value) for value in astuple(clock)]
        with self.log.open("a") as file, open(os.devnull) as nothing:
            streams = [nothing.fileno(), file.fileno(), file.fileno()]
            # In the folder of the logs, where there is no .env.
            self.pid = nursery.start(told, folder, {**os.environ, **environment}, streams, __name__)

    def kill(self) -> None:
        """`kill -9`; on return it is dead."""
        self._nursery.kill(self.pid)

    @property
    def ended(self) -> bool:
        """Whether it has ended by itself."""
        return self._nursery.ended(self.pid)

    @property
    def held_up(self) -> float:
        """For how many seconds its threads have waited for a processor, as far as the kernel says so."""
        waited = 0.0
        with suppress(OSError):  # it has just ended
            for one in Path(f"/proc/{self.pid}/task").glob("*/schedstat"):
                waited += int(one.read_text().split()[1]) / 1e9
        return waited

    def say_where(self) -> None:
        """Has it write into its log what it waits for."""
        os.kill(self.pid, signal.SIGUSR1)

    def last_words(self, most: int = 2_000) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-most:]


def main(clock: list[str]) -> None:
    """The bot with this clock."""
    import bot.__main__  # only the nursery needs it

    signal.signal(signal.SIGUSR1, _say_where)
    start, began, speed = clock
    FastClock(datetime.fromisoformat(start), datetime.fromisoformat(began), float(speed)).plant()
    bot.__main__.main(["run"])


def _say_where(*_: object) -> None:
    """What each task of a bot that stands still waits for, into its log."""
    for task in asyncio.all_tasks():
        task.print_stack(limit=6, file=sys.stderr)
    sys.stderr.flush()

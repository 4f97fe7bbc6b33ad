"""What several commands show: how far they are, and the catalogue's words."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console
from rich.progress import Progress, TaskID

from bot.settings import Settings
from messages.compose import Tongue, Voice


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """Bars that show how far each phase is: (phase, done, of). Beside what is printed, and gone when it is done."""
    tasks: dict[str, TaskID] = {}
    with Progress(transient=True, console=Console(stderr=True)) as bar:

        def show(phase: str, done: int, of: int) -> None:
            if phase not in tasks:
                tasks[phase] = bar.add_task(phase)
            bar.update(tasks[phase], completed=done, total=of)

        yield show


def voice(settings: Settings, now: datetime) -> Voice:
    """The catalogue's words, as the chat says them."""
    return Tongue(settings.calendar(), settings.policy()).voice("en", now)

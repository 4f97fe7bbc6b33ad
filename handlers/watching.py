"""The kill switch: /pause and /resume."""

from telegram import Update

from handlers.door import Command, Context, Taps, service_of, turn_of
from messages.actions.watching import Pause, Resume
from usecases import pausing


async def ask_pause(update: Update, context: Context) -> None:
    await pausing.ask_pause(service_of(context), turn_of(update))


async def pause(update: Update, context: Context, tap: Pause) -> None:
    await pausing.pause(service_of(context), turn_of(update))


async def ask_resume(update: Update, context: Context) -> None:
    await pausing.ask_resume(service_of(context), turn_of(update))


async def resume(update: Update, context: Context, tap: Resume) -> None:
    await pausing.resume(service_of(context), turn_of(update))


COMMANDS: dict[str, Command] = {"pause": ask_pause, "resume": ask_resume}
TAPS: Taps = {Pause: pause, Resume: resume}

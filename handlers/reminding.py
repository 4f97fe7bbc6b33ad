"""What is said about reminders: /nudge for one more, /rules for what is sent and what is not."""

from telegram import Update

from handlers.door import Command, Context, Taps, service_of, turn_of
from messages.actions.reminding import Nudge
from usecases import reminding
from usecases import rules as written


async def ask_nudge(update: Update, context: Context) -> None:
    await reminding.ask_nudge(service_of(context), turn_of(update))


async def nudge(update: Update, context: Context, tap: Nudge) -> None:
    await reminding.nudge(service_of(context), turn_of(update), tap.wanted == 1)


async def rules(update: Update, context: Context) -> None:
    await written.show(service_of(context), turn_of(update))


COMMANDS: dict[str, Command] = {"nudge": ask_nudge, "rules": rules}
TAPS: Taps = {Nudge: nudge}

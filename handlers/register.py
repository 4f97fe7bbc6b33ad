"""What whoever runs a session says: /today, and an outcome for each person."""

from telegram import Update

from handlers.door import Command, Context, Taps, service_of, turn_of
from messages.actions import Look, Mark, WasHere
from usecases import register


async def today(update: Update, context: Context) -> None:
    await register.today(service_of(context), turn_of(update))


async def look(update: Update, context: Context, tap: Look) -> None:
    await register.look(service_of(context), turn_of(update), tap.appointment, tap.page)


async def mark(update: Update, context: Context, tap: Mark) -> None:
    turn = turn_of(update)
    await register.mark(service_of(context), turn, tap.appointment, tap.outcome, tap.minutes, tap.cause)


async def was_here(update: Update, context: Context, tap: WasHere) -> None:
    await register.was_here(service_of(context), turn_of(update), tap.item, tap.here == 1)


COMMANDS: dict[str, Command] = {"today": today}
TAPS: Taps = {Look: look, Mark: mark, WasHere: was_here}

"""What an individual says to a questionnaire. What they type comes through `individual.words`."""

from telegram import Update

from handlers.door import Command, Context, Taps, service_of, turn_of
from messages.actions import FormControl, FormOption
from usecases import sittings


async def choose(update: Update, context: Context, tap: FormOption) -> None:
    await sittings.choose(service_of(context), turn_of(update), tap.sitting, tap.turn, tap.number, tap.tick == 1)


async def press(update: Update, context: Context, tap: FormControl) -> None:
    await sittings.press(service_of(context), turn_of(update), tap.sitting, tap.turn, tap.control)


COMMANDS: dict[str, Command] = {}
TAPS: Taps = {FormOption: choose, FormControl: press}

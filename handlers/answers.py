"""What a person answered at the start and at reviews, from the case card."""

from telegram import Update

from handlers.door import Command, Context, Taps, service_of, turn_of
from messages.actions.answers import AnswersOf
from usecases import answers


async def show(update: Update, context: Context, tap: AnswersOf) -> None:
    await answers.show(service_of(context), turn_of(update), tap.individual, tap.later)


COMMANDS: dict[str, Command] = {}
TAPS: Taps = {AnswersOf: show}

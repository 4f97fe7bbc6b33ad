"""The answer that *can't make it* is owed."""

from telegram import Update

from handlers.door import Command, Context, Taps, service_of, turn_of
from messages.actions.following import AnswerCannot
from usecases import standing


async def answer(update: Update, context: Context, tap: AnswerCannot) -> None:
    await standing.answer(service_of(context), turn_of(update), tap.item, tap.answer)


COMMANDS: dict[str, Command] = {}
TAPS: Taps = {AnswerCannot: answer}

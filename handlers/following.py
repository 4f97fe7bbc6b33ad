"""The answer that *can't make it* is owed."""

from telegram import Update

from handlers.door import Command, Context, Taps, service_of, turn_of
from messages.actions.following import AnswerAnew, AnswerCannot, ChangeAnswer
from usecases import standing


async def answer(update: Update, context: Context, tap: AnswerCannot) -> None:
    await standing.answer(service_of(context), turn_of(update), tap.item, tap.answer)


async def ask_anew(update: Update, context: Context, tap: ChangeAnswer) -> None:
    await standing.ask_anew(service_of(context), turn_of(update), tap.item)


async def answer_anew(update: Update, context: Context, tap: AnswerAnew) -> None:
    await standing.answer_anew(service_of(context), turn_of(update), tap.item, tap.answer)


COMMANDS: dict[str, Command] = {}
TAPS: Taps = {AnswerCannot: answer, ChangeAnswer: ask_anew, AnswerAnew: answer_anew}

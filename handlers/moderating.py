"""What whoever reads own words first says of them, and what the person says whose they are."""

from telegram import Update

from handlers.door import Command, Context, Taps, service_of, turn_of
from messages.actions.moderating import (
    AnswerQuote,
    AnswerQuoteFor,
    AskQuoteAgain,
    AskQuoteForAgain,
    Judge,
    NextText,
    TakeNamesOut,
)
from usecases import moderating


async def moderate(update: Update, context: Context) -> None:
    await moderating.show(service_of(context), turn_of(update))


async def judge(update: Update, context: Context, tap: Judge) -> None:
    await moderating.judge(service_of(context), turn_of(update), tap.quote, tap.verdict)


async def take_names_out(update: Update, context: Context, tap: TakeNamesOut) -> None:
    await moderating.take_names_out(service_of(context), turn_of(update), tap.quote)


async def next_text(update: Update, context: Context, tap: NextText) -> None:
    await moderating.next_(service_of(context), turn_of(update), tap.quote)


async def answer(update: Update, context: Context, tap: AnswerQuote) -> None:
    await moderating.answer(service_of(context), turn_of(update), tap.sitting, tap.agreed == 1)


async def ask_again(update: Update, context: Context, tap: AskQuoteAgain) -> None:
    await moderating.ask_again(service_of(context), turn_of(update), tap.sitting)


async def answer_for(update: Update, context: Context, tap: AnswerQuoteFor) -> None:
    await moderating.answer_for(service_of(context), turn_of(update), tap.sitting, tap.agreed == 1)


async def ask_for_again(update: Update, context: Context, tap: AskQuoteForAgain) -> None:
    await moderating.ask_for_again(service_of(context), turn_of(update), tap.sitting)


COMMANDS: dict[str, Command] = {"moderate": moderate}
TAPS: Taps = {
    Judge: judge,
    TakeNamesOut: take_names_out,
    NextText: next_text,
    AnswerQuote: answer,
    AskQuoteAgain: ask_again,
    AnswerQuoteFor: answer_for,
    AskQuoteForAgain: ask_for_again,
}

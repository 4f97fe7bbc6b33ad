"""What staff put on record about text messages: /texts and its buttons."""

from telegram import Update

from handlers.door import Command, Context, Taps, argument_of, service_of, turn_of
from messages.actions.texting import TextsAgreed, TextsAsk, TextsStop
from usecases import texting


async def texts(update: Update, context: Context) -> None:
    await texting.show(service_of(context), turn_of(update), argument_of(update))


async def ask(update: Update, context: Context, tap: TextsAsk) -> None:
    await texting.ask(service_of(context), turn_of(update), tap.individual)


async def agree(update: Update, context: Context, tap: TextsAgreed) -> None:
    await texting.agree(service_of(context), turn_of(update), tap.individual, tap.ending, tap.bar)


async def stop(update: Update, context: Context, tap: TextsStop) -> None:
    await texting.stop(service_of(context), turn_of(update), tap.individual)


COMMANDS: dict[str, Command] = {"texts": texts}
TAPS: Taps = {TextsAsk: ask, TextsAgreed: agree, TextsStop: stop}

"""Papers about one order that staff ask for: its evidence record, a letter to begin from, a review pack."""

from telegram import Update

from handlers.door import Command, Context, Taps, argument_of, service_of, turn_of
from messages.actions.papers import LetterAs, LetterOf, RecordOf, ReviewOf
from usecases import papers, reviewing


async def evidence_record(update: Update, context: Context) -> None:
    await papers.ask_which(service_of(context), turn_of(update), argument_of(update))


async def make_record(update: Update, context: Context, tap: RecordOf) -> None:
    await papers.make_record(service_of(context), turn_of(update), tap.order, tap.months)


async def letter(update: Update, context: Context) -> None:
    await papers.ask_for_letter(service_of(context), turn_of(update), argument_of(update))


async def make_letter(update: Update, context: Context, tap: LetterOf) -> None:
    await papers.make_letter(service_of(context), turn_of(update), tap.order)


async def make_this_letter(update: Update, context: Context, tap: LetterAs) -> None:
    await papers.make_this_letter(service_of(context), turn_of(update), tap.order, tap.step)


async def review(update: Update, context: Context) -> None:
    await reviewing.show(service_of(context), turn_of(update), argument_of(update))


async def review_of(update: Update, context: Context, tap: ReviewOf) -> None:
    await reviewing.show_of(service_of(context), turn_of(update), tap.order)


COMMANDS: dict[str, Command] = {"evidence": evidence_record, "letter": letter, "review": review}
TAPS: Taps = {RecordOf: make_record, LetterOf: make_letter, LetterAs: make_this_letter, ReviewOf: review_of}

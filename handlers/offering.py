"""Offering questionnaires: who asks where the chat cannot, what came of it, how each stands, that an order is over."""

from telegram import Update

from handlers.door import Command, Context, Taps, service_of, turn_of
from messages.actions.offering import ConfirmEnd, FormStages, NameOne, NameWhom, Offered
from usecases import formcards, neutral


async def ask_whom(update: Update, context: Context, tap: NameWhom) -> None:
    await neutral.ask_whom(service_of(context), turn_of(update), tap.item, tap.page)


async def name(update: Update, context: Context, tap: NameOne) -> None:
    await neutral.name(service_of(context), turn_of(update), tap.item, tap.staff)


async def record(update: Update, context: Context, tap: Offered) -> None:
    await neutral.record(service_of(context), turn_of(update), tap.sitting, tap.said)


async def show(update: Update, context: Context, tap: FormStages) -> None:
    await formcards.show(service_of(context), turn_of(update), tap.individual)


async def confirm_end(update: Update, context: Context, tap: ConfirmEnd) -> None:
    await formcards.confirm_end(service_of(context), turn_of(update), tap.order, tap.sure == 1)


COMMANDS: dict[str, Command] = {}
TAPS: Taps = {NameWhom: ask_whom, NameOne: name, Offered: record, FormStages: show, ConfirmEnd: confirm_end}

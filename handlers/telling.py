"""What staff ask about messages: /why and /repairs."""

from telegram import Update

from handlers.door import Command, Context, Taps, argument_of, service_of, turn_of
from messages.actions.telling import RepairsAll, RepairsOf
from usecases import repairing, telling


async def why(update: Update, context: Context) -> None:
    await telling.why(service_of(context), turn_of(update), argument_of(update))


async def repairs(update: Update, context: Context) -> None:
    await repairing.show(service_of(context), turn_of(update))


async def repairs_of(update: Update, context: Context, tap: RepairsOf) -> None:
    await repairing.of_kind(service_of(context), turn_of(update), tap.kind, tap.page)


async def repairs_all(update: Update, context: Context, tap: RepairsAll) -> None:
    await repairing.back(service_of(context), turn_of(update))


COMMANDS: dict[str, Command] = {"why": why, "repairs": repairs}
TAPS: Taps = {RepairsOf: repairs_of, RepairsAll: repairs_all}

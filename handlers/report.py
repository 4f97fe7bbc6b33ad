"""What a manager asks: /report, for this quarter or for days that are typed behind it."""

from telegram import Update

from handlers.door import Command, Context, Taps, argument_of, service_of, turn_of
from messages.actions import ShowReport
from usecases import reports


async def report(update: Update, context: Context) -> None:
    await reports.show(service_of(context), turn_of(update), argument_of(update))


async def show(update: Update, context: Context, tap: ShowReport) -> None:
    await reports.turn_to(service_of(context), turn_of(update), tap.period, tap.answers)


COMMANDS: dict[str, Command] = {"report": report}
TAPS: Taps = {ShowReport: show}

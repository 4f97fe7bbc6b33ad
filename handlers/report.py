"""What a manager asks: /report, for this quarter or for days that are typed behind it."""

from telegram import Update

from handlers.door import Command, Context, Taps, argument_of, service_of, turn_of
from messages.actions.report import ShowOutcomes, ShowReport
from usecases import outcomes, reports


async def report(update: Update, context: Context) -> None:
    await reports.show(service_of(context), turn_of(update), argument_of(update))


async def show(update: Update, context: Context, tap: ShowReport) -> None:
    await reports.turn_to(service_of(context), turn_of(update), tap.period, tap.answers)


async def show_outcomes(update: Update, context: Context, tap: ShowOutcomes) -> None:
    await outcomes.turn_to(service_of(context), turn_of(update), tap.period, tap.page)


COMMANDS: dict[str, Command] = {"report": report}
TAPS: Taps = {ShowReport: show, ShowOutcomes: show_outcomes}

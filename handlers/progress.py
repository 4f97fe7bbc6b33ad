"""Hours: /hours and *that's wrong* for an individual, /progress and requests for more time for staff."""

from telegram import Update

from handlers.door import Command, Context, Taps, argument_of, service_of, turn_of
from messages.actions.progress import AskExtension, Extended, HoursWrong, OrderHours, ProgressPage
from usecases import hours, progress


async def my_hours(update: Update, context: Context) -> None:
    await hours.show(service_of(context), turn_of(update))


async def wrong(update: Update, context: Context, tap: HoursWrong) -> None:
    await hours.ask_wrong(service_of(context), turn_of(update), tap.order)


async def show(update: Update, context: Context) -> None:
    await progress.show(service_of(context), turn_of(update), argument_of(update))


async def turn(update: Update, context: Context, tap: ProgressPage) -> None:
    await progress.turn(service_of(context), turn_of(update), tap.view, tap.page)


async def show_order(update: Update, context: Context, tap: OrderHours) -> None:
    await progress.show_order(service_of(context), turn_of(update), tap.order)


async def ask_extension(update: Update, context: Context, tap: AskExtension) -> None:
    await progress.ask_extension(service_of(context), turn_of(update), tap.order)


async def extended(update: Update, context: Context, tap: Extended) -> None:
    await progress.record_extension(service_of(context), turn_of(update), tap.order, tap.cause)


COMMANDS: dict[str, Command] = {"hours": my_hours, "progress": show}
TAPS: Taps = {
    HoursWrong: wrong,
    ProgressPage: turn,
    OrderHours: show_order,
    AskExtension: ask_extension,
    Extended: extended,
}

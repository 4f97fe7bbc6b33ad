"""The time limits of an order: /clocks, what is put on record there, and why a limit was not kept."""

from telegram import Update

from handlers.door import Command, Context, Taps, argument_of, service_of, turn_of
from messages.actions.standards import CaseChanged, LateBecause, OpenClocks, StepAsk, StepDay, StepDone, StepUndo
from usecases import clocks, steps


async def show(update: Update, context: Context) -> None:
    await clocks.show(service_of(context), turn_of(update), argument_of(update))


async def show_of(update: Update, context: Context, tap: OpenClocks) -> None:
    await clocks.show_of(service_of(context), turn_of(update), tap.individual)


async def ask_when(update: Update, context: Context, tap: StepAsk) -> None:
    await steps.ask_when(service_of(context), turn_of(update), tap.order, tap.step)


async def ask_day(update: Update, context: Context, tap: StepDay) -> None:
    await steps.ask_day(service_of(context), turn_of(update), tap.order, tap.step)


async def record(update: Update, context: Context, tap: StepDone) -> None:
    await steps.record(service_of(context), turn_of(update), tap.order, tap.step, tap.ago)


async def take_back(update: Update, context: Context, tap: StepUndo) -> None:
    await steps.take_back(service_of(context), turn_of(update), tap.order, tap.step, tap.day)


async def something_changed(update: Update, context: Context, tap: CaseChanged) -> None:
    await steps.something_changed(service_of(context), turn_of(update), tap.order)


async def explain(update: Update, context: Context, tap: LateBecause) -> None:
    await clocks.explain(service_of(context), turn_of(update), tap.item, tap.reason)


COMMANDS: dict[str, Command] = {"clocks": show}
TAPS: Taps = {
    OpenClocks: show_of,
    StepAsk: ask_when,
    StepDay: ask_day,
    StepDone: record,
    StepUndo: take_back,
    CaseChanged: something_changed,
    LateBecause: explain,
}

"""What an individual says to a questionnaire. What they type comes through `individual.words`."""

from telegram import Update

from handlers.door import Command, Context, Taps, argument_of, service_of, turn_of
from messages.actions.forms import (
    FormBegin,
    FormClear,
    FormControl,
    FormHere,
    FormLeave,
    FormOption,
    FormPaper,
    FormsOf,
    FormTake,
    FormTakeBack,
    FormWords,
)
from usecases import assisting, sittings, withdrawing


async def choose(update: Update, context: Context, tap: FormOption) -> None:
    await sittings.choose(service_of(context), turn_of(update), tap.sitting, tap.turn, tap.number, tap.tick == 1)


async def press(update: Update, context: Context, tap: FormControl) -> None:
    await sittings.press(service_of(context), turn_of(update), tap.sitting, tap.turn, tap.control)


async def reword(update: Update, context: Context, tap: FormWords) -> None:
    await sittings.reword(service_of(context), turn_of(update), tap.sitting, tap.easy == 1)


async def here_instead(update: Update, context: Context, tap: FormHere) -> None:
    await sittings.here_instead(service_of(context), turn_of(update), tap.sitting)


async def take_back(update: Update, context: Context, tap: FormTakeBack) -> None:
    await withdrawing.take_back(service_of(context), turn_of(update), tap.sitting, tap.sure == 1)


async def leave_it(update: Update, context: Context, tap: FormLeave) -> None:
    await withdrawing.leave_it(service_of(context), turn_of(update), tap.sitting)


async def clear(update: Update, context: Context, tap: FormClear) -> None:
    await withdrawing.clear(service_of(context), turn_of(update), tap.sitting)


async def form(update: Update, context: Context) -> None:
    await assisting.ask(service_of(context), turn_of(update), argument_of(update))


async def forms_of(update: Update, context: Context, tap: FormsOf) -> None:
    await assisting.ask_of(service_of(context), turn_of(update), tap.individual)


async def take(update: Update, context: Context, tap: FormTake) -> None:
    await assisting.take(service_of(context), turn_of(update), tap.sitting, tap.way)


async def begin(update: Update, context: Context, tap: FormBegin) -> None:
    await assisting.begin(service_of(context), turn_of(update), tap.order, tap.way, tap.form)


async def paper(update: Update, context: Context, tap: FormPaper) -> None:
    await assisting.blank(service_of(context), turn_of(update), tap.order, tap.form)


COMMANDS: dict[str, Command] = {"form": form}
TAPS: Taps = {
    FormOption: choose,
    FormControl: press,
    FormWords: reword,
    FormHere: here_instead,
    FormTakeBack: take_back,
    FormLeave: leave_it,
    FormClear: clear,
    FormsOf: forms_of,
    FormTake: take,
    FormBegin: begin,
    FormPaper: paper,
}

"""What is kept and how it goes: /hold and /release, /legalhold, /privacy, /mydata and /forget."""

from telegram import Update

from handlers.door import Command, Context, Taps, argument_of, service_of, turn_of
from messages.actions.keeping import MakeCopy, SetHold
from usecases import holds, keeping, persons


async def hold(update: Update, context: Context) -> None:
    await holds.ask(service_of(context), turn_of(update), argument_of(update))


async def set_hold(update: Update, context: Context, tap: SetHold) -> None:
    await holds.hold(service_of(context), turn_of(update), tap.individual, tap.kind)


async def release(update: Update, context: Context) -> None:
    await holds.release(service_of(context), turn_of(update), argument_of(update))


async def legal_hold(update: Update, context: Context) -> None:
    case_ref, _, switch = argument_of(update).rpartition(" ")
    await keeping.legal_hold(service_of(context), turn_of(update), case_ref.strip(), switch.lower())


async def privacy(update: Update, context: Context) -> None:
    await keeping.privacy(service_of(context), turn_of(update))


async def my_data(update: Update, context: Context) -> None:
    await persons.ask_for_data(service_of(context), turn_of(update))


async def forget(update: Update, context: Context) -> None:
    await persons.ask_to_forget(service_of(context), turn_of(update))


async def make_copy(update: Update, context: Context, tap: MakeCopy) -> None:
    await persons.hand_over(service_of(context), turn_of(update), tap.item)


COMMANDS: dict[str, Command] = {
    "hold": hold,
    "release": release,
    "legalhold": legal_hold,
    "privacy": privacy,
    "mydata": my_data,
    "forget": forget,
}
TAPS: Taps = {SetHold: set_hold, MakeCopy: make_copy}

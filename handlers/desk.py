"""What is open: /desk, one person's things together, and passing them on. Claim and close are with the cards."""

from telegram import Update

from handlers.door import Command, Context, Taps, service_of, turn_of
from messages.actions.desk import Desk, PassOn, PassTo, Person, TakeAll
from usecases import desk, passing


async def show(update: Update, context: Context) -> None:
    await desk.show(service_of(context), turn_of(update))


async def turn(update: Update, context: Context, tap: Desk) -> None:
    await desk.turn(service_of(context), turn_of(update), tap.view, tap.page)


async def person(update: Update, context: Context, tap: Person) -> None:
    await desk.show_person(service_of(context), turn_of(update), tap.individual)


async def take_all(update: Update, context: Context, tap: TakeAll) -> None:
    await desk.take_all(service_of(context), turn_of(update), tap.individual)


async def pass_on(update: Update, context: Context, tap: PassOn) -> None:
    await passing.ask(service_of(context), turn_of(update), tap.what, tap.id)


async def pass_to(update: Update, context: Context, tap: PassTo) -> None:
    await passing.pass_on(service_of(context), turn_of(update), tap.what, tap.id, tap.staff)


COMMANDS: dict[str, Command] = {"desk": show, "alerts": show}  # its name of before: phones have it in their menus
TAPS: Taps = {Desk: turn, Person: person, TakeAll: take_all, PassOn: pass_on, PassTo: pass_to}

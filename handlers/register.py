"""What whoever runs a session says: /today, an outcome for each person or for several, notes; and what a person's own
workers put right: /dates. A session is given to a colleague with /give."""

from telegram import Update

from handlers.door import Command, Context, Taps, argument_of, service_of, turn_of
from messages.actions.register import (
    AllSentHome,
    EveryoneCame,
    GivePage,
    GiveSession,
    GiveTo,
    HowLong,
    LineIsAbout,
    Look,
    Mark,
    NotListed,
    OnAgain,
    OpenDate,
    SetDate,
    TakeNote,
    Unmark,
    WasHere,
    WriteNote,
)
from usecases import correcting, giving, marking, noting, register, registering


async def today(update: Update, context: Context) -> None:
    await marking.today(service_of(context), turn_of(update))


async def look(update: Update, context: Context, tap: Look) -> None:
    await marking.look(service_of(context), turn_of(update), tap.appointment, tap.page)


async def mark(update: Update, context: Context, tap: Mark) -> None:
    turn = turn_of(update)
    await marking.mark(service_of(context), turn, tap.appointment, tap.outcome, tap.minutes, tap.cause)


async def everyone(update: Update, context: Context, tap: EveryoneCame) -> None:
    await marking.everyone(service_of(context), turn_of(update), tap.appointment)


async def send_home(update: Update, context: Context, tap: AllSentHome) -> None:
    await marking.send_home(service_of(context), turn_of(update), tap.appointment, tap.cause, tap.until)


async def ask_worked(update: Update, context: Context, tap: HowLong) -> None:
    await marking.ask_worked(service_of(context), turn_of(update), tap.appointment, tap.outcome, tap.cause)


async def unmark(update: Update, context: Context, tap: Unmark) -> None:
    await marking.take_back(service_of(context), turn_of(update), tap.appointment, tap.first, tap.last)


async def was_here(update: Update, context: Context, tap: WasHere) -> None:
    await register.was_here(service_of(context), turn_of(update), tap.item, tap.here == 1)


async def write_note(update: Update, context: Context, tap: WriteNote) -> None:
    await noting.ask_note(service_of(context), turn_of(update), tap.appointment)


async def not_listed(update: Update, context: Context, tap: NotListed) -> None:
    await noting.ask_not_listed(service_of(context), turn_of(update), tap.appointment)


async def take_note(update: Update, context: Context, tap: TakeNote) -> None:
    await noting.take(service_of(context), turn_of(update), tap.note)


async def line_is_about(update: Update, context: Context, tap: LineIsAbout) -> None:
    await registering.which(service_of(context), turn_of(update), tap.note, tap.appointment)


async def give(update: Update, context: Context) -> None:
    await giving.offer(service_of(context), turn_of(update))


async def give_page(update: Update, context: Context, tap: GivePage) -> None:
    await giving.turn(service_of(context), turn_of(update), tap.page)


async def give_session(update: Update, context: Context, tap: GiveSession) -> None:
    await giving.choose(service_of(context), turn_of(update), tap.appointment, tap.page)


async def give_to(update: Update, context: Context, tap: GiveTo) -> None:
    await giving.give(service_of(context), turn_of(update), tap.appointment, tap.staff)


async def dates(update: Update, context: Context) -> None:
    await correcting.show(service_of(context), turn_of(update), argument_of(update))


async def open_date(update: Update, context: Context, tap: OpenDate) -> None:
    await correcting.open_date(service_of(context), turn_of(update), tap.appointment)


async def set_date(update: Update, context: Context, tap: SetDate) -> None:
    await correcting.put(service_of(context), turn_of(update), tap.appointment, tap.outcome, tap.detail, tap.why)


async def put_on_again(update: Update, context: Context, tap: OnAgain) -> None:
    await correcting.put_on_again(service_of(context), turn_of(update), tap.appointment)


COMMANDS: dict[str, Command] = {"today": today, "give": give, "dates": dates}
TAPS: Taps = {
    Look: look,
    Mark: mark,
    EveryoneCame: everyone,
    AllSentHome: send_home,
    HowLong: ask_worked,
    Unmark: unmark,
    WasHere: was_here,
    WriteNote: write_note,
    NotListed: not_listed,
    TakeNote: take_note,
    LineIsAbout: line_is_about,
    GivePage: give_page,
    GiveSession: give_session,
    GiveTo: give_to,
    OpenDate: open_date,
    SetDate: set_date,
    OnAgain: put_on_again,
}

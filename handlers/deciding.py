"""What staff say about a missed date: what they did, what they decide, and what stands on record."""

from telegram import Update

from handlers.door import Command, Context, Taps, argument_of, service_of, turn_of
from messages.actions.deciding import (
    AbsencesOf,
    AcceptAbsence,
    AskForMore,
    NoteContact,
    RefuseAbsence,
    SeeAbsence,
    UndoDone,
)
from usecases import deciding


async def absences(update: Update, context: Context) -> None:
    await deciding.show_all(service_of(context), turn_of(update), argument_of(update))


async def turn_page(update: Update, context: Context, tap: AbsencesOf) -> None:
    await deciding.turn_page(service_of(context), turn_of(update), tap.individual, tap.page)


async def look(update: Update, context: Context, tap: SeeAbsence) -> None:
    await deciding.look(service_of(context), turn_of(update), tap.appointment, tap.page)


async def note(update: Update, context: Context, tap: NoteContact) -> None:
    await deciding.note(service_of(context), turn_of(update), tap.appointment, tap.how)


async def ask_for_more(update: Update, context: Context, tap: AskForMore) -> None:
    await deciding.ask_for_more(service_of(context), turn_of(update), tap.appointment)


async def accept(update: Update, context: Context, tap: AcceptAbsence) -> None:
    await deciding.accept(service_of(context), turn_of(update), tap.appointment, tap.cause, tap.why)


async def refuse(update: Update, context: Context, tap: RefuseAbsence) -> None:
    await deciding.refuse(service_of(context), turn_of(update), tap.appointment, tap.heard, tap.why)


async def undo(update: Update, context: Context, tap: UndoDone) -> None:
    await deciding.undo(service_of(context), turn_of(update), tap.appointment, tap.contact, tap.record)


COMMANDS: dict[str, Command] = {"absences": absences}
TAPS: Taps = {
    AbsencesOf: turn_page,
    SeeAbsence: look,
    NoteContact: note,
    AskForMore: ask_for_more,
    AcceptAbsence: accept,
    RefuseAbsence: refuse,
    UndoDone: undo,
}

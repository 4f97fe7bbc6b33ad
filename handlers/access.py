"""What staff ask about one person: /case, the glass in front of it, and who looked."""

from telegram import Update

from handlers.door import Command, Context, Taps, argument_of, service_of, turn_of
from messages.actions.access import BreakGlass, BreakGlassFor, CaseDates, RecordFile
from usecases import audits, casecard, glass


async def case(update: Update, context: Context) -> None:
    await glass.show_case(service_of(context), turn_of(update), argument_of(update))


async def why(update: Update, context: Context, tap: BreakGlass) -> None:
    await glass.ask_why(service_of(context), turn_of(update), tap.asked)


async def break_glass(update: Update, context: Context, tap: BreakGlassFor) -> None:
    await glass.break_glass(service_of(context), turn_of(update), tap.asked, tap.reason)


async def case_dates(update: Update, context: Context, tap: CaseDates) -> None:
    await casecard.show_dates(service_of(context), turn_of(update), tap.individual, tap.page)


async def looked(update: Update, context: Context) -> None:
    await audits.who_looked(service_of(context), turn_of(update), argument_of(update))


async def record_file(update: Update, context: Context, tap: RecordFile) -> None:
    await audits.looked_as_file(service_of(context), turn_of(update), tap.individual)


COMMANDS: dict[str, Command] = {"case": case, "looked": looked}
TAPS: Taps = {BreakGlass: why, BreakGlassFor: break_glass, RecordFile: record_file, CaseDates: case_dates}

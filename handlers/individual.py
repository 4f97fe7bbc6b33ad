"""What an individual says: start, stop, next, help, language, a tap under a date, any other words."""

from telegram import Update

from domain.appointments import Answer
from handlers import asking, progress
from handlers import enrolment as phones
from handlers.door import Command, Context, Taps, argument_of, service_of, turn_of
from messages.actions.individual import Because, Say, Speak, StartAgain
from usecases import enrolment, replies


async def start(update: Update, context: Context) -> None:
    await enrolment.start(service_of(context), turn_of(update), argument_of(update))


async def stop(update: Update, context: Context) -> None:
    await enrolment.stop(service_of(context), turn_of(update))


async def help_(update: Update, context: Context) -> None:
    await enrolment.help_(service_of(context), turn_of(update))


async def next_(update: Update, context: Context) -> None:
    await enrolment.next_dates(service_of(context), turn_of(update))


async def language(update: Update, context: Context) -> None:
    await enrolment.ask_language(service_of(context), turn_of(update))


async def answer(update: Update, context: Context, tap: Say) -> None:
    said = Answer(tap.answer)
    await replies.reply(service_of(context), turn_of(update), tap.appointment, tap.revision, said)


async def because(update: Update, context: Context, tap: Because) -> None:
    await replies.give_reason(service_of(context), turn_of(update), tap.appointment, tap.revision, tap.reason)


async def speak(update: Update, context: Context, tap: Speak) -> None:
    await enrolment.choose_language(service_of(context), turn_of(update), tap.language, tap.linking == 1)


async def start_again(update: Update, context: Context, tap: StartAgain) -> None:
    await enrolment.go_on(service_of(context), turn_of(update))


COMMANDS: dict[str, Command] = {
    "start": start,
    "stop": stop,
    "help": help_,
    "next": next_,
    "language": language,
}
HOURS = r"(?:hours|(?:my )?hours (?:left|done|to go)|my hours|how many (?:more )?hours\b[\w' ]{0,30})"
BARE_WORDS: dict[str, Command] = {
    "stop": stop,
    "help": help_,
    "start": start,
    "next": next_,
    HOURS: progress.my_hours,
    "call": asking.call,
    "hide": phones.hide,
}
TAPS: Taps = {Say: answer, Because: because, Speak: speak, StartAgain: start_again}

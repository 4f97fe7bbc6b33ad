"""What is said about a phone and whose it is: /phone, /hide, *This is not me*, *Undo*, and what may be shown."""

from telegram import Update

from handlers.door import Command, Context, Taps, service_of, turn_of
from messages.actions.enrolment import NotMe, PlainWords, SharePhone, ShowName, Undo
from usecases import discretion, hiding, unlinking


async def phone(update: Update, context: Context) -> None:
    await discretion.phone(service_of(context), turn_of(update))


async def hide(update: Update, context: Context) -> None:
    await hiding.hide(service_of(context), turn_of(update))


async def show_name(update: Update, context: Context, tap: ShowName) -> None:
    await discretion.show_name(service_of(context), turn_of(update), tap.agreed == 1)


async def share_phone(update: Update, context: Context, tap: SharePhone) -> None:
    await discretion.share_phone(service_of(context), turn_of(update), tap.shared == 1)


async def choose_words(update: Update, context: Context, tap: PlainWords) -> None:
    await discretion.choose_words(service_of(context), turn_of(update), tap.plain == 1)


async def not_me(update: Update, context: Context, tap: NotMe) -> None:
    await unlinking.not_me(service_of(context), turn_of(update))


async def undo(update: Update, context: Context, tap: Undo) -> None:
    await unlinking.undo(service_of(context), turn_of(update), tap.invite)


COMMANDS: dict[str, Command] = {"phone": phone, "hide": hide}
TAPS: Taps = {ShowName: show_name, SharePhone: share_phone, PlainWords: choose_words, NotMe: not_me, Undo: undo}

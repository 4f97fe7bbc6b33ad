"""Packs, for a manager: looked at, drawn up, taken along as files, and signed. The files are made outside a transaction
and beside the loop: it takes a while, and other chats go on."""

import asyncio

from telegram import Update

from domain.packs import Version
from handlers.door import Command, Context, Taps, service_of, turn_of
from messages import books
from messages.actions.packs import AgainPack, AskSign, DrawPack, OpenPacks, PackFile, SignPack
from messages.compose import Tongue, Voice
from messages.telegram import at_work
from messages.words import SOURCE
from usecases import packs
from usecases.drawing_up import Drawn
from usecases.service import Service

COMMANDS: dict[str, Command] = {}


def _voice(service: Service) -> Voice:
    """A file's words: those of the service, whoever asks for it."""
    return Tongue(service.calendar, service.policy).voice(SOURCE, service.clock.now())


async def show(update: Update, context: Context, tap: OpenPacks) -> None:
    await packs.show(service_of(context), turn_of(update), tap.period)


async def draw(update: Update, context: Context, tap: DrawPack) -> None:
    service, turn = service_of(context), turn_of(update)
    asked = await packs.to_draw(service, turn, tap.period, tap.after)
    drawn, content = (
        await at_work(context.bot, turn.chat_id, _drawn(service, *asked)) if asked is not None else (None, b"")
    )
    await packs.keep(service, turn, drawn, tap.period, tap.after, content)


async def _drawn(service: Service, version: Version, by: str) -> tuple[Drawn, bytes]:
    drawn = await packs.drawn(service, version, by)
    return drawn, await asyncio.to_thread(books.content, drawn.packs, drawn.version, drawn.by, _voice(service))


async def draw_again(update: Update, context: Context, tap: AgainPack) -> None:
    await packs.ask_why(service_of(context), turn_of(update), tap.period)


async def give(update: Update, context: Context, tap: PackFile) -> None:
    await packs.give(service_of(context), turn_of(update), tap.version, tap.part)


async def ask_sign(update: Update, context: Context, tap: AskSign) -> None:
    await packs.ask_sign(service_of(context), turn_of(update), tap.version)


async def sign(update: Update, context: Context, tap: SignPack) -> None:
    service, turn = service_of(context), turn_of(update)
    found = await packs.to_sign(service, turn, tap.version)
    before, content = "", b""
    if found is not None:
        about, name = found
        before, voice = about.version.digest, _voice(service)
        content = await at_work(context.bot, turn.chat_id, asyncio.to_thread(books.signed, about.content, name, voice))
    await packs.sign(service, turn, tap.version, before, content)


TAPS: Taps = {
    OpenPacks: show,
    DrawPack: draw,
    AgainPack: draw_again,
    PackFile: give,
    AskSign: ask_sign,
    SignPack: sign,
}

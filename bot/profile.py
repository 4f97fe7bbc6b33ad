"""How the bot looks in Telegram to anybody who glances at the phone: it must not say what this is about."""

from dataclasses import dataclass

import typer
from telegram import Bot
from telegram.error import TelegramError

from bot import probe
from bot.settings import Settings
from domain import discreet
from messages import words

RENAME = "Choose words that say nothing of what this is about: "


@dataclass(frozen=True)
class Profile:
    """What stands above the chat and in the list of chats. Of the picture nothing can be read: people look at it."""

    name: str
    username: str
    description: str
    short_description: str


@dataclass(frozen=True)
class Fault:
    """Something on show that gives away what this is about, and what to do about it."""

    what: str
    found: str
    advice: str


async def look(found: Settings) -> Profile:
    """How the bot looks now; raises as `probe.identity` does."""
    async with probe.asked(found.token, found.telegram_url) as bot:
        return await _look(bot)


async def _look(bot: Bot) -> Profile:
    description, short = await bot.get_my_description(), await bot.get_my_short_description()
    return Profile(bot.first_name, bot.username, description.description, short.short_description)


async def make_neutral(found: Settings) -> tuple[Profile, bool]:
    """Gives the bot the catalogue's neutral words, where it has others; False if Telegram would not have it now."""
    async with probe.asked(found.token, found.telegram_url) as bot:
        try:
            await _describe(bot, await _look(bot))
        except TelegramError:
            return await _look(bot), False
        return await _look(bot), True


async def _describe(bot: Bot, now: Profile) -> None:
    """Telegram allows few changes an hour: what stands already is not set again."""
    description, short = words.say("bot.description", "en"), words.say("bot.short_description", "en")
    if now.description != description:
        await bot.set_my_description(description)
    if now.short_description != short:
        await bot.set_my_short_description(short)


def faults(shown: Profile, service_name: str) -> list[Fault]:
    """What of it has a word from the list."""
    parts = {
        "The bot's name": (shown.name, "/setname at @BotFather"),
        "The bot's username": (f"@{shown.username}", "a new bot at @BotFather, whose token goes into MINDER_TOKEN"),
        "The bot's description": (shown.description, "run `minder setup` again"),
        "The bot's short description": (shown.short_description, "run `minder setup` again"),
        "The service's name": (service_name, "MINDER_SERVICE_NAME"),
    }
    return [
        Fault(what, f"“{text}” has {', '.join(f'“{word}”' for word in found)}", f"{RENAME}{where}.")
        for what, (text, where) in parts.items()
        if (found := discreet.faults(text))
    ]


def show(shown: Profile, described: bool, service_name: str) -> None:
    """What a glance at the phone shows, where it gives something away, and what has still to be done by hand."""
    if not described:
        typer.echo("Telegram did not take the bot's description just now: run `minder setup` again in an hour.")
    for fault in faults(shown, service_name):
        typer.echo(f"Warning: {fault.what.lower()}: {fault.found}. {fault.advice}")
    typer.echo("The bot's picture: a plain one, without a crest, a name or words (/setuserpic at @BotFather).")

"""Asks Telegram who the bot is: the first thing to know before a set-up, an invitation, or a start."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx
from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

Watcher = Callable[[httpx.Response], Awaitable[None]]
PATIENCE = 10.0  # seconds for one answer


class ProbeFailed(Exception):
    """Telegram did not say who the bot is. Its text is a sentence: what was found, and what to do."""


class TokenRefused(ProbeFailed):
    """The Bot API answered, and knows no bot by this token."""


@dataclass(frozen=True)
class Identity:
    """The bot as Telegram knows it. `said_at` is Telegram's own clock, to the second; None if it did not say."""

    username: str
    said_at: datetime | None


async def identity(token: str, telegram_url: str) -> Identity:
    """Who the bot is; raises TokenRefused or ProbeFailed."""
    dates: list[str] = []

    async def note_date(response: httpx.Response) -> None:
        dates.extend(response.headers.get_list("date"))

    async with asked(token, telegram_url, note_date) as bot:
        return Identity(bot.username, _moment(dates[-1]) if dates else None)


@asynccontextmanager
async def asked(token: str, telegram_url: str, *watchers: Watcher) -> AsyncIterator[Bot]:
    """The bot, to ask Telegram about it; raises TokenRefused or ProbeFailed."""
    hooks = {"event_hooks": {"response": list(watchers)}}
    request = HTTPXRequest(connect_timeout=PATIENCE, read_timeout=PATIENCE, httpx_kwargs=hooks)
    try:
        address = f"{telegram_url.rstrip('/')}/bot"
        async with Bot(token, base_url=address, request=request, get_updates_request=request) as bot:
            yield bot
    except InvalidToken:
        raise TokenRefused(
            "Telegram knows no bot by this token. Copy it again from @BotFather: digits, a colon, letters."
        ) from None
    except TelegramError as error:
        raise ProbeFailed(
            f"Telegram could not be reached at {telegram_url} ({error.message}). Check the network, any proxy, and "
            "MINDER_TELEGRAM_URL if it is set."
        ) from None


def _moment(header: str) -> datetime | None:
    try:
        return parsedate_to_datetime(header)
    except ValueError:
        return None

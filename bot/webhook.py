"""Updates as Telegram posts them: kept, and only then answered with 200. Anything but 200 is posted again."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot
from telegram.error import TelegramError

from bot import serving
from bot.receive import ALLOWED, Receiver
from bot.settings import Settings
from domain import retrying

log = structlog.get_logger()
HEADER = "X-Telegram-Bot-Api-Secret-Token"
MOST_BYTES = 1_000_000  # an update is a few thousand; nothing that Telegram posts comes near
BETWEEN_TRIES = (timedelta(seconds=1), timedelta(minutes=1))  # to have Telegram post here
AT_ONCE = 40  # posts under way at a time: Telegram's own default


def secret(settings: Settings) -> str:
    """What Telegram sends with every post: set, or made from the secret key, which all processes share."""
    return settings.webhook_secret or hmac.new(settings.secret_key[0].encode(), b"webhook", hashlib.sha256).hexdigest()


def pages(settings: Settings, receiver: Receiver, others: Sequence[Route] = ()) -> Starlette:
    """One page, at the path of the public address, and `others` beside it."""
    expected = secret(settings).encode()

    async def post(request: Request) -> Response:
        given = request.headers.get(HEADER, "").encode()
        if not hmac.compare_digest(given, expected):
            return Response(status_code=403)
        body = await serving.body(request, MOST_BYTES)
        if body is None:
            return Response(status_code=413)
        update = _update(body)
        if update is None:
            return Response(status_code=400)
        try:
            await receiver.take([update])
        except Exception as error:  # it is posted again
            log.warning("receiving_trouble", error=type(error).__name__)
            return Response(status_code=503)
        return Response()

    own = Route(urlsplit(settings.webhook_url).path or "/", post, methods=["POST"])
    return Starlette(routes=[*others, own])


def _update(body: bytes) -> Mapping[str, Any] | None:
    try:
        said = json.loads(body)
    except ValueError:
        return None
    known = isinstance(said, dict) and type(said.get("update_id")) is int
    return said if known else None


async def keep_serving(settings: Settings, receiver: Receiver, bot: Bot, others: Sequence[Route] = ()) -> None:
    """Until cancelled: listens, then asks Telegram to post here. A port that is taken ends the bot, which would hear
    nothing."""
    host, _, port = settings.webhook_listen.rpartition(":")
    async with serving.served(pages(settings, receiver, others), host, int(port)):
        tries = 0
        while not await _set(settings, bot):
            tries += 1
            wait = retrying.growing(tries, *BETWEEN_TRIES, dice=0.5)
            await receiver.service.clock.sleep(wait.total_seconds())
        await asyncio.Event().wait()


async def _set(settings: Settings, bot: Bot) -> bool:
    how = (AT_ONCE, ALLOWED)
    try:
        await bot.set_webhook(settings.webhook_url, None, *how, secret_token=secret(settings))
    except TelegramError as error:
        log.warning("webhook_not_set", error=type(error).__name__, hint="Telegram posts to https:// addresses only.")
        return False
    log.info("webhook_set")
    return True

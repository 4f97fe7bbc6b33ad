"""The bot as a process: it starts when Telegram answers, and stops when it is told to."""

import asyncio
import signal
import sys
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog
import typer
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from bot import app, lock, logs, probe, settings
from bot.clock import SystemClock
from bot.opening import ENV_FILE
from bot.probe import Identity
from bot.settings import Settings
from db import migrate, trouble
from domain.clock import Clock

T = TypeVar("T")
log = structlog.get_logger()
STOP_SECONDS = 8.0  # what is not finished by then is in the inbox or under a lease, and is taken up at the next start
LONGEST_WAIT = 60.0


def run() -> None:
    """Runs the bot until it is stopped (Ctrl-C, or SIGTERM). Makes or upgrades its own database."""
    found = settings.load(ENV_FILE)
    with lock.held(found.database_url):
        logs.to_stream()
        asyncio.run(until_stopped(found, SystemClock()))
    typer.echo("Minder has stopped.")


async def until_stopped(settings: Settings, clock: Clock) -> None:
    """Makes or upgrades the database, and runs the bot until SIGTERM or SIGINT. A token that Telegram refuses ends it,
    as a password does that the database refuses; a network or a database server that is down does not."""
    told = asyncio.Event()
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, told.set)
    if await _unless(told, _upgraded(settings, clock)) is None:
        return
    bot = await _unless(told, _identity(settings, clock))
    if bot is None:
        return
    where = make_url(settings.database_url).render_as_string(hide_password=True)
    sys.stdout.write(f"Minder is running as @{bot.username} on {where}. Stop it with Ctrl-C.\n")
    sys.stdout.flush()
    log.info("started", bot=bot.username)
    await _unless(told, app.build(settings, clock).run())
    log.info("stopped")


async def _upgraded(settings: Settings, clock: Clock) -> bool:
    wait = 1.0
    while True:
        try:
            await asyncio.to_thread(migrate.upgrade, settings.database_url)
            return True
        except DBAPIError as error:
            if not trouble.away(error):
                raise
            from bot import troubles  # as in bot/__main__.py

            log.warning("waiting_for_database", hint=troubles.sentence(error), seconds=wait)
            await clock.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)


async def _identity(settings: Settings, clock: Clock) -> Identity:
    wait = 1.0
    while True:
        try:
            return await probe.identity(settings.token, settings.telegram_url)
        except probe.TokenRefused:
            raise
        except probe.ProbeFailed as error:
            log.warning("waiting_for_telegram", hint=str(error), seconds=wait)
            await clock.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)


async def _unless(told: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """What the work comes to, or None if we are told to stop: then it has a few seconds to end cleanly."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(told.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if working.done():
        return working.result()
    working.cancel()
    await asyncio.wait({working}, timeout=STOP_SECONDS)
    if working.done() and not working.cancelled():
        working.result()
    return None

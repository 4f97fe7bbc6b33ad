"""What is wrong, in plain words, and what to do about it."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import typer
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from cryptography.fernet import InvalidToken
from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from bot import probe, profile, troubles
from bot.settings import Settings
from bot.silence import NO_MANAGER, missing
from db import migrate
from domain.calendar import Calendar
from messages.notify import TEMPLATE, Notify
from usecases import health
from usecases.health import Health
from usecases.service import Service

CLOCK_OFF = timedelta(seconds=60)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `advice` is what to do where it is wrong."""

    what: str
    found: str
    advice: str = ""

    @property
    def wrong(self) -> bool:
        return bool(self.advice)


async def examine(settings: Settings, service: Service) -> list[Finding]:
    """Looks at everything that a running service needs; what cannot be looked at is wrong itself."""
    return [
        *await _telegram(settings, service),
        _time_zone(service.calendar, service),
        *await _database(settings, service),
        *await _texts(settings, service),
    ]


async def _telegram(settings: Settings, service: Service) -> list[Finding]:
    address = settings.telegram_url
    try:
        bot = await probe.identity(settings.token, address)
    except probe.TokenRefused as error:
        advice = f"{error} Then run `minder setup` again, or set MINDER_TOKEN."
        return [Finding("Bot API", f"{address} answers"), Finding("Token", "it is refused", advice)]
    except probe.ProbeFailed as error:
        return [Finding("Bot API", f"{address} does not answer", str(error))]
    found = [Finding("Bot API", f"{address} answers"), Finding("Token", f"it is @{bot.username}'s")]
    found += await _on_show(settings)
    if bot.said_at is None:
        return found
    off = service.clock.now() - bot.said_at
    if abs(off) > CLOCK_OFF:
        way = "fast" if off > timedelta() else "slow"
        told = f"{abs(off) // timedelta(seconds=1)} seconds {way} of Telegram's"
        return [*found, Finding("Clock", told, "Let the machine keep its time by NTP (`timedatectl set-ntp true`).")]
    return [*found, Finding("Clock", "as Telegram's")]


async def _on_show(settings: Settings) -> list[Finding]:
    """Whether anything that a glance at the phone shows says what this is about."""
    try:
        faults = profile.faults(await profile.look(settings), settings.service_name)
    except probe.ProbeFailed as error:
        return [Finding("Discreet", "the bot's name and description could not be read", str(error))]
    if not faults:
        return [Finding("Discreet", "the bot's name, description and the service's name give nothing away")]
    return [Finding(one.what, one.found, one.advice) for one in faults]


async def _texts(settings: Settings, service: Service) -> list[Finding]:
    """Whether text messages would go; nothing where they are not set up."""
    if not settings.notify_key:
        return []
    from notifications_python_client.errors import APIError  # here, because most councils have no use for it

    notify = Notify(service.clock, settings.notify_key, settings.notify_template, settings.notify_url)
    what = "Text messages"
    try:
        body = await notify.look()
    except APIError as error:
        advice = "Check MINDER_NOTIFY_KEY, MINDER_NOTIFY_TEMPLATE, MINDER_NOTIFY_URL and this machine's clock."
        return [Finding(what, f"GOV.UK Notify does not show the template ({error.status_code})", advice)]
    if body.strip() != TEMPLATE:
        return [Finding(what, "the template has words of its own", f"It must say {TEMPLATE} and nothing else.")]
    return [Finding(what, "GOV.UK Notify has the template, and may post what comes back")]


def _time_zone(calendar: Calendar, service: Service) -> Finding:
    return Finding(
        "Time zone", f"{calendar.zone}, where it is {calendar.wall(service.clock.now()):%a %d %b, %H:%M} now"
    )


async def _database(settings: Settings, service: Service) -> list[Finding]:
    url = make_url(settings.database_url)
    shown = url.render_as_string(hide_password=True)
    if missing(url):
        return [Finding("Database", f"{shown} is not there yet", "Run `minder setup` or `minder run`: each makes it.")]
    try:
        pending = await asyncio.to_thread(migrate.pending, settings.database_url)
    except (DBAPIError, CommandError, RevisionError) as error:
        return [Finding("Database", f"{shown} cannot be used", troubles.sentence(error) or str(error))]
    found = [Finding("Database", f"{shown} answers")]
    if pending:
        steps = f"{len(pending)} not applied: {', '.join(pending)}"
        return [*found, Finding("Migrations", steps, "Run `minder setup` or start `minder run`: each applies them.")]
    found.append(Finding("Migrations", "all applied"))
    try:
        return [*found, *_service(await health.look(service), service)]
    except InvalidToken:
        return [*found, Finding("Secret key", "it does not open the database", troubles.WRONG_KEY)]


def _service(seen: Health, service: Service) -> Iterator[Finding]:
    if seen.manager_linked:
        yield Finding("Manager", "one can be told")
    else:
        yield Finding("Manager", "none can be told anything: none is linked, or all have left or are away", NO_MANAGER)
    if seen.without_worker:
        found = f"{seen.without_worker} on orders that run have none: theirs has left, or nobody is named"
        yield Finding("Workers", found, "A manager sees them under /repairs, and gives each to somebody: /handover.")
    yield from _sending(seen, service)
    if seen.last_import is None:
        yield Finding("Last import", "none yet", "Run `minder import` with the case system's export, then every night.")
        return
    days = service.policy.import_expected_days
    old = f"That is more than {days} working days ago: see why the nightly `minder import` does not run."
    yield Finding("Last import", _when(seen.last_import, service), old if seen.import_old else "")


def _sending(seen: Health, service: Service) -> Iterator[Finding]:
    """Whether the bot does its work now."""
    if seen.last_heartbeat is None:
        yield Finding("Heartbeat", "none yet: `minder run` has not run here")
    else:
        advice = "`minder run` does not run, or cannot do its work: start it, and look at its log for no_heartbeat."
        yield Finding("Heartbeat", _when(seen.last_heartbeat, service), advice if seen.silent else "")
    if seen.paused_since is not None:
        found = (
            f"paused since {_when(seen.paused_since, service)}: nobody is reminded, or told that a date moved or is off"
        )
        yield Finding("Sending", found, "A manager starts it again with /resume, you with `minder resume`.")


def _when(at: datetime, service: Service) -> str:
    return f"{service.calendar.wall(at):%a %d %b %Y, %H:%M}"


def show(several: Iterable[Finding]) -> None:
    """One line for each thing looked at, and below it what to do where it is wrong."""
    for one in several:
        typer.echo(f"{'wrong' if one.wrong else 'ok':6}{one.what}: {one.found}.")
        if one.wrong:
            typer.echo(f"      {one.advice}")

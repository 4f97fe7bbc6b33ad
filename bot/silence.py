"""`minder doctor`. It has two ways to look: cron asks it every minute only whether the bot lives, and that draws in
little."""

import asyncio
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import URL, make_url

from bot import settings
from bot.clock import SystemClock
from bot.opening import ENV_FILE, do
from bot.settings import Settings
from db.engine import Database
from db.types import Keyring
from domain.calendar import Calendar
from domain.policy import Policy
from usecases import heartbeat
from usecases.forms import Forms
from usecases.service import Service

NO_HEARTBEAT = "Minder: no heartbeat for two minutes. It does not run, or cannot do its work: see `minder doctor`."
NO_MANAGER = (
    "An alert that nobody takes on ends nowhere, and nobody hears of what goes wrong. Run `minder setup`, or "
    "`minder invite REF` of a manager, or have one who is away type /back: today. Until then no heartbeat goes out."
)


def doctor(
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="For cron: silent if the bot lives and a manager can be told.")
    ] = False,
) -> None:
    """Says in plain words what is wrong and what to do. Exit code 1 if anything is."""
    found = settings.load(ENV_FILE)
    if quiet:
        if said := asyncio.run(silence(found)):
            typer.echo(said, err=True)
            raise typer.Exit(1)
        return
    from bot import doctor  # not for cron: it looks at everything

    findings = do(found, lambda service: doctor.examine(found, service), upgrade=False)
    doctor.show(findings)
    if any(one.wrong for one in findings):
        raise typer.Exit(1)


async def silence(found: Settings) -> str:
    """What is wrong if the bot has not been heard of lately, in one line; else nothing."""
    if missing(make_url(found.database_url)):
        return NO_HEARTBEAT
    db = Database(found.database_url, Keyring(found.secret_key))
    # no rules, forms or holidays: whether somebody lives does not follow from them
    service = Service(db, SystemClock(), Calendar(ZoneInfo(found.timezone)), Policy(), Forms({}))
    try:
        if await heartbeat.silent(service):
            return NO_HEARTBEAT
        in_charge = await heartbeat.somebody_in_charge(service)
        return "" if in_charge else f"Minder: no manager can be told anything. {NO_MANAGER}"
    finally:
        await db.close()


def missing(url: URL) -> bool:
    """Whether opening it would make an empty file."""
    return url.get_backend_name() == "sqlite" and not Path(url.database or "").exists()

"""`minder setup`: its questions, and where their answers go."""

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import typer

from bot import envfile, inviting, probe, profile, settings
from bot.opening import ENV_FILE, do
from bot.settings import SettingsWrong
from usecases import founding
from usecases.enrolment import Invitation
from usecases.service import Service

MANAGER = "Manager"
HIDDEN = ("token", "database")  # the second may hold a password: neither is offered back in full


@dataclass(frozen=True)
class Question:
    """A setting that is asked for."""

    name: str
    words: str
    default: str | None


QUESTIONS = {
    "token": Question("MINDER_TOKEN", "The bot's token, from @BotFather", None),
    "service_name": Question("MINDER_SERVICE_NAME", "The service's name in the chat (keep it discreet)", "Dates"),
    "timezone": Question("MINDER_TIMEZONE", "Time zone", "Europe/London"),
    "database": Question("MINDER_DATABASE_URL", "Database", "sqlite:///minder.db"),
    "phone": Question("MINDER_PHONE", "The duty number that individuals may ring (empty if there is none)", ""),
}


@dataclass(frozen=True)
class Given:
    """What stood on the command line."""

    token: str | None
    service_name: str | None
    timezone: str | None
    database: str | None
    phone: str | None
    manager: str | None
    manager_ref: str


@dataclass(frozen=True)
class Answers:
    """The settings to be written, and who the first manager is."""

    values: Mapping[str, str]
    manager: str
    manager_ref: str


def setup(
    token: Annotated[str | None, typer.Option(help="The bot's token, from @BotFather.")] = None,
    service_name: Annotated[str | None, typer.Option(help="How the bot calls the service. Keep it discreet.")] = None,
    timezone: Annotated[str | None, typer.Option(help="Such as Europe/London.")] = None,
    database: Annotated[str | None, typer.Option(help="sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")] = None,
    phone: Annotated[str | None, typer.Option(help="The duty number that individuals may ring.")] = None,
    manager: Annotated[str | None, typer.Option(help="The first manager's name.")] = None,
    manager_ref: Annotated[str, typer.Option(help="The first manager's staff reference.")] = "manager",
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Ask nothing: options, then what is set, then defaults.")
    ] = False,
) -> None:
    """Asks what is needed, writes .env, makes or upgrades the database, and invites the first manager.

    Safe to repeat: what is set already stays unless you change it.
    """
    given = Given(token, service_name, timezone, database, phone, manager, manager_ref)
    answered = answers(given, settings.as_set(ENV_FILE), ask=not yes)
    wanted = settings.check(answered.values)
    bot = asyncio.run(probe.identity(wanted.token, wanted.telegram_url))
    typer.echo(f"The token is @{bot.username}'s.")
    envfile.write(ENV_FILE, answered.values)
    typer.echo(f"{ENV_FILE} is written; only you can read it.")
    for name in outvoted(answered, settings.in_environment()):
        typer.echo(f"{name} is set in the environment too, and differently: the environment wins over {ENV_FILE}.")
    found = settings.load(ENV_FILE)
    profile.show(*asyncio.run(profile.make_neutral(found)), found.service_name)
    made = do(found, lambda service: first_manager(service, answered))
    typer.echo("The database is ready.")
    if made is None:
        typer.echo("A manager is linked already. Next: `minder run`.")
        return
    inviting.show(bot.username, made, found.invite_days, f"For {answered.manager}, the first manager")
    typer.echo("Next: `minder run`, then open the link.")


def answers(given: Given, present: Mapping[str, str], ask: bool) -> Answers:
    """Every answer: from its option, else asked for, else as it is set now, else the default."""
    values = {}
    for field, question in QUESTIONS.items():
        value: str | None = getattr(given, field)
        usual = present.get(question.name, question.default)
        if value is None and ask:
            hidden = field in HIDDEN and question.name in present
            words = f"{question.words} (Enter keeps the present one)" if hidden else question.words
            value = typer.prompt(words, default=usual, show_default=not hidden and bool(usual))
        value = usual if value is None else value
        if value is None:
            raise SettingsWrong(["--yes asks nothing, and no token is known: add --token, or set MINDER_TOKEN."])
        values[question.name] = " ".join(value.split())
    manager = given.manager
    if manager is None:
        manager = typer.prompt("The first manager's name", default=MANAGER) if ask else MANAGER
    values["MINDER_SECRET_KEY"] = present.get("MINDER_SECRET_KEY") or secrets.token_urlsafe(32)
    if url := present.get("MINDER_TELEGRAM_URL"):
        values["MINDER_TELEGRAM_URL"] = url
    return Answers(values, manager.strip() or MANAGER, given.manager_ref)


def outvoted(given: Answers, environment: Mapping[str, str]) -> list[str]:
    """The names whose answer will not count, because the environment says otherwise and wins."""
    return [name for name, value in given.values.items() if environment.get(name, value) != value]


async def first_manager(service: Service, given: Answers) -> Invitation | None:
    """The first manager's invitation; None if a manager is linked."""
    return await founding.invite_first_manager(service, given.manager, given.manager_ref)

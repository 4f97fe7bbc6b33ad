"""The questions of `minder setup`, and where their answers go."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import typer

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

"""The service that every command works with, on a database that is brought up to date first."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from bot.clock import SystemClock
from bot.settings import Settings
from db import migrate
from db.engine import Database
from db.types import Keyring
from messages import words
from usecases import forms
from usecases.service import Service

T = TypeVar("T")
ENV_FILE = Path(".env")


@asynccontextmanager
async def opened(found: Settings) -> AsyncIterator[Service]:
    db = Database(found.database_url, Keyring(found.secret_key))
    try:
        yield Service(db, SystemClock(), found.calendar(), found.policy(), forms_of(found))
    finally:
        await db.close()


def forms_of(found: Settings) -> forms.Forms:
    """Our forms and the council's own, whose words are learned; raises WrongForms."""
    read = forms.read(*([Path(found.questionnaires_folder).resolve()] if found.questionnaires_folder else []))
    words.learn(read.words)
    return read


def do(found: Settings, work: Callable[[Service], Awaitable[T]], upgrade: bool = True) -> T:
    """Does something with the service, on a database that is brought up to date first."""
    if upgrade:
        migrate.upgrade(found.database_url)

    async def run() -> T:
        async with opened(found) as service:
            return await work(service)

    return asyncio.run(run())

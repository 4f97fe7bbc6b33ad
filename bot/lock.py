"""One running bot for one SQLite file. The system lets go of the lock when the process ends, however it ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url


class AlreadyRunning(Exception):
    """Another `minder run` holds the database."""


@contextmanager
def held(database_url: str) -> Iterator[None]:
    """Holds the lock file beside the database; raises AlreadyRunning. PostgreSQL needs none: its rows are claimed."""
    url = make_url(database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        yield
        return
    with Path(f"{url.database}.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(url.database) from None
        yield

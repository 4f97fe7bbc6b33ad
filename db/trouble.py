"""What goes wrong with a database that is away for a while, apart from what is wrong with what we ask of it."""

import psycopg
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

NOT_READY = ("starting up", "shutting down", "recovery mode", "too many", "connection slots")  # PostgreSQL's own words


def passing(error: BaseException) -> bool:
    """Whether the same again may go well in a while: the server is gone, starting, full or locked."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, OperationalError | InterfaceError | NoConnection | OSError)


def away(error: BaseException) -> bool:
    """Whether a PostgreSQL server cannot be reached, or is not ready yet; not whether it refuses us or lacks our
    database. libpq gives a failed connection no code: what the server itself answered begins with FATAL."""
    if not isinstance(error, DBAPIError) or not isinstance(error.orig, psycopg.OperationalError):
        return False
    said = str(error.orig)
    return "FATAL" not in said or any(words in said for words in NOT_READY)

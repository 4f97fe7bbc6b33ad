"""Column types: moments that are always aware UTC, and personal words that are always ciphertext."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import DateTime, LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

REMEMBERED = 10_000  # opened values kept in memory: the names of staff are read for every message


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Refuses naive values on the way in; gives aware UTC on the way out, whatever the database returns."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"A moment needs a time zone; found {value.isoformat()}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None] | None:
        """SQLite's text in one step: moments are half of what is read for a list of what is open."""
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


class Keyring:
    """The service's secret keys, newest first: the first seals, all of them open."""

    def __init__(self, secrets: Sequence[str]) -> None:
        if not secrets or not all(len(secret) >= 16 for secret in secrets):
            raise ValueError("A secret key needs at least 16 characters")
        self._fernet = MultiFernet([Fernet(_derive(secret, "seal")) for secret in secrets])
        self._hash_keys = [_derive(secret, "hash") for secret in secrets]
        self._opened = lru_cache(maxsize=REMEMBERED)(self._open)

    def seal(self, words: str) -> bytes:
        """Ciphertext of `words` under the newest key."""
        return self._fernet.encrypt(words.encode())

    def open(self, sealed: bytes) -> str:
        """The words, whichever key sealed them; raises cryptography's InvalidToken if none did."""
        return self._opened(sealed)

    def seal_bytes(self, content: bytes) -> bytes:
        """Ciphertext of a file under the newest key."""
        return self._fernet.encrypt(content)

    def open_bytes(self, sealed: bytes) -> bytes:
        """The file, as `open` does it, and not kept in memory."""
        return self._fernet.decrypt(sealed)

    def _open(self, sealed: bytes) -> str:
        return self._fernet.decrypt(sealed).decode()

    def hash(self, value: str | int) -> str:
        """A keyed hash to look a value up by, under the newest key."""
        return self.hashes(value)[0]

    def hashes(self, value: str | int) -> list[str]:
        """The keyed hash under each key, newest first: for look-ups while keys are being rotated."""
        return [hmac.digest(key, str(value).encode(), "sha256").hex() for key in self._hash_keys]


def _derive(secret: str, purpose: str) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(f"minder {purpose} {secret}".encode()).digest())


_keys: ContextVar[Keyring] = ContextVar("minder_keys")


@contextmanager
def unlocked(keys: Keyring) -> Iterator[None]:
    """Within this block sealed columns can be written and read."""
    token = _keys.set(keys)
    try:
        yield
    finally:
        _keys.reset(token)


def every_hash(value: str | int) -> list[str]:
    """The keyed hash of a value under each key, newest first: until all keys have been rotated, a row may have any."""
    return _keys.get().hashes(value)


class Sealed(TypeDecorator[str]):
    """Words that only the holder of the secret key can read: names, numbers, chat ids, free text."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _keys.get().seal(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        return None if value is None else _keys.get().open(value)


class SealedJson(TypeDecorator[Any]):
    """Any JSON value, sealed."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else _keys.get().seal(json.dumps(value, ensure_ascii=False))

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(_keys.get().open(value))


class SealedBytes(TypeDecorator[bytes]):
    """A file, sealed. Rows of these are large: read them one at a time."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _keys.get().seal_bytes(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else _keys.get().open_bytes(value)

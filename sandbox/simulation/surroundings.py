"""What a play must hold still around the bot: chance, and the log."""

import random
import secrets
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, NoReturn
from unittest.mock import patch

import structlog


@contextmanager
def chance(dice: random.Random) -> Iterator[None]:
    """Codes and digits come from the dice too: they stand in messages."""

    def token(size: int | None = None) -> str:
        return f"{dice.getrandbits(8 * (size or 32)):x}"

    with patch.object(secrets, "token_urlsafe", token), patch.object(secrets, "randbelow", dice.randrange):
        yield


@contextmanager
def ear(errors: list[str]) -> Iterator[None]:
    """What the bot logs as an error is one; everything else is dropped before it costs anything."""

    def hear(_logger: Any, method: str, event: MutableMapping[str, Any]) -> NoReturn:
        if method == "error":
            errors.append(" ".join(f"{name}={value}" for name, value in sorted(event.items())))
        raise structlog.DropEvent

    kept = structlog.get_config()
    structlog.configure(processors=[hear], wrapper_class=structlog.BoundLogger)
    try:
        yield
    finally:
        structlog.configure(**kept)

"""When a staff phone asks for its PIN, and what a PIN is. Only a salted digest of one is ever kept."""

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

TRIES = 3  # wrong ones in a row, after which the account is locked
_PIN = re.compile(r"\d{4,8}", re.ASCII)
_RUNS = ("0123456789" * 2, "9876543210" * 2)
_COST = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}  # 16 MB and some 50 ms a try


@dataclass(frozen=True)
class Lock:
    """How the account of a member of staff stands. `proposed` is a PIN that was typed once and not yet again."""

    pin: str = ""
    proposed: str = ""
    wrong: int = 0
    locked: bool = False


def is_pin(words: str) -> bool:
    """Four to eight digits and nothing else."""
    return _PIN.fullmatch(words) is not None


def easy(pin: str) -> bool:
    """The first that anybody would try: one digit over and over, or digits in their order."""
    return len(set(pin)) == 1 or any(pin in run for run in _RUNS)


def digest(pin: str, salt: bytes) -> str:
    """What is kept of a PIN."""
    return f"{salt.hex()}${hashlib.scrypt(pin.encode(), salt=salt, **_COST).hex()}"


def matches(pin: str, kept: str) -> bool:
    """Whether this is the PIN that was kept."""
    salt, _, _ = kept.partition("$")
    return bool(kept) and hmac.compare_digest(digest(pin, bytes.fromhex(salt)), kept)


def asleep(heard_at: datetime | None, now: datetime, lock_after: timedelta) -> bool:
    """Whether a phone has been silent for so long that whoever speaks from it now has to unlock it."""
    return heard_at is None or now - heard_at > lock_after

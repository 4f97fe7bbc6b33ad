"""PINs: what is one, what is kept of it, and when a phone asks for it."""

from datetime import UTC, datetime, timedelta

import pytest

from domain import locks

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SALT = b"0123456789abcdef"


@pytest.mark.parametrize("words", ["2846", "28465930"])
def test_four_to_eight_digits_are_a_pin(words: str) -> None:
    assert locks.is_pin(words)


@pytest.mark.parametrize("words", ["", "284", "284659301", "28 46", "28a6", "/2846", "２８４６", "2846\n"])
def test_nothing_else_is(words: str) -> None:
    assert not locks.is_pin(words)


@pytest.mark.parametrize("pin", ["0000", "1234", "8765", "7890"])
def test_the_first_that_anybody_would_try_are_easy(pin: str) -> None:
    assert locks.easy(pin)
    assert not locks.easy("2846")


def test_what_is_kept_tells_the_right_pin_and_nothing_else() -> None:
    kept = locks.digest("2846", SALT)
    assert "2846" not in kept
    assert kept != locks.digest("2846", SALT[::-1])
    assert locks.matches("2846", kept)
    assert not locks.matches("2847", kept)
    assert not locks.matches("2846", "")


@pytest.mark.parametrize(("hours", "asleep"), [(0, False), (12, False), (12.01, True)])
def test_a_phone_asks_after_the_silence_that_was_set(hours: float, asleep: bool) -> None:
    assert locks.asleep(NOON, NOON + timedelta(hours=hours), timedelta(hours=12)) is asleep


def test_a_phone_that_has_never_spoken_asks() -> None:
    assert locks.asleep(None, NOON, timedelta(hours=12))

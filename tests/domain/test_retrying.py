"""Waits between tries grow, spread out, and end."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import retrying
from domain.outbox import End, Later, Status, Trouble, Wait

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
tries = st.integers(1, 10_000)
parts = st.floats(0, 1, exclude_max=True)


@given(tries, parts)
def test_waits_grow_up_to_a_limit_give_or_take_a_quarter(n: int, dice: float) -> None:
    wait, next_ = (retrying.growing(k, SECOND, timedelta(minutes=1), dice) for k in (n, n + 1))
    assert 0.75 * SECOND <= wait <= next_ <= 1.25 * timedelta(minutes=1)
    if n < 6:
        assert next_ > 1.9 * wait


@given(st.integers(1, 10**6), st.sampled_from(Trouble), st.floats(0, 3600), tries, st.integers(1, 100_000))
def test_whatever_it_was_is_tried_again_in_time_or_ended(
    row: int, trouble: Trouble, asked: float, n: int, left: int
) -> None:
    expires_at = NOW + left * SECOND
    match retrying.after(Later(asked, trouble), row, n, expires_at, NOW):
        case Wait(until):
            assert NOW <= until < expires_at
            assert trouble is Trouble.NEVER_SENT or until >= NOW + timedelta(seconds=asked)
        case End(status, reason):
            assert (status, reason) in {
                (Status.MISSED, "telegram_busy"),
                (Status.MISSED, "telegram_trouble"),
                (Status.MISSED, "texts_trouble"),
                (Status.FAILED, "telegram_trouble"),
            }
            assert trouble is not Trouble.NEVER_SENT


@given(st.integers(1, 10**6), st.sampled_from(Trouble), st.floats(0, 3600), tries)
def test_the_same_trouble_always_has_the_same_end(row: int, trouble: Trouble, asked: float, n: int) -> None:
    later = Later(asked, trouble)
    assert retrying.after(later, row, n, None, NOW) == retrying.after(later, row, n, None, NOW)


@pytest.mark.parametrize(
    ("trouble", "n", "end"),
    [
        (Trouble.NEVER_SENT, 10_000, Wait(NOW)),
        (Trouble.BUSY, 10_000, Wait(NOW + 30 * SECOND)),
        (Trouble.TEXTS, 10_000, Wait(NOW + 30 * SECOND)),
        (Trouble.UNKNOWN, retrying.MOST_TRIES, End(Status.FAILED, "telegram_trouble")),
    ],
)
def test_only_what_may_have_been_said_is_ever_given_up(trouble: Trouble, n: int, end: Wait | End) -> None:
    assert retrying.after(Later(30.0, trouble), 1, n, None, NOW) == end


def test_what_has_an_unknown_end_is_tried_for_a_working_day() -> None:
    waits = (retrying.growing(n, retrying.FIRST, retrying.LONGEST, dice=0.5) for n in range(1, retrying.MOST_TRIES))
    assert timedelta(hours=7) < sum(waits, timedelta()) < timedelta(hours=9)

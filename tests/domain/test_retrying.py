"""Waits between tries grow, spread out, and end."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain import retrying
from domain.outbox import End, Later, Status, Trouble, Wait
from domain.retrying import Tried

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TEXTS = (Trouble.TEXTS, Trouble.TEXTS_SHUT, Trouble.TEXTS_BUSY)
tries = st.integers(1, 10_000)
parts = st.floats(0, 1, exclude_max=True)


@given(tries, parts)
def test_waits_grow_up_to_a_limit_give_or_take_a_quarter(n: int, dice: float) -> None:
    wait, next_ = (retrying.growing(k, SECOND, timedelta(minutes=1), dice) for k in (n, n + 1))
    assert 0.75 * SECOND <= wait <= next_ <= 1.25 * timedelta(minutes=1)
    if n < 6:
        assert next_ > 1.9 * wait


@pytest.mark.parametrize("trouble", [Trouble.UNKNOWN, Trouble.NEVER_SENT])
def test_what_failed_together_does_not_come_together(trouble: Trouble) -> None:
    """The messages of an evening on which all was in trouble at once are spread over half of their wait."""
    waits = {retrying.until_again(Later(0.0, trouble), row, 3) or timedelta() for row in range(1, 101)}
    assert len(waits) == 100
    assert max(waits) > 1.6 * min(waits)


@given(
    st.integers(1, 10**6),
    st.sampled_from(Trouble),
    st.floats(0, 3600),
    tries,
    st.integers(1, 100_000),
    st.integers(0, 99),
)
def test_whatever_it_was_is_tried_again_in_time_or_ended(
    row: int, trouble: Trouble, asked: float, n: int, left: int, days: int
) -> None:
    expires_at = NOW + left * SECOND
    due_first = NOW - timedelta(days=days)
    match retrying.after(Later(asked, trouble), Tried(row, n, due_first, due_first, expires_at), NOW):
        case Wait(until):
            assert NOW <= until < expires_at
            assert trouble is Trouble.NEVER_SENT or until >= NOW + timedelta(seconds=asked)
        case End(status, reason):
            assert status is Status.MISSED, "what helps until a moment is tried until then"
            may_have_gone = trouble is Trouble.UNKNOWN or (trouble is Trouble.BUSY and n > 1)
            assert reason == (retrying.NO_ANSWER if may_have_gone else trouble.reason)
            assert trouble is not Trouble.NEVER_SENT
            assert reason.startswith("texts") is (trouble in TEXTS)


@given(st.integers(1, 10**6), st.sampled_from(Trouble), st.floats(0, 3600), tries)
def test_the_same_trouble_always_has_the_same_end(row: int, trouble: Trouble, asked: float, n: int) -> None:
    later = Later(asked, trouble)
    first, again = (retrying.after(later, Tried(row, n, NOW, NOW), NOW) for _ in range(2))
    assert first == again


@pytest.mark.parametrize(
    ("trouble", "n", "end"),
    [
        (Trouble.NEVER_SENT, 10_000, Wait(NOW)),
        (Trouble.BUSY, 10_000, Wait(NOW + 30 * SECOND)),
        (Trouble.TEXTS, 1, End(Status.FAILED, "texts_trouble")),
        (Trouble.TEXTS_SHUT, 1, End(Status.FAILED, "texts_trouble")),
        (Trouble.TEXTS_BUSY, 10_000, Wait(NOW + 30 * SECOND)),
        (Trouble.UNKNOWN, retrying.LEAST_TRIES, End(Status.FAILED, "no_answer")),
    ],
)
def test_what_never_got_away_or_has_to_wait_its_turn_is_never_given_up(
    trouble: Trouble, n: int, end: Wait | End
) -> None:
    began = NOW - retrying.TRIED_FOR
    assert retrying.after(Later(30.0, trouble), Tried(1, n, began, began), NOW) == end


@given(st.sampled_from(sorted(set(Trouble) - {Trouble.STOPPING})), st.integers(1, 10))  # that one is not weighed
def test_an_answer_is_tried_for_a_day_from_its_first_trouble(trouble: Trouble, n: int) -> None:
    began, later = NOW - retrying.ANSWER_TRIED_FOR, Later(30.0, trouble)
    long_ago, soon = NOW - timedelta(days=50), NOW + timedelta(minutes=10)
    assert isinstance(retrying.after(later, Tried(1, n, long_ago, began, answer=True), NOW - 400 * SECOND), Wait)
    end = retrying.after(later, Tried(1, n, long_ago, began, answer=True), soon)
    may_have_gone = trouble is Trouble.UNKNOWN or (n > 1 and trouble not in TEXTS)
    assert end == End(Status.FAILED, "no_answer" if may_have_gone else trouble.reason)


def tried(n: int, due_first: datetime, at: datetime) -> Wait | End:
    return retrying.after(Later(1.0, Trouble.UNKNOWN), Tried(1, n, due_first, due_first), at)


def test_what_has_an_unknown_end_and_always_helps_is_tried_for_longer_than_any_weekend() -> None:
    thursday, tuesday = datetime(2027, 3, 25, 17, tzinfo=UTC), datetime(2027, 3, 30, 9, tzinfo=UTC)  # about Easter
    at, n = thursday, 1
    while isinstance(again := tried(n, thursday, at), Wait):
        assert timedelta(seconds=1) < again.until - at < timedelta(minutes=7)
        at, n = again.until, n + 1
    assert at > tuesday
    assert at - thursday < timedelta(days=6)
    assert retrying.LEAST_TRIES < n < 2000


def test_what_was_due_long_ago_and_hardly_tried_is_not_given_up() -> None:
    assert isinstance(tried(retrying.LEAST_TRIES - 1, NOW - timedelta(days=50), NOW), Wait)


def test_an_answer_that_somebody_waits_for_is_tried_for_a_working_day() -> None:
    found = [retrying.until_again(Later(0.0, Trouble.UNKNOWN), 1, n) for n in range(1, retrying.MOST_TRIES + 1)]
    waits = [wait for wait in found if wait is not None]
    assert found.index(None) == len(waits) == retrying.MOST_TRIES - 1
    assert timedelta(hours=6) < sum(waits, timedelta()) < timedelta(hours=10)

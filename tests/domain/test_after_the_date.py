"""What an answer about a date still says once the date has begun, is over, or is on record."""

from datetime import UTC, date, datetime, timedelta

import pytest

from domain.appointments import Answer, Appointment, Kind, Reply
from domain.attendance import Outcome, Record
from domain.facts import AboutAppointment
from domain.orders import Order
from domain.people import Individual

STARTS = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
OVER = STARTS + timedelta(hours=4)
MINUTE = timedelta(minutes=1)


def about(*replies: Reply, outcome: Outcome | None = None) -> AboutAppointment:
    one = Appointment(1, "A1", 1, Kind.UNPAID_WORK, STARTS.date(), STARTS, ends_at=OVER)
    stands = Record(outcome, STARTS + 20 * MINUTE) if outcome is not None else None
    order = Order(1, "O1", 1, date(2026, 1, 1), frozenset())
    return AboutAppointment(one, order, Individual(1, "C1", "Sam"), replies=replies, standing=stands)


@pytest.mark.parametrize(
    ("said", "stands"),
    [
        ([(Answer.CANNOT, STARTS - MINUTE), (Answer.COMING, OVER - MINUTE)], Answer.COMING),
        ([(Answer.CANNOT, STARTS - MINUTE), (Answer.COMING, OVER)], Answer.CANNOT),
        ([(Answer.COMING, STARTS - MINUTE), (Answer.CANNOT, OVER + MINUTE)], Answer.CANNOT),
        ([(Answer.COMING, OVER + MINUTE)], None),
    ],
)
def test_a_yes_says_nothing_once_the_date_is_over(said: list[tuple[Answer, datetime]], stands: Answer | None) -> None:
    assert about(*(Reply(answer, at) for answer, at in said)).said is stands


@pytest.mark.parametrize(
    ("outcome", "now", "passed"),
    [
        (None, OVER - MINUTE, False),
        (None, OVER, True),
        (Outcome.ATTENDED_FULL, STARTS - MINUTE, False),
        (Outcome.MISSED_REASON_UNKNOWN, STARTS, True),
    ],
)
def test_it_has_passed_when_it_is_over_or_on_record_since_it_began(
    outcome: Outcome | None, now: datetime, passed: bool
) -> None:
    assert about(outcome=outcome).passed(now) is passed


@pytest.mark.parametrize("outcome", [None, *Outcome])
def test_what_got_in_the_way_matters_while_nobody_knows_it(outcome: Outcome | None) -> None:
    unknown = (None, Outcome.MISSED_REASON_UNKNOWN)
    assert about(outcome=outcome).unexplained is (outcome in unknown)

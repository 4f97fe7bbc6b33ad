"""Seen is only what an answer shows: the last message before it, of the same state of the date."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.appointments import Answer, Reply
from domain.history import Answered, Told, seen
from domain.outbox import Owed, Row, Status, Subject, To

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DATE = Subject("appointment", 7)


def told(id_: int, hours: int, revision: int = 1, to: To = To.INDIVIDUAL, status: Status = Status.SENT) -> Told:
    at = NOON + timedelta(hours=hours)
    return Told(Row(id_, Owed("reminder", DATE, to, at, revision=revision), status), at, at)


def answered(hours: int, revision: int = 1) -> Answered:
    return Answered(Reply(Answer.COMING, NOON + timedelta(hours=hours)), revision)


@pytest.mark.parametrize(
    ("case", "rows", "answers", "expected"),
    [
        ("silence shows nothing", [told(1, 0)], [], set()),
        ("an answer shows the message before it", [told(1, 0)], [answered(1)], {1}),
        ("and not the one after it", [told(1, 0), told(2, 2)], [answered(1)], {1}),
        ("of two before it the last", [told(1, 0), told(2, 2)], [answered(3)], {2}),
        ("not one of another date or time", [told(1, 0), told(2, 2, revision=2)], [answered(3)], {1}),
        ("nor what staff were told", [told(1, 0), told(2, 1, to=To.WORKER)], [answered(3)], {1}),
        ("nor what was not sent", [told(1, 0, status=Status.SUPPRESSED)], [answered(3)], set()),
        ("a booking has no revision of its own", [told(1, 0, revision=0)], [answered(3, revision=2)], {1}),
    ],
)
def test_what_an_answer_shows(case: str, rows: list[Told], answers: list[Answered], expected: set[int]) -> None:
    assert set(seen(rows, answers)) == expected, case

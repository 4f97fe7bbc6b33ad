"""What a council's procedure says comes next: only what a named person decided counts, and only for so long."""

from datetime import UTC, date, datetime

import pytest

from domain import procedure
from domain.attendance import Outcome, Record
from domain.procedure import Rules, Step

TODAY = date(2026, 11, 25)
RULES = Rules(
    "7",
    12,
    (Step("first", 1, "a letter", "4.2"), Step("final", 2, "a final letter", "4.3"), Step("end", 4, "a talk", "5")),
)
NOT, YES, UNKNOWN, CAME, HOME = (
    Outcome.MISSED_NOT_ACCEPTED,
    Outcome.MISSED_ACCEPTED,
    Outcome.MISSED_REASON_UNKNOWN,
    Outcome.ATTENDED_FULL,
    Outcome.SENT_HOME_SERVICE,
)


def dated(text: str, outcome: Outcome) -> procedure.Dated:
    return date.fromisoformat(text), Record(outcome, datetime(2026, 11, 25, tzinfo=UTC))


@pytest.mark.parametrize(
    ("records", "counted", "undecided", "step"),
    [
        ([], 0, 0, None),
        ([("2026-11-24", UNKNOWN)], 0, 1, None),
        ([("2026-11-24", YES), ("2026-11-20", CAME), ("2026-11-19", HOME)], 0, 0, None),
        ([("2026-11-24", NOT)], 1, 0, "first"),
        ([("2026-11-24", NOT), ("2026-11-23", UNKNOWN)], 1, 1, "first"),
        ([("2026-11-24", NOT), ("2026-06-01", NOT)], 2, 0, "final"),
        ([("2026-11-24", NOT), ("2026-06-01", NOT), ("2026-05-01", NOT)], 3, 0, "final"),
        ([("2026-11-24", NOT), ("2026-06-01", NOT), ("2026-05-01", NOT), ("2026-04-01", NOT)], 4, 0, "end"),
        ([("2026-11-24", NOT), ("2025-11-26", NOT)], 2, 0, "final"),  # the first day that still counts
        ([("2026-11-24", NOT), ("2025-11-25", NOT)], 1, 0, "first"),  # a year ago to the day: no more
        ([("2026-11-25", NOT), ("2026-11-26", NOT)], 1, 0, "first"),  # nothing counts ahead
    ],
)
def test_what_comes_next(records: list[tuple[str, Outcome]], counted: int, undecided: int, step: str | None) -> None:
    found = procedure.standing([dated(*one) for one in records], TODAY, RULES)
    assert (len(found.not_accepted), found.undecided) == (counted, undecided)
    assert (found.step.name if found.step is not None else None) == step
    assert list(found.not_accepted) == sorted(found.not_accepted)


def test_a_council_without_a_procedure_is_told_no_step() -> None:
    found = procedure.standing([dated("2026-11-24", NOT)], TODAY, procedure.NONE)
    assert (found.not_accepted, found.step) == ((date(2026, 11, 24),), None)


@pytest.mark.parametrize(
    ("today", "months", "first"),
    [
        ("2026-11-25", 12, "2025-11-26"),
        ("2026-11-25", 6, "2026-05-26"),
        ("2026-03-31", 1, "2026-03-01"),
        ("2024-02-29", 12, "2023-03-01"),
        ("2026-01-01", 1, "2025-12-02"),
        ("2026-12-31", 6, "2026-07-01"),
    ],
)
def test_the_period_ends_today_and_begins_the_day_after_the_same_day(today: str, months: int, first: str) -> None:
    assert procedure.first_day(date.fromisoformat(today), months) == date.fromisoformat(first)

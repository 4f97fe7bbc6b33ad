"""Whether the service did what it had promised: what it let go is no absence, and its causes stand apart."""

from datetime import UTC, date, datetime, timedelta

from domain import dated, served
from domain.appointments import Kind
from domain.attendance import Outcome, Record
from domain.dated import Dates
from domain.outcomes import Table
from domain.served import Asked, Served

NOW = datetime(2026, 10, 1, 12, tzinfo=UTC)
START = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)


def dates(
    count: int,
    outcome: Outcome | None,
    cause: str = "",
    *,
    kind: Kind = Kind.UNPAID_WORK,
    minutes: int = 0,
    place: int = 1,
) -> list[Served]:
    record = Record(outcome, START, cause, minutes) if outcome is not None else None
    when = {"day": date(2026, 9, 1), "starts_at": START, "booked": timedelta(hours=7)}
    refs = [f"A{n}-{outcome}-{cause}-{kind}-{place}" for n in range(count)]
    return [Served(1, ref, "O1", kind, place_id=place, standing=record, **when) for ref in refs]  # type: ignore[arg-type]


def shown(past: list[Served], least: int = 5) -> dict[str, Table]:
    return {one.name: one for one in dated.tables(Dates(served=past), NOW, least)}


def lines(table: Table) -> dict[str, int | None]:
    return {line.code: line.count for line in table.lines}


def test_lost_hours_by_cause_with_what_was_worked_taken_off() -> None:
    snow = [
        *dates(6, Outcome.SENT_HOME_SERVICE, "weather", minutes=60),
        *dates(5, Outcome.STOOD_DOWN_AHEAD, "vehicle"),
        *dates(9, Outcome.MISSED_ACCEPTED, "health"),
        *dates(9, Outcome.SENT_HOME_OTHER),
        *dates(9, Outcome.ATTENDED_FULL, minutes=420),
    ]
    days, hours = (shown(snow)[name] for name in ("lost_days", "lost_hours"))
    assert lines(days) == {"total": 11, "vehicle": 5, "weather": 6}
    assert lines(hours) == {"total": 6 * 6 + 5 * 7, "vehicle": 35, "weather": 36}
    assert days.lines[2].behind == tuple(one.ref for one in snow[:6])


def test_hours_of_too_few_are_hidden_with_their_days_and_so_is_what_would_give_them_away() -> None:
    tables = shown([*dates(2, Outcome.SENT_HOME_SERVICE, "full"), *dates(30, Outcome.STOOD_DOWN_AHEAD, "weather")])
    days, hours = tables["lost_days"], tables["lost_hours"]
    assert lines(days) == {"total": 32, "full": None, "weather": None}
    assert lines(hours) == {"total": None, "full": None, "weather": None}
    assert days.lines[1].behind == ()


def test_a_session_ran_as_promised_only_if_nobody_was_let_go() -> None:
    week = [
        *dates(8, Outcome.ATTENDED_FULL, place=1),
        *dates(1, Outcome.MISSED_REASON_UNKNOWN, place=1),
        *dates(5, Outcome.ATTENDED_FULL, place=2),
        *dates(1, Outcome.SENT_HOME_SERVICE, "full", place=2),
        *dates(4, Outcome.MOVED_BY_SERVICE, place=3),
        *dates(1, Outcome.NOT_EXPECTED, "custody", place=3),
        *dates(3, None, place=4),
        *dates(3, Outcome.SENT_HOME_SERVICE, "full", place=5, kind=Kind.SUPERVISION),  # not a session
    ]
    assert lines(served.ran(week)) == {"total": 4, "ran": 1, "partly": 1, "off": 1, "unrecorded": 1}


def test_missed_of_those_who_were_expected() -> None:
    month = [
        *dates(20, Outcome.ATTENDED_FULL, kind=Kind.SUPERVISION),
        *dates(7, Outcome.MISSED_REASON_UNKNOWN, kind=Kind.SUPERVISION),
        *dates(5, Outcome.STOOD_DOWN_AHEAD, "weather", kind=Kind.SUPERVISION),
        *dates(5, None, kind=Kind.SUPERVISION),
        *dates(40, Outcome.SENT_HOME_SERVICE, "weather"),
        *dates(10, Outcome.MISSED_NOT_ACCEPTED),
    ]
    table = shown(month)["missed"]
    assert [(line.code, line.count, line.base) for line in table.lines] == [
        ("supervision", 7, 27),
        ("unpaid_work", 10, 50),
    ]
    few = shown([*month, *dates(3, Outcome.MISSED_ACCEPTED, "work", kind=Kind.REVIEW)])["missed"]
    assert lines(few) == {"supervision": 7, "review": None, "unpaid_work": 10}


def test_extensions_by_whose_cause() -> None:
    asked = [Asked("O1", "person")] * 6 + [Asked("O2", "service")] * 7 + [Asked("O3", "")] * 5
    table = dated.tables(Dates(asked=asked), NOW, 5)[-1]
    assert lines(table) == {"total": 18, "person": 6, "service": 7, "unsaid": 5}
    assert table.lines[3].behind == ("O3",) * 5


def test_what_is_ahead_counts_for_nothing() -> None:
    ahead = [*dates(9, Outcome.STOOD_DOWN_AHEAD, "weather")]
    tables = dated.tables(Dates(served=ahead), START - timedelta(minutes=1), 5)
    days = next(one for one in tables if one.name == "lost_days")
    assert lines(days) == {"total": 0}

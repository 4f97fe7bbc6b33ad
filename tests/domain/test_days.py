"""Days as staff type them, read on Monday 23 November 2026."""

from datetime import date, timedelta

import pytest

from domain import days
from domain.days import Span

MONDAY = date(2026, 11, 23)


def nov(day: int) -> date:
    return date(2026, 11, day)


def dec(day: int) -> date:
    return date(2026, 12, day)


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("today", nov(23), nov(23)),
        ("Tomorrow", nov(24), nov(24)),
        ("friday", nov(27), nov(27)),
        ("Mon", nov(23), nov(23)),
        ("on Thurs", nov(26), nov(26)),
        ("until Friday", nov(23), nov(27)),
        ("until 2 Dec", nov(23), dec(2)),
        ("till 2nd of december", nov(23), dec(2)),
        ("up to Dec 2", nov(23), dec(2)),
        ("2 Dec", dec(2), dec(2)),
        ("Wed 2 Dec", dec(2), dec(2)),
        ("2 Dec 2026", dec(2), dec(2)),
        ("02/12", dec(2), dec(2)),
        ("2/12/26", dec(2), dec(2)),
        ("2.12.2026", dec(2), dec(2)),
        ("2026-12-02", dec(2), dec(2)),
        ("24 Nov - 2 Dec", nov(24), dec(2)),
        ("24 nov – 2 dec", nov(24), dec(2)),
        ("24 Nov to 2 Dec", nov(24), dec(2)),
        ("from 24 November until 2 December", nov(24), dec(2)),
        ("Tue 24 Nov, - Wed 2 Dec", nov(24), dec(2)),
        ("24-28 Nov", nov(24), nov(28)),
        ("24 - 28 Nov", nov(24), nov(28)),
        ("24th to 28th November", nov(24), nov(28)),
        ("24/11 - 2/12", nov(24), dec(2)),
        ("24/11-2/12", nov(24), dec(2)),
        ("2026-11-24 - 2026-12-02", nov(24), dec(2)),
        ("tomorrow - friday", nov(24), nov(27)),
        ("wed to tue", nov(25), dec(1)),
        ("20 Nov - 27 Nov", nov(20), nov(27)),  # ill since Friday
        ("28 Dec - 4 Jan", dec(28), date(2027, 1, 4)),
        ("until 4 Jan", nov(23), date(2027, 1, 4)),
        ("one week", nov(23), nov(29)),
        ("2 weeks", nov(23), dec(6)),
        ("for 3 days", nov(23), nov(25)),
        ("29 Feb", date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_what_is_typed_means_these_days(typed: str, first: date, last: date) -> None:
    assert days.read(typed, MONDAY) == Span(first, last)


@pytest.mark.parametrize(
    "typed",
    ["", "soon", "2", "the 2", "31 Nov", "32/1", "2026-13-01", "next year", "until", "- 2 Dec", "0 days", "OFF1"],
)
def test_what_means_no_day_is_not_guessed(typed: str) -> None:
    assert days.read(typed, MONDAY) is None


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("24 Nov - 2 Dec", ""),
        ("20 Nov - 23 Nov", ""),
        ("yesterday", "past"),
        ("2 Dec 2026 - 24 Nov 2026", "backwards"),
        ("tomorrow - today", "backwards"),
        ("until 2 Dec 2028", "too_long"),
        ("2 Dec 2025", "past"),
    ],
)
def test_what_cannot_be_a_leave(typed: str, fault: str) -> None:
    span = days.read(typed, MONDAY)
    assert span is not None
    assert span.fault(MONDAY) == fault


@pytest.mark.parametrize(("day", "friday"), [(23, nov(27)), (26, nov(27)), (27, dec(4)), (28, dec(4))])
def test_the_coming_friday_is_never_today(day: int, friday: date) -> None:
    assert days.coming_friday(nov(day)) == friday


def test_two_spans_meet_if_a_day_is_in_both() -> None:
    one = Span(nov(23), nov(27))
    assert one.meets(Span(nov(27), nov(30)))
    assert not one.meets(Span(nov(28), nov(30)))
    assert not Span(nov(28), nov(28) + timedelta(days=1)).meets(one)

"""The light in words: the word of the colour first, then why; what is ours never reads as the person's fault."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from domain import forecast, progress
from domain.appointments import Kind
from domain.attendance import Outcome, Record
from domain.calendar import Calendar
from domain.facts import AboutOrder
from domain.forecast import Known
from domain.orders import Order, Requirement
from domain.people import Individual
from domain.policy import Policy
from domain.progress import OnHold, Rules, Shift
from domain.slipping import Progress
from messages.compose import Tongue
from messages.hours import amount, hours
from messages.progress import order_hours, reason

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CALENDAR, POLICY = Calendar(), Policy()
VOICE = Tongue(CALENDAR, POLICY).voice("en", NOW)
SAM = Individual(1, "C1", "Sam")


def at(days: int, said: str = "", hours: int = 6, kind: Kind = Kind.UNPAID_WORK) -> Shift:
    start = datetime.combine(TODAY + timedelta(days=days), time(9), UTC)
    outcome, _, cause = said.partition(":")
    stands = Record(Outcome(outcome), start, cause) if outcome else None
    return Shift(days, kind, start.date(), start, start + timedelta(hours=hours), standing=stands)


def order(
    shifts: Sequence[Shift], weeks: int, left: int = 0, holds: Sequence[OnHold] = (), rules: Rules = POLICY.progress
) -> Progress:
    """100 hours of ten weeks ago, of which so many are left to do in so many weeks."""
    needs = frozenset({Requirement.UNPAID_WORK})
    end = TODAY + timedelta(weeks=weeks)
    one = Order(1, "O1", 1, TODAY - timedelta(weeks=10), needs, hours=100, complete_by=end)
    done = progress.books(1, 100, shifts, (), rules).left - left * 60
    books = progress.books(1, 100, shifts, [-done] if left else [], rules)
    known = Known(books, one.imposed_on, progress.target(one), shifts, holds)
    return Progress(one, known, forecast.forecast(known, NOW, CALENDAR, rules))


WEDNESDAYS = (-40, -33, -26, -19, -12, -5)
CAME, LOST = [at(n, "attended_full") for n in WEDNESDAYS], [at(n, "sent_home_service:weather") for n in WEDNESDAYS]
AHEAD = [at(2), at(9)]


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (
            order([*CAME[:3], *LOST[3:4], *CAME[4:], at(9)], 3, left=14),
            "Amber: 14 hours left, 3 weeks to go, nothing booked after Wed 2 Dec. The hours would end on Mon 14 Dec, "
            "which leaves little room. Lost to us, of what is left: 6 hours.",
        ),
        (
            order([*CAME[:3], *LOST[3:], *AHEAD], 8, left=40),
            "Red: 40 hours left, 8 weeks to go, nothing booked after Wed 2 Dec. At 3 hours a week the hours end on "
            "Sat 6 Feb 2027, after the end date. Lost to us, of what is left: 18 hours. The cause is on our side: but "
            "for that it would be green.",
        ),
        (
            order([*CAME[:4], at(-12, "missed_accepted:health"), at(-5, "missed_reason_unknown"), at(2), at(9)], 8, 50),
            "Red: 50 hours left, 8 weeks to go, nothing booked after Wed 2 Dec. At 4 hours a week the hours end on "
            "Sun 7 Feb 2027, after the end date. Missed in 6 weeks: 2 (1 accepted, 1 reason not yet known).",
        ),
        (
            order(CAME, 8, left=14),
            "Amber: 14 hours left, 8 weeks to go, nothing booked. The cause is on our side: dates are for us to book.",
        ),
        (
            order(CAME, 1, left=14),
            "Red: 14 hours left, 7 days to go, nothing booked. At 6 hours a week the hours end on "
            "Thu 10 Dec, after the end date.",
        ),
        (
            order([], 4),
            "Red: 100 hours left, 4 weeks to go, nothing booked. Not begun; working day 50 of the order. "
            "The cause is on our side: dates are for us to book.",
        ),
        (order([*CAME, *AHEAD], -1, left=6), "Red: 6 hours left, the end date was Mon 16 Nov."),
        (order([*CAME, *AHEAD], 9, left=12), "Green: 12 hours left, 9 weeks to go."),
        (
            order([*CAME[:5], at(-5), *AHEAD], 9, left=12),
            "Green: 12 hours left, 9 weeks to go. Past dates with no outcome on record: 1.",
        ),
        (
            order(CAME, 9, left=14, holds=[OnHold(TODAY)]),
            "No colour: 14 hours left, 9 weeks to go. On hold: nobody is expected.",
        ),
        (order([at(-5, "attended_full", 100)], 9), "Green: the hours are done."),
    ],
)
def test_each_light_says_why(one: Progress, said: str) -> None:
    assert reason(one, VOICE) == said


def read(one: Progress, rules: Rules = POLICY.progress, **about: bool) -> str:
    voice = replace(VOICE, policy=replace(POLICY, progress=rules))
    return hours(AboutOrder(SAM, one, **about), voice).text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "rules", "lines"),
    [
        (
            order([*CAME[:2], LOST[2], *AHEAD], 9),
            Rules(),
            ["Done: 12 hours. To go: 88 hours. That is 100 hours in all.", "Lost on our side: 6 hours."],
        ),
        (
            order([*CAME[:2], LOST[2], *AHEAD], 9, rules=Rules(lost_counts=True)),
            Rules(lost_counts=True, travel_counts=True),
            ["Done: 18 hours. To go: 82 hours.", "Here that counts as done.", "there and back counts. Your worker"],
        ),
        (
            order([at(-5, "attended_full", 34, Kind.OTHER_ACTIVITY), at(-4)], 9),
            Rules(),
            [
                "Done: 30 hours. To go: 70 hours.",
                "Of classes, 30 hours can count. You did 4 hours more than that.",
                "Your last days may not all be in here yet.",
                "Your end date is Mon 25 Jan 2027.",
                "No day is booked yet.",
            ],
        ),
        (order([at(-5, "attended_full", 100)], 9), Rules(), ["By our count all your hours are done."]),
        (order(CAME, -1), Rules(), ["Ask your worker for your end date."]),  # a day that is past helps nobody
    ],
)
def test_what_a_person_reads(one: Progress, rules: Rules, lines: Sequence[str]) -> None:
    text = read(one, rules)
    for line in lines:
        assert line in text


def test_of_hours_that_are_done_no_end_date_is_asked_about() -> None:
    text = read(order([at(-5, "attended_full", 100)], 9))
    assert "end date" not in text
    assert "booked" not in text


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "0 hours"), (45, "45 minutes"), (60, "1 hour"), (90, "1 hour 30 minutes"), (360, "6 hours")],
)
def test_amounts_as_people_say_them(minutes: int, said: str) -> None:
    assert amount(minutes, VOICE) == said


def test_an_orders_page_has_each_number_by_itself() -> None:
    dates = [*CAME[:2], LOST[2], at(-5, "attended_full", 34, Kind.OTHER_ACTIVITY), *AHEAD]
    text = order_hours(AboutOrder(SAM, order(dates, 9, left=50)), VOICE).text
    for line in (
        "Ordered: 100 hours\nAdjusted: −8 hours\nCredited: 42 hours (unpaid work 12 hours, other activity 30 hours)",
        "Left: 50 hours\nOther activity above its ceiling of 30 hours, not credited: 4 hours",
        "Lost to us: 6 hours (weather 6 hours); not credited, by your council's rule",
        "Level 1. End date: Mon 25 Jan 2027, set by the court.",
    ):
        assert line in text

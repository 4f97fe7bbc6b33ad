"""Did the reminders work: shares with their base and interval, and nothing that can be worked out of too few."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain import reminded
from domain.appointments import Kind
from domain.attendance import MISSED, Outcome
from domain.drafts import weighed
from domain.intervals import percents, wilson
from domain.outcomes import Table
from domain.reminded import Ahead, Reminded, Said

DAY = date(2026, 9, 1)
CAME, GONE = Outcome.ATTENDED_FULL, Outcome.MISSED_REASON_UNKNOWN


def several(count: int, outcome: Outcome, kind: Kind = Kind.SUPERVISION, **how: object) -> list[Reminded]:
    refs = [f"A{n}-{outcome}-{kind}-{how}" for n in range(count)]
    return [Reminded(ref, kind, **{"day": DAY, "outcome": outcome, **how}) for ref in refs]  # type: ignore[arg-type]


def shown(dates: list[Reminded], live: date | None = DAY) -> tuple[Table, ...]:
    return weighed(reminded.drafts(dates, live), 5)


def named(tables: tuple[Table, ...], name: str, about: str = "all") -> dict[str, tuple[int | None, int | None]]:
    table = next(one for one in tables if (one.name, one.about) == (name, about))
    return {line.code: (line.count, line.base) for line in table.lines}


def test_the_interval_is_wilsons() -> None:
    # E. B. Wilson 1927; these are the values that R's prop.test(correct=FALSE) gives
    low, high = wilson(15, 50)
    assert (round(low, 4), round(high, 4)) == (0.1910, 0.4375)
    assert wilson(0, 10)[0] == 0
    assert round(wilson(0, 10)[1], 4) == 0.2775
    assert wilson(10, 10)[1] == 1
    assert wilson(0, 0) == (0, 1)


@given(st.integers(0, 400), st.integers(1, 400))
def test_the_interval_holds_the_share_and_is_rounded_to_the_outside(count: int, base: int) -> None:
    count = min(count, base)
    low, high = wilson(count, base)
    assert 0 <= low <= count / base <= high <= 1
    assert percents(count, base)[0] <= low * 100
    assert percents(count, base)[1] >= high * 100 - 1e-9


def test_missed_dates_by_reminder_and_by_answer() -> None:
    dates = [
        *several(40, CAME, ahead=Ahead.ACCEPTED, said=Said.COMING),
        *several(6, GONE, ahead=Ahead.ACCEPTED, said=Said.COMING),
        *several(20, CAME, ahead=Ahead.ACCEPTED),
        *several(10, GONE, ahead=Ahead.ACCEPTED),
        *several(10, CAME, ahead=Ahead.NOT_ACCEPTED),
        *several(8, GONE, ahead=Ahead.NOT_ACCEPTED),
        *several(9, Outcome.SENT_HOME_SERVICE, ahead=Ahead.NOT_ACCEPTED),  # came: the service let it go
        *several(9, Outcome.STOOD_DOWN_AHEAD, ahead=Ahead.ACCEPTED),  # nothing to come to
        *several(9, Outcome.NOT_EXPECTED, ahead=Ahead.ACCEPTED),
    ]
    tables = shown(dates)
    assert named(tables, "reminded") == {"ahead_accepted": (16, 76), "ahead_not_accepted": (8, 27)}
    assert named(tables, "answered") == {"said_coming": (6, 46), "said_nothing": (10, 30)}
    line = next(one for one in tables if one.name == "reminded").lines[0]
    assert (line.percent, line.interval) == (21, (13, 32))


def test_before_is_what_no_reminder_could_have_changed() -> None:
    early = {"day": DAY - timedelta(days=1)}
    dates = [*several(30, CAME, **early), *several(20, GONE, **early), *several(40, CAME), *several(10, GONE)]
    tables = shown(dates)
    assert named(tables, "live") == {"live_before": (20, 50), "live_after": (10, 50)}
    assert named(tables, "reminded") == {"ahead_none": (10, 50)}
    assert shown(dates, None) == ()


def test_a_kind_that_is_hidden_is_no_subtraction_away() -> None:
    """Only reviews are small; with all kinds and the two others shown, their four would be a subtraction away."""
    dates = [
        *several(30, CAME, ahead=Ahead.ACCEPTED),
        *several(20, GONE, ahead=Ahead.ACCEPTED),
        *several(15, CAME, Kind.INDUCTION, ahead=Ahead.ACCEPTED),
        *several(9, GONE, Kind.INDUCTION, ahead=Ahead.ACCEPTED),
        *several(12, CAME, Kind.REVIEW, ahead=Ahead.ACCEPTED),
        *several(4, GONE, Kind.REVIEW, ahead=Ahead.ACCEPTED),
    ]
    tables = shown(dates)
    assert named(tables, "reminded") == {"ahead_accepted": (33, 90)}
    assert {one.about for one in tables if one.name == "reminded"} == {"all", "supervision"}


def test_every_outcome_that_counts_as_missed_is_one() -> None:
    for outcome in Outcome:
        assert Reminded("A", Kind.REVIEW, DAY, outcome).counts or outcome not in MISSED

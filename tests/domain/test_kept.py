"""The report's figures of the national standards: met, of, in which band, the base in words, and nobody told apart."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain import kept, standards
from domain.calendar import Calendar
from domain.kept import Counted
from domain.limits import Clock, Limit, Target, Unit
from domain.orders import Milestone, Order, Requirement, Status
from domain.outcomes import Table
from domain.standards import Away, Known
from usecases import standards as file

CALENDAR = Calendar()
COURT, LAST, TODAY = date(2026, 8, 3), date(2026, 9, 30), date(2026, 12, 1)  # a Monday
CLOCKS = {one.id: one for one in file.read().clocks}
ORDER = Order(1, "O1", 1, COURT, frozenset(Requirement), hours=60)


def counted(clock: Clock, after: int | None, why: str = "", **known: object) -> Counted:
    """Done so many days after the court's date, or not at all."""
    dated = {} if after is None else {min(clock.milestones): [COURT + timedelta(days=after)]}
    whole = replace(Known(ORDER, dated), **known)  # type: ignore[arg-type]
    [read] = standards.readings([clock], whole, CALENDAR, TODAY)
    return Counted(read, why)


def drawn(clock: Clock, several: list[Counted], least: int = 1) -> Table:
    return kept.table(clock, several, LAST, TODAY, least, CALENDAR)


def counts(table: Table) -> dict[str, int | None]:
    return {line.code: line.count for line in table.lines}


def test_met_of_and_percent_with_the_national_bands_and_the_reasons() -> None:
    clock = CLOCKS["placement"]
    days = [2, 9, 9, 15, 30, 50, 90, None]
    whys = ["", "", "", "ill", "ill", "no_worker", "", "in_custody"]
    table = drawn(clock, [counted(clock, day, why) for day, why in zip(days, whys, strict=True)])
    assert counts(table) == {
        "due": 8,
        "met": 3,
        "band_1": 1,
        "band_2": 1,
        "band_3": 1,
        "band_4": 1,
        "band_-1": 1,
        "why_in_custody": 1,
        "why_ill": 2,
        "why_no_worker": 1,
        "why_unsaid": 1,
    }
    met = table.lines[1]
    assert (met.base, met.percent) == (8, 38)
    assert table.words == "report.standard_compared"


def test_same_and_next_day_are_bands_of_their_own() -> None:
    clock = CLOCKS["first_contact"]
    table = drawn(clock, [counted(clock, day) for day in (0, 0, 1, 3, 20)])
    assert counts(table) == {
        "due": 5,
        "met": 3,
        "band_0": 2,
        "band_1": 1,
        "band_2": 1,
        "band_3": 1,
        "why_unsaid": 2,
    }


def test_the_base_leaves_out_whom_the_national_tables_leave_out_and_says_so() -> None:
    clock = CLOCKS["plan"]
    several = [
        counted(clock, 5),
        counted(clock, 60),
        counted(clock, 5, milestones={Milestone.TRANSFERRED_IN: [COURT], Milestone.PLAN: [COURT]}),
        counted(clock, None, holds=[Away(COURT)]),
        counted(clock, None, order=replace(ORDER, status=Status.DIED, ended_on=COURT)),
    ]
    found = counts(drawn(clock, several))
    assert (found["due"], found["met"]) == (2, 1)
    assert {code: n for code, n in found.items() if code.startswith("out_")} == {
        "out_transferred_in": 1,
        "out_could_not": 1,
        "out_died": 1,
    }


def test_the_local_limit_and_target_in_force_then_stand_beside_the_national_miss() -> None:
    own = (
        Target(date(2026, 1, 1), Limit(90, Unit.DAYS)),
        Target(date(2026, 9, 1), percent=85),
        Target(date(2026, 11, 1), percent=95),
    )
    clock = replace(CLOCKS["plan"], local=own)
    several = [counted(clock, day) for day in (5, 60, 60, None)]
    found = counts(drawn(clock, several))
    assert (found["met"], found["target"]) == (1, 85), "the target of the period's last day, not of today"
    early = kept.table(clock, several, date(2026, 8, 31), TODAY, 1, CALENDAR)
    assert counts(early)["own"] == 3
    assert counts(early)["met"] == 1, "the national miss is not hidden by the local limit"
    several = [counted(clock, day) for day in [5] * 10 + [60] * 3 + [None] * 10]
    telling = counts(kept.table(clock, several, date(2026, 8, 31), TODAY, 5, CALENDAR))
    assert (telling["met"], telling["own"]) == (10, None), "three who met only the local limit would be told apart"


def test_small_numbers_are_hidden_so_that_they_stay_hidden() -> None:
    clock = CLOCKS["placement"]
    one_late = drawn(clock, [counted(clock, 2)] * 9 + [counted(clock, 30)], least=5)
    assert counts(one_late) == {"due": 10, "met": None}
    assert counts(drawn(clock, [counted(clock, 2)] * 3, least=5)) == {"due": None, "met": None}
    split = drawn(clock, [counted(clock, 2)] * 9 + [counted(clock, 15)] * 5 + [counted(clock, 30)], least=5)
    assert counts(split)["met"] == 9
    assert (counts(split)["band_1"], counts(split)["band_2"]) == (None, None)
    assert counts(drawn(clock, [])) == {"due": 0}


DONE = st.one_of(st.none(), st.integers(0, 120))


@given(days=st.lists(DONE, max_size=30), least=st.integers(2, 6), clock=st.sampled_from(["placement", "first_contact"]))
def test_no_small_number_is_shown_nor_left_over_from_what_is(days: list[int | None], least: int, clock: str) -> None:
    one = CLOCKS[clock]
    table = drawn(one, [counted(one, day) for day in days], least)
    lines = {line.code: line for line in table.lines}
    shown = {code: line.count for code, line in lines.items() if line.count is not None and code != "target"}
    assert not any(0 < count < least for count in shown.values())
    due, met = shown.get("due"), shown.get("met")
    if due is not None and met is not None:
        assert not 0 < due - met < least
    within = {"band_0", "band_1"} if clock == "first_contact" else {"band_0"}
    beyond = [line.count for code, line in lines.items() if code.startswith("band_") and code not in within]
    assert beyond.count(None) != 1, "the one that is hidden is what is left over"

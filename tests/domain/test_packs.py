"""What stands beside a figure, and that nobody can work out from a pack what it hides."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain import outcomes, packs, yearly
from domain.limits import Base, Clock, Limit, Start, Unit
from domain.outcomes import Line, Table
from domain.period import Period

LEAST = 4
WORDS = {code: (code,) for code in ("a", "b", "c")}
THIRD = Period.named("2026Q3")
CLOCK = Clock("plan", frozenset({Base.ALL}), Start.COURT, (Limit(20, Unit.WORKING_DAYS),), "page 30", compare="68%")


def table(name: str, counts: Mapping[str, int], least: int = LEAST) -> Table:
    return Table(name, "words", outcomes.parts(counts, WORDS, least))


def line(code: str, count: int | None, base: int | None = None) -> Line:
    return Line(code, (code,), count, base)


def shown(table_: Table) -> dict[str, int | None]:
    return {one.code: one.count for one in table_.lines}


# ── Beside each other ───────────────────────────────────────────────────────────────────────────────────────────────


def test_each_figure_stands_beside_earlier_ones_our_target_and_scotlands() -> None:
    now = Table("standards", "w", (line("due", 20), line("met", 15, 20), line("target", 90)), "plan")
    before = packs.figures([Table("standards", "w", (line("met", 12, 30),), "plan")])
    [one] = packs.compared([now], before, {}, {"plan": CLOCK})
    due, met, _ = one.rows
    assert (met.last and met.last.percent, met.year_ago, met.target) == (40, None, 90)
    assert met.national == packs.National("68%", "page 30")
    assert (due.last, due.target, due.national) == (None, None, None)


def test_a_figure_of_the_annual_return_stands_beside_scotlands() -> None:
    [one] = packs.compared([Table("year_ended", "w", (line("completed", 7, 10),))], {}, {}, {})
    assert one.rows[0].national
    assert one.rows[0].national.figure == "71% in 2023-24"


def test_what_is_told_beside_the_start_is_not_told_by_itself_too() -> None:
    tables = [Table("answers", "w", (), "exit@1/home"), Table("answers", "w", (), "exit@1/worker")]
    tables += [Table("change", "w", (), "baseline@1>exit@1/home"), Table("forms", "w", (), "exit")]
    tables += [Table("reach", "w", (), "exit"), Table("forms", "w", (), "early_end")]
    kept = [(one.name, one.about) for one in packs.once(tables)]
    assert ("answers", "exit@1/home") not in kept
    assert ("answers", "exit@1/worker") in kept
    assert ("forms", "exit") not in kept
    assert ("forms", "early_end") in kept


def test_the_sample_is_drawn_by_lot_and_is_the_same_lot_again() -> None:
    refs = [f"O{n}" for n in range(200)]
    once, twice = (packs.sample(one, THIRD, 1, 10) for one in (refs, reversed(refs)))
    assert once == twice
    assert len(set(once)) == 10
    assert once != packs.sample(refs, THIRD, 2, 10)
    assert once != packs.sample(refs, THIRD.before, 1, 10)
    assert packs.sample(refs[:3], THIRD, 1, 10) == ("O0", "O1", "O2")


@pytest.mark.parametrize(
    ("period", "kind"),
    [(THIRD, "quarter"), (Period.year(date(2026, 5, 1)), "year"), (Period(date(2026, 7, 1), date(2026, 7, 2)), None)],
)
def test_a_pack_is_of_a_quarter_or_of_a_year(period: Period, kind: str | None) -> None:
    assert packs.kind_of(period) == kind


# ── The public, and staff who read both ─────────────────────────────────────────────────────────────────────────────


@given(st.lists(st.integers(0, 30), min_size=2, max_size=3))
def test_the_public_is_shown_nothing_that_staff_are_not(counts: list[int]) -> None:
    named = dict(zip("abc", counts, strict=False))
    staff, public = table("accepted", named, 5), table("accepted", named, 10)
    [mended] = packs.for_public([public], [staff])
    for one, theirs in zip(mended.lines, staff.lines, strict=True):
        assert one.count is None or one.count == theirs.count
        assert not outcomes.small(one.count or 0, 10)
        assert one.behind == ()


def test_two_rules_together_do_not_tell_what_each_hides() -> None:
    """4, 4 and 20: staff see neither 4 nor, so that nobody can tell, 20; the public's own rule would show 20."""
    counts = {"a": 4, "b": 4, "c": 20}
    staff, public = table("accepted", counts, 5), table("accepted", counts, 10)
    assert shown(staff)["c"] is None
    assert shown(public)["c"] == 20
    [mended] = packs.for_public([public], [staff])
    assert shown(mended) == {"total": 28, "a": None, "b": None, "c": None}


# ── A correction beside what was signed ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("now", "after", "stands"),
    [
        ({"a": 20, "b": 30}, {"a": 20, "b": 30, "total": 50}, False),  # nothing new
        ({"a": 21, "b": 30}, {"a": 20, "b": 30, "total": 50}, True),  # one person was put right
        ({"a": 40, "b": 50}, {"a": 40, "b": 50, "total": 90}, False),  # an import that was missing
        ({"a": 40, "b": 31}, {"a": None, "b": None, "total": None}, False),  # that, and one person
    ],
)
def test_a_correction_tells_of_nobody(now: dict[str, int], after: dict[str, int | None], stands: bool) -> None:
    signed = packs.figures([table("accepted", {"a": 20, "b": 30}, 10)])
    [mended], stand = packs.steady([table("accepted", now, 10)], signed, 10)
    assert shown(mended) == after
    assert stand == ({("accepted", "")} if stands else set())


# ── A year beside its quarters ──────────────────────────────────────────────────────────────────────────────────────


def year_of(quarters: Sequence[Mapping[str, int]], name: str = "reminders") -> tuple[Table, list[Table]]:
    year = {code: sum(one[code] for one in quarters) for code in quarters[0]}
    return table(name, year), [table(name, one) for one in quarters]


def fits(year: Table, quarters: Sequence[Table]) -> dict[tuple[str, int], set[int]]:
    """What an attacker knows of each hidden number of a quarter: every value that it has in some table which adds up to
    all that is shown. Two parts, so that the second follows from the first."""
    seen: dict[tuple[str, int], set[int]] = {}
    per_quarter = []
    for one in quarters:
        known = shown(one)
        options = [
            (a, b)
            for a, b in product(range(16), repeat=2)
            if known["a"] in (None, a) and known["b"] in (None, b) and known["total"] in (None, a + b)
        ]
        per_quarter.append(options)
    told = shown(year)
    forward = _reach(per_quarter)
    backward = _reach(per_quarter[::-1])[::-1]
    for at, options in enumerate(per_quarter):
        others = {(x + p, y + q) for x, y in forward[at] for p, q in backward[at]}
        for a, b in options:
            if any(
                told["a"] in (None, x + a) and told["b"] in (None, y + b) and told["total"] in (None, x + a + y + b)
                for x, y in others
            ):
                seen.setdefault(("a", at), set()).add(a)
                seen.setdefault(("b", at), set()).add(b)
    return seen


def _reach(per_quarter: Sequence[Sequence[tuple[int, int]]]) -> list[set[tuple[int, int]]]:
    """For each quarter every sum that the quarters before it may have."""
    found = [{(0, 0)}]
    for options in per_quarter[:-1]:
        found.append({(x + a, y + b) for x, y in found[-1] for a, b in options})
    return found


quarter = st.fixed_dictionaries({"a": st.integers(0, 7), "b": st.integers(0, 7)})


@given(st.lists(quarter, min_size=4, max_size=4))
@settings(max_examples=25, deadline=None)
def test_whoever_has_all_four_quarters_and_the_year_cannot_tell_a_hidden_number(quarters: list[dict[str, int]]) -> None:
    year, each = year_of(quarters)
    [mended] = yearly.of_year([year], [[one] for one in each], {})
    alone, beside = fits(Table("reminders", "w", tuple(map(packs.hidden, year.lines))), each), fits(mended, each)
    for at, one in enumerate(each):
        for code in ("a", "b"):
            hidden_small = shown(one)[code] is None and outcomes.small(quarters[at][code], LEAST)
            if hidden_small and len(alone[code, at]) > 1:
                assert len(beside[code, at]) > 1, (quarters, shown(mended))


def test_a_year_by_its_own_rule_would_give_a_quarter_away() -> None:
    quarters = [{"a": 2, "b": 9}, *[{"a": 9, "b": 9}] * 3]
    year, each = year_of(quarters)
    assert shown(year) == {"total": 65, "a": 29, "b": 36}
    assert shown(each[0]) == {"total": 11, "a": None, "b": None}
    assert fits(year, each)["a", 0] == {2}
    [mended] = yearly.of_year([year], [[one] for one in each], {})
    assert shown(mended) == {"total": 65, "a": None, "b": None}
    assert len(fits(mended, each)["a", 0]) > 1


def test_a_year_shows_what_its_quarters_hide_where_they_hide_each_other() -> None:
    """Reasons that are few in each quarter and many in the year: what the return asks for."""
    quarters = [{"a": 2, "b": 3, "c": 2}, {"a": 3, "b": 3, "c": 2}, {"a": 2, "b": 2, "c": 3}, {"a": 3, "b": 2, "c": 2}]
    year, each = year_of(quarters)
    assert [one.count for one in each[0].lines[1:]] == [None] * 3
    [mended] = yearly.of_year([year], [[one] for one in each], {})
    assert shown(mended) == {"total": 29, "a": 10, "b": 10, "c": 9}


def test_what_does_not_add_up_is_shown_of_the_year_only_if_each_quarter_shows_it() -> None:
    year = Table("alerts", "w", (line("group", 40, 90), line("review", 30, 80)))
    quarters = [[Table("alerts", "w", (line("group", 10, 20), line("review", 8, 20)))]] * 3
    thin = [Table("alerts", "w", (line("group", None), line("review", 6, 20)))]
    [mended] = yearly.of_year([year], [*quarters, thin], {})
    assert shown(mended) == {"group": None, "review": 30}


def clock_of(due: int, met: int | None, why: Mapping[str, int | None] | None = None) -> Table:
    lines = [line("due", due), line("met", met, due)]
    lines += [line(f"why_{code}", count, due - (met or 0)) for code, count in (why or {}).items()]
    return Table("standards", "w", tuple(lines), "plan")


def test_a_clock_of_the_year_hides_met_where_one_quarter_hides_it() -> None:
    year = clock_of(80, 65, {"ill": 15})
    [mended] = yearly.of_year(
        [year], [[clock_of(20, 15)], [clock_of(20, 15)], [clock_of(20, 17)], [clock_of(20, None)]], {}
    )
    assert shown(mended)["met"] is None or shown(mended)["due"] is None
    assert shown(mended)["why_ill"] is None


def test_reasons_of_the_year_are_shown_though_each_quarter_hides_them() -> None:
    few = clock_of(30, 20, {"ill": None, "paid_work": None, "no_worker": None})
    [mended] = yearly.of_year([clock_of(120, 80, {"ill": 14, "paid_work": 14, "no_worker": 12})], [[few]] * 4, {})
    assert shown(mended) == {"due": 120, "met": 80, "why_ill": 14, "why_paid_work": 14, "why_no_worker": 12}

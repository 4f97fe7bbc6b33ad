"""The annual return: each figure from a handful of orders that can be added up by hand."""

from datetime import UTC, date, datetime, timedelta

from domain import annual
from domain.appointments import Kind
from domain.attendance import Outcome, Record
from domain.orders import Order, Requirement, Status
from domain.outcomes import Table
from domain.progress import Books
from domain.served import Served

WORK, SUPERVISION = Requirement.UNPAID_WORK, Requirement.SUPERVISION
START = datetime(2026, 9, 1, 8, 30, tzinfo=UTC)


def orders(
    count: int, *needs: Requirement, hours: int | None = None, status: Status = Status.ACTIVE, days: int = 0
) -> list[Order]:
    start = date(2026, 1, 5)
    end = start + timedelta(days=days) if days else None
    stem = f"{sorted(needs)}-{hours}-{status}"
    return [Order(n, f"O{n}-{stem}", n, start, frozenset(needs), status, hours, ended_on=end) for n in range(count)]


def lines(table: Table) -> dict[str, int | None]:
    return {line.code: line.count for line in table.lines}


def test_orders_and_hours_imposed() -> None:
    year = [
        *orders(10, WORK, hours=100),
        *orders(6, WORK, SUPERVISION, hours=160),
        *orders(7, SUPERVISION),
        *orders(2, SUPERVISION, Requirement.DRUG),
    ]
    by_need, hours, *_ = annual.of_orders(year, [], 5)
    assert lines(by_need) == {"imposed": 25, "unpaid_work": 16, "supervision": 15, "drug": None, "both": 6}
    assert lines(hours) == {"orders": 16, "imposed": 1960, "average": 122}
    few = annual.of_orders(orders(4, WORK, hours=300), [], 5)[1]
    assert lines(few) == {"orders": None, "imposed": None, "average": None}


def test_where_every_order_has_one_of_two_nobody_can_tell_how_few_have_both() -> None:
    """Thirty, of which twenty and thirteen: three have both. And of 32 that were completed 20 and 12 have a level."""
    year = [*orders(17, WORK, hours=80), *orders(3, WORK, SUPERVISION, hours=80), *orders(10, SUPERVISION)]
    by_need, hours, *_ = annual.of_orders(year, [], 5)
    assert sum(lines(by_need)[code] is not None for code in ("imposed", "unpaid_work", "supervision")) == 2
    assert lines(by_need)["both"] is None
    assert (lines(hours)["orders"] is None) == (lines(by_need)["unpaid_work"] is None)
    over = [
        *orders(20, WORK, hours=80, status=Status.COMPLETED, days=100),
        *orders(10, WORK, hours=200, status=Status.COMPLETED, days=200),
        *orders(2, WORK, hours=200, status=Status.REVOKED_EARLY, days=200),
        *orders(9, WORK, hours=90, status=Status.BREACHED, days=90),
    ]
    *_, how, took = annual.of_orders([], over, 5)
    assert lines(how)["completed"] is None or None in lines(took).values()


def served(order: str, kind: Kind, outcome: Outcome, minutes: int | None, work_type: str = "") -> Served:
    return Served(
        1,
        "A",
        order,
        kind,
        START.date(),
        START,
        timedelta(hours=7),
        standing=Record(outcome, START, minutes=minutes),
        work_type=work_type,
    )


def test_hours_worked_by_type_of_work() -> None:
    dates = [
        *(served(f"O{n}", Kind.UNPAID_WORK, Outcome.ATTENDED_FULL, None, "gardens") for n in range(6)),
        *(served(f"O{n}", Kind.UNPAID_WORK, Outcome.SENT_HOME_SERVICE, 90, "gardens") for n in range(2)),
        *(served(f"O{n}", Kind.UNPAID_WORK, Outcome.ATTENDED_PART, 180, "painting") for n in range(7)),
        *(served(f"O{n}", Kind.UNPAID_WORK, Outcome.MISSED_ACCEPTED, None, "painting") for n in range(7)),
        *(served(f"O{n}", Kind.UNPAID_WORK, Outcome.ATTENDED_FULL, 420) for n in range(8)),
        *(served(f"O{n}", Kind.OTHER_ACTIVITY, Outcome.ATTENDED_FULL, 120) for n in range(5)),
        *(served(f"O{n}", Kind.SUPERVISION, Outcome.ATTENDED_FULL, 60) for n in range(9)),
    ]
    by_type, other = annual.worked(dates, 5)
    assert lines(by_type) == {"total": 45 + 21 + 56, "gardens": 45, "painting": 21, "unnamed": 56}
    assert lines(other) == {"other_activity": 10}
    few = [*dates, served("O1", Kind.UNPAID_WORK, Outcome.ATTENDED_FULL, 60, "woodwork")]
    assert lines(annual.worked(few, 5)[0]) == {
        "total": 123,
        "gardens": None,
        "painting": 21,
        "unnamed": 56,
        "woodwork": None,
    }


def test_how_orders_ended_and_how_long_completed_ones_took() -> None:
    over = [
        *orders(6, WORK, hours=80, status=Status.COMPLETED, days=100),
        *orders(5, WORK, hours=200, status=Status.REVOKED_EARLY, days=200),
        *orders(9, WORK, hours=200, status=Status.BREACHED, days=10),
    ]
    *_, how, took = annual.of_orders([], over, 5)
    assert lines(how) == {"total": 20, "completed": 6, "revoked_early": 5, "breached": 9}
    assert lines(took) == {"1": 100, "2": 200}
    assert lines(annual.of_orders([], over[:4], 5)[-1]) == {"1": None, "2": None}


def test_what_is_outstanding_leaves_out_what_is_back_at_court() -> None:
    books = {n: Books(n, ordered=6000, worked=600 * n, lost=300) for n in range(8)} | {
        9: Books(9, ordered=60, worked=60)
    }
    table = annual.outstanding(books, {n: f"O{n}" for n in range(10)}, frozenset({0}), 5)
    assert lines(table) == {"orders": 7, "hours": (7 * 6000 - 600 * 28) // 60, "lost": 35}
    assert table.lines[0].behind == tuple(f"O{n}" for n in range(1, 8))

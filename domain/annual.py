"""The figures of the annual return: orders, hours, kinds of work, how orders ended and how long they took.

Two orders of one person count as two, as in the national tables. Hours are whole hours, and are hidden where they are
those of too few orders.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from domain.appointments import Kind
from domain.attendance import CAME, worked_minutes
from domain.orders import Order, Requirement, Status
from domain.outcomes import TOTAL, Line, Table, parts, small, steps
from domain.progress import HOUR, Books, Level, level
from domain.served import Served

BOTH = "both"
UNNAMED = "unnamed"  # a place of which the export names no type of work


def orders(imposed: Sequence[Order], least: int) -> tuple[Table, Table]:
    """Orders imposed in the year by what they ask for, and the hours imposed by them."""
    work = [one for one in imposed if Requirement.UNPAID_WORK in one.requirements]
    counts = {"imposed": len(imposed)} | {
        each.value: sum(each in one.requirements for one in imposed) for each in Requirement
    }
    counts[BOTH] = sum(one.supervised for one in work)
    words = {code: (f"requirement.{code}",) for code in counts} | {
        "imposed": ("report.imposed",),
        BOTH: ("report.requirement_both",),
    }
    shown = {code: count for code, count in counts.items() if count or code == "imposed"}
    hours = sum(one.hours or 0 for one in work)
    hidden = small(len(work), least)
    lines = (
        Line("orders", ("report.orders_with_hours",), None if hidden else len(work), share=False),
        Line("imposed", ("report.hours_imposed",), None if hidden else hours, share=False),
        Line("average", ("report.hours_average",), None if hidden or not work else hours // len(work), share=False),
    )
    return Table("year_orders", "report.year_orders", steps(shown, words, least)), Table(
        "year_hours", "report.year_hours", lines
    )


def worked(dates: Iterable[Served], least: int) -> tuple[Table, Table]:
    """Hours worked in the year: unpaid work by its type, and other activity."""
    minutes: Counter[str] = Counter()
    whose: dict[str, set[str]] = {}
    for one in dates:
        if one.kind in (Kind.UNPAID_WORK, Kind.OTHER_ACTIVITY) and one.outcome in CAME:
            code = (one.work_type or UNNAMED) if one.kind is Kind.UNPAID_WORK else one.kind.value
            minutes[code] += worked_minutes(one.standing, one.booked)
            whose.setdefault(code, set()).add(one.order_ref)
    other = Kind.OTHER_ACTIVITY.value
    types = sorted(code for code in minutes if code != other)
    hidden = {code for code in types if small(len(whose[code]), least)}
    if len(hidden) == 1 and len(types) > 1:
        hidden.add(min((code for code in types if code not in hidden), key=lambda code: len(whose[code])))
    total = sum(minutes[code] for code in types)
    lines = [Line(TOTAL, ("report.total",), None if hidden == set(types) and hidden else total // HOUR, share=False)]
    lines += [_of_type(code, minutes[code], code in hidden) for code in types]
    rest = Line(
        other, (f"kind.{other}",), _unless(small(len(whose.get(other, ())), least), minutes[other]), share=False
    )
    return Table("year_work", "report.year_work", tuple(lines)), Table("year_other", "report.year_other", (rest,))


def _of_type(code: str, minutes: int, hidden: bool) -> Line:
    words = ("report.work_unnamed",) if code == UNNAMED else ("report.work_type",)
    return Line(code, words, _unless(hidden, minutes), share=False, blanks={"type": code})


def _unless(hidden: bool, minutes: int) -> int | None:
    return None if hidden else minutes // HOUR


def ended(over: Sequence[Order], least: int) -> tuple[Table, ...]:
    """How the orders ended that ended in the year, and how many days completed ones took, by level."""
    behind = {
        status: [one.ref for one in over if one.status is status] for status in Status if status is not Status.ACTIVE
    }
    counts = {status.value: len(refs) for status, refs in behind.items() if refs}
    words = {code: (f"order.{code}",) for code in counts}
    took = []
    for which in Level:
        days = [
            (one.ended_on - one.imposed_on).days
            for one in _completed(over)
            if one.ended_on and level(one.hours) is which
        ]
        mean = None if not days or small(len(days), least) else round(sum(days) / len(days))
        took.append(
            Line(which.value, (f"report.level_{which}",), mean, share=False, blanks={"orders": _of(days, least)})
        )
    return Table("year_ended", "report.year_ended", parts(counts, words, least)), Table(
        "year_took", "report.year_took", tuple(took)
    )


def _of(days: Sequence[int], least: int) -> str:
    return f"under {least}" if small(len(days), least) else str(len(days))


def _completed(over: Iterable[Order]) -> list[Order]:
    return [one for one in over if one.status in (Status.COMPLETED, Status.REVOKED_EARLY)]


def outstanding(books: Mapping[int, Books], refs: Mapping[int, str], in_breach: frozenset[int], least: int) -> Table:
    """The hours left of orders that run, without those that are before the court for a breach (the quarterly return's
    own rule: field notes 2.7). As they stand now: the past is not worked out again."""
    open_ = {id_: one for id_, one in books.items() if one.left and id_ not in in_breach}
    hidden = small(len(open_), least)
    hours = sum(one.left for one in open_.values()) // HOUR
    lost = sum(one.lost_open for one in open_.values()) // HOUR
    few_lost = small(sum(one.lost_open > 0 for one in open_.values()), least)
    lines = (
        Line(
            "orders",
            ("report.orders_open",),
            None if hidden else len(open_),
            share=False,
            behind=() if hidden else tuple(refs[id_] for id_ in open_),
        ),
        Line("hours", ("report.hours_open",), None if hidden else hours, share=False),
        Line("lost", ("report.hours_open_lost",), None if hidden or few_lost else lost, share=False),
    )
    return Table("outstanding", "report.outstanding", lines)

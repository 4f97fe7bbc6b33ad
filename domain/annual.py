"""The figures of the annual return: orders, hours, kinds of work, how orders ended and how long they took.

Two orders of one person count as two, as in the national tables. Hours are whole hours, and are hidden where they are
those of too few orders.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from domain.appointments import Kind
from domain.attendance import CAME, worked_minutes
from domain.drafts import Draft, Entry, weighed
from domain.drafts import parts as drafted
from domain.orders import Order, Requirement, Status
from domain.outcomes import TOTAL, Line, Table, small
from domain.progress import HOUR, Books, Level, level
from domain.served import Served

BOTH = "both"
UNNAMED = "unnamed"  # a place of which the export names no type of work


def of_orders(imposed: Sequence[Order], over: Sequence[Order], least: int) -> tuple[Table, ...]:
    """Orders imposed in the year by what they ask for, and the hours imposed by them; how the orders ended that ended
    in it, and how many days completed ones took, by level. What an order is counted in is weighed together."""
    work = [one.ref for one in imposed if Requirement.UNPAID_WORK in one.requirements]
    by_level = {which: [one for one in _completed(over) if level(one.hours) is which] for which in Level}
    hours = Draft("year_hours", "report.year_hours", (Entry("orders", ("report.orders_with_hours",), work),))
    took = [Entry(which.value, (), [one.ref for one in several]) for which, several in by_level.items()]
    drafts = (_imposed(imposed, work), hours, _ended(over), Draft("year_took", "report.year_took", tuple(took)))
    asked, with_hours, how, days = weighed(drafts, least)
    mean = tuple(_took(which, by_level[which], line) for which, line in zip(Level, days.lines, strict=True))
    return asked, _hours(imposed, with_hours), how, replace(days, lines=mean)


def _imposed(imposed: Sequence[Order], work: Sequence[str]) -> Draft:
    """By what they ask for, and those that ask for supervision beside the work."""
    every = [one.ref for one in imposed]
    found = {each.value: [one.ref for one in imposed if each in one.requirements] for each in Requirement}
    found[BOTH] = [one.ref for one in imposed if one.supervised and one.ref in set(work)]
    words = {code: (f"requirement.{code}",) for code in found} | {BOTH: ("report.requirement_both",)}
    entries = [Entry(code, words[code], refs, every) for code, refs in found.items() if refs]
    return Draft(
        "year_orders", "report.year_orders", (Entry("imposed", ("report.imposed",), every, first=True), *entries)
    )


def _hours(imposed: Iterable[Order], table: Table) -> Table:
    """The hours stand where their orders do."""
    [orders] = table.lines
    hours = sum(one.hours or 0 for one in imposed if Requirement.UNPAID_WORK in one.requirements)
    shown, average = orders.count is not None, hours // orders.count if orders.count else None
    lines = (
        orders,
        Line("imposed", ("report.hours_imposed",), hours if shown else None, share=False),
        Line("average", ("report.hours_average",), average, share=False),
    )
    return replace(table, lines=lines)


def _ended(over: Sequence[Order]) -> Draft:
    refs = {status.value: [one.ref for one in over if one.status is status] for status in Status}
    found = {code: several for code, several in refs.items() if several and code != Status.ACTIVE}
    total, *entries = drafted(found, {code: (f"order.{code}",) for code in found})
    return Draft("year_ended", "report.year_ended", (total, *(replace(one, behind=()) for one in entries)))


def _took(which: Level, several: Sequence[Order], orders: Line) -> Line:
    """The mean of the days that orders took; none where it is not shown of how many, or there were none."""
    if orders.count is None:
        return Line(orders.code, (f"report.level_{which}_hidden",), None, share=False)
    days = [(one.ended_on - one.imposed_on).days for one in several if one.ended_on]
    mean = round(sum(days) / len(days)) if days else None
    return Line(orders.code, (f"report.level_{which}",), mean, share=False, blanks={"orders": str(orders.count)})


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

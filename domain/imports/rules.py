"""What must hold between the cells of one row. Each check raises Wrong; some return what follows."""

from collections.abc import Callable
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from domain import attendance, orders
from domain.imports import cells
from domain.imports.problems import Wrong


def cover_is_another(staff_ref: str, cover_ref: str | None) -> None:
    if cover_ref == staff_ref:
        raise Wrong("nobody covers for themselves", "the staff_ref of somebody else, or nothing")


def not_before(name: str) -> Callable[[date, date | None], None]:
    def check(start: date, end: date | None) -> None:
        if end and end < start:
            raise Wrong(f"this is before {name}", f"{start.isoformat()} or later")

    return check


def supervised(requirements: frozenset[orders.Requirement]) -> None:
    others = requirements - {orders.Requirement.UNPAID_WORK, orders.Requirement.SUPERVISION}
    if others and orders.Requirement.SUPERVISION not in requirements:
        raise Wrong(
            "only unpaid work can be imposed without supervision",
            f"supervision beside {', '.join(sorted(others))}",
        )


def hours_named(requirements: frozenset[orders.Requirement], hours: int | None) -> None:
    if orders.Requirement.UNPAID_WORK in requirements and hours is None:
        raise Wrong("unpaid work has no hours", "whole hours from 1 to 300")


def end_fits(status: orders.Status, ended_on: date | None) -> None:
    if status is orders.Status.ACTIVE and ended_on:
        raise Wrong("an active order has not ended", "nothing, or a status that says how it ended")
    if status is not orders.Status.ACTIVE and not ended_on:
        raise Wrong(f"the status is {status} but not since when", "the date on which the order ended")


def not_without(other: str) -> Callable[[float | None, float | None], None]:
    def check(this: float | None, that: float | None) -> None:
        if (this is None) and (that is not None):
            raise Wrong(f"there is a {other} alone", "both latitude and longitude, or neither")

    return check


def moment_in(zone: ZoneInfo) -> Callable[[date, time | None], datetime | None]:
    def check(day: date, clock: time | None) -> datetime | None:
        return cells.at(zone, day, clock) if clock else None

    return check


def ends_later(start: time, end: time | None) -> None:
    if end and end <= start:
        raise Wrong("the end is not after the start", f"a time after {start:%H:%M}")


def judge_named(outcome: attendance.Outcome, recorded_by: str | None) -> None:
    if outcome in attendance.JUDGED and not recorded_by:
        raise Wrong(f"{outcome} is somebody's decision, and nobody is named", "the staff_ref of who decided")


def not_nothing(minutes: int) -> None:
    if not minutes:
        raise Wrong("an adjustment changes something", "minutes to add, or with a minus to take away")


def whose_reason(milestone: orders.Milestone, late_reason: str) -> str:
    if milestone is not orders.Milestone.EXTENSION_REQUESTED or not late_reason:
        return late_reason
    if late_reason.casefold() not in ("person", "service"):
        raise Wrong("unknown reason for an extension", "person or service")
    return late_reason.casefold()

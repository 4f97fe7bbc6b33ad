"""What the made-up case system exports: the rows that are new or have changed since the last time."""

import csv
import io
from collections import defaultdict
from datetime import date

from domain.imports import File
from sandbox.simulation.council import Booking, Colleague, Order

COLUMNS = {
    "staff": "staff_ref name roles cover_ref active_until",
    "individuals": "case_ref first_name youth staff_contact_only",
    "orders": "order_ref case_ref imposed_on requirements hours officer_ref case_manager_ref status ended_on",
    "places": "place_ref nickname bring capacity",
    "appointments": "appointment_ref order_ref kind date start end place_ref staff_ref status",
    "attendance": "appointment_ref outcome minutes recorded_by recorded_at",
    "adjustments": "adjustment_ref order_ref on minutes reason",
    "holds": "hold_ref order_ref kind from until",
}


class Export:
    """Fills up between two imports. `told` are the dates in it, `recorded` those of which it says what came of them."""

    def __init__(self) -> None:
        self.told: list[Booking] = []
        self.recorded: list[Booking] = []
        self._rows: dict[str, dict[str, tuple[object, ...]]] = defaultdict(dict)

    def row(self, kind: str, ref: str, *cells: object) -> None:
        """One row as it is now; one that was here already gives way."""
        self._rows[kind][ref] = (ref, *cells)

    def staff(self, one: Colleague, last: date | None = None) -> None:
        self.row("staff", one.ref, f"Staff {one.ref}", one.role, one.cover, last or "")

    def order(self, one: Order) -> None:
        hours = one.hours if "unpaid_work" in one.requirements else ""
        workers = [colleague.ref if colleague else "" for colleague in (one.officer, one.manager)]
        ended = (one.status, one.ended_on or "")
        self.row("orders", one.ref, one.case.ref, one.begins, one.requirements, hours, *workers, *ended)

    def booking(self, one: Booking) -> None:
        self.told.append(one)
        when = (one.day, f"{one.start:%H:%M}", f"{one.end:%H:%M}")
        status = "cancelled" if one.cancelled else "booked"
        self.row("appointments", one.ref, one.order.ref, one.kind, *when, one.place, one.runner.ref, status)

    def taken(self) -> list[File]:
        """All of it, as files; the next one begins empty."""
        files = [File(f"{kind}.csv", _csv(kind, list(rows.values()))) for kind, rows in self._rows.items()]
        self._rows.clear()
        return files


def _csv(kind: str, rows: list[tuple[object, ...]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([COLUMNS[kind].split(), *rows])
    return text.getvalue().encode()

"""The caseload of a busy month: squads that meet at their place, and everything that can become of a date, in turn."""

import itertools
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

from domain.attendance import CAUSES, Outcome
from sandbox.simulation.caseload import DAY, WORK, CaseSystem
from sandbox.simulation.council import Booking, Case, Colleague, Order

VARIED = 0.5  # of all dates: those that do not simply end with *came*
HOURS = (20, 40, 100, 100, 200)
TRAVEL = (-60, -30, 45, 120)  # minutes of an adjustment
WORKERS = frozenset(
    {"stood_down_ahead", "moved_by_service", "moved_by_person", "not_expected"}
)  # who a worker tells of
JUDGED = frozenset({"missed_accepted", "missed_not_accepted"})
NAMED = JUDGED | {"not_expected"}


def _everything() -> list[str]:
    """Each outcome with each of its causes, all outcomes before any comes again, and what is usual in between."""
    each = [
        (n, f"{outcome}:{cause}" if cause else outcome.value)
        for outcome in Outcome
        if outcome is not Outcome.TAKEN_BACK
        for n, cause in enumerate(sorted(CAUSES.get(outcome, {""})))
    ]
    ordered = [kind for _, kind in sorted(each, key=lambda one: one[0])]
    return [kind for one in ordered for kind in (one, "missed_reason_unknown")]


class Squads(CaseSystem):
    """Unpaid work is done in squads: one place, one supervisor and one start for all who come. Hours are booked in
    every week, orders are short and long, and time is added or taken off."""

    capacity = 5
    begins = (-120, 14)

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._kinds = itertools.cycle(_everything())

    def _staff(self, individuals: int) -> Iterator[Colleague]:
        """The last officer and the last supervisor use no chat; nobody leaves but by the month's own plan."""
        numbers = {
            "officer": 4,
            "case_manager": 3,
            "supervisor": 3 + individuals // 60,
            "youth_team": 2,
            "duty": 2,
            "manager": 2,
            "court_team": 1,
        }
        for role, many in numbers.items():
            for n in range(1, many + 1):
                cover = f"{role.upper()}{n % many + 1}" if role in ("officer", "case_manager") else ""
                on_paper = role in ("officer", "supervisor") and n == many
                yield Colleague(f"{role.upper()}{n}", role, cover, uses_chat=not on_paper)

    def _staff_changes(self, day: date) -> None:
        """Who leaves is said in the chat."""

    def _order(self, ref: str, case: Case, begins: int) -> Order:
        one = super()._order(ref, case, begins)
        one.hours, one.every = self.dice.choice(HOURS), self.dice.choice((4, 7, 7, 7, 14))
        one.next_day = max(one.begins, self.first) + DAY * self.dice.randint(1, one.every)
        return one

    def night(self, day: date) -> None:
        super().night(day)
        if self.dice.random() < 0.3:
            one = self.dice.choice([order for order in self._orders if order in self._begun])
            if "unpaid_work" in one.requirements and one.active:
                minutes = self.dice.choice(TRAVEL)
                self.export.row("adjustments", f"J{one.ref}-{day}", one.ref, day, minutes, "travel")

    def _had(self, order: Order, day: date) -> None:
        """What is behind somebody came to the end that it usually has."""
        super()._had(order, day)
        one = self.bookings[f"A{order.ref}-{order.booked}"]
        one.outcome, one.route = "attended_full", "import"
        self._record(one, self.first)

    def _booking(self, order: Order, day: date) -> Booking:
        one = super()._booking(order, day)
        if one.kind in WORK:
            squad = int(order.ref[1:6]) % len(self.places)
            one.place, one.runner = self.places[squad], self.holding("supervisor")[squad]
            one.start = time(13) if squad == 1 else time(9, 30)
        if one.day.weekday() == 6:
            one.day += DAY
        return one

    def _settle(self, one: Booking) -> None:
        """What comes of it, and who tells: whoever runs it, a worker of the person, or the export."""
        one.outcome = next(self._kinds) if self.dice.random() < VARIED else "attended_full"
        outcome = one.outcome.partition(":")[0]
        if one.runner.uses_chat:
            one.outcome = "missed_reason_unknown" if outcome in JUDGED else one.outcome
            one.route = "worker" if outcome in WORKERS else "chat"
            return
        one.route = self.dice.choices(("import", "late", "never"), (85, 9, 6))[0]
        wait = {"import": 1, "late": self.dice.randint(3, 9)}.get(one.route)
        if wait is not None:
            self._outcomes[one.day + timedelta(days=wait)].append(one)

    def take_place(self, one: Booking) -> None:
        """A place that was offered and taken in the chat: what comes of it is as open as of any other date."""
        one.order.extra.append(one)
        self.bookings[one.ref] = one
        self._settle(one)

    def _recorder(self, one: Booking) -> Colleague:
        """Whoever ran it; what only a named worker says, the worker."""
        if one.outcome.partition(":")[0] not in NAMED:
            return one.runner
        youth = self.holding("youth_team")[0] if one.order.case.youth else None
        return youth or one.order.officer or one.order.manager or self.holding("case_manager")[0]

    def hand_over(self, giver: Colleague, taker: Colleague) -> None:
        """Somebody else's people from now on: the chat knows first, and the next export says the same."""
        for order in self._orders:
            if giver in (order.officer, order.manager):
                order.officer = taker if order.officer is giver else order.officer
                order.manager = taker if order.manager is giver else order.manager
                if order in self._begun:
                    self.export.order(order)

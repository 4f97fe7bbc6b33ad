"""A made-up case system: whose orders begin and end over a year, which dates it books, moves and cancels, what came of
them, and what of all this it exports each night.

Rates are guesses of ours, chosen so that an order has some 17 dates a year (250,000 for Scotland's 15,000 orders) and
everything that can happen does, in every simulated month of a council.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta

from sandbox.simulation.council import Booking, Case, Colleague, Order
from sandbox.simulation.export import Export

DAY = timedelta(days=1)
ONSETS, CODAS = "BDFGKLMNPRSTV", ("an", "el", "in", "on", "ra", "sha", "vi", "mo")
EARLIER = 3  # dates of an order that the first export still has
EVERY = (7, 14, 14, 14, 21, 28)  # days between two dates of one order
STARTS = (time(8, 30), time(9), time(9, 30), time(10), time(13), time(14, 30), time(18, 30))
WORK = ("unpaid_work", "unpaid_work", "unpaid_work", "unpaid_work", "other_activity")
TALKS = ("supervision",) * 8 + ("home_visit", "home_visit", "review", "court_review", "group", "group")


class CaseSystem:
    """What the council knows. `night` and `noon` change it; `export` holds what has changed since the last one."""

    capacity: int | str = ""  # people who fit at a place; nobody has said how many
    begins = (-200, 240)  # days from the first one within which an order begins

    def __init__(self, dice: random.Random, individuals: int, first: date, days: int) -> None:
        self.dice = dice
        self.first, self.last = first, first + DAY * days
        self.bookings: dict[str, Booking] = {}
        self.colleagues = {one.ref: one for one in self._staff(individuals)}
        self.cases = {one.ref: one for one in self._cases(individuals)}
        self.places = [f"P{n}" for n in range(1, 4 + individuals // 60)]
        self.export = Export()
        self._fates: dict[tuple[date, bool], list[tuple[Booking, str]]] = defaultdict(list)
        self._outcomes: dict[date, list[Booking]] = defaultdict(list)
        self._orders = [order for case in self.cases.values() for order in case.orders]
        self._begun: set[Order] = set()
        for one in self.colleagues.values():
            self.export.staff(one)
        for ref in self.places:
            self.export.row("places", ref, f"The {ref.lower()} yard", "boots and lunch", self.capacity)

    # ── Who there is ────────────────────────────────────────────────────────────────────────────────────────────────

    def _staff(self, individuals: int) -> Iterator[Colleague]:
        """One officer for 38 people, one case manager for 70 (field notes, section 6), and who else it takes."""
        numbers = {
            "officer": 2 + individuals // 60,
            "case_manager": 1 + individuals // 100,
            "supervisor": 2 + individuals // 80,
            "youth_team": 1,
            "duty": 2,
            "manager": 2,
            "court_team": 1,
        }
        for role, many in numbers.items():
            for n in range(1, many + 1):
                covered_by = f"{role.upper()}{n % many + 1}" if role in ("officer", "case_manager") and many > 1 else ""
                keeps_paper = role == "supervisor" and n % 2 == 0
                leaves = role in ("officer", "case_manager") and n > 1 and self.dice.random() < 0.2
                until = self.first + DAY * self.dice.randint(30, 330) if leaves else None
                yield Colleague(f"{role.upper()}{n}", role, covered_by, until, uses_chat=not keeps_paper)

    def holding(self, *roles: str) -> list[Colleague]:
        return [one for one in self.colleagues.values() if one.role in roles]

    def _cases(self, individuals: int) -> Iterator[Case]:
        numbers = self.dice.sample(range(len(ONSETS) ** 2 * len(CODAS) ** 2 * 4), individuals)
        for n, number in enumerate(numbers, 1):
            young = self.dice.random() < 0.05
            case = Case(f"C{10_000 + n}", _name(number), young, not young and self.dice.random() < 0.03)
            case.orders.append(self._order(f"O{10_000 + n}", case, self.dice.randint(*self.begins)))
            if self.dice.random() < 0.06:
                case.orders.append(self._order(f"O{10_000 + n}B", case, self.dice.randint(20, 300)))
            yield case

    def _order(self, ref: str, case: Case, begins: int) -> Order:
        supervised = case.youth or self.dice.random() < 0.5
        works = not supervised or self.dice.random() < 0.4
        requirements = "+".join(["unpaid_work"] * works + ["supervision"] * supervised)
        officer = self.dice.choice(self.holding("officer")) if supervised else None
        manager = self.dice.choice(self.holding("case_manager")) if works or self.dice.random() < 0.3 else None
        first = self.first + DAY * begins
        ends = first + DAY * self.dice.randint(150, 420)
        how = self.dice.choices(
            ("completed", "breached", "revoked_early", "revoked", "transferred", "died"), (70, 10, 8, 6, 4, 2)
        )[0]
        every = self.dice.choice(EVERY)
        next_day = max(first, self.first) + DAY * self.dice.randint(1, every)
        return Order(ref, case, requirements, first, ends, how, officer, manager, every, next_day)

    # ── What happens ────────────────────────────────────────────────────────────────────────────────────────────────

    def night(self, day: date) -> None:
        """All that the export of an early morning says for the first time."""
        for order in self._orders:
            if order not in self._begun and order.begins <= day < order.ends:
                self._begin(order)
            elif order in self._begun and order.active:
                if day >= order.ends:
                    self._end(order, day)
                elif self.dice.random() < 0.0004:
                    self._hold(order, day)
                elif order.next_day - day <= DAY * 10:
                    self._book(order, day)
        self._staff_changes(day)
        self._fate(day, noon=False)
        for one in self._outcomes.pop(day, []):
            self._record(one, day)

    def noon(self, day: date) -> None:
        """What changed this morning."""
        self._fate(day, noon=True)

    def _begin(self, order: Order) -> None:
        self._begun.add(order)
        case = order.case
        yes_no = ["yes" if flag else "no" for flag in (case.youth, case.contact_only)]
        self.export.row("individuals", case.ref, case.name, *yes_no)
        self.export.order(order)
        if order.begins < self.first:
            for n in range(EARLIER, 0, -1):
                self._had(order, self.first - DAY * order.every * n)

    def _had(self, order: Order, day: date) -> None:
        """A date before the first export, which comes with it."""
        order.booked += 1
        one = self._booking(order, max(day, order.begins))
        self.bookings[one.ref] = one
        self.export.booking(one)

    def _end(self, order: Order, day: date) -> None:
        order.status, order.ended_on = order.how, day - DAY
        self.export.order(order)
        if self.dice.random() < 0.5:
            for one in self.ahead(order, day):
                self._cancel(one)

    def ahead(self, order: Order, day: date) -> list[Booking]:
        """The booked dates of an order from a day on."""
        refs = (f"A{order.ref}-{n}" for n in range(max(1, order.booked - 8), order.booked + 1))
        return [one for ref in refs if (one := self.bookings[ref]).day >= day and not one.cancelled]

    def _hold(self, order: Order, day: date) -> None:
        until = day + DAY * self.dice.randint(3, 40)
        kind = self.dice.choice(("custody", "hospital", "suspended"))
        order.holds.append((day, until))
        self.export.row("holds", f"H{order.ref}-{day}", order.ref, kind, day, until)

    def _book(self, order: Order, day: date) -> None:
        """The next date; now and then one that comes late: for tomorrow, or for today."""
        late = self.dice.random() < 0.05
        on = day + DAY * self.dice.randint(0, 1) if late else max(order.next_day, day + DAY)
        order.next_day = max(order.next_day, day) + DAY * order.every
        order.booked += 1
        one = self._booking(order, on)
        self.bookings[one.ref] = one
        self.export.booking(one)
        self._decide(one, day)

    def _booking(self, order: Order, day: date) -> Booking:
        kind = self._kind(order)
        runner = self._runner(order, ("supervisor",) if kind in WORK else ("officer", "case_manager"))
        start, place = self.dice.choice(STARTS), self.dice.choice(self.places)
        return Booking(f"A{order.ref}-{order.booked}", order, kind, day, start, place, runner)

    def _kind(self, order: Order) -> str:
        if order.booked == 1 and order.begins >= self.first:
            return "induction" if order.requirements == "unpaid_work" else "first_contact"
        works, talks = "unpaid_work" in order.requirements, "supervision" in order.requirements
        return self.dice.choice(WORK * works + TALKS * talks)

    def _runner(self, order: Order, roles: tuple[str, ...]) -> Colleague:
        own = next((one for one in (order.officer, order.manager) if one is not None and one.role in roles), None)
        return own or self.dice.choice(self.holding(*roles))

    def _decide(self, one: Booking, day: date) -> None:
        """What will become of a date: it is moved, cancelled, or held, and then somebody comes or not."""
        dice = self.dice.random()
        if dice < 0.14:
            on = one.day - DAY * self.dice.choice((0, 0, 1, 1, 2, 4))
            noon = on <= day or self.dice.random() < 0.4
            what = "moved" if dice < 0.09 else "cancelled"
            self._fates[max(on, day), noon].append((one, what))
        self._settle(one)

    def _settle(self, one: Booking) -> None:
        outcomes = ("attended_full", "attended_part", "missed_reason_unknown", "sent_home_service:weather")
        one.outcome = self.dice.choices(outcomes, (83, 4, 9, 4))[0]
        chat = one.runner.uses_chat and one.runner.role == "supervisor"
        one.route = self.dice.choices(("chat", "import", "late", "never"), (25 if chat else 0, 85, 8, 4))[0]
        wait = {"chat": 1, "import": 1, "late": self.dice.randint(3, 9)}.get(one.route)
        if wait is not None:
            self._outcomes[one.day + DAY * wait].append(one)

    def _fate(self, day: date, noon: bool) -> None:
        for one, what in self._fates.pop((day, noon), []):
            begun = one.day < day or (noon and one.day == day and one.start.hour < 14)
            if begun or one.cancelled or not one.order.active:
                continue
            if what == "cancelled":
                self._cancel(one)
            else:
                self._move(one, day)

    def _cancel(self, one: Booking) -> None:
        one.cancelled = True
        self.export.booking(one)

    def _move(self, one: Booking, day: date) -> None:
        """Another day, another hour, or another place."""
        what = self.dice.choice(("day", "day", "hour", "place"))
        if what == "day":
            one.day += DAY * self.dice.randint(1, 9)
        elif what == "hour" and one.day > day:
            one.start = self.dice.choice([start for start in STARTS if start != one.start])
        else:
            one.place = self.dice.choice([place for place in self.places if place != one.place])
        self.export.booking(one)
        self._settle(one)

    def _record(self, one: Booking, day: date) -> None:
        """On record by import, unless it was cancelled, moved on, or tapped in the chat."""
        if one.cancelled or one.day >= day or one.seen_in_chat or not one.order.active:
            return
        at = f"{one.day} {one.end:%H:%M}"
        worked = {"attended_full": "240", "attended_part": "120"}.get(one.outcome, "")
        one.said.add(one.outcome.partition(":")[0])
        self.export.recorded.append(one)
        self.export.row("attendance", one.ref, one.outcome, worked, self._recorder(one).ref, at)

    def _recorder(self, one: Booking) -> Colleague:
        return one.runner

    def _staff_changes(self, day: date) -> None:
        """Somebody leaves; whoever takes over their people is named some days later."""
        for one in self.colleagues.values():
            if one.until is not None and day == one.until - DAY * 7:
                self.export.staff(one, one.until)
            if one.until is not None and day == one.until + DAY * 4:
                self._hand_over(one)

    def _hand_over(self, leaver: Colleague) -> None:
        others = [one for one in self.holding(leaver.role) if one.until is None]
        for order in self._orders:
            if order.officer is leaver:
                order.officer = self.dice.choice(others)
            elif order.manager is leaver:
                order.manager = self.dice.choice(others)
            else:
                continue
            if order in self._begun:
                self.export.order(order)


def _name(number: int) -> str:
    """A first name that nobody else here has, and that is no other word: its last syllable is a number's."""
    syllables: list[str] = []
    bases: tuple[Sequence[str], ...] = (ONSETS, CODAS, ONSETS, CODAS)
    for base in bases:
        number, at = divmod(number, len(base))
        syllables.append(base[at])
    return "".join(syllables).capitalize() + ("", "us", "ek", "ia")[number]

"""Who and what there is in a made-up council: staff, individuals, their orders and dates."""

from dataclasses import dataclass, field
from datetime import date, datetime, time

from domain.calendar import LONDON


@dataclass(frozen=True)
class Leave:
    """The first and the last day away, and who covers (a reference)."""

    first: date
    last: date
    cover: str


@dataclass(eq=False)
class Colleague:
    """A member of staff; `until` is the last day of the account, `uses_chat` whether a phone will be linked."""

    ref: str
    role: str
    cover: str = ""
    until: date | None = None
    uses_chat: bool = True
    leave: Leave | None = None

    def away_on(self, day: date) -> bool:
        return self.leave is not None and self.leave.first <= day <= self.leave.last

    def at_work_on(self, day: date) -> bool:
        """Neither away nor gone."""
        return not self.away_on(day) and (self.until is None or day <= self.until)

    def covered_by(self, day: date) -> set[str]:
        """The references of those who cover for them."""
        return {self.cover, self.leave.cover} if self.leave is not None and self.away_on(day) else {self.cover}


@dataclass(eq=False)
class Case:
    """One individual."""

    ref: str
    name: str
    youth: bool = False
    contact_only: bool = False
    consented: bool = False  # under 18: the youth team said yes
    orders: "list[Order]" = field(default_factory=list)


@dataclass(eq=False)
class Order:
    """One order, and the plan that the dice made for it."""

    ref: str
    case: Case
    requirements: str
    begins: date
    ends: date
    how: str  # the status that it ends with
    officer: Colleague | None
    manager: Colleague | None
    every: int
    next_day: date
    status: str = "active"
    ended_on: date | None = None
    booked: int = 0
    hours: int = 100
    extra: "list[Booking]" = field(default_factory=list)  # places that were offered in the chat, and taken
    holds: list[tuple[date, date]] = field(default_factory=list)  # first and last days, as the case system has them
    held_by_hand: bool = False  # staff have held or released it in the chat; the books know since when

    @property
    def active(self) -> bool:
        return self.status == "active"

    def held_on(self, day: date) -> bool:
        return any(first <= day <= last for first, last in self.holds)


@dataclass(eq=False)
class Booking:
    """One date, as the last import had it. `outcome` is what really happened, whoever gets to know of it; `said` is
    every outcome that anybody has tapped, typed or exported."""

    ref: str
    order: Order
    kind: str
    day: date
    start: time
    place: str
    runner: Colleague
    cancelled: bool = False
    outcome: str = ""
    route: str = ""  # how the outcome gets on record: chat, import, late, never
    seen_in_chat: bool = False
    said: set[str] = field(default_factory=set)
    known_at: datetime | None = None  # when the bot was told of it as it is
    recorded_on: date | None = None  # when it was told by an import what came of it

    @property
    def starts_at(self) -> datetime:
        return datetime.combine(self.day, self.start, LONDON)

    @property
    def over_at(self) -> datetime:
        return datetime.combine(self.day, self.end, LONDON)

    @property
    def stands(self) -> tuple[date, time, str] | None:
        """What an individual is told of it: when and where, or nothing but that it is off."""
        return None if self.cancelled else (self.day, self.start, self.place)

    @property
    def end(self) -> time:
        return time(min(self.start.hour + 4, 22), self.start.minute)

"""What made-up people do with what comes to their phones: they answer, ignore it, type, stop, block, leave forms half
done. Staff deal with what is theirs, late or never. All of it by the dice."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from domain.attendance import Outcome
from domain.calendar import LONDON
from messages import actions
from sandbox.chats import Standing
from sandbox.people import Person
from sandbox.simulation.council import Booking, Case, Colleague
from sandbox.simulation.wire import Shown

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
Deed = tuple[datetime, str, str]  # when, which deed, and what it is done with

ANSWERS = {"coming": 80, "cannot": 5, "help": 1, "call": 1, "was_there": 5, "ok": 20}
AGAIN = 0.02  # how likely a message that has changed under their finger is tapped once more
LIKELY = {  # how likely somebody taps a message whose first button is this
    "say": 0.35,
    "why": 0.7,
    "want": 0.8,
    "ring": 0.8,
    "at": 0.8,
    "reask": 0.02,
    "lang": 0.95,
    "name": 0.9,
    "shared": 0.9,
    "notme": 0.0,
    "again": 0.6,
    "pick": 0.75,
    "form": 0.75,
    "claim": 0.7,
    "close": 0.6,
    "ended": 0.9,
    "look": 0.0,
    "mark": 0.0,
    "here": 0.8,
    "undo": 0.0,
    "youth": 0.9,
}
WORDS = (
    "the bus is off, is it still on?",
    "1",
    "yes",
    "ok thanks",
    "who is this",
    "2",
    "can I bring my own gloves?",
    "help",
    "/next",
    "/help",
    "HIDE",
    "/privacy",
    "/changed",
    "I want to complain",
    "I can't go on, I want to die",
)
STAFF_WORDS = ("/desk", "/today", "/help", "/privacy", "/case {ref}", "/hold {ref}", "/release {ref}", "/who {ref}")
PER_DAY = {"types": 0.002, "stops": 0.0006, "blocks": 0.0005, "deletes": 0.0001, "loses": 0.0005}


@dataclass(eq=False)
class Phone:
    """One person's phone. `forms` counts its screens, so that nobody fills in forms for ever."""

    person: Person
    case: Case | None = None
    colleague: Colleague | None = None
    newest: dict[int, tuple[str, ...]] = field(default_factory=dict)  # the last few messages with buttons
    stopped_at: datetime | None = None  # when they said STOP, until they tap *Start again*

    @property
    def lost(self) -> bool:
        return self.person.standing is Standing.DEACTIVATED

    def has(self, message_id: int) -> bool:
        """Whether a message still stands in the chat."""
        return message_id in self.person.bot.chats[self.person.id].messages


class Habits:
    """Decides what is done next on a phone, and does it when its time has come."""

    answers: Mapping[str, int] = ANSWERS

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice

    # ── Deciding ────────────────────────────────────────────────────────────────────────────────────────────────────

    def on_shown(self, phone: Phone, shown: Shown) -> Iterator[Deed]:
        """Perhaps a tap on what has just come, or words in answer to it."""
        if not shown.buttons:
            return
        self.remember(phone, shown)
        data = self._chosen(shown)
        if data:
            at = shown.at + self._delay(phone, data)
            typed = phone.case is not None and self.dice.random() < 0.03
            yield (at, "says", self.dice.choice(WORDS)) if typed else (at, "taps", f"{shown.message_id} {data}")

    def remember(self, phone: Phone, shown: Shown) -> None:
        """What stands on a phone to be tapped."""
        phone.newest[shown.message_id] = shown.buttons
        if len(phone.newest) > 6:
            del phone.newest[next(iter(phone.newest))]

    def _chosen(self, shown: Shown) -> str:
        code = shown.buttons[0].partition(":")[0]
        likely = LIKELY.get(code, 0.3)
        if not shown.new and code == "say":
            likely = AGAIN
        if self.dice.random() >= likely:
            return ""
        if code in ("say", "lang"):
            weights = [self.answers.get(data.rpartition(":")[2], 1) for data in shown.buttons]
            return self.dice.choices(shown.buttons, weights)[0]
        taken = [data for data in shown.buttons if data.startswith(("claim:", "close:"))]
        return self.dice.choice(taken if taken and self.dice.random() < 0.95 else shown.buttons)

    def _delay(self, phone: Phone, data: str) -> timedelta:
        """Soon while they are at it; in their own time otherwise."""
        code = data.partition(":")[0]
        if code in ("why", "want", "ring", "at", "lang", "name", "shared", "pick", "form", "ended"):
            return timedelta(seconds=self.dice.randint(4, 90))
        if code == "again":
            return DAY * self.dice.randint(1, 20)
        most = 400 if phone.case is not None else 600
        return MINUTE * min(self.dice.expovariate(1 / 90), most) + timedelta(seconds=self.dice.randint(1, 59))

    def of_a_day(self, phone: Phone, day: date) -> Iterator[Deed]:
        """What somebody does of their own accord."""
        if phone.case is not None:
            for deed, likely in PER_DAY.items():
                if self.dice.random() < likely:
                    yield self._some_time(day), deed, self.dice.choice(WORDS)
        elif phone.colleague is not None and self.dice.random() < 0.01:
            yield self._some_time(day), "types", self.dice.choice(STAFF_WORDS)

    def _some_time(self, day: date) -> datetime:
        """At any hour of the day: people lie awake."""
        at = time(self.dice.choice((0, 3, 7, *range(8, 24))), self.dice.randint(0, 59), self.dice.randint(0, 59))
        return datetime.combine(day, at, LONDON)

    # ── Doing ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def do(self, phone: Phone, deed: str, what: str) -> None:
        """Everything but what needs a worker too: a new phone is linked by somebody."""
        if phone.lost:
            return
        person = phone.person
        match deed:
            case "says" | "types":
                person.say(what)
            case "taps":
                message_id, _, data = what.partition(" ")
                if person.standing is Standing.OPEN:
                    person.press(data, int(message_id))
            case "stops":
                person.say(self.dice.choice(("stop", "STOP!", "/stop")))
            case "blocks":
                person.block()
            case "deletes":
                person.deactivate()


def mark(one: Booking, appointment_id: int) -> str:
    """The button of a register that says what happened."""
    outcome, _, cause = one.outcome.partition(":")
    minutes = 120 if outcome == "attended_part" else 0
    return actions.register.Mark(appointment_id, Outcome(outcome), minutes, cause).pack()

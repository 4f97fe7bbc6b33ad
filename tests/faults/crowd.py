"""Individuals who tap and type at random, whatever the bot is at."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from domain.appointments import Answer
from sandbox.people import Person
from tests.faults.caseload import Owing

TAPS = (Answer.COMING.value, Answer.CANNOT.value)
MOST_WAITING = 15  # updates that the bot has not taken
_LETTERS = str.maketrans("0123456789", "abcdefghij")  # a number would be an answer to a question


@dataclass
class Sam:
    """One individual with a phone, and what they did, in order: an answer tapped, or words typed."""

    owing: Owing
    did: list[str] = field(default_factory=list)

    @property
    def person(self) -> Person:
        return self.owing.person

    @property
    def taps(self) -> list[str]:
        return [one for one in self.did if one in TAPS]

    @property
    def typed(self) -> list[str]:
        return [one for one in self.did if one not in TAPS]

    def acts(self, dice: random.Random) -> bool:
        """Taps a button of the reminder, never the same twice running, or types. False: there is none yet."""
        reminder = next((shown for shown in self.person.chat if shown.who == "bot"), None)
        if reminder is None:
            return False
        what = dice.choice(["", *(one for one in TAPS if [one] != self.taps[-1:])])
        if what:
            self.person.press(f"say:{self.owing.appointment_id}:1:{what}", reminder.id)
        else:
            what = f"the bus is late again {len(self.did)}".translate(_LETTERS)
            self.person.say(what)
        self.did.append(what)
        return True


async def act(sams: Sequence[Sam], dice: random.Random, a_second: float, waiting: Callable[[], int]) -> None:
    """One after another, in no order, until cancelled. They lose patience while too much of theirs is waiting."""
    while True:
        await asyncio.sleep(dice.expovariate(a_second))
        if waiting() < MOST_WAITING:
            dice.choice(sams).acts(dice)

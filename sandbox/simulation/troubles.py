"""What goes wrong around the bot: Telegram says no, answers get lost, the machine is off for an hour or a weekend."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time

from domain.calendar import LONDON
from sandbox.server import Telegram

PER_DAY = {"flood 30": 0.03, "flood 5": 0.1, "broken 3": 0.1, "lost 1": 0.1, "lost 2": 0.02, "away 2": 0.1}
PER_DAY |= {"stop 1": 0.03, "stop 90": 0.01, "stop 900": 0.003, "stop 3600": 0.001}  # minutes
HOURS = (5, 8, 12, 17, 17, 17, 18, 18, 19, 19, 22)  # mostly when there is something to say


def of_a_day(dice: random.Random, day: date) -> Iterator[tuple[datetime, str]]:
    """When, and what: a word and its measure."""
    for what, likely in PER_DAY.items():
        if dice.random() < likely:
            yield datetime.combine(day, time(dice.choice(HOURS), dice.randint(0, 59)), LONDON), what


def begin(telegram: Telegram, what: str) -> None:
    """Makes the next few calls go wrong. One trouble at a time: the bot gives up an answer after five tries."""
    if telegram.faults.coming:
        return
    kind, _, measure = what.partition(" ")
    many = int(measure)
    match kind:
        case "flood":
            telegram.faults.refuse("sendMessage", 429, f"Too Many Requests: retry after {many}", retry_after=many)
        case "broken":
            telegram.faults.refuse("sendMessage", 502, "Bad Gateway", times=many)
        case "lost":
            telegram.faults.lose_answer("sendMessage", times=many)
        case "away":
            telegram.faults.lose_call("sendMessage", times=many)

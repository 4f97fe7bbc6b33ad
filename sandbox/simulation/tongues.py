"""Reading messages as their reader does: which words of a text can be held against the world."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1}
_NEAR_DAY = re.compile(r"\b(yesterday|today|tomorrow), (\w{3} \d{1,2} \w{3})", re.IGNORECASE)
_REF = re.compile(r"\bC\d{5,}\b")
_WORD = re.compile(r"\w+")


def short(day: date) -> str:
    """Tue 24 Nov."""
    return f"{day:%a} {day.day} {day:%b}"


def near_days(text: str, today: date) -> Iterator[tuple[str, str, str]]:
    """Every *tomorrow, Tue 24 Nov*: the whole of it, the date that it names, and the date that the word means."""
    for found in _NEAR_DAY.finditer(text):
        meant = today + timedelta(days=NEAR[found[1].lower()])
        yield found[0], found[2], short(meant)


def case_refs(text: str) -> list[str]:
    return _REF.findall(text)


def words(text: str) -> set[str]:
    return set(_WORD.findall(text))

"""Days as people type them: *tomorrow*, *until 2 Dec*, *24 Nov - 2 Dec*. English, as staff write it; the day comes
before the month."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
LONGEST = timedelta(days=366)  # of one leave; whoever is away for longer is a leaver, or has a mistyped year
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
NUMBERS = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
FRIDAY = 4

_UNTIL = re.compile(r"^(?:until|till|til|up to|through|to)\s+(?=\S)")
_BETWEEN = re.compile(r"\s+(?:to|until|till|til|through)\s+|\s*[-–—]\s*")
_LENGTH = re.compile(r"^(?:for )?(\d{1,3}|a|an|one|two|three|four|five|six) (day|week)s?$")
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_NUMBERS = re.compile(r"^(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}|\d{2}))?\.?$")
_DAY_MONTH = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?(?: of)? ([a-z]+)\.?(?: (\d{4}))?$")
_MONTH_DAY = re.compile(r"^([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?(?: (\d{4}))?$")
_BARE = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?$")


@dataclass(frozen=True)
class Span:
    """Days in a row, both included."""

    first: date
    last: date

    def fault(self, today: date) -> str:
        """What is wrong with it as days that somebody is away: a code; empty if nothing is."""
        if self.last < today:
            return "past"
        if self.last < self.first:
            return "backwards"
        return "too_long" if self.last - self.first > LONGEST else ""

    def meets(self, other: "Span") -> bool:
        """Whether some day is in both."""
        return self.first <= other.last and other.first <= self.last


def read(text: str, today: date) -> Span | None:
    """The days that some words mean; None if they mean none.

    One day is that day alone; *until* a day begins today. A date without a year is the next one that comes, and the
    first of two the last one before the second.
    """
    words = " ".join(text.lower().replace(",", " ").split()).removeprefix("from ")
    if (until := _UNTIL.match(words)) is not None:
        last = day(words[until.end() :], today)
        return Span(today, last) if last is not None else None
    if (length := _length(words)) is not None:
        return Span(today, today + length - DAY)
    alone = day(words, today)
    return Span(alone, alone) if alone is not None else next(_two(words, today), None)


def _two(words: str, today: date) -> Iterator[Span]:
    """Two days with something between them."""
    for between in _BETWEEN.finditer(words):
        before, after = words[: between.start()].strip(), words[between.end() :].strip()
        last = day(after, today)
        if last is None:
            continue
        first = _first(before, last, today)
        if first is not None:
            last = day(after, first) if after in _WEEKDAY else last
            yield Span(first, last or first)


def _first(words: str, last: date, today: date) -> date | None:
    """The first of two days; *24 – 28 Nov* leaves its month to the second."""
    if (bare := _BARE.match(words)) is not None:
        return _date(last.year, last.month, int(bare[1]))
    found = day(words, today)
    if found is None or found <= last or words in _WEEKDAY or _says_year(words):
        return found
    return _date(found.year - 1, found.month, found.day) if found.year > today.year else found


def _length(words: str) -> timedelta | None:
    found = _LENGTH.match(words)
    if found is None:
        return None
    count = NUMBERS.get(found[1]) or int(found[1])
    return DAY * count * (7 if found[2] == "week" else 1) if count else None


_WEEKDAY = {name[:length]: n for n, name in enumerate(WEEKDAYS) for length in (3, 4, 5, len(name))}
_MONTH = {name[:length]: n for n, name in enumerate(MONTHS, 1) for length in (3, 4, len(name))}


def day(text: str, today: date) -> date | None:
    """One day; None if the words are none. Without a year it is the next one that comes, today included."""
    words = " ".join(text.lower().replace(",", " ").split())
    near = {"today": today, "now": today, "tomorrow": today + DAY, "yesterday": today - DAY}
    if words in near:
        return near[words]
    words = words.removeprefix("on ")
    head, _, rest = words.partition(" ")
    if head in _WEEKDAY:
        if not rest:
            return today + DAY * ((_WEEKDAY[head] - today.weekday()) % 7)
        words = rest  # *Fri 27 Nov*: the date counts
    return _dated(words, today)


def _dated(words: str, today: date) -> date | None:
    if (iso := _ISO.match(words)) is not None:
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    if (found := _NUMBERS.match(words)) is not None:
        return _next(int(found[1]), int(found[2]), found[3], today)
    if (found := _DAY_MONTH.match(words)) is not None and found[2] in _MONTH:
        return _next(int(found[1]), _MONTH[found[2]], found[3], today)
    if (found := _MONTH_DAY.match(words)) is not None and found[1] in _MONTH:
        return _next(int(found[2]), _MONTH[found[1]], found[3], today)
    return None


def _next(day_: int, month: int, year: str | None, today: date) -> date | None:
    """With its year, or the next one that comes; 29 February may be up to eight years ahead."""
    if year is not None:
        return _date(int(year) + (2000 if len(year) == 2 else 0), month, day_)
    ahead = (_date(today.year + n, month, day_) for n in range(9))
    return next((one for one in ahead if one is not None and one >= today), None)


def _says_year(words: str) -> bool:
    return re.search(r"\d{4}|[/.]\d{2}$", words) is not None and re.search(r"^\d{1,2}[/.]\d{1,2}$", words) is None


def _date(year: int, month: int, day_: int) -> date | None:
    try:
        return date(year, month, day_)
    except ValueError:
        return None


def coming_friday(today: date) -> date:
    """The next Friday that is not today."""
    return today + DAY * ((FRIDAY - today.weekday() - 1) % 7 + 1)

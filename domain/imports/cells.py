"""One cell: the text that somebody typed → one text for one meaning, and its typed value."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from domain import calendar
from domain.attendance import CAUSES, Outcome
from domain.imports.problems import Wrong

Cell = tuple[str, Any]
Parser = Callable[[str], Cell]


def clean(text: str) -> str:
    """Without what exports add around a value: blanks, byte-order marks, Excel's `="007"` and decomposed accents."""
    text = text.strip("\ufeff\u200b \t\r\n\u00a0")
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        text = text[2:-1].strip()
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """`Case Ref`, `case-ref` and `case_ref` are one word."""
    return re.sub(r"[\s_-]+", "_", text.strip()).casefold()


def ref(text: str) -> Cell:
    """A reference of the case system, at most 100 characters; capitals count."""
    return _words(" ".join(text.split()), 100)


def name(text: str) -> Cell:
    """One line of at most 100 characters."""
    return _words(" ".join(text.split()), 100)


def prose(text: str) -> Cell:
    """Free text of at most 4,000 characters; its lines are kept."""
    lines = re.split(r"\r\n|\r|\n", text)
    return _words("\n".join(" ".join(line.split()) for line in lines).strip(), 4000)


_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")


def _words(text: str, limit: int) -> Cell:
    expected = f"text of 1 to {limit:,} characters"
    if not text:
        raise Wrong("there is no text", expected)
    if len(text) > limit:
        raise Wrong(f"the text is too long ({len(text):,} characters)", expected)
    if _CONTROL.search(text):
        raise Wrong("the text holds a control character", "letters, figures and signs that can be read")
    return text, text


_LANGUAGE = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?", re.IGNORECASE)


def language(text: str) -> Cell:
    """The shape of a language code only: who speaks it is the catalogue's business."""
    match = _LANGUAGE.fullmatch(text.replace("_", "-"))
    if not match:
        raise Wrong("not a language code", "a code such as en, pl, gd or pt-BR")
    tongue, script, region = match.groups(default="")
    code = "-".join(part for part in (tongue.lower(), script.title(), region.upper()) if part)
    return code, code


def mobile(text: str) -> Cell:
    """Digits with or without a leading plus; whether anybody can be called there is checked elsewhere."""
    bare = re.sub(r"[\s()\u2010-\u2015-]", "", re.sub(r"^(\+.*?)\(0\)", r"\1", text))
    if not re.fullmatch(r"\+?[0-9]{7,15}", bare):
        raise Wrong("not a telephone number", "7 to 15 digits such as 07700 900123 or +44 7700 900123")
    return bare, bare


_FLAGS = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}
NO: Cell = ("no", False)


def flag(text: str) -> Cell:
    """Yes or no in the ways that exports say it."""
    value = _FLAGS.get(text.casefold())
    if value is None:
        raise Wrong("neither yes nor no", "yes or no (true, false, y, n, 1, 0; empty is no)")
    return ("yes", True) if value else NO


def whole(lowest: int, highest: int, unit: str) -> Parser:
    """A whole number within bounds. `180.0` and `180,00` are 180; `180.000` might be a thousand times as much."""

    def parse(text: str) -> Cell:
        match = re.fullmatch(r"([+-]?[0-9]{1,9})(?:[.,]0{1,2})?", text.replace("\u2212", "-"))
        value = int(match[1]) if match else lowest - 1
        if not lowest <= value <= highest:
            what = "the number is out of range" if match else "not a whole number"
            raise Wrong(what, f"whole {unit} from {lowest:,} to {highest:,}")
        return str(value), value

    return parse


_hours = whole(0, 300, "hours")


def hours(text: str) -> Cell:
    """Hours of unpaid work; 300 is the most that Level 2 allows. 0 is how exports say that there are none."""
    written, value = _hours(text)
    return (written, value) if value else ("", None)


def degrees(limit: int) -> Parser:
    """Latitude or longitude in decimal degrees."""

    def parse(text: str) -> Cell:
        bare = text.replace(",", ".").replace("\u2212", "-")
        value = float(bare) if re.fullmatch(r"[+-]?[0-9]{1,3}(\.[0-9]{1,20})?", bare) else limit + 1.0
        if abs(value) > limit:
            raise Wrong("not a position on the map", f"decimal degrees from -{limit} to {limit}")
        return repr(value), value

    return parse


def choice(kind: type[StrEnum], what: str, but: Collection[StrEnum] = ()) -> Parser:
    """One word of a vocabulary; none of those that only we write."""
    words: Mapping[str, StrEnum] = {member.value: member for member in kind if member not in but}
    expected = "one of " + ", ".join(words)

    @lru_cache(maxsize=256)
    def parse(text: str) -> Cell:
        member = words.get(fold(text))
        if member is None:
            raise Wrong(f"unknown {what}", expected)
        return member.value, member

    return parse


def choices(kind: type[StrEnum], what: str) -> Parser:
    """Several words of a vocabulary joined with `+`, in any order."""
    one = choice(kind, what)

    def parse(text: str) -> Cell:
        try:
            found = frozenset(one(part)[1] for part in text.split("+"))
        except Wrong as wrong:
            raise Wrong(wrong.what, f"{wrong.expected}; several joined with +") from None
        return "+".join(sorted(found)), found

    return parse


_outcome = choice(Outcome, "outcome", but=(Outcome.TAKEN_BACK,))


def outcome(text: str) -> Cell:
    """An outcome and its cause (empty if none was given), such as `sent_home_service:weather`."""
    said, colon, why = text.partition(":")
    written, value = _outcome(said)
    cause, causes = fold(why), CAUSES.get(value, frozenset())
    if colon and cause not in causes:
        known = f"{value} with one of {', '.join(sorted(causes))} after a colon" if causes else f"{value} alone"
        raise Wrong("unknown cause", known)
    return f"{written}:{cause}" if cause else written, (value, cause)


_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([-/. ])([0-9]{1,2}|[A-Za-z]{3,9})\2([0-9]{4})")
_MIDNIGHT = re.compile(r"[T ]\s*0{1,2}:00(:00(\.0+)?)?$")  # how databases write a bare date
_MONTHS = (  # in English, whatever the machine's own locale
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = {spelt: n for n, month in enumerate(_MONTHS, 1) for spelt in (month, month[:3])} | {"sept": 9}


@lru_cache(maxsize=4096)
def day(text: str) -> Cell:
    """A date, the day before the month as in Scotland. Years from 2000 to 2100: beyond them is a slip of the key."""
    value = _checked(_MIDNIGHT.sub("", text))
    return value.isoformat(), value


def _checked(text: str) -> date:
    try:
        value = _day(text)
    except ValueError:
        raise Wrong("not a date", "a date such as 2026-11-24 or 24/11/2026") from None
    if not 2000 <= value.year <= 2100:
        raise Wrong("the year is out of range", "a date from 2000 to 2100")
    return value


def _day(text: str) -> date:
    if match := _YEAR_FIRST.fullmatch(text):
        return date(int(match[1]), int(match[3]), int(match[4]))
    if match := _DAY_FIRST.fullmatch(text):
        month = int(match[3]) if match[3].isdigit() else _MONTH.get(match[3].casefold(), 0)
        return date(int(match[4]), month, int(match[1]))
    raise ValueError(text)


_TIME = re.compile(r"([0-9]{1,2})(?:([:.])([0-9]{2}))?(?::00(?:\.0+)?)?(?:\s*([ap])\.?m\.?)?", re.IGNORECASE)


@lru_cache(maxsize=4096)
def hour(text: str) -> Cell:
    """A wall time to the minute. `9.30` might be 9:18 as a decimal; `9.00` and `9.30am` cannot be misread."""
    try:
        value = _hour(text)
    except ValueError:
        raise Wrong("not a time", "a time such as 09:00 or 14:30") from None
    return f"{value:%H:%M}", value


def _hour(text: str) -> time:
    match = _TIME.fullmatch(text)
    if not match:
        raise ValueError(text)
    clock, mark, minutes, half = int(match[1]), match[2], match[3] or "00", (match[4] or "").casefold()
    if not half and (not mark or (mark == "." and minutes != "00")):
        raise ValueError(text)
    if half:
        if not 1 <= clock <= 12:
            raise ValueError(text)
        clock = clock % 12 + (12 if half == "p" else 0)
    return time(clock, int(minutes))


_MOMENT = re.compile(
    r"(.+?)(?:\s*T\s*|,?\s+)([0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)\s*(Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE,
)


def moment(zone: ZoneInfo) -> Parser:
    """A date and time with its offset from UTC, or as clocks in `zone` show it; written down in UTC."""

    @lru_cache(maxsize=4096)
    def parse(text: str) -> Cell:
        match = _MOMENT.fullmatch(text)
        expected = "a moment such as 2026-11-24 17:05, 24/11/2026 17:05 or 2026-11-24T17:05:00+00:00"
        if not match:
            raise Wrong("not a date and time", expected)
        on = _checked(match[1])
        try:
            clock = time.fromisoformat(f"0{match[2]}" if match[2][1] == ":" else match[2])
            offset = datetime.fromisoformat(f"2000-01-01T00:00{match[3].upper()}").tzinfo if match[3] else None
        except ValueError:
            raise Wrong("not a date and time", expected) from None
        value = datetime.combine(on, clock, offset).astimezone(UTC) if offset else at(zone, on, clock)
        return value.isoformat(), value

    return parse


@lru_cache(maxsize=4096)
def at(zone: ZoneInfo, on: date, clock: time) -> datetime:
    """The moment of a wall time; one that the change of the clocks skips or repeats is refused, never guessed."""
    try:
        return calendar.moment(zone, on, clock)
    except calendar.NoSuchTime:
        raise Wrong(f"this time does not exist on {on}: the clocks go forward", "another time") from None
    except calendar.TwiceTime:
        raise Wrong(f"this time occurs twice on {on}: the clocks go back", "another time") from None

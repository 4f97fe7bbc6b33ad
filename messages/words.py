"""The only door to the catalogue: say(key, locale, **values), and dates and times as the reader writes them."""

from collections.abc import Mapping
from datetime import date, datetime, time
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale, dates
from babel.messages.pofile import read_po

LOCALES = Path(__file__).parent.parent / "locales"
SOURCE = "en"
_own: dict[str, dict[str, str]] = {}  # a council's own words, by language and key


@cache
def catalogue(locale: str) -> dict[str, str]:
    """Every sentence of a language by its key; empty for a language that is not spoken."""
    path = LOCALES / locale / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        found = read_po(file, locale=locale)
    return {str(entry.id): str(entry.string) for entry in found if entry.id and entry.string}


@cache
def languages() -> tuple[str, ...]:
    """The languages that the catalogue speaks, English first."""
    spoken = sorted(path.name for path in LOCALES.iterdir() if (path / "LC_MESSAGES" / "messages.po").exists())
    return (SOURCE, *(one for one in spoken if one != SOURCE))


def name_of(language: str) -> str:
    """What a language calls itself."""
    return (Locale.parse(language).get_display_name(language) or language).capitalize()


def say(key: str, locale: str, **values: str | int) -> str:
    """The sentence for a key in a language, its blanks filled; English where that language has none."""
    sentence = catalogue(locale).get(key) or catalogue(SOURCE).get(key)
    if sentence is None and key in _own.get(SOURCE, {}):
        return _own.get(locale, {}).get(key) or _own[SOURCE][key]  # as it stands: a blank means nothing there
    if sentence is None:
        raise KeyError(key)
    return sentence.format(**values)


def knows(key: str) -> bool:
    """Whether there is a sentence for a key at all."""
    return key in catalogue(SOURCE) or key in _own.get(SOURCE, {})


def learn(own: Mapping[str, Mapping[str, str]]) -> None:
    """The words that a council gives its own questions, by language and key; what was learned before is forgotten."""
    _own.clear()
    _own.update({language: dict(sentences) for language, sentences in own.items()})


@lru_cache(maxsize=1000)
def short_date(day: date, locale: str) -> str:
    """Tue 24 Nov."""
    return dates.format_date(day, "EEE d MMM", locale=locale)


def long_date(day: date, locale: str) -> str:
    """24 November 2026."""
    return dates.format_date(day, "d MMMM y", locale=locale)


def clock_time(wall: datetime, locale: str) -> str:
    """9:30, as the wall shows it."""
    return _time_of_day(wall.time(), locale)


@lru_cache(maxsize=1000)
def _time_of_day(time_: time, locale: str) -> str:
    return dates.format_time(time_, "H:mm", locale=locale)

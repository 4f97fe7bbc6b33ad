"""Words of danger in what somebody types: found by plain matching, and quoted. Nothing here understands anything.

Too much is found rather than too little; what everyday talk says without meaning it is a list of exceptions.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

LONGEST_QUOTE = 300  # characters: enough to judge by, and short enough for a card
_APOSTROPHES = frozenset("'’‘ʼ`´")
_ENDS = frozenset(".!?\n…")
_BLOT = "\x00"  # stands where an exception stood, so that the words around it do not join


@dataclass(frozen=True)
class Found:
    """What was found: the entry of the list, and the sentence that it stands in."""

    entry: str
    quote: str


def find(text: str, entries: Iterable[str], exceptions: Iterable[str]) -> Found | None:
    """The first place where an entry begins a word of the text; None where there is none.

    Case, accents, punctuation, line breaks, apostrophes and invisible characters make no difference. An entry that
    ends in `*` also finds longer words.
    """
    plain, places = _flat(text)
    plain = _without(plain, exceptions)
    found = [(match.start(), -len(entry), entry) for entry in entries if (match := _pattern(entry).search(plain))]
    if not found:
        return None
    start, _, entry = min(found)
    return Found(entry, _sentence(text, places[start]))


@cache
def _pattern(entry: str) -> re.Pattern[str]:
    words = _flat(entry.removesuffix("*"))[0].strip()
    end = "" if entry.endswith("*") else r"(?!\S)"
    return re.compile(rf"(?<!\S){re.escape(words)}{end}")


def _without(plain: str, exceptions: Iterable[str]) -> str:
    for one in exceptions:
        plain = _pattern(one).sub(lambda match: f" {_BLOT * max(len(match[0]) - 2, 0)} "[: len(match[0])], plain)
    return plain


def _flat(text: str) -> tuple[str, list[int]]:
    """The bare letters and digits, one space between words, and where in the text each of them stood."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in unicodedata.normalize("NFKD", character).casefold():
            if letter in _APOSTROPHES or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
                continue
            if letter.isalnum():
                letters.append(letter)
            elif letters and letters[-1] != " ":
                letters.append(" ")
            else:
                continue
            places.append(place)
    return "".join(letters), places


def _sentence(text: str, place: int) -> str:
    """The sentence around a place, cut down to what fits around it."""
    first = max((at + 1 for at in range(place) if text[at] in _ENDS), default=0)
    last = next((at + 1 for at in range(place, len(text)) if text[at] in _ENDS), len(text))
    first = max(first, place - LONGEST_QUOTE // 2)
    last = min(last, first + LONGEST_QUOTE)
    return text[first:last].strip()

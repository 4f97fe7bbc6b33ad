"""One typed line for a whole register: `1 3 4 came, 2 no, 5 late 20`. A pure reader: words in, what they say out.

A line is read as a whole or not at all: whatever is not understood stands in `unclear`, and the caller records nothing
until it is empty. There is no *Yes* to tap after it. The line is for places without a signal, where typed text waits on
the phone and a tap is lost: a line that still needed a tap would stay unrecorded just there. What was recorded is said
back by name, with an *Undo*.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum

from domain.attendance import CAUSES, Outcome


class Group(StrEnum):
    """People who are meant without being named."""

    ALL = "all"  # everybody on the list of whom nothing is recorded yet
    REST = "rest"  # the same, less those who are named in the line, or said that they can't make it


@dataclass(frozen=True)
class Clause:
    """What a line says of some people, by their numbers on the register, or of a group. Minutes: how many they were
    `late` (or left early), or how many they `worked`. `until`: the time of day at which they were sent home."""

    outcome: Outcome
    people: tuple[int, ...] = ()
    group: Group | None = None
    cause: str = ""
    late: int | None = None
    worked: int | None = None
    until: time | None = None


class Refused(StrEnum):
    """Why what was understood of somebody cannot be recorded."""

    EARLY = "early"
    LONGER = "longer"  # than was booked
    NOT_EXPECTED = "not_expected"
    HOW_LONG = "how_long"  # had they worked, who were sent home
    ON_RECORD = "on_record"  # otherwise, of an earlier day


@dataclass(frozen=True)
class Reading:
    """What was understood, and the pieces that were not, in the words in which they were typed."""

    clauses: tuple[Clause, ...] = ()
    unclear: tuple[str, ...] = ()


OUTCOMES: Mapping[str, Outcome] = {
    **dict.fromkeys(("came", "here", "present", "in", "yes", "attended", "full", "there"), Outcome.ATTENDED_FULL),
    **dict.fromkeys(("no", "absent", "missing", "missed", "noshow", "not"), Outcome.MISSED_REASON_UNKNOWN),
    **dict.fromkeys(("late", "early"), Outcome.ATTENDED_PART),
    **dict.fromkeys(("part", "worked"), Outcome.ATTENDED_PART),
    "home": Outcome.SENT_HOME_SERVICE,
}
PHRASES: Mapping[str, str] = {  # several words that mean one of those above; longer ones first
    r"(?:sent|send) (?:\w+ )?home": "home",
    r"home by us": "home",
    r"(?:did not|didnt|never) (?:come|came|turn up|show|show up|attend)": "no",
    r"(?:was not|wasnt|were not|werent|not|isnt|is not) (?:here|in|there|present)": "no",
    r"no show": "no",
    r"(?:turned|showed) up": "came",
    r"(?:came|was|were|arrived) late": "late",
    r"late by": "late",
    r"left early": "early",
    r"(?:all|everyone|everybody) (?:else|others)": "rest",
    r"(?:the )?(?:rest|others)": "rest",
    r"(?:everyone|everybody)": "all",
    r"no supervisor": "supervisor",
    r"other reason": "otherreason",
}
CAUSE_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("rain", "weather", "snow", "wind", "storm", "ice"), "weather"),
    **dict.fromkeys(("van", "vehicle", "bus", "minibus"), "vehicle"),
    "full": "full",
    **dict.fromkeys(("supervisor", "staff"), "no_supervisor"),
    "us": "other",
}
OWN_REASON = frozenset({"otherreason", "ill", "unwell", "sick"})  # sent home, and not by us
LITTLE = frozenset({"and", "the", "was", "were", "is", "has", "have", "are", "to", "by", "because", "of", "but", "for"})
WORKED = frozenset({"after", "worked"})  # before how long somebody worked who was sent home
UNTIL = frozenset({"at", "until", "till"})  # before the time at which they were
EVENING = 7  # an hour below this, without am or pm, is one after noon
LONGEST = 4  # digits of a number: there is no register so long, nor a day of so many minutes
_TOKEN = re.compile(r"\d+(?:[.:]\d+)?|[^\W\d_]+|[,;\n]")


@dataclass
class _Line:
    """One line as it is being read: who has been named since the last outcome, and what has been made of it."""

    names: Mapping[str, int]
    most: int
    clauses: list[Clause] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    group: Group | None = None
    piece: list[str] = field(default_factory=list)  # the words since the last clause, as they were typed

    def give_up(self) -> None:
        """What has been gathered cannot be read."""
        if self.piece:
            self.unclear.append(" ".join(self.piece))
        self._afresh()

    def close(self, clause: Clause) -> None:
        self.clauses.append(clause)
        self._afresh()

    def _afresh(self) -> None:
        self.people, self.group, self.piece = [], None, []


def read(text: str, names: Sequence[str]) -> Reading | None:
    """What a line says of the people on a register, whose names are given in its order; None if it speaks of no
    register at all: nobody is named, or nothing is said of them."""
    words = _words(text)
    line = _Line(_numbers(names), len(names))
    position = 0
    while position < len(words):
        position = _step(line, words, position)
    line.give_up()
    named = any(one.isdecimal() or one in line.names or one in tuple(Group) for one in words)
    if not named or not any(one in OUTCOMES for one in words):
        return None
    return Reading(tuple(line.clauses), (*line.unclear, *_said_twice(line.clauses)))


def _words(text: str) -> list[str]:
    """Small letters, no apostrophes, and every phrase as the one word that it means."""
    plain = text.casefold().replace("’", "").replace("'", "")
    plain = re.sub(r"(\d)\s*[-–]\s*(\d)", r"\1 to \2", plain).replace("&", " and ").replace("-", " ")
    for phrase, word in PHRASES.items():
        plain = re.sub(rf"\b{phrase}\b", word, plain)
    return _TOKEN.findall(plain)


def _numbers(names: Sequence[str]) -> dict[str, int]:
    """Each name that only one person has, and that is no word of ours, with its number."""
    single = [re.sub(r"[^\w]", "", name.casefold()) for name in names]
    ours = {*OUTCOMES, *CAUSE_WORDS, *OWN_REASON, *LITTLE, *Group}
    return {name: n for n, name in enumerate(single, 1) if single.count(name) == 1 and name not in ours}


def _step(line: _Line, words: Sequence[str], at: int) -> int:
    """Reads the word at a place; returns where to go on."""
    word = words[at]
    if word in (",", ";", "\n"):
        return at + 1
    if line.piece or word not in LITTLE:
        line.piece.append(word)
    if word == "to" and line.people and at + 1 < len(words) and _number(words[at + 1]) <= line.most:
        line.people += range(line.people[-1] + 1, _number(words[at + 1]))
        return at + 1
    if word in LITTLE:
        return at + 1
    if word in OUTCOMES:
        return _outcome(line, words, at)
    if word in tuple(Group) and line.group is None and not line.people:
        line.group = Group(word)
        return at + 1
    number = line.names.get(word) or _number(word)
    if 1 <= number <= line.most and line.group is None:
        line.people.append(number)
        return at + 1
    return _skip(line, words, at + 1)


def _number(word: str) -> int:
    """The number that a word is; 0 for none, and for one that nobody has."""
    return int(word) if word.isdecimal() and len(word) <= LONGEST else 0


def _skip(line: _Line, words: Sequence[str], at: int) -> int:
    """Nothing is made of this piece: on to the next comma."""
    while at < len(words) and words[at] not in (",", ";", "\n"):
        line.piece.append(words[at])
        at += 1
    line.give_up()
    return at


def _outcome(line: _Line, words: Sequence[str], at: int) -> int:
    """The word for what happened, with the minutes or the cause that follow it."""
    outcome, word, after = OUTCOMES[words[at]], words[at], at + 1
    if not line.people and line.group is None:
        return _skip(line, words, after)
    minutes, after = _minutes(line, words, after)
    if outcome is Outcome.MISSED_REASON_UNKNOWN and minutes is not None:
        return _skip(line, words, after)
    if outcome is Outcome.ATTENDED_FULL and minutes is not None:
        outcome, word = Outcome.ATTENDED_PART, "worked"
    if outcome is Outcome.ATTENDED_PART and minutes is None:
        return _skip(line, words, after)
    cause, until = "", None
    if outcome is Outcome.SENT_HOME_SERVICE:
        outcome, cause, after = _why_home(line, words, after)
        if not cause and outcome is Outcome.SENT_HOME_SERVICE:
            return _skip(line, words, after)
        if minutes is None:
            minutes, until, after = _worked(line, words, after)
    late = minutes if word in ("late", "early") else None
    worked = minutes if late is None else None
    line.close(Clause(outcome, tuple(line.people), line.group, cause, late, worked, until))
    return after


def _minutes(line: _Line, words: Sequence[str], at: int) -> tuple[int | None, int]:
    """`20`, `20 min`, `2 hours`, `1.5 h` after *late* and the like; after any other word only with its unit, because a
    bare number there is the next person."""
    if at >= len(words) or not words[at][0].isdecimal():
        return None, at
    unit = words[at + 1] if at + 1 < len(words) else ""
    hours, minutes = unit in ("h", "hr", "hrs", "hour", "hours"), unit in ("m", "min", "mins", "minute", "minutes")
    bare = words[at - 1] in ("late", "early", "part", *WORKED) and words[at].isdecimal()
    if not (hours or minutes or bare) or len(words[at]) > LONGEST or ":" in words[at]:
        return None, at
    length = 2 if hours or minutes else 1
    line.piece += words[at : at + length]
    return round(float(words[at]) * (60 if hours else 1)), at + length


def _why_home(line: _Line, words: Sequence[str], at: int) -> tuple[Outcome, str, int]:
    """Why somebody was sent home; no cause if none is named that we know."""
    while at < len(words) and words[at] in LITTLE:
        line.piece.append(words[at])
        at += 1
    word = words[at] if at < len(words) else ""
    cause = CAUSE_WORDS.get(word, "")
    if word in OWN_REASON:
        line.piece.append(word)
        return Outcome.SENT_HOME_OTHER, "", at + 1
    if cause in CAUSES[Outcome.SENT_HOME_SERVICE]:
        line.piece.append(word)
        return Outcome.SENT_HOME_SERVICE, cause, at + 1
    return Outcome.SENT_HOME_SERVICE, "", at


def _worked(line: _Line, words: Sequence[str], at: int) -> tuple[int | None, time | None, int]:
    """How long somebody had worked who was sent home (`90 min`, `after 2 hours`), or at what time they were (`at 11`,
    `until 11:30`). Neither: nothing is said of it."""
    word = words[at] if at < len(words) else ""
    introduced = word in WORKED | UNTIL
    line.piece += [word] if introduced else []
    if word in UNTIL:
        until, after = _time(words, at + 1)
        return (None, until, after) if until is not None else (None, None, at)
    minutes, after = _minutes(line, words, at + introduced)
    return (minutes, None, after) if minutes is not None else (None, None, at)


def _time(words: Sequence[str], at: int) -> tuple[time | None, int]:
    """`11`, `11:30`, `11.30`, `2 pm`: a time of the day; none for any other word."""
    hour, _, minute = (words[at] if at < len(words) else "").replace(".", ":").partition(":")
    half = words[at + 1] if at + 1 < len(words) and words[at + 1] in ("am", "pm") else ""
    if not hour.isdecimal() or not (minute.isdecimal() or not minute):
        return None, at
    late = half == "pm" or (not half and int(hour) < EVENING)
    hours, minutes = int(hour) + (12 if late and int(hour) < 12 else 0), int(minute or 0)
    known = hours < 24 and minutes < 60
    return (time(hours, minutes), at + (2 if half else 1)) if known else (None, at)


def _said_twice(clauses: Sequence[Clause]) -> list[str]:
    """Of one person one thing is said: numbers that come twice, and *all* beside anybody who is named."""
    numbers = [number for clause in clauses for number in clause.people]
    twice = sorted({number for number in numbers if numbers.count(number) > 1})
    groups = [clause.group for clause in clauses if clause.group is not None]
    crowded = len(groups) > 1 or (Group.ALL in groups and numbers)
    return [str(number) for number in twice] + ([groups[0].value] if crowded else [])

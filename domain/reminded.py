"""Did the reminders work? How many dates were missed, by what was said ahead of them and what was answered.

These are shares of two groups side by side, and no more: whoever links a chat differs from whoever does not, in ways
that nobody has measured. The words beside the figures say so.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.appointments import Kind
from domain.attendance import CAME, MISSED, Outcome
from domain.drafts import Draft, Entry
from domain.outcomes import Key


class Ahead(StrEnum):
    """What became of the reminder of a date, in the order in which one of several counts."""

    ACCEPTED = "accepted"  # by Telegram, or by the network of a text message: never that it was read
    NOT_ACCEPTED = "not_accepted"  # it was owed, and did not go, or not arrive
    NONE = "none"  # none was owed


class Said(StrEnum):
    """The last that the individual answered before the start."""

    COMING = "coming"
    CANNOT = "cannot"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Reminded:
    """A date that is past and on record, with what was said ahead of it."""

    ref: str
    kind: Kind
    day: date
    outcome: Outcome
    ahead: Ahead = Ahead.NONE
    said: Said = Said.NOTHING

    @property
    def counts(self) -> bool:
        """Whether there was something to come to, and somebody expected."""
        return self.outcome in CAME | MISSED


Grouping = tuple[str, Sequence["Reminded"], Callable[["Reminded"], str], Sequence[str]]


def drafts(dates: Iterable[Reminded], live: date | None) -> list[Draft]:
    """By what became of the reminder, by what was answered, and before and after the first day that could have had a
    reminder: of all kinds of appointment, and then of each. Nothing was ahead of a date before that day, so those are
    only compared as a whole. Nothing at all where there never was a reminder."""
    if live is None:
        return []
    known = [one for one in dates if one.counts]
    since = [one for one in known if one.day >= live]
    accepted = [one for one in since if one.ahead is Ahead.ACCEPTED]
    groupings: list[Grouping] = [
        ("reminded", since, lambda one: f"ahead_{one.ahead}", [f"ahead_{state}" for state in Ahead]),
        ("answered", accepted, lambda one: f"said_{one.said}", [f"said_{said}" for said in Said]),
        ("live", known, lambda one: "live_before" if one.day < live else "live_after", ["live_before", "live_after"]),
    ]
    abouts: list[Kind | None] = [None, *Kind]
    found = [_draft(one, kind) for kind in abouts for one in groupings]
    return [one for one in found if one.entries]


def _draft(grouping: Grouping, kind: Kind | None) -> Draft:
    """One figure for each group with anybody in it: how many of those who were expected missed their date. Of a kind
    of which nothing can be shown there is no table."""
    name, dates, group, codes = grouping
    found: dict[str, list[Reminded]] = {code: [] for code in codes}
    for one in dates:
        if kind in (None, one.kind):
            found[group(one)].append(one)
    entries = tuple(_entry(code, several) for code, several in found.items() if several)
    about, words = ("all", "report.every_kind") if kind is None else (kind.value, f"kind.{kind}")
    return Draft(name, f"report.by_{name}", entries, about, {"kind": Key(words)}, optional=kind is not None)


def _entry(code: str, several: Sequence[Reminded]) -> Entry:
    gone = [one.ref for one in several if one.outcome in MISSED]
    return Entry(code, (f"report.{code}",), gone, [one.ref for one in several], compared=True)


def state_of(accepted: bool | None) -> Ahead:
    """What became of the words ahead of a date: whether any was accepted; None where none was owed."""
    return Ahead.NONE if accepted is None else Ahead.ACCEPTED if accepted else Ahead.NOT_ACCEPTED

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
from domain.intervals import percents
from domain.outcomes import Key, Line, Table, small


class Ahead(StrEnum):
    """What became of the reminder of a date, in the order in which one of several counts."""

    ACCEPTED = "accepted"  # by Telegram, or by the network of a text message: never that it was read
    NOT_ACCEPTED = "not_accepted"  # it was owed, and did not go
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


Groups = dict[str, list["Reminded"]]


def tables(dates: Iterable[Reminded], live: date | None, least: int) -> tuple[Table, ...]:
    """By what became of the reminder, by what was answered, and before and after the first day that could have had a
    reminder. Nothing was ahead of a date before that day, so those are only compared as a whole."""
    known = [one for one in dates if one.counts]
    since = [one for one in known if live is not None and one.day >= live]
    accepted = [one for one in since if one.ahead is Ahead.ACCEPTED]
    return (
        *_by_kind("reminded", since, lambda one: f"ahead_{one.ahead}", [f"ahead_{state}" for state in Ahead], least),
        *_by_kind("answered", accepted, lambda one: f"said_{one.said}", [f"said_{said}" for said in Said], least),
        *_by_kind("live", known, lambda one: _when(one.day, live), ["live_before", "live_after"], least),
    )


def _when(day: date, live: date | None) -> str:
    return "live_before" if live is None or day < live else "live_after"


def _by_kind(
    name: str, dates: Sequence[Reminded], group: Callable[[Reminded], str], codes: Sequence[str], least: int
) -> list[Table]:
    """All kinds of appointment together, then each by itself, but for those that hide something, and as many more as
    it takes that what is hidden together says nothing of too few."""
    kinds = {kind: [one for one in dates if one.kind is kind] for kind in Kind}
    by_size = sorted((several for several in kinds.values() if several), key=len)
    shown = [several for several in by_size if not _hidden(_grouped(several, group, codes), least)]
    while shown and _hidden(_grouped(_left(by_size, shown), group, codes), least):
        shown = shown[1:]
    tables_ = [_table(name, "all", _grouped(dates, group, codes), least)] if dates else []
    return tables_ + [
        _table(name, kind, _grouped(kinds[kind], group, codes), least) for kind in Kind if kinds[kind] in shown
    ]


def _left(every: Sequence[list[Reminded]], shown: Sequence[list[Reminded]]) -> list[Reminded]:
    return [one for several in every if several not in shown for one in several]


def _grouped(dates: Iterable[Reminded], group: Callable[[Reminded], str], codes: Sequence[str]) -> Groups:
    found: Groups = {code: [] for code in codes}
    for one in dates:
        found[group(one)].append(one)
    return {code: several for code, several in found.items() if several}


def _hidden(groups: Groups, least: int) -> frozenset[int]:
    """Which groups, by position: those of whom too few missed, or too few came."""
    gone = [sum(one.outcome in MISSED for one in several) for several in groups.values()]
    came = [len(several) - missed for several, missed in zip(groups.values(), gone, strict=True)]
    return frozenset(at for at in range(len(gone)) if small(gone[at], least) or small(came[at], least))


def _table(name: str, about: str, groups: Groups, least: int) -> Table:
    """One line for each group with anybody in it: how many of those who were expected missed their date."""
    hidden = _hidden(groups, least)
    lines = []
    for at, (code, several) in enumerate(groups.items()):
        gone, words = sum(one.outcome in MISSED for one in several), (f"report.{code}",)
        if at in hidden:
            lines.append(Line(code, words, None))
        else:
            lines.append(Line(code, words, gone, len(several), interval=percents(gone, len(several))))
    kind = Key(f"kind.{about}") if about != "all" else Key("report.every_kind")
    return Table(name, f"report.by_{name}", tuple(lines), about, {"kind": kind})


def state_of(accepted: bool | None) -> Ahead:
    """What became of the words ahead of a date: whether any was accepted; None where none was owed."""
    return Ahead.NONE if accepted is None else Ahead.ACCEPTED if accepted else Ahead.NOT_ACCEPTED

"""Where three meet: what the export says now, what it said last time, and what has stood here since."""

from collections.abc import Mapping
from dataclasses import dataclass

PERSONAL = frozenset({"name", "first_name", "mobile", "work_limits", "note", "reason"})  # never shown in a list
# Whoever was handed over here stays handed over, until the case system itself names somebody else.
EXPORT_WINS = frozenset({"officer_ref", "case_manager_ref"})


@dataclass(frozen=True)
class Clash:
    """The export and the chat say two things about one. What stands here stays; a person must choose."""

    kind: str
    ref: str
    column: str
    export: str
    here: str

    def __str__(self) -> str:
        said, stands = (_shown(self.column, text) for text in (self.export, self.here))
        return (
            f"{self.kind} {self.ref} {self.column}: the export says {said}, here it was changed to {stands}; it stays"
        )


@dataclass(frozen=True)
class Change:
    """What becomes of one row. `columns` are those that change, with the texts before and after; none: it is new."""

    kind: str
    ref: str
    columns: Mapping[str, tuple[str, str]]

    def __str__(self) -> str:
        steps = (
            f"{column} {_shown(column, old)} → {_shown(column, new)}" for column, (old, new) in self.columns.items()
        )
        return f"{self.kind} {self.ref}: {', '.join(steps) if self.columns else 'added'}"


def _shown(column: str, text: str) -> str:
    if not text:
        return "nothing"
    return "(not shown)" if column in PERSONAL else f'"{text}"'


@dataclass(frozen=True)
class Merge:
    """`changed` holds the columns to be written, with the texts before and after; `clashes` those to be told."""

    changed: Mapping[str, tuple[str, str]]
    clashes: tuple[str, ...]


def merge(export: Mapping[str, str], before: Mapping[str, str] | None, here: Mapping[str, str]) -> Merge:
    """Only what the export itself has changed since `before` is taken over, and only where nothing else changed it, or
    where the export's newest word counts.

    Without a memory of the row (None) nobody can say who changed it: the export, which is kept by hand, is believed.
    """
    changed, clashes = {}, []
    for column, text in export.items():
        last = here[column] if before is None else before[column]
        if text in (last, here[column]):
            continue
        if here[column] == last or column in EXPORT_WINS:
            changed[column] = (here[column], text)
        else:
            clashes.append(column)
    return Merge(changed, tuple(clashes))

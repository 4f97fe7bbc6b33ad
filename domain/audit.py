"""The record of access: who looked at or changed whom, when and why; each row's chain covers the row before it.

The chain is a plain hash without a key, so that it outlives every key: anybody can check it, and nobody can change,
insert or take out a row without all later rows showing it. Whoever rewrites the whole record to the end is found out by
a head that was written down elsewhere.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256

UNCHAINED = ""  # the chain of rows that are older than the chain, and what its first row follows


class Reason(StrEnum):
    """Why somebody looks outside the routine: the justification that section 62 of the Data Protection Act 2018 asks
    for consultation and disclosure."""

    DUTY_COVER = "duty_cover"
    SAFEGUARDING = "safeguarding"
    COMPLAINT = "complaint"
    ASKED = "asked"  # by the person themselves
    AUDIT = "audit"
    OTHER = "other"


@dataclass(frozen=True)
class Entry:
    """One row of the record. `staff_id` is None for the command line; `id` is 0 for a row not yet written."""

    at: datetime
    staff_id: int | None
    individual_id: int
    act: str
    what: str
    reason: str = ""
    id: int = 0
    chain: str = UNCHAINED

    @property
    def head(self) -> str:
        """How this row is named where it is written down elsewhere: `number:chain`."""
        return f"{self.id}:{self.chain}"


@dataclass(frozen=True)
class Glass:
    """One person, opened to one member of staff outside whose scope they are, for a while."""

    id: int
    staff_id: int
    individual_id: int
    reason: str
    at: datetime
    until: datetime


def link(before: str, entry: Entry) -> str:
    """The chain of a row that follows one whose chain is `before`.

    The row's number is left out: the database gives it, and order is what the chain holds.
    """
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    row = [before, at, entry.staff_id, entry.individual_id, entry.act, entry.what, entry.reason]
    return sha256(json.dumps(row, separators=(",", ":")).encode()).hexdigest()


def chained(before: str, entries: Iterable[Entry]) -> list[Entry]:
    """The same rows, each with its chain, as they follow a row whose chain is `before`."""
    found = []
    for entry in entries:
        before = link(before, entry)
        found.append(replace(entry, chain=before))
    return found


@dataclass(frozen=True)
class Anchor:
    """Where the chain begins once its oldest rows were kept long enough: the last row that went, and its chain."""

    row: int = 0
    chain: str = UNCHAINED
    gone: int = 0  # rows that have gone in all
    at: datetime | None = None  # when they went; none where nothing has gone yet


@dataclass(frozen=True)
class Broken:
    """The first row that does not follow from the row before it. `found` is empty if there is no such row any more."""

    row: int
    found: str
    expected: str


@dataclass(frozen=True)
class Walked:
    """How far the record has been read and found whole."""

    rows: int = 0
    unchained: int = 0  # rows at its beginning that are older than the chain
    last: Entry | None = None
    broken: Broken | None = None
    anchor: Anchor = Anchor()  # what the first row follows

    @property
    def head(self) -> str:
        """The last row's; `0:` of an empty record."""
        return self.last.head if self.last else "0:"

    def on(self, entries: Iterable[Entry]) -> "Walked":
        """Reads on through rows in the order of their numbers, and stops at the first that is broken."""
        rows, unchained, last = self.rows, self.unchained, self.last
        for entry in entries:
            before = last.chain if last else self.anchor.chain
            if before == entry.chain == UNCHAINED:
                unchained += 1
            elif (expected := link(before, entry)) != entry.chain:
                return Walked(rows, unchained, last, Broken(entry.id, entry.chain, expected), self.anchor)
            rows, last = rows + 1, entry
        return Walked(rows, unchained, last, anchor=self.anchor)

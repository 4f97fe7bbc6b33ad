"""What whoever runs a session notes for whoever works with a person. None of it is ever in an individual's chat."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

MOST = 1_000  # characters of a note: what a card and a register still show whole


class Kind(StrEnum):
    PRIVATE = "private"  # about one person, for their worker
    NOT_LISTED = "not_listed"  # somebody came who is not on the register
    LINE = "line"  # a typed register that waits for which session it is about


@dataclass(frozen=True)
class Note:
    """One note. `day` is the session's; `staff_id` wrote it; whoever took it on is `taken_by`."""

    id: int
    kind: Kind
    day: date
    staff_id: int
    at: datetime
    words: str
    appointment_id: int | None = None
    individual_id: int | None = None
    place_id: int | None = None
    taken_by: int | None = None
    taken_at: datetime | None = None

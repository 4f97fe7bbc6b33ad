"""Everything that was or was not sent about one date, and what was answered: the evidence, in words that are true.

Telegram tells a bot only that it has accepted a message. That somebody saw it is known from their answer alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from domain.appointments import Reply
from domain.outbox import Row, Status, To


@dataclass(frozen=True)
class Answered:
    """What an individual said of a date, and of which revision of it."""

    reply: Reply
    revision: int


@dataclass(frozen=True)
class Receipt:
    """What is known of a text message since the gateway took it: nothing yet, if `status` is empty."""

    status: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Told:
    """One row of the outbox and what became of it. `staff` are those who had it (by id), whoever they are by now."""

    row: Row
    settled_at: datetime | None = None
    accepted_at: datetime | None = None  # by Telegram, or the gateway of text messages
    staff: tuple[int, ...] = ()
    text: Receipt | None = None  # it went as a text message


def seen(rows: Iterable[Told], answers: Iterable[Answered]) -> Mapping[int, datetime]:
    """When an answer showed that a message had been seen, by row: each answer shows the last one accepted before it, of
    the same state of the date. Silence shows nothing."""
    sent = [one for one in rows if one.row.owed.to is To.INDIVIDUAL and one.row.status is Status.SENT]
    found: dict[int, datetime] = {}
    for answer in answers:
        of_it = (0, answer.revision)
        before = [
            (one.accepted_at, one.row.id)
            for one in sent
            if one.accepted_at is not None and one.accepted_at <= answer.reply.at and one.row.owed.revision in of_it
        ]
        if before:
            found.setdefault(max(before)[1], answer.reply.at)
    return found

"""What is owed in a backup may have been said since it was made: nobody is told everything twice."""

from collections.abc import Iterable
from datetime import datetime

from domain.outbox import ABOUT_APPOINTMENT, Row, Status, Subject

LADDER = "ladder"


def missed(rows: Iterable[Row], now: datetime) -> list[int]:
    """The ids of the rows that end as missed, of all that are unsent in a backup which is restored now.

    What is due later stays. Of what is due already only two things do: a reminder of a date that is still ahead (said
    twice it harms nobody, not said it may), and the last message about something open that has no later one.
    """
    unsent = [row for row in rows if row.status in (Status.PLANNED, Status.SENDING)]
    past = [row for row in unsent if row.owed.due_at <= now]
    goes_on = {row.owed.subject for row in unsent if row.owed.family == LADDER and row.owed.due_at > now}
    last: dict[Subject, Row] = {}
    for row in sorted(past, key=lambda one: (one.owed.due_at, one.id)):
        if row.owed.family == LADDER and row.owed.subject not in goes_on:
            last[row.owed.subject] = row
    stay = {row.id for row in last.values()} | {row.id for row in past if _ahead(row, now)}
    return [row.id for row in past if row.id not in stay]


def _ahead(row: Row, now: datetime) -> bool:
    expires = row.owed.expires_at
    return row.owed.kind in ABOUT_APPOINTMENT and expires is not None and expires > now

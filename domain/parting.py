"""When the end of an order is over for good, so that the answers can lose their person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.moderating import ASK_FOR, Allowed, Quote, Status

WITHDRAW_FOR = timedelta(days=14)  # after sending; the first screen of the form says so
UNREAD_FOR = timedelta(days=42)  # after which a text that nobody has read is nobody's to quote


class Ending(StrEnum):
    """How the form at the end of an order ended: all that is kept of one that was not finished."""

    FINISHED = "finished"
    DECLINED = "declined"
    SILENT = "silent"
    WITHDRAWN = "withdrawn"
    NOT_OFFERED = "not_offered"


@dataclass(frozen=True)
class End:
    """The moments of a form at the end."""

    owed_at: datetime
    offered_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    declined_at: datetime | None = None
    closed_at: datetime | None = None
    withdrawn_at: datetime | None = None


def ending(end: End, quotes: Sequence[Quote], now: datetime) -> Ending | None:
    """How it ended; None as long as it is not over, and the tie to the person is still needed."""
    if end.withdrawn_at is not None:
        return Ending.WITHDRAWN
    if end.finished_at is not None:
        over = now - end.finished_at >= WITHDRAW_FOR and all(_decided(one, end.finished_at, now) for one in quotes)
        return Ending.FINISHED if over else None
    if end.declined_at is not None:
        return Ending.DECLINED
    if end.closed_at is None:
        return None
    met = end.offered_at is not None or end.started_at is not None
    return Ending.SILENT if met else Ending.NOT_OFFERED


def _decided(quote: Quote, finished_at: datetime, now: datetime) -> bool:
    """Read and, where the person wanted to see it, answered; while they are asked they may change their mind."""
    if quote.status is Status.WAITING:
        return now - finished_at >= UNREAD_FOR
    if quote.allowed is Allowed.ASK and quote.asked_at is not None:
        return quote.status is not Status.ASKED and now - quote.asked_at >= ASK_FOR
    return True

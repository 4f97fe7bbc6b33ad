"""What is open and owed to an individual or about one: who is told, and who is told next.

The software never judges: an item says what happened and asks a person.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from domain.asking import Want
from domain.calendar import Calendar
from domain.outbox import Owed, Subject, To


class Kind(StrEnum):
    """Why a person should look."""

    NON_ATTENDANCE = "non_attendance"
    CANNOT = "cannot"
    HELP = "help"
    CALL = "call"
    WORDS = "words"
    DANGER = "danger"
    CHANGED = "changed"
    COMPLAINT = "complaint"
    MY_DATA = "my_data"
    FORGET = "forget"
    RING = "ring"  # a person should hear of a date from a person
    UNREACHABLE = "unreachable"  # they blocked the bot, or their account is gone
    UNRECORDED = "unrecorded"  # a session is over, and nobody has said what happened; hung on one of its dates
    NOTE = "note"  # what whoever runs a session noted about one person
    HOURS = "hours"  # an individual says that their hours are not right
    DEADLINE = "deadline"  # a clock of the national standards has run out, and nobody has said why
    ASSESS = "assess"  # something happened for which an assessment may have to come sooner


LADDERS: Mapping[Kind, tuple[To, ...]] = {
    Kind.NON_ATTENDANCE: (To.WORKER, To.COVER, To.MANAGER),
    Kind.CANNOT: (To.WORKER, To.COVER),
    Kind.HELP: (To.WORKER, To.COVER),
    Kind.CALL: (To.WORKER, To.COVER),
    Kind.WORDS: (To.WORKER, To.COVER),
    Kind.DANGER: (To.DUTY, To.MANAGER),
    Kind.CHANGED: (To.WORKER, To.COVER),
    Kind.COMPLAINT: (To.MANAGER,),
    Kind.MY_DATA: (To.MANAGER,),
    Kind.FORGET: (To.MANAGER,),
    Kind.RING: (To.WORKER, To.COVER),
    Kind.UNREACHABLE: (To.WORKER, To.COVER),
    Kind.UNRECORDED: (To.MANAGER,),
    Kind.NOTE: (To.WORKER, To.COVER),
    Kind.HOURS: (To.WORKER, To.COVER),
    Kind.DEADLINE: (To.WORKER,),
    Kind.ASSESS: (To.WORKER,),
}
COVER_AFTER = timedelta(hours=4)  # working hours after the step before
URGENT_AFTER = timedelta(hours=1)  # the same, for what cannot wait for half a day
URGENT = frozenset({"", Want.TRAVEL, Want.FOOD, Want.TALK})  # wants of *I need help*; "" while it is not known which
DANGER_AFTER = timedelta(minutes=15)  # by the clock: words of danger do not wait for a working day
AGAIN = "said_again"  # the family of what is owed when more is said about something that somebody has taken on
QUEUE_PAGE = 15  # open items on one message: each has a line of some forty characters and a button
MANAGER_AT = time(10)  # on the next working day after the step before


class Ending(StrEnum):
    """How it ended, says whoever dealt with it."""

    SPOKE = "spoke"
    NO_ANSWER = "no_answer"
    SORTED = "sorted"
    PASSED_ON = "passed_on"
    NOT_NEEDED = "not_needed"


ENDS_WITH_OUTCOME = frozenset(
    {Kind.HELP, Kind.CALL, Kind.CANNOT, Kind.WORDS, Kind.CHANGED, Kind.COMPLAINT, Kind.DANGER, Kind.RING}
)
TOLD_WHEN_TAKEN = frozenset({Kind.HELP, Kind.CALL})
TOLD_OF_OUTCOME = frozenset({Kind.HELP, Kind.CALL, Kind.CHANGED})


@dataclass(frozen=True)
class Item:
    """Something open. `claimed_by` is the member of staff who said *I'm dealing with it*."""

    id: int
    kind: Kind
    individual_id: int
    order_id: int | None
    appointment_id: int | None
    raised_at: datetime
    claimed_by: int | None = None
    claimed_at: datetime | None = None
    disputed_at: datetime | None = None
    withdrawn_at: datetime | None = None
    closed_at: datetime | None = None
    words: str = ""
    reason: str = ""
    round: int = 1
    number: str = ""  # which number it is safe to ring (E.164), or `write` for none
    safe_time: str = ""  # when: a code, or their own words
    outcome: str = ""
    follow_up_at: datetime | None = None  # by when a contact or a decision is expected
    listed_at: datetime | None = None  # since when it stands on the manager's list
    listed_why: str = ""

    @property
    def open(self) -> bool:
        return self.withdrawn_at is None and self.closed_at is None

    @property
    def unclaimed(self) -> bool:
        return self.open and self.claimed_by is None


def most_urgent_first(item: Item) -> tuple[bool, int, datetime]:
    """The order of a list of what is open: what nobody has taken on, then words of danger, then who asks for help on
    the day, then the oldest."""
    urgent = item.kind is Kind.HELP and item.reason in URGENT
    rank = 0 if item.kind is Kind.DANGER else 1 if urgent else 2
    return not item.unclaimed, rank, item.raised_at


def first_of_page(total: int, page: int) -> int:
    """Where a page of what is open begins; the last page stands for any beyond it."""
    return min(max(page, 0), max(total - 1, 0) // QUEUE_PAGE) * QUEUE_PAGE


def cover_after(kind: Kind, reason: str) -> timedelta:
    """How much working time the worker has before somebody else is told.

    Our own defaults, no rule names them: who has nothing to eat, no way to get there or must talk today needs an answer
    on the day, so somebody is asked twice within its first hours; another date or a call may wait for half a day.
    """
    return URGENT_AFTER if kind is Kind.HELP and reason in URGENT else COVER_AFTER


def next_due(item: Item, to: To, before: datetime, calendar: Calendar) -> datetime:
    """When a rung is owed, counted from the moment of the rung before it."""
    if item.kind is Kind.DANGER:
        return before + DANGER_AFTER
    if to is To.COVER:
        return calendar.after_working_time(before, cover_after(item.kind, item.reason))
    if to is To.MANAGER:
        return calendar.at(calendar.next_working_day(calendar.day(before)), MANAGER_AT)
    return before


def ladder(item: Item, individual_id: int, at: datetime, calendar: Calendar, start: To | None = None) -> list[Owed]:
    """The messages owed about an unclaimed item from rung `start` on (or the first), which is told at `at`."""
    rungs = LADDERS[item.kind]
    start = start or rungs[0]
    if start not in rungs:
        rungs = (*rungs, To.MANAGER)
    owed, due = [], at
    for rung in rungs[rungs.index(start) :]:
        due = at if rung is start else next_due(item, rung, due, calendar)
        owed.append(
            Owed(
                kind="item",
                subject=Subject("item", item.id),
                to=rung,
                due_at=due,
                step=rung.value,
                revision=item.round,
                individual_id=individual_id,
                family="ladder",
            )
        )
    if item.kind is Kind.DANGER and not calendar.open_at(at):  # a message in the night is easily missed in the morning
        owed.append(replace(owed[0], to=To.DUTY, due_at=calendar.next_opening(at), step="opening"))
    return owed


def if_not_seen(kind: Kind, at: datetime, calendar: Calendar) -> tuple[To, datetime]:
    """Who hears when more was said to somebody who has taken an item on and does not look, and when."""
    if kind is Kind.DANGER:
        return To.MANAGER, at + DANGER_AFTER
    to = To.COVER if To.COVER in LADDERS[kind] else To.MANAGER
    return to, calendar.after_working_time(at, COVER_AFTER)


def rung_after(to: To) -> To | None:
    """Who is told when nobody could be reached on this rung. Nobody comes after a manager: that one waits."""
    return {To.WORKER: To.COVER, To.COVER: To.MANAGER, To.DUTY: To.MANAGER}.get(to)

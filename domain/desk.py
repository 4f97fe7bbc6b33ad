"""The desk: what is open in the order in which it cannot wait, each with the reason why it stands where it stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import IntEnum, StrEnum

from domain import complaints
from domain.calendar import Calendar
from domain.compliance import COVER_AFTER, MANAGER_AT, ONLY_MANAGERS, URGENT, Item, Kind

SOON = timedelta(hours=2)  # until the start of a date that somebody cannot make: by then they may be on their way
URGENT_WITHIN = timedelta(hours=1)  # working time in which somebody with nothing to eat hears from a person
NEAR = timedelta(days=1)  # until a date that somebody has to be rung about
PAGE = 12  # entries on one message: each has a line of up to some 170 characters, and a button


class Band(IntEnum):
    """How long it can wait (the clocks that duty workers keep: a life now, no food within hours, a date tomorrow)."""

    NOW = 0
    HOURS = 1
    TODAY = 2
    TOMORROW = 3
    LATER = 4


# What waits for as long whatever else is known of it. Our own defaults, no rule names them.
BANDS: Mapping[Kind, Band] = {
    Kind.CALL: Band.TODAY,
    Kind.WORDS: Band.TODAY,
    Kind.UNRECORDED: Band.TODAY,
    Kind.HELP: Band.TOMORROW,
    Kind.CHANGED: Band.TOMORROW,
    Kind.NOTE: Band.TOMORROW,
    Kind.HOURS: Band.TOMORROW,
    Kind.UNREACHABLE: Band.TOMORROW,
    Kind.DEADLINE: Band.TOMORROW,
    Kind.ASSESS: Band.LATER,
    Kind.MY_DATA: Band.LATER,
    Kind.FORGET: Band.LATER,
    Kind.ASK: Band.LATER,
}


@dataclass(frozen=True)
class Open:
    """Something open, with what is needed to say what it is and who has it. A session that nobody recorded is named by
    its place and whoever runs it, anything else by the case reference."""

    item: Item
    case_ref: str
    starts_at: datetime | None = None  # of the date that it is about
    holder: str = ""  # who said *I'm dealing with it*
    place: str = ""
    runner: str = ""


@dataclass(frozen=True)
class Reason:
    """Why something stands where it stands: a code for the words, the moment that they name, and by when."""

    band: Band
    code: str
    at: datetime
    by: datetime


def reason(one: Open, now: datetime, calendar: Calendar) -> Reason:
    """Which clock something open stands on."""
    item = one.item
    match item.kind:
        case Kind.DANGER:
            return Reason(Band.NOW, "danger", item.raised_at, item.raised_at)
        case Kind.CANNOT if one.starts_at is not None:
            return _cannot(item, one.starts_at, now, calendar)
        case Kind.NON_ATTENDANCE:
            return _missed(item, one.starts_at or item.raised_at, now, calendar)
        case Kind.HELP if item.reason in URGENT:
            return Reason(Band.HOURS, "help", item.raised_at, _answer_by(item, calendar))
        case Kind.RING if one.starts_at is not None:
            near = one.starts_at - now <= NEAR
            return Reason(Band.HOURS if near else Band.TODAY, "ring", one.starts_at, one.starts_at)
        case Kind.COMPLAINT:
            day = complaints.dues(item.raised_at, calendar)[0].day
            due = calendar.at(day, calendar.work_to)
            return Reason(Band.TODAY if day <= calendar.day(now) else Band.LATER, "complaint", due, due)
        case Kind.NEED if item.follow_up_at is not None:
            near = calendar.day(item.follow_up_at) <= calendar.day(now)
            return Reason(Band.TODAY if near else Band.TOMORROW, "need", item.follow_up_at, item.follow_up_at)
        case Kind.UNRECORDED:
            return Reason(Band.TODAY, "unrecorded", one.starts_at or item.raised_at, item.raised_at)
    by = _answer_by(item, calendar)
    return Reason(BANDS.get(item.kind, Band.TODAY), item.kind.value, item.raised_at, by)


def _answer_by(item: Item, calendar: Calendar) -> datetime:
    urgent = item.kind is Kind.HELP and item.reason in URGENT
    return calendar.after_working_time(item.raised_at, URGENT_WITHIN if urgent else COVER_AFTER)


def _cannot(item: Item, starts_at: datetime, now: datetime, calendar: Calendar) -> Reason:
    """They are owed an answer before they would have to leave; after the start they are still owed one."""
    if starts_at <= now:
        return Reason(Band.TODAY, "cannot_over", starts_at, starts_at)
    if starts_at - now <= SOON:
        return Reason(Band.NOW, "cannot_soon", starts_at, starts_at)
    today = calendar.day(starts_at) == calendar.day(now)
    return Reason(Band.HOURS if today else Band.TODAY, "cannot", starts_at, starts_at)


def _missed(item: Item, starts_at: datetime, now: datetime, calendar: Calendar) -> Reason:
    """An absence that nobody has decided on: its follow-up clock runs whoever has it."""
    due = item.follow_up_at
    if due is None:
        return Reason(Band.TOMORROW, "undecided", starts_at, item.raised_at)
    if due <= now:
        return Reason(Band.TODAY, "follow_up_late", due, due)
    today = calendar.day(due) == calendar.day(now)
    return Reason(Band.TODAY if today else Band.TOMORROW, "follow_up", due, due)


@dataclass(frozen=True)
class Placed:
    """Something open, and why it stands where it stands."""

    open: Open
    reason: Reason


@dataclass(frozen=True)
class Waiting:
    """One line of the desk: all that is open about one person, the most urgent first, so that one call answers all."""

    things: tuple[Placed, ...]

    @property
    def lead(self) -> Placed:
        return self.things[0]

    @property
    def individual_id(self) -> int | None:
        """Whom it is about; nobody if it is a session."""
        item = self.lead.open.item
        return None if item.kind is Kind.UNRECORDED else item.individual_id


def placed(found: Iterable[Open], now: datetime, calendar: Calendar) -> list[Placed]:
    """Each with its reason, which is the same for every reader."""
    return [Placed(one, reason(one, now, calendar)) for one in found]


def in_order(found: Iterable[Placed], reader_id: int | None = None) -> tuple[Waiting, ...]:
    """In the order in which it is to be dealt with. What somebody has stands last, unless the reader has it and its
    follow-up is due; with no reader (the manager's list) who has it does not count."""
    together: dict[tuple[str, int], list[Placed]] = {}
    for one in sorted(found, key=lambda one: _rank(one, reader_id)):
        item = one.open.item
        key = ("session", item.id) if item.kind is Kind.UNRECORDED else ("person", item.individual_id)
        together.setdefault(key, []).append(one)
    return tuple(Waiting(tuple(things)) for things in together.values())


def _rank(one: Placed, reader_id: int | None) -> tuple[bool, Band, datetime, datetime, int]:
    item, why = one.open.item, one.reason
    mine_and_due = item.claimed_by == reader_id and why.code.startswith("follow_up") and why.band is Band.TODAY
    in_hand = reader_id is not None and item.claimed_by is not None and not mine_and_due
    return in_hand, why.band, why.by, item.raised_at, item.id


# What a person waits for whoever has taken it on: *I'm dealing with it* is not yet an answer.
OWED_AN_ANSWER = frozenset({Kind.CANNOT, Kind.HELP, Kind.CALL})


def listed(item: Item, told: bool, now: datetime, calendar: Calendar, at: time = MANAGER_AT) -> bool:
    """Whether it stands on the manager's list: what was put there, what only a manager is asked, and danger that nobody
    has taken on. Also whatever managers were `told` of by its ladder, until somebody takes it on (or, if an answer is
    owed, until that); and what somebody has taken on and not answered by this time on the next working day."""
    theirs = item.kind in ONLY_MANAGERS or item.kind is Kind.UNRECORDED
    climbed = item.climbs and (told or item.kind is Kind.DANGER)
    return theirs or item.listed_at is not None or climbed or _left_lying(item, now, calendar, at)


def _left_lying(item: Item, now: datetime, calendar: Calendar, at: time) -> bool:
    if item.kind not in OWED_AN_ANSWER or item.claimed_at is None or not item.open:
        return False
    return now >= calendar.at(calendar.next_working_day(calendar.day(item.claimed_at)), at)


class View(StrEnum):
    """Which list is shown: the manager's, or everything within reach."""

    LIST = "list"
    ALL = "all"


class Passed(StrEnum):
    """What is passed to a colleague: one thing, or all that is open about a person."""

    ITEM = "item"
    PERSON = "person"


def of_view(
    everything: tuple[Waiting, ...], managers_list: tuple[Waiting, ...] | None, view: View
) -> tuple[Waiting, ...]:
    """What a view shows; whoever is no manager has no list of a manager's."""
    return managers_list if view is View.LIST and managers_list is not None else everything


def first_of_page(total: int, page: int) -> int:
    """Where a page begins; the last page stands for any beyond it."""
    return min(max(page, 0), max(total - 1, 0) // PAGE) * PAGE

"""Rows of the outbox that are ready to be said; several for one person are one message."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from db.following import Earlier
from domain.about import Facts
from domain.compliance import LISTED, Kind
from domain.facts import AboutAppointment, AboutIndividual, AboutItem, AboutItems, AboutNews
from domain.outbox import MERGED, NEWS, TOGETHER, Reception, Row, Subject

MOST_DATES = 4  # in one message: each has buttons of its own
MOST_LISTED = 15  # the same for staff, to whom each is one line


@dataclass(frozen=True)
class Recipient:
    """One chat that a message is for."""

    chat: int
    chat_id: int
    language: str
    staff: bool = False


@dataclass(frozen=True)
class Texted:
    """The phone of an individual whom the chat does not reach and who agreed to text messages."""

    individual_id: int
    number: str
    language: str


Addressee = Recipient | Texted


@dataclass(frozen=True)
class Parcel:
    """A claimed row that is still true, with all that is needed to say it."""

    row: Row
    facts: Facts
    recipients: tuple[Addressee, ...]
    takes: tuple[int, ...] = ()  # the messages that a wipe takes out of the chat
    merges: "tuple[Parcel, ...]" = ()  # those that it takes the place of, if several
    had: bool = False  # somebody else whom it is for has had it
    takes_in: tuple[Earlier, ...] = ()  # messages in the same chat whose place it takes once it has been accepted

    @property
    def parts(self) -> "tuple[Parcel, ...]":
        """What the same message settles: one or several."""
        return self.merges or (self,)


Result = tuple[Parcel, Mapping[Addressee, Reception]]


def merged(parcels: Sequence[Parcel]) -> list[Parcel]:
    """What is to be told of several dates to one chat is told at once, a handful of dates in each message; and so is to
    the same of staff what was missed, each still to be taken on by itself, and what is new on the manager's list.

    A text message is looked for by all that it tells before it is sent again: only what was tried as often goes in it.
    And it is short: what has changed is told there one by one.
    """
    alone, together = [], defaultdict[tuple[Addressee, str, int], list[Parcel]](list)
    listed = defaultdict[tuple[str, tuple[Addressee, ...]], list[Parcel]](list)
    for parcel in parcels:
        if (group := _merges(parcel)) is not None:
            (whom,) = parcel.recipients
            together[whom, group, parcel.row.attempts if isinstance(whom, Texted) else 0].append(parcel)
        elif (kind := _list_of(parcel)) is not None:
            listed[kind, parcel.recipients].append(parcel)
        else:
            alone.append(parcel)
    lists = [_one_list(kind, part) for (kind, _), found in listed.items() for part in _parts(found)]
    return [*lists, *alone, *(_one_message(group) for found in together.values() for group in _by_dates(found))]


def _merges(parcel: Parcel) -> str | None:
    """With what others it is told, if with any."""
    group = MERGED.get(parcel.row.owed.kind)
    alone = len(parcel.recipients) != 1 or (group == NEWS and isinstance(parcel.recipients[0], Texted))
    return None if alone else group


def _parts(parcels: Sequence[Parcel]) -> list[Sequence[Parcel]]:
    return [parcels[start : start + MOST_LISTED] for start in range(0, len(parcels), MOST_LISTED)]


def _list_of(parcel: Parcel) -> str | None:
    """The kind of message that lists this with others, if there is one."""
    kind, about = parcel.row.owed.kind, parcel.facts
    alert = kind == "item" and isinstance(about, AboutItem) and about.item.kind is Kind.NON_ATTENDANCE
    return TOGETHER if alert else LISTED if kind == LISTED else None


def is_alert(parcel: Parcel) -> bool:
    """Whether it tells staff of one or several missed dates."""
    return parcel.row.owed.kind == TOGETHER or _list_of(parcel) == TOGETHER


def _one_list(kind: str, parcels: Sequence[Parcel]) -> Parcel:
    """Named by its first row, by which what it lists is found again (`db.following.told_together`)."""
    first = parcels[0]
    if len(parcels) == 1:
        return first
    alike = all(parcel.row.owed.params == first.row.owed.params for parcel in parcels)
    params = first.row.owed.params if alike else {}
    owed = replace(first.row.owed, kind=kind, subject=Subject("items", first.row.id), params=params)
    facts = AboutItems(tuple(parcel.facts for parcel in parcels if isinstance(parcel.facts, AboutItem)))
    return replace(first, row=replace(first.row, owed=owed), facts=facts, merges=tuple(parcels))


def _by_dates(parcels: Sequence[Parcel]) -> list[list[Parcel]]:
    """The same, in the order of their dates, at most MOST_DATES to a group."""
    by_date = defaultdict[Subject, list[Parcel]](list)
    for parcel in sorted(parcels, key=_starts):
        by_date[parcel.row.owed.subject].append(parcel)
    dates_ = list(by_date.values())
    groups = [dates_[start : start + MOST_DATES] for start in range(0, len(dates_), MOST_DATES)]
    return [[parcel for of_date in group for parcel in of_date] for group in groups]


def _starts(parcel: Parcel) -> tuple[datetime, int]:
    assert isinstance(parcel.facts, AboutAppointment)
    return parcel.facts.appointment.starts_at, parcel.row.id


def _one_message(parcels: Sequence[Parcel]) -> Parcel:
    """A reminder says more than the news of a booking: of two about one date it is what is said."""
    first = max(parcels, key=lambda parcel: parcel.row.owed.kind == "reminder")
    if len(parcels) == 1:
        return first
    about = {p.row.owed.subject: p.facts for p in parcels if isinstance(p.facts, AboutAppointment)}
    if len(about) == 1:
        return replace(first, merges=tuple(parcels))
    dated = tuple(about.values())
    facts: Facts = AboutIndividual(dated[0].individual, dated[0].worker, dated)
    kind = f"{first.row.owed.kind}_together"
    if MERGED[first.row.owed.kind] == NEWS:
        news = ((p.row.owed.saying, p.facts) for p in parcels if isinstance(p.facts, AboutAppointment))
        kind, facts = NEWS, AboutNews(dated[0].individual, tuple(news))
    whose = Subject("individual", dated[0].individual.id)
    said = replace(first.row, owed=replace(first.row.owed, kind=kind, subject=whose, params={}))
    return replace(first, row=said, facts=facts, merges=tuple(parcels))

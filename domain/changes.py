"""A date that has changed: what its individual was last told, and whether that is still so.

What somebody was told is read off the outbox: its rows say which revision Telegram accepted, and a row of news that has
not gone out keeps what was told before it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from domain import reminding
from domain.appointments import Appointment
from domain.outbox import (
    ABOUT_APPOINTMENT,
    STAND_DOWN,
    TOLD_JUST_NOW,
    Owed,
    Params,
    Row,
    Status,
    Subject,
    To,
    droppable,
)
from domain.retrying import NO_ANSWER

FAMILY = "news"
HEARD = frozenset({Status.SENT, Status.SENDING})  # what is on its way counts as told
NOT_IN_VAIN = HEARD | {Status.PLANNED}
RING = "ring:"  # what a call about a date is named by, before the key of the row that it stands for
IMPORTANT, NOT_TOLD = "important", "not_told"  # why somebody rings: a date must not be missed; no message told of it
TOLD_BY_VOICE = "told_by_voice"  # of a row whose word somebody has said on the telephone


class News(StrEnum):
    """The kinds of message that tell of a change."""

    CHANGED = "changed"
    CANCELLED = "cancelled"


TELLS = ABOUT_APPOINTMENT | frozenset(News)  # the kinds that say when and where
KNOWN_BY = TELLS | {STAND_DOWN}  # and that it is off


@dataclass(frozen=True)
class Shown:
    """What an individual can know of a date: when, where (0: no place), and whether it is on."""

    starts_at: datetime
    place: int = 0
    on: bool = True
    revision: int = 1

    @staticmethod
    def of(one: Appointment) -> "Shown":
        return Shown(one.starts_at, one.place_id or 0, one.booked, one.revision)

    def says_as(self, other: "Shown") -> bool:
        """Whether both say the same to the individual: of a date that is off, nothing else matters."""
        if not self.on and not other.on:
            return True
        return (self.starts_at, self.place, self.on) == (other.starts_at, other.place, other.on)


@dataclass(frozen=True)
class Turn:
    """What becomes of a date that was changed: its revision, what is owed about it, and why earlier news is not."""

    revision: int
    news: Owed | None = None
    reason: str = "moved"


def about_the_date(row: Row) -> bool:
    """Whether a row tells its individual when and where. A booking, which is news once, has revision 0."""
    return row.owed.to is To.INDIVIDUAL and row.owed.kind in TELLS


def may_go_out(row: Row, until: datetime) -> bool:
    """Whether a row that has told nobody anything yet may do so before a moment."""
    return row.status is Status.PLANNED and row.owed.due_at <= until and about_the_date(row)


def told(before: Shown, rows: Collection[Row], shown: bool = False) -> Shown | None:
    """What the individual last heard of a date that stands as `before`; None if they have never had a word of it.

    Whoever heard that they need not come, and nothing since, knows it as off, also where it is booked at a day that is
    past. `shown`: an answer in the chat showed it to them as it stands, whatever they knew before.
    """
    about = [row for row in rows if about_the_date(row)]
    known = _last_shown(before, about)
    called_off = max((row.id for row in rows if row.owed.kind == STAND_DOWN and _heard(row)), default=0)
    if called_off > max((row.id for row in about if _heard(row)), default=0):
        return replace(known or before, on=False)
    return before if shown else known


def _heard(row: Row) -> bool:
    """What may have been said, as nobody knows how its last try ended, has to be put right like what was."""
    return row.status in HEARD or row.perhaps_said or row.reason in (TOLD_JUST_NOW, TOLD_BY_VOICE, NO_ANSWER)


def said_already(owed: Owed, rows: Iterable[Row]) -> bool:
    """Whether a reminder is another step's than the one by which its date was told of as it stands, of which no row was
    ever planned: the rules have changed since."""
    alike = [row for row in rows if (row.owed.kind, row.owed.revision) == (owed.kind, owed.revision)]
    known = any(row.owed.step == owed.step for row in alike)
    return not known and any(_heard(row) and not droppable(row.owed) for row in alike)


def _last_shown(before: Shown, about: Sequence[Row]) -> Shown | None:
    last = max(filter(_heard, about), key=lambda row: (row.owed.revision, row.id), default=None)
    heard = last.owed.revision if last is not None else 0
    unsaid = [row.owed for row in about if row.owed.family == FAMILY and row.owed.revision > heard]
    if unsaid and heard != before.revision:  # they knew something, if only from an answer in the chat
        return max((_was(owed.params) for owed in unsaid), key=lambda was: was.revision)
    if last is not None and last.owed.kind == News.CANCELLED and before.on:
        return replace(_was(last.owed.params), on=False, revision=heard)
    return before if last is not None else None


def turn(before: Shown, after: Shown, rows: Sequence[Row], id_: int, now: datetime, shown: bool = False) -> Turn:
    """What follows when a date (its `id_`) stood as `before` and stands as `after` from now on.

    Whoever never had a word of it is not told: their reminder carries the new facts. Back where it was when they last
    heard, it has the revision that they know, buttons and answers with it, and nothing is said. Nobody is told of what
    is over. `after.revision` is not read.
    """
    known = told(before, rows, shown)
    if known is None:
        moved = (before.starts_at, before.place) != (after.starts_at, after.place)
        return Turn(before.revision + moved)
    if after.says_as(known):
        return Turn(known.revision, reason="moved_back")
    revision = _next_revision(before, rows)
    return Turn(revision, _news(known, replace(after, revision=revision), id_, now))


def _next_revision(before: Shown, rows: Iterable[Row]) -> int:
    return 1 + max([before.revision, *(row.owed.revision for row in rows)])


def overtaken(said: Shown, stands: Shown, row: Row, rows: Iterable[Row], now: datetime) -> Owed | None:
    """What is owed when a message (its `row`) went out with facts that were changed meanwhile; None if it is on its way
    already, or if what was said is so."""
    on_its_way = {one.owed.revision for one in rows if one.owed.family == FAMILY and one.status in NOT_IN_VAIN}
    if stands.says_as(said) or stands.revision in on_its_way:
        return None
    owed = _news(said, stands, row.owed.subject.id, now)
    return owed and replace(owed, individual_id=row.owed.individual_id, step=f"after-{row.id}")


def _news(known: Shown, stands: Shown, id_: int, now: datetime) -> Owed | None:
    """One message that tells how a date stands to whoever has known it otherwise; None if it is over. Put at a day
    that is past, it is off for whoever knows it as ahead; earlier on the same day, they may still come.

    Whose date it is (`individual_id`) is for the caller to fill in.
    """
    gone = stands.on and known.on and stands.starts_at <= now and stands.starts_at.date() != known.starts_at.date()
    on = stands.on and not gone
    until = stands.starts_at if on else known.starts_at
    if until <= now:
        return None
    return Owed(
        kind=(News.CHANGED if on else News.CANCELLED).value,
        subject=Subject("appointment", id_),
        to=To.INDIVIDUAL,
        due_at=now,
        expires_at=until,
        revision=stands.revision,
        params={
            "was_at": known.starts_at.isoformat(),
            "was_place": known.place,
            "was_on": int(known.on),
            "was_revision": known.revision,
        },
        family=FAMILY,
    )


def _was(params: Params) -> Shown:
    """What a row of news keeps of what was told before it."""
    return Shown(was_at(params), int(params["was_place"]), bool(params["was_on"]), int(params["was_revision"]))


def comes_too_late(owed: Owed, now: datetime, at: datetime) -> bool:
    """Whether news that is told at a later moment leaves too little time to whoever sets out for the date as they know
    it."""
    if owed.family != FAMILY or not owed.params["was_on"]:
        return False
    was = was_at(owed.params)
    return was > now and not reminding.in_time(at, was)


def left_behind(owed: Owed, starts_at: datetime) -> datetime | None:
    """The time from which a date was moved away, if that is what this news tells to whoever knows it as on."""
    if owed.family != FAMILY or not owed.params["was_on"]:
        return None
    was = was_at(owed.params)
    return was if was != starts_at else None


def was_at(params: Params) -> datetime:
    """When the date was, as its individual knew it."""
    return datetime.fromisoformat(str(params["was_at"]))

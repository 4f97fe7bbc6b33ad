"""What staff do about a missed date, and what they decide of it. Only a named person decides; nothing here does.

What is usual next is shown and never done: the rungs are those of domain.md 1D 48 (a message, a call, a letter, a
visit).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.attendance import AS_BEFORE, JUDGED, MISSED, Outcome, Record


class How(StrEnum):
    """What was done. A call or a visit says whether it came to a talk: a try is not a hearing."""

    RANG_SPOKE = "rang_spoke"
    RANG_NO_ANSWER = "rang_no_answer"
    WROTE = "wrote"
    VISITED = "visited"
    VISITED_NOBODY = "visited_nobody"
    NEED_MORE = "need_more"  # asked for something that shows why


class Cause(StrEnum):
    """Why an absence is accepted."""

    HEALTH = "health"
    WORK = "work"
    CARE = "care"
    COURT = "court"
    BEREAVEMENT = "bereavement"
    OTHER = "other"


class Heard(StrEnum):
    """How somebody was heard before it was decided that a reason is not accepted."""

    SPOKE = "spoke"
    WRITING = "writing"
    VISIT = "visit"
    NOT_REACHED = "not_reached"  # after tries that are on record


class Page(StrEnum):
    """What of a missed date is on the screen."""

    ABSENCE = "absence"
    RANG = "rang"
    VISITED = "visited"
    ACCEPT = "accept"
    REFUSE = "refuse"
    MORE = "more"


class Rung(StrEnum):
    """The next step that practice expects."""

    MESSAGE = "message"
    PHONE = "phone"
    LETTER = "letter"
    VISIT = "visit"


AGAIN_AFTER = timedelta(minutes=2)  # the same contact once more within this time is a tap that came twice
SPOKEN = frozenset({How.RANG_SPOKE, How.VISITED})
TRIES = frozenset({How.RANG_NO_ANSWER, How.WROTE, How.VISITED_NOBODY})
RUNG_OF = {
    How.RANG_SPOKE: Rung.PHONE,
    How.RANG_NO_ANSWER: Rung.PHONE,
    How.WROTE: Rung.LETTER,
    How.VISITED: Rung.VISIT,
    How.VISITED_NOBODY: Rung.VISIT,
    How.NEED_MORE: Rung.MESSAGE,
}


@dataclass(frozen=True)
class Contact:
    """One thing that a member of staff did about something open. What was undone stays beside it."""

    id: int
    item_id: int
    individual_id: int
    staff_id: int
    how: How
    at: datetime
    undone_at: datetime | None = None

    @property
    def stands(self) -> bool:
        return self.undone_at is None


@dataclass(frozen=True)
class Decision:
    """What is to be put on record about an absence: accepted with a `cause`, or not accepted and how they were
    `heard`."""

    outcome: Outcome
    cause: str = ""
    heard: str = ""

    def record(self, at: datetime, by: int, why: str = "") -> Record:
        return Record(self.outcome, at, self.cause, None, by, why=why, heard=self.heard)


def may_be_decided(standing: Record | None) -> bool:
    """Only a missed date has something to decide; one that was decided may be decided anew."""
    return standing is not None and standing.outcome in MISSED


def needs_why(standing: Record | None) -> bool:
    """Whoever changes a decision says why."""
    return standing is not None and standing.outcome in JUDGED


def stands_already(decision: Decision, standing: Record | None) -> bool:
    """Whether exactly this has been decided: a second tap says nothing new."""
    if standing is None:
        return False
    return (decision.outcome, decision.cause, decision.heard) == (standing.outcome, standing.cause, standing.heard)


def came_twice(contacts: Iterable[Contact], how: How, staff_id: int, at: datetime) -> bool:
    """Whether a contact is on record already, a moment ago, from the same person."""
    return any(
        one.stands and one.how is how and one.staff_id == staff_id and at - one.at < AGAIN_AFTER for one in contacts
    )


def tries(contacts: Iterable[Contact]) -> list[Contact]:
    """What was tried and did not come to a talk: only with one of these on record may it be said that somebody could
    not be reached."""
    return [one for one in contacts if one.stands and one.how in TRIES]


def next_rung(contacts: Iterable[Contact], messaged: bool, in_touch: bool = False) -> Rung | None:
    """The first rung that has not been tried yet; None once somebody has spoken with them, or all has been tried.
    `messaged`: they were sent a message about it, or will be; `in_touch`: they have answered since."""
    stand = [one for one in contacts if one.stands]
    if in_touch or any(one.how in SPOKEN for one in stand):
        return None
    tried = {RUNG_OF[one.how] for one in stand} | ({Rung.MESSAGE} if messaged else set())
    return next((rung for rung in Rung if rung not in tried), None)


def counts_from(raised_at: datetime, disputed_at: datetime | None, standing: Record | None) -> datetime:
    """From when a contact counts for the follow-up clock: since the alert was raised, or what it rested on came into
    question, because they say that they were there, or the decision was taken back."""
    again = [standing.recorded_at] if standing is not None and standing.why == AS_BEFORE else []
    return max([raised_at, *again, *([disputed_at] if disputed_at is not None else [])])


def waits_for_more(contacts: Iterable[Contact]) -> bool:
    """Whether they were asked for something that shows why, and that still stands."""
    return any(one.stands and one.how is How.NEED_MORE for one in contacts)


def last_of(staff_id: int, contacts: Sequence[Contact], standing: Record | None) -> Contact | Record | None:
    """What *Undo* takes back: the last contact or decision of this person that still stands."""
    theirs = [one for one in contacts if one.stands and one.staff_id == staff_id]
    contact = max(theirs, key=lambda one: (one.at, one.id), default=None)
    if standing is None or standing.outcome not in JUDGED or standing.recorded_by != staff_id:
        return contact
    return standing if contact is None or standing.recorded_at >= contact.at else contact

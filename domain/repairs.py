"""Who cannot be reached by chat, or perhaps never was: what staff should put right."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LINKED_FOR = timedelta(days=14)  # long enough for somebody to have answered once (issue 4)
JOINING = timedelta(hours=1)  # in which the first questions are answered: that says nothing yet
ACCEPTED = 3  # reminders that Telegram accepted without a word back


class Repair(StrEnum):
    """What is wrong, the most urgent first."""

    NO_WORKER = "no_worker"  # theirs has left, or nobody is named
    UNREACHABLE = "unreachable"  # blocked, or the account is gone
    NOT_LINKED = "not_linked"
    NEVER_ANSWERED = "never_answered"  # nothing was tapped or typed since they joined
    NUMBER_REFUSED = "number_refused"  # whoever has the number says that it is not theirs, or nobody has it
    SHARED_NUMBER = "shared_number"  # one mobile on record for two people


@dataclass(frozen=True)
class Contact:
    """How one person on an active order can be reached."""

    individual_id: int
    case_ref: str
    workers: frozenset[int]
    contact_by_staff: bool = False  # only staff may contact them, or they said stop: no chat is missed
    linked_at: datetime | None = None
    unreachable_at: datetime | None = None
    accepted: int = 0  # messages about their dates, since they were linked
    spoke: bool = False  # tapped or typed anything since then, beside the first questions
    number_refused_at: datetime | None = None
    no_worker: bool = False  # nobody who is at the service works with them
    shares_with: frozenset[int] = frozenset()  # individuals with the same mobile on record


@dataclass(frozen=True)
class Broken:
    """One line of the list. `since` where that is known."""

    contact: Contact
    since: datetime | None = None


def broken(contact: Contact, now: datetime) -> dict[Repair, Broken]:
    """Everything that is wrong about reaching somebody."""
    found = {}
    if contact.no_worker:
        found[Repair.NO_WORKER] = Broken(contact)
    if not contact.contact_by_staff:
        if contact.linked_at is None:
            found[Repair.NOT_LINKED] = Broken(contact)
        elif contact.unreachable_at is not None:
            found[Repair.UNREACHABLE] = Broken(contact, contact.unreachable_at)
        elif now - contact.linked_at >= LINKED_FOR and contact.accepted >= ACCEPTED and not contact.spoke:
            found[Repair.NEVER_ANSWERED] = Broken(contact, contact.linked_at)
    if contact.number_refused_at is not None:
        found[Repair.NUMBER_REFUSED] = Broken(contact, contact.number_refused_at)
    if contact.shares_with:
        found[Repair.SHARED_NUMBER] = Broken(contact)
    return found

"""Orders and their requirements, and who works with the individual."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Requirement(StrEnum):
    """The ten requirements a court may impose (CPO practice guidance 2022, section 7: "up to ten")."""

    UNPAID_WORK = "unpaid_work"
    SUPERVISION = "supervision"
    COMPENSATION = "compensation"
    PROGRAMME = "programme"
    RESIDENCE = "residence"
    MENTAL_HEALTH = "mental_health"
    DRUG = "drug"
    ALCOHOL = "alcohol"
    CONDUCT = "conduct"
    RESTRICTED_MOVEMENT = "restricted_movement"


class Status(StrEnum):
    """Where an order stands. Proceedings for breach leave it active until the court has ended it."""

    ACTIVE = "active"
    COMPLETED = "completed"
    REVOKED_EARLY = "revoked_early"
    REVOKED = "revoked"
    BREACHED = "breached"
    TRANSFERRED = "transferred"
    DIED = "died"


class Hold(StrEnum):
    """Why nobody is expected for a while."""

    CUSTODY = "custody"
    HOSPITAL = "hospital"
    SUSPENDED = "suspended"


class Milestone(StrEnum):
    """Dated steps of an order that the case system reports."""

    RECEIVED = "received"
    TRANSFERRED_IN = "transferred_in"
    REQUIREMENT_STARTED = "requirement_started"  # if later than the court's date
    OFFICER_NAMED = "officer_named"
    FIRST_CONTACT = "first_contact"
    INDUCTION = "induction"  # or the first case management meeting
    PLACEMENT_STARTED = "placement_started"
    CONTACT = "contact"  # any contact of the first weeks that is no appointment
    LSCMI = "lscmi"
    PLAN = "plan"
    REVIEW = "review"
    HOURS_DONE = "hours_done"
    BREACH_STARTED = "breach_started"
    EXTENSION_REQUESTED = "extension_requested"


@dataclass(frozen=True)
class Order:
    """One community payback order."""

    id: int
    ref: str
    individual_id: int
    imposed_on: date
    requirements: frozenset[Requirement]
    status: Status = Status.ACTIVE
    hours: int | None = None
    complete_by: date | None = None
    officer_id: int | None = None
    case_manager_id: int | None = None
    ended_on: date | None = None

    @property
    def active(self) -> bool:
        return self.status is Status.ACTIVE

    def ended_before(self, day: date) -> bool:
        """Whether a date on this day is nobody's to keep any more, as the order had ended by then."""
        return not self.active and (self.ended_on is None or self.ended_on < day)

    @property
    def supervised(self) -> bool:
        return Requirement.SUPERVISION in self.requirements

    @property
    def worker_id(self) -> int | None:
        """Whose individual this is: the supervising officer where there is supervision, else the case manager.

        None if that one is not named: then cover or duty hears of things at once, and nobody is guessed.
        """
        return self.officer_id if self.supervised else self.case_manager_id

    @property
    def copied_id(self) -> int | None:
        """Who else is told and owes nothing: the case manager, where the officer is the worker."""
        return self.case_manager_id if self.supervised and self.case_manager_id != self.officer_id else None

    @property
    def workers(self) -> frozenset[int]:
        """Everybody named on the order."""
        return frozenset(ref for ref in (self.officer_id, self.case_manager_id) if ref is not None)

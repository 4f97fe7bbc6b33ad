"""What happened at an appointment. The record is append-only: a correction stands beside what it corrects."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.people import Role


class Outcome(StrEnum):
    """Section 2.4 of the field notes: after England's list, in words neutral for Scotland."""

    ATTENDED_FULL = "attended_full"
    ATTENDED_PART = "attended_part"
    SENT_HOME_SERVICE = "sent_home_service"
    SENT_HOME_OTHER = "sent_home_other"
    STOOD_DOWN_AHEAD = "stood_down_ahead"
    MOVED_BY_SERVICE = "moved_by_service"
    MOVED_BY_PERSON = "moved_by_person"
    MISSED_REASON_UNKNOWN = "missed_reason_unknown"
    MISSED_ACCEPTED = "missed_accepted"
    MISSED_NOT_ACCEPTED = "missed_not_accepted"
    NOT_EXPECTED = "not_expected"


_SERVICE_CAUSES = frozenset({"no_supervisor", "full", "weather", "vehicle", "other"})

CAUSES: Mapping[Outcome, frozenset[str]] = {
    Outcome.SENT_HOME_SERVICE: _SERVICE_CAUSES,
    Outcome.STOOD_DOWN_AHEAD: _SERVICE_CAUSES - {"full"},
    Outcome.MISSED_ACCEPTED: frozenset({"health", "work", "care", "court", "bereavement", "other"}),
    Outcome.NOT_EXPECTED: frozenset({"custody", "suspended", "transferred"}),
}
CAME = frozenset({Outcome.ATTENDED_FULL, Outcome.ATTENDED_PART, Outcome.SENT_HOME_SERVICE, Outcome.SENT_HOME_OTHER})
MISSED = frozenset({Outcome.MISSED_REASON_UNKNOWN, Outcome.MISSED_ACCEPTED, Outcome.MISSED_NOT_ACCEPTED})
JUDGED = frozenset({Outcome.MISSED_ACCEPTED, Outcome.MISSED_NOT_ACCEPTED})
JUDGES = frozenset({Role.OFFICER, Role.CASE_MANAGER, Role.YOUTH_TEAM})
REGISTER = (
    Outcome.ATTENDED_FULL,
    Outcome.ATTENDED_PART,
    Outcome.SENT_HOME_SERVICE,
    Outcome.MISSED_REASON_UNKNOWN,
)


@dataclass(frozen=True)
class Record:
    """One line of the register: what was recorded, by whom (a staff id) and when."""

    outcome: Outcome
    recorded_at: datetime
    cause: str = ""
    minutes: int | None = None
    recorded_by: int | None = None
    id: int = 0


def standing(records: Iterable[Record]) -> Record | None:
    """The record that stands: the latest, and of several at one moment the one that was entered last."""
    return max(records, key=lambda record: (record.recorded_at, record.id), default=None)


def may_record(outcome: Outcome, roles: Iterable[Role]) -> bool:
    """Only an officer, a case manager or the youth team says whether an absence is accepted."""
    return outcome not in JUDGED or bool(JUDGES & set(roles))


def opens_at(starts_at: datetime, grace: timedelta) -> datetime:
    """From when *not here* may be recorded: somebody a little late is not absent."""
    return starts_at + grace

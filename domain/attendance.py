"""What happened at an appointment. The record is append-only: a correction stands beside what it corrects."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.outbox import Owed, Subject, To
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

CARE_HELPS_FOR = timedelta(days=7)  # after that, "are you OK?" and "sorry about that day" only puzzle


class Page(StrEnum):
    """What of a register is on the screen."""

    REGISTER = "register"
    PERSON = "person"
    MINUTES = "minutes"
    CAUSES = "causes"


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


# ── On the register ─────────────────────────────────────────────────────────────────────────────────────────────────


def minutes_of_part(booked: timedelta) -> list[int]:
    """The minutes worked that are offered to somebody who came late or left early: half hours up to the time that
    was booked, and tens of minutes where less than an hour was."""
    most, step = int(booked.total_seconds() // 60), 30 if booked >= timedelta(hours=1) else 10
    return list(range(step, most + 1, step)) or [most]


def registered(outcome: Outcome, at: datetime, by: int, booked: timedelta, minutes: int = 0, cause: str = "") -> Record:
    """The record that one tap on a register makes: who came worked all the time that was booked, or the part that was
    tapped; who was sent home worked none of it; of who is not here nothing is said."""
    worked = {
        Outcome.ATTENDED_FULL: int(booked.total_seconds() // 60),
        Outcome.ATTENDED_PART: minutes,
        Outcome.SENT_HOME_SERVICE: 0,
    }
    return Record(outcome, at, cause, worked.get(outcome), by)


def on_register(record: Record, booked: timedelta) -> bool:
    """Whether a register offers exactly this: one of its four outcomes, with a cause or minutes that go with it."""
    if record.outcome is Outcome.ATTENDED_PART and record.minutes not in minutes_of_part(booked):
        return False
    causes = CAUSES.get(record.outcome, frozenset({""}))
    return record.outcome in REGISTER and record.cause in causes


def says_anew(standing_: Record | None, record: Record) -> bool:
    """Whether a record says anything that does not stand already. A second tap does not, and *not here* says nothing
    new of an absence that a worker has judged."""
    if standing_ is None:
        return True
    if record.outcome is Outcome.MISSED_REASON_UNKNOWN and standing_.outcome in MISSED:
        return False
    said, stands = (
        (record.outcome, record.cause, record.minutes),
        (standing_.outcome, standing_.cause, standing_.minutes),
    )
    return said != stands


def lost_minutes(record: Record | None, booked: timedelta) -> int:
    """The booked minutes that the service, and not the individual, let go."""
    if record is None or record.outcome not in (Outcome.SENT_HOME_SERVICE, Outcome.STOOD_DOWN_AHEAD):
        return 0
    return int(booked.total_seconds() // 60) - (record.minutes or 0)


# ── What the individual is told afterwards ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Aftermath:
    """What decides which kind word is owed after a date. `missed_round` counts how often it came to be a miss;
    `cared_round` is the latest of those about which the individual was asked whether they are OK, or 0."""

    appointment_id: int
    individual_id: int
    standing: Record
    session_over: datetime
    missed_round: int = 1
    cared_round: int = 0


def plan_aftercare(after: Aftermath) -> list[Owed]:
    """The one kind word that is owed as things stand, if any.

    *Are you OK?* waits for the end of the session, because many turn up late; the apology of whoever sent somebody
    home goes at once; and whoever was asked about a miss that was none gets a word of apology.
    """
    stands = after.standing
    if stands.outcome is Outcome.MISSED_REASON_UNKNOWN:
        return [_kind_word(after, "missed_care", after.missed_round, after.session_over)]
    if stands.outcome is Outcome.SENT_HOME_SERVICE:
        return [_kind_word(after, "sent_home", 0, stands.recorded_at)]
    if stands.outcome not in MISSED and after.cared_round:
        return [_kind_word(after, "missed_sorry", after.cared_round, stands.recorded_at)]
    return []


def _kind_word(after: Aftermath, kind: str, round_: int, due_at: datetime) -> Owed:
    return Owed(
        kind=kind,
        subject=Subject("appointment", after.appointment_id),
        to=To.INDIVIDUAL,
        due_at=due_at,
        expires_at=due_at + CARE_HELPS_FOR,
        step=str(round_),
        individual_id=after.individual_id,
        family="aftercare",
    )

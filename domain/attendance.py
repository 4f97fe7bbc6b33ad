"""What happened at an appointment. The record is append-only: a correction stands beside what it corrects."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
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
    TAKEN_BACK = "taken_back"  # ours: what was recorded is taken back, and nothing stands


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
NAMED = JUDGED | {Outcome.NOT_EXPECTED}  # only a named worker says so
JUDGES = frozenset({Role.OFFICER, Role.CASE_MANAGER, Role.YOUTH_TEAM})
REGISTER = (
    Outcome.ATTENDED_FULL,
    Outcome.ATTENDED_PART,
    Outcome.SENT_HOME_SERVICE,
    Outcome.SENT_HOME_OTHER,
    Outcome.MISSED_REASON_UNKNOWN,
)
BY_WORKER = (
    *REGISTER,
    Outcome.STOOD_DOWN_AHEAD,
    Outcome.MOVED_BY_SERVICE,
    Outcome.MOVED_BY_PERSON,
    Outcome.NOT_EXPECTED,
)
MOVED = frozenset({Outcome.MOVED_BY_SERVICE, Outcome.MOVED_BY_PERSON})
CALLED_OFF = MOVED | {Outcome.STOOD_DOWN_AHEAD}
OFF = CALLED_OFF | {Outcome.NOT_EXPECTED}  # nobody has to come to a date of which this is said ahead
SENT_HOME = frozenset({Outcome.SENT_HOME_SERVICE, Outcome.SENT_HOME_OTHER})
LOST = frozenset({Outcome.SENT_HOME_SERVICE, Outcome.STOOD_DOWN_AHEAD})  # the service, not the person, let it go
AS_BEFORE = "as_before"  # why a record repeats an earlier one: what stood on it was taken back


class Why(StrEnum):
    """Why a record of an earlier day is put right."""

    SLIP = "slip"  # written down wrong
    LATER = "later"  # told later
    EVIDENCE = "evidence"
    OTHER = "other"


AHEAD = timedelta(minutes=30)  # before their own start somebody may be there already
CARE_HELPS_FOR = timedelta(days=7)  # after that, "are you OK?" and "sorry about that day" only puzzle


class Page(StrEnum):
    """What of a register is on the screen."""

    REGISTER = "register"
    PERSON = "person"
    MINUTES = "minutes"
    CAUSES = "causes"
    ALL_CAUSES = "all_causes"  # why everybody was sent home


@dataclass(frozen=True)
class Record:
    """One line of the register: what was recorded, by whom (a staff id) and when. Of a correction `why`, a code; of a
    decision how the individual was `heard` before it."""

    outcome: Outcome
    recorded_at: datetime
    cause: str = ""
    minutes: int | None = None
    recorded_by: int | None = None
    id: int = 0
    why: str = ""
    heard: str = ""


def standing(records: Iterable[Record]) -> Record | None:
    """The record that stands: the latest, and of several at one moment the one that was entered last. None if that
    takes back all that was recorded."""
    last = max(records, key=_in_order, default=None)
    return None if last is None or last.outcome is Outcome.TAKEN_BACK else last


def _in_order(record: Record) -> tuple[datetime, int]:
    return record.recorded_at, record.id


def taking_back(records: Iterable[Record], ids: Collection[int], at: datetime, by: int) -> list[Record]:
    """What is added so that what stood before these records stands again; nothing if they do not stand any more.

    Nothing is deleted. The first line says who took it back; what stood before is repeated after it, with the name of
    whoever recorded it, so that the latest line is always what stands.
    """
    known = sorted(records, key=_in_order)
    stands = standing(known)
    if stands is None or stands.id not in ids:
        return []
    before = next((one for one in reversed(_layers(known)) if one.id not in ids), None)
    gone = Record(Outcome.TAKEN_BACK, at, recorded_by=by)
    return [gone] if before is None else [gone, replace(before, recorded_at=at, why=AS_BEFORE, id=0)]


def _layers(known: Iterable[Record]) -> list[Record]:
    """What stands, on top of what it stands on: neither what was taken back nor that it was. What stands again lies
    where it lay."""
    layers: list[Record] = []
    gone: list[Record] = []
    for one in known:
        if one.outcome is Outcome.TAKEN_BACK:
            gone, layers = layers[:-1], []
        elif one.why == AS_BEFORE:
            alike = [
                n for n, below in enumerate(gone) if (_what(below), below.recorded_by) == (_what(one), one.recorded_by)
            ]
            layers = [*gone[: alike[-1] if alike else 0], one]
        else:
            layers.append(one)
    return layers


def corrected(records: Iterable[Record]) -> Record | None:
    """What the record that stands put right, if somebody else did so or a reason was named. Who mends their own slip
    of a moment ago, and who judges an absence, puts nothing right."""
    known = sorted(records, key=_in_order)
    stands = standing(known)
    if stands is None or stands.why == AS_BEFORE:
        return None
    said = [one for one in known[:-1] if one.outcome is not Outcome.TAKEN_BACK]
    before = next((one for one in reversed(said) if _what(one) != _what(stands)), None)
    if before is None or (stands.outcome in JUDGED and before.outcome in MISSED):
        return None
    return before if stands.why or stands.recorded_by != before.recorded_by else None


def _what(record: Record) -> tuple[Outcome, str, int | None]:
    return record.outcome, record.cause, record.minutes


def may_record(outcome: Outcome, roles: Iterable[Role]) -> bool:
    """Only an officer, a case manager or the youth team says whether an absence is accepted, or that somebody was not
    expected. What is taken back is no outcome that anybody records."""
    if outcome is Outcome.TAKEN_BACK:
        return False
    return outcome not in NAMED or bool(JUDGES & set(roles))


def opens_at(starts_at: datetime, grace: timedelta) -> datetime:
    """From when *not here* may be recorded: somebody a little late is not absent."""
    return starts_at + grace


# ── On the register ─────────────────────────────────────────────────────────────────────────────────────────────────


def minutes_of_part(booked: timedelta) -> list[int]:
    """The minutes worked that are offered to somebody who came late or left early: half hours up to the time that
    was booked, and tens of minutes where less than an hour was."""
    most, step = minutes_in(booked), 30 if booked >= timedelta(hours=1) else 10
    return list(range(step, most + 1, step)) or [most]


def registered(outcome: Outcome, at: datetime, by: int, booked: timedelta, minutes: int = 0, cause: str = "") -> Record:
    """The record that one tap on a register makes: who came worked all the time that was booked; who came for part, or
    was sent home, what was tapped; of who is not here nothing is said."""
    worked = {
        Outcome.ATTENDED_FULL: minutes_in(booked),
        Outcome.ATTENDED_PART: minutes,
        Outcome.SENT_HOME_SERVICE: minutes,
        Outcome.SENT_HOME_OTHER: minutes,
    }
    return Record(outcome, at, cause, worked.get(outcome), by)


def on_register(record: Record, booked: timedelta) -> bool:
    """Whether a register offers exactly this: one of its outcomes, with a cause or minutes that go with it."""
    return record.outcome in REGISTER and fits(record) and worked_fits(record, booked)


def worked_fits(record: Record, booked: timedelta) -> bool:
    """Whether the minutes are some that are offered: until now may be any, but never more than was booked."""
    if record.outcome is Outcome.ATTENDED_PART:
        return record.minutes in minutes_of_part(booked)
    return record.outcome not in SENT_HOME or 0 <= (record.minutes or 0) <= minutes_in(booked)


def detail_of(record: Record) -> str:
    """What goes with an outcome, as a button carries it: the cause, the minutes, or `weather+90`."""
    if record.outcome is Outcome.ATTENDED_PART:
        return str(record.minutes)
    worked = f"+{record.minutes}" if record.outcome in SENT_HOME and record.minutes else ""
    return record.cause + worked


def fits(record: Record) -> bool:
    """Whether the cause is one of those that its outcome has; none, if it has none."""
    return record.cause in CAUSES.get(record.outcome, frozenset({""}))


def present(standing_: Record | None, expected: bool, said_no: bool, starts_at: datetime, now: datetime) -> bool:
    """Whether *everyone else* means this person: nothing is recorded, they are expected, they did not say that they
    can't make it, and their own start is not more than `AHEAD` away. Whoever is left out can be tapped by name."""
    return standing_ is None and expected and not said_no and starts_at - AHEAD <= now


def minutes_in(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


def says_anew(standing_: Record | None, record: Record) -> bool:
    """Whether a record says anything that does not stand already. A second tap does not, and *not here* says nothing
    new of an absence that a worker has judged."""
    if standing_ is None:
        return True
    if record.outcome is Outcome.MISSED_REASON_UNKNOWN and standing_.outcome in MISSED:
        return False
    return _what(record) != _what(standing_)


def worked_minutes(record: Record | None, booked: timedelta) -> int:
    """What stands on record as worked. Who came for all of it, and of whom no minutes were written down, has worked
    what was booked; who was sent home is credited with what was written down until then."""
    if record is None or record.outcome not in CAME:
        return 0
    if record.minutes is None:
        return minutes_in(booked) if record.outcome is Outcome.ATTENDED_FULL else 0
    return max(record.minutes, 0)


def lost_minutes(record: Record | None, booked: timedelta) -> int:
    """The booked minutes that the service, and not the individual, let go."""
    if record is None or record.outcome not in LOST:
        return 0
    return minutes_in(booked) - (record.minutes or 0)


def lost_late(record: Record | None, starts_at: datetime) -> bool:
    """Whether a day was stood down when it had begun, if that stands: of one that is stood down ahead its individual
    hears ahead."""
    return record is not None and record.outcome is Outcome.STOOD_DOWN_AHEAD and record.recorded_at >= starts_at


# ── What the individual is told afterwards ──────────────────────────────────────────────────────────────────────────

APOLOGIES = frozenset({"sent_home", "stood_down_sorry"})  # for a lost day


@dataclass(frozen=True)
class Aftermath:
    """What decides which kind word is owed after a date, as of `now`. `cared_round` is the latest time that the
    individual was asked whether they are OK, or 0, and `amends` those of them for which we have said sorry since: only
    then is it asked anew. `apologies` are those that they had for a lost day, and `corrections` those of them that we
    took back."""

    appointment_id: int
    individual_id: int
    standing: Record | None
    session_over: datetime
    starts_at: datetime
    now: datetime
    amends: int = 0
    cared_round: int = 0
    apologies: int = 0
    corrections: int = 0


def plan_aftercare(after: Aftermath) -> list[Owed]:
    """The one kind word that is owed as things stand, if any.

    *Are you OK?* waits for the end of the session, because many turn up late; the apology of whoever sent somebody
    home goes at once; so does the one for a day that was stood down, if that is recorded when it had begun (who stands
    it down ahead says so themselves); and whoever was asked about a miss that was none gets a word of apology. An
    apology for a day that was not lost after all is taken back at once, before whatever else is owed.
    """
    stands = after.standing
    at = stands.recorded_at if stands is not None else after.now
    outcome = stands.outcome if stands is not None else Outcome.TAKEN_BACK
    wrong = after.apologies > after.corrections and outcome not in LOST
    found = [_kind_word(after, "sorry_corrected", after.apologies, at)] if wrong else []
    if outcome is Outcome.MISSED_REASON_UNKNOWN:
        over = after.session_over
        care = _kind_word(after, "missed_care", after.amends + 1, over)
        return [*found, replace(care, due_at=max(over, at) if wrong else over)]
    if outcome is Outcome.SENT_HOME_SERVICE:
        return [_kind_word(after, "sent_home", after.corrections, at)]
    if lost_late(stands, after.starts_at):
        return [_kind_word(after, "stood_down_sorry", after.corrections, at)]
    if outcome not in MISSED and after.cared_round and not wrong:
        return [_kind_word(after, "missed_sorry", after.cared_round, at)]
    return found


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

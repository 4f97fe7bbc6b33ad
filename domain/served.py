"""Whether a service did what it had promised: hours that it let go, sessions that ran, dates that were missed.

What the service let go is never counted as missed, and a date of which nothing is recorded is counted as neither. A
session is the service's own doing, and says nothing of anybody: it is never hidden.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from domain.appointments import Kind
from domain.attendance import CAME, LOST, MISSED, Outcome, Record, lost_minutes
from domain.drafts import Draft, Entry
from domain.drafts import parts as drafted
from domain.outcomes import TOTAL, Line, Table, parts
from domain.packs import QUALITY

SESSIONS = frozenset({Kind.UNPAID_WORK, Kind.OTHER_ACTIVITY, Kind.GROUP})  # what several people come to at one place
LET_GO = LOST | {Outcome.MOVED_BY_SERVICE}
PERSON, SERVICE, UNSAID = "person", "service", "unsaid"
LOST_DAYS = "lost_days"
RAN, PARTLY, OFF, UNRECORDED = "ran", "partly", "off", "unrecorded"


@dataclass(frozen=True)
class Served:
    """One date and the record that stands: none if nothing is recorded."""

    id: int
    ref: str
    order_ref: str
    kind: Kind
    day: date
    starts_at: datetime
    booked: timedelta
    place_id: int | None = None
    staff_id: int | None = None
    standing: Record | None = None
    work_type: str = ""

    @property
    def outcome(self) -> Outcome | None:
        return self.standing.outcome if self.standing is not None else None


@dataclass(frozen=True)
class Asked:
    """The court was asked for more time for an order; `cause` says on whose side, in the export's words."""

    order_ref: str
    cause: str
    on: date | None = None


def drafts(past: Sequence[Served]) -> tuple[Draft, ...]:
    """The tables of this module that count dates, the most wanted first."""
    return missed(past), unrecorded(past), lost_days(past), accepted(past)


# ── Hours that the service let go ───────────────────────────────────────────────────────────────────────────────────


def lost_days(dates: Iterable[Served]) -> Draft:
    """Days of people that the service let go, each by cause."""
    return _by_cause(LOST_DAYS, LOST, dates)


def _by_cause(name: str, outcomes: frozenset[Outcome], dates: Iterable[Served]) -> Draft:
    behind: dict[str, list[str]] = {}
    for one in dates:
        if one.standing is not None and one.outcome in outcomes:
            behind.setdefault(one.standing.cause or "other", []).append(one.ref)
    causes = {cause: behind[cause] for cause in sorted(behind)}
    return Draft(name, f"report.{name}", drafted(causes, {cause: (f"cause.{cause}",) for cause in causes}))


def lost_hours(dates: Iterable[Served], days: Table) -> Table:
    """The hours booked on those days. They are hidden where the days are, and all of them where any days are."""
    minutes: Counter[str] = Counter()
    for one in dates:
        if one.standing is not None and one.outcome in LOST:
            minutes[one.standing.cause or "other"] += lost_minutes(one.standing, one.booked)
    minutes[TOTAL] = minutes.total()
    return Table(
        "lost_hours",
        "report.lost_hours",
        tuple(_hours(line, minutes[line.code], days.hides if line.code == TOTAL else False) for line in days.lines),
    )


def _hours(days: Line, minutes: int, hidden: bool) -> Line:
    count = None if hidden or days.count is None else minutes // 60
    return Line(days.code, days.words, count, share=False)


# ── Sessions run as promised ────────────────────────────────────────────────────────────────────────────────────────


def ran(dates: Iterable[Served]) -> Table:
    """Each session of the period: everybody who came was given work, some were let go, or all were."""
    sessions: dict[tuple[date, int | None, int | None], list[Outcome | None]] = {}
    for one in dates:
        if one.kind in SESSIONS:
            sessions.setdefault((one.day, one.place_id, one.staff_id), []).append(one.outcome)
    counts = Counter(_how_it_went(outcomes) for outcomes in sessions.values())
    codes = (RAN, PARTLY, OFF, UNRECORDED)
    words = {code: (f"report.session_{code}",) for code in codes}
    return Table("sessions", "report.sessions", parts({code: counts[code] for code in codes}, words, 0))


def _how_it_went(outcomes: Sequence[Outcome | None]) -> str:
    known = [one for one in outcomes if one is not None and one is not Outcome.NOT_EXPECTED]
    if not known:
        return UNRECORDED
    gone = sum(one in LET_GO for one in known)
    return RAN if not gone else OFF if gone == len(known) else PARTLY


# ── Missed ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def missed(dates: Iterable[Served]) -> Draft:
    """By kind of appointment: of those who were expected and for whom there was something to come to, how many did
    not."""
    by_kind: dict[Kind, list[Served]] = {}
    for one in dates:
        if one.outcome in CAME | MISSED:
            by_kind.setdefault(one.kind, []).append(one)
    return Draft("missed", "report.missed", tuple(_of_kind(kind, by_kind[kind]) for kind in Kind if kind in by_kind))


def _of_kind(kind: Kind, expected: Sequence[Served]) -> Entry:
    gone = tuple(one.ref for one in expected if one.outcome in MISSED)
    return Entry(kind.value, (f"kind.{kind}",), gone, [one.ref for one in expected], behind=gone)


def accepted(dates: Iterable[Served]) -> Draft:
    """Why absences were accepted: what kept people from coming, as a named worker wrote it down."""
    return _by_cause("accepted", frozenset({Outcome.MISSED_ACCEPTED}), dates)


def unrecorded(dates: Sequence[Served]) -> Draft:
    """Dates that are past and of which nothing is recorded: the first line of what is missing on record."""
    gone = tuple(one.ref for one in dates if one.outcome is None)
    entry = Entry(UNRECORDED, (f"pack.{QUALITY}_{UNRECORDED}",), gone, [one.ref for one in dates], behind=gone)
    return Draft(QUALITY, f"pack.{QUALITY}", (entry,))


# ── More time asked for ─────────────────────────────────────────────────────────────────────────────────────────────


def asked(extensions: Iterable[Asked]) -> Draft:
    """How often the court was asked for more time, and on whose side the cause was. An order may be there twice."""
    every: dict[str, list[tuple[str, Asked]]] = {PERSON: [], SERVICE: [], UNSAID: []}
    seen: Counter[Asked] = Counter()
    for one in extensions:
        seen[one] += 1
        unit = f"{one.order_ref} {one.on} {one.cause} {seen[one]}"
        every[one.cause if one.cause in every else UNSAID].append((unit, one))
    total, *entries = drafted(
        {code: [unit for unit, _ in several] for code, several in every.items()},
        {code: (f"report.extension_{code}",) for code in every},
    )
    listed = [replace(one, behind=tuple(ext.order_ref for _, ext in every[one.code])) for one in entries]
    return Draft("extensions", "report.extensions", (total, *listed))

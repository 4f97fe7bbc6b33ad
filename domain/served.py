"""Whether a service did what it had promised: hours that it let go, sessions that ran, dates that were missed.

What the service let go is never counted as missed, and a date of which nothing is recorded is counted as neither. Small
numbers of people are hidden; a session is the service's own doing, and says nothing of anybody: it is never hidden.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.appointments import Kind
from domain.attendance import CAME, CAUSES, LOST, MISSED, Outcome, Record, lost_minutes
from domain.outcomes import TOTAL, Line, Table, hidden_parts, parts, with_lists

SESSIONS = frozenset({Kind.UNPAID_WORK, Kind.OTHER_ACTIVITY, Kind.GROUP})  # what several people come to at one place
LET_GO = LOST | {Outcome.MOVED_BY_SERVICE}
PERSON, SERVICE, UNSAID = "person", "service", "unsaid"
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


def figures(dates: Sequence[Served], extensions: Sequence[Asked], now: datetime, least: int) -> tuple[Table, ...]:
    """All tables of this module about one period."""
    past = [one for one in dates if one.starts_at <= now]
    return (*lost(past, least), ran(past), missed(past, least), accepted(past, least), asked(extensions, least))


# ── Hours that the service let go ───────────────────────────────────────────────────────────────────────────────────


def lost(dates: Iterable[Served], least: int) -> tuple[Table, Table]:
    """Days of people and the hours booked on them that the service let go, each by cause. Hours are hidden where their
    days are."""
    days: Counter[str] = Counter()
    minutes: Counter[str] = Counter()
    behind: dict[str, list[str]] = {}
    for one in dates:
        if one.standing is not None and one.outcome in LOST:
            cause = one.standing.cause or "other"
            days[cause] += 1
            minutes[cause] += lost_minutes(one.standing, one.booked)
            behind.setdefault(cause, []).append(one.ref)
    order = [cause for cause in sorted(CAUSES[Outcome.SENT_HOME_SERVICE]) if days[cause]]
    by_days = with_lists(parts({cause: days[cause] for cause in order}, _worded("cause", order), least), behind)
    shown = {line.code for line in by_days if line.count is not None}
    hours = [_hours(TOTAL, ("report.total",), sum(minutes.values()), TOTAL in shown and shown >= set(order))]
    hours += [_hours(cause, (f"cause.{cause}",), minutes[cause], cause in shown) for cause in order]
    return Table("lost_days", "report.lost_days", by_days), Table("lost_hours", "report.lost_hours", tuple(hours))


def _hours(code: str, words: tuple[str, ...], minutes: int, shown: bool) -> Line:
    return Line(code, words, minutes // 60 if shown else None, share=False)


def _worded(stem: str, codes: Iterable[str]) -> dict[str, tuple[str, ...]]:
    return {code: (f"{stem}.{code}",) for code in codes}


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


def missed(dates: Iterable[Served], least: int) -> Table:
    """By kind of appointment: of those who were expected and for whom there was something to come to, how many did not.
    Which are hidden goes by both halves, over all kinds, because another table has the sums."""
    by_kind: dict[Kind, list[Served]] = {}
    for one in dates:
        if one.outcome in CAME | MISSED:
            by_kind.setdefault(one.kind, []).append(one)
    kinds = [kind for kind in Kind if kind in by_kind]
    gone = [[one for one in by_kind[kind] if one.outcome in MISSED] for kind in kinds]
    came = [len(by_kind[kind]) - len(several) for kind, several in zip(kinds, gone, strict=True)]
    hidden = hidden_parts([len(several) for several in gone], least)[0] | hidden_parts(came, least)[0]
    lines = []
    for at, kind in enumerate(kinds):
        words = (f"kind.{kind}",)
        if at in hidden:
            lines.append(Line(kind.value, words, None))
            continue
        refs = tuple(one.ref for one in gone[at])
        lines.append(Line(kind.value, words, len(refs), len(by_kind[kind]), behind=refs))
    return Table("missed", "report.missed", tuple(lines))


def accepted(dates: Iterable[Served], least: int) -> Table:
    """Why absences were accepted: what kept people from coming, as a named worker wrote it down."""
    behind: dict[str, list[str]] = {}
    for one in dates:
        if one.standing is not None and one.outcome is Outcome.MISSED_ACCEPTED:
            behind.setdefault(one.standing.cause or "other", []).append(one.ref)
    codes = [cause for cause in sorted(CAUSES[Outcome.MISSED_ACCEPTED]) if cause in behind]
    counts = {cause: len(behind[cause]) for cause in codes}
    return Table("accepted", "report.accepted", with_lists(parts(counts, _worded("cause", codes), least), behind))


# ── More time asked for ─────────────────────────────────────────────────────────────────────────────────────────────


def asked(extensions: Iterable[Asked], least: int) -> Table:
    """How often the court was asked for more time, and on whose side the cause was."""
    behind: dict[str, list[str]] = {PERSON: [], SERVICE: [], UNSAID: []}
    for one in extensions:
        behind[one.cause if one.cause in behind else UNSAID].append(one.order_ref)
    words = {code: (f"report.extension_{code}",) for code in behind}
    counts = {code: len(refs) for code, refs in behind.items()}
    return Table("extensions", "report.extensions", with_lists(parts(counts, words, least), behind))

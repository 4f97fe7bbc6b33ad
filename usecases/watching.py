"""What a living bot sees of itself: its figures, its heartbeat, and what managers should hear of in the chat."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import outbox, reports, runs, switches, watching
from db.watching import Waiting
from domain.compliance import UNTIL_TOLD
from domain.facts import AboutImport
from domain.outbox import NOTHING, Owed, Params, Row, Subject, To
from domain.pausing import SENDING
from usecases import heartbeat, pausing
from usecases.service import Service
from usecases.subjects import Source, loads_one

DUE_FIRST = "due_first"  # among the params of a message that trouble has put off
LATE = timedelta(minutes=5)  # after which what is due, or waits for an answer, is late (issue: reminders)


@dataclass(frozen=True)
class Figures:
    """How the service stands, as of one moment."""

    by_status: Mapping[str, int]
    due: Waiting
    late_alerts: int
    updates: Waiting
    parked: int
    items: Mapping[tuple[str, bool], int]  # by kind, and whether somebody has taken it on
    last_import: datetime | None
    last_heartbeat: datetime | None
    paused_since: datetime | None
    managers: int  # who can be told something


async def figures(service: Service) -> Figures:
    """Everything in one reading transaction: it holds up nobody who writes."""
    now = service.clock.now()
    async with service.db.read() as tx:
        waiting, parked = await watching.updates(tx)
        off = await switches.off(tx, SENDING)
        return Figures(
            await watching.by_status(tx),
            await watching.due(tx, now),
            await watching.late_alerts(tx, now, now - LATE),
            waiting,
            parked,
            await watching.open_items(tx),
            await reports.last_import(tx),
            await runs.last(tx, heartbeat.NAME),
            off.at if off is not None else None,
            await watching.managers_linked(tx, service.calendar.day(now)),
        )


async def revision(service: Service) -> str:
    """The migration that the database stands at; raises whatever is wrong with the database."""
    async with service.db.read() as tx:
        return await watching.revision(tx)


# ── The heartbeat ───────────────────────────────────────────────────────────────────────────────────────────────────


async def beat(service: Service, alive_since: datetime) -> bool:
    """Notes that the bot can do its work; False if it cannot: something has been due, or unanswered, for too long.

    The first beat after a gap tells managers of it, and what became of the messages that fell due in it.
    """
    now = service.clock.now()
    async with service.db.write() as tx:
        if not await _on_time(tx, now):
            return False
        last = await runs.last(tx, heartbeat.NAME)
        if last is not None and now - last > LATE:
            await _tell_gap(tx, last, now, alive_since)
        await runs.note(tx, heartbeat.NAME, now)
    service.wake()
    return True


async def _on_time(tx: AsyncConnection, now: datetime) -> bool:
    due, (waiting, _) = await watching.due(tx, now), await watching.updates(tx)
    return all(one.oldest is None or now - one.oldest <= LATE for one in (due, waiting))


async def _tell_gap(tx: AsyncConnection, last: datetime, now: datetime, alive_since: datetime) -> None:
    """`stopped`: the whole process was gone for a while; else it ran, and could not do its work."""
    stopped = alive_since > last
    until = alive_since if stopped else now
    fell = await watching.fell_due(tx, last, until)
    params = {"start": _seconds(last), "end": _seconds(until), "late": fell.late, "missed": fell.missed}
    await _tell(tx, "gap_behind", str(_seconds(last)), {**params, "stopped": int(stopped)}, now)


# ── What managers are told ──────────────────────────────────────────────────────────────────────────────────────────


async def note_late(tx: AsyncConnection, row: Row, now: datetime) -> None:
    """An alert has left that was due too long ago: managers are told, once in an hour however many there were."""
    due = due_first(row)
    if row.owed.family == "ladder" and row.owed.to is not To.INDIVIDUAL and now - due > LATE:
        params = {"due": _seconds(due), "sent": _seconds(now)}
        await _tell(tx, "alert_late", f"{now:%Y%m%d%H}", params, now)


def due_first(row: Row) -> datetime:
    """When a message was due before trouble on the way to Telegram put it off."""
    seconds = row.owed.params.get(DUE_FIRST)
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else row.owed.due_at


def remembering_due(row: Row) -> Params:
    """The params of a message that trouble puts off: how late it is in the end counts from when it was first due."""
    return {DUE_FIRST: _seconds(row.owed.due_at), **row.owed.params}


def due_anew(row: Row) -> Params:
    """The params of a message that somebody else is owed in its place: it has not been tried."""
    return {name: value for name, value in row.owed.params.items() if name != DUE_FIRST}


async def import_refused(service: Service, problems: int) -> None:
    """An import came and nothing of it was written: managers are told, once a day however often it is tried."""
    now = service.clock.now()
    async with service.db.write() as tx:
        last = await reports.last_import(tx)
        params = {"problems": problems, "last": _seconds(last) if last is not None else 0}
        event = service.calendar.day(now).isoformat()
        await _tell(tx, "import_refused", event, params, now, about=Subject("import", params["last"]))
    service.wake()


async def each_morning(service: Service) -> dict[str, int]:
    """Tells managers what still stands: a pause every morning, an import that did not come once."""
    now = service.clock.now()
    async with service.db.write() as tx:
        told = {"paused": await pausing.remind(tx, now), "import": await _import_overdue(service, tx, now)}
    service.wake()
    return {name: int(one) for name, one in told.items()}


async def _import_overdue(service: Service, tx: AsyncConnection, now: datetime) -> bool:
    """Only once there has been an import: until then nobody expects one."""
    last, expected = await reports.last_import(tx), service.policy.import_expected_days
    if last is None or not import_old(service, last):
        return False
    params, about = {"last": _seconds(last), "days": expected}, Subject("import", _seconds(last))
    due = service.calendar.next_opening(now)
    return await _tell(tx, "import_overdue", str(_seconds(last)), params, now, due, about)


@loads_one("import")
async def about_import(source: Source, last: int) -> AboutImport:
    """An import is named by its moment in seconds; 0: there was none."""
    newest = await reports.last_import(source.tx)
    return AboutImport(newest is not None and _seconds(newest) > last)


def import_old(service: Service, last: datetime) -> bool:
    """Whether an import is older than the council expects one to be; never, if it expects none."""
    expected = service.policy.import_expected_days
    today = service.calendar.day(service.clock.now())
    return expected > 0 and service.calendar.day(last) < service.calendar.working_days_back(today, expected)


async def _tell(
    tx: AsyncConnection,
    kind: str,
    event: str,
    params: Params,
    now: datetime,
    due: datetime | None = None,
    about: Subject = NOTHING,
) -> bool:
    """Owes every manager one message about an event, which waits until one of them can be told; False if it has been
    owed before."""
    owed = Owed(kind, about, To.MANAGER, due or now, step=event, params=params, family=UNTIL_TOLD)
    return await outbox.owe_if_new(tx, owed, now)


def _seconds(at: datetime) -> int:
    """A moment as a parameter: whole seconds since 1970."""
    return int(at.timestamp())

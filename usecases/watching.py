"""What a living bot sees of itself: its figures, its heartbeat, and what managers should hear of in the chat."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import outbox, reports, runs, switches, watching
from db.watching import Waiting
from domain.compliance import UNTIL_TOLD
from domain.facts import AboutImport
from domain.outbox import NOTHING, Owed, Params, Row, Subject, To, Trouble
from domain.pausing import SENDING
from domain.retrying import DUE_FIRST, PUT_OFF
from usecases import heartbeat, pausing
from usecases.service import Service
from usecases.subjects import Source, loads_one

LATE = timedelta(minutes=5)  # after which what is due, or waits for an answer, is late (issue: reminders)
PROVED = timedelta(minutes=2)  # until managers who were told of a late alert have shown whether they can be told


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
        put_off = await watching.put_off(tx)
        return Figures(
            await watching.by_status(tx),
            _with(put_off, await watching.due(tx, now)),
            await watching.late_alerts(tx, now, now - LATE) + len(_late_alerts(put_off, now)),
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
        put_off = await watching.put_off(tx)
        for hour, row in {_hour(due_first(row) + LATE): row for row in _late_alerts(put_off, now)}.items():
            await _tell_late(tx, row, hour, now, seen=now)
        able = await _on_time(tx, put_off, now) and not await _cut_off(tx, put_off, now)
        if able:
            last = await runs.last(tx, heartbeat.NAME)
            if last is not None and now - last > LATE:
                await _tell_gap(tx, last, now, alive_since)
            await runs.note(tx, heartbeat.NAME, now)
    service.wake()
    return able


async def _on_time(tx: AsyncConnection, put_off: Iterable[Row], now: datetime) -> bool:
    """Whether what is due is tried: what trouble has put off, too, when it is due again."""
    due, (waiting, _) = await watching.due(tx, now), await watching.updates(tx)
    since = [row.owed.due_at for row in put_off] + [one.oldest for one in (due, waiting) if one.oldest is not None]
    return all(now - one <= LATE for one in since)


async def _cut_off(tx: AsyncConnection, put_off: Iterable[Row], now: datetime) -> bool:
    """Whether Telegram takes nothing any more. That is no word about one chat: what it has taken since from anybody
    shows that it is there, and one chat that is told to wait is no trouble of Telegram's. What is owed as a text
    message goes another way."""
    last = await watching.last_accepted(tx)
    late = [
        row
        for row in put_off
        if row.reason in (Trouble.BUSY.reason, Trouble.UNKNOWN.reason)
        and now - due_first(row) > LATE + PROVED
        and (last is None or _seconds(last) <= _seconds(_moment(row, PUT_OFF)))
    ]
    chats = {
        (row.owed.to, row.owed.to_id, row.owed.individual_id if row.owed.to is To.INDIVIDUAL else None) for row in late
    }
    return len(chats) > 1 or any(row.reason == Trouble.UNKNOWN.reason for row in late)


def _with(put_off: Sequence[Row], due: Waiting) -> Waiting:
    """What is due, and what was due when trouble put it off: that waits since it was first due."""
    since = [*map(due_first, put_off), *([due.oldest] if due.oldest is not None else [])]
    return Waiting(due.number + len(put_off), min(since, default=None))


def _late_alerts(put_off: Iterable[Row], now: datetime) -> list[Row]:
    return [row for row in put_off if _is_alert(row) and now - due_first(row) > LATE]


def _is_alert(row: Row) -> bool:
    return row.owed.family == "ladder" and row.owed.to is not To.INDIVIDUAL


async def _tell_gap(tx: AsyncConnection, last: datetime, now: datetime, alive_since: datetime) -> None:
    """`stopped`: the whole process was gone for a while; else it ran, and could not do its work."""
    stopped = alive_since > last
    until = alive_since if stopped else now
    fell = await watching.fell_due(tx, last, until, LATE)
    params = {"start": _seconds(last), "end": _seconds(until), "late": fell.late, "missed": fell.missed}
    await _tell(tx, "gap_behind", str(_seconds(last)), {**params, "stopped": int(stopped)}, now)


# ── What managers are told ──────────────────────────────────────────────────────────────────────────────────────────


async def note_late(tx: AsyncConnection, row: Row, now: datetime) -> None:
    """An alert has left that was due too long ago: managers are told."""
    if _is_alert(row) and now - due_first(row) > LATE:
        await _tell_late(tx, row, _hour(now), now, sent=now)


async def _tell_late(tx: AsyncConnection, row: Row, hour: str, now: datetime, **when: datetime) -> None:
    """Once in an hour, however many alerts became late in it, or left late. One that is told of while it still waits is
    told of again only if it leaves in another hour."""
    params = {"due": _seconds(due_first(row)), **{name: _seconds(one) for name, one in when.items()}}
    await _tell(tx, "alert_late", hour, params, now)


def _hour(at: datetime) -> str:
    return f"{at:%Y%m%d%H}"


def due_first(row: Row) -> datetime:
    """When a message was due before trouble on the way to Telegram put it off."""
    return _moment(row, DUE_FIRST)


def put_off_first(row: Row, now: datetime) -> datetime:
    """When trouble first put a message off: now, if it has not yet."""
    return _moment(row, PUT_OFF) if PUT_OFF in row.owed.params else now


def _moment(row: Row, name: str) -> datetime:
    seconds = row.owed.params.get(name)
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else row.owed.due_at


def remembering_due(row: Row, now: datetime) -> Params:
    """The params of a message that trouble puts off: how late it is in the end counts from when it was first due."""
    return {DUE_FIRST: _seconds(row.owed.due_at), PUT_OFF: _seconds(now), **row.owed.params}


def due_anew(row: Row) -> Params:
    """The params of a message that somebody else is owed in its place: it has not been tried."""
    return {name: value for name, value in row.owed.params.items() if name not in (DUE_FIRST, PUT_OFF)}


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
        told = {"paused": await pausing.remind(service, tx), "import": await _import_overdue(service, tx, now)}
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

"""The kill switch: a manager pauses all that is sent unasked, and starts it again without a flood."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db import bulk, items, outbox, people, switches
from domain.facts import AboutPause
from domain.outbox import Answer, Owed, Row, Status, Subject, To, edit, send
from domain.pausing import HELD, SENDING, newest, waiting
from domain.people import Act
from usecases import access, ladders
from usecases.service import Service, Work, use_case
from usecases.subjects import Source, loads_one

NEW = timedelta(hours=1)  # a pause that everybody has just heard of
log = structlog.get_logger()


@loads_one("pause")
async def about_pause(source: Source, staff_id: int) -> AboutPause:
    """How things stand; `staff_id` is who acted, 0 for the command line."""
    off, held = await switches.off(source.tx, SENDING), await outbox.held(source.tx, HELD)
    by = (await people.everybody_on_staff(source.tx)).get(staff_id)
    return AboutPause(off.at if off is not None else None, by, *waiting(held))


def _about(by: int | None) -> Subject:
    return Subject("pause", by or 0)


async def _standing(tx: AsyncConnection) -> Answer | None:
    """That sending is paused already, and by whom."""
    off = await switches.off(tx, SENDING)
    return send("sending_paused", _about(off.by)) if off is not None else None


@use_case
async def ask_pause(work: Work) -> Sequence[Answer]:
    """/pause: what it means, and one tap to be sure."""
    me = await access.require(work, Act.PAUSE)
    return [await _standing(work.tx) or send("pause_sure", _about(me.id))]


@use_case
async def ask_resume(work: Work) -> Sequence[Answer]:
    """/resume: what waits, and one tap to be sure."""
    me = await access.require(work, Act.PAUSE)
    kind = "resume_sure" if await _standing(work.tx) else "pause_none"
    return [send(kind, _about(me.id))]


@use_case
async def pause(work: Work) -> Sequence[Answer]:
    """*Yes, pause sending*: at once, and every manager is told."""
    me = await access.require(work, Act.PAUSE)
    if await _standing(work.tx) is None:
        await _pause(work.tx, me.id, work.now)
    off = await switches.off(work.tx, SENDING)
    return [edit("sending_paused", _about(off.by if off is not None else None))]


@use_case
async def resume(work: Work) -> Sequence[Answer]:
    """*Yes, send again*: what still helps goes, alerts first, and every manager is told."""
    me = await access.require(work, Act.PAUSE)
    if await _standing(work.tx) is None:
        return [edit("pause_none", _about(me.id))]
    await _resume(work.service, work.tx, me.id)
    return [edit("sending_resumed", _about(me.id))]


async def pause_from_command_line(service: Service) -> bool:
    """`minder pause`: False if it was paused already."""
    async with service.db.write() as tx:
        if await switches.off(tx, SENDING) is not None:
            return False
        await _pause(tx, None, service.clock.now())
    return True


async def resume_from_command_line(service: Service) -> bool:
    """`minder resume`: False if nothing was paused."""
    async with service.db.write() as tx:
        if await switches.off(tx, SENDING) is None:
            return False
        await _resume(service, tx, None)
    return True


async def since(service: Service) -> datetime | None:
    """Since when sending is paused; None: it is not."""
    async with service.db.read() as tx:
        off = await switches.off(tx, SENDING)
    return off.at if off is not None else None


async def remind(service: Service, tx: AsyncConnection) -> bool:
    """Tells managers that sending is still paused, if it is. Once a morning, however often it is asked for."""
    off, now = await switches.off(tx, SENDING), service.clock.now()
    if off is None or now - off.at < NEW:
        return False
    news = _news("sending_still_paused", off.by, now, service.calendar.day(now).isoformat())
    return await outbox.owe_if_new(tx, news, now)


# ── What it does ────────────────────────────────────────────────────────────────────────────────────────────────────


async def _pause(tx: AsyncConnection, by: int | None, now: datetime) -> None:
    await switches.turn_off(tx, SENDING, now, by)
    await outbox.owe(tx, _news("sending_paused", by, now), now)
    log.warning("sending_paused", by=by)


async def _resume(service: Service, tx: AsyncConnection, by: int | None) -> None:
    now = service.clock.now()
    await switches.turn_on(tx, SENDING)
    await _plan_anew(service, tx, await outbox.held(tx, HELD))
    await outbox.owe(tx, _news("sending_resumed", by, now), now)
    log.warning("sending_resumed", by=by)


async def _plan_anew(service: Service, tx: AsyncConnection, held: Sequence[Row]) -> None:
    """A ladder begins where it was stopped, each step again counted from the one before; of several messages to an
    individual about one thing the last one goes, if it is not too late for it."""
    now = service.clock.now()
    await _ladders(service, tx, [row for row in held if row.owed.family == "ladder"])
    theirs = [row for row in held if row.owed.to is To.INDIVIDUAL]
    passed_over = {row.id for row in theirs} - set(newest(theirs))
    for part in bulk.chunks(passed_over):
        await outbox.settle(tx, part, Status.MISSED, HELD, now)
    await outbox.let_go(tx, HELD, now)


async def _ladders(service: Service, tx: AsyncConnection, held: Iterable[Row]) -> None:
    now = service.clock.now()
    rungs: dict[int, set[To]] = {}
    for row in held:
        rungs.setdefault(row.owed.subject.id, set()).add(row.owed.to)
    for id_, item in (await items.items_by_id(tx, rungs)).items():
        await ladders.go_on(service, tx, item, rungs[id_], now, "planned_anew")


def _news(kind: str, by: int | None, now: datetime, event: str = "") -> Owed:
    return Owed(kind, _about(by), To.MANAGER, now, step=event or now.isoformat())

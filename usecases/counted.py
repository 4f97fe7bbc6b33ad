"""Figures that take long to count are counted before the writing transaction begins: nobody waits for them but whoever
asked. Who turns pages soon after reads on in the same figures."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import people
from domain.outbox import Subject
from domain.outcomes import Report
from domain.people import Act, Relation, may
from usecases.service import Service, Turn

FRESH = timedelta(minutes=5)


async def beforehand(
    service: Service, turn: Turn, subject: Subject, draw: Callable[[AsyncConnection], Awaitable[Report]]
) -> None:
    """Draws a report and keeps it, unless that was done a moment ago, or whoever asks may not see one."""
    if fresh(service, subject) is None:
        async with service.db.read() as tx:
            if await _may_ask(service, tx, turn):
                service.counted.clear()
                service.counted[subject] = await draw(tx)


def fresh(service: Service, subject: Subject) -> Report | None:
    """Figures of a moment ago."""
    kept = service.counted.get(subject)
    return kept if isinstance(kept, Report) and service.clock.now() - kept.as_of < FRESH else None


async def _may_ask(service: Service, tx: AsyncConnection, turn: Turn) -> bool:
    chat, _ = await people.speaker(tx, service.db.keys.hashes(turn.chat_id))
    staff = (await people.everybody_on_staff(tx)).get(chat.staff_id or 0) if chat is not None else None
    return staff is not None and may(staff, Act.REPORT, Relation(), service.calendar.day(service.clock.now()))

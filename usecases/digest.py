"""The morning digest: on working days at 08:30 staff are sent what the day brings, each once.

It is owed to everybody who can be told; what is in it, and whether there is anything to say at all, is found out at the
moment of sending (domain/truth.py).
"""

from dataclasses import replace
from datetime import date, time

from sqlalchemy.ext.asyncio import AsyncConnection

from db import desk, outbox
from domain.outbox import Owed, Subject, To
from domain.people import Role, Staff
from usecases import rota
from usecases.service import Service

AT = time(8, 30)
UNTIL = time(12)  # later than this it is no morning's list any more
CASELOAD = frozenset({Role.OFFICER, Role.CASE_MANAGER, Role.YOUTH_TEAM})
_TOLD = CASELOAD | {Role.SUPERVISOR, Role.DUTY, Role.MANAGER}


async def each_morning(service: Service) -> dict[str, int]:
    """Owes today's digest to everybody who works today and can be told: not away, not off, with a chat."""
    now, calendar = service.clock.now(), service.calendar
    day = calendar.day(now)
    if not calendar.working(day) or not calendar.at(day, AT) <= now < calendar.at(day, UNTIL):
        return {"digests": 0}
    async with service.db.write() as tx:
        roster = await rota.roster(service, tx)
        told = [one for id_, one in roster.staff.items() if roster.reachable(id_) and one.roles & _TOLD]
        owed = [await outbox.owe(tx, _digest(service, one, day), now) for one in told]
    service.wake()
    return {"digests": sum(owed)}


def _digest(service: Service, one: Staff, day: date) -> Owed:
    due, until = service.calendar.at(day, AT), service.calendar.at(day, UNTIL)
    about = Subject("digest", one.id)
    return Owed("digest", about, To.STAFF, due, expires_at=until, step=day.isoformat(), to_id=one.id)


async def dates_of(tx: AsyncConnection, staff: Staff, day: date) -> list[int]:
    """The dates of a day of those whom somebody works with, and of those whose worker they cover, by start."""
    if not staff.roles & CASELOAD:
        return []
    found = await desk.dates_of_workers(tx, {staff.id} | staff.covering(day), day)
    youths = await desk.dates_of_youths(tx, day) if Role.YOUTH_TEAM in staff.roles else []
    return list(dict.fromkeys([*found, *youths]))


async def today(service: Service, tx: AsyncConnection, staff: Staff) -> Staff:
    """As what things are somebody's to deal with today: duty only for whoever is on duty, and as cover only of those
    who are away."""
    roster = await rota.roster(service, tx)
    on_duty = {Role.DUTY} if Role.DUTY in staff.roles and staff.id in roster.on_duty() else set()
    away = frozenset(id_ for id_ in staff.covers if roster.why_not(id_) in ("away", "left"))
    return replace(staff, roles=staff.roles & CASELOAD | on_duty, covers=away)

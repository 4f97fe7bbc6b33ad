"""The morning digest: on working days at 08:30 staff are sent what the day brings, each once.

It is owed to everybody who can be told; what is in it, and whether there is anything to say at all, is found out at the
moment of sending (domain/truth.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, time

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, outbox
from db import desk as store
from domain.about import Facts
from domain.facts import AboutDigest
from domain.outbox import Owed, Saying, Subject, To
from domain.people import Role, Staff
from usecases import appointments, deadlines, desk, moderating, rota
from usecases.deadlines import Due
from usecases.service import Service
from usecases.subjects import Source, adds_to, loads_of_staff

AT = time(8, 30)
SEPARATOR = "+"  # between the limits that one digest tells of
UNTIL = time(12)  # later than this it is no morning's list any more
CASELOAD = frozenset({Role.OFFICER, Role.CASE_MANAGER, Role.YOUTH_TEAM})
_TOLD = CASELOAD | {Role.SUPERVISOR, Role.DUTY, Role.MANAGER, Role.MODERATOR}


async def each_morning(service: Service) -> dict[str, int]:
    """Owes today's digest to everybody who works today and can be told: not away, not off, with a chat."""
    now, calendar = service.clock.now(), service.calendar
    day = calendar.day(now)
    if not calendar.working(day) or not calendar.at(day, AT) <= now < calendar.at(day, UNTIL):
        return {"digests": 0}
    async with service.db.read() as tx:
        due = await deadlines.due_soon(service, tx, await rota.roster(service, tx))
    async with service.db.write() as tx:
        roster = await rota.roster(service, tx)
        told = [one for id_, one in roster.staff.items() if roster.reachable(id_) and one.roles & _TOLD]
        owed = [await outbox.owe(tx, _digest(service, one, day, due.get(one.id, ())), now) for one in told]
    service.wake()
    return {"digests": sum(owed)}


def _digest(service: Service, one: Staff, day: date, due: Sequence[Due]) -> Owed:
    at, until = service.calendar.at(day, AT), service.calendar.at(day, UNTIL)
    params = {"due": SEPARATOR.join(f"{order_id}:{clock}:{number}" for order_id, clock, number in due)} if due else {}
    about = Subject("digest", one.id)
    return Owed("digest", about, To.STAFF, at, expires_at=until, step=day.isoformat(), to_id=one.id, params=params)


async def dates_of(tx: AsyncConnection, staff: Staff, day: date) -> list[int]:
    """The dates of a day of those whom somebody works with, and of those whose worker they cover, by start."""
    if not staff.roles & CASELOAD:
        return []
    found = await store.dates_of_workers(tx, {staff.id} | staff.covering(day), day)
    youths = await store.dates_of_youths(tx, day) if Role.YOUTH_TEAM in staff.roles else []
    return list(dict.fromkeys([*found, *youths]))


async def today(service: Service, tx: AsyncConnection, staff: Staff) -> Staff:
    """As what things are somebody's to deal with today: duty only for whoever is on duty, and as cover only of those
    who are away."""
    roster = await rota.roster(service, tx)
    on_duty = {Role.DUTY} if Role.DUTY in staff.roles and staff.id in roster.on_duty() else set()
    away = frozenset(id_ for id_ in staff.covers if roster.why_not(id_) in ("away", "left"))
    return replace(staff, roles=staff.roles & CASELOAD | on_duty, covers=away)


@loads_of_staff("digest")
async def about_digest(source: Source, staff: Staff) -> AboutDigest:
    """A day of one member of staff. Sessions are named apart from the dates of their own people."""
    day = source.today
    acting = await today(source.service, source.tx, staff)
    ids = await dates_of(source.tx, acting, day)
    sessions = [
        found for found in (await dates.sessions_of(source.tx, staff.id, day)).values() if not set(found) <= set(ids)
    ]
    known = await appointments.about(source.tx, {*ids, *(id_ for session in sessions for id_ in session)}, day)
    manager = Role.MANAGER in staff.roles
    return AboutDigest(
        staff,
        day,
        dates=tuple(known[id_] for id_ in ids if not known[id_].on_hold),
        sessions=tuple(tuple(known[id_] for id_ in session) for session in sessions),
        waiting=(await desk.about(source, acting)).waiting if acting.roles else (),
        listed=(await desk.about(source, staff)).listed or () if manager else (),
        unread=await moderating.waiting_for(source, staff),
    )


@adds_to("digest")
async def _with_due(
    source: Source, known: Mapping[Subject, Facts], sayings: Sequence[Saying]
) -> Mapping[Subject, AboutDigest]:
    """The limits that are near, which were found once for everybody: each stands in what is to be said."""
    wanted = {one.subject: _due(one) for one in sayings}
    found = await deadlines.about_due(
        source.service, source.tx, {due for several in wanted.values() for due in several}
    )
    return {
        subject: replace(about, due=tuple(found[due] for due in several if due in found))
        for subject, several in wanted.items()
        if isinstance(about := known.get(subject), AboutDigest)
    }


def _due(saying: Saying) -> list[Due]:
    parts = [one.split(":") for one in str(saying.params.get("due", "")).split(SEPARATOR) if one]
    return [(int(order_id), clock, int(number)) for order_id, clock, number in parts]

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
from domain.desk import Waiting
from domain.facts import AboutDigest
from domain.outbox import Owed, Saying, Subject, To
from domain.people import Role, Staff
from domain.routing import Roster
from usecases import appointments, deadlines, desk, giving, moderating, rota, vacant
from usecases.deadlines import Due
from usecases.service import Service
from usecases.subjects import Reading, Source, adds_to, loads

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
        unrun = await vacant.near(Reading(service, tx, now), calendar.next_working_day(day))
    async with service.db.write() as tx:
        roster = await rota.roster(service, tx)
        told = [one for id_, one in roster.staff.items() if roster.reachable(id_) and one.roles & _TOLD]
        found = {one.id: (due.get(one.id, ()), unrun.get(one.id, ())) for one in told}
        owed = [await outbox.owe_if_new(tx, _digest(service, one, day, *found[one.id]), now) for one in told]
    service.wake()
    return {"digests": sum(owed)}


def _digest(service: Service, one: Staff, day: date, due: Sequence[Due], unrun: Sequence[int]) -> Owed:
    at, until = service.calendar.at(day, AT), service.calendar.at(day, UNTIL)
    params = {"due": SEPARATOR.join(f"{order_id}:{clock}:{number}" for order_id, clock, number in due)} if due else {}
    params |= {"vacant": SEPARATOR.join(map(str, unrun))} if unrun else {}
    about = Subject("digest", one.id)
    return Owed("digest", about, To.STAFF, at, expires_at=until, step=day.isoformat(), to_id=one.id, params=params)


async def dates_of(tx: AsyncConnection, staff: Staff, day: date) -> list[int]:
    """The dates of a day of those whom somebody works with, and of those whose worker they cover, by start."""
    if not staff.roles & CASELOAD:
        return []
    found = await store.dates_of_workers(tx, {staff.id} | staff.covering(day), day)
    youths = await store.dates_of_youths(tx, day) if Role.YOUTH_TEAM in staff.roles else []
    return list(dict.fromkeys([*found, *youths]))


def today(roster: Roster, staff: Staff) -> Staff:
    """As what things are somebody's to deal with today: duty only for whoever is on duty, and as cover only of those
    who are away."""
    on_duty = {Role.DUTY} if Role.DUTY in staff.roles and staff.id in roster.on_duty() else set()
    away = frozenset(id_ for id_ in staff.covers if roster.why_not(id_) in ("away", "left"))
    return replace(staff, roles=staff.roles & CASELOAD | on_duty, covers=away)


@loads("digest")
async def about_digests(source: Source, ids: Sequence[int]) -> dict[int, AboutDigest]:
    """The day of each of these members of staff: all of a morning's are gathered together, and what is open is the same
    for all of them."""
    roster = await rota.roster(source.service, source.tx)
    several = [roster.staff[id_] for id_ in ids if id_ in roster.staff]
    acting = {one.id: today(roster, one) for one in several}
    managers = [one for one in several if Role.MANAGER in one.roles]
    desks = iter(await desk.about_each(source, [*(one for one in acting.values() if one.roles), *managers]))
    waiting = {id_: next(desks).waiting for id_, one in acting.items() if one.roles}
    listed = {one.id: next(desks).listed or () for one in managers}
    return {
        one.id: await _about(source, one, acting[one.id], waiting.get(one.id, ()), listed.get(one.id, ()))
        for one in several
    }


async def _about(
    source: Source, staff: Staff, acting: Staff, waiting: tuple[Waiting, ...], listed: tuple[Waiting, ...]
) -> AboutDigest:
    """A day of one member of staff. Sessions are named apart from the dates of their own people."""
    day = source.today
    ids = await dates_of(source.tx, acting, day)
    run = (await dates.sessions_of(source.tx, staff.id, day)).values()
    known = await appointments.about(source.tx, {*ids, *(id_ for session in run for id_ in session)}, day)
    expected = [[id_ for id_ in session if known[id_].counts] for session in run]
    return AboutDigest(
        staff,
        day,
        dates=tuple(known[id_] for id_ in ids if known[id_].counts),
        sessions=tuple(tuple(known[id_] for id_ in session) for session in expected if not set(session) <= set(ids)),
        waiting=waiting,
        listed=listed,
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


@adds_to("digest")
async def _with_vacant(
    source: Source, known: Mapping[Subject, Facts], sayings: Sequence[Saying]
) -> Mapping[Subject, AboutDigest]:
    """The sessions that nobody runs, which were found in the same way; without those that somebody runs by now."""
    wanted = {one.subject: _ids(one) for one in sayings}
    found = {}
    for id_ in {id_ for several in wanted.values() for id_ in several}:
        choice = await giving.about_choice(source, id_)
        if choice is not None and choice.chosen.vacant:
            found[id_] = choice.chosen
    return {
        subject: replace(about, vacant=tuple(found[id_] for id_ in several if id_ in found))
        for subject, several in wanted.items()
        if several and isinstance(about := known.get(subject), AboutDigest)
    }


def _ids(saying: Saying) -> list[int]:
    return [int(one) for one in str(saying.params.get("vacant", "")).split(SEPARATOR) if one]


def _due(saying: Saying) -> list[Due]:
    parts = [one.split(":") for one in str(saying.params.get("due", "")).split(SEPARATOR) if one]
    return [(int(order_id), clock, int(number)) for order_id, clock, number in parts]

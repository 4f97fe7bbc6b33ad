"""Sessions of which something is still to be recorded: who runs one is asked once, then it is on the manager's list.

The question is a row of the outbox, planned for the day's sessions in the night, after each import and when a session
is given away: nothing has to look every few minutes, and a restart loses nothing. Whether anything is missing by then
is asked at the moment of sending. It never becomes an absence by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, holds, items, outbox
from db.prepared import together
from domain.appointments import Appointment, Session
from domain.compliance import Kind
from domain.facts import AboutSession
from domain.outbox import Owed, Subject, To
from usecases import appointments, following
from usecases import items as open_items
from usecases.service import Service
from usecases.subjects import Source, loads, loads_one

ASK_AFTER = timedelta(minutes=30)  # after the session's end (issue: register)
LISTED_AT = time(10)  # on the next working day (issue: register)
LOOK_BACK = 5  # working days: what a bot that was down for a week still puts on the list
FAMILY = "unrecorded"
REGISTER_PAGE = 20  # people on one message: it holds 4,096 characters, work limits included
Members = Mapping[Session, Sequence[Appointment]]


async def plan_questions(service: Service, tx: AsyncConnection) -> int:
    """Makes the questions ahead be those of today's sessions, for those who run them now. Returns how many."""
    now = service.clock.now()
    today = service.calendar.day(now)
    planned = outbox.reading_planned(FAMILY)
    await planned.later(tx)
    members = await _expected(tx, await dates.sessions_between(tx, today, today))
    wanted = [_question(service, session, found) for session, found in members.items() if session.staff_id]
    subjects = {owed.subject for owed in wanted} | planned.found
    if subjects:
        await outbox.plan(tx, subjects, FAMILY, wanted, now, "planned_anew")
    return len(wanted)


def _question(service: Service, session: Session, members: Sequence[Appointment]) -> Owed:
    over = max(one.over_at for one in members)
    return Owed(
        kind="unrecorded",
        subject=Subject("unrecorded", min(one.id for one in members)),
        to=To.STAFF,
        to_id=session.staff_id,
        due_at=over + ASK_AFTER,
        expires_at=listed_at(service, session.day),
        step=session.day.isoformat(),
        family=FAMILY,
    )


def listed_at(service: Service, day: date) -> datetime:
    """When a session of that day goes on the manager's list."""
    return service.calendar.at(service.calendar.next_working_day(day), LISTED_AT)


async def plan_today(service: Service) -> dict[str, int]:
    """Each night: the questions of the day."""
    async with service.db.write() as tx:
        planned = await plan_questions(service, tx)
    service.wake()
    return {"questions": planned}


async def list_unrecorded(service: Service) -> dict[str, int]:
    """At 10:00 of a working day: each session before today of which something is missing is one item for managers;
    what has been recorded since, or is not expected any more, is off the list."""
    now = service.clock.now()
    today = service.calendar.day(now)
    if not service.calendar.working(today):
        return {}
    first = service.calendar.working_days_back(today, LOOK_BACK)
    async with service.db.write() as tx:
        closed = await close_recorded(service, tx)
        missing = await _expected(tx, await dates.unrecorded_between(tx, first, today - timedelta(days=1)))
        listed = await _list(service, tx, missing)
    service.wake()
    return {"listed": listed, "closed": closed}


async def _list(service: Service, tx: AsyncConnection, missing: Members) -> int:
    """Once per session, without a ladder: managers get one message for all that came on their list together."""
    named = {_once(session): members[0] for session, members in missing.items()}
    known = await items.standing(tx, named)
    return sum([await _put_on_list(service, tx, once, one) for once, one in named.items() if once not in known])


def _once(session: Session) -> str:
    return f"unrecorded:{session.day.isoformat()}:{session.place_id}:{session.staff_id}"


async def _put_on_list(service: Service, tx: AsyncConnection, once: str, one: Appointment) -> bool:
    order = (await dates.orders_by_id(tx, [one.order_id]))[one.order_id]
    now = service.clock.now()
    item, new = await items.open_once(tx, Kind.UNRECORDED, once, order.individual_id, order.id, now, one.id)
    if new:
        await following.put_on_list(service, tx, item, FAMILY)
    return new


async def close_recorded(service: Service, tx: AsyncConnection) -> int:
    """Takes off the list what has been recorded since, was called off, or is nobody's any more."""
    listed = await items.open_of_kind(tx, Kind.UNRECORDED)
    if not listed:
        return 0
    hung_on = await dates.appointments_by_id(tx, {one.appointment_id or 0 for one in listed})
    days = {one.day for one in hung_on.values()}
    missing = await _expected(tx, await dates.unrecorded_between(tx, min(days), max(days)))
    done = [one for one in listed if hung_on[one.appointment_id or 0].on_register not in missing]
    for one in done:
        await open_items.conclude(service, tx, one)
    return len(done)


async def follow(service: Service, tx: AsyncConnection) -> None:
    """After an import: what it brought may be sessions of today, or outcomes that were missing."""
    await plan_questions(service, tx)
    await close_recorded(service, tx)


async def _expected(tx: AsyncConnection, sessions: Members) -> dict[Session, list[Appointment]]:
    """Without those whose order is on hold on the day, or who were told not to come; a session of nobody else is left
    out."""
    if not sessions:
        return {}
    every = {one.id: one for members in sessions.values() for one in members}
    off, theirs = items.reading_stood_off(every), holds.reading_of(one.order_id for one in every.values())
    await together(tx, off, theirs)
    told = {id_ for id_, (_, at) in off.found.items() if every[id_].not_moved_since(at)}
    held = holds.kinds(theirs.found, [(one.order_id, one.day) for one in every.values()])
    found = {
        session: [one for one in members if (one.order_id, one.day) not in held and one.id not in told]
        for session, members in sessions.items()
    }
    return {session: members for session, members in found.items() if members}


@loads("unrecorded")
async def about_unrecorded(source: Source, ids: Iterable[int]) -> dict[int, AboutSession]:
    """Of the session of each of these dates: those of whom nothing is recorded, by start. None missing: no rows."""
    found = {}
    for id_, one in (await dates.appointments_by_id(source.tx, ids)).items():
        session = one.on_register
        missing = await _expected(source.tx, await dates.unrecorded_between(source.tx, one.day, one.day))
        rows = await appointments.about(source.tx, [each.id for each in missing.get(session, ())])
        shown = tuple(sorted(rows.values(), key=lambda about: (about.appointment.starts_at, about.appointment.id)))
        place = shown[0].place if shown else None
        found[id_] = AboutSession(session, place, shown, expected=len(shown))
    return found


@loads_one("session")
async def _about(source: Source, appointment_id: int) -> AboutSession | None:
    return await about_session(source.tx, appointment_id)


async def about_session(tx: AsyncConnection, appointment_id: int) -> AboutSession | None:
    """The page of the register that an appointment is on. A session is named by any one of its appointments."""
    one = (await dates.appointments_by_id(tx, [appointment_id])).get(appointment_id)
    if one is None:
        return None
    ids = await dates.session_members(tx, one.on_register)
    start = ids.index(appointment_id) // REGISTER_PAGE * REGISTER_PAGE if appointment_id in ids else 0
    page = ids[start : start + REGISTER_PAGE]
    rows = await appointments.about(tx, ids)
    shown = tuple(rows[id_] for id_ in page)
    off = sum(not row.counts for row in rows.values())
    return AboutSession(one.on_register, shown[0].place if shown else None, shown, start + 1, len(ids), off)

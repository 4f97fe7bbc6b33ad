"""A session is given to somebody else to run: choose the session, choose the colleague."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, notes, people, traces
from db import outbox as owed
from domain.appointments import Appointment, Session
from domain.days import Span
from domain.errors import NotKnown, NotToday, Stale
from domain.facts import AboutAppointment, AboutChoice, AboutGiving, AboutLine, Planned
from domain.orders import Order
from domain.outbox import Answer, Owed, Subject, To, edit, send
from domain.people import MAY, Act, Relation, Role, Scope, Staff, may
from usecases import access, appointments, sessions, vacant
from usecases.service import Work, use_case
from usecases.subjects import Source, loads_of_staff, loads_one

AHEAD = timedelta(days=7)  # today and a week: whoever plans further does so in the case system
SHOWN_BELOW = frozenset({"digest", "runners_wanted"})  # messages that stay as they are when something on them is tapped


@use_case
async def offer(work: Work) -> Sequence[Answer]:
    """/give: the sessions of the week that are the speaker's to give, and those ahead whose runner is not there."""
    staff = await access.require(work, Act.GIVE_SESSION)
    return [send("give", Subject("giving", staff.id), page=0)]


@use_case
async def turn(work: Work, page: int) -> Sequence[Answer]:
    """Another page of them, in place of this one."""
    staff = await access.require(work, Act.GIVE_SESSION)
    say = await _here_or_below(work)
    return [say("give", Subject("giving", staff.id), page=page)]


@use_case
async def choose(work: Work, appointment_id: int, page: int) -> Sequence[Answer]:
    """A session was chosen: to whom?"""
    await _mine_to_give(work, appointment_id)
    say = await _here_or_below(work)
    return [say("give_to", Subject("choice", appointment_id), page=page)]


async def _here_or_below(work: Work) -> Callable[..., Answer]:
    tapped = await traces.ours(work.tx, work.chat.id, work.tapped) if work.chat and work.tapped else None
    return send if tapped is not None and tapped.kind in SHOWN_BELOW else edit


@use_case
async def give(work: Work, appointment_id: int, staff_id: int) -> Sequence[Answer]:
    """The colleague was chosen: they run it from now on, and both hear of it. A second tap changes nothing."""
    one = await _mine_to_give(work, appointment_id)
    to = (await people.everybody_on_staff(work.tx)).get(staff_id)
    if to is None or not can_run(to, one.day):
        raise Stale
    if one.staff_id != to.id:
        members = await dates.session_members(work.tx, one.on_register)
        await dates.give(work.tx, members, to.id)
        whose = await appointments.about(work.tx, members)
        await access.note(
            work, Act.GIVE_SESSION, sorted({about.individual.id for about in whose.values()}), "session given"
        )
        await sessions.plan_questions(work.service, work.tx)
        await _tell(work, one, to.id)
        await _tell_others_asked(work, members)
    return [edit("given", Subject("session", appointment_id))]


async def _tell(work: Work, one: Appointment, to_id: int) -> None:
    """Whoever runs it now, and whoever did; not the one who has just given it."""
    news = [("session_yours", to_id)] + ([("session_passed", one.staff_id)] if one.staff_id is not None else [])
    for kind, id_ in news:
        if id_ != work.as_staff().id:
            step = f"{work.update_id}-{id_}"
            told = Owed(kind, Subject("session", one.id), To.STAFF, work.now, step=step, to_id=id_)
            await owed.owe(work.tx, told, work.now)


async def _tell_others_asked(work: Work, members: Sequence[int]) -> None:
    """Whoever else was asked to find somebody sees in the same message that somebody is found."""
    chats = {chat.id: chat for chat in (await people.chats_of_staff(work.tx)).values()}
    for id_ in members:
        about = Subject("choice", id_)
        for shown in await traces.about(work.tx, about, ["runner_wanted"]):
            if shown.chat in chats and (work.chat is None or shown.chat != work.chat.id):
                step = f"{work.update_id}-{shown.message_id}"
                params, to_id = {"edit": shown.message_id}, chats[shown.chat].staff_id
                news = Owed("runner_found", about, To.STAFF, work.now, step=step, to_id=to_id, params=params)
                await owed.owe(work.tx, news, work.now)


async def _mine_to_give(work: Work, appointment_id: int) -> Appointment:
    """A date of a session that the speaker may give. Out of reach and not there raise the same NotKnown; one that is
    over NotToday; one that is off by now Stale."""
    staff = await access.require(work, Act.GIVE_SESSION)
    one = (await dates.appointments_by_id(work.tx, [appointment_id])).get(appointment_id)
    if one is None:
        raise NotKnown
    members = await dates.session_members(work.tx, one.on_register)
    workers = await _workers(work.tx, [*members, one.id])
    if not may(staff, Act.GIVE_SESSION, Relation(workers=workers), work.today):
        raise NotKnown
    if one.day < work.today:
        raise NotToday
    if not one.booked:
        raise Stale
    return one


async def _workers(tx: AsyncConnection, appointment_ids: Sequence[int]) -> frozenset[int]:
    """Who works with anybody on these dates."""
    known = await appointments.about(tx, appointment_ids)
    return frozenset(id_ for about in known.values() for id_ in about.order.workers)


def can_run(staff: Staff, day: date) -> bool:
    """Whether somebody may be given a session of a day: they run registers, and are there."""
    runs = MAY[Act.RUN_REGISTER]
    return staff.there_on(day) and any(runs.get(role, Scope.NOBODY) is Scope.SESSION for role in staff.roles)


@loads_of_staff("giving")
async def about_giving(source: Source, staff: Staff) -> AboutGiving:
    """The sessions of today and a week that somebody may give, and those further ahead whose runner is not there then,
    earliest first."""
    week = Span(source.today, source.today + AHEAD)
    found = await dates.sessions_between(source.tx, week.first, week.last)
    later = await vacant.found(source, Span(week.last + timedelta(days=1), week.last + vacant.AHEAD))
    found |= {one.session: list(one.dates) for one in later}
    known = await dates.orders_by_id(source.tx, {one.order_id for members in found.values() for one in members})
    everybody = await people.everybody_on_staff(source.tx)
    mine = {
        session: members
        for session, members in found.items()
        if may(staff, Act.GIVE_SESSION, _relation(members, known), source.today)
    }
    whose = await appointments.about(source.tx, [one.id for members in mine.values() for one in members])
    planned = [
        _planned(session, everybody.get(session.staff_id), [whose[one.id] for one in members])
        for session, members in mine.items()
    ]
    return AboutGiving(staff, tuple(planned))


def _planned(session: Session, runner: Staff | None, members: Sequence[AboutAppointment]) -> Planned:
    """A session, named by the first of its dates."""
    first = members[0]
    return Planned(first.appointment.id, session, first.place, runner, _expected(members))


def _expected(members: Iterable[AboutAppointment]) -> int:
    return sum(one.counts for one in members)


def _relation(members: Sequence[Appointment], orders: Mapping[int, Order]) -> Relation:
    return Relation(workers=frozenset(id_ for one in members for id_ in orders[one.order_id].workers))


@loads_one("choice")
async def about_choice(source: Source, appointment_id: int) -> AboutChoice | None:
    """A session, and who could run it: unpaid work supervisors first."""
    one = (await dates.appointments_in_full(source.tx, [appointment_id])).get(appointment_id)
    if one is None:
        return None
    session: Session = one.appointment.on_register
    members = await dates.session_members(source.tx, session)
    appointment_id = appointment_id if appointment_id in members else next(iter(members), appointment_id)
    everybody = await people.everybody_on_staff(source.tx)
    could = [staff for staff in everybody.values() if staff.id != session.staff_id and can_run(staff, session.day)]
    could.sort(key=lambda staff: (Role.SUPERVISOR not in staff.roles, staff.name, staff.id))
    expected = _expected((await appointments.about(source.tx, members)).values())
    planned = Planned(appointment_id, session, one.place, everybody.get(session.staff_id), expected)
    return AboutChoice(planned, tuple(could))


@loads_one("lines")
async def about_line(source: Source, note_id: int) -> AboutLine | None:
    """A typed register, and the sessions that its writer ran on that day."""
    note = (await notes.by_ids(source.tx, [note_id])).get(note_id)
    if note is None:
        return None
    found = await dates.sessions_of(source.tx, note.staff_id, note.day)
    runner = (await people.everybody_on_staff(source.tx)).get(note.staff_id)
    whose = await appointments.about(source.tx, [id_ for ids in found.values() for id_ in ids])
    sessions_ = [_planned(session, runner, [whose[id_] for id_ in ids]) for session, ids in found.items()]
    return AboutLine(note, tuple(sessions_))

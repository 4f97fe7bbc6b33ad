"""The register on the screen: /today, a tap for each person, several at once, and back again."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, time

from db import dates, traces
from domain import attendance, sending_home
from domain.appointments import Answer as Said
from domain.appointments import Appointment
from domain.attendance import Outcome, Page, Record
from domain.errors import NotKnown, NotToday, Stale, TooEarly
from domain.facts import AboutAppointment, AboutSession
from domain.outbox import Answer, Params, Subject, edit, send
from domain.people import Act, Relation, may
from usecases import access, appointments, register, sessions
from usecases import items as open_items
from usecases.service import Work, use_case


@use_case
async def today(work: Work) -> Sequence[Answer]:
    """/today: a register for each session of the day that this person runs; everybody's, for a manager."""
    staff = await access.require(work, Act.RUN_REGISTER)
    everybodys = may(staff, Act.RUN_REGISTER, Relation(), work.today)
    found = await dates.sessions_of(work.tx, None if everybodys else staff.id, work.today)
    pages = [ids[start] for ids in found.values() for start in range(0, len(ids), sessions.REGISTER_PAGE)]
    for appointment_id in pages:
        await _note_everybody_on(work, appointment_id)
    return [send("register", Subject("session", id_)) for id_ in pages] or [send("register_none")]


@use_case
async def look(work: Work, appointment_id: int, page: Page) -> Sequence[Answer]:
    """Another page of a register, in place of the one that was tapped."""
    about = await on_own_register(work, appointment_id, f"register {page}")
    if page is Page.REGISTER:
        return await show_again(work, appointment_id)
    if page is Page.ALL_CAUSES:
        return [edit("register_all_causes", Subject("session", appointment_id))]
    if page is Page.PERSON:
        return [await person(work, about)]
    return [edit(f"register_{page}", Subject("appointment", appointment_id))]


async def person(work: Work, about: AboutAppointment) -> Answer:
    """One person of a register, with the notes of whoever reads it, and no others."""
    more = await access.reaches(work, Act.SET_OUTCOME, about.individual)
    shown = {"reader": work.as_staff().id, "more": int(more)}
    return edit("register_person", Subject("entry", about.appointment.id), **shown)


@use_case
async def mark(work: Work, appointment_id: int, outcome: Outcome, minutes: int, cause: str) -> Sequence[Answer]:
    """One outcome of one person. Recorded again, it is a correction, which stands beside what it corrects; of an
    earlier day, it says why first."""
    about = await on_own_register(work, appointment_id, "outcome recorded")
    made = attendance.registered(outcome, work.now, work.as_staff().id, about.length, minutes, cause)
    return await _mark(work, about, made)


@use_case
async def ask_worked(work: Work, appointment_id: int, outcome: Outcome, cause: str) -> Sequence[Answer]:
    """How long did somebody work who was sent home? Before their own start there is nothing to ask."""
    about = await on_own_register(work, appointment_id, "register worked")
    made = attendance.registered(outcome, work.now, work.as_staff().id, about.length, 0, cause)
    if outcome not in attendance.SENT_HOME or not attendance.fits(made):
        raise Stale
    if work.now <= about.appointment.starts_at:
        return await _mark(work, about, made)
    return [edit("register_worked", Subject("appointment", appointment_id), outcome=outcome.value, cause=cause)]


async def _mark(work: Work, about: AboutAppointment, made: Record) -> Sequence[Answer]:
    """Raises Stale for what the register does not offer of this person."""
    missed, id_ = made.outcome is Outcome.MISSED_REASON_UNKNOWN, about.appointment.id
    if not attendance.on_register(made, about.length) or (missed and not about.expected):
        raise Stale
    if missed:
        not_too_early(work, about.appointment)
    anew = attendance.says_anew(about.standing, made)
    if anew and about.standing is not None and about.appointment.day < work.today:
        if not await access.reaches(work, Act.SET_OUTCOME, about.individual):
            raise NotToday  # what is missing may be filled in; what was said is put right by their workers
        why = {"outcome": made.outcome.value, "detail": attendance.detail_of(made)}
        return [edit("date_why", Subject("date", id_), **why)]
    ids = await register.record(work.service, work.tx, id_, made, "chat")
    if not ids and about.standing is not None and about.standing.recorded_by == work.as_staff().id:
        ids = [about.standing.id]  # the same tap again
    return await show_again(work, id_, **to_undo(ids, about.individual.id))


@use_case
async def everyone(work: Work, appointment_id: int) -> Sequence[Answer]:
    """*Everyone else came*: all of whom nothing is recorded, who are expected by now and did not say no."""
    about = await on_own_register(work, appointment_id, "register")
    came = [one for one in await _members(work, about.appointment) if is_present(one, said_no(one), work.now)]
    by = work.as_staff().id
    made = {one.appointment.id: attendance.registered(Outcome.ATTENDED_FULL, work.now, by, one.length) for one in came}
    return await _record(work, appointment_id, came, made)


@use_case
async def send_home(work: Work, appointment_id: int, cause: str, until: int) -> Sequence[Answer]:
    """*All sent home*, and why: first how many people that is about, and until when they worked (a minute, counted
    from 1970; 0: not said yet), then all of them at once, each from their own start."""
    about = await on_own_register(work, appointment_id, "register")
    outcome, now = Outcome.SENT_HOME_SERVICE, sending_home.minute_of(work.now)
    if cause not in attendance.CAUSES[outcome] or not 0 <= until <= now:
        raise Stale
    members = await _members(work, about.appointment)
    home = [one for one in members if goes_home(one, said_no(one), work.now)]
    if not until:
        of: Params = {"cause": cause, "n": len(home), "stay": len(members) - len(home), **_times(home)}
        return [edit("register_all_sure", Subject("session", appointment_id), **of)]
    by, at = work.as_staff().id, sending_home.moment_of(until)
    made = {
        one.appointment.id: attendance.registered(outcome, work.now, by, one.length, worked_until(one, at), cause)
        for one in home
    }
    return await _record(work, appointment_id, home, made)


def _times(home: Collection[AboutAppointment]) -> dict[str, int]:
    """When the first of them began and the last would be done, as minutes from 1970."""
    if not home:
        return {"first": 0, "last": 0}
    first = min(one.appointment.starts_at for one in home)
    last = max(one.appointment.over_at for one in home)
    return {"first": sending_home.minute_of(first), "last": sending_home.minute_of(last)}


@use_case
async def take_back(work: Work, appointment_id: int, first: int, last: int) -> Sequence[Answer]:
    """*Undo* of the last thing done, of one person or of several: what stood before stands again. A second tap finds
    nothing left to take back."""
    about = await on_own_register(work, appointment_id, "register")
    members = await dates.session_members(work.tx, about.appointment.on_register)
    records = await dates.records(work.tx, members)
    by, today = work.as_staff().id, work.service.calendar.at(work.today, time(0))
    ids = {
        one.id
        for kept in records.values()
        for one in kept
        if first <= one.id <= last and one.recorded_by == by and one.recorded_at >= today
    }
    gone = await register.take_back(work.service, work.tx, members, ids, by)
    await access.note(work, Act.RUN_REGISTER, gone, "outcome taken back")
    return await show_again(work, appointment_id)


async def _members(work: Work, one: Appointment) -> list[AboutAppointment]:
    """Everybody of the whole session, however many pages it has."""
    ids = await dates.session_members(work.tx, one.on_register)
    known = await appointments.about(work.tx, ids)
    return [known[id_] for id_ in ids]


def said_no(about: AboutAppointment) -> bool:
    return about.said is Said.CANNOT


def is_present(about: AboutAppointment, said_no: bool, now: datetime) -> bool:
    starts = about.appointment.starts_at
    return attendance.present(about.standing, about.expected, said_no, starts, now)


def goes_home(about: AboutAppointment, said_no: bool, now: datetime) -> bool:
    """Whether *all sent home* means this person: whoever is there by now, as is recorded or taken to be."""
    here = sending_home.still_here(about.standing, about.appointment.starts_at, about.length, now)
    return here or is_present(about, said_no, now)


def worked_until(about: AboutAppointment, until: datetime) -> int:
    return sending_home.worked_until(about.standing, about.appointment.starts_at, about.length, until)


async def _record(
    work: Work, appointment_id: int, whom: Collection[AboutAppointment], made: Mapping[int, Record]
) -> Sequence[Answer]:
    lines = [register.Line(id_, record) for id_, record in made.items()]
    ids = await register.record_all(work.service, work.tx, lines, "chat")
    await access.note(work, Act.RUN_REGISTER, [one.individual.id for one in whom], "outcome recorded")
    return await show_again(work, appointment_id, **to_undo(ids))


def to_undo(ids: Collection[int], whose: int = 0) -> Params:
    """What *Undo* below a register takes back: the records of the last thing done, and whose it was if one person's."""
    return {"first": min(ids), "last": max(ids), "n": len(ids), "whose": whose} if ids else {}


async def show_again(work: Work, appointment_id: int, **params: str | int) -> Sequence[Answer]:
    """The register as it stands now, in place of what was tapped."""
    await _note_everybody_on(work, appointment_id)
    shown = await traces.ours(work.tx, work.chat.id, work.tapped) if work.chat and work.tapped else None
    say = send if shown is not None and shown.kind in open_items.CARDS else edit  # a card stays a card
    return [say("register", Subject("session", appointment_id), **params)]


async def _note_everybody_on(work: Work, appointment_id: int) -> AboutSession | None:
    session = await sessions.about_session(work.tx, appointment_id)
    if session is not None:
        await access.note(work, Act.RUN_REGISTER, [row.individual.id for row in session.rows], "register")
    return session


async def on_own_register(work: Work, appointment_id: int, what: str) -> AboutAppointment:
    """A date on a register that the speaker runs today, or ran on the working day before as long as what is missing of
    it is not a manager's. Somebody else's raises NotKnown, as one that does not exist would; the speaker's own of
    another day NotToday; one that is off by now Stale."""
    staff = await access.require(work, Act.RUN_REGISTER)
    about = (await appointments.about(work.tx, [appointment_id])).get(appointment_id)
    if about is None:
        raise NotKnown
    one = about.appointment
    mine = one.staff_id == staff.id
    is_open = one.day <= work.today and work.now < sessions.listed_at(work.service, one.day)
    if not may(staff, Act.RUN_REGISTER, Relation(runs_session=mine and is_open), work.today):
        raise NotToday if mine else NotKnown
    if not one.booked:
        raise Stale
    await access.note(work, Act.RUN_REGISTER, [about.individual.id], what)
    return about


def not_too_early(work: Work, one: Appointment) -> None:
    opens = attendance.opens_at(one.starts_at, work.service.policy.not_here_after)
    if work.now < opens:
        wall = work.service.calendar.wall(opens)
        raise TooEarly(time=f"{wall.hour}:{wall:%M}")

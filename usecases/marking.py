"""The register on the screen: /today, a tap for each person, several at once, and back again."""

from collections.abc import Collection, Sequence

from db import dates, traces
from domain import attendance
from domain.appointments import Answer as Said
from domain.appointments import Appointment
from domain.attendance import Outcome, Page
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
    if not attendance.on_register(made, about.length):
        raise Stale
    if outcome is Outcome.MISSED_REASON_UNKNOWN:
        not_too_early(work, about.appointment)
    anew = attendance.says_anew(about.standing, made)
    if anew and about.standing is not None and about.appointment.day < work.today:
        detail = cause or str(minutes or "")
        return [edit("date_why", Subject("date", appointment_id), outcome=outcome.value, detail=detail)]
    ids = await register.record(work.service, work.tx, appointment_id, made, "chat")
    if not ids and about.standing is not None and about.standing.recorded_by == work.as_staff().id:
        ids = [about.standing.id]  # the same tap again
    return await show_again(work, appointment_id, **to_undo(ids, about.individual.id))


@use_case
async def everyone(work: Work, appointment_id: int) -> Sequence[Answer]:
    """*Everyone else came*: all of whom nothing is recorded, who are expected by now and did not say no."""
    about = await on_own_register(work, appointment_id, "register")
    present = await _present(work, about.appointment)
    return await _record(work, appointment_id, present, Outcome.ATTENDED_FULL, "")


@use_case
async def send_home(work: Work, appointment_id: int, cause: str, sure: bool) -> Sequence[Answer]:
    """*All sent home*, and why: first how many people that is about, then all of them at once."""
    about = await on_own_register(work, appointment_id, "register")
    if cause not in attendance.CAUSES[Outcome.SENT_HOME_SERVICE]:
        raise Stale
    present = await _present(work, about.appointment)
    if not sure:
        members = await dates.session_members(work.tx, about.appointment.on_register)
        stay, session = len(members) - len(present), Subject("session", appointment_id)
        return [edit("register_all_sure", session, cause=cause, n=len(present), stay=stay)]
    return await _record(work, appointment_id, present, Outcome.SENT_HOME_SERVICE, cause)


@use_case
async def take_back(work: Work, appointment_id: int, first: int, last: int) -> Sequence[Answer]:
    """*Undo* of the last thing done, of one person or of several: what stood before stands again. A second tap finds
    nothing left to take back."""
    about = await on_own_register(work, appointment_id, "register")
    members = await dates.session_members(work.tx, about.appointment.on_register)
    records = await dates.records(work.tx, members)
    by = work.as_staff().id
    ids = {one.id for kept in records.values() for one in kept if first <= one.id <= last and one.recorded_by == by}
    gone = await register.take_back(work.service, work.tx, members, ids, by)
    await access.note(work, Act.RUN_REGISTER, gone, "outcome taken back")
    return await show_again(work, appointment_id)


async def _present(work: Work, one: Appointment) -> list[AboutAppointment]:
    """Whom *everyone else* means, of the whole session however many pages it has."""
    ids = await dates.session_members(work.tx, one.on_register)
    known = await appointments.about(work.tx, ids, work.today)
    return [known[id_] for id_ in ids if is_present(work, known[id_])]


def is_present(work: Work, about: AboutAppointment) -> bool:
    said_no, starts = about.said is Said.CANNOT, about.appointment.starts_at
    return about.order.active and attendance.present(about.standing, about.on_hold, said_no, starts, work.now)


async def _record(
    work: Work, appointment_id: int, whom: Collection[AboutAppointment], outcome: Outcome, cause: str
) -> Sequence[Answer]:
    by = work.as_staff().id
    lines = [
        register.Line(one.appointment.id, attendance.registered(outcome, work.now, by, one.length, cause=cause))
        for one in whom
    ]
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
    """A date on a register that the speaker runs today. Somebody else's raises NotKnown, as one that does not exist
    would; the speaker's own of another day NotToday; one that is off by now Stale."""
    staff = await access.require(work, Act.RUN_REGISTER)
    about = (await appointments.about(work.tx, [appointment_id])).get(appointment_id)
    if about is None:
        raise NotKnown
    one = about.appointment
    mine, is_today = one.staff_id == staff.id, one.day == work.today
    if not may(staff, Act.RUN_REGISTER, Relation(runs_session=mine and is_today), work.today):
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

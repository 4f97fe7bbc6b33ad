"""A register in one typed line, for where there is no signal: typed text waits on the phone, and a tap is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from db import dates, notes
from domain import attendance, registering
from domain.attendance import Outcome, Record
from domain.errors import NotKnown, Stale
from domain.facts import AboutAppointment
from domain.notes import Kind as What
from domain.outbox import Answer, Subject, send
from domain.people import Act, Relation, may
from domain.registering import Clause, Group, Reading, Refused
from usecases import access, appointments, marking, register
from usecases.service import Work, use_case

MOST_SAID = 400  # characters of what was not understood that are said back


async def typed(work: Work, text: str, sent_at: datetime) -> Sequence[Answer] | None:
    """What was typed, if it reads as a register of a session that the speaker runs; None if it does not.

    It is about a session of the day on which it was sent, or, if they ran none then, of the working day before: a
    phone without a signal may have kept it until the next morning.
    """
    if work.staff is None or not _runs(work):
        return None
    sessions = await _sessions(work, sent_at)
    lists = [await _list(work, id_) for id_ in sessions]
    read = [reading for one in lists if (reading := registering.read(text, _names(work, one))) is not None]
    if not read:
        return None
    if len(lists) > 1:
        return await _ask_which(work, text, lists, sent_at)
    return await _act(work, lists[0], read[0], sent_at)


def _runs(work: Work) -> bool:
    return may(work.as_staff(), Act.RUN_REGISTER, Relation(runs_session=True), work.today)


async def _sessions(work: Work, sent_at: datetime) -> list[int]:
    """The first date of each session that a line of that moment can be about; none once the next working day is
    over."""
    sent_on = work.service.calendar.day(sent_at)
    for day in _days(work, sent_on):
        if work.today > work.service.calendar.next_working_day(day):
            return []
        found = await dates.sessions_of(work.tx, work.as_staff().id, day)
        if found:
            return [ids[0] for ids in found.values()]
    return []


def _days(work: Work, sent_on: date) -> Sequence[date]:
    """The day itself, then those before it back to a working day, the latest first."""
    back = (sent_on - work.service.calendar.working_days_back(sent_on, 1)).days
    return [sent_on - timedelta(days=n) for n in range(back + 1)]


async def _list(work: Work, appointment_id: int) -> list[AboutAppointment]:
    """A whole register in the order of its numbers."""
    one = (await dates.appointments_by_id(work.tx, [appointment_id]))[appointment_id]
    ids = await dates.session_members(work.tx, one.on_register)
    known = await appointments.about(work.tx, ids)
    return [known[id_] for id_ in ids]


def _names(work: Work, rows: Sequence[AboutAppointment]) -> list[str]:
    by_ref = work.service.policy.register_shows == "case_ref"
    return [one.individual.case_ref if by_ref else one.individual.first_name for one in rows]


async def _ask_which(
    work: Work, text: str, lists: Sequence[Sequence[AboutAppointment]], sent_at: datetime
) -> Sequence[Answer]:
    """The line is kept, sealed, until a tap says which session it is about."""
    by, first = work.as_staff().id, lists[0][0].appointment
    id_ = await notes.add(work.tx, What.LINE, first, by, sent_at, text)
    return [send("line_which", Subject("lines", id_))]


@use_case
async def which(work: Work, note_id: int, appointment_id: int) -> Sequence[Answer]:
    """The session was named. The line counts as sent when it was; a second tap finds it done."""
    staff = await access.require(work, Act.RUN_REGISTER)
    note = (await notes.by_ids(work.tx, [note_id])).get(note_id)
    about = (await appointments.about(work.tx, [appointment_id])).get(appointment_id)
    if note is None or note.kind is not What.LINE or note.staff_id != staff.id or about is None:
        raise NotKnown
    if about.appointment.staff_id != staff.id or about.appointment.day != note.day:
        raise NotKnown
    calendar = work.service.calendar
    if work.today > calendar.next_working_day(note.day) or not await notes.take(work.tx, note.id, staff.id, work.now):
        raise Stale
    rows = await _list(work, appointment_id)
    reading = registering.read(note.words, _names(work, rows))
    return await _act(work, rows, reading or Reading(unclear=(note.words,)), note.at)


@dataclass(frozen=True)
class _Told:
    """What a line comes to: a record for each person, and what cannot be recorded."""

    records: Mapping[int, Record]
    refused: Sequence[tuple[int, Refused]] = ()


async def _act(work: Work, rows: Sequence[AboutAppointment], reading: Reading, sent_at: datetime) -> Sequence[Answer]:
    """All of it, or nothing: what is not clear is said back with what was understood."""
    session = Subject("session", rows[0].appointment.id)
    told = _records(work, rows, reading, sent_at)
    await access.note(work, Act.RUN_REGISTER, [one.individual.id for one in rows], "register")
    if reading.unclear or told.refused or not told.records:
        understood = "+".join(f"{id_}={one.outcome.value}" for id_, one in told.records.items())
        unclear = "; ".join(reading.unclear)[:MOST_SAID]
        refused = "+".join(f"{number}={why.value}" for number, why in told.refused)
        return [send("line_unclear", session, unclear=unclear, refused=refused, understood=understood)]
    lines = [register.Line(id_, record) for id_, record in told.records.items()]
    ids = await register.record_all(work.service, work.tx, lines, "chat")
    whom = [one.individual.id for one in rows if one.appointment.id in told.records]
    await access.note(work, Act.RUN_REGISTER, whom, "outcome recorded")
    return [send("register", session, typed=len(told.records), **marking.to_undo(ids))]


def _records(work: Work, rows: Sequence[AboutAppointment], reading: Reading, sent_at: datetime) -> _Told:
    named = {number for clause in reading.clauses for number in clause.people}
    others = [n for n in range(1, len(rows) + 1) if n not in named]
    records: dict[int, Record] = {}
    refused: list[tuple[int, Refused]] = []
    for clause in reading.clauses:
        numbers = clause.people or [n for n in others if _meant(rows[n - 1], clause, sent_at)]
        for number in numbers:
            made = _record(work, rows[number - 1], clause, sent_at)
            if isinstance(made, Refused):
                refused.append((number, made))
            else:
                records[rows[number - 1].appointment.id] = made
    return _Told(records, refused)


def _meant(about: AboutAppointment, clause: Clause, sent_at: datetime) -> bool:
    """*All* are those of whom nothing is recorded and who are expected, and of those who are sent home also who came;
    *the rest* leaves out who said no as well."""
    said_no = marking.said_no(about) and clause.group is Group.REST
    if clause.outcome in attendance.SENT_HOME:
        return marking.goes_home(about, said_no, sent_at)
    return marking.is_present(about, said_no, sent_at)


def _record(work: Work, about: AboutAppointment, clause: Clause, sent_at: datetime) -> Record | Refused:
    """What is recorded of one person; or why it cannot be so: before their own start, a miss of somebody who is not
    expected, minutes beyond what was booked or that nobody has said, or other than what stands of an earlier day,
    which only says why on the screen."""
    starts, grace = about.appointment.starts_at, work.service.policy.not_here_after
    missed = clause.outcome is Outcome.MISSED_REASON_UNKNOWN
    if missed and not about.expected:
        return Refused.NOT_EXPECTED
    if sent_at < (attendance.opens_at(starts, grace) if missed else starts - attendance.AHEAD):
        return Refused.EARLY
    minutes = _worked(work, about, clause, sent_at)
    if isinstance(minutes, Refused):
        return minutes
    by = work.as_staff().id
    made = attendance.registered(clause.outcome, work.now, by, about.length, minutes, clause.cause)
    corrects = about.standing is not None and attendance.says_anew(about.standing, made)
    return Refused.ON_RECORD if corrects and about.appointment.day < work.today else made


def _worked(work: Work, about: AboutAppointment, clause: Clause, sent_at: datetime) -> int | Refused:
    """The minutes that go with a clause. Who was sent home without a word of when had worked until the line was sent;
    after their time is over that says nothing, and it has to be said."""
    booked = attendance.minutes_in(about.length)
    minutes = booked - clause.late if clause.late is not None else clause.worked
    home = clause.outcome in attendance.SENT_HOME
    if home and minutes is None:
        return _worked_until(work, about, clause, sent_at)
    if (home or clause.outcome is Outcome.ATTENDED_PART) and not (0 if home else 1) <= (minutes or 0) <= booked:
        return Refused.LONGER
    return minutes or 0


def _worked_until(work: Work, about: AboutAppointment, clause: Clause, sent_at: datetime) -> int | Refused:
    until = work.service.calendar.at(about.appointment.day, clause.until) if clause.until is not None else sent_at
    if until > sent_at:
        return Refused.EARLY
    if clause.until is None and sent_at >= about.appointment.over_at:
        return Refused.HOW_LONG
    return marking.worked_until(about, until)

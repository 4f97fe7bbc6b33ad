"""What a person's own workers put on record about a date, and put right of an earlier day; the register cannot.

Whether an absence is accepted is decided on its alert (`deciding`), not here.
"""

from collections.abc import Sequence

from db import dates, people, traces
from domain import attendance
from domain.attendance import SENT_HOME, Outcome, Record, Why
from domain.errors import NotAllowed, NotKnown, Stale, TooEarly
from domain.facts import AboutAppointment, AboutDates
from domain.outbox import Answer, Subject, edit, send
from domain.people import Act
from domain.standing_down import Told
from usecases import access, appointments, called_off, register, reminding
from usecases.service import Work, use_case
from usecases.subjects import Source, loads_one

IN_PLACE = frozenset({"date_list", "date", "date_minutes", "date_causes", "date_why", "register_person"})
AHEAD_TOO = frozenset(set(attendance.BY_WORKER) - set(attendance.REGISTER))  # what can be said of a day to come


@use_case
async def show(work: Work, case_ref: str) -> Sequence[Answer]:
    """/dates CASE_REF: the person's dates, to open one."""
    individual = await people.individual_by_ref(work.tx, case_ref)
    await access.require_for(work, Act.SET_OUTCOME, individual, "dates")
    assert individual is not None
    return [send("date_list", Subject("dates", individual.id))]


@use_case
async def open_date(work: Work, appointment_id: int) -> Sequence[Answer]:
    """One date: all that was recorded, by whom and when, and what can be."""
    await _mine(work, appointment_id, "date")
    return [await _here(work, "date", appointment_id)]


@use_case
async def put(work: Work, appointment_id: int, outcome: Outcome, detail: str, why: str) -> Sequence[Answer]:
    """One outcome; `detail` is the minutes or the cause that goes with it, or `weather+90`. What is still missing is
    asked for first: the minutes, the cause, and why, if that puts right what stands of an earlier day."""
    about = await _mine(work, appointment_id, "outcome recorded")
    _may(work, about, outcome, why)
    if question := _asks(outcome, detail):
        return [await _here(work, question, appointment_id, outcome=outcome.value, detail=detail)]
    made = _made(work, about, outcome, detail)
    earlier = about.appointment.day < work.today and about.standing is not None
    if earlier and not why and attendance.says_anew(about.standing, made):
        return [await _here(work, "date_why", appointment_id, outcome=outcome.value, detail=detail)]
    await register.record(work.service, work.tx, appointment_id, made, "chat", why=why)
    return [await _here(work, "date", appointment_id, **await _told(work, appointment_id))]


async def _told(work: Work, appointment_id: int) -> dict[str, str]:
    """Of a date to come that is off from now on its individual hears; how and when, the page says."""
    about = (await appointments.about(work.tx, [appointment_id], work.today))[appointment_id]
    stands = about.standing
    if about.appointment.starts_at <= work.now or stands is None or stands.outcome not in attendance.OFF:
        return {}
    if stands.outcome not in attendance.CALLED_OFF:
        return {"told": Told.NOT}
    one = await called_off.tell_in_time(work.service, work.tx, about)
    return {"told": one.told, "at": one.at.isoformat() if one.at is not None else ""}


@use_case
async def put_on_again(work: Work, appointment_id: int) -> Sequence[Answer]:
    """*It is on after all*: that a date to come is off was a slip. Whoever may have heard of it hears so too."""
    about = await _mine(work, appointment_id, "outcome taken back")
    one, stands = about.appointment, about.standing
    if not one.booked or one.starts_at <= work.now or stands is None or stands.outcome not in attendance.OFF:
        raise Stale
    if not attendance.may_record(stands.outcome, work.as_staff().roles):
        raise NotAllowed
    ids = [record.id for record in about.records]
    await register.take_back(work.service, work.tx, [appointment_id], ids, work.as_staff().id)
    await reminding.plan(work.service, work.tx, [appointment_id], called_off.ON_AGAIN)
    about = (await appointments.about(work.tx, [appointment_id], work.today))[appointment_id]
    await called_off.tell_on_again(work.service, work.tx, about)
    return [await _here(work, "date", appointment_id)]


def _may(work: Work, about: AboutAppointment, outcome: Outcome, why: str) -> None:
    one = about.appointment
    if not one.booked or outcome not in attendance.BY_WORKER or why not in ("", *Why):
        raise Stale
    if not attendance.may_record(outcome, work.as_staff().roles):
        raise NotAllowed
    opens = one.starts_at
    if outcome is Outcome.MISSED_REASON_UNKNOWN:
        opens = attendance.opens_at(opens, work.service.policy.not_here_after)
    if outcome not in AHEAD_TOO and work.now < opens:
        wall = work.service.calendar.wall(opens)
        raise TooEarly(time=f"{wall.hour}:{wall:%M}")


def _asks(outcome: Outcome, detail: str) -> str:
    """Which page asks for what is missing; empty if nothing is."""
    if (outcome is Outcome.ATTENDED_PART and not detail) or (outcome in SENT_HOME and detail.endswith("+")):
        return "date_minutes"
    return "date_causes" if outcome in attendance.CAUSES and not detail else ""


def _made(work: Work, about: AboutAppointment, outcome: Outcome, detail: str) -> Record:
    """The record; raises Stale for minutes or a cause that no button offers."""
    cause, _, minutes = f"+{detail}".partition("+") if outcome is Outcome.ATTENDED_PART else detail.partition("+")
    if minutes and not (minutes.isdecimal() and outcome in SENT_HOME | {Outcome.ATTENDED_PART}):
        raise Stale
    made = attendance.registered(outcome, work.now, work.as_staff().id, about.length, int(minutes or 0), cause)
    if not attendance.fits(made) or not attendance.worked_fits(made, about.length):
        raise Stale
    return made


async def _mine(work: Work, appointment_id: int, what: str) -> AboutAppointment:
    """A date of somebody with whom the speaker works; anybody else's raises NotKnown, as one that does not exist."""
    about = (await appointments.about(work.tx, [appointment_id], work.today)).get(appointment_id)
    await access.require_for(work, Act.SET_OUTCOME, about.individual if about is not None else None, what)
    if about is None:
        raise NotKnown
    return about


async def _here(work: Work, kind: str, appointment_id: int, **params: str | int) -> Answer:
    """In place of a page of our own that was tapped; below it, if that was another message, as an alert is."""
    shown = await traces.ours(work.tx, work.chat.id, work.tapped) if work.chat and work.tapped else None
    say = edit if shown is not None and shown.kind in IN_PLACE | {"register"} else send
    return say(kind, Subject("date", appointment_id), **params)


@loads_one("dates")
async def about_dates(source: Source, individual_id: int) -> AboutDates | None:
    """A person's last dates and the next ones, by start."""
    individual = await people.individual(source.tx, individual_id)
    if individual is None:
        return None
    behind = await dates.appointments_behind(source.tx, individual_id, source.now)
    known = await appointments.about(
        source.tx, {*behind, *await dates.appointments_ahead(source.tx, individual_id, source.now)}
    )
    return AboutDates(individual, tuple(sorted(known.values(), key=lambda one: one.appointment.starts_at)))

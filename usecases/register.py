"""The register: what happened to each person, recorded by whoever runs the session; and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, items, outbox
from domain import attendance
from domain.appointments import Appointment
from domain.attendance import Aftermath, Outcome, Page, Record
from domain.compliance import Item, Kind
from domain.errors import NotKnown, NotToday, Stale, TooEarly
from domain.facts import AboutAppointment
from domain.outbox import Answer, Status, Subject, edit, send
from domain.people import Act, Relation, may
from usecases import access, facts
from usecases import items as open_items
from usecases.service import Service, Work, use_case

# ── On the screen ───────────────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def today(work: Work) -> Sequence[Answer]:
    """/today: a register for each session of the day that this person runs; everybody's, for a manager."""
    staff = await access.require(work, Act.RUN_REGISTER)
    everybodys = may(staff, Act.RUN_REGISTER, Relation(), work.today)
    sessions = await dates.sessions_of(work.tx, None if everybodys else staff.id, work.today)
    pages = [ids[start] for ids in sessions.values() for start in range(0, len(ids), facts.REGISTER_PAGE)]
    for appointment_id in pages:
        await _note_everybody_on(work, appointment_id)
    return [send("register", Subject("session", id_)) for id_ in pages] or [send("register_none")]


@use_case
async def look(work: Work, appointment_id: int, page: Page) -> Sequence[Answer]:
    """Another page of a register, in place of the one that was tapped."""
    await _on_own_register(work, appointment_id, f"register {page}")
    if page is Page.REGISTER:
        return await _register_again(work, appointment_id)
    return [edit(f"register_{page}", Subject("appointment", appointment_id))]


@use_case
async def mark(work: Work, appointment_id: int, outcome: Outcome, minutes: int, cause: str) -> Sequence[Answer]:
    """One outcome of one person. Recorded again, it is a correction, which stands beside what it corrects."""
    about = await _on_own_register(work, appointment_id, "outcome recorded")
    made = attendance.registered(outcome, work.now, work.as_staff().id, about.length, minutes, cause)
    if not attendance.on_register(made, about.length):
        raise Stale
    if outcome is Outcome.MISSED_REASON_UNKNOWN:
        _not_too_early(work, about.appointment)
    await record(work.service, work.tx, appointment_id, made, "chat")
    return await _register_again(work, appointment_id)


@use_case
async def was_here(work: Work, item_id: int, here: bool) -> Sequence[Answer]:
    """What whoever ran the day says when the individual says that they were there.

    Being asked opens the record of that one person to them, whatever the day. If the alert has been withdrawn since,
    there is nothing left to say.
    """
    alert = await items.item(work.tx, item_id)
    about = await _asked_about(work, alert)
    if alert is None or alert.disputed_at is None or alert.withdrawn_at is not None:
        return [edit("was_there_noted", Subject("appointment", about.appointment.id))]
    by = work.as_staff().id
    if here:
        came = attendance.registered(Outcome.ATTENDED_FULL, work.now, by, about.length)
        await record(work.service, work.tx, about.appointment.id, came, "chat")
    elif about.standing is None or about.standing.recorded_at <= alert.disputed_at:
        missed = Record(Outcome.MISSED_REASON_UNKNOWN, work.now, recorded_by=by)
        await dates.add_records(work.tx, [(about.appointment.id, missed, "")], "chat")
        await open_items.confirm(work.service, work.tx, alert)
    return [edit("was_there_noted", Subject("appointment", about.appointment.id))]


async def _register_again(work: Work, appointment_id: int) -> Sequence[Answer]:
    await _note_everybody_on(work, appointment_id)
    return [edit("register", Subject("session", appointment_id))]


async def _note_everybody_on(work: Work, appointment_id: int) -> None:
    session = await facts.about_session(work.tx, appointment_id)
    if session is not None:
        await access.note(work, Act.RUN_REGISTER, [row.individual.id for row in session.rows], "register")


async def _on_own_register(work: Work, appointment_id: int, what: str) -> AboutAppointment:
    """A date on a register that the speaker runs today. Somebody else's raises NotKnown, as one that does not exist
    would; the speaker's own of another day NotToday; one that is off by now Stale."""
    staff = await access.require(work, Act.RUN_REGISTER)
    about = (await facts.appointments(work.tx, [appointment_id])).get(appointment_id)
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


async def _asked_about(work: Work, alert: Item | None) -> AboutAppointment:
    """The date of an alert about which the speaker was asked; raises NotKnown for anybody else."""
    staff = await access.require(work, Act.RUN_REGISTER)
    if alert is None or alert.appointment_id is None:
        raise NotKnown
    about = (await facts.appointments(work.tx, [alert.appointment_id]))[alert.appointment_id]
    runs = about.appointment.staff_id == staff.id
    if not may(staff, Act.RUN_REGISTER, Relation(runs_session=runs), work.today):
        raise NotKnown
    await access.note(work, Act.RUN_REGISTER, [about.individual.id], "asked about a dispute")
    return about


def _not_too_early(work: Work, one: Appointment) -> None:
    opens = attendance.opens_at(one.starts_at, work.service.policy.not_here_after)
    if work.now < opens:
        wall = work.service.calendar.wall(opens)
        raise TooEarly(time=f"{wall.hour}:{wall:%M}")


# ── In the record ───────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Line:
    """One record about one appointment, on its way into the book. A line that is `history` tells nobody of itself; it
    still takes back an alert that it shows to have been wrong."""

    appointment_id: int
    record: Record
    note: str = ""
    history: bool = False


async def record(
    service: Service, tx: AsyncConnection, appointment_id: int, record: Record, source: str, note: str = ""
) -> None:
    """Stores one outcome, with everything that follows from it, in the caller's transaction."""
    await record_all(service, tx, [Line(appointment_id, record, note)], source)


async def record_all(service: Service, tx: AsyncConnection, lines: Sequence[Line], source: str) -> None:
    """Stores outcomes, in their order, and lets follow what stands then: an alert with its ladder for a miss, nothing
    of the kind for anything else, and the kind word that is owed to the individual.

    What stands already is not stored again. The caller wakes whoever sends, once the transaction is committed.
    """
    fresh = await _fresh(tx, lines)
    await dates.add_records(tx, [(line.appointment_id, line.record, line.note) for line in fresh], source)
    alerts = await items.items_about(tx, Kind.NON_ATTENDANCE, {line.appointment_id for line in fresh})
    news = {line.appointment_id for line in fresh if not line.history}
    for id_, about in sorted((await facts.appointments(tx, news | set(alerts))).items()):
        await _follow(service, tx, about, alerts.get(id_))


async def _fresh(tx: AsyncConnection, lines: Sequence[Line]) -> list[Line]:
    """The lines that say anything anew, each compared with what stands when its turn comes."""
    known = await dates.records(tx, {line.appointment_id for line in lines})
    fresh = []
    for line in lines:
        before = known.setdefault(line.appointment_id, [])
        if attendance.says_anew(attendance.standing(before), line.record):
            before.append(line.record)
            fresh.append(line)
    return fresh


async def _follow(service: Service, tx: AsyncConnection, about: AboutAppointment, alert: Item | None) -> None:
    """Makes alert, ladder and kind word be what the record that stands asks for."""
    assert about.standing is not None
    outcome, one = about.standing.outcome, about.appointment
    if outcome is Outcome.MISSED_REASON_UNKNOWN:
        alert, _ = await open_items.raise_item(
            service, tx, Kind.NON_ATTENDANCE, f"missed:{one.id}", about.individual.id, about.order, one.id
        )
    elif alert is not None and outcome in attendance.JUDGED and alert.open:
        await open_items.conclude(service, tx, alert)
    elif alert is not None and outcome not in attendance.MISSED and alert.withdrawn_at is None:
        await open_items.withdraw(service, tx, alert)
    await _plan_aftercare(service, tx, about, about.standing, alert)


async def _plan_aftercare(
    service: Service, tx: AsyncConnection, about: AboutAppointment, standing: Record, alert: Item | None
) -> None:
    subject = Subject("appointment", about.appointment.id)
    asked = [row for row in await outbox.about(tx, subject) if row.owed.kind == "missed_care"]
    after = Aftermath(
        appointment_id=about.appointment.id,
        individual_id=about.individual.id,
        standing=standing,
        session_over=await _session_over(tx, about.appointment),
        missed_round=alert.round if alert else 1,
        cared_round=max(
            (int(row.owed.step) for row in asked if row.status in (Status.SENT, Status.SENDING)), default=0
        ),
    )
    await outbox.plan(tx, [subject], "aftercare", attendance.plan_aftercare(after), service.clock.now(), "corrected")


async def _session_over(tx: AsyncConnection, one: Appointment) -> datetime:
    """When the last person of the session is done; an appointment that nobody is named to run is its own session."""
    if one.session is None:
        return one.over_at
    members = await dates.appointments_by_id(tx, await dates.session_members(tx, one.session))
    return max((member.over_at for member in members.values()), default=one.over_at)

"""What happened to each person, in the record; and what follows from it. `marking` is the register on the screen."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, items, outbox, traces
from domain import attendance
from domain.appointments import Appointment
from domain.attendance import Aftermath, Outcome, Record
from domain.compliance import Item, Kind
from domain.errors import NotKnown
from domain.facts import AboutAppointment
from domain.outbox import Answer, Status, Subject, edit
from domain.people import Act, Relation, may
from usecases import access, appointments, fading, offering, sessions
from usecases import items as open_items
from usecases.service import Service, Work, use_case


@use_case
async def was_here(work: Work, item_id: int, here: bool) -> Sequence[Answer]:
    """What whoever ran the day says when the individual says that they were there.

    Being asked opens the record of that one person to them, whatever the day. If the alert has been withdrawn since,
    there is nothing left to say.
    """
    alert = await items.item(work.tx, item_id)
    about = await _asked_about(work, alert)
    noted = edit("was_there_noted", Subject("appointment", about.appointment.id), late=int(await _late(work)))
    if alert is None or alert.disputed_at is None or alert.withdrawn_at is not None:
        return [noted]
    by = work.as_staff().id
    if here:
        came = attendance.registered(Outcome.ATTENDED_FULL, work.now, by, about.length)
        await record(work.service, work.tx, about.appointment.id, came, "chat")
    elif about.standing is None or about.standing.recorded_at <= alert.disputed_at:
        missed = Record(Outcome.MISSED_REASON_UNKNOWN, work.now, recorded_by=by)
        await dates.add_records(work.tx, [(about.appointment.id, missed, "")], "chat")
        await open_items.confirm(work.service, work.tx, alert)
    return [noted]


async def _late(work: Work) -> bool:
    """Whether the name has gone from the question by now: no answer brings it back to a message that stays."""
    shown = await traces.ours(work.tx, work.chat.id, work.tapped) if work.chat and work.tapped else None
    return shown is None or work.now >= shown.at + fading.AFTER


async def _asked_about(work: Work, alert: Item | None) -> AboutAppointment:
    """The date of an alert about which the speaker was asked; raises NotKnown for anybody else."""
    staff = await access.require(work, Act.RUN_REGISTER)
    if alert is None or alert.appointment_id is None:
        raise NotKnown
    about = (await appointments.about(work.tx, [alert.appointment_id]))[alert.appointment_id]
    runs = about.appointment.staff_id == staff.id
    if not may(staff, Act.RUN_REGISTER, Relation(runs_session=runs), work.today):
        raise NotKnown
    await access.note(work, Act.RUN_REGISTER, [about.individual.id], "asked about a dispute")
    return about


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
    service: Service,
    tx: AsyncConnection,
    appointment_id: int,
    record: Record,
    source: str,
    note: str = "",
    why: str = "",
    heard: str = "",
) -> list[int]:
    """Stores one outcome, with everything that follows from it, in the caller's transaction. Of a correction `why`, of
    a decision how the individual was `heard`. Returns the id of the record, or none if it says nothing new."""
    record = replace(record, why=why or record.why, heard=heard or record.heard)
    return await record_all(service, tx, [Line(appointment_id, record, note)], source)


async def record_all(service: Service, tx: AsyncConnection, lines: Sequence[Line], source: str) -> list[int]:
    """Stores outcomes, in their order, and lets follow what stands then: an alert with its ladder for a miss, nothing
    of the kind for anything else, and the kind word that is owed to the individual. Returns the ids of the records.

    What stands already is not stored again. The caller wakes whoever sends, once the transaction is committed.
    """
    fresh = await _fresh(tx, lines)
    ids = await dates.add_records(tx, [(line.appointment_id, line.record, line.note) for line in fresh], source)
    news = {line.appointment_id for line in fresh if not line.history}
    await _follow_all(service, tx, {line.appointment_id for line in fresh}, news)
    return ids


async def take_back(
    service: Service, tx: AsyncConnection, appointment_ids: Collection[int], record_ids: Collection[int], by: int
) -> list[int]:
    """Takes back those of these records that stand, of several people at once: what stood before stands again, and what
    followed from them is withdrawn. Nothing is deleted. Returns the individuals whom it was about."""
    records = await dates.records(tx, appointment_ids)
    now = service.clock.now()
    lines = [(id_, line, "") for id_ in records for line in attendance.taking_back(records[id_], record_ids, now, by)]
    await dates.add_records(tx, lines, "chat")
    touched = {id_ for id_, _, _ in lines}
    await _follow_all(service, tx, touched, touched)
    return sorted({about.individual.id for about in (await appointments.about(tx, touched)).values()})


async def _follow_all(service: Service, tx: AsyncConnection, touched: Collection[int], news: Collection[int]) -> None:
    """What follows for these dates: for the `news`, and wherever there is an alert already."""
    alerts = await items.items_about(tx, Kind.NON_ATTENDANCE, touched)
    known = await appointments.about(tx, {*news, *alerts})
    for id_, about in sorted(known.items()):
        await _follow(service, tx, about, alerts.get(id_))
    today = service.calendar.day(service.clock.now())
    if any(about.appointment.day < today for about in known.values()):
        await sessions.close_recorded(service, tx)
    await offering.after_attendance(service, tx, touched)


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
    outcome = about.standing.outcome if about.standing is not None else Outcome.TAKEN_BACK
    one = about.appointment
    if outcome is Outcome.MISSED_REASON_UNKNOWN:
        alert, _ = await open_items.raise_item(
            service, tx, Kind.NON_ATTENDANCE, f"missed:{one.id}", about.individual.id, about.order, one.id
        )
    elif alert is not None and outcome in attendance.JUDGED and not alert.done:
        await open_items.conclude(service, tx, alert)
    elif alert is not None and outcome not in attendance.MISSED and alert.withdrawn_at is None:
        await open_items.withdraw(service, tx, alert)
    await _plan_aftercare(service, tx, about, about.standing)


async def _plan_aftercare(
    service: Service, tx: AsyncConnection, about: AboutAppointment, standing: Record | None
) -> None:
    subject = Subject("appointment", about.appointment.id)
    told = [row.owed for row in await outbox.about(tx, subject) if row.status in (Status.SENT, Status.SENDING)]
    after = Aftermath(
        appointment_id=about.appointment.id,
        individual_id=about.individual.id,
        standing=standing,
        session_over=await _session_over(tx, about.appointment),
        starts_at=about.appointment.starts_at,
        now=service.clock.now(),
        cared_round=max((int(owed.step) for owed in told if owed.kind == "missed_care"), default=0),
        apologies=sum(owed.kind in attendance.APOLOGIES for owed in told),
        corrections=sum(owed.kind == "sorry_corrected" for owed in told),
        amends=sum(owed.kind == "missed_sorry" for owed in told),
    )
    await outbox.plan(tx, [subject], "aftercare", attendance.plan_aftercare(after), service.clock.now(), "corrected")


async def _session_over(tx: AsyncConnection, one: Appointment) -> datetime:
    """When the last person of the session is done; an appointment that nobody is named to run is its own session."""
    if one.session is None:
        return one.over_at
    members = await dates.appointments_by_id(tx, await dates.session_members(tx, one.session))
    return max((member.over_at for member in members.values()), default=one.over_at)

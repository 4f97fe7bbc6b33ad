"""What was done about missed dates, and how orders stand after them, as a message may show it. Reads only."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db import absences, contacts, dates, evidence, items, people, said, told
from domain import procedure
from domain.about import Facts
from domain.attendance import JUDGED
from domain.compliance import Item, Kind
from domain.deciding import Contact
from domain.evidence import Evidence
from domain.facts import AboutAbsence, AboutAbsences, AboutAppointment, AboutEvidence, AboutItem, Did
from domain.history import Told
from domain.outbox import Saying, Status, Subject
from domain.people import Act, Staff
from domain.procedure import Standing
from domain.talk import Said
from usecases import access, appointments
from usecases.service import Service, Work
from usecases.subjects import Source, adds_to, loads, loads_one

ASKS_AFTER = frozenset({"missed_care", "need_more"})  # messages that ask somebody what got in the way
GOES = frozenset({Status.PLANNED, Status.SENDING, Status.SENT})


@adds_to("item_open")
async def with_absence(
    source: Source, known: Mapping[Subject, Facts], sayings: Sequence[Saying]
) -> dict[Subject, Facts]:
    """The missed dates that these messages are about, each with what was done about it."""
    told_of = {one.subject: known.get(one.subject) for one in sayings}
    whole = {
        subject: about
        for subject, about in told_of.items()
        if isinstance(about, AboutItem) and about.item.kind is Kind.NON_ATTENDANCE
    }
    found = await about(source.service, source.tx, [one.about for one in whole.values() if one.about is not None])
    return {
        subject: replace(item, absence=found[item.about.appointment.id])
        for subject, item in whole.items()
        if item.about is not None
    }


@loads("absence")
async def _about(source: Source, ids: Sequence[int]) -> dict[int, AboutAbsence]:
    return await about(source.service, source.tx, list((await appointments.about_date(source, ids)).values()))


async def about(service: Service, tx: AsyncConnection, missed: Collection[AboutAppointment]) -> dict[int, AboutAbsence]:
    """Everything about these missed dates, by appointment."""
    if not missed:
        return {}
    ids = [one.appointment.id for one in missed]
    alerts = await items.items_about(tx, Kind.NON_ATTENDANCE, ids)
    known = _Known(
        alerts,
        await people.everybody_on_staff(tx),
        await contacts.of_items(tx, [alert.id for alert in alerts.values()]),
        await evidence.of_appointments(tx, ids),
        await said.of_items(tx, [alert.id for alert in alerts.values()]),
        await histories(service, tx, {one.order.id for one in missed}),
    )
    return {one.appointment.id: known.absence(one, await _asked(tx, one.appointment.id)) for one in missed}


@dataclass(frozen=True)
class _Known:
    """What was read at once for several missed dates."""

    alerts: Mapping[int, Item]
    staff: Mapping[int, Staff]
    done: Mapping[int, Sequence[Contact]]
    sent: Mapping[int, Sequence[Evidence]]
    said: Mapping[int, Sequence[Said]]
    stand: Mapping[int, Standing]

    def absence(self, one: AboutAppointment, asked: Sequence[Told]) -> AboutAbsence:
        id_, record = one.appointment.id, one.standing
        alert, sent = self.alerts.get(id_), tuple(self.sent.get(id_, ()))
        done = [did for did in self.done.get(alert.id, ()) if did.stands] if alert is not None else []
        judge = record.recorded_by if record is not None and record.outcome in JUDGED else None
        return AboutAbsence(
            about=one,
            history=self.stand[one.order.id],
            item=alert,
            done=tuple(Did(did, self.staff.get(did.staff_id)) for did in done),
            sent=sent,
            messaged=any(row.row.status in GOES for row in asked),
            asked=next((row for row in reversed(asked) if row.row.owed.kind == "need_more"), None),
            in_touch=bool(sent) or self._answered(one, alert),
            decided_by=self.staff.get(judge or 0),
        )

    def _answered(self, one: AboutAppointment, alert: Item | None) -> bool:
        """Whether they have tapped or written anything about it since it began."""
        theirs = self.said.get(alert.id, ()) if alert is not None else ()
        tapped = any(reply.at >= one.appointment.starts_at for reply in one.replies)
        return tapped or any(remark.staff_id is None for remark in theirs)


async def _asked(tx: AsyncConnection, appointment_id: int) -> list[Told]:
    """The messages that ask after them, with what became of each."""
    rows = await told.history(tx, [Subject("appointment", appointment_id)])
    return [row for row in rows if row.row.owed.kind in ASKS_AFTER]


async def histories(service: Service, tx: AsyncConnection, order_ids: Iterable[int]) -> dict[int, Standing]:
    """How each of these orders stands today by the council's procedure."""
    wanted, rules, today = set(order_ids), service.policy.procedure, service.calendar.day(service.clock.now())
    records = await absences.standing(tx, wanted, procedure.first_day(today, rules.months))
    return {id_: procedure.standing(records.get(id_, ()), today, rules) for id_ in wanted}


@loads_one("absences")
async def about_absences(source: Source, individual_id: int) -> AboutAbsences | None:
    """The missed dates of a person, latest first, and how their orders stand."""
    individual = await people.individual(source.tx, individual_id)
    if individual is None:
        return None
    ids = await absences.missed(source.tx, individual_id)
    known = await appointments.about(source.tx, ids)
    theirs = await dates.orders_of(source.tx, individual_id)
    stand = await histories(source.service, source.tx, [order.id for order in theirs])
    return AboutAbsences(
        individual, tuple((order, stand[order.id]) for order in theirs), tuple(known[id_] for id_ in ids)
    )


@loads("evidence")
async def about_evidence(source: Source, ids: Iterable[int]) -> dict[int, AboutEvidence]:
    """What was sent, opened, one at a time."""
    found = {}
    for id_ in ids:
        one = await evidence.opened(source.tx, id_)
        individual = await people.individual(source.tx, one[0].individual_id) if one is not None else None
        if one is not None and individual is not None:
            found[id_] = AboutEvidence(individual, *one)
    return found


async def reader(work: Work, individual_id: int, alert: Item | None) -> dict[str, int]:
    """What a message about a missed date needs to know of its reader: who, and whether they may act or decide."""
    individual = await people.individual(work.tx, individual_id)
    if individual is None:
        return {}
    return {
        "reader": work.as_staff().id,
        "acts": int(await access.reaches(work, Act.CLAIM_ITEM, individual, alert)),
        "decides": int(await access.reaches(work, Act.DECIDE_ABSENCE, individual, alert)),
    }

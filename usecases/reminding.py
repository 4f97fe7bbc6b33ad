"""What is owed ahead of dates by the rules: for an import, for somebody who asks for more, for rules that are new."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, outbox, people, told
from domain import appointments, changes
from domain.about import Facts
from domain.appointments import Appointment
from domain.compliance import Kind
from domain.facts import AboutAppointment
from domain.outbox import Answer, Owed, Subject, edit, send
from domain.reminding import Rules
from usecases import items
from usecases.service import Service, Work, use_case

BATCH = 200  # dates in one transaction: a running bot waits no longer than that takes


async def wanted(
    service: Service, tx: AsyncConnection, touched: Collection[Appointment], individuals: Mapping[int, int]
) -> list[Owed]:
    """Everything owed ahead of these appointments, as they will be, of active orders; `individuals` by order id.

    Reads only. Which dates are the first of an order is counted with these as they will be. A step whose time has
    passed is made good only where no other has told of the date: rules that are new say nothing again.
    """
    rules, now = _rules(service), service.clock.now()
    ahead = [one for one in touched if one.booked and one.starts_at > now]
    nudged = await people.nudged(tx, {individuals[one.order_id] for one in ahead})
    nth = await _first(tx, touched, {one.order_id for one in ahead if one.booked_at is not None}, rules.counted_from)
    found = [
        (one, owed)
        for one in ahead
        for owed in appointments.plan_reminders(
            one,
            individuals[one.order_id],
            service.calendar,
            now,
            rules,
            individuals[one.order_id] in nudged,
            nth.get(one.id, 0),
        )
    ]
    times = {step.name: step for step in rules.steps}
    late = [owed for one, owed in found if (at := times[owed.step].due(one.day, service.calendar)) and at <= now]
    rows = await told.rows(tx, {owed.subject.id for owed in late}) if late else {}
    again = {owed.key for owed in late if changes.said_already(owed, rows.get(owed.subject.id, ()))}
    return [owed for _, owed in found if owed.key not in again]


def _rules(service: Service) -> Rules:
    """The council's rules. The quiet hours are part of what they are: other hours, and everything is planned anew."""
    rules, calendar = service.policy.reminders, service.calendar
    return replace(rules, version=f"{rules.version} {calendar.quiet_from:%H:%M}-{calendar.quiet_to:%H:%M}")


async def _first(
    tx: AsyncConnection, touched: Collection[Appointment], order_ids: Collection[int], most: int
) -> dict[int, int]:
    """Which dates are among the first of these orders, by id."""
    if not most or not order_ids:
        return {}
    ids = {one.id for one in touched}
    known = [one for one in await dates.booked_of(tx, order_ids) if one[2] not in ids]
    will_be = [(one.order_id, one.starts_at, one.id) for one in touched if one.booked and one.order_id in order_ids]
    return appointments.nth_of_order([*known, *will_be], most)


async def plan(service: Service, tx: AsyncConnection, ids: Collection[int], reason: str) -> None:
    """Makes what is owed ahead of these appointments be exactly what the rules ask for now; `reason` is why any other
    ends."""
    touched = list((await dates.appointments_by_id(tx, ids)).values())
    orders = await dates.orders_by_id(tx, {one.order_id for one in touched})
    active = [one for one in touched if orders[one.order_id].active]
    owed = await wanted(service, tx, active, {id_: order.individual_id for id_, order in orders.items()})
    await outbox.plan(tx, [Subject("appointment", id_) for id_ in ids], "reminders", owed, service.clock.now(), reason)


async def follow_rules(service: Service) -> dict[str, int]:
    """What is planned by another version of the rules, or of which that version wanted nothing, is planned anew, a few
    dates at a time."""
    after = count = 0
    version = _rules(service).version
    while True:
        async with service.db.glance() as tx:
            stale = await outbox.by_other_rules(tx, version, service.clock.now(), after, BATCH)
        if not stale:
            return {"planned_anew": count}
        async with service.db.write() as tx:
            await plan(service, tx, stale, "rules_changed")
        after, count = stale[-1], count + len(stale)


TASK_RAISED = "task_raised"  # why a row ends that asks a person to ring


async def ask_to_ring(service: Service, tx: AsyncConnection, owed: Owed, about: Facts, reason: str) -> None:
    """A task for the person's worker: `important` dates are told by a person as well; and what was `not_told` in the
    chat, for want of time, has to be told by somebody."""
    if isinstance(about, AboutAppointment):
        once = f"{changes.RING}{owed.key}"
        await items.raise_item(
            service, tx, Kind.RING, once, about.individual.id, about.order, about.appointment.id, reason
        )


# ── A word on the morning itself ────────────────────────────────────────────────────────────────────────────────────


@use_case
async def ask_nudge(work: Work) -> Sequence[Answer]:
    """/nudge: would you like one?"""
    return [send("nudge_ask", Subject("individual", work.as_individual().id))]


@use_case
async def nudge(work: Work, wanted_: bool) -> Sequence[Answer]:
    """Yes or no: what is planned follows at once."""
    individual = work.as_individual()
    await people.change_individual(work.tx, individual.id, nudged=wanted_)
    ids = await dates.appointments_ahead(work.tx, individual.id, work.now, most=None)
    await plan(work.service, work.tx, ids, "not_asked_for")
    return [edit("nudge_set", Subject("individual", individual.id))]

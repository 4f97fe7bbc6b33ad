"""Writes a plan. All that takes time is made ready first: the transaction holds a few statements of many rows each, so
that nobody who is served meanwhile has to wait."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db import bulk, dates, outbox
from db import imports as store
from db import sittings as forms
from domain import attendance, caseload, changes
from domain.appointments import Appointment
from domain.caseload import Move, Part
from domain.orders import Milestone
from domain.outbox import Change, Owed, Subject
from usecases import (
    called_off,
    changing,
    following,
    handing_over,
    offering,
    register,
    reminding,
    sessions,
    taking_places,
)
from usecases.imports import columns, outcomes
from usecases.imports.plan import Plan
from usecases.service import Service

Ids = Mapping[str, Mapping[str, int]]


@dataclass
class Script:
    """The statements of a plan, in order; and by reason the reminders that end."""

    batches: list[bulk.Batch] = field(default_factory=list)
    cancelled: dict[str, list[int]] = field(default_factory=dict)


# ── Before the transaction ──────────────────────────────────────────────────────────────────────────────────────────


async def prepare(service: Service, tx: AsyncConnection, plan: Plan) -> Script:
    """Reads only. Every new row has its id from here on, so that rows can point at it before it is written."""
    for kind in store.NUMBERED:
        new = plan.added[kind]
        numbers = await store.reserve(tx, kind, len(new))
        plan.ids[kind].update(zip((row.ref for row in new), numbers, strict=True))
    script = Script()
    script.batches += bulk.changed(tx.dialect, store.TABLES["appointments"], plan.handed_over)  # each ref comes again
    for kind in columns.KEPT:
        script.batches += _rows(tx, kind, plan)
    history = [_linked(values, plan.ids) for values in plan.history]
    script.batches += bulk.added(tx.dialect, store.TABLES["attendance"], history)
    script.batches += store.remembering(tx.dialect, plan.memory_new, plan.memory_changed)
    await _reminders(service, tx, plan, script)
    return script


def _rows(tx: AsyncConnection, kind: str, plan: Plan) -> list[bulk.Batch]:
    """Staff may name colleagues of the same file: those links are written when everybody is there."""
    table, later = store.TABLES[kind], {"cover_id"} if kind == "staff" else set()
    new, links = [], []
    for row in plan.added[kind]:
        values = _linked(row.values, plan.ids)
        if kind in store.NUMBERED:
            values["id"] = plan.ids[kind][row.ref]
        links += [(values["id"], {name: values[name]}) for name in later if values[name]]
        new.append({**values, **dict.fromkeys(later)})
    changed = [(id_, _linked(values, plan.ids)) for id_, values in plan.changed[kind]]
    return [*bulk.added(tx.dialect, table, new), *bulk.changed(tx.dialect, table, [*changed, *links])]


def _linked(values: Mapping[str, Any], ids: Ids) -> dict[str, Any]:
    """The same with the id of every row that is pointed at."""
    return {
        name: ids[value.kind][value.ref] if isinstance(value, columns.Link) else value for name, value in values.items()
    }


@dataclass(frozen=True)
class _Whose:
    """What of an order its reminders follow from."""

    active: bool
    individual_id: int


async def _reminders(service: Service, tx: AsyncConnection, plan: Plan, script: Script) -> None:
    """Every date that is new, has changed, or whose order has, owes exactly the reminders that it should."""
    now = service.clock.now()
    touched = await _touched(service, tx, plan)
    new_refs = {row.ref for row in plan.added["appointments"]}
    orders = await _orders(tx, plan, {one.order_id for one in touched})
    new: list[Appointment] = []
    by_reason: dict[str, list[Appointment]] = {}
    for one in touched:
        if one.ref in new_refs:
            new.append(one)
        else:
            by_reason.setdefault(_why(one, orders[one.order_id]), []).append(one)
    wanted: dict[int, list[Owed]] = {}
    for owed in await _wanted(service, tx, touched, orders):
        wanted.setdefault(owed.subject.id, []).append(owed)
    insert = [owed for one in new for owed in wanted.get(one.id, ())]
    script.batches += outbox.batches(tx.dialect, Change(insert=tuple(insert)), now)
    for reason, of_reason in by_reason.items():
        theirs = [owed for one in of_reason for owed in wanted.get(one.id, ())]
        await _reconcile(tx, script, of_reason, "reminders", theirs, now, reason)
    await _news(tx, plan, script, touched, orders, now)


async def _reconcile(
    tx: AsyncConnection,
    script: Script,
    dates_: Iterable[Appointment],
    family: str,
    wanted: Sequence[Owed],
    now: datetime,
    reason: str,
) -> None:
    """What must be done so that one family of rows about these dates is as wanted; `reason` is why others end."""
    change = await outbox.changes(tx, [Subject("appointment", one.id) for one in dates_], family, wanted)
    script.batches += outbox.batches(tx.dialect, change, now)
    script.cancelled.setdefault(reason, []).extend(change.cancel)


async def _news(
    tx: AsyncConnection,
    plan: Plan,
    script: Script,
    touched: Iterable[Appointment],
    orders: Mapping[int, _Whose],
    now: datetime,
) -> None:
    """Whoever was told of a date that has changed is owed one message with the last facts; news that has not gone out
    and is not so any more ends. Of an order that has ended nothing is owed."""
    turns = {dated.appointment.ref: dated.turn for dated in plan.rescheduled if dated.turn is not None}
    by_reason: dict[str, list[Appointment]] = {}
    wanted: list[Owed] = []
    for one in touched:
        order, turn = orders[one.order_id], turns.get(one.ref)
        if not order.active:
            by_reason.setdefault("order_ended", []).append(one)
        elif turn is not None:
            by_reason.setdefault(turn.reason, []).append(one)
            if turn.news:
                about = Subject("appointment", one.id)
                wanted.append(replace(turn.news, subject=about, individual_id=order.individual_id))
    for reason, of_reason in by_reason.items():
        subjects = {one.id for one in of_reason}
        theirs = [owed for owed in wanted if owed.subject.id in subjects]
        await _reconcile(tx, script, of_reason, changes.FAMILY, theirs, now, reason)


async def _touched(service: Service, tx: AsyncConnection, plan: Plan) -> list[Appointment]:
    """The appointments to be worked out again, as they will be."""
    found = {}
    if plan.turned:
        ahead = await store.booked_after(tx, service.clock.now(), plan.turned)
        for part in bulk.chunks(ahead.values()):
            found.update({one.ref: one for one in (await dates.appointments_by_id(tx, part)).values()})
    for dated in plan.rescheduled:
        one = dated.appointment
        id_, order_id = one.id or plan.ids["appointments"][one.ref], plan.ids["orders"][dated.order_ref]
        found[one.ref] = replace(one, id=id_, order_id=order_id)
    return list(found.values())


async def _orders(tx: AsyncConnection, plan: Plan, ids: set[int]) -> dict[int, _Whose]:
    """The orders of these ids as they will be."""
    found = {
        plan.ids["orders"][ref]: _Whose(order.active, plan.ids["individuals"][order.case_ref])
        for ref, order in plan.standing.items()
    }
    for part in bulk.chunks(ids - found.keys()):
        for id_, order in (await dates.orders_by_id(tx, part)).items():
            found[id_] = _Whose(order.active, order.individual_id)
    return found


async def _wanted(
    service: Service, tx: AsyncConnection, touched: Iterable[Appointment], orders: Mapping[int, _Whose]
) -> list[Owed]:
    """Everything owed ahead of these dates by the rules, of active orders."""
    active = [one for one in touched if orders[one.order_id].active]
    return await reminding.wanted(service, tx, active, {id_: whose.individual_id for id_, whose in orders.items()})


def _why(one: Appointment, order: _Whose) -> str:
    """Why a reminder that was planned before is not owed any more."""
    if not order.active:
        return "order_ended"
    return "moved" if one.booked else "appointment_cancelled"


# ── The transaction ─────────────────────────────────────────────────────────────────────────────────────────────────


async def write(service: Service, plan: Plan, script: Script) -> bool:
    """All of it, or nothing. False: what was planned on has moved since, and must be planned again."""
    now = service.clock.now()
    async with service.db.write() as tx:
        await store.alone(tx)
        if plan.mark != await store.mark(tx, *plan.watched, held=True):
            return False
        for batch in script.batches:
            await batch.run(tx)
        for reason, ids in script.cancelled.items():
            await outbox.cancel_planned(tx, ids, reason, now)
        await changing.after_planning(service, tx, plan.overtaken)
        await store.speak(tx, plan.speaks)
        lines = [_line(line, plan.ids) for line in plan.heard]
        records = await register.record_all(service, tx, lines, "import")
        since = {**plan.off_before, **dict.fromkeys(plan.retimed, now)}
        await called_off.forget(service, tx, {plan.ids["appointments"][ref]: at for ref, at in since.items()})
        await taking_places.after_import(service, tx)
        await following.plan_anew(service, tx)
        await sessions.follow(service, tx)
        await _ends(service, tx, plan)
        if not plan.first:  # of a caseload that runs nobody has heard anything new
            await called_off.tell_of_records(service, tx, {line.appointment_id for line in lines}, records)
            await handing_over.named_by_export(service, tx, await _handed(tx, plan))
        await store.note(tx, now, {kind: asdict(counts) for kind, counts in plan.counts.items()})
    return True


async def _handed(tx: AsyncConnection, plan: Plan) -> list[Move]:
    """Whom the case system itself gave to another worker."""
    staff, known = plan.ids["staff"], await dates.orders_by_id(tx, {one[0] for one in plan.handed})
    found = []
    for order_id, name, before, after in plan.handed:
        order, part = known[order_id], Part(name)
        tells = order.active and caseload.working_part(order) is part
        from_id = staff[before] if before else None
        found.append(Move(order_id, order.individual_id, part, from_id, staff[after], tells))
    return found


def _line(line: outcomes.Line, ids: Ids) -> register.Line:
    """What somebody must hear of goes the way of an outcome that is tapped in the chat."""
    values = line.row.values
    by = ids["staff"][values["recorded_by"]] if values["recorded_by"] else None
    record = attendance.Record(values["outcome"], values["recorded_at"], values["cause"], values["minutes"], by)
    return register.Line(ids["appointments"][line.appointment_ref], record, values["note"], history=line.history)


async def _ends(service: Service, tx: AsyncConnection, plan: Plan) -> None:
    """After every order is written: one that has ended owes a form, one that is new may take an offer back, and
    nothing more goes to somebody who died. An order that was over before it was ever imported owes nothing."""
    people = plan.ids["individuals"]
    for ref in sorted(plan.ended | plan.reconsidered):
        if ref in plan.ended or await forms.sittings_of(tx, people[ref]):
            await offering.owe_form(service, tx, people[ref])
    if not plan.first:  # what is read for the first time has begun long ago
        seen = {_linked(values, plan.ids)["appointment_id"] for values in plan.history}
        await offering.after_attendance(service, tx, seen)
        new = [row.values for row in plan.added["milestones"] if row.values["milestone"] == Milestone.INDUCTION]
        await offering.after_inductions(service, tx, {_linked(values, plan.ids)["order_id"] for values in new})
    for ref in sorted(plan.died):
        await outbox.cancel_for_individual(tx, people[ref], "died", service.clock.now())

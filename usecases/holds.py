"""Holds from the chat: nobody is expected for a while. Lifting one sends nothing late: what fell due meanwhile has
ended with its reason, and only what is still ahead goes out."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from db import dates, holds, people
from domain import days
from domain.errors import NotKnown, Stale
from domain.orders import Hold, Order
from domain.outbox import NOTHING, Answer, Subject, edit, send
from domain.people import Act, Individual
from usecases import access, awaiting
from usecases.service import Work, use_case

DAY = timedelta(days=1)


async def _of(work: Work, individual: Individual | None, what: str) -> tuple[Individual, list[Order]]:
    """Somebody within reach, and their active orders; raises NotKnown for anybody else."""
    await access.require_for(work, Act.HOLD, individual, what)
    if individual is None:
        raise NotKnown
    return individual, [one for one in await dates.orders_of(work.tx, individual.id) if one.active]


@use_case
async def ask(work: Work, case_ref: str) -> Sequence[Answer]:
    """/hold CASE_REF: why, by button."""
    individual, orders = await _of(work, await people.individual_by_ref(work.tx, case_ref), "hold asked")
    if not orders:
        return [send("hold_no_order", NOTHING, case=case_ref)]
    return [send("hold_ask", Subject("individual", individual.id))]


@use_case
async def hold(work: Work, individual_id: int, kind: Hold) -> Sequence[Answer]:
    """A reason tapped: every active order is on hold from today. Words typed next may name the last day."""
    found = await people.individual(work.tx, individual_id)
    individual, orders = await _of(work, found, f"hold {kind}")
    if not orders:
        raise Stale
    here = await holds.on(work.tx, [one.id for one in orders], work.today)
    held = {one.order_id for one in here if one.kind is kind}
    await holds.end(work.tx, [one.id for one in here if one.kind is not kind], work.today - DAY)
    for order in orders:
        if order.id not in held:
            ref = f"chat:{work.update_id}:{order.id}"
            await holds.add(work.tx, ref, order.id, kind, work.today, work.as_staff().id)
    await awaiting.ask(work, "hold_until", individual=individual_id)
    return [edit("hold_set", NOTHING, case=individual.case_ref, why=kind.value)]


@awaiting.hears("hold_until")
async def _until(work: Work, text: str, ids: Mapping[str, int]) -> Sequence[Answer] | None:
    """The last day of a hold that was just set. Any other words were for somebody else."""
    span = days.read(text, work.today)
    if span is None:
        return None
    day = span.last
    found = await people.individual(work.tx, ids["individual"])
    individual, orders = await _of(work, found, "hold until a day")
    here = await holds.on(work.tx, [one.id for one in orders], work.today)
    if day < work.today or not here:
        return [send("hold_day_refused", NOTHING, case=individual.case_ref)]
    await holds.end(work.tx, [one.id for one in here], day)
    return [send("hold_until_set", NOTHING, case=individual.case_ref, day=day.isoformat())]


@use_case
async def release(work: Work, case_ref: str) -> Sequence[Answer]:
    """/release CASE_REF: expected again from today, on every order."""
    found = await people.individual_by_ref(work.tx, case_ref)
    individual, orders = await _of(work, found, "hold lifted")
    here = await holds.on(work.tx, [one.id for one in orders], work.today)
    await holds.end(work.tx, [one.id for one in here], work.today - DAY)
    return [send("hold_lifted" if here else "hold_none", Subject("individual", individual.id))]

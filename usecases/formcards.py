"""How the questionnaires of one person stand, for whoever works with them; and *it has ended as planned*, said by a
named person. Nothing here says what was answered."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, outbox, people, sittings, traces
from db import offering as store
from domain.errors import NotKnown, Stale
from domain.neutral import MAY_BE_CONFIRMED, AboutStages, Stage, Standing
from domain.offering import END
from domain.orders import Order
from domain.outbox import Answer, Owed, Subject, To, edit, send
from domain.people import MAY, Act, Individual
from usecases import access, between, offering
from usecases.service import Service, Work, use_case
from usecases.subjects import Source, loads_one


async def standings(service: Service, tx: AsyncConnection, individual_id: int) -> tuple[Standing, ...]:
    """How far each form of a person is, in the order in which they were owed."""
    everybody = await people.everybody_on_staff(tx)
    found = []
    for one in sorted(await sittings.sittings_of(tx, individual_id), key=lambda row: row.id):
        stage, at = _stage(one)
        why = await offering.bar_to(service, tx, one) if stage is Stage.NOT_OFFERED else ""
        found.append(Standing(one.id, one.occasion, stage, at, why, everybody.get(one.helper_id or 0)))
    return tuple(found)


def _stage(one: sittings.Sitting) -> tuple[Stage, datetime]:
    over = Stage.CLOSED if one.offered_at is not None else Stage.NEVER
    stages = (
        (Stage.WITHDRAWN, one.withdrawn_at),
        (Stage.FINISHED, one.finished_at),
        (Stage.DECLINED, one.declined_at),
        (over, one.closed_at),
        (Stage.STARTED, one.started_at),
        (Stage.OFFERED, one.offered_at),
    )
    return next(((stage, at) for stage, at in stages if at is not None), (Stage.NOT_OFFERED, one.owed_at))


@loads_one("case_forms")
async def about(source: Source, individual_id: int) -> AboutStages | None:
    """All that is on record of a person's forms, as far as staff may see it."""
    individual = await people.individual(source.tx, individual_id)
    if individual is None:
        return None
    orders = [one for one in await dates.orders_of(source.tx, individual_id) if one.status in MAY_BE_CONFIRMED]
    by, everybody = (
        await store.confirmed(source.tx, [one.id for one in orders]),
        await people.everybody_on_staff(source.tx),
    )
    return AboutStages(
        individual,
        await standings(source.service, source.tx, individual_id),
        tuple(one for one in orders if one.id not in by),
        tuple((one, everybody[by[one.id]]) for one in orders if one.id in by),
    )


@use_case
async def show(work: Work, individual_id: int) -> Sequence[Answer]:
    """*Questionnaires*, on the case card."""
    individual = await people.individual(work.tx, individual_id)
    await access.require_for(work, Act.CONFIRM_END, individual, "questionnaires")
    tapped = await traces.ours(work.tx, work.chat.id, work.tapped) if work.chat and work.tapped else None
    speak = edit if tapped is not None and tapped.kind == "case_forms" else send
    return [speak("case_forms", Subject("case_forms", individual_id), offers=_offers(work))]


def _offers(work: Work) -> int:
    """Whether the speaker works with people and may have offered something in person: 1 or 0."""
    return int(bool(work.as_staff().roles & set(MAY[Act.FORMS])))


# ── The end ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def confirm_end(work: Work, order_id: int, sure: bool) -> Sequence[Answer]:
    """*It has ended as planned*: from now on the form at the end begins with *well done*."""
    order, individual = await _ended(work, order_id)
    if not sure:
        return [edit("end_sure", Subject("case_forms", individual.id), order=order.id)]
    await store.confirm(work.tx, order.id, work.as_staff().id, work.now)
    await _say_well_done(work, order)
    return [edit("end_confirmed", Subject("case_forms", individual.id), offers=_offers(work))]


async def _ended(work: Work, order_id: int) -> tuple[Order, Individual]:
    order = await dates.order(work.tx, order_id)
    individual = await people.individual(work.tx, order.individual_id) if order is not None else None
    await access.require_for(work, Act.CONFIRM_END, individual, "end confirmed")
    if order is None or individual is None:
        raise NotKnown
    if order.status not in MAY_BE_CONFIRMED:
        raise Stale
    return order, individual


async def _say_well_done(work: Work, order: Order) -> None:
    """An offer that stands in the person's chat, and has not been begun, says so without a sound."""
    mine = await sittings.sittings_of(work.tx, order.individual_id)
    sitting = next((one for one in mine if (one.order_id, one.occasion) == (order.id, END)), None)
    if sitting is None or sitting.closed or sitting.started_at is not None:
        return
    about_ = Subject("sitting", sitting.id)
    chat = (await people.chats_of_individuals(work.tx, [order.individual_id])).get(order.individual_id)
    every = await traces.about(work.tx, about_, between.SCREENS)
    shown = [one for one in every if chat is not None and one.chat == chat.id]
    if shown:
        params = {"edit": shown[-1].message_id}
        owed = Owed(
            kind="form_back",
            subject=about_,
            to=To.INDIVIDUAL,
            due_at=work.now,
            step="well_done",
            individual_id=order.individual_id,
            params=params,
        )
        await outbox.owe(work.tx, owed, work.now)

"""Which questionnaires are owed to whom, their offers, and what becomes of those that nobody answers.

A form is *offered* once Telegram has accepted its first message, the receipt of its text message has come, or somebody
on staff has put on record that they offered it. It is asked for twice more at most, and closes by itself.
"""

import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, holds, outbox, people, sittings, texts
from db import items as open_items
from db import offering as store
from db import standards as clock_store
from db.prepared import together
from domain import offering, questionnaires
from domain.compliance import UNTIL_TOLD, Kind
from domain.offering import END, Asked, Due, How, Known, kind_of
from domain.orders import Order, Status
from domain.outbox import Owed, Row, Subject, To
from domain.outbox import Status as RowStatus
from domain.outcomes import Period
from domain.reminding import Skip
from usecases import clocks, items
from usecases.service import Service

FEW = 20  # people in one transaction of the night: a running bot waits no longer than that takes
FORM_ID_BYTES = 12  # 96 bits: at least 60 are asked for
FAMILY, AGAIN, TEXT = "form", "form_again", "form_text"
NOT_TOLD = (RowStatus.UNREACHABLE, RowStatus.SUPPRESSED)  # after which another try makes sense, once nothing bars it


# ── Owing a form ────────────────────────────────────────────────────────────────────────────────────────────────────


async def owe_form(service: Service, tx: AsyncConnection, individual_id: int) -> None:
    """Owes the forms that this person is owed now, each once: makes their offers be exactly those that are owed.

    An offer that is not owed any more is taken back, as long as it has not been made. Of the end that cannot be offered
    in the chat, a manager is asked to name somebody.
    """
    await owe_forms(service, tx, [individual_id])


async def owe_forms(service: Service, tx: AsyncConnection, individual_ids: Iterable[int]) -> None:
    """The same for each of these people: what their forms depend on is read for all of them at once."""
    ids = list(individual_ids)
    orders, mine = dates.reading_orders_of(ids), sittings.reading_of(ids)
    await together(tx, orders, mine)
    known = await _known(service, tx, [one for several in orders.found.values() for one in several if one.active])
    for id_ in ids:
        await _owe(service, tx, id_, replace(known, orders=orders.found[id_]), mine.found[id_])


async def _owe(
    service: Service, tx: AsyncConnection, individual_id: int, known: Known, mine: list[sittings.Sitting]
) -> None:
    now, orders = service.clock.now(), known.orders
    if any(order.status is Status.DIED for order in orders):
        await outbox.cancel_for_individual(tx, individual_id, "died", now)
    asked = [Asked(one.order_id, one.occasion, service.calendar.day(one.owed_at)) for one in mine]
    owed = offering.due(replace(known, asked=asked), service.calendar.day(now))
    wanted = []
    for due in owed:
        sitting = await _sitting_among(service, tx, due, mine)
        mine = mine if sitting in mine else [sitting, *mine]
        if due.occasion == END and due.form == "exit":
            await _ask_to_confirm(service, tx, due.order)
        if sitting.unseen:
            bar = await bar_to(service, tx, sitting)
            wanted += [await _offer(service, tx, sitting)] if not bar else []
            wanted += [await _offer(service, tx, sitting, TEXT)] if await _by_text(service, tx, sitting, bar) else []
            await _ask_somebody(service, tx, sitting, due.order, bar)
    if mine:
        await outbox.plan(tx, [Subject("sitting", one.id) for one in mine], FAMILY, wanted, now, "not_owed_now")
    await _drop(service, tx, orders, mine, {(due.order.id, due.occasion) for due in owed})


async def _known(service: Service, tx: AsyncConnection, running: Sequence[Order]) -> Known:
    """What is on record of running orders, of however many people. Of whoever has none nothing more is read."""
    if not running:
        return Known()
    ids, first = [one.id for one in running], min(one.imposed_on for one in running)
    live = clock_store.reading_first_import()
    await live.later(tx)
    reads = await clocks.read(service, tx, clock_store.of_orders(ids), first, date.max, offering.CLOCK)
    reviews = {known.order.id: found for known, found in reads}
    since = clocks.day_of(service, live.found)
    return Known((), await store.dated(tx, ids, since), reviews, since=since)


async def _ask_to_confirm(service: Service, tx: AsyncConnection, order: Order) -> None:
    """The worker is told once that the case system says so, or whoever is there instead: nobody but a person says *well
    done*."""
    if order.id in await store.confirmed(tx, [order.id]):
        return
    now, whose = service.clock.now(), order.individual_id
    owed = Owed(
        kind="end_told",
        subject=Subject("case_forms", whose),
        to=To.NEAREST,
        due_at=service.calendar.next_opening(now),
        step=str(order.id),
        to_id=order.worker_id,
        individual_id=whose,
        family=UNTIL_TOLD,
    )
    await outbox.owe(tx, owed, now)


async def bar_to(service: Service, tx: AsyncConnection, sitting: sittings.Sitting) -> str:
    """Why a form is not offered in the chat as things are: a code; empty if it is."""
    individual = (await people.individuals_by_id(tx, [sitting.individual_id]))[sitting.individual_id]
    chat = await people.linked_chat(tx, individual.id, None)
    held = (
        []
        if sitting.occasion == END
        else await holds.on(tx, [sitting.order_id], service.calendar.day(service.clock.now()))
    )
    hold = held[0].kind.value if held else ""
    return offering.bar(individual, chat is not None, chat is not None and chat.reachable, hold)


async def _by_text(service: Service, tx: AsyncConnection, sitting: sittings.Sitting, bar: str) -> bool:
    """Whether a text message tells them of the questions at the end, and that somebody may ring to ask them."""
    if not service.policy.texts or sitting.occasion != END or bar not in (offering.BLOCKED, Skip.NOT_LINKED):
        return False
    return (await texts.standing(tx, [sitting.individual_id]))[sitting.individual_id].bar is None


async def _offer(service: Service, tx: AsyncConnection, sitting: sittings.Sitting, kind: str = "form_offer") -> Owed:
    about = Subject("sitting", sitting.id)
    tried = sum(row.owed.kind == kind and row.status in NOT_TOLD for row in await outbox.about(tx, about))
    return Owed(
        kind=kind,
        subject=about,
        to=To.INDIVIDUAL,
        due_at=service.clock.now(),
        step=f"try-{tried}" if tried else "",
        individual_id=sitting.individual_id,
        family=FAMILY,
    )


async def sitting_for(service: Service, tx: AsyncConnection, due: Due) -> sittings.Sitting:
    """The one sitting of an order and occasion. Until somebody has seen it, it follows what the order says now."""
    return await _sitting_among(service, tx, due, await sittings.sittings_of(tx, due.order.individual_id))


async def _sitting_among(
    service: Service, tx: AsyncConnection, due: Due, mine: Iterable[sittings.Sitting]
) -> sittings.Sitting:
    blank = _blank(service, due.form, due.order)
    known = next((one for one in mine if (one.order_id, one.occasion) == (due.order.id, due.occasion)), None)
    if known is None:
        form_id, whose = secrets.token_urlsafe(FORM_ID_BYTES), due.order.individual_id
        return await sittings.add(tx, form_id, whose, due.order.id, blank, service.clock.now(), due.occasion)
    if known.unseen:
        await sittings.replace(tx, known, blank)
    return known


def _blank(service: Service, form: str, order: Order) -> sittings.Blank:
    definition = service.forms.newest(form)
    ended_on = order.ended_on or service.calendar.day(service.clock.now())
    state = questionnaires.begin(definition).to_row()
    return sittings.Blank(form, str(definition.version), state, Period.quarter(ended_on).first)


async def _drop(
    service: Service,
    tx: AsyncConnection,
    orders: Iterable[Order],
    mine: Iterable[sittings.Sitting],
    owed: Collection[tuple[int, str]],
) -> None:
    """What was asked for while an order ran is over with it; what a manager was asked to do for an end that is not the
    end after all is taken back."""
    running = {order.id for order in orders if order.active}
    for one in mine:
        if kind_of(one.occasion) != END and one.order_id not in running and not one.closed:
            await close(service, tx, one)
        elif one.occasion == END and (one.order_id, END) not in owed:
            item = await open_items.open_of(tx, Kind.ASK, one.individual_id, None)
            if item is not None and item.order_id == one.order_id:
                await items.withdraw(service, tx, item)


async def _ask_somebody(
    service: Service, tx: AsyncConnection, sitting: sittings.Sitting, order: Order, bar: str
) -> None:
    """A manager names somebody for an end that the chat cannot ask about, unless it can after all by now."""
    if sitting.occasion != END:
        return
    if bar:
        await items.raise_item(service, tx, Kind.ASK, f"ask:{sitting.id}", order.individual_id, order, reason=bar)
    elif sitting.helper_id is None:
        await conclude_asking(service, tx, sitting)


async def conclude_asking(service: Service, tx: AsyncConnection, sitting: sittings.Sitting) -> None:
    """Nobody has to be named, or to ask, any more."""
    item = await open_items.open_of(tx, Kind.ASK, sitting.individual_id, None)
    if item is not None and item.order_id == sitting.order_id:
        await items.conclude(service, tx, item)


async def still_owed(tx: AsyncConnection, row: sittings.Sitting) -> bool:
    """What was seen once stays open to be answered; before that, what is on record may take the ground from it."""
    if not row.unseen:
        return True
    orders = await dates.orders_of(tx, row.individual_id)
    if row.occasion != END:
        died = any(order.status is Status.DIED for order in orders)
        return not died and any(order.id == row.order_id and order.active for order in orders)
    owed = offering.form_owed(orders)
    return owed is not None and owed[1].id == row.order_id


async def open_for(tx: AsyncConnection, individual_id: int) -> list[Subject]:
    """The forms that this person was offered and may still answer, for a new phone to show again."""
    mine = await sittings.sittings_of(tx, individual_id)
    return [Subject("sitting", row.id) for row in mine if row.offered_at is not None and not row.closed]


# ── Offered, asked again, over ──────────────────────────────────────────────────────────────────────────────────────


async def made(service: Service, tx: AsyncConnection, sitting_id: int, how: How, by: int | None = None) -> None:
    """The form has been offered, however; twice more it will be asked for."""
    sitting = (await sittings.sittings_by_id(tx, [sitting_id])).get(sitting_id)
    if sitting is None or sitting.offered_at is not None or sitting.closed:
        return
    now = service.clock.now()
    await sittings.change(tx, sitting_id, offered_at=now, offered_how=how.value, offered_by=by)
    closes = service.policy.form_closes
    wanted = [
        Owed(
            kind=AGAIN,
            subject=Subject("sitting", sitting_id),
            to=To.INDIVIDUAL,
            due_at=at,
            expires_at=until,
            step=str(number),
            individual_id=sitting.individual_id,
            family=AGAIN,
            params={"last": int(number == len(offering.ASKED_AGAIN))},
        )
        for number, (at, until) in enumerate(offering.asked_again(now, closes, service.calendar), 1)
    ]
    await outbox.plan(tx, [Subject("sitting", sitting_id)], AGAIN, wanted, now, "not_owed_now")
    if how is not How.TEXT:  # who had a text message has still to be rung
        await conclude_asking(service, tx, sitting)


async def not_made(service: Service, tx: AsyncConnection, row: Row, reason: str) -> None:
    """An offer that could not be made: of the end, a manager is asked to name somebody."""
    if row.owed.kind != "form_offer":
        return
    sitting = (await sittings.sittings_by_id(tx, [row.owed.subject.id])).get(row.owed.subject.id)
    if sitting is None or not sitting.unseen or not await still_owed(tx, sitting):
        return
    order = (await dates.orders_by_id(tx, [sitting.order_id]))[sitting.order_id]
    await _ask_somebody(service, tx, sitting, order, await bar_to(service, tx, sitting) or reason)


async def over(service: Service, tx: AsyncConnection, sitting: sittings.Sitting) -> None:
    """The form has been answered, or somebody said no, or its time has passed: nobody asks for it again."""
    await outbox.cancel(tx, Subject("sitting", sitting.id), FAMILY, "form_over", service.clock.now())
    await outbox.cancel(tx, Subject("sitting", sitting.id), AGAIN, "form_over", service.clock.now())
    await conclude_asking(service, tx, sitting)


async def close(service: Service, tx: AsyncConnection, sitting: sittings.Sitting) -> None:
    """Half-given answers go with it: nobody has sent them."""
    await sittings.keep_state(tx, sitting.form_id, None)
    await sittings.change(tx, sitting.id, closed_at=service.clock.now())
    await over(service, tx, sitting)


# ── By the clock, and by what is recorded ───────────────────────────────────────────────────────────────────────────


async def after_attendance(service: Service, tx: AsyncConnection, appointment_ids: Collection[int]) -> None:
    """Somebody was seen for the first time, or it was taken back that they were."""
    await owe_forms(service, tx, sorted(await store.begun(tx, appointment_ids)))


async def after_inductions(service: Service, tx: AsyncConnection, order_ids: Collection[int]) -> None:
    """The export says of these orders, as a step, that the induction was held."""
    for individual_id in sorted(await store.running(tx, order_ids)):
        await owe_form(service, tx, individual_id)


async def each_night(service: Service) -> dict[str, int]:
    """Owes what falls due by the calendar and what could not be offered before; closes what nobody answered."""
    now = service.clock.now()
    today = service.calendar.day(now)
    soon = today + offering.BEFORE_REVIEW
    late = store.reading_late(now - service.policy.form_closes)
    waiting, reviewed = store.reading_waiting(), store.reading_reviewed(today, soon)
    async with service.db.read() as tx:
        for one in (late, waiting, reviewed):
            await one.later(tx)
        whose = await _reviewed_by(service, tx, today, soon)
    several = sorted(whose | waiting.found | reviewed.found)
    for at in range(0, len(several), FEW):
        async with service.db.write() as tx:
            await owe_forms(service, tx, several[at : at + FEW])
    if late.found:
        await _close_late(service, late.found)
    service.wake()
    return {"owed": len(several), "closed": len(late.found)}


async def _close_late(service: Service, ids: Collection[int]) -> None:
    async with service.db.write() as tx:
        for sitting in (await sittings.sittings_by_id(tx, ids)).values():
            if not sitting.closed:
                await close(service, tx, sitting)


async def _reviewed_by(service: Service, tx: AsyncConnection, first: date, last: date) -> set[int]:
    """Whose next review is due between two days, by its limit."""
    found = await clocks.read(service, tx, clock_store.active(first), first, last, offering.CLOCK)
    return {known.order.individual_id for known, reads in found if any(one.done is None for one in reads)}

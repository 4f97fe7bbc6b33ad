"""One person's data: asked for, handed over, and erased as far as nothing obliges us to keep it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from db import access as record
from db import dates, imports, items, keeping, people, persons
from domain.audit import Reason
from domain.compliance import Kind
from domain.errors import NotKnown, Stale
from domain.outbox import Answer, Subject, send
from domain.people import Act, Individual
from domain.persons import Erased, Held
from usecases import access, holding
from usecases import items as open_items
from usecases.service import Service, Work, use_case

STAYS = ("case", "access", "erased")  # the rules by which something stays after an erasure


class CannotErase(Exception):
    """Why somebody cannot be erased yet, with what was found and what is expected."""


# ── Asked for in the chat ───────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def ask_for_data(work: Work) -> Sequence[Answer]:
    """/mydata: staff make the file and hand it over within a month."""
    individual = work.as_individual()
    since = await _raise(work, individual, Kind.MY_DATA)
    return [send("my_data_asked", Subject("individual", individual.id), by=month_after(since).isoformat())]


@use_case
async def ask_to_forget(work: Work) -> Sequence[Answer]:
    """/forget: staff decide; what has to stay is said at once."""
    individual = work.as_individual()
    await _raise(work, individual, Kind.FORGET)
    return [send("forget_asked", Subject("individual", individual.id))]


async def _raise(work: Work, individual: Individual, kind: Kind) -> date:
    """Opens what a manager must answer, unless it is open already; returns the day on which it was asked."""
    open_ = await items.open_of(work.tx, kind, individual.id, None)
    if open_ is not None:
        return work.service.calendar.day(open_.raised_at)
    order = await open_items.order_to_speak_about(work.tx, individual.id)
    once = f"{kind}:{work.update_id}"
    await open_items.raise_item(work.service, work.tx, kind, once, individual.id, order)
    return work.today


def month_after(day: date) -> date:
    """The same day of the next month, or its last day: when an answer is due."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    last = (date(year + month // 12, month % 12 + 1, 1) - date.resolution).day
    return date(year, month, min(day.day, last))


# ── Handed over ─────────────────────────────────────────────────────────────────────────────────────────────────────


async def export(service: Service, case_ref: str) -> Held:
    """All that is held on one person, other people left out; raises NotKnown. It is put on record."""
    now = service.clock.now()
    async with service.db.write() as tx:
        individual = await _known(tx, case_ref)
        await record.note(tx, now, None, [individual.id], "export", "all that is held", Reason.ASKED)
        return await holding.held(service, tx, individual, now)


@use_case
async def hand_over(work: Work, item_id: int) -> Sequence[Answer]:
    """*Make the copy*, on the card of somebody who asked for it: the file goes to the manager, who reads it first."""
    item = await items.item(work.tx, item_id)
    asked = item if item is not None and item.kind is Kind.MY_DATA else None
    individual = await people.individual(work.tx, asked.individual_id) if asked else None
    await access.require_for(work, Act.EXPORT, individual, "all that is held", asked, Reason.ASKED)
    if asked is None or not asked.open:
        raise Stale
    return [send("held_file", Subject("held", asked.individual_id))]


async def _known(tx: AsyncConnection, case_ref: str) -> Individual:
    individual = await people.individual_by_ref(tx, case_ref)
    if individual is None:
        raise NotKnown(found=case_ref)
    return individual


# ── Erased ──────────────────────────────────────────────────────────────────────────────────────────────────────────


async def plan_erasure(service: Service, case_ref: str) -> Erased:
    """What erasing somebody would come to; raises NotKnown or CannotErase."""
    async with service.db.read() as tx:
        individual = await _known(tx, case_ref)
        await _refuse(tx, individual)
        return _came_to(await persons.rows_about(tx, individual.id))


async def erase(service: Service, case_ref: str) -> Erased:
    """Erases somebody as far as the rules allow; raises NotKnown or CannotErase. An import does not bring them back."""
    async with service.db.write() as tx:
        await imports.alone(tx)  # one that is being written now would write over what is emptied
        individual = await _known(tx, case_ref)
        await _refuse(tx, individual)
        found = await persons.rows_about(tx, individual.id)
        await record.note(tx, service.clock.now(), None, [individual.id], "erase", "erased", Reason.ASKED)
        await persons.erase(tx, found, service.db.keys, service.clock.now(), None)
        return _came_to(found)


async def readmit(service: Service, case_ref: str) -> bool:
    """Lets imports bring a case reference in again: somebody who was erased is subject to an order anew."""
    async with service.db.write() as tx:
        return await persons.readmit(tx, service.db.keys, case_ref)


async def _refuse(tx: AsyncConnection, individual: Individual) -> None:
    running = [order.ref for order in await dates.orders_of(tx, individual.id) if order.active]
    if running:
        raise CannotErase(f"Order {', '.join(running)} is active; expected every order of theirs to have ended.")
    held = await keeping.under_legal_hold(tx, individual.id)
    if held:
        raise CannotErase(f"Order {', '.join(held)} is under a legal hold; expected it to be lifted first.")


def _came_to(found: persons.Rows) -> Erased:
    def counted(several: Sequence[Table] | Mapping[Table, Any]) -> dict[str, int]:
        return {table.name: len(found[table]) for table in several if found.get(table)}

    return Erased(counted(persons.DELETED), counted(persons.EMPTIED), persons.stay(found))

"""The hours of orders and how they stand: one rule for everybody who asks, and /progress for staff."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, milestones, people
from db import progress as store
from domain import forecast, progress, slipping
from domain.about import Facts
from domain.errors import NotKnown
from domain.facts import AboutOrder, AboutProgress, Asked
from domain.forecast import Known, Light
from domain.orders import Milestone, Order
from domain.outbox import Answer, Saying, Subject, edit, send
from domain.people import Act, Role, Scope, Staff, widest
from domain.progress import Books
from domain.slipping import Progress, View
from usecases import access
from usecases.service import Service, Work, use_case
from usecases.subjects import Source, adds_to, loads

# ── How orders stand ────────────────────────────────────────────────────────────────────────────────────────────────


async def of_orders(service: Service, tx: AsyncConnection, order_ids: Iterable[int]) -> dict[int, Books]:
    """The books of each of these orders that has hours: three statements, however many they are."""
    orders = await _with_hours(tx, order_ids)
    shifts, adjusted = await store.shifts(tx, orders, ahead=False), await store.adjusted(tx, orders)
    return {
        id_: progress.books(id_, order.hours or 0, shifts.get(id_, ()), adjusted.get(id_, ()), service.policy.progress)
        for id_, order in orders.items()
    }


async def standing_of(
    service: Service, tx: AsyncConnection, order_ids: Iterable[int], now: datetime, sides: bool = True
) -> dict[int, Progress]:
    """The same with forecast and light: four statements. `sides`: see `forecast.forecast`."""
    orders, rules = await _with_hours(tx, order_ids), service.policy.progress
    shifts, adjusted = await store.shifts(tx, orders), await store.adjusted(tx, orders)
    held, found = await store.held(tx, orders), {}
    for id_, order in orders.items():
        theirs = shifts.get(id_, [])
        books = progress.books(id_, order.hours or 0, theirs, adjusted.get(id_, ()), rules)
        known = Known(books, order.imposed_on, progress.target(order), theirs, held.get(id_, ()))
        found[id_] = Progress(order, known, forecast.forecast(known, now, service.calendar, rules, sides))
    return found


async def _with_hours(tx: AsyncConnection, order_ids: Iterable[int]) -> dict[int, Order]:
    known = await dates.orders_by_id(tx, order_ids)
    return {id_: order for id_, order in known.items() if order.hours is not None}


async def active_with_hours(tx: AsyncConnection, individual_id: int) -> list[Order]:
    """A person's active orders with hours, the latest imposed first."""
    orders = await dates.orders_of(tx, individual_id)
    return [order for order in orders if order.active and order.hours is not None]


# ── What a message may say ──────────────────────────────────────────────────────────────────────────────────────────


@loads("order")
async def about_orders(source: Source, ids: Iterable[int]) -> dict[int, AboutOrder]:
    """Each of these orders with its books and its requests for more time."""
    found = await standing_of(source.service, source.tx, ids, source.now)
    staff, asked = await people.everybody_on_staff(source.tx), await store.extensions(source.tx, found)
    whose = await people.individuals_by_id(source.tx, {one.order.individual_id for one in found.values()})
    about = {}
    for id_, one in found.items():
        individual = whose[one.order.individual_id]
        about[id_] = AboutOrder(
            individual,
            one,
            extensions=tuple(Asked(ext.day, ext.cause, staff.get(ext.recorded_by or 0)) for ext in asked.get(id_, ())),
            several=len(await active_with_hours(source.tx, individual.id)) > 1,
        )
    return about


@adds_to("progress")
async def with_page(
    source: Source, known: Mapping[Subject, Facts], sayings: Sequence[Saying]
) -> dict[Subject, AboutProgress]:
    """The orders on each page of a list: which they are stands in what is to be said, because a whole caseload has been
    gone through to find them."""
    found = {}
    for one in sayings:
        ids = [int(id_) for id_ in str(one.params["orders"]).split(",") if id_]
        stand = await standing_of(source.service, source.tx, ids, source.now)
        whose = await people.individuals_by_id(source.tx, {order.order.individual_id for order in stand.values()})
        refs = {id_: whose[order.order.individual_id].case_ref for id_, order in stand.items()}
        found[one.subject] = AboutProgress(tuple(stand[id_] for id_ in ids if id_ in stand), refs)
    return found


async def _within_reach(service: Service, tx: AsyncConnection, staff: Staff, now: datetime) -> list[store.Whose]:
    """The same people as `access.relation_to` and `may` would let through one by one."""
    if widest(staff, Act.PROGRESS) is Scope.EVERYBODY:
        return await store.active(tx, None)
    mine = staff.covering(service.calendar.day(now)) | {staff.id}
    everybody = await people.everybody_on_staff(tx)
    youth = any(Role.YOUTH_TEAM in everybody[id_].roles for id_ in mine if id_ in everybody)
    return await store.active(tx, mine, youth)


# ── /progress ───────────────────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def show(work: Work, case_ref: str) -> Sequence[Answer]:
    """/progress: who is slipping and why; with a case reference, that person's hours."""
    staff = await access.require(work, Act.PROGRESS)
    if case_ref:
        return await _of_person(work, case_ref)
    return [send("progress", Subject("progress", staff.id), **await _page(work, staff, View.SLIPPING, 0))]


@use_case
async def turn(work: Work, view: View, page: int) -> Sequence[Answer]:
    """Another list or page, in place of this one."""
    staff = await access.require(work, Act.PROGRESS)
    return [edit("progress", Subject("progress", staff.id), **await _page(work, staff, view, page))]


async def _page(work: Work, staff: Staff, view: View, page: int) -> dict[str, str | int]:
    """Which orders stand on a page, and how many there are of each colour and on each list. Whoever stands on the page
    has been looked at."""
    whose = await _within_reach(work.service, work.tx, staff, work.now)
    found = await standing_of(work.service, work.tx, [one.order_id for one in whose], work.now, sides=False)
    rules, lights = work.service.policy.progress, [one.forecast.light for one in found.values()]
    lists = {one: slipping.listed(found.values(), one, rules) for one in View}
    first = slipping.first_of_page(len(lists[view]), page)
    shown = lists[view][first : first + slipping.PAGE]
    await access.note(work, Act.PROGRESS, sorted({one.order.individual_id for one in shown}), "progress")
    return {
        "view": view.value,
        "first": first,
        "orders": ",".join(str(one.order.id) for one in shown),
        **{f"of_{light}": lights.count(light) for light in Light},
        **{f"in_{one}": len(several) for one, several in lists.items()},
    }


async def _of_person(work: Work, case_ref: str) -> Sequence[Answer]:
    """Two orders of one person are two messages."""
    individual = await people.individual_by_ref(work.tx, case_ref)
    await access.require_for(work, Act.PROGRESS, individual, "hours")
    assert individual is not None
    orders = await active_with_hours(work.tx, individual.id)
    if not orders:
        return [send("progress_none", Subject("individual", individual.id))]
    return [send("order_hours", Subject("order", order.id)) for order in orders]


@use_case
async def show_order(work: Work, order_id: int) -> Sequence[Answer]:
    """One order's whole books, with its last dates."""
    order = await _order(work, order_id, Act.PROGRESS, "hours")
    return [send("order_hours", Subject("order", order.id))]


async def _order(work: Work, order_id: int, act: Act, what: str) -> Order:
    """An order with hours within reach; raises NotKnown for any other."""
    order = await dates.order(work.tx, order_id)
    individual = await people.individual(work.tx, order.individual_id) if order is not None else None
    await access.require_for(work, act, individual, what)
    if order is None or order.hours is None:
        raise NotKnown
    return order


# ── More time ───────────────────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def ask_extension(work: Work, order_id: int) -> Sequence[Answer]:
    """*The court was asked for more time*: on whose side is the cause?"""
    order = await _order(work, order_id, Act.EXTENSION, "hours")
    return [edit("extension_why", Subject("order", order.id))]


@use_case
async def record_extension(work: Work, order_id: int, cause: progress.Cause) -> Sequence[Answer]:
    """On record with today's date, who recorded it and when; *take back* is for a slip of the same day."""
    order = await _order(work, order_id, Act.EXTENSION, "extension recorded")
    if cause is progress.Cause.TAKEN_BACK:
        await milestones.take_back(work.tx, order.id, Milestone.EXTENSION_REQUESTED, work.today)
    else:
        step, by = Milestone.EXTENSION_REQUESTED, work.as_staff().id
        await milestones.put(work.tx, order.id, step, work.today, by, work.now, cause.value)
    return [edit("order_hours", Subject("order", order.id))]

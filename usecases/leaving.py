"""/leaver: somebody's last day, and what is still with them. And who has nobody to work with them."""

from collections.abc import Mapping, Sequence
from datetime import date, time

from sqlalchemy.ext.asyncio import AsyncConnection

from db import cover as store
from db import items, outbox, people
from domain import caseload, days
from domain.caseload import Part
from domain.days import Span
from domain.facts import AboutLeaver
from domain.outbox import Answer, Owed, Status, Subject, To, edit, send
from domain.people import Act, Role, Staff
from usecases import access, awaiting, cutting_off, vacant
from usecases.service import Service, Work, use_case
from usecases.subjects import Source, loads_of_staff

FAMILY = "leaver"
MORNING = time(9)


@use_case
async def ask(work: Work, ref: str) -> Sequence[Answer]:
    """/leaver STAFF_REF: what they hold, and when their last day is."""
    await access.require(work, Act.STAFFING)
    colleague = await people.staff_by_ref(work.tx, ref)
    if colleague is None:
        return [send("no_such_colleague")]
    await awaiting.ask(work, "last_day", staff=colleague.id)
    return [send("leaver_when", Subject("leaver", colleague.id))]


@awaiting.hears("last_day")
async def _typed(work: Work, text: str, ids: Mapping[str, int]) -> Sequence[Answer]:
    await access.require(work, Act.STAFFING)
    day = days.day(text.lower().removeprefix("until ").strip(), work.today)
    if day is None:
        await awaiting.ask(work, "last_day", staff=ids["staff"])
        return [send("away_refused", why="unclear")]
    return [send(*await _leave(work, ids["staff"], day))]


@use_case
async def set_last_day(work: Work, staff_id: int, day: date) -> Sequence[Answer]:
    """The same, by a button."""
    await access.require(work, Act.STAFFING)
    await awaiting.stop(work)
    return [edit(*await _leave(work, staff_id, day))]


async def _leave(work: Work, staff_id: int, day: date) -> tuple[str, Subject]:
    """The account ends by itself after that day. The last manager who can be told anything cannot leave so."""
    about = Subject("leaver", staff_id)
    one = (await people.everybody_on_staff(work.tx)).get(staff_id)
    if one is None or day < work.today:
        return "leaver_past", about
    if await _only_manager(work, one):
        return "leaver_only_manager", about
    await store.set_last_day(work.tx, staff_id, day)
    calendar, step = work.service.calendar, day.isoformat()
    owed = [
        Owed("last_day", about, To.STAFF, max(work.now, calendar.at(day, MORNING)), step=step, to_id=staff_id),
        Owed("has_left", about, To.MANAGER, calendar.at(calendar.next_working_day(day), MORNING), step=step),
    ]
    owed = [_of_family(row) for row in owed]
    await outbox.plan(work.tx, [about], FAMILY, owed, work.now, "another_last_day")
    await vacant.ask(work, await vacant.found(work, Span(day + days.DAY, day + vacant.AHEAD), of=staff_id))
    return "leaver_set", about


def _of_family(owed: Owed) -> Owed:
    return Owed(owed.kind, owed.subject, owed.to, owed.due_at, step=owed.step, to_id=owed.to_id, family=FAMILY)


async def _only_manager(work: Work, one: Staff) -> bool:
    if Role.MANAGER not in one.roles:
        return False
    linked, staff = await people.chats_of_staff(work.tx), await people.everybody_on_staff(work.tx)
    others = (staff[id_] for id_ in linked if id_ != one.id)
    return not any(Role.MANAGER in other.roles and other.active_on(work.today) for other in others)


@loads_of_staff("leaver")
async def about(source: Source, one: Staff) -> AboutLeaver:
    """What is still with somebody."""
    running = [order for order in await store.orders_with(source.tx, one.id) if order.active]
    held = {
        part.value: len({order.individual_id for order in running if caseload.holder(order, part) == one.id})
        for part in Part
    }
    claimed = [item for item in await items.open_items(source.tx) if item.claimed_by == one.id]
    today = source.service.calendar.day(source.service.clock.now())
    after = max(one.active_until, today) if one.active_until is not None else today
    ahead = Span(after + days.DAY, after + vacant.AHEAD)
    sessions = await store.sessions_ahead(source.tx, one.id, ahead)
    everybody = await people.everybody_on_staff(source.tx)
    covers = tuple(everybody[id_] for id_ in sorted(one.covers))
    finders = await vacant.finders(source, await vacant.found(source, ahead, of=one.id))
    asked = tuple(everybody[id_] for id_ in sorted(finders))
    return AboutLeaver(one, {part: n for part, n in held.items() if n}, len(claimed), sessions, asked, covers)


# ── Nobody is left without a worker unseen ──────────────────────────────────────────────────────────────────────────


async def without_worker(tx: AsyncConnection, today: date) -> frozenset[int]:
    """The individuals on orders that run with whom nobody works who is at the service."""
    orders = await store.active_orders(tx)
    young = await store.young(tx, {one.individual_id for one in orders})
    return caseload.without_worker(orders, await people.everybody_on_staff(tx), young, today)


async def each_night(service: Service) -> dict[str, int]:
    """The night after a last day that /leaver set: their chat is let go of, as if it had been cut off by hand. Accounts
    that the case system ends, as of sessional staff who may come back, keep theirs and are told kindly."""
    now, cut = service.clock.now(), 0
    today = service.calendar.day(now)
    async with service.db.glance() as tx:
        if all(one.active_on(today) for one in (await people.everybody_on_staff(tx)).values()):
            return {"cut": 0}
    async with service.db.write() as tx:
        linked = await people.chats_of_staff(tx)
        for one in (await people.everybody_on_staff(tx)).values():
            if one.id in linked and not one.active_on(today) and await _has_left(tx, one):
                cut += await cutting_off.cut(tx, Subject("staff", one.id), now)
    service.wake()
    return {"cut": cut}


async def _has_left(tx: AsyncConnection, one: Staff) -> bool:
    rows = await outbox.about(tx, Subject("leaver", one.id))
    last = one.active_until.isoformat() if one.active_until is not None else ""
    return any(row.owed.step == last and row.status is not Status.CANCELLED for row in rows)

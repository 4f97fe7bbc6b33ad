"""What the clocks of the national standards ask of staff: told ahead, asked why a limit was not kept, asked to think of
an earlier assessment. Nothing here is ever sent to the individual, and nothing is decided.

Only limits that pass after the caseload was first read are asked about: of older ones there may be nothing on record.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import items as store_items
from db import people
from db import standards as store
from domain import standards
from domain.compliance import Kind
from domain.facts import DueSoon
from domain.people import Role, Staff
from usecases import clocks, following, items
from usecases.clocks import Read
from usecases.service import Service

BACK = timedelta(days=30)  # how long a limit that passed while the bot stood still is asked about
OLDEST = timedelta(days=120)  # of orders whose early clocks can still be asked about, with time to spare
AHEAD = timedelta(days=60)  # further than any nudge looks, and longer than an assessment has time
TRIGGERS = timedelta(days=5)  # back to which something is a reason to prompt: over a long weekend
UNANSWERED = 5  # working days until a question stands on the manager's list
UNEXPLAINED = "late_unexplained"  # why it does


async def each_morning(service: Service) -> dict[str, int]:
    """On working days, before the digest: asks about what has run out, and lists what nobody answers."""
    now = service.clock.now()
    today = service.calendar.day(now)
    if not service.calendar.working(today):
        return {}
    async with service.db.read() as tx:
        since = await clocks.live_since(service, tx)
        if since is None:
            return {}
        reads = await _active(service, tx)
        triggers = await store.triggers(tx, now - TRIGGERS)
    async with service.db.write() as tx:
        counts = {
            "settled": await _settle(service, tx, reads),
            "late": await _ask_why(service, tx, reads, since, today),
            "assess": await _prompt(service, tx, reads, since, triggers),
            "listed": await _list(service, tx, today),
        }
    service.wake()
    return counts


async def _active(service: Service, tx: AsyncConnection) -> list[Read]:
    today = service.calendar.day(service.clock.now())
    return await clocks.read(service, tx, store.active(today - OLDEST), today - BACK, today + AHEAD)


async def _settle(service: Service, tx: AsyncConnection, reads: Iterable[Read]) -> int:
    """What an import has answered meanwhile."""
    asked = await store.open_about_clocks(tx)
    return sum(
        [
            await clocks.settle(service, tx, asked[known.order.id], known, mine)
            for known, mine in reads
            if known.order.id in asked
        ]
    )


async def _ask_why(service: Service, tx: AsyncConnection, reads: Iterable[Read], since: date, today: date) -> int:
    """One question for each limit that was not kept, once."""
    first, asked = max(since, today - BACK), 0
    for known, mine in reads:
        for one in mine:
            if first <= one.due and standards.unexplained(one, known, today):
                once, reason = clocks.once_of(known.order.id, one), clocks.about_clock(one)
                whose = known.order.individual_id
                _, new = await items.raise_item(service, tx, Kind.DEADLINE, once, whose, known.order, reason=reason)
                asked += new
    return asked


async def _prompt(
    service: Service, tx: AsyncConnection, reads: Iterable[Read], since: date, triggers: Iterable[store.Trigger]
) -> int:
    """A prompt for each trigger, once, while the full assessment is still to be done."""
    open_ = {known.order.id: known.order for known, mine in reads if standards.unassessed(known, mine, since)}
    prompted = 0
    for one in triggers:
        order = open_.get(one.order_id)
        if order is not None:
            once = f"assess:{one.what}:{one.id}:{order.id}"
            whose = order.individual_id
            _, new = await items.raise_item(service, tx, Kind.ASSESS, once, whose, order, reason=one.what)
            prompted += new
    return prompted


async def _list(service: Service, tx: AsyncConnection, today: date) -> int:
    """What nobody has answered for five working days stands on the manager's list."""
    before = service.calendar.at(service.calendar.working_days_back(today, UNANSWERED), service.calendar.work_to)
    ids = await store.unlisted(tx, Kind.DEADLINE, before)
    for item in (await store_items.items_by_id(tx, ids)).values():
        await following.put_on_list(service, tx, item, UNEXPLAINED)
    return len(ids)


# ── Ahead of time ───────────────────────────────────────────────────────────────────────────────────────────────────


async def due_soon(service: Service, tx: AsyncConnection, staff: Staff) -> tuple[DueSoon, ...]:
    """What one member of staff is told this morning of limits ahead, the nearest first: of their own people, of those
    of colleagues who are away and whom they cover, and to a manager of whoever has nobody."""
    now = service.clock.now()
    today = service.calendar.day(now)
    everybody = await people.everybody_on_staff(tx)
    mine = {staff.id} | {id_ for id_ in staff.covering(today) if id_ in everybody and everybody[id_].away_on(today)}
    which = store.of_workers(mine, Role.YOUTH_TEAM in staff.roles, Role.MANAGER in staff.roles, today - OLDEST)
    reads = await clocks.read(service, tx, which, today - BACK, today + AHEAD)
    found = [(known, one) for known, several in reads for one in several]
    near = [(known, one) for known, one in found if standards.nudged(one, known, service.calendar, today)]
    refs = await people.individuals_by_id(tx, {known.order.individual_id for known, _ in near})
    said = [DueSoon(refs[known.order.individual_id].case_ref, one) for known, one in near]
    return tuple(sorted(said, key=lambda one: (one.read.due, one.case_ref, one.read.clock.id)))

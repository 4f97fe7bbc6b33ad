"""What the clocks of the national standards ask of staff: told ahead, asked why a limit was not kept, asked to think of
an earlier assessment. Nothing here is ever sent to the individual, and nothing is decided.

Only limits that pass after the caseload was first read are asked about: of older ones there may be nothing on record.
"""

from collections.abc import Collection, Iterable
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import cover, people
from db import items as store_items
from db import standards as store
from domain import routing, standards
from domain.compliance import Kind
from domain.facts import DueSoon
from domain.routing import Roster
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
    async with service.db.glance() as tx:
        since = await clocks.live_since(service, tx)
    if since is None:
        return {}
    async with service.db.read() as tx:
        reads = await _active(service, tx, today - BACK)
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


async def _active(service: Service, tx: AsyncConnection, first: date) -> list[Read]:
    today = service.calendar.day(service.clock.now())
    return await clocks.read(service, tx, store.active(today - OLDEST), first, today + AHEAD)


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


Due = tuple[int, str, int]  # the order, the clock and which step of it


async def due_soon(service: Service, tx: AsyncConnection, roster: Roster) -> dict[int, list[Due]]:
    """The limits ahead of which somebody is told this morning, the nearest first, by who is told (a staff id)."""
    calendar = service.calendar
    near = [
        (known.order, one)
        for known, several in await _active(service, tx, roster.today)
        for one in several
        if standards.nudged(one, known, calendar, roster.today)
    ]
    young = await cover.young(tx, {order.individual_id for order, _ in near})
    found: dict[int, list[Due]] = {}
    for order, one in sorted(near, key=lambda each: (each[1].due, each[0].id, each[1].clock.id)):
        for id_ in routing.keeps_in_mind(order, order.individual_id in young, roster):
            found.setdefault(id_, []).append((order.id, one.clock.id, one.number))
    return found


async def about_due(service: Service, tx: AsyncConnection, wanted: Collection[Due]) -> dict[Due, DueSoon]:
    """These limits, but for those that have been kept meanwhile."""
    today = service.calendar.day(service.clock.now())
    which = store.of_orders({order_id for order_id, _, _ in wanted})
    reads = await clocks.read(service, tx, which, today - BACK, today + AHEAD)
    whose = await people.individuals_by_id(tx, {known.order.individual_id for known, _ in reads})
    open_ = {
        (known.order.id, one.clock.id, one.number): DueSoon(whose[known.order.individual_id].case_ref, one)
        for known, several in reads
        for one in several
        if one.done is None and one.left_out is None
    }
    return {due: open_[due] for due in wanted if due in open_}

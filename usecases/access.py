"""May they? Asked in every use case, of one table; and a row for everybody whom staff looked at or changed."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, items, people
from domain.compliance import Item
from domain.errors import NotAllowed, NotKnown
from domain.people import Act, Individual, Relation, Role, Staff, may
from usecases.service import Work


async def relation_to(tx: AsyncConnection, individual: Individual, item: Item | None = None) -> Relation:
    """Who works with a person, and whether something about them is open."""
    workers = {id_ for order in await dates.orders_of(tx, individual.id) for id_ in order.workers}
    if individual.youth:
        staff = await people.everybody_on_staff(tx)
        workers |= {id_ for id_, one in staff.items() if Role.YOUTH_TEAM in one.roles}
    return Relation(frozenset(workers), open_item=item is not None and item.open)


async def require(work: Work, act: Act) -> Staff:
    """The speaker, if any of their roles may do this to anybody at all; raises NotAllowed otherwise."""
    staff = work.as_staff()
    everything = Relation(workers=frozenset({staff.id}), runs_session=True, open_item=True)
    if not may(staff, act, everything, work.today):
        raise NotAllowed
    return staff


async def require_for(
    work: Work, act: Act, individual: Individual | None, what: str, item: Item | None = None
) -> Staff:
    """The speaker, if they may do this for this person, which is put on record.

    Somebody out of reach and somebody who does not exist are refused with the same NotKnown.
    """
    staff = await require(work, act)
    if individual is None or not may(staff, act, await relation_to(work.tx, individual, item), work.today):
        raise NotKnown
    await note(work, act, [individual.id], what)
    return staff


async def note(work: Work, act: Act, individual_ids: Iterable[int], what: str) -> None:
    """Puts on record that the speaker looked at or changed these people."""
    await people.note_access(work.tx, work.now, work.as_staff().id, individual_ids, act.value, what)


async def items_within_reach(tx: AsyncConnection, staff: Staff, today: date) -> list[Item]:
    """Everything open that is this member of staff's to claim, oldest first."""
    found = await items.open_items(tx)
    known = await people.individuals_by_id(tx, {item.individual_id for item in found})
    reach = {id_: await relation_to(tx, individual) for id_, individual in known.items()}
    return [
        item
        for item in found
        if may(staff, Act.CLAIM_ITEM, Relation(reach[item.individual_id].workers, open_item=True), today)
    ]

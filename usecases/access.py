"""May they? Asked in every use case, of one table; and a row for everybody whom staff looked at or changed."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db import access as record
from db import dates, desk, items, people
from domain import complaints, heeding
from domain.audit import Reason
from domain.compliance import Item, Kind, most_urgent_first
from domain.errors import NotKnown, NotYourRole
from domain.people import Act, Individual, Relation, Staff, may, team_of_youths
from usecases.service import Work


async def relation_to(tx: AsyncConnection, individual: Individual, item: Item | None = None) -> Relation:
    """Who works with a person, and whether something about them is open."""
    workers = {id_ for order in await dates.orders_of(tx, individual.id) for id_ in order.workers}
    workers |= await youth_team(tx, individual)
    return Relation(frozenset(workers), open_item=item is not None and item.open)


async def youth_team(tx: AsyncConnection, individual: Individual) -> frozenset[int]:
    """Who works with somebody under 18 beside those on the order; nobody for anybody else."""
    if not individual.youth:
        return frozenset()
    return team_of_youths(await people.everybody_on_staff(tx))


async def workers_of_each(
    tx: AsyncConnection, individual_ids: Iterable[int], staff: Mapping[int, Staff]
) -> dict[int, frozenset[int]]:
    """Who works with each of these people, as `relation_to` has it of one; `staff` are all."""
    return await desk.workers_of(tx, individual_ids, team_of_youths(staff))


async def heard_by(tx: AsyncConnection, item: Item, individual: Individual, today: date) -> frozenset[int] | None:
    """Who alone may know of an item: None where the table of who may decides by itself."""
    if item.kind is not Kind.COMPLAINT and not _danger_in_a_form(item):
        return None
    workers = (await relation_to(tx, individual)).workers
    everybody = await people.everybody_on_staff(tx)
    if _danger_in_a_form(item):
        return heeding.told_of_danger(everybody, workers, today)
    return complaints.heard_by(everybody, workers, today)


def _danger_in_a_form(item: Item) -> bool:
    return item.kind is Kind.DANGER and item.apart


def opening(several: Iterable[Item]) -> Item | None:
    """What of all that is open about a person opens their case to whoever is on duty. A complaint opens and closes
    nothing: nobody may learn of it by being refused."""
    return next((one for one in several if one.kind is not Kind.COMPLAINT), None)


async def require(work: Work, act: Act) -> Staff:
    """The speaker, if any of their roles may do this to anybody at all; raises NotYourRole otherwise."""
    staff = work.as_staff()
    everything = Relation(workers=frozenset({staff.id}), runs_session=True, open_item=True)
    if not may(staff, act, everything, work.today):
        raise NotYourRole
    return staff


async def require_for(
    work: Work,
    act: Act,
    individual: Individual | None,
    what: str,
    item: Item | None = None,
    reason: Reason | None = None,
) -> Staff:
    """The speaker, if they may do this for this person, which is put on record.

    Somebody out of reach and somebody who does not exist are refused with the same NotKnown. What goes beyond the
    routine (a disclosure, an erasure) names its reason.
    """
    staff = await require(work, act)
    if individual is None or not await reaches(work, act, individual, item):
        raise NotKnown
    await note(work, act, [individual.id], what, reason)
    return staff


async def reaches(work: Work, act: Act, individual: Individual, item: Item | None = None) -> bool:
    """Whether the speaker may do this for this person, broken glass included. Says nothing and records nothing."""
    return await reached_by(work.tx, work.as_staff(), act, individual, item, work.now, work.today)


async def reached_by(
    tx: AsyncConnection, staff: Staff, act: Act, individual: Individual, item: Item | None, now: datetime, today: date
) -> bool:
    """The same of any member of staff."""
    relation = await relation_to(tx, individual, item)
    heard = await heard_by(tx, item, individual, today) if item is not None else None
    if heard is not None and staff.id not in heard:
        return False
    return may(staff, act, replace(relation, glass=await record.behind_glass(tx, individual.id, now)), today)


async def note(work: Work, act: Act, individual_ids: Iterable[int], what: str, reason: Reason | None = None) -> None:
    """Puts on record that the speaker looked at or changed these people."""
    await record.note(work.tx, work.now, work.as_staff().id, individual_ids, act.value, what, reason or "")


async def items_within_reach(tx: AsyncConnection, staff: Staff, today: date) -> list[Item]:
    """Everything open that is this member of staff's to claim, the most urgent first. The same as to ask `relation_to`
    and `heard_by` of each."""
    (within,) = await items_within_reach_of_each(tx, [staff], today)
    return within


async def items_within_reach_of_each(tx: AsyncConnection, several: Iterable[Staff], today: date) -> list[list[Item]]:
    """The same for several members of staff, in their order; three statements, however many they are and however much
    there is."""
    found = sorted(await items.open_items(tx), key=most_urgent_first)
    everybody = await people.everybody_on_staff(tx)
    workers = await workers_of_each(tx, {item.individual_id for item in found}, everybody)

    def heard(item: Item) -> frozenset[int] | None:
        """Who alone may know of it."""
        if item.kind is Kind.COMPLAINT:
            return complaints.heard_by(everybody, workers[item.individual_id], today)
        if _danger_in_a_form(item):
            return heeding.told_of_danger(everybody, workers[item.individual_id], today)
        return None

    alone = {item.id: whom for item in found if (whom := heard(item)) is not None}

    def within(staff: Staff) -> list[Item]:
        own = may(staff, Act.CLAIM_ITEM, Relation(frozenset({staff.id}), open_item=True), today)
        others = may(staff, Act.CLAIM_ITEM, Relation(open_item=True), today)
        mine = {staff.id} | staff.covering(today)
        return [
            item
            for item in found
            if (others if mine.isdisjoint(workers[item.individual_id]) else own)
            and (item.id not in alone or staff.id in alone[item.id])
        ]

    return [within(staff) for staff in several]

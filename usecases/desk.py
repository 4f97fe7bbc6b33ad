"""/desk: one queue by urgency, a page at a time; and all that is open about one person, so that one call will do."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, items, people, traces
from db import desk as store
from domain import desk
from domain.compliance import Item, Kind
from domain.desk import PAGE, Open, Placed, View, Waiting
from domain.errors import NotKnown
from domain.facts import AboutDesk, AboutPerson
from domain.moderating import Unread
from domain.outbox import Answer, Subject, edit, send
from domain.people import Act, Role, Staff
from usecases import access, moderating
from usecases.items import take
from usecases.service import Work, use_case
from usecases.subjects import Source, loads, loads_of_staff

SEPARATOR = "+"  # between the ids of one param


@use_case
async def show(work: Work) -> Sequence[Answer]:
    """/desk: the manager's list for a manager, for anybody else what is open and theirs to claim."""
    staff = await access.require(work, Act.CLAIM_ITEM)
    view = View.LIST if Role.MANAGER in staff.roles else View.ALL
    return [send("desk", await _seen(work, staff, view, 0), view=view.value, page=0)]


@use_case
async def turn(work: Work, view: View, page: int) -> Sequence[Answer]:
    """Another page, or the other list, in place of this one; below the digest, which stays."""
    staff = await access.require(work, Act.CLAIM_ITEM)
    view = view if Role.MANAGER in staff.roles else View.ALL
    tapped = await traces.ours(work.tx, work.chat.id, work.tapped) if work.chat and work.tapped else None
    speak = send if tapped is not None and tapped.kind == "digest" else edit
    return [speak("desk", await _seen(work, staff, view, page), view=view.value, page=page)]


async def _seen(work: Work, staff: Staff, view: View, page: int) -> Subject:
    """Whoever stands on a page has been looked at."""
    about_ = await about(work, staff)
    waiting = desk.of_view(about_.waiting, about_.listed, view)
    first = desk.first_of_page(len(waiting), page)
    shown = [one.individual_id for one in waiting[first : first + PAGE] if one.individual_id is not None]
    await access.note(work, Act.CLAIM_ITEM, shown, "queue")
    subject = Subject("desk", staff.id)
    work.known[subject] = about_
    return subject


@loads_of_staff("desk")
async def about(source: Source, staff: Staff) -> AboutDesk:
    """Everything within reach, in the order in which it is to be dealt with."""
    (found,) = await about_each(source, [staff])
    return found


async def about_each(source: Source, several: Sequence[Staff]) -> list[AboutDesk]:
    """The desks of several members of staff, in their order: what is open is read once for all of them. A session that
    nobody recorded is a manager's: whoever runs it has been asked."""
    within = [
        [item for item in found if Role.MANAGER in staff.roles or item.kind is not Kind.UNRECORDED]
        for staff, found in zip(
            several, await access.items_within_reach_of_each(source.tx, several, source.today), strict=True
        )
    ]
    on_some_desk = list({item.id: item for found in within for item in found}.values())
    lines = await opened(source.tx, on_some_desk)
    known = {one.open.item.id: one for one in desk.placed(lines, source.now, source.service.calendar)}
    managed = any(Role.MANAGER in staff.roles for staff in several)
    told = await store.told_managers(source.tx, [item for item in on_some_desk if item.climbs]) if managed else set()
    unread = await moderating.unread(source) if managed else Unread()
    return [
        _desk(source, staff, [known[item.id] for item in found], told, unread)
        for staff, found in zip(several, within, strict=True)
    ]


def _desk(source: Source, staff: Staff, found: Sequence[Placed], told: Collection[int], unread: Unread) -> AboutDesk:
    waiting = desk.in_order(found, staff.id)
    if Role.MANAGER not in staff.roles:
        return AboutDesk(staff, waiting, None, Unread())
    now, calendar, at = source.now, source.service.calendar, source.service.policy.ladders.follow_up.listed_at
    items_ = [one.open.item for one in found]
    listed = {item.id for item in items_ if desk.listed(item, item.id in told, now, calendar, at)}
    return AboutDesk(staff, waiting, desk.in_order(one for one in found if one.open.item.id in listed), unread)


async def opened(tx: AsyncConnection, found: Sequence[Item]) -> list[Open]:
    """These items with what their lines name, in two statements however many they are."""
    lines = await store.lines_of(tx, {item.id for item in found})
    everybody = await people.everybody_on_staff(tx)

    def named(id_: int | None) -> str:
        one = everybody.get(id_ or 0)
        return one.name if one is not None else ""

    return [
        Open(
            item,
            line.case_ref,
            starts_at=line.starts_at,
            holder=named(item.claimed_by),
            place=line.place or "",
            runner=named(line.runner_id),
        )
        for item in found
        for line in [lines[item.id]]
    ]


# ── One person ──────────────────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def show_person(work: Work, individual_id: int) -> Sequence[Answer]:
    """All that is open about one person and within reach, below the list."""
    found = await open_within_reach(work, individual_id, "queue")
    return [send("person", Subject("person", individual_id), items=packed(found))]


@use_case
async def take_all(work: Work, individual_id: int) -> Sequence[Answer]:
    """*I'm dealing with it*, of everything about one person that nobody has: the first tap claims."""
    found = await open_within_reach(work, individual_id, "item claimed")
    for item in found:
        await take(work, item)
    return [edit("person", Subject("person", individual_id), items=packed(found))]


async def open_within_reach(work: Work, individual_id: int, what: str) -> list[Item]:
    """What is open about a person and the speaker's to claim; raises NotKnown where there is nothing."""
    await access.require(work, Act.CLAIM_ITEM)
    individual = await people.individual(work.tx, individual_id)
    found = await items.open_about(work.tx, individual_id) if individual is not None else []
    of_person = [item for item in found if item.kind is not Kind.UNRECORDED]
    within = [one for one in of_person if individual and await access.reaches(work, Act.CLAIM_ITEM, individual, one)]
    if not within:
        raise NotKnown
    await access.note(work, Act.CLAIM_ITEM, [individual_id], what)
    now = await items.items_by_id(work.tx, [item.id for item in within])  # after whoever was first (usecases/items.py)
    return [now[item.id] for item in within]


def packed(found: Iterable[Item]) -> str:
    """Which things a message about a person shows: what is only for some to know is not among others'."""
    return SEPARATOR.join(str(item.id) for item in found)


@loads("person")
async def about_people(source: Source, ids: Iterable[int]) -> dict[int, AboutPerson]:
    """All that is open about each of these people."""
    everybody = await people.everybody_on_staff(source.tx)
    found = {}
    for id_, individual in (await people.individuals_by_id(source.tx, ids)).items():
        about_all = await opened(source.tx, await items.open_about(source.tx, id_))
        in_order = desk.in_order(desk.placed(about_all, source.now, source.service.calendar))
        things = [thing for one in in_order for thing in one.things]
        orders = await dates.orders_of(source.tx, id_)
        worker = everybody.get(orders[0].worker_id or 0) if orders and not individual.youth else None
        found[id_] = AboutPerson(individual, Waiting(tuple(things)) if things else None, worker, everybody)
    return found

"""/handover: one person, or all of a colleague's, become another colleague's, with everything that is open."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import cover as store
from db import dates, items, outbox, people
from domain import caseload, compliance
from domain.caseload import Move, Part
from domain.compliance import Item, Kind
from domain.errors import NotKnown
from domain.facts import AboutCaseload, AboutHandover, OpenAbout
from domain.orders import Order
from domain.outbox import Answer, Owed, Subject, To, edit, send
from domain.people import MAY, Act, Individual, Staff
from usecases import access, awaiting, relieving
from usecases.cover import MORNING
from usecases.service import Service, Work, use_case
from usecases.subjects import Source, loads_one

FAMILY = "new_worker"  # one message to each individual, however often they are handed over before it can be sent
MOST_CARDS = 5  # open things of which the new worker gets the cards themselves
NOBODY = 0  # on a button: nobody is named
ALL = 0  # on a button: not one individual, but all of a colleague's
WAITS = timedelta(days=60)  # for whoever takes over to link a phone; what is open is on their /desk in any case


@use_case
async def begin(work: Work, ref: str) -> Sequence[Answer]:
    """/handover CASE_REF or STAFF_REF: from whom, and as what they are named, where that is not plain."""
    me = await access.require(work, Act.HAND_OVER)
    colleague = await people.staff_by_ref(work.tx, ref) if ref else me
    if colleague is not None:
        if colleague.id != me.id and not _of_anybody(me):
            raise NotKnown
        return [await _as_what(work, ALL, {colleague.id})]
    individual = await people.individual_by_ref(work.tx, ref)
    await access.require_for(work, Act.HAND_OVER, individual, "hand-over asked")
    assert individual is not None
    found = [one for one in await dates.orders_of(work.tx, individual.id) if one.active]
    workers = {one.worker_id for one in found} | {id_ for one in found for id_ in one.workers}
    return [await _as_what(work, individual.id, workers if _of_anybody(me) else {me.id})]


def _of_anybody(me: Staff) -> bool:
    """Whether somebody may hand over the people of others: else nobody's but their own, covered ones neither."""
    return bool(me.roles & set(MAY[Act.STAFFING]))


async def _as_what(work: Work, individual_id: int, from_ids: set[int | None]) -> Answer:
    """To whom; or first of all whose part, if several people are named, or one person in two ways."""
    about = Subject("caseload", individual_id)
    parts: list[tuple[int, Part]] = []
    for from_id in sorted(from_ids, key=lambda id_: id_ or NOBODY):
        found = await _orders(work.tx, individual_id, from_id)
        running = [one for one in found if one.active]
        parts += [(from_id or NOBODY, part) for part in sorted(caseload.parts_of(running, from_id))]
    if not parts:
        return send("hand_nothing", about, giver=next(iter(from_ids), None) or NOBODY)
    if len(parts) > 1:
        return send("hand_part", about, parts=",".join(f"{id_}:{part.value}" for id_, part in parts))
    return send("hand_whom", about, **_params(individual_id, *parts[0]), page=0)


def _params(individual_id: int, from_id: int, part: Part) -> dict[str, str | int]:
    return {"one": individual_id, "giver": from_id, "part": part.value}


async def _orders(tx: AsyncConnection, individual_id: int, from_id: int | None) -> list[Order]:
    """The orders that a hand-over may be about: of one person, or all that name a colleague."""
    if individual_id != ALL:
        return await dates.orders_of(tx, individual_id)
    return await store.orders_with(tx, from_id) if from_id is not None else []


@use_case
async def choose_colleague(work: Work, individual_id: int, from_id: int, part: Part, page: int) -> Sequence[Answer]:
    """To whom: a page of colleagues."""
    await _may(work, individual_id, from_id, "hand-over asked")
    return [edit("hand_whom", Subject("caseload", individual_id), **_params(individual_id, from_id, part), page=page)]


async def _may(work: Work, individual_id: int, from_id: int, what: str) -> Staff:
    """Who hands over: a manager anybody, a worker their own; raises NotKnown for anybody else."""
    me = await access.require(work, Act.HAND_OVER)
    if individual_id != ALL:
        await access.require_for(work, Act.HAND_OVER, await people.individual(work.tx, individual_id), what)
    if from_id != me.id and not _of_anybody(me):
        raise NotKnown
    return me


@use_case
async def confirm(work: Work, individual_id: int, from_id: int, part: Part, to_id: int) -> Sequence[Answer]:
    """A colleague tapped: how many people that is, and how much is open, before it is done."""
    await _may(work, individual_id, from_id, "hand-over asked")
    about, params = Subject("caseload", individual_id), _params(individual_id, from_id, part)
    if not await _can_take(work, part, from_id, to_id):
        return [edit("hand_whom", about, **params, page=0, not_=to_id)]
    moves = await _moves(work, individual_id, from_id, part, to_id)
    if not moves:
        return [edit("hand_nothing", about, giver=from_id)]
    orders = await dates.orders_by_id(work.tx, {move.order_id for move in moves})
    open_ = sum(one.count for one in await _held(work.tx, list(orders.values())))
    tells = len({move.individual_id for move in moves if move.tells})
    counts = {"people": len({move.individual_id for move in moves}), "open": open_, "tells": tells}
    return [edit("hand_sure", about, **params, taker=to_id, **counts)]


async def _can_take(work: Work, part: Part, from_id: int, to_id: int) -> bool:
    everybody = await people.everybody_on_staff(work.tx)
    return any(one.id == to_id for one in caseload.may_take_over(everybody, part, from_id or None, work.today))


async def _moves(work: Work, individual_id: int, from_id: int, part: Part, to_id: int) -> list[Move]:
    found = await _orders(work.tx, individual_id, from_id or None)
    ended = [one.id for one in found if not one.active]
    owed = await store.forms_owed(work.tx, ended) | await store.with_open_items(work.tx, ended)
    return caseload.moves(found, part, from_id or None, to_id, owed)


async def _open(tx: AsyncConnection, moves: Sequence[Move]) -> list[Item]:
    """What is open about the people who are handed over."""
    mine = await dates.orders_by_id(tx, {move.order_id for move in moves})
    return await _open_about(tx, list(mine.values()))


async def _open_about(tx: AsyncConnection, orders: Sequence[Order]) -> list[Item]:
    """Without what only managers are shown: a complaint may be about any of those who hand over or take over."""
    found = [item for item in await items.open_items(tx) if not item.apart]
    return [item for item in found if caseload.is_about(item, orders)]


@use_case
async def hand_over(work: Work, individual_id: int, from_id: int, part: Part, to_id: int) -> Sequence[Answer]:
    """*Yes, hand over*: all of it in one commit. Words typed next are a note to whoever takes over."""
    me = await _may(work, individual_id, from_id, "handed over")
    about, params = Subject("caseload", individual_id), _params(individual_id, from_id, part)
    if not await _can_take(work, part, from_id, to_id):
        return [edit("hand_whom", about, **params, page=0, not_=to_id)]
    moves = await _moves(work, individual_id, from_id, part, to_id)
    if not moves:
        return [edit("hand_nothing", about, giver=from_id)]
    id_ = await store.hand_over(work.tx, moves, me.id, work.now)
    if individual_id == ALL:
        await access.note(work, Act.HAND_OVER, {move.individual_id for move in moves}, "handed over")
    await _follow(work.service, work.tx, moves, id_, me)
    await awaiting.ask(work, "handover_note", handover=id_)
    return [edit("handed", Subject("handover", id_))]


async def named_by_export(service: Service, tx: AsyncConnection, moves: Sequence[Move]) -> None:
    """The case system itself names somebody else: kept, and told to the same people as a hand-over in the chat."""
    groups: dict[tuple[Part, int | None, int], list[Move]] = {}
    for move in moves:
        groups.setdefault((move.part, move.from_id, move.to_id), []).append(move)
    for together in groups.values():
        id_ = await store.note_changes(tx, together, None, service.clock.now())
        await _follow(service, tx, together, id_, None)


async def _follow(service: Service, tx: AsyncConnection, moves: Sequence[Move], id_: int, by: Staff | None) -> None:
    await _tell(service, tx, moves, id_, by)
    await _pass_items(service, tx, moves, id_)


async def _pass_items(service: Service, tx: AsyncConnection, moves: Sequence[Move], id_: int) -> None:
    """What the earlier worker had claimed, or whoever stood in for them, is open again, for the new one, with its
    ladder from the beginning. What nobody has claimed keeps its ladder, whose next steps go by the new worker. A few
    cards come at once; of more than that the list tells, and nobody's phone rings seventy times."""
    now = service.clock.now()
    of_order = {move.order_id: move for move in moves if move.tells}
    of_person = {move.individual_id: move for move in reversed(moves) if move.tells}
    concerned = [
        (item, move)
        for item in await _open(tx, moves)
        if (move := of_order.get(item.order_id or 0) or of_person.get(item.individual_id)) is not None
    ]
    cards = len(concerned) <= MOST_CARDS
    beyond = {item.id for item in await relieving.beyond_their_holder(service, tx)} if concerned else set()
    for item, move in concerned:
        if item.claimed_by is not None and (item.claimed_by == move.from_id or item.id in beyond):
            await relieving.open_again(service, tx, item, now, "handed_over", cards)
        elif cards and item.unclaimed and service.policy.ladders.of(item)[0].to is To.WORKER:
            card = Owed("item", Subject("item", item.id), To.STAFF, now, step=f"handed-{id_}", to_id=move.to_id)
            await outbox.owe(tx, replace(card, revision=item.round, individual_id=item.individual_id), now)


async def _tell(service: Service, tx: AsyncConnection, moves: Sequence[Move], id_: int, by: Staff | None) -> None:
    """The new worker and, if somebody else did it, the earlier one, at once; managers, if a worker did it; and each
    individual, in their own good time."""
    about, to_id, now = Subject("handover", id_), moves[0].to_id, service.clock.now()
    if by is None or to_id != by.id:
        await outbox.owe(tx, await _to_taker(service, tx, "handed_to_you", about, to_id), now)
    from_id = moves[0].from_id
    if by is not None and from_id is not None and from_id != by.id:
        await outbox.owe(tx, Owed("handed_from_you", about, To.STAFF, now, to_id=from_id), now)
    if by is not None and not _of_anybody(by):
        await outbox.owe(tx, Owed("handed_by_worker", about, To.MANAGER, now), now)
    whom = sorted({move.individual_id for move in moves if move.tells})
    news = [
        Owed(
            kind="new_worker",
            subject=Subject("individual", one),
            to=To.INDIVIDUAL,
            due_at=now,
            step=str(id_),
            individual_id=one,
            params={"worker": to_id},
            family=FAMILY,
        )
        for one in whom
    ]
    await outbox.plan(tx, [owed.subject for owed in news], FAMILY, news, now, "handed_on")


async def _to_taker(service: Service, tx: AsyncConnection, kind: str, about: Subject, staff_id: int) -> Owed:
    """Now, or on the morning on which somebody who is away is back; who has no phone linked hears of it then."""
    now, calendar = service.clock.now(), service.calendar
    one = (await people.everybody_on_staff(tx))[staff_id]
    due = now
    if one.leave is not None and one.away_on(calendar.day(now)):
        due = calendar.at(calendar.next_working_day(one.leave.last), MORNING)
    return Owed(kind, about, To.STAFF, due, expires_at=due + WAITS, to_id=staff_id, family=compliance.TO_TAKER)


@awaiting.hears("handover_note")
async def _note(work: Work, text: str, ids: Mapping[str, int]) -> Sequence[Answer] | None:
    """What whoever hands over wants the new worker to know."""
    found = await store.together(work.tx, ids["handover"])
    if not found or found[0].handed_by != work.as_staff().id:
        return None
    await store.note_words(work.tx, [one.id for one in found], text)
    about = Subject("handover", found[0].id)
    owed = await _to_taker(work.service, work.tx, "handed_note", about, found[0].to_id)
    await outbox.owe(work.tx, owed, work.now)
    return [send("handed_note_kept", about)]


@use_case
async def show(work: Work, handover_id: int, page: int) -> Sequence[Answer]:
    """What was handed over, and what is open about each: for whoever took it over, gave it or is a manager."""
    me = await access.require(work, Act.HAND_OVER)
    found = await about(work, handover_id)
    if found is None or not (_of_anybody(me) or me.id == found.taker.id):
        raise NotKnown
    first = caseload.first_of_page(len(found.held), page, caseload.HELD_PAGE)
    shown = [one.individual.id for one in found.held[first : first + caseload.HELD_PAGE]]
    await access.note(work, Act.HAND_OVER, shown, "hand-over read")
    return [edit("handed_list", Subject("handover", handover_id), page=page)]


# ── What is told ────────────────────────────────────────────────────────────────────────────────────────────────────


@loads_one("handover")
async def about(source: Source, id_: int) -> AboutHandover | None:
    """A hand-over by the id of its first row, with what is open about each person now."""
    found = await store.together(source.tx, id_)
    if not found:
        return None
    everybody = await people.everybody_on_staff(source.tx)
    orders = await dates.orders_by_id(source.tx, {one.order_id for one in found})
    first = found[0]
    giver, by = (everybody.get(one) if one is not None else None for one in (first.from_id, first.handed_by))
    held = await _held(source.tx, list(orders.values()))
    return AboutHandover(id_, giver, everybody[first.to_id], by, Part(first.role), first.words, held)


async def _held(tx: AsyncConnection, orders: Sequence[Order]) -> tuple[OpenAbout, ...]:
    """What is open about the people on these orders, by case reference; a handful of statements for all of them."""
    known = await people.individuals_by_id(tx, {one.individual_id for one in orders})
    undecided = await store.undecided(tx, [one.id for one in orders])
    forms = await store.forms_owed(tx, [one.id for one in orders])
    notes = await store.notes_waiting(tx, known)
    open_: dict[int, list[Item]] = {}
    for item in await _open_about(tx, orders):
        open_.setdefault(item.individual_id, []).append(item)
    of: dict[int, list[Order]] = {}
    for one in orders:
        of.setdefault(one.individual_id, []).append(one)

    def whole(one: Individual) -> OpenAbout:
        theirs, about_them = of[one.id], tuple(open_.get(one.id, ()))
        alerted = {item.appointment_id for item in about_them if item.kind is Kind.NON_ATTENDANCE}
        misses = {id_ for order in theirs for id_ in undecided.get(order.id, ())} - alerted
        owes = any(order.id in forms for order in theirs)
        return OpenAbout(one, about_them, len(misses), owes, notes.get(one.id, 0))

    return tuple(whole(one) for one in sorted(known.values(), key=lambda one: one.case_ref))


@loads_one("caseload")
async def about_caseload(source: Source, individual_id: int) -> AboutCaseload:
    """Who could take over, and whom: one individual, or (0) all of a colleague's."""
    individual = await people.individual(source.tx, individual_id) if individual_id != ALL else None
    linked = frozenset(await people.chats_of_staff(source.tx))
    return AboutCaseload(await people.everybody_on_staff(source.tx), linked, individual)

"""*Pass to …*: a colleague who can be told has it from then on, and hears who passed it. Nobody else is told meanwhile;
if they do not look, whoever is next on its ladder is."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db import items, outbox, people
from domain import compliance
from domain.compliance import Item
from domain.desk import Passed
from domain.errors import NotKnown
from domain.outbox import Answer, Owed, Params, Row, Status, Subject, To, edit
from domain.people import Act, Individual, Relation, Role, Staff, may
from domain.routing import Roster
from usecases import access, desk, ladders, rota
from usecases.items import refresh, within_reach
from usecases.service import Service, Work, use_case

WORKS, DUTY, MANAGER = "works", "duty", "manager"  # why somebody is offered, in this order


@use_case
async def ask(work: Work, what: Passed, id_: int) -> Sequence[Answer]:
    """To whom? Whoever works with the person, is on duty or is a manager, and may deal with it."""
    found, individual = await _to_pass(work, what, id_, "item")
    return [await _question(work, what, id_, individual, found)]


@use_case
async def pass_on(work: Work, what: Passed, id_: int, staff_id: int) -> Sequence[Answer]:
    """They have it now. Somebody who cannot be told is not given anything: whoever passes it learns so at once."""
    found, individual = await _to_pass(work, what, id_, "item passed")
    if not found:
        return [await _question(work, what, id_, individual, found)]
    roster = await rota.roster(work.service, work.tx)
    if staff_id not in roster.staff:
        raise NotKnown
    if why := roster.why_not(staff_id):
        return [await _question(work, what, id_, individual, found, not_told=staff_id, why=why)]
    if staff_id not in await _offered(work, roster, individual, found):
        raise NotKnown
    for item in found:
        await _give(work, item, staff_id)
    await _tell(work, individual, found, staff_id)
    if what is Passed.ITEM:
        return [edit("item", Subject("item", id_), mine=int(staff_id == work.as_staff().id), copy=0)]
    return [edit("person", Subject("person", individual.id), items=desk.packed(found))]


async def _to_pass(work: Work, what: Passed, id_: int, looks: str) -> tuple[list[Item], Individual]:
    """What is meant, as far as it is the speaker's to pass: what they have or nobody has; a manager passes anything."""
    if what is Passed.ITEM:
        asked = [await within_reach(work, id_, looks)]
    else:
        asked = await desk.open_within_reach(work, id_, looks)
    individual = await people.individual(work.tx, asked[0].individual_id)
    if individual is None:
        raise NotKnown
    staff = work.as_staff()
    anybodys = Role.MANAGER in staff.roles
    return [one for one in asked if one.open and (one.claimed_by in (None, staff.id) or anybodys)], individual


async def _question(
    work: Work, what: Passed, id_: int, individual: Individual, found: Sequence[Item], **not_told: str | int
) -> Answer:
    """The list of colleagues; with nothing left to pass, what has become of it."""
    if not found:
        if what is Passed.ITEM:
            return edit("item", Subject("item", id_), mine=0, copy=0)
        raise NotKnown
    offered = await _offered(work, await rota.roster(work.service, work.tx), individual, found)
    colleagues = ",".join(f"{staff_id}:{why}" for staff_id, why in offered.items())
    about = {"what": what.value, "id": id_, "items": desk.packed(found), "colleagues": colleagues}
    return edit("pass_to", Subject("person", individual.id), **about, **not_told)


async def _offered(work: Work, roster: Roster, individual: Individual, found: Sequence[Item]) -> dict[int, str]:
    """To whom it may be passed, and why they are offered. Whoever works with the person stands there even while they
    cannot be told: that is worth knowing."""
    relation = replace(await access.relation_to(work.tx, individual), open_item=True)
    on_duty, managers = set(roster.on_duty()), set(roster.holding(Role.MANAGER))
    reasons = ((WORKS, relation.workers), (DUTY, on_duty), (MANAGER, managers))
    why: dict[int, str] = {}
    for code, ids in reasons:
        for id_ in sorted(ids):
            why.setdefault(id_, code)
    speaker = work.as_staff().id
    held_by_speaker = all(one.claimed_by in (None, speaker) for one in found)
    return {
        id_: code
        for id_, code in why.items()
        if not (id_ == speaker and held_by_speaker)
        and await _may_have(work, roster.staff[id_], individual, relation, found)
    }


async def _may_have(work: Work, one: Staff, individual: Individual, relation: Relation, found: Sequence[Item]) -> bool:
    """Whether all of it is theirs to deal with: a complaint is not for those whom it may be about."""
    if not may(one, Act.CLAIM_ITEM, relation, work.today):
        return False
    heard = [await access.heard_by(work.tx, item, individual, work.today) for item in found]
    return all(who is None or one.id in who for who in heard)


async def _give(work: Work, item: Item, staff_id: int) -> None:
    """Nobody else is told of it, unless an answer is owed whoever has it."""
    about = Subject("item", item.id)
    given = replace(item, claimed_by=staff_id, claimed_at=work.now)
    if not given.climbs:
        await outbox.cancel(work.tx, about, "ladder", "passed", work.now)
    but = (work.chat.id, work.tapped) if work.chat and work.tapped else None
    await _hand(work.service, work.tx, given, but)


async def _hand(service: Service, tx: AsyncConnection, item: Item, but: tuple[int, int] | None = None) -> None:
    """Whoever has it by now is whom its follow-up clock asks; every card but one says so."""
    now, about = service.clock.now(), Subject("item", item.id)
    await items.change_item(tx, item.id, claimed_by=item.claimed_by, claimed_at=item.claimed_at)
    await outbox.cancel(tx, about, compliance.AGAIN, "passed", now)
    follows = compliance.plan_follow_up(item, service.calendar, service.policy.ladders)
    await outbox.plan(tx, [about], compliance.FOLLOW_UP, follows, now, "passed")
    await refresh(service, tx, item, but)


async def came_back(service: Service, tx: AsyncConnection, row: Row, reason: str) -> None:
    """Telegram does not reach whoever it was passed to: whoever passed it has it again, and is told at once."""
    now, params = service.clock.now(), row.owed.params
    by, to = int(params["by"]), int(params["to"])
    await outbox.settle(tx, [row.id], Status.UNREACHABLE, reason, now)
    ids = [int(id_) for id_ in str(params.get("items", row.owed.subject.id)).split(desk.SEPARATOR)]
    for item in (await items.items_by_id(tx, ids)).values():
        if item.open and item.claimed_by == to:
            await _hand(service, tx, replace(item, claimed_by=by, claimed_at=now))
            back = Owed("item_came_back", Subject("item", item.id), To.STAFF, now, step=row.owed.step, to_id=by)
            back = replace(back, individual_id=item.individual_id, params={"by": by, "to": to}, revision=item.round)
            await outbox.owe(tx, back, now)


def to_whoever_has_it(row: Row) -> bool:
    """Whether a message is the one by which somebody learns that a thing is theirs now."""
    return row.owed.kind in ("item_passed", "passed") and row.owed.to_id == row.owed.params.get("to")


async def _tell(work: Work, individual: Individual, found: Sequence[Item], staff_id: int) -> None:
    """One message to whoever has it now, one line to whoever had it; and to whoever is next, if nobody looks."""
    by, step = work.as_staff().id, str(work.update_id)
    several = Owed("passed", Subject("person", individual.id), To.STAFF, work.now, step=step, to_id=staff_id)
    params: Params = {"by": by, "to": staff_id, "items": desk.packed(found)}
    if staff_id != by and len(found) > 1:
        await outbox.owe(work.tx, replace(several, individual_id=individual.id, params=params), work.now)
    for item in found:
        about = Subject("item", item.id)
        news = Owed("item_passed", about, To.STAFF, work.now, step=step, to_id=staff_id, individual_id=individual.id)
        news = replace(news, revision=item.round, params={"by": by, "to": staff_id})
        if staff_id != by and len(found) == 1:
            await outbox.owe(work.tx, replace(news, family=compliance.AGAIN), work.now)
        if item.claimed_by not in (None, by, staff_id):
            await outbox.owe(work.tx, replace(news, to_id=item.claimed_by, step=f"{step}-from"), work.now)
        if staff_id != by:
            to, due = await ladders.if_not_seen(work.service, work.tx, item, individual, staff_id)
            later = replace(news, to=to, to_id=None, due_at=due, step=f"{step}-unseen", family=compliance.AGAIN)
            await outbox.owe(work.tx, later, work.now)

"""Whether a date stands for somebody who says that they cannot make it: a named person answers, nobody else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from db import items as store
from db import outbox, people
from domain.compliance import ANSWERS, Ending, Item, Kind
from domain.errors import NotKnown, Stale
from domain.outbox import Answer, Owed, Subject, To
from domain.people import Act
from usecases import access, following, items, ladders
from usecases.service import Work, use_case

TOLD = "answered"  # the family of what tells the individual of the answer


@use_case
async def answer(work: Work, item_id: int, said: Ending) -> Sequence[Answer]:
    """*No need to come*, *still come* or *new date*: the individual hears it, and the card closes. Nothing is recorded
    about attendance: what happened is for whoever runs the session to say. The first answer is the one that counts."""
    item = await items.within_reach(work, item_id, "item answered")
    if item.kind is not Kind.CANNOT or said not in ANSWERS:
        raise Stale
    begins = await ladders.starts_at(work.tx, item)
    if not item.open or begins is None or begins <= work.now:
        return [await items.here(work, "item_open" if item.open else "item", item)]
    return await items.here_and_elsewhere(work, "item", await _answer(work, item, said, begins))


async def _answer(work: Work, item: Item, said: Ending, begins: datetime) -> Item:
    """Whoever answers has it: their name is what the individual is told."""
    item = await _put(work, item, said, item.round)
    about = Subject("item", item.id)
    await outbox.cancel(work.tx, about, "ladder", "answered", work.now)
    await following.end(work.service, work.tx, item, "answered")
    await outbox.owe(work.tx, _told(work, item, begins), work.now)
    return item


async def _put(work: Work, item: Item, said: Ending, round_: int) -> Item:
    me, since = work.as_staff().id, item.claimed_at or work.now
    values = {"claimed_by": me, "claimed_at": since, "closed_at": work.now, "outcome": said.value, "round": round_}
    await store.change_item(work.tx, item.id, **values)
    return replace(item, claimed_by=me, claimed_at=since, closed_at=work.now, outcome=said.value, round=round_)


def _told(work: Work, item: Item, begins: datetime, **params: int) -> Owed:
    """Once the date has begun it helps nobody."""
    return Owed(
        kind="cannot_answered",
        subject=Subject("item", item.id),
        to=To.INDIVIDUAL,
        due_at=work.now,
        expires_at=begins,
        step=item.outcome,
        revision=item.round,
        individual_id=item.individual_id,
        params=params,
        family=TOLD,
    )


# ── Changed ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def ask_anew(work: Work, item_id: int) -> Sequence[Answer]:
    """*Change the answer*, until the date begins: to which?"""
    item = await _answered(work, item_id)
    return [await items.here(work, "answer_anew" if await _may_change(work, item) else "item", item)]


@use_case
async def answer_anew(work: Work, item_id: int, said: Ending) -> Sequence[Answer]:
    """Another answer than the one that was given: the individual hears that it has changed, and how it is now."""
    item = await _answered(work, item_id)
    if said not in ANSWERS:
        raise Stale
    begins = await _may_change(work, item)
    if said != item.outcome and begins is not None:
        await outbox.cancel(work.tx, Subject("item", item.id), TOLD, "answered_anew", work.now)
        item = await _put(work, item, said, item.round + 1)
        await outbox.owe(work.tx, _told(work, item, begins, anew=1), work.now)
    return await items.here_and_elsewhere(work, "item", item)


async def _answered(work: Work, item_id: int) -> Item:
    """What was answered. Whoever answered may say otherwise, though they reach the person only while it is open."""
    item = await store.item(work.tx, item_id)
    if item is None:
        await access.require(work, Act.CLAIM_ITEM)
        raise NotKnown
    individual = await people.individual(work.tx, item.individual_id)
    theirs = item.claimed_by == work.as_staff().id
    as_before = replace(item, closed_at=None) if theirs else item
    await access.require_for(work, Act.CLAIM_ITEM, individual, "answer changed", as_before)
    return await store.item(work.tx, item_id) or item


async def _may_change(work: Work, item: Item) -> datetime | None:
    """Until when: the date's begin; None if they may not."""
    begins = await ladders.starts_at(work.tx, item)
    given = item.done and item.outcome in ANSWERS
    return begins if given and begins is not None and begins > work.now else None

"""Whether a date stands for somebody who says that they cannot make it: a named person answers, nobody else."""

from collections.abc import Sequence
from dataclasses import replace

from db import items as store
from db import outbox
from domain.compliance import ANSWERS, Ending, Item, Kind
from domain.errors import Stale
from domain.outbox import Answer, Owed, Subject, To
from usecases import following, items, ladders
from usecases.service import Work, use_case


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
    return await items.here_and_elsewhere(work, "item", await _answer(work, item, said))


async def _answer(work: Work, item: Item, said: Ending) -> Item:
    """Whoever answers has it: their name is what the individual is told."""
    me, since = work.as_staff().id, item.claimed_at or work.now
    item = replace(item, claimed_by=me, claimed_at=since, closed_at=work.now, outcome=said.value)
    values = {"claimed_by": me, "claimed_at": since, "closed_at": work.now, "outcome": said.value}
    await store.change_item(work.tx, item.id, **values)
    about = Subject("item", item.id)
    await outbox.cancel(work.tx, about, "ladder", "answered", work.now)
    await following.end(work.service, work.tx, item, "answered")
    told = Owed(
        kind="cannot_answered",
        subject=about,
        to=To.INDIVIDUAL,
        due_at=work.now,
        step=said.value,
        revision=item.round,
        individual_id=item.individual_id,
    )
    await outbox.owe(work.tx, told, work.now)
    return item

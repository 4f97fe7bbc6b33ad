"""Where the chat cannot ask at the end: a manager names somebody who did not work with the person, who asks by phone or
on paper, and asks again where they wanted to see their own words first; and what anybody on staff puts on record of an
offer that they made in person."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, items, outbox, people, quotes, sittings
from db import offering as store
from domain import neutral
from domain.compliance import Item, Kind
from domain.errors import NotKnown, Stale
from domain.moderating import Status
from domain.neutral import WORDS, AboutNeutral
from domain.offering import END, How, Said
from domain.outbox import Answer, Owed, Subject, To, edit
from domain.people import Act
from usecases import access, offering, rota
from usecases import items as open_items
from usecases.service import Service, Work, use_case
from usecases.subjects import Source, loads_one


@loads_one("neutral")
async def about(source: Source, sitting_id: int) -> AboutNeutral | None:
    """A form at the end, as whoever names somebody and whoever is named see it: nothing of what was answered."""
    tx = source.tx
    sitting = (await sittings.sittings_by_id(tx, [sitting_id])).get(sitting_id)
    if sitting is None:
        return None
    individual = (await people.individuals_by_id(tx, [sitting.individual_id]))[sitting.individual_id]
    order = (await dates.orders_by_id(tx, [sitting.order_id]))[sitting.order_id]
    roster = await rota.roster(source.service, tx)
    worked = await store.worked_with(tx, individual.id) | await access.youth_team(tx, individual)
    reachable = {id_ for id_ in roster.staff if roster.reachable(id_)}
    return AboutNeutral(
        sitting_id,
        individual,
        order,
        await offering.bar_to(source.service, tx, sitting),
        tuple(neutral.could_ask(roster.staff, worked, reachable)),
        roster.staff.get(sitting.helper_id or 0),
        roster.staff.get(sitting.helper_named_by or 0),
        not sitting.closed and await offering.still_owed(tx, sitting),
    )


@use_case
async def ask_whom(work: Work, item_id: int, page: int) -> Sequence[Answer]:
    """*Name somebody*: everybody who could ask, a page at a time."""
    _, sitting = await _to_name(work, item_id)
    return [edit("neutral_whom", Subject("neutral", sitting.id), item=item_id, page=page)]


@use_case
async def name(work: Work, item_id: int, staff_id: int) -> Sequence[Answer]:
    """This one asks: they get one message with what to do. Whoever was named before need not."""
    item, sitting = await _to_name(work, item_id)
    found = await about(work, sitting.id)
    could = {one.id for one in found.could} if found is not None else set()
    if staff_id not in could:
        raise NotKnown
    if sitting.helper_id != staff_id:
        who = {"helper_id": staff_id, "helper_named_by": work.as_staff().id}
        await sittings.change(work.tx, sitting.id, **who)
        await _tell(work, sitting, "quote_ask_for" if sitting.closed else "neutral_asked", staff_id)
        if sitting.helper_id in could:
            await _tell(work, sitting, "neutral_freed", sitting.helper_id)
    here = (work.chat.id, work.tapped) if work.chat and work.tapped else None
    await open_items.take(work, item, here)
    return [edit("neutral_named", Subject("neutral", sitting.id), item=item_id)]


async def _to_name(work: Work, item_id: int) -> tuple[Item, sittings.Sitting]:
    """What a manager is asked to do, while it is still to be done."""
    await access.require(work, Act.NAME_NEUTRAL)
    item = await items.item(work.tx, item_id)
    individual = await people.individual(work.tx, item.individual_id) if item is not None else None
    await access.require_for(work, Act.NAME_NEUTRAL, individual, "neutral person", item)
    if item is None or item.kind is not Kind.ASK:
        raise Stale
    mine = await sittings.sittings_of(work.tx, item.individual_id)
    sitting = next((one for one in mine if (one.order_id, one.occasion) == (item.order_id, END)), None)
    if sitting is None or not item.open or (sitting.closed and not await _waits_for_a_yes(work.tx, sitting)):
        raise Stale
    return item, sitting


async def _tell(work: Work, sitting: sittings.Sitting, kind: str, staff_id: int) -> None:
    words = kind == "quote_ask_for"
    about_ = Subject("quoting", sitting.id) if words else Subject("neutral", sitting.id)
    step = f"{staff_id}-{work.update_id}"
    owed = Owed(kind, about_, To.STAFF, work.now, step=step, to_id=staff_id, individual_id=sitting.individual_id)
    await outbox.owe(work.tx, owed, work.now)


@use_case
async def record(work: Work, sitting_id: int, said: Said) -> Sequence[Answer]:
    """What became of asking in person: by whoever was named for it, or whoever works with them. Only who was reached
    has been offered anything."""
    sitting = await _asked(work, sitting_id)
    if sitting.closed or not await offering.still_owed(work.tx, sitting):
        return [edit("form_offer_over", Subject("neutral", sitting_id))]
    if said is Said.UNREACHED:
        if sitting.helper_id != work.as_staff().id:
            raise Stale
        await offering.close(work.service, work.tx, sitting)
    else:
        await offering.made(work.service, work.tx, sitting_id, How.STAFF, work.as_staff().id)
    if said is Said.NO:
        await sittings.keep_state(work.tx, sitting.form_id, None)
        await sittings.change(work.tx, sitting_id, declined_at=work.now)
        await offering.over(work.service, work.tx, replace(sitting, declined_at=work.now))
    helps = int(sitting.helper_id == work.as_staff().id)
    return [edit("form_offer_noted", Subject("neutral", sitting_id), said=said.value, helps=helps)]


async def _asked(work: Work, sitting_id: int) -> sittings.Sitting:
    """A form of which the speaker may say that they offered it."""
    staff = work.as_staff()
    sitting = (await sittings.sittings_by_id(work.tx, [sitting_id])).get(sitting_id)
    individual = await people.individual(work.tx, sitting.individual_id) if sitting is not None else None
    if sitting is not None and individual is not None and sitting.helper_id == staff.id and staff.active_on(work.today):
        await access.note(work, Act.FORMS, [individual.id], "form offered")
    else:
        await access.require_for(work, Act.FORMS, individual, "form offered")
    if sitting is None:
        raise NotKnown
    return sitting


# ── Their own words, of which they were promised a look ─────────────────────────────────────────────────────────────


async def ask_about_words(work: Work, sitting: sittings.Sitting) -> None:
    """Whoever typed the words for them reads them out again and asks; if that one has gone, a manager names another."""
    found = await about(work, sitting.id)
    if found is None:
        return
    if sitting.helper_id in {one.id for one in found.could}:
        await _tell(work, sitting, "quote_ask_for", sitting.helper_id)
    else:
        once, whose = f"words:{sitting.id}", found.individual.id
        await open_items.raise_item(work.service, work.tx, Kind.ASK, once, whose, found.order, reason=WORDS)


async def _waits_for_a_yes(tx: AsyncConnection, sitting: sittings.Sitting) -> bool:
    return any(one.status is Status.ASKED for one in await quotes.of_form(tx, sitting.form_id))


async def give_up_words(service: Service, tx: AsyncConnection) -> None:
    """Silence has become a no, or the answers were taken back: nobody has to be named for it any more."""
    for item in await items.open_of_kind(tx, Kind.ASK):
        mine = await sittings.sittings_of(tx, item.individual_id)
        ended = [one for one in mine if (one.order_id, one.occasion) == (item.order_id, END)]
        if item.reason == WORDS and not any([await _waits_for_a_yes(tx, one) for one in ended]):
            await open_items.conclude(service, tx, item)

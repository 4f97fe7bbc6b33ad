"""What is open: raised with the whole of its ladder owed, claimed by one person, withdrawn if it was not so."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, items, outbox, people, said, traces
from db import following as store
from domain import attendance, compliance, pausing, routing
from domain.errors import NotKnown, Stale
from domain.orders import Order
from domain.outbox import Answer, How, Owed, Row, Status, Subject, To, Trouble, edit, send
from domain.people import MAY, Act
from usecases import access, efforts, following, ladders, rota
from usecases.service import Service, Work, use_case

CARDS = (
    *("item", "item_copy", "item_again", "item_open", "item_closing", "answer_anew", "follow_up"),
    *("item_disputed", "item_confirmed", "item_unasked", "item_withdrawn", "item_passed", "item_came_back"),
)
ON_THE_WAY = frozenset({"", pausing.HELD, *(one.reason for one in Trouble)})  # why a step waits that will be told
SEEN = "seen"  # why a row ends of what somebody has looked at
MOST_MEDIA = 10  # photos and voice notes that *Show* brings, the newest; the conversation names the others
ON_ITS_WAY_OUT = timedelta(hours=24)  # a message older than this is not opened again: it will soon be folded for good


async def raise_item(
    service: Service,
    tx: AsyncConnection,
    kind: compliance.Kind,
    once: str,
    individual_id: int,
    order: Order | None,
    appointment_id: int | None = None,
    reason: str = "",
    words: str = "",
) -> tuple[compliance.Item, bool]:
    """Opens an item and owes its whole ladder; one that is open already stays as it is. Says which.

    `once` names what there may be only one of: an alert per missed appointment, a task per update.
    """
    now = service.clock.now()
    order_id = order.id if order else None
    item, new = await items.open_once(tx, kind, once, individual_id, order_id, now, appointment_id, reason, words)
    if new:
        subject = Subject("item", item.id)
        wanted = await ladders.climb(service, tx, item, now)
        await outbox.plan(tx, [subject], "ladder", wanted, now, "raised_again")
        item = await following.begin(service, tx, item, wanted)
        if kind is compliance.Kind.NON_ATTENDANCE and order is not None and order.copied_id is not None:
            await outbox.owe(tx, _note(item, "item_copy", To.COPY, service, step=str(item.round)), now)
        if kind is compliance.Kind.DANGER and not item.apart:
            await outbox.owe(tx, _note(item, "item_copy", To.WORKER, service, step=str(item.round)), now)
    return item, new


def _note(item: compliance.Item, kind: str, to: To, service: Service, step: str, to_id: int | None = None) -> Owed:
    """A message about an item that asks nothing of its reader."""
    return Owed(
        kind=kind,
        subject=Subject("item", item.id),
        to=to,
        to_id=to_id,
        due_at=service.clock.now(),
        step=step,
        revision=item.round,
        individual_id=item.individual_id,
    )


Card = tuple[people.Chat, int, str]


async def _cards(tx: AsyncConnection, item: compliance.Item) -> list[Card]:
    """Every card about an item that somebody on staff still has: the chat, the message, and the kind that it was."""
    chats = {chat.id: chat for chat in (await people.chats_of_staff(tx)).values()}
    shown = await traces.about(tx, Subject("item", item.id), CARDS)
    return [(chats[one.chat], one.message_id, one.kind) for one in shown if one.chat in chats]


def _copied(cards: Sequence[Card]) -> set[int]:
    """The chats (row ids) of those who were sent a copy, and owe nothing."""
    return {chat.id for chat, _, kind in cards if kind == "item_copy"}


async def tell_those_who_saw(service: Service, tx: AsyncConnection, item: compliance.Item, kind: str) -> None:
    """Owes one message to everybody on staff who was sent a card about this item, opened one, or has claimed it; and to
    whom a card was for that may have come."""
    chats = await _shown_in(tx, item)
    saw = {id_ for id_, chat in (await people.chats_of_staff(tx)).items() if chat.id in chats}
    saw |= {item.claimed_by} if item.claimed_by is not None else set()
    for staff_id in sorted(saw | await _may_have_seen(service, tx, item)):
        news = _note(item, kind, To.STAFF, service, step=str(staff_id), to_id=staff_id)
        await outbox.owe(tx, news, service.clock.now())


async def _shown_in(tx: AsyncConnection, item: compliance.Item) -> set[int]:
    """The chats (row ids) in which a card about it came, or was opened."""
    about = Subject("item", item.id)
    return await outbox.told(tx, about, CARDS) | {one.chat for one in await traces.about(tx, about, CARDS)}


async def was_shown(tx: AsyncConnection, item: compliance.Item) -> bool:
    """Whether somebody has been told of it, for certain."""
    return bool(await _shown_in(tx, item))


async def _may_have_seen(service: Service, tx: AsyncConnection, item: compliance.Item) -> set[int]:
    """Whom a card was for that may have come: a role, as it stands now."""
    rows = [row.owed for row in await outbox.about(tx, Subject("item", item.id)) if row.perhaps_said]
    rows = [owed for owed in rows if owed.kind in CARDS]
    if not rows:
        return set()
    roster, individual = await rota.roster(service, tx), await people.individual(tx, item.individual_id)
    order = await dates.order(tx, item.order_id) if item.order_id is not None else None
    found: set[int] = set()
    for owed in rows:
        to_id = item.claimed_by if owed.to is To.HOLDER else owed.to_id
        found |= set(routing.meant(owed.to, roster, individual, order, to_id=to_id))
    return found


async def refresh(
    service: Service, tx: AsyncConnection, item: compliance.Item, but: tuple[int, int] | None = None
) -> None:
    """Owes an edit, without a sound, of every card about this item but one (chat, message): one line again."""
    now = service.clock.now()
    cards = await _cards(tx, item)
    copied = _copied(cards)
    for chat, message_id, _ in cards:
        if (chat.id, message_id) == but:
            continue
        step = f"{chat.id}-{message_id}-{now.timestamp()}"
        edit_ = _note(item, "item_now", To.STAFF, service, step=step, to_id=chat.staff_id)
        mine = item.claimed_by is not None and item.claimed_by == chat.staff_id
        params = {"edit": message_id, "mine": int(mine), "copy": int(chat.id in copied)}
        await outbox.owe(tx, replace(edit_, params=params), now)
    await _refresh_lists(service, tx, item)


async def _refresh_lists(service: Service, tx: AsyncConnection, item: compliance.Item) -> None:
    """The same for messages that tell of several."""
    chats, now = {chat.id: chat for chat in (await people.chats_of_staff(tx)).values()}, service.clock.now()
    for one in await store.lists_with(tx, item.id):
        if one.chat in chats:
            step = f"{one.chat}-{one.message_id}-{now.timestamp()}"
            edit_ = _note(item, "items_now", To.STAFF, service, step=step, to_id=chats[one.chat].staff_id)
            subject, params = Subject.parse(one.subject), {"edit": one.message_id}
            await outbox.owe(tx, replace(edit_, subject=subject, params=params), now)


async def set_clock(service: Service, tx: AsyncConnection, item: compliance.Item) -> None:
    """Plans the steps ahead anew, by what is known of an unclaimed item now. A ladder that has moved on stays."""
    now, subject = service.clock.now(), Subject("item", item.id)
    rows = [row for row in await outbox.about(tx, subject) if row.owed.family == "ladder"]
    rows = [row for row in rows if row.owed.revision == item.round]
    ahead = [row.owed for row in rows if row.status is Status.PLANNED]
    first = service.policy.ladders.of(item)[0].to
    moved_on = any(row.status not in ladders.WAITING and row.owed.to is not first for row in rows)
    moved_on |= any(row.status is Status.UNREACHABLE for row in rows)
    if item.unclaimed and ahead and not moved_on and all(owed.due_at > now for owed in ahead):
        began = next((row.owed.due_at for row in rows if row.owed.to is first), item.raised_at)
        wanted = await ladders.climb(service, tx, item, began)
        await outbox.plan(tx, [subject], "ladder", wanted, now, "planned_anew")


async def steps_ahead(tx: AsyncConnection, item: compliance.Item) -> list[Owed]:
    """The steps of its ladder that are still to come. One that is due and finds nobody who could be told is none."""
    rows = [row for row in await outbox.about(tx, Subject("item", item.id)) if row.owed.family == "ladder"]
    return [row.owed for row in rows if row.owed.revision == item.round and _is_ahead(row)]


def _is_ahead(row: Row) -> bool:
    """The same card again, as the day begins, is no step."""
    on_the_way = row.status in (Status.PLANNED, Status.SENDING) and row.reason in ON_THE_WAY
    return on_the_way and row.owed.step == row.owed.to.value


async def told_next(tx: AsyncConnection, item: compliance.Item, now: datetime) -> list[Owed]:
    """Which roles are told from now on, and when, if nobody takes it on or looks: in turn."""
    again = [row.owed for row in await outbox.about(tx, Subject("item", item.id)) if row.status is Status.PLANNED]
    again = [owed for owed in again if owed.family == compliance.AGAIN]
    ahead = [*again, *await steps_ahead(tx, item)]
    return sorted((owed for owed in ahead if owed.due_at > now), key=lambda owed: owed.due_at)


async def withdraw(service: Service, tx: AsyncConnection, item: compliance.Item) -> None:
    """It was not so: nobody else is told, and those who were told hear that it is withdrawn."""
    now = service.clock.now()
    await items.change_item(tx, item.id, withdrawn_at=now)
    await tell_those_who_saw(service, tx, item, "item_withdrawn")
    await outbox.cancel(tx, Subject("item", item.id), "ladder", "withdrawn", now)
    await following.end(service, tx, item, "withdrawn")
    await refresh(service, tx, item)


async def lapse(service: Service, tx: AsyncConnection, item: compliance.Item) -> None:
    """It would help nobody any more, and nobody has been told of it: so it ends without a word."""
    now = service.clock.now()
    await items.change_item(tx, item.id, withdrawn_at=now)
    await outbox.cancel(tx, Subject("item", item.id), "ladder", "withdrawn", now)
    await following.end(service, tx, item, "withdrawn")


async def conclude(service: Service, tx: AsyncConnection, item: compliance.Item) -> None:
    """What the item asked for has been done elsewhere: nobody else needs to hear of it. One that was withdrawn was
    right after all."""
    now = service.clock.now()
    await items.change_item(tx, item.id, closed_at=now, withdrawn_at=None)
    await outbox.cancel(tx, Subject("item", item.id), "ladder", "concluded", now)
    await following.end(service, tx, item, "concluded")
    await refresh(service, tx, item)


async def dispute(service: Service, tx: AsyncConnection, item: compliance.Item) -> None:
    """The individual says they were there: shown on the alert, told to those who saw it, asked of who ran the day.

    An alert that was done with is open again: what it rested on is in question.
    """
    if item.disputed_at is not None:
        return
    await items.change_item(tx, item.id, disputed_at=service.clock.now())
    if item.closed_at is not None:
        await following.reopen(service, tx, item)
    await refresh(service, tx, item)
    await tell_those_who_saw(service, tx, item, "item_disputed")
    await outbox.owe(tx, _note(item, "was_there_question", To.RUNNER, service, step="asked"), service.clock.now())


async def confirm(service: Service, tx: AsyncConnection, item: compliance.Item) -> None:
    """Whoever ran the day was asked again, and says that they were not there."""
    await refresh(service, tx, item)
    await tell_those_who_saw(service, tx, item, "item_confirmed")


@use_case
async def show(work: Work, item_id: int) -> Sequence[Answer]:
    """*Show*: one item whole, in place of its one line, or below the list."""
    item = await within_reach(work, item_id, "item")
    await seen(work, item)
    media = (await said.of_items(work.tx, [item.id])).get(item.id, [])
    shown = [send("said_media", Subject("said", one.id)) for one in media if one.media is not None]
    return [await here(work, "item_open", item), *shown[-MOST_MEDIA:]]


@use_case
async def fold(work: Work, item_id: int) -> Sequence[Answer]:
    """*Hide*: back to one line. Nobody is looked at, so nothing is put on record."""
    await access.require(work, Act.CLAIM_ITEM)
    item = await items.item(work.tx, item_id)
    card = await _tapped(work)
    if item is None or card is None or card.subject != str(Subject("item", item_id)):
        raise NotKnown
    return [await here(work, "item", item)]


@use_case
async def claim(work: Work, item_id: int) -> Sequence[Answer]:
    """*I'm dealing with it*: the first tap claims, and nobody else needs to be told. Others see who has it."""
    item = await within_reach(work, item_id, "item claimed")
    if not item.unclaimed:
        return [await here(work, "item_open" if item.claimed_by == work.as_staff().id else "item", item)]
    return await here_and_elsewhere(work, "item_open", await _claim(work, item))


async def seen(work: Work, item: compliance.Item) -> None:
    """Somebody has looked at what was said, or answered it: nobody else needs to be told. Of what nobody has taken on
    that stays on record as well, because what is said after it is news: as a silent row (so /why does not list it) that
    is never sent."""
    if item.unclaimed:
        looked = _note(item, "item_now", To.STAFF, work.service, step="looked", to_id=work.as_staff().id)
        await outbox.owe(work.tx, replace(looked, family=compliance.AGAIN), work.now)
    await outbox.cancel(work.tx, Subject("item", item.id), compliance.AGAIN, SEEN, work.now)


async def looked_at(tx: AsyncConnection, item: compliance.Item) -> bool:
    """Whether somebody has looked since its ladder began."""
    rows = [row for row in await outbox.about(tx, Subject("item", item.id)) if row.owed.family == compliance.AGAIN]
    return any(row.owed.revision == item.round and row.reason == SEEN for row in rows)


async def take(work: Work, item: compliance.Item, but: tuple[int, int] | None = None) -> compliance.Item:
    """Whoever acts on an item that nobody has claimed has it from then on, as if they had said so. Its cards follow,
    but for the one (chat, message) that is about to be answered."""
    if item.unclaimed:
        item = await _claim(work, item)
        await refresh(work.service, work.tx, item, but)
    return item


async def _claim(work: Work, item: compliance.Item) -> compliance.Item:
    item = replace(item, claimed_by=work.as_staff().id, claimed_at=work.now)
    await items.change_item(work.tx, item.id, claimed_by=item.claimed_by, claimed_at=work.now)
    if not item.climbs:
        await outbox.cancel(work.tx, Subject("item", item.id), "ladder", "claimed", work.now)
    await seen(work, item)
    if item.kind in compliance.TOLD_WHEN_TAKEN:
        await outbox.owe(work.tx, _note(item, "ask_taken", To.INDIVIDUAL, work.service, step="taken"), work.now)
    return item


@use_case
async def close(work: Work, item_id: int, outcome: compliance.Ending | None = None) -> Sequence[Answer]:
    """*Done*: whoever claimed it has dealt with it, and says how where that matters to the person who asked."""
    item = await within_reach(work, item_id, "item closed")
    if not item.open or item.claimed_by != work.as_staff().id:
        return [await here(work, "item", item)]
    if outcome is None and item.kind in compliance.ENDS_WITH_OUTCOME:
        return [await here(work, "item_closing", item)]
    if await _to_be_decided(work, item):
        return [await here(work, "item_open", item)]
    if outcome is not None and (outcome in compliance.ANSWERS or outcome not in compliance.endings_of(item.kind)):
        raise Stale
    item = replace(item, closed_at=work.now, outcome=outcome or "")
    await items.change_item(work.tx, item.id, closed_at=work.now, outcome=item.outcome)
    await outbox.cancel(work.tx, Subject("item", item.id), "ladder", "concluded", work.now)
    if item.kind not in compliance.FOLLOWED:
        await following.end(work.service, work.tx, item, "concluded")
    if item.kind in compliance.TOLD_OF_OUTCOME:
        await outbox.owe(work.tx, _note(item, "ask_closed", To.INDIVIDUAL, work.service, step="closed"), work.now)
    await _tell_usual_worker(work, item)
    return await here_and_elsewhere(work, "item", item)


async def _to_be_decided(work: Work, item: compliance.Item) -> bool:
    """A missed date is dealt with once it is decided: until then it stays where it is seen."""
    if item.kind is not compliance.Kind.NON_ATTENDANCE or item.appointment_id is None:
        return False
    stands = attendance.standing((await dates.records(work.tx, [item.appointment_id])).get(item.appointment_id, ()))
    return stands is not None and stands.outcome is attendance.Outcome.MISSED_REASON_UNKNOWN


async def _tell_usual_worker(work: Work, item: compliance.Item) -> None:
    """Whoever works with the person hears in one line what somebody else has dealt with; of what only managers are
    told, nothing."""
    individual = await people.individual(work.tx, item.individual_id)
    if individual is None or item.apart:
        return
    order = await dates.order(work.tx, item.order_id) if item.order_id is not None else None
    theirs = await access.youth_team(work.tx, individual) or {order.worker_id if order is not None else None}
    if work.as_staff().id not in theirs:
        step = f"dealt-{item.round}-{work.update_id}"
        await outbox.owe(work.tx, _note(item, "item_dealt", To.WORKER, work.service, step=step), work.now)


async def here(work: Work, kind: str, item: compliance.Item) -> Answer:
    """How an item is answered: in place of its card that was tapped, or below if that was another message.

    A card is not opened any more when it is about to be folded for good: a new one takes its place.
    """
    about = Subject("item", item.id)
    copied = _copied(await _cards(work.tx, item))
    params = {
        "mine": int(item.claimed_by == work.as_staff().id),
        "copy": int(work.chat is not None and work.chat.id in copied),
        "export": int(bool(work.as_staff().roles & set(MAY[Act.EXPORT]))),
        "names": int(bool(work.as_staff().roles & set(MAY[Act.NAME_NEUTRAL]))),
    }
    if kind == "item_open" and item.kind is compliance.Kind.NON_ATTENDANCE:
        params |= await efforts.reader(work, item.individual_id, item)
    card = await _tapped(work)
    if card is None or card.subject != str(about):
        return send(kind, about, **params)
    old = kind == "item_open" and work.now - card.at > ON_ITS_WAY_OUT
    return send(kind, about, **params) if old else edit(kind, about, **params)


async def here_and_elsewhere(work: Work, kind: str, item: compliance.Item) -> Sequence[Answer]:
    """The answer to whoever changed an item; every other card about it follows."""
    answer = await here(work, kind, item)
    but = (work.chat.id, work.tapped) if work.chat and work.tapped and answer.how is How.EDIT else None
    await refresh(work.service, work.tx, item, but)
    return [answer]


async def _tapped(work: Work) -> traces.Trace | None:
    """The message whose button was tapped."""
    if work.chat is None or work.tapped is None:
        return None
    return await traces.ours(work.tx, work.chat.id, work.tapped)


async def within_reach(work: Work, item_id: int, what: str) -> compliance.Item:
    item = await items.item(work.tx, item_id)
    if item is None:
        await access.require(work, Act.CLAIM_ITEM)
        raise NotKnown
    individual = await people.individual(work.tx, item.individual_id)
    await access.require_for(work, Act.CLAIM_ITEM, individual, what, item)
    return await _as_it_is_now(work.tx, item)


async def _as_it_is_now(tx: AsyncConnection, item: compliance.Item) -> compliance.Item:
    """Two may have tapped at once. Whoever puts a look on record waits for others who do (db/access.py), and what they
    have changed is seen only by whoever reads after that: the first claims, and the second sees who has it."""
    return await items.item(tx, item.id) or item


async def order_to_speak_about(tx: AsyncConnection, individual_id: int) -> Order | None:
    """The order whose worker hears of what a person says without naming a date."""
    return next(iter(await dates.orders_of(tx, individual_id)), None)

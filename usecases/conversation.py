"""Where an individual's words go: under what is open already, or a new item; and always to somebody who is there."""

from dataclasses import replace
from datetime import timedelta

from db import contacts, items, outbox, people, said, traces
from domain import compliance, deciding, routing
from domain.compliance import Item, Kind
from domain.orders import Order
from domain.outbox import Owed, Status, Subject, To
from domain.people import Act, Individual
from usecases import access, ladders, rota
from usecases import items as open_items
from usecases.service import Work

MOST_WORDS = 4_000  # characters of the quotes that an item keeps; the conversation keeps all that was said
OF_NO_ORDER = frozenset({Kind.WORDS, Kind.HELP, Kind.CALL, Kind.CHANGED, Kind.DANGER})  # what names none by itself
DANGER_HEARD = timedelta(hours=24)  # how long after words of danger all that is said goes to whoever has them


async def pass_on(work: Work, individual: Individual, words: str, reason: str = "") -> Item:
    """Words that nobody asked for: to whoever has this person's words already, or else to their worker."""
    item = await _listening(work, individual)
    if item is not None:
        return await join(work, individual, item)
    order = await open_items.order_to_speak_about(work.tx, individual.id)
    once = f"words:{work.update_id}"
    item, _ = await open_items.raise_item(
        work.service, work.tx, Kind.WORDS, once, individual.id, order, reason=reason, words=words
    )
    return item


async def _listening(work: Work, individual: Individual) -> Item | None:
    """What is open and takes these words: an alarm of the last day, else what staff last wrote about, else what they
    were asked about, else talk."""
    alarm = await items.open_of(work.tx, Kind.DANGER, individual.id, None)
    if alarm is not None:
        about = (await said.of_items(work.tx, [alarm.id])).get(alarm.id, [])
        last = max((one.at for one in about), default=alarm.raised_at)
        if work.now - last < DANGER_HEARD:
            return alarm
    answer = await said.last_answer(work.tx, individual.id)
    answered = await items.item(work.tx, answer.item_id) if answer is not None and answer.item_id is not None else None
    if answered is not None and answered.open and answered.kind is not Kind.DANGER:
        return answered
    return await _asked_why(work, individual) or await items.open_of(work.tx, Kind.WORDS, individual.id, None)


async def _asked_why(work: Work, individual: Individual) -> Item | None:
    """A missed date of which they were asked to show, or just to tell, what got in the way."""
    alerts = await items.of_individual(work.tx, Kind.NON_ATTENDANCE, individual.id)
    opened = [alert for alert in alerts if alert.open]
    done = await contacts.of_items(work.tx, [alert.id for alert in opened])
    return next((alert for alert in opened if deciding.waits_for_more(done.get(alert.id, ()))), None)


async def join(work: Work, individual: Individual, item: Item, quote: str = "", tapped: bool = False) -> Item:
    """More was said under an open item: whoever is to read it is there and has a card. The conversation has the words;
    only a `quote` stands on the item itself. `tapped`: it is an answer about the item's date, and no words."""
    if quote:
        item = replace(item, words=f"{item.words}\n{quote}"[-MOST_WORDS:])
        await items.change_item(work.tx, item.id, words=item.words)
    roster = await rota.roster(work.service, work.tx)
    if item.claimed_by is not None and await _still_theirs(work, individual, item, roster):
        await _tell_whoever_has_it(work, individual, item, tapped)
        return item
    known = item.claimed_by is None and not await _is_news(work, individual, item)
    if not known and item.claimed_by is None and item.kind in compliance.FOLLOWED:  # it climbs for the miss alone
        await _tell_whoever_has_it(work, individual, item, tapped)
        return item
    if not known or await _worker_has_no_card(work, individual, item, roster):
        item = await _owe_anew(work, item)
    await open_items.refresh(work.service, work.tx, item)
    return item


async def ask_again(work: Work, item: Item) -> Item:
    """The same is asked for again: of what nobody has taken on everybody hears anew, once all of them have heard. What
    made it safe then may not do so now: it is asked about anew, too."""
    heard = item.claimed_by is None and not await open_items.steps_ahead(work.tx, item)
    if heard and await _is_news(work, work.as_individual(), item):
        item = replace(item, reason="", number="", safe_time="")
        await items.change_item(work.tx, item.id, reason="", number=None, safe_time=None)
        item = await _owe_anew(work, item)
        await open_items.refresh(work.service, work.tx, item)
    return item


async def _is_news(work: Work, individual: Individual, item: Item) -> bool:
    """Under a card that nobody has looked at yet, more words are read with the first. Once somebody has looked, or
    everybody has been told, nobody would come upon them."""
    if await open_items.looked_at(work.tx, item):
        return True
    return not await open_items.steps_ahead(work.tx, item) and not await _last_was_just_told(work, individual, item)


async def _last_was_just_told(work: Work, individual: Individual, item: Item) -> bool:
    """Where only the last step can be told, none is ahead from the start: whether they have had less time to look than
    a worker has."""
    *before, last = (await ladders.meant(work.service, work.tx, item, individual)).values()
    if any(before) or not last:
        return False
    rows = await outbox.about(work.tx, Subject("item", item.id))
    dues = [row.owed.due_at for row in rows if (row.owed.family, row.owed.revision) == (ladders.FAMILY, item.round)]
    since, rules = min(dues, default=item.raised_at), work.service.policy.ladders
    _, until = compliance.if_not_seen(item, since, work.service.calendar, rules)
    return work.now < until


async def _still_theirs(work: Work, individual: Individual, item: Item, roster: routing.Roster) -> bool:
    """Whether whoever took the item on is still here and may still see this person."""
    assert item.claimed_by is not None
    if not roster.reachable(item.claimed_by):
        return False
    holder = roster.staff[item.claimed_by]
    return await access.reached_by(work.tx, holder, Act.CLAIM_ITEM, individual, item, work.now, work.today)


async def _worker_has_no_card(work: Work, individual: Individual, item: Item, roster: routing.Roster) -> bool:
    """Whether the person has been given another worker since, who knows nothing of this item and is not about to."""
    if item.kind is not Kind.WORDS:
        return False
    workers = routing.meant(To.WORKER, roster, individual, await _order_now(work, item))
    chats = {chat.id: id_ for id_, chat in (await people.chats_of_staff(work.tx)).items()}
    about = Subject("item", item.id)
    shown = await traces.about(work.tx, about, open_items.CARDS)
    told = {chats.get(one.chat) for one in shown}
    waiting = [
        row
        for row in await outbox.about(work.tx, about)
        if row.owed.to is To.WORKER and row.status in (Status.PLANNED, Status.SENDING)
    ]
    return bool(workers) and told.isdisjoint(workers) and not waiting


async def _order_now(work: Work, item: Item) -> Order | None:
    """The order whose worker reads now; the item hangs on it from here on."""
    found = await open_items.order_to_speak_about(work.tx, item.individual_id)
    if found is not None and found.id != item.order_id:
        await items.change_item(work.tx, item.id, order_id=found.id)
    return found


async def _owe_anew(work: Work, item: Item) -> Item:
    """Nobody's again, and owed from the first step on. No step comes later than it was to come already: somebody has
    been told when."""
    ahead = {owed.step: owed.due_at for owed in await open_items.steps_ahead(work.tx, item)}
    item = replace(item, claimed_by=None, claimed_at=None, round=item.round + 1)
    await items.change_item(work.tx, item.id, claimed_by=None, claimed_at=None, round=item.round)
    if item.kind in OF_NO_ORDER and item.appointment_id is None:
        order = await _order_now(work, item)
        item = replace(item, order_id=order.id if order is not None else item.order_id)
    about = Subject("item", item.id)
    await outbox.cancel(work.tx, about, compliance.AGAIN, "owed_anew", work.now)
    climb = await ladders.climb(work.service, work.tx, item, work.now)
    wanted = [replace(owed, due_at=min(owed.due_at, ahead.get(owed.step, owed.due_at))) for owed in climb]
    await outbox.plan(work.tx, [about], "ladder", wanted, work.now, "owed_anew")
    return item


async def _tell_whoever_has_it(work: Work, individual: Individual, item: Item, tapped: bool) -> None:
    """Or the worker, else whoever is next, of what nobody has taken on. Once, until they look or answer; and somebody
    else if they do neither for as long as a worker has."""
    about = Subject("item", item.id)
    unseen = [row for row in await outbox.about(work.tx, about) if row.owed.family == compliance.AGAIN]
    if any(row.status is Status.PLANNED for row in unseen):
        return
    news = Owed(
        kind="item_again",
        subject=about,
        to=To.STAFF if item.claimed_by is not None else To.WORKER,
        to_id=item.claimed_by,
        due_at=work.now,
        step=f"{work.update_id}",
        revision=item.round,
        individual_id=item.individual_id,
        params={"tapped": 1} if tapped else {},
        family=compliance.AGAIN if item.claimed_by is None else "",
    )
    await outbox.owe(work.tx, news, work.now)
    to, due = await ladders.if_not_seen(work.service, work.tx, item, individual, item.claimed_by)
    later = replace(news, to=to, to_id=None, due_at=due, step=f"{work.update_id}-unseen", family=compliance.AGAIN)
    await outbox.owe(work.tx, later, work.now)

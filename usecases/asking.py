"""*Call me*, *I need help*, *something changed*: passed on at the first tap, then asked what makes it safe."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import phonenumbers

from db import cover, dates, items, people
from domain import asking, routing
from domain.asking import Changed, Ring, Safe, Want
from domain.compliance import Item, Kind
from domain.errors import NotKnown, Stale
from domain.orders import Order
from domain.outbox import Answer, Params, Subject, edit, send
from usecases import awaiting, conversation, questions, rota
from usecases import items as open_items
from usecases.service import Work, use_case

REGION = "GB"
LEAST_DIGITS = 5  # fewer are not an attempt at a number
LONGEST = 200  # characters of a safe time in somebody's own words


# ── Asking ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def ask(work: Work, kind: Kind) -> Sequence[Answer]:
    """/call and the buttons under /help: asked for without naming a date."""
    individual = work.as_individual()
    order = await open_items.order_to_speak_about(work.tx, individual.id)
    item = await _open(work, kind, order, None)
    return [send("asked", Subject("item", item.id), **await promise(work, item)), await question(work, item)]


async def ask_about(work: Work, kind: Kind, about: dates.InFull) -> Item:
    """The same under a date."""
    return await _open(work, kind, about.order, about.appointment.id)


async def _open(work: Work, kind: Kind, order: Order | None, appointment_id: int | None) -> Item:
    """One open item for each thing asked: asking again while somebody is still to be told adds nothing to it."""
    individual = work.as_individual()
    already = await items.open_of(work.tx, kind, individual.id, appointment_id)
    if already is not None:
        return await conversation.ask_again(work, already)
    once = f"{kind.value}:{work.update_id}"
    item, _ = await open_items.raise_item(
        work.service, work.tx, kind, once, individual.id, order, appointment_id=appointment_id
    )
    return item


async def promise(work: Work, item: Item) -> Params:
    """Who has been told of an item, and by when somebody else is if they have not picked it up: read off the ladder.

    A promise made by the rule, never by a person: that anybody rings is promised by nobody here.
    """
    if item.claimed_by is not None:
        return {"told": "taken"}
    order = await dates.order(work.tx, item.order_id) if item.order_id is not None else None
    roster = await rota.roster(work.service, work.tx)
    rungs = [step.to for step in work.service.policy.ladders.of(item)]
    meant = {to: set(routing.meant(to, roster, work.individual, order)) for to in rungs}
    first = next((to for to, ids in meant.items() if ids), None)
    if first is None:
        return {"told": "nobody"}
    told = meant[first]
    alone = first is not rungs[0] or all(ids <= told for ids in meant.values())
    ahead = [] if alone else await open_items.told_next(work.tx, item, work.now)
    for owed in ahead:
        then = await _at_work(work, roster, owed.due_at)
        after = rungs[rungs.index(owed.to) :] if owed.to in rungs else []  # where nobody is, the next is told
        found = (routing.meant(to, then, work.individual, order) for to in after)
        if not told.issuperset(next(filter(None, found), ())):  # somebody's worker may be on duty as well
            return {"told": first.value, "then": int(owed.due_at.timestamp())}
    return {"told": first.value}


async def _at_work(work: Work, roster: routing.Roster, at: datetime) -> routing.Roster:
    """Who can be told on a later day, by the leave and the rota that are known now."""
    day = work.service.calendar.day(at)
    if day == roster.today:
        return roster
    return replace(roster, today=day, on_call=None, on_rota=await cover.reading_rota(day).alone(work.tx))


# ── What makes an answer safe ───────────────────────────────────────────────────────────────────────────────────────


async def question(work: Work, item: Item, **params: str | int) -> Answer:
    """What is still to be asked about an item, which is then awaited as words too; else what has been noted."""
    kind = _step(item)
    if kind == "ask_done":
        await awaiting.stop(work)
        params = {**await promise(work, item), **params}
    else:
        await awaiting.ask(work, kind, item=item.id)
    return send(kind, Subject("item", item.id), **params)


def _step(item: Item) -> str:
    if item.kind is Kind.HELP and not item.reason:
        return "ask_what"
    if not item.number:
        return "ask_number"
    if item.number != Ring.WRITE and not item.safe_time:
        return "ask_time"
    return "ask_done"


@use_case
async def want(work: Work, item_id: int, wanted: Want) -> Sequence[Answer]:
    """What the help is about; it sets the clock."""
    return [_in_place(await _wants(work, await _mine(work, item_id), wanted))]


@use_case
async def ring_on(work: Work, item_id: int, where: Ring) -> Sequence[Answer]:
    """The number on record, or none: write here."""
    return [_in_place(await _reached_on(work, await _mine(work, item_id), where))]


@use_case
async def ring_at(work: Work, item_id: int, safe: Safe) -> Sequence[Answer]:
    """When it is safe."""
    return [_in_place(await _known(work, await _mine(work, item_id), safe_time=safe.value))]


@use_case
async def ask_again(work: Work, item_id: int) -> Sequence[Answer]:
    """*Another number or time*: what was noted may not be safe any more."""
    return [_in_place(await _known(work, await _mine(work, item_id), number="", safe_time=""))]


def _in_place(answer: Answer) -> Answer:
    """A question that follows a tap takes the place of the one that was answered."""
    return edit(answer.saying.kind, answer.saying.subject, **answer.saying.params)


async def _mine(work: Work, item_id: int) -> Item:
    """Something that the speaker asked for and that is still open; Stale once it was dealt with."""
    individual = work.as_individual()  # first: nobody else learns what there is
    item = await items.item(work.tx, item_id)
    if item is None or item.individual_id != individual.id or item.kind not in (Kind.HELP, Kind.CALL):
        raise NotKnown
    if not item.open:
        raise Stale
    return item


async def _wants(work: Work, item: Item, wanted: Want) -> Answer:
    item = replace(item, reason=wanted.value)
    await items.change_item(work.tx, item.id, reason=item.reason)
    await open_items.set_clock(work.service, work.tx, item)
    await open_items.refresh(work.service, work.tx, item)
    return await question(work, item)


async def _reached_on(work: Work, item: Item, where: Ring) -> Answer:
    number = await people.mobile_of(work.tx, item.individual_id) if where is Ring.ON_RECORD else where.value
    return await _known(work, item, number=number)


async def _known(work: Work, item: Item, **values: str) -> Answer:
    """Adds to an item, whose cards follow silently, and asks what comes next."""
    await items.change_item(work.tx, item.id, **{name: value or None for name, value in values.items()})
    item = replace(item, number=values.get("number", item.number), safe_time=values.get("safe_time", item.safe_time))
    await open_items.refresh(work.service, work.tx, item)
    return await question(work, item)


# ── The same, typed ─────────────────────────────────────────────────────────────────────────────────────────────────


async def _awaited(work: Work, text: str, ids: Mapping[str, int]) -> tuple[Item | None, int | None]:
    """What the words are about, if that is still open, and the number of a button if that is all that was typed."""
    number = questions.number_in(text)
    if number is not None and await questions.overtaken(work):
        return None, None
    try:
        return await _mine(work, ids["item"]), number
    except Stale:
        return None, None


async def _for_a_person(work: Work, item: Item) -> None:
    """These words answer nothing that was asked: they are passed on, and the question stands."""
    await question(work, item)


@awaiting.hears("ask_what")
async def hear_what(work: Work, text: str, ids: Mapping[str, int]) -> Sequence[Answer] | None:
    """1 to 5 for a button."""
    item, number = await _awaited(work, text, ids)
    if item is None:
        return None
    if number is not None and number <= len(Want):
        return [await _wants(work, item, list(Want)[number - 1])]
    await _for_a_person(work, item)
    return None


@awaiting.hears("ask_number")
async def hear_number(work: Work, text: str, ids: Mapping[str, int]) -> Sequence[Answer] | None:
    """1 or 2 for a button, a number to ring, or something else that a person has to read."""
    item, number = await _awaited(work, text, ids)
    if item is None:
        return None
    offered = asking.places_to_reach(work.as_individual())
    if number is not None and number <= len(offered):
        return [await _reached_on(work, item, offered[number - 1])]
    if (typed := number_to_ring(text)) is not None:
        return [await _known(work, item, number=typed)]
    digits = len(re.findall(r"\d", text))
    if digits < LEAST_DIGITS or re.search(r"[^\W\d_]{3}", text):
        await _for_a_person(work, item)
        return None
    return [await question(work, item, found=digits)]


@awaiting.hears("ask_time")
async def hear_time(work: Work, text: str, ids: Mapping[str, int]) -> Sequence[Answer] | None:
    """A number for a button, or a time in their own words."""
    item, number = await _awaited(work, text, ids)
    if item is None:
        return None
    offered = asking.safe_times(work.service.calendar)
    if number is not None and number <= len(offered):
        return [await _known(work, item, safe_time=offered[number - 1].value)]
    return [await _known(work, item, safe_time=text[:LONGEST])]


def number_to_ring(text: str) -> str | None:
    """The first telephone number in what was typed, as it is dialled from anywhere (E.164); None if there is none."""
    found = phonenumbers.PhoneNumberMatcher(text, REGION, leniency=phonenumbers.Leniency.POSSIBLE)
    for match in found:
        mobile = str(match.number.national_number).startswith("7") and match.number.country_code == 44
        kind = phonenumbers.PhoneNumberType.MOBILE if mobile else phonenumbers.PhoneNumberType.UNKNOWN
        possible = phonenumbers.is_possible_number_for_type_with_reason(match.number, kind)
        if possible == phonenumbers.ValidationResult.IS_POSSIBLE:
            return phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
    return None


# ── Something changed ───────────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def something_changed(work: Work) -> Sequence[Answer]:
    """/changed, and the button under /help."""
    return [send("changed_what", Subject("individual", work.as_individual().id))]


@use_case
async def tell_change(work: Work, what: Changed) -> Sequence[Answer]:
    """What it is about; the words are asked for."""
    individual = work.as_individual()
    await awaiting.ask(work, "changed", change=list(Changed).index(what))
    return [edit("changed_tell", Subject("individual", individual.id), what=what.value)]


@awaiting.hears("changed")
async def hear_change(work: Work, text: str, ids: Mapping[str, int]) -> Sequence[Answer] | None:
    """Told to the worker, and kept with its moment: it is evidence in the person's favour that they said so."""
    individual = work.as_individual()
    order = await open_items.order_to_speak_about(work.tx, individual.id)
    item, _ = await open_items.raise_item(
        work.service,
        work.tx,
        Kind.CHANGED,
        f"changed:{work.update_id}",
        individual.id,
        order,
        reason=list(Changed)[ids["change"]].value,
        words=text,
    )
    return [send("changed_noted", Subject("item", item.id), **await promise(work, item))]

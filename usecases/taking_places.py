"""A free place from the side of whoever is offered it: yes, no, typed or tapped; and what becomes of one given back."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, offers, outbox, people, traces
from domain import appointments, places
from domain.appointments import Reply
from domain.errors import NotKnown
from domain.outbox import OFFER, STAND_DOWN, TOLD_JUST_NOW, Answer, Owed, Subject, To, edit, send
from domain.people import Act, may
from domain.places import FAMILY, Offer, Offered, Said
from usecases import access, following, questions, reminding, sessions
from usecases import places as about
from usecases.service import Service, Work, use_case

# ── Yes or no ───────────────────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def take(work: Work, offered_id: int) -> Sequence[Answer]:
    """*Yes please*."""
    return await _take(work, offered_id)


@use_case
async def decline(work: Work, offered_id: int) -> Sequence[Answer]:
    """*No thanks*."""
    return await _decline(work, offered_id)


async def typed(work: Work, text: str) -> Sequence[Answer] | None:
    """Yes, no, 1 or 2, if our newest question in this chat is about a free place; None if it is not."""
    question = await questions.last(work) if work.individual is not None else None
    offered_id = await _offered_in(work, question) if question is not None else 0
    mine = (await offers.offered_by_id(work.tx, [offered_id])).get(offered_id) if offered_id else None
    if mine is None:
        return None
    had = mine.answer == Said.TAKEN
    match questions.yes_or_no(text, numbered=not had):
        case True:
            return await _take(work, mine.id)
        case False if had and mine.appointment_id is not None:
            [one] = (await dates.appointments_by_id(work.tx, [mine.appointment_id])).values()
            cannot = Reply(appointments.Answer.CANNOT, work.now)
            await dates.add_reply(work.tx, one.id, one.revision, cannot)
            return await give_back(work, one.id)
        case False:
            return await _decline(work, mine.id)
    return None


async def _offered_in(work: Work, question: traces.Trace) -> int:
    """Which place (an offer to one person) a message of ours asks about; 0 if none."""
    subject = Subject.parse(question.subject)
    if question.kind in (OFFER, "place_given_back"):
        return subject.id
    if question.kind == "place_taken":
        mine = await offers.taken_as(work.tx, subject.id)
        return mine.id if mine is not None else 0
    if question.kind == STAND_DOWN:
        rows = [row for row in await outbox.about(work.tx, subject) if row.owed.kind == STAND_DOWN]
        return int(rows[-1].owed.params.get("offered", 0)) if rows else 0
    return 0


async def _take(work: Work, offered_id: int) -> Sequence[Answer]:
    """Of all who say yes at one moment, as many get a place as there are: the place is locked first."""
    mine, offer = await _mine(work, offered_id)
    place = await offers.lock_place(work.tx, offer.place_id)
    mine, offer = await _mine(work, offered_id)  # as it stands now that nobody else can change it
    [candidate] = await about.candidates(work.service, work.tx, offer, [mine.individual_id], work.now)
    free, _ = await about.free_now(work.tx, offer, place)
    came_to = places.turn(offer, mine.answer, free, candidate, work.now)
    if came_to is places.Turn.YOURS:
        assert candidate.order is not None
        mine = await _book(work, offer, mine, candidate.order.id)
        if free == 1:
            await _close(work, offer)
    if came_to is places.Turn.GONE and offer.runs_at(work.now):
        await offers.answer(work.tx, mine.id, Said.TOO_LATE, work.now, mine.appointment_id)
    if came_to in (places.Turn.YOURS, places.Turn.HAD):
        return [await _here(work, "place_taken", Subject("appointment", mine.appointment_id or 0))]
    return [await _here(work, f"place_{came_to.value}", Subject("offered", mine.id))]


async def _decline(work: Work, offered_id: int) -> Sequence[Answer]:
    """Nobody is told, nothing counts it, and they are not asked about this session again."""
    mine, _ = await _mine(work, offered_id)
    if mine.answer == Said.TAKEN:
        return [await _here(work, "place_taken", Subject("appointment", mine.appointment_id or 0))]
    await offers.answer(work.tx, mine.id, Said.NO_THANKS, work.now, mine.appointment_id)
    return [await _here(work, "place_no_thanks", Subject("offered", mine.id))]


async def _mine(work: Work, offered_id: int) -> tuple[Offered, Offer]:
    """What was offered to the speaker; anybody else's raises NotKnown."""
    individual = work.as_individual()
    mine = (await offers.offered_by_id(work.tx, [offered_id])).get(offered_id)
    if mine is None or mine.individual_id != individual.id or mine.answer == Said.LEFT_OUT:
        raise NotKnown
    offer = await offers.offer(work.tx, mine.offer_id)
    assert offer is not None
    return mine, offer


async def _book(work: Work, offer: Offer, mine: Offered, order_id: int) -> Offered:
    """A date like any other, with its reminders. What would only say again what the answer says now is not sent."""
    ref = places.ref(offer.id, mine.individual_id)
    id_ = await offers.book(work.tx, offer, order_id, ref, work.now)
    await offers.answer(work.tx, mine.id, Said.TAKEN, work.now, id_)
    [booked] = (await dates.appointments_by_id(work.tx, [id_])).values()
    await dates.add_reply(work.tx, id_, booked.revision, Reply(appointments.Answer.COMING, work.now))
    await _plan(work, id_, offer, "planned_anew")
    await _not_again(work, Subject("appointment", id_), offer)
    return replace(mine, answer=Said.TAKEN, appointment_id=id_)


async def _plan(work: Work, appointment_id: int, offer: Offer, reason: str) -> None:
    """All that hangs on which dates there are: reminders, by when somebody must have spoken to them, and whether a
    session of today is recorded."""
    await reminding.plan(work.service, work.tx, [appointment_id], reason)
    await following.plan_anew(work.service, work.tx, work.as_individual().id)
    if offer.day == work.today:
        await sessions.plan_questions(work.service, work.tx)


async def _not_again(work: Work, date_: Subject, offer: Offer) -> None:
    """Ends the news of a booking, and what would make good a reminder whose time has passed."""
    calendar, steps = work.service.calendar, work.service.policy.reminders.steps
    passed = {step.name for step in steps if (due := step.due(offer.day, calendar)) is None or due <= work.now}
    said = [row.id for row in await outbox.about(work.tx, date_) if row.owed.step in passed]
    await outbox.cancel_planned(work.tx, said, TOLD_JUST_NOW, work.now)


async def _close(work: Work, offer: Offer) -> None:
    """It is full: whoever has not been told is not any more, and may be asked if a place is given back."""
    await offers.change(work.tx, offer.id, closed_at=work.now)
    whom = [Subject("offered", one.id) for one in await offers.to_whom(work.tx, offer.id)]
    await outbox.plan(work.tx, whom, FAMILY, (), work.now, offers.GONE)


async def _here(work: Work, kind: str, subject: Subject) -> Answer:
    """In place of the offer; below the news that a day is off, which stays."""
    shown = await traces.ours(work.tx, work.chat.id, work.tapped) if work.chat and work.tapped else None
    news = shown is not None and shown.kind == STAND_DOWN
    return send(kind, subject) if news else edit(kind, subject)


# ── Given back ──────────────────────────────────────────────────────────────────────────────────────────────────────


async def give_back(work: Work, appointment_id: int) -> Sequence[Answer] | None:
    """Whoever took a free place cannot come: it was extra, so it is simply free again, and whoever offered it hears so.
    None if this is no such date, or if it is too late for anybody else to come: then a person has to answer."""
    mine = await offers.taken_as(work.tx, appointment_id)
    offer = await offers.offer(work.tx, mine.offer_id) if mine is not None else None
    if mine is None or offer is None or not offer.runs_at(work.now):
        return None
    await offers.lock_place(work.tx, offer.place_id)
    await offers.call_off(work.tx, appointment_id)
    await _plan(work, appointment_id, offer, "given_back")
    await _free_again(work.service, work.tx, mine)
    return [edit("place_given_back", Subject("offered", mine.id))]


async def after_import(service: Service, tx: AsyncConnection) -> None:
    """Places whose dates the case system has cancelled are free again."""
    for mine in await offers.called_off(tx, service.clock.now()):
        await _free_again(service, tx, mine)


async def _free_again(service: Service, tx: AsyncConnection, mine: Offered) -> None:
    now, offer = service.clock.now(), await offers.offer(tx, mine.offer_id)
    assert offer is not None
    await offers.answer(tx, mine.id, Said.GIVEN_BACK, now, mine.appointment_id)
    asked = await _offer_again(service, tx, offer)
    by = await _still_theirs(service, tx, mine.individual_id, offer.offered_by)
    news = Owed("place_back", Subject("offered", mine.id), To.NEAREST, now, step=f"{now.timestamp():.0f}")
    await outbox.owe(tx, replace(news, to_id=by, params={"asked": asked}), now)


async def _still_theirs(service: Service, tx: AsyncConnection, individual_id: int, offered_by: int) -> int | None:
    """Whoever made an offer, unless the person is not theirs to offer places to any more: who is, hears then."""
    by = (await people.everybody_on_staff(tx))[offered_by]
    [individual] = (await people.individuals_by_id(tx, [individual_id])).values()
    relation = await access.relation_to(tx, individual)
    return by.id if may(by, Act.OFFER, relation, service.calendar.day(service.clock.now())) else None


async def _offer_again(service: Service, tx: AsyncConnection, offer: Offer) -> int:
    """Next are those who said yes too late, and those who had not been told yet when the last place went; returns how
    many. Whoever was told and said nothing still has the buttons, and is not asked twice."""
    now, place = service.clock.now(), await offers.lock_place(tx, offer.place_id)
    free, _ = await about.free_now(tx, offer, place)
    if not offer.runs_at(now) or not free:
        return 0
    await offers.change(tx, offer.id, closed_at=None)
    to_whom = {one.individual_id: one for one in await offers.to_whom(tx, offer.id)}
    late = {id_ for id_, one in to_whom.items() if one.answer == Said.TOO_LATE}
    untold = {id_ for id_, one in to_whom.items() if not one.answer} & await offers.untold(tx, offer.id)
    able = places.in_turn(await about.candidates(service, tx, offer, late | untold, now))
    when = places.told_at(able, offer.starts_at, now, service.policy.offer_later, service.calendar)
    for id_, due_at in when.items():
        one = to_whom[id_]
        if id_ in late:
            await offers.answer(tx, one.id, None, now, one.appointment_id)
        step = f"{now.timestamp():.0f}" if id_ in late else ""
        again = places.owed(offer, one.id, id_, due_at, step)
        await outbox.plan(tx, [again.subject], FAMILY, [again], now, "planned_anew")
    return len(when)

"""/offer: the free places of a session, to people whom staff ticked for it; first come, first served."""

from collections.abc import Sequence

from db import dates, offers, outbox, people, suited
from domain import places
from domain.errors import NotKnown, Stale
from domain.outbox import Answer, Subject, edit, send
from domain.people import Act, Scope, widest
from domain.places import FreeSession, Offer, Said
from usecases import access
from usecases import places as about
from usecases.service import Work, use_case

# ── Staff choose a session ──────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def choose(work: Work) -> Sequence[Answer]:
    """/offer: which session?"""
    return [send("offer_which", await _spare(work), page=0)]


@use_case
async def turn(work: Work, page: int) -> Sequence[Answer]:
    """Another page of them."""
    return [edit("offer_which", await _spare(work), page=page)]


@use_case
async def choose_place(work: Work) -> Sequence[Answer]:
    """A day on which there is no session yet: first the place."""
    return [edit("offer_where", await _spare(work))]


@use_case
async def choose_day(work: Work, place: int) -> Sequence[Answer]:
    """Then the day."""
    return [edit("offer_when", await _spare(work), place=place)]


async def _spare(work: Work) -> Subject:
    return Subject("spare", (await access.require(work, Act.OFFER)).id)


@use_case
async def draft(work: Work, session: int) -> Sequence[Answer]:
    """A session (any date of it) with free places: who would get one?"""
    staff = await access.require(work, Act.OFFER)
    found = (await about.about_spare(work, staff)).sessions
    one = (await dates.appointments_by_id(work.tx, [session])).get(session)
    of = one.session if one is not None else None
    same = (
        each for each in found if of and (each.staff_id, each.day, each.place.id) == (of.staff_id, of.day, of.place_id)
    )
    return await _draft(work, next(same, None))


@use_case
async def draft_on(work: Work, place: int, day: int) -> Sequence[Answer]:
    """A place on a day (a number, as `date.toordinal` has it) on which it has no session yet."""
    staff = await access.require(work, Act.OFFER)
    found = (await about.about_spare(work, staff)).days.get(place, ())
    return await _draft(work, next((one for one in found if one.day.toordinal() == day), None))


async def _draft(work: Work, one: FreeSession | None) -> Sequence[Answer]:
    if one is None or not one.free:
        raise Stale
    offer_id = await offers.draft(
        work.tx,
        work.now,
        place_id=one.place.id,
        staff_id=one.staff_id,
        day=one.day,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        offered_by=work.as_staff().id,
    )
    return await _draft_again(work, offer_id, 0)


async def _draft_again(work: Work, offer_id: int, page: int) -> Sequence[Answer]:
    await _note_shown(work, offer_id)
    return [edit("offer_draft", Subject("offer", offer_id), page=page)]


async def _note_shown(work: Work, offer_id: int) -> None:
    shown = await about.about_offer(work, offer_id)
    if shown is not None:
        who = [one.individual.id for one in shown.candidates]
        await access.note(work, Act.OFFER, who, "who would be offered a place")
        await access.note(work, Act.OFFER, [one.id for one in shown.company.named], "who is at a place")


@use_case
async def turn_draft(work: Work, offer_id: int, page: int) -> Sequence[Answer]:
    """Another page of who would get one; or the same again, once people have been ticked."""
    offer = await _own(work, offer_id)
    return await _draft_again(work, offer.id, page) if not offer.sent else _standing(offer)


@use_case
async def leave_out(work: Work, offer_id: int, individual_id: int, out: bool, page: int) -> Sequence[Answer]:
    """Somebody is not to be offered this one; or they are, after all."""
    individual = await people.individual(work.tx, individual_id)
    await access.require_for(work, Act.OFFER, individual, "left out of an offer" if out else "back in an offer")
    offer = await _own(work, offer_id)
    orders = await offers.working(work.tx, [individual_id])
    if offer.sent or individual_id not in orders:
        raise Stale
    answer = Said.LEFT_OUT if out else ""
    await offers.put(work.tx, offer.id, individual_id, orders[individual_id][0].id, answer)
    return await _draft_again(work, offer.id, page)


@use_case
async def send_out(work: Work, offer_id: int) -> Sequence[Answer]:
    """*Send*: each of them is told, who lost hours to the service a little before the others."""
    offer = await _own(work, offer_id)
    if offer.sent:
        return _standing(offer)
    shown = await about.about_offer(work, offer_id)
    able = places.in_turn(shown.candidates) if shown is not None else []
    if shown is None or not able or not shown.free or work.now >= offer.starts_at:
        raise Stale
    await offers.change(work.tx, offer_id, places=shown.free, at=work.now)
    await access.note(work, Act.OFFER, [one.individual.id for one in able], "offered a place")
    for one in able:
        assert one.order is not None
        id_ = await offers.put(work.tx, offer_id, one.individual.id, one.order.id)
        due_at = (shown.told_at or {})[one.individual.id]
        await outbox.owe(work.tx, places.owed(offer, id_, one.individual.id, due_at), work.now)
    return _standing(offer)


@use_case
async def look(work: Work, offer_id: int) -> Sequence[Answer]:
    """How many of its places are taken by now."""
    return _standing(await _own(work, offer_id))


def _standing(offer: Offer) -> Sequence[Answer]:
    return [edit("offer_standing", Subject("offer", offer.id))]


async def _own(work: Work, offer_id: int) -> Offer:
    """An offer that the speaker made; a manager's reach is everybody's."""
    staff = await access.require(work, Act.OFFER)
    offer = await offers.offer(work.tx, offer_id)
    everybodys = widest(staff, Act.OFFER) is Scope.EVERYBODY
    if offer is None or not (everybodys or offer.offered_by == staff.id):
        raise NotKnown
    return offer


# ── Whom staff tick for a place ─────────────────────────────────────────────────────────────────────────────────────


@use_case
async def tick_which(work: Work) -> Sequence[Answer]:
    """For which place?"""
    staff = await access.require(work, Act.OFFER)
    return [edit("tick_which", Subject("ticks", staff.id))]


@use_case
async def tick_people(work: Work, place: int, page: int) -> Sequence[Answer]:
    """The speaker's people, each with a tick or none."""
    return await _ticks(work, place, page)


@use_case
async def tick(work: Work, place: int, individual_id: int, on: bool, page: int) -> Sequence[Answer]:
    """A tick set or taken away. Whoever reads the register of that place knows why: it stands nowhere."""
    individual = await people.individual(work.tx, individual_id)
    what = "ticked for a place" if on else "no longer ticked for a place"
    staff = await access.require_for(work, Act.OFFER, individual, what)
    if place not in await offers.places_by_id(work.tx):
        raise Stale
    if on:
        await suited.tick(work.tx, individual_id, place, staff.id, work.now)
    else:
        await suited.untick(work.tx, individual_id, place)
    return await _ticks(work, place, page)


async def _ticks(work: Work, place: int, page: int) -> Sequence[Answer]:
    staff = await access.require(work, Act.OFFER)
    shown = list(await about.within_reach(work.service, work.tx, staff))[
        page * places.TICKS : (page + 1) * places.TICKS
    ]
    await access.note(work, Act.OFFER, shown, "who is ticked for a place")
    return [edit("tick_people", Subject("ticks", staff.id), place=place, page=page)]

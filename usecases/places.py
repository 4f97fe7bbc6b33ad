"""Gathers what messages about places and whole sessions may say, and who may be offered a place. Reads only."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, holds, offers, people, suited
from domain import places
from domain.about import Facts
from domain.appointments import Appointment, Place
from domain.appointments import Kind as DateKind
from domain.facts import AboutAppointment, AboutOffered
from domain.outbox import STAND_DOWN, Saying, Subject
from domain.people import Act, Individual, Relation, Staff, may, team_of_youths
from domain.places import AboutOffer, AboutSpare, AboutTicks, Candidate, FreeSession, Offer, Said
from usecases import company, progress
from usecases.service import Service
from usecases.subjects import Source, adds_to, loads, loads_of_staff, loads_one

# ── Who may be offered a place ──────────────────────────────────────────────────────────────────────────────────────


async def candidates(
    service: Service,
    tx: AsyncConnection,
    offer: Offer,
    ids: Collection[int],
    now: datetime,
    off: Collection[int] = (),
) -> list[Candidate]:
    """These people, with what decides whether they are offered this place. `off`: dates that are about to be."""
    known, orders = await people.individuals_by_id(tx, ids), await offers.working(tx, ids)
    every = {one.id: one for several in orders.values() for one in several}
    books = await progress.of_orders(service, tx, every) if every else {}
    done = {id_ for id_, one in books.items() if not one.left}
    held = await holds.kinds_on(tx, [(id_, offer.day) for id_ in every])
    busy = await offers.busy(tx, ids, offer.day, off)
    asked = await offers.asked(tx, offer.place_id, offer.day, but=offer.id)
    chats = await people.chats_of_individuals(tx, ids)
    left_out = {one.individual_id for one in await offers.to_whom(tx, offer.id) if one.answer == Said.LEFT_OUT}
    found = []
    for id_, individual in known.items():
        theirs = orders.get(id_, [])
        order = next((one for one in theirs if one.id not in done), theirs[0] if theirs else None)
        found.append(
            Candidate(
                individual,
                order,
                lost=books[order.id].lost_open if order is not None and order.id in books else 0,
                hours_done=order is not None and order.id in done,
                on_hold=order is not None and (order.id, offer.day) in held,
                busy=id_ in busy,
                asked=id_ in asked,
                reachable=id_ in chats,
                left_out=id_ in left_out,
            )
        )
    return found


async def within_reach(service: Service, tx: AsyncConnection, staff: Staff) -> dict[int, Individual]:
    """Everybody with unpaid work on an active order whom this member of staff may tick and offer places to."""
    orders, today = await offers.working(tx), service.calendar.day(service.clock.now())
    known = await people.individuals_by_id(tx, orders)
    team = team_of_youths(await people.everybody_on_staff(tx))
    found = {}
    for id_, individual in sorted(known.items(), key=lambda pair: pair[1].case_ref):
        workers = {worker for order in orders[id_] for worker in order.workers} | (team if individual.youth else set())
        if may(staff, Act.OFFER, Relation(frozenset(workers)), today):
            found[id_] = individual
    return found


async def ticked_within_reach(service: Service, tx: AsyncConnection, staff: Staff, place_id: int) -> list[int]:
    """Those (ids) who are ticked for a place, as far as this member of staff reaches."""
    reach = await within_reach(service, tx, staff)
    return [id_ for id_ in await suited.ticked_for(tx, place_id) if id_ in reach]


async def free_now(tx: AsyncConnection, offer: Offer, place: Place) -> tuple[int, int]:
    """How many places of an offer are free, and how many are taken. One that is not sent yet would offer all that is
    free at its place."""
    taken = await offers.taken(tx, offer.id)
    expected = await offers.expected(tx, offer.place_id, offer.starts_at, offer.ends_at)
    whole = offer if offer.sent else replace(offer, places=place.capacity or 0)
    return places.left(whole, taken, place.capacity, expected), taken


# ── For staff ───────────────────────────────────────────────────────────────────────────────────────────────────────


@loads_of_staff("spare")
async def about_spare(source: Source, staff: Staff) -> AboutSpare:
    """The sessions ahead that have room, and the days on which a place has none."""
    known, today = await offers.places_by_id(source.tx), source.today
    squads = await offers.squads(source.tx, today - places.LOOK_AHEAD, today + places.LOOK_AHEAD)
    off = await offers.stood_down(source.tx, [one.id for squad in squads for one in squad.members])
    sessions, latest = [], {}
    for squad in squads:
        first, (starts_at, ends_at) = squad.first, squad.hours
        place = known[first.place_id or 0]
        going = [one for one in squad.members if one.id not in off]
        session = FreeSession(first.id, place, first.day, starts_at, ends_at, first.staff_id or 0, None, len(going))
        latest[place.id] = session
        if going and starts_at > source.now:
            sessions.append(replace(session, free=await _free(source.tx, session)))
    days = {
        id_: _other_days(source.service, one, squads, source.now) for id_, one in latest.items() if one.place.capacity
    }
    runners = await people.everybody_on_staff(source.tx)
    able = tuple(one for one in sessions if one.free is None or one.free > 0)
    mine = await offers.open_of(source.tx, staff.id, source.now)
    sent = [
        AboutOffer(one, known[one.place_id], None, *await free_now(source.tx, one, known[one.place_id])) for one in mine
    ]
    return AboutSpare(staff, able, tuple(known.values()), runners, tuple(sent), days)


async def _free(tx: AsyncConnection, one: FreeSession) -> int | None:
    if one.place.capacity is None:
        return None
    return max(one.place.capacity - await offers.expected(tx, one.place.id, one.starts_at, one.ends_at), 0)


def _other_days(
    service: Service, like: FreeSession, squads: Iterable[offers.Squad], now: datetime
) -> tuple[FreeSession, ...]:
    """The days ahead on which a place has no session, not even one that is off, each with the hours and the supervisor
    of its latest one."""
    calendar, today = service.calendar, service.calendar.day(now)
    taken = {one.first.day for one in squads if one.first.place_id == like.place.id}
    starts, ends = calendar.wall(like.starts_at).time(), calendar.wall(like.ends_at).time()
    days = (today + timedelta(days=n) for n in range(1, places.LOOK_AHEAD.days + 1))
    return tuple(
        replace(
            like,
            appointment_id=0,
            day=day,
            starts_at=calendar.at(day, starts),
            ends_at=calendar.at(day, ends),
            free=like.place.capacity,
            expected=0,
        )
        for day in days
        if day not in taken
    )


@loads_of_staff("ticks")
async def about_ticks(source: Source, staff: Staff) -> AboutTicks:
    """Whom this member of staff may tick, for which places."""
    reach = await within_reach(source.service, source.tx, staff)
    known = await offers.places_by_id(source.tx)
    return AboutTicks(staff, tuple(known.values()), tuple(reach.values()), await suited.ticked(source.tx, reach))


@loads_one("offer")
async def about_offer(source: Source, id_: int) -> AboutOffer | None:
    """One offer, as whoever makes it sees it."""
    offer = await offers.offer(source.tx, id_)
    if offer is None:
        return None
    place, staff = (await offers.places_by_id(source.tx))[offer.place_id], await people.everybody_on_staff(source.tx)
    free, taken = await free_now(source.tx, offer, place)
    runner = staff.get(offer.staff_id or 0)
    if offer.sent:
        return AboutOffer(offer, place, runner, free, taken)
    like = await _like(source.service, source.tx, offer, source.now)
    by = staff[offer.offered_by]
    ids = await ticked_within_reach(source.service, source.tx, by, offer.place_id)
    found = await candidates(source.service, source.tx, offer, ids, source.now)
    able = places.in_turn(found)
    others = sorted((one for one in found if one.bar is not None), key=lambda one: one.individual.case_ref)
    when = places.told_at(able, offer.starts_at, source.now, source.service.policy.offer_later, source.service.calendar)
    there = await company.at(source, offer, by, Act.OFFER)
    return AboutOffer(offer, place, runner, free, taken, (*able, *others), when, like, there)


async def _like(service: Service, tx: AsyncConnection, offer: Offer, now: datetime) -> date | None:
    """The day of the session whose hours and supervisor an offer has; None if it is of a session that there is."""
    today = service.calendar.day(now)
    squads = await offers.squads(tx, today - places.LOOK_AHEAD, today + places.LOOK_AHEAD)
    days = [one.first.day for one in squads if one.first.place_id == offer.place_id]
    return None if offer.day in days or not days else days[-1]


# ── For the individual ──────────────────────────────────────────────────────────────────────────────────────────────


@loads("offered")
async def about_offered(source: Source, ids: Iterable[int]) -> dict[int, AboutOffered]:
    """Each of these offers to one person, with the date that it would be, or has become."""
    found = await offers.offered_by_id(source.tx, ids)
    of = await offers.offers_by_id(source.tx, {one.offer_id for one in found.values()})
    known, orders = (
        await offers.places_by_id(source.tx),
        await dates.orders_by_id(source.tx, {o.order_id for o in found.values()}),
    )
    about = {}
    for offer in of.values():
        theirs = [one for one in found.values() if one.offer_id == offer.id]
        place, free = known[offer.place_id], (await free_now(source.tx, offer, known[offer.place_id]))[0]
        able = await candidates(source.service, source.tx, offer, [one.individual_id for one in theirs], source.now)
        by_id = {candidate.individual.id: candidate for candidate in able}
        for one in theirs:
            who = by_id[one.individual_id]
            date_ = AboutAppointment(_as_a_date(offer, one), orders[one.order_id], who.individual, place)
            about[one.id] = AboutOffered(one, offer, who.individual, date_, who, free)
    return about


def _as_a_date(offer: Offer, one: places.Offered) -> Appointment:
    return Appointment(
        id=one.appointment_id or 0,
        ref=places.ref(offer.id, one.individual_id),
        order_id=one.order_id,
        kind=DateKind.UNPAID_WORK,
        day=offer.day,
        starts_at=offer.starts_at,
        ends_at=offer.ends_at,
        place_id=offer.place_id,
        staff_id=offer.staff_id,
    )


@adds_to(STAND_DOWN)
async def with_what_follows(
    source: Source, known: Mapping[Subject, Facts], sayings: Sequence[Saying]
) -> dict[Subject, Facts]:
    """The facts of each date that is told to be off, with the person's next date that is not, and with the place that
    stands in for it, if there is one."""
    found: dict[Subject, Facts] = {}
    for one in sayings:
        about = known.get(one.subject)
        if not isinstance(about, AboutAppointment):
            continue
        whose, over = about.individual.id, about.appointment.over_at
        following = (await dates.next_dates(source.tx, [whose], over)).get(whose)
        offered = int(one.params.get("offered", 0))
        instead = (await about_offered(source, [offered])).get(offered) if offered else None
        found[one.subject] = replace(about, following=following, instead=instead)
    return found

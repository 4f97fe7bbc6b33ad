"""Gathers what is needed to stand a session down: who hears of it when, and where else there is room. Reads only."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, holds, offers, outbox, people, suited, switches
from db.prepared import together
from domain import attendance, standing_down, truth
from domain.about import Facts
from domain.appointments import Appointment, Place
from domain.attendance import Outcome, Record
from domain.facts import AboutAppointment
from domain.outbox import STAND_DOWN, Row, Saying, Status, Subject
from domain.pausing import SENDING
from domain.people import Act, Relation, Staff, may
from domain.places import AboutOffer, Candidate, Offer, Said
from domain.standing_down import AboutStandDown, AboutStandDowns, Hearing, Indoor, Standing, Told
from domain.texting import Bar
from usecases import company, places
from usecases.service import Service
from usecases.subjects import Source, adds_to, loads_of_staff, loads_one
from usecases.ways import Ways


@loads_one("stand_down")
async def about_stand_down(source: Source, appointment_id: int) -> AboutStandDown | None:
    """A session ahead: those of its people whose own time has not come."""
    one = (await dates.appointments_by_id(source.tx, [appointment_id])).get(appointment_id)
    if one is None or one.session is None:
        return None
    full = await dates.appointments_in_full(source.tx, await dates.session_members(source.tx, one.session))
    known = await _ahead(source.tx, full.values(), one.day, source.now)
    stands = await _standing(source.tx, known)
    hearings_ = await hearings(source.service, source.tx, known, source.now)
    off = [id_ for id_, record in stands.items() if _is_off(record)]
    staff, place = await people.everybody_on_staff(source.tx), next((each.place for each in full.values()), None)
    return AboutStandDown(
        appointment_id,
        place,
        staff.get(one.staff_id or 0),
        one.day,
        min((about.appointment.starts_at for about in known.values()), default=one.starts_at),
        hearings=tuple(hearings_[id_] for id_, record in stands.items() if record is None),
        off=tuple(hearings_[id_] for id_ in off),
        settled=sum(record is not None and not _is_off(record) for record in stands.values()),
        indoor=await _indoor(source.tx, one, [about.appointment for about in known.values()], hearings_.values()),
        undoable=await _undoable(source.tx, [hearings_[id_] for id_ in off], stands, source.now),
    )


async def _ahead(
    tx: AsyncConnection, full: Iterable[dates.InFull], day: date, now: datetime
) -> dict[int, AboutAppointment]:
    """Those whose own time has not come, with what may stand in the way of a message."""
    ahead = [one for one in full if one.appointment.starts_at > now]
    held = await holds.kinds_on(tx, [(one.order.id, day) for one in ahead])
    return {
        one.appointment.id: AboutAppointment(
            one.appointment, one.order, one.individual, one.place, on_hold=held.get((one.order.id, day), "")
        )
        for one in sorted(ahead, key=lambda one: one.individual.case_ref)
    }


async def _standing(tx: AsyncConnection, ids: Collection[int]) -> dict[int, Record | None]:
    records = await dates.records(tx, ids)
    return {id_: attendance.standing(records.get(id_, ())) for id_ in ids}


def _is_off(record: Record | None) -> bool:
    return record is not None and record.outcome is Outcome.STOOD_DOWN_AHEAD


async def hearings(
    service: Service, tx: AsyncConnection, known: Mapping[int, AboutAppointment], now: datetime
) -> dict[int, Hearing]:
    """How each of these dates' people hears that it is off: by the rules by which the message itself is weighed."""
    owed = {
        id_: standing_down.owed(id_, about.individual, about.appointment.starts_at, now) for id_, about in known.items()
    }
    ids = {about.individual.id for about in known.values()}
    chats, died, off = people.reading_chats_of_individuals(ids), dates.reading_died(ids), switches.reading_off(SENDING)
    await together(tx, chats, died, off)
    ways = await Ways.read(service, tx, [Row(0, one, Status.PLANNED) for one in owed.values()], chats.found)
    ticked, paused = await suited.ticked(tx, ids), off.found is not None
    found = {}
    for id_, about in known.items():
        linked = not isinstance(ways.to(owed[id_]), Bar) and not paused
        gates = replace(truth.gates(owed[id_], about, linked, about.individual.id in died.found), no_longer_so=False)
        told, at = standing_down.hears(owed[id_], gates, about.appointment.starts_at, now, service.calendar)
        found[id_] = Hearing(id_, about.individual, told, at, frozenset(ticked.get(about.individual.id, ())))
    return found


async def _indoor(
    tx: AsyncConnection, of: Appointment, members: Collection[Appointment], hearings: Iterable[Hearing]
) -> tuple[Indoor, ...]:
    """The places indoors that have room on that day, and for which any of these people are ticked."""
    if not members:
        return ()
    known, there = await offers.places_by_id(tx), await offers.squads(tx, of.day, of.day)
    hours = offers.Squad(tuple(members)).hours
    going = [one for one in hearings if one.told is not Told.NOT]
    found = []
    for id_ in await offers.indoor(tx):
        ticked = sum(id_ in one.suited for one in going)
        squad = next((one for one in there if one.first.place_id == id_), None)
        starts_at, ends_at = squad.hours if squad else hours
        room = await _room(tx, known[id_], starts_at, ends_at)
        if id_ != of.place_id and ticked and room:
            found.append(Indoor(known[id_], room, ticked, starts_at, ends_at, squad.first.staff_id if squad else None))
    return tuple(found)


async def _room(tx: AsyncConnection, place: Place, starts_at: datetime, ends_at: datetime) -> int:
    """How many more a place holds; a place of which nobody has said how many takes nobody."""
    return max((place.capacity or 0) - await offers.expected(tx, place.id, starts_at, ends_at), 0)


async def instead(source: Source, about: AboutStandDown, offer: Offer) -> AboutOffer:
    """The places that would be offered to those of a session who are ticked for them, and whom they would meet there:
    as whoever stands it down may know it."""
    place, staff = (await offers.places_by_id(source.tx))[offer.place_id], await people.everybody_on_staff(source.tx)
    free, taken = await places.free_now(source.tx, offer, place)
    asked = {one.individual.id: one for one in about.hearings if place.id in one.suited and one.told is not Told.NOT}
    off = [one.appointment_id for one in about.hearings]
    found = await places.candidates(source.service, source.tx, offer, asked, source.now, off)
    found = [replace(one, reachable=one.reachable and asked[one.individual.id].told is not Told.RING) for one in found]
    found.sort(key=lambda one: one.individual.case_ref)
    there = await company.at(source, offer, staff[offer.offered_by], Act.STAND_DOWN)
    return AboutOffer(offer, place, staff.get(offer.staff_id or 0), free, taken, tuple(found), company=there)


async def _sent(source: Source, about: AboutStandDown, offer: Offer) -> AboutOffer:
    """The same once it is sent: whoever was asked, whatever they have said since."""
    place, known = (await offers.places_by_id(source.tx))[offer.place_id], {one.individual for one in about.off}
    asked = {one.individual_id for one in await offers.to_whom(source.tx, offer.id) if one.answer != Said.LEFT_OUT}
    who = sorted((one for one in known if one.id in asked), key=lambda one: one.case_ref)
    return AboutOffer(offer, place, None, 0, 0, tuple(Candidate(one) for one in who))


@adds_to("stand_down_ask", "stood_down")
async def with_what_is_offered(
    source: Source, known: Mapping[Subject, Facts], sayings: Sequence[Saying]
) -> dict[Subject, Facts]:
    """The facts of a session that is to be stood down, with the places that were chosen for its people."""
    found: dict[Subject, Facts] = {}
    for one in sayings:
        about, offer = known.get(one.subject), await offers.offer(source.tx, int(one.params.get("offer", 0)))
        if isinstance(about, AboutStandDown) and offer is not None:
            shown = await (_sent if offer.sent else instead)(source, about, offer)
            found[one.subject] = replace(about, instead=shown)
    return found


async def _undoable(
    tx: AsyncConnection, off: Collection[Hearing], stands: Mapping[int, Record | None], now: datetime
) -> bool:
    """Whether it was stood down a moment ago, and nobody has been told or is about to be."""
    made = [record.recorded_at for one in off if (record := stands[one.appointment_id]) is not None]
    soon = any(one.at is not None and one.at <= now for one in off)
    if not made or soon or now - min(made) > standing_down.UNDO_WITHIN:
        return False
    rows = [row for one in off for row in await outbox.about(tx, Subject("appointment", one.appointment_id))]
    unsaid = (Status.PLANNED, Status.CANCELLED)
    return all(row.status in unsaid for row in rows if row.owed.kind == STAND_DOWN)


@loads_of_staff("stand_downs")
async def about_stand_downs(source: Source, staff: Staff) -> AboutStandDowns:
    """The sessions that have not begun and that this member of staff may stand down."""
    today = source.today
    squads = await offers.squads(source.tx, today, today + standing_down.LOOK_AHEAD)
    stands = await _standing(source.tx, [one.id for squad in squads for one in squad.members])
    known, everybody = await offers.places_by_id(source.tx), await people.everybody_on_staff(source.tx)
    found = []
    for squad in squads:
        going = [one for one in squad.members if stands[one.id] is None and one.starts_at > source.now]
        if going and may_stand_down(source.service, staff, squad.first, source.now):
            first = squad.first
            runner, place = everybody.get(first.staff_id or 0), known.get(first.place_id or 0)
            found.append(Standing(first.id, place, runner, first.day, going[0].starts_at, len(going)))
    return AboutStandDowns(staff, tuple(found))


def may_stand_down(service: Service, staff: Staff, one: Appointment, now: datetime) -> bool:
    """Whoever runs the day may, from the day before: that is when it snows, or when they fall ill."""
    today = service.calendar.day(now)
    runs = one.staff_id == staff.id and 0 <= (one.day - today).days <= 1
    return may(staff, Act.STAND_DOWN, Relation(runs_session=runs), today)

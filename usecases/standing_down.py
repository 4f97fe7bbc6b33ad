"""/standdown: a whole session is off before it begins. Everybody hears, in good time or from a person."""

from collections.abc import Sequence

from db import dates, items, offers, outbox
from domain import standing_down
from domain.appointments import Appointment
from domain.attendance import Outcome, Record
from domain.compliance import Kind
from domain.errors import NotKnown, Stale
from domain.outbox import STAND_DOWN, Answer, Subject, edit, send
from domain.people import Act, Scope, widest
from domain.places import STOOD_DOWN
from domain.standing_down import AboutStandDown, Hearing, Indoor, Told
from usecases import access, appointments, register, reminding, stand_downs
from usecases import items as open_items
from usecases.service import Work, use_case


@use_case
async def choose(work: Work) -> Sequence[Answer]:
    """/standdown: which session?"""
    staff = await access.require(work, Act.STAND_DOWN)
    return [send("stand_down_which", Subject("stand_downs", staff.id), page=0)]


@use_case
async def turn(work: Work, page: int) -> Sequence[Answer]:
    """Another page of them."""
    staff = await access.require(work, Act.STAND_DOWN)
    return [edit("stand_down_which", Subject("stand_downs", staff.id), page=page)]


@use_case
async def ask_cause(work: Work, session: int) -> Sequence[Answer]:
    """One session: why is it off?"""
    await _within_reach(work, session)
    return [edit("stand_down_why", Subject("stand_down", session))]


@use_case
async def preview(work: Work, session: int, cause: str, place: int) -> Sequence[Answer]:
    """Who will be told, and when; nothing has happened yet. `place`: where people are offered to go instead, or 0."""
    about = await _about(work, session, cause)
    await access.note(work, Act.STAND_DOWN, [one.individual.id for one in about.hearings], "stand-down looked at")
    return [edit("stand_down_ask", Subject("stand_down", session), cause=cause, place=place, **_names(work))]


@use_case
async def stand_down(work: Work, session: int, cause: str, place: int) -> Sequence[Answer]:
    """It is off: on record for each of them as lost by the service, and each is told or rung."""
    place_id = (await _within_reach(work, session)).place_id
    if place_id is not None:
        await offers.lock_place(work.tx, place_id)  # of two who do so at one moment the second is told that it is
    about = await _about(work, session, cause)
    going = [one for one in about.hearings if one.told is not Told.NOT]
    await access.note(work, Act.STAND_DOWN, [one.individual.id for one in going], "stood down")
    by = work.as_staff().id
    off = Record(Outcome.STOOD_DOWN_AHEAD, work.now, cause, recorded_by=by)
    await register.record_all(work.service, work.tx, [register.Line(one.appointment_id, off) for one in going], "chat")
    known = await appointments.about(work.tx, [one.appointment_id for one in going])
    instead = next((one for one in about.indoor if one.place.id == place), None)
    offered = await _offer(work, about, instead, going) if instead and standing_down.instead(instead, cause) else {}
    for one in going:
        date_ = known[one.appointment_id]
        owed = standing_down.owed(
            one.appointment_id, one.individual, date_.appointment.starts_at, work.now, offered.get(one.individual.id, 0)
        )
        await outbox.plan(work.tx, [owed.subject], standing_down.FAMILY, [owed], work.now, "stood_down_again")
        await _settle_what_was_asked(work, one.appointment_id)
        if one.told in (Told.RING, Told.BOTH):
            await reminding.ask_to_ring(work.service, work.tx, owed, date_, STAND_DOWN)
    return [edit("stood_down", Subject("stand_down", session), cause=cause, **_names(work))]


@use_case
async def undo(work: Work, session: int) -> Sequence[Answer]:
    """*Undo*, for ten minutes and as long as nobody has been told. After that only a person can tell them that it is on
    again, and the register can be put right."""
    await _within_reach(work, session)
    about = await stand_downs.about_stand_down(work, session)
    if about is None or not about.undoable:
        return [edit("stand_down_told", Subject("stand_down", session), **_names(work))]
    ids = [one.appointment_id for one in about.off]
    await access.note(work, Act.STAND_DOWN, [one.individual.id for one in about.off], "stand-down undone")
    dates_ = [Subject("appointment", id_) for id_ in ids]
    await outbox.plan(work.tx, dates_, standing_down.FAMILY, (), work.now, "stand_down_undone")
    for id_ in ids:
        for item in await items.of_appointment(work.tx, id_):
            if item.kind is Kind.RING and item.reason == STAND_DOWN and item.open:
                await open_items.withdraw(work.service, work.tx, item)
    await _take_back(work, ids)
    await _close_offer(work, ids)
    return [edit("stand_down_undone", Subject("stand_down", session))]


async def _take_back(work: Work, ids: Sequence[int]) -> None:
    """What was recorded stays, beside the line that takes it back."""
    records = await dates.records(work.tx, ids)
    off = [line.id for lines in records.values() for line in lines if line.outcome is Outcome.STOOD_DOWN_AHEAD]
    await register.take_back(work.service, work.tx, ids, off, work.as_staff().id)


async def _close_offer(work: Work, ids: Sequence[int]) -> None:
    """Nobody is sent anywhere else either."""
    rows = [row for id_ in ids for row in await outbox.about(work.tx, Subject("appointment", id_))]
    found = {int(row.owed.params.get("offered", 0)) for row in rows if row.owed.kind == STAND_DOWN}
    for one in {each.offer_id for each in (await offers.offered_by_id(work.tx, found)).values()}:
        await offers.change(work.tx, one, closed_at=work.now)


async def _offer(work: Work, about: AboutStandDown, to: Indoor, going: Sequence[Hearing]) -> dict[int, int]:
    """The places indoors, to those of the session who are ticked for them: by individual, the id of what they are
    offered."""
    runner = to.staff_id if to.staff_id is not None else about.runner.id if about.runner else None
    offer_id = await offers.draft(
        work.tx,
        work.now,
        place_id=to.place.id,
        staff_id=runner,
        day=about.day,
        starts_at=to.starts_at,
        ends_at=to.ends_at,
        cause=STOOD_DOWN,
        offered_by=work.as_staff().id,
    )
    await offers.change(work.tx, offer_id, places=to.free)
    orders = await offers.working(work.tx, {one.individual.id for one in going})
    return {
        one.individual.id: await offers.put(work.tx, offer_id, one.individual.id, orders[one.individual.id][0].id)
        for one in going
        if to.place.id in one.suited and one.individual.id in orders and one.told is not Told.RING
    }


async def _settle_what_was_asked(work: Work, appointment_id: int) -> None:
    """Whoever could not make it need not be answered any more."""
    item = await items.item_about(work.tx, Kind.CANNOT, appointment_id)
    if item is not None and item.open:
        await open_items.conclude(work.service, work.tx, item)


async def _about(work: Work, session: int, cause: str) -> AboutStandDown:
    """The session as it stands now; raises Stale if there is nobody left in it to tell."""
    await _within_reach(work, session)
    about = await stand_downs.about_stand_down(work, session)
    if about is None or not about.hearings or cause not in standing_down.CAUSES:
        raise Stale
    return about


async def _within_reach(work: Work, session: int) -> Appointment:
    """A session that the speaker may stand down; somebody else's raises NotKnown, as one that is not there would."""
    staff = await access.require(work, Act.STAND_DOWN)
    one = (await dates.appointments_by_id(work.tx, [session])).get(session)
    if one is None or one.session is None or not stand_downs.may_stand_down(work.service, staff, one, work.now):
        raise NotKnown
    return one


def _names(work: Work) -> dict[str, int]:
    """Whoever only runs sessions knows people by what their register shows."""
    return {"names": int(widest(work.as_staff(), Act.STAND_DOWN) is Scope.SESSION)}

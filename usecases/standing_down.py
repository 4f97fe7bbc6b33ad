"""/standdown: a whole session is off before it begins. Everybody hears, in good time or from a person."""

from collections.abc import Sequence
from datetime import datetime

from db import dates, offers, outbox
from domain import standing_down
from domain.appointments import Appointment
from domain.attendance import Outcome, Record
from domain.errors import NotKnown, Stale
from domain.outbox import STAND_DOWN, Answer, Subject, edit, send
from domain.people import Act, Scope, widest
from domain.places import STOOD_DOWN, AboutOffer, Offer, Said
from domain.standing_down import AboutStandDown, Indoor, Told
from usecases import access, appointments, called_off, register, stand_downs
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
async def preview(work: Work, session: int, cause: str, place: int, page: int = 0) -> Sequence[Answer]:
    """Who will be told, and when; nothing has happened yet. `place`: where people are offered to go instead, or 0: then
    who would be, and whom they would meet there."""
    about = await _about(work, session, cause)
    return await _preview(work, about, cause, await _draft(work, about, cause, place), page)


@use_case
async def leave_out(work: Work, session: int, cause: str, place: int, out: bool, page: int) -> Sequence[Answer]:
    """Whoever has this date (`session`) is not to be offered a place there this time; or they are, after all."""
    about = await _about(work, session, cause)
    offer = await _draft(work, about, cause, place)
    one = next((one for one in about.hearings if one.appointment_id == session and place in one.suited), None)
    orders = await offers.working(work.tx, [one.individual.id]) if one is not None else {}
    if offer is None or one is None or not orders:
        raise Stale
    what = "left out of an offer" if out else "back in an offer"
    await access.note(work, Act.STAND_DOWN, [one.individual.id], what)
    answer = Said.LEFT_OUT if out else ""
    await offers.put(work.tx, offer.id, one.individual.id, orders[one.individual.id][0].id, answer)
    return await _preview(work, about, cause, offer, page)


async def _preview(
    work: Work, about: AboutStandDown, cause: str, offer: Offer | None, page: int = 0, changed: bool = False
) -> Sequence[Answer]:
    """`changed`: it is not what they said yes to."""
    await access.note(work, Act.STAND_DOWN, [one.individual.id for one in about.hearings], "stand-down looked at")
    if offer is not None:
        there = (await stand_downs.instead(work, about, offer)).company.named
        await access.note(work, Act.STAND_DOWN, [one.id for one in there], "who is at a place")
    shown = {"offer": offer.id if offer is not None else 0, "page": page, "changed": int(changed)}
    return [edit("stand_down_ask", Subject("stand_down", about.appointment_id), cause=cause, **shown, **_names(work))]


@use_case
async def stand_down(work: Work, session: int, cause: str, place: int) -> Sequence[Answer]:
    """It is off: on record for each of them as lost by the service, and each is told or rung. Nobody is asked to go
    anywhere by a list that the speaker has not seen."""
    place_id = (await _within_reach(work, session)).place_id
    if place_id is not None:
        await offers.lock_place(work.tx, place_id)  # of two who do so at one moment the second is told that it is
    about = await _about(work, session, cause)
    offer = await _drafted(work, about, cause, place)
    if place and offer is None:
        return await _preview(work, about, cause, await _draft(work, about, cause, place), changed=True)
    instead = await stand_downs.instead(work, about, offer) if offer is not None else None
    going = [one for one in about.hearings if one.told is not Told.NOT]
    await access.note(work, Act.STAND_DOWN, [one.individual.id for one in going], "stood down")
    by = work.as_staff().id
    off = Record(Outcome.STOOD_DOWN_AHEAD, work.now, cause, recorded_by=by)
    await register.record_all(work.service, work.tx, [register.Line(one.appointment_id, off) for one in going], "chat")
    known = await appointments.about(work.tx, [one.appointment_id for one in going])
    offered = await _offer(work, instead) if instead is not None else {}
    for one in going:
        about_one = known[one.appointment_id]
        await called_off.tell(work.service, work.tx, about_one, one, offered.get(one.individual.id, 0))
    to = instead.offer.id if instead is not None and offered else 0
    return [edit("stood_down", Subject("stand_down", session), cause=cause, offer=to, **_names(work))]


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
    await called_off.untell(work.service, work.tx, ids, "stand_down_undone")
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
        await offers.change(work.tx, one, places=0)  # nobody has been asked: it may be sent after all


async def _drafted(work: Work, about: AboutStandDown, cause: str, place: int) -> Offer | None:
    """The list that the speaker has looked at, with the hours that it would have now; None if there is none, or if
    nobody can go there any more."""
    to = _indoor(about, cause, place)
    found = await offers.drafted(work.tx, work.as_staff().id, place, about.day, STOOD_DOWN) if to is not None else None
    if to is None or found is None:
        return None
    await offers.change(work.tx, found.id, **_hours(about, to))
    return await offers.offer(work.tx, found.id)


async def _draft(work: Work, about: AboutStandDown, cause: str, place: int) -> Offer | None:
    """The same; a new one if there is none yet."""
    to, found = _indoor(about, cause, place), await _drafted(work, about, cause, place)
    if to is None or found is not None:
        return found
    values = {"place_id": place, "day": about.day, "cause": STOOD_DOWN, "offered_by": work.as_staff().id}
    await offers.draft(work.tx, work.now, **values, **_hours(about, to))
    return await _drafted(work, about, cause, place)


def _indoor(about: AboutStandDown, cause: str, place: int) -> Indoor | None:
    return next((one for one in about.indoor if one.place.id == place and standing_down.instead(one, cause)), None)


def _hours(about: AboutStandDown, to: Indoor) -> dict[str, datetime | int | None]:
    runner = to.staff_id if to.staff_id is not None else about.runner.id if about.runner else None
    return {"staff_id": runner, "starts_at": to.starts_at, "ends_at": to.ends_at}


async def _offer(work: Work, instead: AboutOffer) -> dict[int, int]:
    """The places indoors, to those who were shown and not left out: by individual, the id of what they are offered."""
    orders = {one.individual.id: one.order.id for one in instead.candidates if one.bar is None and one.order}
    if orders:
        await offers.change(work.tx, instead.offer.id, places=instead.free, at=work.now)
    return {id_: await offers.put(work.tx, instead.offer.id, id_, order_id) for id_, order_id in orders.items()}


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

"""Gathers what a message may say about its subject, as of now. Reads only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db import access as record
from db import dates, holds, invites, items, people, told
from domain import attendance
from domain.compliance import LADDERS, Item, Kind
from domain.facts import (
    AboutAppointment,
    AboutCase,
    AboutChat,
    AboutDay,
    AboutGlass,
    AboutHeld,
    AboutIndividual,
    AboutInvite,
    AboutItem,
    AboutLooks,
    AboutNothing,
    AboutSession,
    AboutStaff,
    Facts,
    Look,
)
from domain.orders import Order
from domain.outbox import Saying, Subject, To
from domain.outcomes import Period
from domain.people import Individual, Staff
from usecases import access, consenting, holding, pausing, remarks, repairing, reports, sittings, telling, texting
from usecases.service import Service

LOOKS = 20  # rows of the record of access on one message
REGISTER_PAGE = 20  # people on one message: it holds 4,096 characters, work limits included


async def load(service: Service, tx: AsyncConnection, sayings: Sequence[Saying], now: datetime) -> dict[Subject, Facts]:
    """The facts of each subject that something is said about; one whose row is gone has AboutNothing."""
    subjects = [one.subject for one in sayings]
    found: dict[Subject, Facts] = {}
    by_type: dict[str, set[int]] = {}
    for subject in subjects:
        by_type.setdefault(subject.type, set()).add(subject.id)
    for type_, ids in by_type.items():
        for id_, facts in (await _load_type(service, tx, type_, sorted(ids), now)).items():
            found[Subject(type_, id_)] = facts
    found |= await remarks.with_talk(tx, found, {one.subject for one in sayings if one.kind in remarks.SHOWN_IN})
    return {subject: found.get(subject, AboutNothing()) for subject in subjects}


async def _load_type(
    service: Service, tx: AsyncConnection, type_: str, ids: Sequence[int], now: datetime
) -> dict[int, Facts]:
    match type_:
        case "appointment":
            return dict(await with_following(tx, await appointments(tx, ids, service.calendar.day(now)), now))
        case "item":
            return dict(await about_items(tx, ids))
        case "said":
            return dict(await remarks.about_said(tx, ids, service.calendar.day(now)))
        case "individual":
            return {id_: about for id_ in ids if (about := await about_individual(tx, id_, now)) is not None}
        case "staff":
            today = service.calendar.day(now)
            return {one.id: await about_staff(tx, one, today) for one in await _staff(tx, ids)}
        case "day":
            return {one.id: await about_day(tx, one, service.calendar.day(now)) for one in await _staff(tx, ids)}
        case "session":
            return {id_: register for id_ in ids if (register := await about_session(tx, id_)) is not None}
        case "sitting":
            return dict(await sittings.about_sittings(service, tx, ids))
        case "period":
            return {id_: await reports.report(service, tx, Period.of_number(id_), now) for id_ in ids}
        case "case":
            return {id_: case for id_ in ids if (case := await about_case(tx, id_, now)) is not None}
        case "glass":
            return dict(await about_glass(tx, ids))
        case "looks":
            return {id_: looks for id_ in ids if (looks := await about_looks(tx, id_)) is not None}
        case "looks_whole":
            return {id_: looks for id_ in ids if (looks := await about_looks(tx, id_, most=None)) is not None}
        case "held":
            return {id_: held for id_ in ids if (held := await about_held(service, tx, id_, now)) is not None}
        case "repairs":
            return {one.id: await repairing.about(tx, one, now) for one in await _staff(tx, ids)}
        case "why":
            return {id_: await telling.about(tx, one) for id_, one in (await appointments(tx, ids)).items()}
        case "texts":
            return {id_: texts for id_ in ids if (texts := await texting.about(service, tx, id_)) is not None}
        case "consent":
            return {id_: how for id_ in ids if (how := await consenting.about(tx, id_)) is not None}
        case "chat":
            return {id_: await about_chat(tx, id_) for id_ in ids}
        case "pause":
            return {id_: await pausing.about_pause(tx, id_) for id_ in ids}
        case "invite":
            return {id_: one for id_ in ids if (one := await about_invite(tx, id_)) is not None}
    return {}


async def appointments(
    tx: AsyncConnection, ids: Iterable[int], today: date | None = None
) -> dict[int, AboutAppointment]:
    """Everything about each of these dates, in a handful of queries however many there are. An order is on hold if it
    is on that day, or for a date that is past, today."""
    found = await dates.appointments_in_full(tx, ids)
    if not found:
        return {}
    staff = await people.everybody_on_staff(tx)
    replies = await dates.replies_to(tx, found)
    records = await dates.records(tx, found)
    held_on = {id_: max(full.appointment.day, today or full.appointment.day) for id_, full in found.items()}
    held = await holds.kinds_on(tx, [(full.order.id, held_on[id_]) for id_, full in found.items()])
    return {
        id_: AboutAppointment(
            appointment=full.appointment,
            order=full.order,
            individual=full.individual,
            place=full.place,
            worker=_named(staff, full.order.worker_id),
            runner=_named(staff, full.appointment.staff_id),
            replies=tuple(replies.get(id_, ())),
            standing=attendance.standing(records.get(id_, ())),
            on_hold=held.get((full.order.id, held_on[id_]), ""),
        )
        for id_, full in found.items()
    }


async def with_following(
    tx: AsyncConnection, known: Mapping[int, AboutAppointment], now: datetime
) -> dict[int, AboutAppointment]:
    """The same dates, each with the individual's next date after now."""
    following = await dates.next_dates(tx, {about.individual.id for about in known.values()}, now)
    return {id_: replace(about, following=following.get(about.individual.id)) for id_, about in known.items()}


async def about_individual(tx: AsyncConnection, id_: int, now: datetime) -> AboutIndividual | None:
    """A person, their worker and their next dates."""
    individual = await people.individual(tx, id_)
    if individual is None:
        return None
    orders = await dates.orders_of(tx, id_)
    staff = await people.everybody_on_staff(tx)
    ids = await dates.appointments_ahead(tx, id_, now)
    ahead = await appointments(tx, ids)
    worker = _named(staff, orders[0].worker_id if orders else None)
    return AboutIndividual(individual, worker, tuple(ahead[one] for one in ids))


async def about_items(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, AboutItem]:
    """What is needed to act on each item: the date, and the last five."""
    found = await items.items_by_id(tx, ids)
    if not found:
        return {}
    staff = await people.everybody_on_staff(tx)
    individuals = await people.individuals_by_id(tx, {one.individual_id for one in found.values()})
    orders = await dates.orders_by_id(tx, {one.order_id for one in found.values() if one.order_id is not None})
    return {
        id_: await _about_item(tx, one, individuals[one.individual_id], orders.get(one.order_id or 0), staff)
        for id_, one in found.items()
    }


async def _about_item(
    tx: AsyncConnection, item: Item, individual: Individual, order: Order | None, staff: dict[int, Staff]
) -> AboutItem:
    claimed_by = _named(staff, item.claimed_by)
    worker = _named(staff, order.worker_id if order is not None else None)
    if item.appointment_id is None:
        return AboutItem(item, individual, order, claimed_by=claimed_by, worker=worker)
    before = await dates.appointments_before(tx, item.appointment_id)
    found = await appointments(tx, {item.appointment_id, *before})
    history = tuple(found[id_] for id_ in before)
    told_of = await told.last_words(tx, before) if item.kind is Kind.NON_ATTENDANCE else {}
    return AboutItem(item, individual, order, found[item.appointment_id], history, claimed_by, worker, told=told_of)


async def about_staff(tx: AsyncConnection, staff: Staff, today: date) -> AboutStaff:
    """A member of staff and everything open that is theirs to claim."""
    ids = [item.id for item in await access.items_within_reach(tx, staff, today)]
    found = await about_items(tx, ids)
    return AboutStaff(staff, tuple(found[id_] for id_ in ids))


async def about_session(tx: AsyncConnection, appointment_id: int) -> AboutSession | None:
    """The page of the register that an appointment is on. A session is named by any one of its appointments."""
    one = (await dates.appointments_by_id(tx, [appointment_id])).get(appointment_id)
    if one is None or one.session is None:
        return None
    ids = await dates.session_members(tx, one.session)
    start = ids.index(appointment_id) // REGISTER_PAGE * REGISTER_PAGE if appointment_id in ids else 0
    page = ids[start : start + REGISTER_PAGE]
    rows = await appointments(tx, page)
    shown = tuple(rows[id_] for id_ in page)
    return AboutSession(one.session, shown[0].place if shown else None, shown, start + 1, len(ids))


async def about_day(tx: AsyncConnection, staff: Staff, day: date) -> AboutDay:
    """The registers that a member of staff runs on a day."""
    sessions = [await about_session(tx, ids[0]) for ids in (await dates.sessions_of(tx, staff.id, day)).values()]
    return AboutDay(staff, day, tuple(one for one in sessions if one is not None))


async def about_case(tx: AsyncConnection, id_: int, now: datetime) -> AboutCase | None:
    """A person's case at a glance. What only a manager is told (a complaint, say) is left out of it."""
    individual = await people.individual(tx, id_)
    if individual is None:
        return None
    ahead, behind = await dates.appointments_ahead(tx, id_, now), await dates.appointments_behind(tx, id_, now)
    known = await appointments(tx, {*ahead, *behind})
    return AboutCase(
        individual,
        orders=tuple(await dates.orders_of(tx, id_)),
        workers=await people.everybody_on_staff(tx),
        ahead=tuple(known[one] for one in ahead),
        behind=tuple(known[one] for one in behind if one not in ahead),
        open=tuple(one for one in await items.open_about(tx, id_) if LADDERS[one.kind][0] is not To.MANAGER),
    )


async def about_glass(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, AboutGlass]:
    """Who broke the glass, for whom and why."""
    found = await record.broken_glass(tx, ids)
    staff = await people.everybody_on_staff(tx)
    known = await people.individuals_by_id(tx, {one.individual_id for one in found})
    return {one.id: AboutGlass(known[one.individual_id], staff[one.staff_id], one.reason, one.until) for one in found}


async def about_looks(tx: AsyncConnection, individual_id: int, most: int | None = LOOKS) -> AboutLooks | None:
    """Who looked at or changed a person, latest first; None: all of it."""
    individual = await people.individual(tx, individual_id)
    if individual is None:
        return None
    staff = await people.everybody_on_staff(tx)
    found = await record.about(tx, individual_id, most)
    return AboutLooks(individual, tuple(Look(one, _named(staff, one.staff_id)) for one in found))


async def about_held(service: Service, tx: AsyncConnection, individual_id: int, now: datetime) -> AboutHeld | None:
    """All that is held on a person, other people left out."""
    individual = await people.individual(tx, individual_id)
    return AboutHeld(individual, await holding.held(service, tx, individual, now)) if individual else None


async def about_chat(tx: AsyncConnection, id_: int) -> AboutChat:
    """Who speaks from a chat, by its row."""
    chat = await people.chat(tx, id_)
    if chat is None:
        return AboutChat()
    if chat.individual_id is not None:
        return AboutChat(individual=await people.individual(tx, chat.individual_id))
    return AboutChat(staff=_named(await people.everybody_on_staff(tx), chat.staff_id))


async def about_invite(tx: AsyncConnection, id_: int) -> AboutInvite | None:
    """Whom an invitation is for."""
    invite = await invites.invite(tx, id_)
    if invite is None:
        return None
    if invite.individual_id is not None:
        return AboutInvite(id_, individual=await people.individual(tx, invite.individual_id))
    return AboutInvite(id_, staff=_named(await people.everybody_on_staff(tx), invite.staff_id))


async def _staff(tx: AsyncConnection, ids: Iterable[int]) -> list[Staff]:
    everybody = await people.everybody_on_staff(tx)
    return [everybody[id_] for id_ in ids if id_ in everybody]


def _named(staff: dict[int, Staff], id_: int | None) -> Staff | None:
    return None if id_ is None else staff.get(id_)

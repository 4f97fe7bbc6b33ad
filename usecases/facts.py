"""Gathers what a message may say about its subject, as of now. Reads only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db import absences, dates, following, holds, invites, items, notes, people, told
from db import access as record
from domain import attendance
from domain.appointments import Appointment
from domain.compliance import ONLY_MANAGERS, Item, Kind
from domain.facts import (
    AboutAbsences,
    AboutAppointment,
    AboutCase,
    AboutChat,
    AboutDay,
    AboutDigest,
    AboutGlass,
    AboutHeld,
    AboutIndividual,
    AboutInvite,
    AboutItem,
    AboutItems,
    AboutLooks,
    AboutNothing,
    AboutSession,
    AboutStaff,
    Facts,
    Look,
)
from domain.orders import Order
from domain.outbox import Saying, Subject
from domain.outcomes import Period
from domain.people import Individual, Role, Staff
from usecases import (
    casecard,
    clocks,
    consenting,
    correcting,
    cover,
    deadlines,
    desk,
    digest,
    duty,
    efforts,
    giving,
    handing_over,
    holding,
    leaving,
    noting,
    papers,
    pausing,
    places,
    progress,
    remarks,
    repairing,
    reports,
    sessions,
    sittings,
    stand_downs,
    telling,
    texting,
)
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
    found |= await efforts.with_absence(
        service, tx, found, {one.subject for one in sayings if one.kind in efforts.SHOWN_IN}
    )
    found |= await places.with_what_follows(service, tx, found, sayings, now)
    found |= await progress.with_page(service, tx, sayings, now)
    return {subject: found.get(subject, AboutNothing()) for subject in subjects}


async def _load_type(
    service: Service, tx: AsyncConnection, type_: str, ids: Sequence[int], now: datetime
) -> dict[int, Facts]:
    match type_:
        case "appointment":
            return dict(await with_following(tx, await appointments(tx, ids, service.calendar.day(now)), now))
        case "item":
            return dict(await about_items(tx, ids))
        case "items":
            return {id_: AboutItems(await about_items_of(tx, id_)) for id_ in ids}
        case "spare":
            return {one.id: await places.about_spare(service, tx, one, now) for one in await _staff(tx, ids)}
        case "ticks":
            return {one.id: await places.about_ticks(service, tx, one) for one in await _staff(tx, ids)}
        case "offer":
            return {id_: offer for id_ in ids if (offer := await places.about_offer(service, tx, id_, now)) is not None}
        case "offered":
            return dict(await places.about_offered(service, tx, ids, now))
        case "stand_down":
            shown = [(id_, await stand_downs.about_stand_down(service, tx, id_, now)) for id_ in ids]
            return {id_: session for id_, session in shown if session is not None}
        case "stand_downs":
            return {one.id: await stand_downs.about_stand_downs(service, tx, one, now) for one in await _staff(tx, ids)}
        case "said":
            return dict(await remarks.about_said(tx, ids, service.calendar.day(now)))
        case "individual":
            return {id_: about for id_ in ids if (about := await about_individual(tx, id_, now)) is not None}
        case "staff":
            return {one.id: AboutStaff(one) for one in await _staff(tx, ids)}
        case "desk":
            return {one.id: await desk.about(service, tx, one, now) for one in await _staff(tx, ids)}
        case "digest":
            return {one.id: await about_digest(service, tx, one, now) for one in await _staff(tx, ids)}
        case "person":
            return dict(await desk.about_people(service, tx, ids, now))
        case "day":
            return {one.id: await about_day(tx, one, service.calendar.day(now)) for one in await _staff(tx, ids)}
        case "date":
            return dict(await appointments(tx, ids, service.calendar.day(now)))
        case "entry":
            return dict(await with_notes(tx, await appointments(tx, ids, service.calendar.day(now))))
        case "dates":
            return {id_: of for id_ in ids if (of := await correcting.about_dates(tx, id_, now)) is not None}
        case "giving":
            today = service.calendar.day(now)
            return {one.id: await giving.about_giving(tx, one, today) for one in await _staff(tx, ids)}
        case "choice":
            return {id_: choice for id_ in ids if (choice := await giving.about_choice(tx, id_)) is not None}
        case "note":
            return dict(await noting.about_notes(tx, ids))
        case "lines":
            return {id_: line for id_ in ids if (line := await giving.about_line(tx, id_)) is not None}
        case "unrecorded":
            return dict(await sessions.about_unrecorded(tx, ids))
        case "session":
            return {id_: register for id_ in ids if (register := await about_session(tx, id_)) is not None}
        case "sitting":
            return dict(await sittings.about_sittings(service, tx, ids))
        case "period":
            return {id_: await reports.report(service, tx, Period.of_number(id_), now) for id_ in ids}
        case "case":
            known = {id_: case for id_ in ids if (case := await about_case(tx, id_, now)) is not None}
            return {id_: await casecard.whole(service, tx, case) for id_, case in known.items()}
        case "case_dates":
            most = casecard.MOST_DATES
            known = {id_: one for id_ in ids if (one := await about_case(tx, id_, now, most)) is not None}
            return {id_: await casecard.about_dates(tx, one) for id_, one in known.items()}
        case "glass":
            return dict(await about_glass(tx, ids))
        case "looks":
            return {id_: looks for id_ in ids if (looks := await about_looks(tx, id_)) is not None}
        case "looks_whole":
            return {id_: looks for id_ in ids if (looks := await about_looks(tx, id_, most=None)) is not None}
        case "held":
            return {id_: held for id_ in ids if (held := await about_held(service, tx, id_, now)) is not None}
        case "repairs":
            today = service.calendar.day(now)
            return {one.id: await repairing.about(tx, one, now, today) for one in await _staff(tx, ids)}
        case "order":
            return dict(await progress.about_orders(service, tx, ids, now))
        case "clocks":
            return {id_: found for id_ in ids if (found := await clocks.about(service, tx, id_)) is not None}
        case "standards":
            return {id_: await reports.standards_of(service, tx, Period.of_number(id_), now) for id_ in ids}
        case "leave":
            return {id_: leave for id_ in ids if (leave := await cover.about(service, tx, id_, now)) is not None}
        case "caseload":
            return {id_: await handing_over.about_caseload(tx, id_) for id_ in ids}
        case "handover":
            return {id_: given for id_ in ids if (given := await handing_over.about(service, tx, id_)) is not None}
        case "leaver":
            return {one.id: await leaving.about(service, tx, one) for one in await _staff(tx, ids)}
        case "rota":
            return {one.id: await duty.about(service, tx, one) for one in await _staff(tx, ids)}
        case "why":
            return {id_: await telling.about(tx, one) for id_, one in (await appointments(tx, ids)).items()}
        case "texts":
            return {id_: texts for id_ in ids if (texts := await texting.about(service, tx, id_)) is not None}
        case "consent":
            return {id_: how for id_ in ids if (how := await consenting.about(tx, id_)) is not None}
        case "chat":
            return {id_: await about_chat(tx, id_) for id_ in ids}
        case "orders":
            return {id_: theirs for id_ in ids if (theirs := await papers.about_orders(tx, id_)) is not None}
        case "papers":
            made = {id_: await papers.about(service, tx, id_, appointments) for id_ in ids}
            return {id_: paper for id_, paper in made.items() if paper is not None}
        case "pause":
            return {id_: await pausing.about_pause(tx, id_) for id_ in ids}
        case "invite":
            return {id_: invite for id_ in ids if (invite := await about_invite(tx, id_)) is not None}
        case "absence":
            of_these = await appointments(tx, ids, service.calendar.day(now))
            return dict(await efforts.about(service, tx, list(of_these.values())))
        case "absences":
            return {id_: missed for id_ in ids if (missed := await about_absences(service, tx, id_)) is not None}
        case "evidence":
            return dict(await efforts.about_evidence(tx, ids))
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
    stood_off = await items.stood_off(tx, found)
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
            records=tuple(records.get(id_, ())),
            recorders={by: staff[by] for one in records.get(id_, ()) if (by := one.recorded_by) in staff},
            on_hold=held.get((full.order.id, held_on[id_]), ""),
            told_not_to_come_by=_told_not_to_come(full.appointment, stood_off.get(id_), staff),
        )
        for id_, full in found.items()
    }


def _told_not_to_come(one: Appointment, answered: tuple[int, datetime] | None, staff: dict[int, Staff]) -> Staff | None:
    """Who told the individual that they need not come; nobody, if the date has moved since."""
    by, at = answered or (None, None)
    return _named(staff, by) if at is not None and (one.moved_at is None or one.moved_at <= at) else None


async def with_following(
    tx: AsyncConnection, known: Mapping[int, AboutAppointment], now: datetime
) -> dict[int, AboutAppointment]:
    """The same dates, each with the individual's next date after now."""
    following = await dates.next_dates(tx, {about.individual.id for about in known.values()}, now)
    return {id_: replace(about, following=following.get(about.individual.id)) for id_, about in known.items()}


async def with_notes(tx: AsyncConnection, known: Mapping[int, AboutAppointment]) -> dict[int, AboutAppointment]:
    """The same dates, each with the private notes about it."""
    kept = await notes.about(tx, known)
    return {id_: replace(about, notes=tuple(kept.get(id_, ()))) for id_, about in known.items()}


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
    return AboutIndividual(individual, worker, tuple(ahead[one] for one in ids if not ahead[one].off))


async def about_items(tx: AsyncConnection, ids: Iterable[int]) -> dict[int, AboutItem]:
    """What is needed to act on each item: the date, and the last five."""
    found = await items.items_by_id(tx, ids)
    if not found:
        return {}
    staff = await people.everybody_on_staff(tx)
    individuals = await people.individuals_by_id(tx, {one.individual_id for one in found.values()})
    orders = await dates.orders_by_id(tx, {one.order_id for one in found.values() if one.order_id is not None})
    contacted = await following.contacted(tx, found)
    skipped = await following.skipped(tx, {id_: one.round for id_, one in found.items()}, staff)
    known = {
        id_: await _about_item(tx, one, individuals[one.individual_id], orders.get(one.order_id or 0), staff)
        for id_, one in found.items()
    }
    return {
        id_: replace(about, contacted=id_ in contacted, skipped=skipped.get(id_, ())) for id_, about in known.items()
    }


async def _about_item(
    tx: AsyncConnection, item: Item, individual: Individual, order: Order | None, staff: dict[int, Staff]
) -> AboutItem:
    claimed_by = _named(staff, item.claimed_by)
    worker = _named(staff, order.worker_id if order is not None else None)
    if item.appointment_id is None:
        return AboutItem(item, individual, order, claimed_by=claimed_by, worker=worker, staff=staff)
    before = await dates.appointments_before(tx, item.appointment_id)
    found = await appointments(tx, {item.appointment_id, *before})
    history = tuple(found[id_] for id_ in before)
    told_of = await told.last_words(tx, before) if item.kind is Kind.NON_ATTENDANCE else {}
    about = AboutItem(item, individual, order, found[item.appointment_id], history, claimed_by, worker, staff=staff)
    return replace(about, told=told_of)


async def about_items_of(tx: AsyncConnection, row_id: int) -> tuple[AboutItem, ...]:
    """What one message lists, which is named by a row of the outbox that it settled."""
    ids = await following.told_together(tx, row_id)
    found = await about_items(tx, ids)
    return tuple(found[id_] for id_ in ids if id_ in found)


async def about_session(tx: AsyncConnection, appointment_id: int) -> AboutSession | None:
    """The page of the register that an appointment is on. A session is named by any one of its appointments."""
    one = (await dates.appointments_by_id(tx, [appointment_id])).get(appointment_id)
    if one is None:
        return None
    ids = await dates.session_members(tx, one.on_register)
    start = ids.index(appointment_id) // REGISTER_PAGE * REGISTER_PAGE if appointment_id in ids else 0
    page = ids[start : start + REGISTER_PAGE]
    rows = await appointments(tx, page)
    shown = tuple(rows[id_] for id_ in page)
    return AboutSession(one.on_register, shown[0].place if shown else None, shown, start + 1, len(ids))


async def about_day(tx: AsyncConnection, staff: Staff, day: date) -> AboutDay:
    """The registers that a member of staff runs on a day."""
    sessions = [await about_session(tx, ids[0]) for ids in (await dates.sessions_of(tx, staff.id, day)).values()]
    return AboutDay(staff, day, tuple(one for one in sessions if one is not None))


async def about_digest(service: Service, tx: AsyncConnection, staff: Staff, now: datetime) -> AboutDigest:
    """A day of one member of staff. Sessions are named apart from the dates of their own people."""
    day = service.calendar.day(now)
    acting = await digest.today(service, tx, staff)
    ids = await digest.dates_of(tx, acting, day)
    sessions = [found for found in (await dates.sessions_of(tx, staff.id, day)).values() if not set(found) <= set(ids)]
    known = await appointments(tx, {*ids, *(id_ for session in sessions for id_ in session)}, day)
    manager = Role.MANAGER in staff.roles
    return AboutDigest(
        staff,
        day,
        dates=tuple(known[id_] for id_ in ids if not known[id_].on_hold),
        sessions=tuple(tuple(known[id_] for id_ in session) for session in sessions),
        waiting=(await desk.about(service, tx, acting, now)).waiting if acting.roles else (),
        listed=(await desk.about(service, tx, staff, now)).listed or () if manager else (),
        due=await deadlines.due_soon(service, tx, staff),
    )


async def about_case(tx: AsyncConnection, id_: int, now: datetime, most: int = 5) -> AboutCase | None:
    """A person's case at a glance. What only a manager is told (a complaint, say) is left out of it."""
    individual = await people.individual(tx, id_)
    if individual is None:
        return None
    ahead, behind = await dates.appointments_ahead(tx, id_, now), await dates.appointments_behind(tx, id_, now, most)
    known = await appointments(tx, {*ahead, *behind})
    return AboutCase(
        individual,
        orders=tuple(await dates.orders_of(tx, id_)),
        workers=await people.everybody_on_staff(tx),
        ahead=tuple(known[one] for one in ahead),
        behind=tuple(known[one] for one in behind if one not in ahead),
        open=tuple(one for one in await items.open_about(tx, id_) if one.kind not in ONLY_MANAGERS),
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


async def about_absences(service: Service, tx: AsyncConnection, individual_id: int) -> AboutAbsences | None:
    """The missed dates of a person, latest first, and how their orders stand."""
    individual = await people.individual(tx, individual_id)
    if individual is None:
        return None
    ids = await absences.missed(tx, individual_id)
    known = await appointments(tx, ids)
    return await efforts.about_absences(service, tx, individual, {id_: known[id_] for id_ in ids})


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

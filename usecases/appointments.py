"""Dates: whose each is and how it stands. Reads only."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db import beside, dates, holds, items, notes, people
from db.prepared import together
from domain import attendance, changes
from domain.about import Facts
from domain.appointments import Appointment
from domain.facts import AboutAppointment
from domain.outbox import STAND_DOWN, Saying, Subject
from domain.people import Staff
from usecases.subjects import Source, adds_to, loads


async def about(
    tx: AsyncConnection, ids: Iterable[int], today: date | None = None, after: datetime | None = None
) -> dict[int, AboutAppointment]:
    """Everything about each of these dates, in one exchange however many there are. An order is on hold if it
    is on that day, or for a date that is past, today. `after`: with the individual's next date after that."""
    ids = set(ids)
    in_full, everybody = dates.reading_in_full(ids), people.reading_staff()
    replied, recorded, told_off = dates.reading_replies(ids), dates.reading_records(ids), items.reading_stood_off(ids)
    held_back, ahead = holds.reading_behind(ids), [dates.reading_following(ids, after)] if after is not None else []
    await together(tx, in_full, everybody, replied, recorded, told_off, held_back, *ahead)
    found, staff = in_full.found, everybody.found
    replies, records, stood_off = replied.found, recorded.found, told_off.found
    held_on = {id_: max(full.appointment.day, today or full.appointment.day) for id_, full in found.items()}
    held = holds.kinds(held_back.found, [(full.order.id, held_on[id_]) for id_, full in found.items()])
    following = ahead[0].found if ahead else {}
    return {
        id_: AboutAppointment(
            appointment=full.appointment,
            order=full.order,
            individual=full.individual,
            place=full.place,
            worker=staff.get(full.order.worker_id or 0),
            runner=staff.get(full.appointment.staff_id or 0),
            replies=tuple(replies.get(id_, ())),
            standing=attendance.standing(records.get(id_, ())),
            records=tuple(records.get(id_, ())),
            recorders={by.id: by for one in records.get(id_, ()) if (by := staff.get(one.recorded_by or 0))},
            on_hold=held.get((full.order.id, held_on[id_]), ""),
            following=following.get(full.individual.id),
            told_not_to_come_by=_told_not_to_come(full.appointment, stood_off.get(id_), staff),
        )
        for id_, full in found.items()
    }


def _told_not_to_come(
    one: Appointment, answered: tuple[int, datetime] | None, staff: Mapping[int, Staff]
) -> Staff | None:
    """Who told the individual that they need not come; nobody, if the date has moved since."""
    by, at = answered or (None, None)
    return staff.get(by or 0) if at is not None and one.not_moved_since(at) else None


@loads("appointment")
async def with_following(source: Source, ids: Sequence[int]) -> dict[int, AboutAppointment]:
    """These dates, each with the individual's next date after now."""
    return await about(source.tx, ids, source.today, source.now)


@loads("date")
async def about_date(source: Source, ids: Sequence[int]) -> dict[int, AboutAppointment]:
    """These dates alone, as of today."""
    return await about(source.tx, ids, source.today)


@loads("entry")
async def with_notes(source: Source, ids: Sequence[int]) -> dict[int, AboutAppointment]:
    """These dates, each with the private notes about it."""
    known = await about_date(source, ids)
    kept = await notes.about(source.tx, known)
    return {id_: replace(one, notes=tuple(kept.get(id_, ()))) for id_, one in known.items()}


@adds_to(STAND_DOWN, "missed_care", "old_news", *changes.News)
async def with_those_beside(
    source: Source, known: Mapping[Subject, Facts], sayings: Sequence[Saying]
) -> dict[Subject, Facts]:
    """The facts of each date, with the others on which its individual is expected on its day, and on its day as they
    know it: what is said of one is not true of the day."""
    told = {one.subject: facts for one in sayings if isinstance(facts := known.get(one.subject), AboutAppointment)}
    days = {subject: {facts.appointment.day} for subject, facts in told.items()}
    for one in sayings:
        if one.subject in days and "was_at" in one.params:
            days[one.subject].add(source.service.calendar.day(changes.was_at(one.params)))
    ids = await beside.on_days(source.tx, {(told[one].individual.id, day) for one, on in days.items() for day in on})
    others = await about(source.tx, ids, source.today) if ids else {}
    expected = [other for id_ in ids if (other := others[id_]).counts]

    def beside_it(of: AboutAppointment, on: Collection[date]) -> tuple[AboutAppointment, ...]:
        theirs = (one for one in expected if one.individual.id == of.individual.id and one.appointment.day in on)
        return tuple(one for one in theirs if one.appointment.id != of.appointment.id)

    return {subject: replace(facts, beside=beside_it(facts, days[subject])) for subject, facts in told.items()}

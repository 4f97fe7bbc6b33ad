"""Dates ahead that are off, or on again after a slip: their individuals hear so, in good time or from a person."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, items, outbox
from domain import attendance, changes, standing_down
from domain.attendance import Outcome, Record
from domain.compliance import Item, Kind
from domain.facts import AboutAppointment
from domain.outbox import CHANGED, STAND_DOWN, Owed, Subject, To
from domain.standing_down import Hearing, Told
from usecases import appointments, reminding, stand_downs
from usecases import items as open_items
from usecases.service import Service

ON_AGAIN = "on_again"  # the family of the word that a date is on after all, and why somebody rings about it
BY_VOICE = (Told.RING, Told.BOTH)


async def tell(service: Service, tx: AsyncConnection, about: AboutAppointment, one: Hearing, offered: int = 0) -> None:
    """They need not come (`offered`: where they may go instead): in the chat, and by a person where that comes too late
    or never. Whoever could not make it need not be answered any more."""
    date_, now = about.appointment, service.clock.now()
    owed = standing_down.owed(date_.id, about.individual, date_.starts_at, now, offered, times_on_again(about))
    await outbox.plan(tx, [owed.subject], standing_down.FAMILY, [owed], now, "stood_down_again")
    asked = await items.item_about(tx, Kind.CANNOT, date_.id)
    if asked is not None and asked.open:
        await open_items.conclude(service, tx, asked)
    if one.told in BY_VOICE:
        await reminding.ask_to_ring(service, tx, owed, about, STAND_DOWN)


async def tell_in_time(service: Service, tx: AsyncConnection, about: AboutAppointment) -> Hearing:
    """Of a date to come that is off from now on: tells its individual. Returns how and when they hear."""
    known = {about.appointment.id: about}
    one = (await stand_downs.hearings(service, tx, known, service.clock.now()))[about.appointment.id]
    if one.told is not Told.NOT:
        await tell(service, tx, about, one)
    return one


async def tell_of_records(
    service: Service, tx: AsyncConnection, ids: Collection[int], records: Collection[int]
) -> None:
    """The same for those of these dates that one of these records, which an export brought, has put off."""
    now = service.clock.now()
    known = await appointments.about(tx, ids, service.calendar.day(now))
    for _, about in sorted(known.items()):
        date_, stands = about.appointment, about.standing
        off = stands is not None and stands.id in records and stands.outcome in attendance.CALLED_OFF
        if off and date_.booked and date_.starts_at > now:
            await tell_in_time(service, tx, about)


def times_on_again(about: AboutAppointment) -> int:
    """How often it was taken back that a date is off: whoever heard that it is on hears anew that it is off."""
    return sum(record.outcome is Outcome.TAKEN_BACK for record in about.records)


async def untell(service: Service, tx: AsyncConnection, ids: Collection[int], reason: str) -> set[int]:
    """What was to tell that these dates are off is not sent, and nobody rings about them any more. Returns those of
    which it may be known already."""
    dates_ = [Subject("appointment", id_) for id_ in ids]
    await outbox.plan(tx, dates_, standing_down.FAMILY, (), service.clock.now(), reason)
    known = set()
    for subject in dates_:
        rung = [one for one in await items.of_appointment(tx, subject.id) if _rings(one)]
        rows = [row for row in await outbox.about(tx, subject) if row.owed.kind == STAND_DOWN]
        if any(row.status in changes.HEARD for row in rows) or any(one.done for one in rung):
            known.add(subject.id)
        for one in rung:
            if one.open:
                await open_items.withdraw(service, tx, one)
    return known


async def forget(service: Service, tx: AsyncConnection, since: Mapping[int, datetime]) -> None:
    """Each of these dates is at another time, or on again, since a moment: that it was off before is taken back, and
    not told any more to those who had not heard of it. The word of the new time is news of its own."""
    records = await dates.records(tx, since)
    off = [
        (id_, Record(Outcome.TAKEN_BACK, at), "")
        for id_, at in since.items()
        if (one := attendance.standing(records.get(id_, ()))) is not None and one.outcome in attendance.OFF
    ]
    if off:
        await dates.add_records(tx, off, "import")
        await untell(service, tx, [id_ for id_, _, _ in off], "moved")


def _rings(item: Item) -> bool:
    return item.kind is Kind.RING and item.reason == STAND_DOWN


async def tell_on_again(service: Service, tx: AsyncConnection, about: AboutAppointment) -> None:
    """To whoever may have heard that this date is off, as it was until now: it is on after all."""
    date_, now = about.appointment, service.clock.now()
    if date_.id not in await untell(service, tx, [date_.id], ON_AGAIN):
        return
    owed = Owed(
        kind=CHANGED,
        subject=Subject("appointment", date_.id),
        to=To.INDIVIDUAL,
        due_at=now,
        expires_at=date_.starts_at,
        step=f"{ON_AGAIN}-{times_on_again(about)}",
        revision=date_.revision,
        individual_id=about.individual.id,
        params={"was_on": 0},
        family=ON_AGAIN,
    )
    await outbox.owe(tx, owed, now)
    hearing = (await stand_downs.hearings(service, tx, {date_.id: about}, now))[date_.id]
    if hearing.told in BY_VOICE:
        await reminding.ask_to_ring(service, tx, owed, about, ON_AGAIN)

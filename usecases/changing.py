"""What follows a message about a date: the messages before it say that they are old, and what was changed while it was
on its way is told at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, outbox, rung, told
from domain import beside, changes
from domain.changes import Shown
from domain.facts import AboutAppointment
from domain.outbox import Accepted, Owed, Row, Subject, To
from usecases import appointments, items, standing
from usecases.parcels import Result
from usecases.service import Service


async def after_planning(service: Service, tx: AsyncConnection, would_say: Mapping[int, Shown]) -> None:
    """An import has written its dates. Rows (by id) that nobody had been told when it was planned may have gone out
    since, with what they would say then. Nobody rings about a date that is off, or with news that is not so, and nobody
    answers whether one stands that is gone."""
    await standing.after_import(service, tx)
    for item in await rung.needless(tx):
        await items.withdraw(service, tx, item)
    sent = await told.sent_since(tx, would_say)
    await _catch_up(tx, [(row, would_say[row.id]) for row in sent], service.clock.now())


async def after_sending(service: Service, tx: AsyncConnection, results: Iterable[Result], now: datetime) -> None:
    """These have been settled: what tells somebody when and where a date is, and was accepted, is looked after; and it
    is remembered which others it named."""
    accepted = [
        (part.row, part.facts)
        for parcel, outcomes in results
        if any(isinstance(one, Accepted) for one in outcomes.values())
        for part in parcel.parts
        if isinstance(part.facts, AboutAppointment)
    ]
    for row, facts in accepted:
        if others := beside.named(row.owed, facts, service.calendar, now):
            await told.note_named(tx, row, others)
    about = [(row, facts.appointment) for row, facts in accepted if changes.about_the_date(row)]
    if not about:
        return
    await _catch_up(tx, [(row, Shown.of(one)) for row, one in about], now)
    later = [row for row, _ in about if row.owed.revision > 1]
    if later:
        await _age(tx, later, now)


async def _catch_up(tx: AsyncConnection, said: Sequence[tuple[Row, Shown]], now: datetime) -> None:
    """Whoever was told something that is not so any more is told how it is, unless that is on its way already."""
    stands = await dates.appointments_by_id(tx, [row.owed.subject.id for row, _ in said])
    wrong = [
        (row, shown, Shown.of(one))
        for row, shown in said
        if (one := stands.get(row.owed.subject.id)) is not None and not Shown.of(one).says_as(shown)
    ]
    known = await told.rows(tx, [row.owed.subject.id for row, _, _ in wrong]) if wrong else {}
    for row, shown, now_so in wrong:
        owed = changes.overtaken(shown, now_so, row, known.get(row.owed.subject.id, ()), now)
        if owed is not None:
            await outbox.owe(tx, owed, now)


async def _age(tx: AsyncConnection, rows: Sequence[Row], now: datetime) -> None:
    """What stands in the chat about an earlier state of these dates says so from now on, without a sound.

    A booking has no revision of its own: only news tells that it is old.
    """
    newest = {row.owed.subject.id: row.owed for row in rows}
    old = [
        one
        for one in await told.messages(tx, newest)
        if one.revision != (last := newest[one.appointment_id]).revision
        and (one.revision or last.family == changes.FAMILY)
    ]
    still_so = await _still_so(tx, old)
    for one in old:
        kept = still_so.get((one.chat, one.message_id), [])
        await outbox.owe(tx, _old(one, kept, newest[one.appointment_id], now), now)


async def _still_so(
    tx: AsyncConnection, old: Sequence[told.Standing]
) -> dict[tuple[int, int], list[tuple[told.Standing, AboutAppointment]]]:
    """Of messages (chat, number) that are old: what else they told, as far as it is still so."""
    aged = {(one.chat, one.message_id, one.appointment_id) for one in old}
    named = await told.beside(tx, old) if old else []
    others = [one for one in named if (one.chat, one.message_id, one.appointment_id) not in aged]
    stands = await appointments.about(tx, {one.appointment_id for one in others}) if others else {}
    found: dict[tuple[int, int], list[tuple[told.Standing, AboutAppointment]]] = {}
    for one in others:
        is_ = stands[one.appointment_id]
        if one.revision in (0, is_.appointment.revision):
            found.setdefault((one.chat, one.message_id), []).append((one, is_))
    return found


def _old(one: told.Standing, kept: Sequence[tuple[told.Standing, AboutAppointment]], news: Owed, now: datetime) -> Owed:
    """A message with old facts makes room for the word that they are old, and for what it told beside them that is so:
    the dates that are on, and of what kind and when those were that are off."""
    told_off = {kept_.appointment_id: (kept_, is_) for kept_, is_ in kept if _tells_off(kept_, is_)}
    on = sorted({is_.appointment.id for _, is_ in kept if is_.appointment.booked and not is_.off}.difference(told_off))
    off = [f"{is_.appointment.kind}@{changes.was_at(kept_.params).isoformat()}" for kept_, is_ in told_off.values()]
    several = bool(on or off)
    params: dict[str, str | int] = {"edit": one.message_id}
    return Owed(
        kind="old_news_together" if several else "old_news",
        subject=Subject("individual", news.individual_id or 0) if several else news.subject,
        to=To.CHAT,
        to_id=one.chat,
        due_at=now,
        step=f"{one.chat}-{one.message_id}-{one.appointment_id}",
        revision=news.revision,
        individual_id=news.individual_id,
        params=params | ({"dates": "+".join(map(str, on)), "off": ",".join(off)} if several else {}),
    )


def _tells_off(one: told.Standing, about: AboutAppointment) -> bool:
    """Whether news of a date, which is still so, tells that it is off."""
    return one.kind in set(changes.News) and (not about.appointment.booked or beside.is_off(one.kind, about))

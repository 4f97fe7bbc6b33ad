"""What an individual answers about a date, and who hears of it."""

from collections.abc import Sequence

from db import dates, items
from domain import compliance
from domain.appointments import Answer as Said
from domain.appointments import Reason, Reply
from domain.errors import NotKnown, Stale
from domain.facts import AboutAppointment
from domain.outbox import Answer, Subject, edit
from usecases import facts
from usecases import items as open_items
from usecases.service import Work, use_case

OPENS = {
    Said.CANNOT: compliance.Kind.CANNOT,
    Said.HELP: compliance.Kind.HELP,
    Said.CALL: compliance.Kind.CALL,
}


@use_case
async def reply(work: Work, appointment_id: int, revision: int, said: Said) -> Sequence[Answer]:
    """A tap under a reminder or a caring message: kept with its moment, answered at once, passed on if it must be."""
    about = await _mine(work, appointment_id, revision)
    await dates.add_reply(work.tx, appointment_id, revision, Reply(said, work.now))
    if said in OPENS:
        await _raise(work, about, OPENS[said], f"{said.value}:{appointment_id}:{revision}")
    if said is Said.WAS_THERE:
        await _dispute(work, appointment_id)
    if said is Said.COMING:
        await _take_back_cannot(work, appointment_id)
    return [edit(f"reply_{said.value}", Subject("appointment", appointment_id))]


@use_case
async def give_reason(work: Work, appointment_id: int, revision: int, reason: Reason) -> Sequence[Answer]:
    """Why somebody cannot come. The worker's card gains the reason; the date still stands."""
    await _mine(work, appointment_id, revision)
    await dates.add_reply(work.tx, appointment_id, revision, Reply(Said.CANNOT, work.now, reason.value))
    item = await items.item_about(work.tx, compliance.Kind.CANNOT, appointment_id)
    if item is not None and item.open:
        await items.change_item(work.tx, item.id, reason=reason.value)
        await open_items.refresh(work.service, work.tx, item)
    return [edit("reason_given", Subject("appointment", appointment_id))]


async def _mine(work: Work, appointment_id: int, revision: int) -> AboutAppointment:
    """The speaker's own date as it stands; a button of an earlier date or time raises Stale."""
    individual = work.as_individual()
    about = (await facts.appointments(work.tx, [appointment_id])).get(appointment_id)
    if about is None or about.individual.id != individual.id:
        raise NotKnown
    if about.appointment.revision != revision or not about.appointment.booked:
        raise Stale
    return about


async def _raise(work: Work, about: AboutAppointment, kind: compliance.Kind, once: str) -> None:
    individual_id, order = about.individual.id, about.order
    await open_items.raise_item(
        work.service, work.tx, kind, once, individual_id, order, appointment_id=about.appointment.id
    )


async def _dispute(work: Work, appointment_id: int) -> None:
    item = await items.item_about(work.tx, compliance.Kind.NON_ATTENDANCE, appointment_id)
    if item is not None and item.withdrawn_at is None:
        await open_items.dispute(work.service, work.tx, item)


async def _take_back_cannot(work: Work, appointment_id: int) -> None:
    """They can come after all: what was open about it is withdrawn, and those who saw it hear so."""
    item = await items.item_about(work.tx, compliance.Kind.CANNOT, appointment_id)
    if item is not None and item.open:
        await open_items.withdraw(work.service, work.tx, item)

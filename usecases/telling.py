"""/why: everything that was or was not sent about a date, and what was answered."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, items, people, told
from domain import history
from domain.errors import NotKnown
from domain.facts import AboutAppointment, AboutHistory
from domain.outbox import Answer, Subject, send
from domain.people import Act
from usecases import access, appointments, glass
from usecases.service import Work, use_case
from usecases.subjects import Source, loads


@use_case
async def why(work: Work, ref: str) -> Sequence[Answer]:
    """/why APPOINTMENT, for staff within reach of whose date it is. Out of reach and not there are refused alike."""
    await access.require(work, Act.SEE_CASE)
    if not ref:
        return [send("why_how")]
    id_ = await dates.id_of(work.tx, ref)
    full = (await dates.appointments_in_full(work.tx, [id_])).get(id_) if id_ is not None else None
    if full is None or not await glass.sees(work, full.individual):
        raise NotKnown
    await access.note(work, Act.SEE_CASE, [full.individual.id], "why")
    return [send("why", Subject("why", full.appointment.id))]


@loads("why")
async def about(source: Source, ids: Sequence[int]) -> dict[int, AboutHistory]:
    """Each of these dates, with everything that was or was not sent about it."""
    known = await appointments.about(source.tx, ids)
    return {id_: await _history(source.tx, one) for id_, one in known.items()}


async def _history(tx: AsyncConnection, about: AboutAppointment) -> AboutHistory:
    """What was sent about a date and about what is open of it; not a complaint, of which only managers hear."""
    one = about.appointment
    open_ = await items.of_appointment(tx, one.id)
    heard = [item for item in open_ if not item.apart]
    subjects = [Subject("appointment", one.id), *(Subject("item", item.id) for item in heard)]
    rows, answers = await told.history(tx, subjects), (await told.answers(tx, [one.id])).get(one.id, [])
    staff = await people.everybody_on_staff(tx)
    earlier = await dates.kept_of(tx, one.ref, about.individual.id)
    return AboutHistory(about, tuple(rows), tuple(answers), history.seen(rows, answers), staff, tuple(earlier))

"""Papers about one order: its evidence record, and the letter that practice expects next. Made when somebody asks."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from db import access as access_record
from db import dates, keeping, papers, people, told
from domain import history
from domain.attendance import MISSED
from domain.errors import Malformed, NotKnown
from domain.facts import AboutAppointment, AboutHistory, AboutOrders, AboutPapers
from domain.history import Told
from domain.imports import cells
from domain.imports.problems import Wrong
from domain.outbox import Answer, Subject, send
from domain.people import Act, Individual, Staff
from usecases import access, appointments, efforts
from usecases.service import Service, Work, use_case
from usecases.subjects import Reading, Source, loads_one


@use_case
async def ask_which(work: Work, words: str) -> Sequence[Answer]:
    """/evidence CASE_REF: which order, and of which days. With two days typed behind it, at once: the latest order."""
    case_ref, _, days = words.partition(" ")
    individual = await _individual(work, case_ref, "evidence record asked for")
    orders = await dates.orders_of(work.tx, individual.id)
    if not orders:
        return [send("papers_none", Subject("orders", individual.id))]
    if not days:
        return [send("record_which", Subject("orders", individual.id))]
    first, last = _two_days(days)
    return [send("order_record", Subject("papers", orders[0].id), first=first.isoformat(), last=last.isoformat())]


def _two_days(words: str) -> tuple[date, date]:
    """*2026-09-01 2026-11-30*, *1/9/2026 - 30/11/2026*; raises Malformed for anything else."""
    typed = [word for word in words.replace(" to ", " ").split() if word not in ("-", "–")]
    try:
        first, last = (cells.day(word)[1] for word in typed)
    except (Wrong, ValueError):
        raise Malformed from None
    if last < first:
        raise Malformed
    return first, last


@use_case
async def make_record(work: Work, order_id: int, months: int) -> Sequence[Answer]:
    """The whole order, or its last months."""
    await _order(work, order_id, "evidence record")
    return [send("order_record", Subject("papers", order_id), months=months)]


@use_case
async def ask_for_letter(work: Work, case_ref: str) -> Sequence[Answer]:
    """/letter CASE_REF: a draft of the letter that the latest order asks for now."""
    individual = await _individual(work, case_ref, "letter")
    orders = await dates.orders_of(work.tx, individual.id)
    if not orders:
        return [send("papers_none", Subject("orders", individual.id))]
    return [await _letter(work, orders[0].id)]


@use_case
async def make_letter(work: Work, order_id: int) -> Sequence[Answer]:
    """*Letter*, on the card of a missed date."""
    await _order(work, order_id, "letter")
    return [await _letter(work, order_id)]


@use_case
async def make_this_letter(work: Work, order_id: int, step: str) -> Sequence[Answer]:
    """The letter of one step; without a step, the one about dates that wait for a decision. One that is not asked for
    any more is not made."""
    await _order(work, order_id, "letter")
    if step not in await _letters(work, order_id):
        return [await _letter(work, order_id)]
    return [send("letter", Subject("papers", order_id), step=step)]


async def _letter(work: Work, order_id: int) -> Answer:
    """The one there is to write, which of two, or why there is none."""
    letters, about_ = await _letters(work, order_id), Subject("papers", order_id)
    if len(letters) == 1:
        return send("letter", about_, step=letters[0])
    return send("letter_which" if letters else "letter_none", about_)


async def _letters(work: Work, order_id: int) -> list[str]:
    """Those that can be drafted now: about dates that wait for a decision ("" ), and of the step that comes next."""
    stands = (await efforts.histories(work.service, work.tx, [order_id]))[order_id]
    waits = [""] if stands.undecided else []
    return [*waits, *([stands.step.name] if stands.step is not None and stands.step.letter else [])]


async def _individual(work: Work, case_ref: str, what: str) -> Individual:
    individual = await people.individual_by_ref(work.tx, case_ref)
    await access.require_for(work, Act.PAPERS, individual, what)
    assert individual is not None
    return individual


async def _order(work: Work, order_id: int, what: str) -> Individual:
    """Whose order it is; out of reach and not there are refused alike."""
    order = await dates.order(work.tx, order_id)
    individual = await people.individual(work.tx, order.individual_id) if order is not None else None
    await access.require_for(work, Act.PAPERS, individual, what)
    if individual is None:
        raise NotKnown
    return individual


async def export(service: Service, order_ref: str) -> AboutPapers:
    """The same for the command line; raises NotKnown. It is put on record."""
    async with service.db.write() as tx:
        found = await keeping.order_by_ref(tx, order_ref)
        order_id, individual_id = found if found is not None else (0, 0)
        about_ = await about(Reading(service, tx, service.clock.now()), order_id)
        if about_ is None:
            raise NotKnown(found=order_ref)
        await access_record.note(tx, service.clock.now(), None, [individual_id], Act.PAPERS.value, "evidence record")
        return about_


# ── What they say ───────────────────────────────────────────────────────────────────────────────────────────────────


@loads_one("orders")
async def about_orders(source: Source, individual_id: int) -> AboutOrders | None:
    """One person's orders."""
    individual = await people.individual(source.tx, individual_id)
    if individual is None:
        return None
    return AboutOrders(individual, tuple(await dates.orders_of(source.tx, individual_id)))


@loads_one("papers")
async def about(source: Source, order_id: int) -> AboutPapers | None:
    """Everything about one order up to today, in a handful of statements however many dates it has."""
    order, now = await dates.order(source.tx, order_id), source.now
    individual = await people.individual(source.tx, order.individual_id) if order is not None else None
    if order is None or individual is None:
        return None
    ids = await papers.dates_of(source.tx, order_id, now)
    known = await appointments.about(source.tx, ids, source.service.calendar.day(now))
    staff = await people.everybody_on_staff(source.tx)
    missed = [one for one in known.values() if one.standing is not None and one.standing.outcome in MISSED]
    return AboutPapers(
        individual,
        order,
        tuple(await _histories(source.tx, [known[id_] for id_ in ids if id_ in known], staff)),
        await efforts.about(source.service, source.tx, missed),
        (await efforts.histories(source.service, source.tx, [order_id]))[order_id],
        staff.get(order.worker_id or 0),
        (await dates.next_dates(source.tx, {individual.id}, now)).get(individual.id),
    )


async def _histories(
    tx: AsyncConnection, known: Sequence[AboutAppointment], staff: Mapping[int, Staff]
) -> list[AboutHistory]:
    """What was told about each of these dates, and what was answered."""
    ids = [one.appointment.id for one in known]
    rows: dict[int, list[Told]] = {}
    for row in await told.history(tx, [Subject("appointment", id_) for id_ in ids]):
        rows.setdefault(row.row.owed.subject.id, []).append(row)
    answers = await told.answers(tx, ids)
    found = []
    for one in known:
        its, said = rows.get(one.appointment.id, []), answers.get(one.appointment.id, [])
        found.append(AboutHistory(one, tuple(its), tuple(said), history.seen(its, said), staff))
    return found

"""A case at a glance; and, for whoever is outside its scope and must see it, the glass that is broken with a reason.

Until a reason is on record, somebody out of reach and somebody who does not exist are answered with the same words and
the same button. After it the truth has to show, so a reference that nobody has is told as such: by then who asked is
on record too (in the log, since there is no person to put it against), and for a person who exists, their workers know.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from db import access as record
from db import dates, items, outbox, people
from domain.audit import Reason
from domain.compliance import UNTIL_TOLD
from domain.errors import NotKnown
from domain.facts import AboutGlass
from domain.outbox import Answer, Owed, Subject, To, edit, send
from domain.people import MAY, Act, Individual, Relation, may
from usecases import access, answers
from usecases.service import Work, use_case
from usecases.subjects import Source, loads

log = structlog.get_logger()
OPEN_FOR = timedelta(minutes=60)
ASKED = 24  # hexadecimal digits of a reference's keyed hash: what fits on a button, and no two alike


@use_case
async def show_case(work: Work, case_ref: str) -> Sequence[Answer]:
    """/case CASE_REF: the case, or an offer to break the glass."""
    staff = await access.require(work, Act.SEE_CASE)
    individual = await people.individual_by_ref(work.tx, case_ref)
    if individual is not None and await sees(work, individual):
        return await _case(work, individual)
    if not may(staff, Act.BREAK_GLASS, Relation(), work.today):
        raise NotKnown
    return [send("case_beyond", asked=work.service.db.keys.hash(case_ref)[:ASKED])]


async def sees(work: Work, individual: Individual) -> bool:
    """Whether the speaker sees this person without breaking anything, or behind glass that is broken already."""
    open_ = await items.open_about(work.tx, individual.id)
    return await access.reaches(work, Act.SEE_CASE, individual, access.opening(open_))


async def _case(work: Work, individual: Individual) -> Sequence[Answer]:
    await access.note(work, Act.SEE_CASE, [individual.id], "case")
    own = bool(work.as_staff().roles & set(MAY[Act.PROGRESS]))
    answered = await answers.to_be_read(work, individual)
    return [send("case", Subject("case", individual.id), more=int(own), answers=int(answered))]


@use_case
async def ask_why(work: Work, asked: str) -> Sequence[Answer]:
    """*Break the glass*: first of all, why? Whether there is such a person is not even looked up."""
    await access.require(work, Act.BREAK_GLASS)
    return [edit("glass_why", asked=asked)]


@use_case
async def break_glass(work: Work, asked: str, reason: Reason) -> Sequence[Answer]:
    """A reason was picked: the person is open to the speaker for an hour, and their workers are told at once."""
    staff = await access.require(work, Act.BREAK_GLASS)
    individual = await _asked_for(work, asked)
    if individual is None:
        log.warning("glass_broken_for_nobody", staff_id=staff.id, reason=reason.value)
        return [edit(f"error_{NotKnown.code}")]
    if await sees(work, individual):
        return await _case(work, individual)
    until = work.now + OPEN_FOR
    await access.note(work, Act.BREAK_GLASS, [individual.id], "glass broken", reason)
    glass = Subject("glass", await record.break_glass(work.tx, staff.id, individual.id, reason.value, work.now, until))
    await _tell(work, glass, individual)
    return [edit("glass_open", glass), *await _case(work, individual)]


async def _asked_for(work: Work, asked: str) -> Individual | None:
    """The person whose reference was typed. Glass is broken rarely: it may look at every reference there is."""
    for id_, case_ref in (await people.case_refs(work.tx)).items():
        if any(one.startswith(asked) for one in work.service.db.keys.hashes(case_ref)) and len(asked) == ASKED:
            return await people.individual(work.tx, id_)
    return None


async def _tell(work: Work, glass: Subject, individual: Individual) -> None:
    """Everybody who works with the person hears of it; a manager, where there is nobody."""
    workers = await _working_with(work.tx, individual)
    news = Owed("glass_broken", glass, To.STAFF, work.now, individual_id=individual.id)
    for id_ in sorted(workers):
        await outbox.owe(work.tx, replace(news, step=str(id_), to_id=id_), work.now)
    if not workers:
        await outbox.owe(work.tx, to_managers(news), work.now)


def to_managers(news: Owed) -> Owed:
    """The same for managers, who hear of it as soon as there is one who can be told."""
    return replace(news, to=To.MANAGER, to_id=None, step="manager", family=UNTIL_TOLD)


async def _working_with(tx: AsyncConnection, individual: Individual) -> frozenset[int]:
    """The workers of the active orders, or of the last one if none is active; under 18 the youth team too."""
    orders = await dates.orders_of(tx, individual.id)
    named = {id_ for order in orders if order.active or order is orders[0] for id_ in order.workers}
    return frozenset(named) | await access.youth_team(tx, individual)


@loads("glass")
async def about_glass(source: Source, ids: Iterable[int]) -> dict[int, AboutGlass]:
    """Who broke the glass, for whom and why."""
    found = await record.broken_glass(source.tx, ids)
    staff = await people.everybody_on_staff(source.tx)
    known = await people.individuals_by_id(source.tx, {one.individual_id for one in found})
    return {one.id: AboutGlass(known[one.individual_id], staff[one.staff_id], one.reason, one.until) for one in found}

"""/repairs: whom the chat does not reach, and the next step for each."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db import people
from db import repairs as store
from domain import repairs
from domain.facts import AboutRepairs
from domain.outbox import Answer, Subject, edit, send
from domain.people import Act, Scope, Staff, team_of_youths, widest
from domain.repairs import Broken, Repair
from usecases import access, leaving
from usecases.service import Work, use_case
from usecases.subjects import Source, loads_of_staff

PAGE = 15  # people on one message


@use_case
async def show(work: Work) -> Sequence[Answer]:
    """/repairs: how many of each kind. Nobody is named, so nobody is looked at."""
    staff = await access.require(work, Act.REPAIR)
    return [send("repairs", Subject("repairs", staff.id))]


@use_case
async def back(work: Work) -> Sequence[Answer]:
    """The same, in place of a list."""
    staff = await access.require(work, Act.REPAIR)
    return [edit("repairs", Subject("repairs", staff.id))]


@use_case
async def of_kind(work: Work, kind: Repair, page: int) -> Sequence[Answer]:
    """A page of one kind, by case reference. Whoever stands on it has been looked at."""
    staff = await access.require(work, Act.REPAIR)
    found = (await _found(work.tx, staff, work.now, work.today)).get(kind, ())
    pages = max((len(found) - 1) // PAGE, 0)
    first = min(max(page, 0), pages) * PAGE
    shown = [one.contact.individual_id for one in found[first : first + PAGE]]
    await access.note(work, Act.REPAIR, shown, "repairs")
    return [edit("repairs_of", Subject("repairs", staff.id), repair=kind.value, first=first)]


@loads_of_staff("repairs")
async def about(source: Source, staff: Staff) -> AboutRepairs:
    """Everything that this member of staff should put right."""
    return AboutRepairs(staff, await _found(source.tx, staff, source.now, source.today), PAGE)


async def _found(tx: AsyncConnection, staff: Staff, now: datetime, today: date) -> dict[Repair, tuple[Broken, ...]]:
    """Of their own people, and of those whom they cover today; a manager's are everybody's."""
    youth_team = team_of_youths(await people.everybody_on_staff(tx))
    own = staff.covering(today) | {staff.id}
    mine = None if widest(staff, Act.REPAIR) is Scope.EVERYBODY else own
    alone = await leaving.without_worker(tx, today)
    found: dict[Repair, list[Broken]] = {kind: [] for kind in Repair}
    for one_ in await store.contacts(tx, youth_team, mine):
        contact = replace(one_, no_worker=one_.individual_id in alone)
        for kind, one in repairs.broken(contact, now).items():
            found[kind].append(one)
    return {kind: tuple(several) for kind, several in found.items()}

"""The record of access, read: is it whole, and who looked at this person?"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncConnection

from db import access as record
from db import people
from domain.audit import Broken, Reason, Walked
from domain.errors import NotKnown
from domain.facts import AboutLooks, Look
from domain.outbox import Answer, Subject, send
from domain.people import Act
from usecases import access
from usecases.service import Service, Work, use_case
from usecases.subjects import Source, loads_one

PAGE = 5_000  # rows read at once
LOOKS = 20  # rows on one message
Show = Callable[[int, int], None]  # how many rows are read, of how many


@use_case
async def who_looked(work: Work, case_ref: str) -> Sequence[Answer]:
    """/looked CASE_REF: the last looks and changes. The question is itself one of them."""
    individual = await people.individual_by_ref(work.tx, case_ref)
    await access.require_for(work, Act.WHO_LOOKED, individual, "record of access")
    assert individual is not None
    return [send("looks", Subject("looks", individual.id))]


@use_case
async def looked_as_file(work: Work, individual_id: int) -> Sequence[Answer]:
    """The whole record about one person, for the data protection officer."""
    individual = await people.individual(work.tx, individual_id)
    await access.require_for(work, Act.WHO_LOOKED, individual, "record of access file", reason=Reason.AUDIT)
    return [send("looks_file", Subject("looks_whole", individual_id))]


async def all_looks(service: Service, case_ref: str, reason: Reason) -> AboutLooks:
    """From the command line: all that is on record about one person, this disclosure included; raises NotKnown."""
    async with service.db.write() as tx:
        individual = await people.individual_by_ref(tx, case_ref)
        if individual is None:
            raise NotKnown(found=case_ref)
        act, now = Act.WHO_LOOKED.value, service.clock.now()
        await record.note(tx, now, None, [individual.id], act, "record of access", reason.value)
        found = await _looks(tx, individual.id)
        assert found is not None
        return found


async def verify(service: Service, head: tuple[int, str] | None = None, show: Show = lambda done, of: None) -> Walked:
    """Reads the whole record and says how far it is unbroken.

    `head` is the (number, chain) of a row that was written down elsewhere: if that row is gone or is another now, the
    record has been cut short or written anew. It begins where the rows that were kept long enough have left off.
    """
    after = 0
    async with service.db.read() as tx:
        walked = Walked(anchor=await record.anchor(tx))
        of = await record.count(tx)
        while walked.broken is None and (page := await record.entries(tx, after, PAGE)):
            walked, after = walked.on(page), page[-1].id
            show(walked.rows, of)
        if walked.broken is not None or head is None:
            return walked
        row, chain = head
        there = await record.entry(tx, row)
        found = there.chain if there is not None else walked.anchor.chain if row == walked.anchor.row else ""
        return walked if found == chain else replace(walked, broken=Broken(row, found, chain))


@loads_one("looks")
async def about_looks(source: Source, individual_id: int) -> AboutLooks | None:
    """The last of who looked at or changed a person."""
    return await _looks(source.tx, individual_id, LOOKS)


@loads_one("looks_whole")
async def about_all_looks(source: Source, individual_id: int) -> AboutLooks | None:
    """All of it."""
    return await _looks(source.tx, individual_id)


async def _looks(tx: AsyncConnection, individual_id: int, most: int | None = None) -> AboutLooks | None:
    """Who looked at or changed a person, latest first; None: all of it."""
    individual = await people.individual(tx, individual_id)
    if individual is None:
        return None
    staff = await people.everybody_on_staff(tx)
    found = await record.about(tx, individual_id, most)
    return AboutLooks(individual, tuple(Look(one, staff.get(one.staff_id or 0)) for one in found))

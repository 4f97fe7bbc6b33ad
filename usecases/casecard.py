"""The case card: all that matters of one person's case on one message, for those who work with them; and their dates, a
page at a time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from db import contacts, cover, dates, people, traces
from domain.errors import NotKnown
from domain.facts import AboutCase, AboutClocks, Handed
from domain.outbox import Answer, Subject, edit, send
from domain.people import Act, Staff
from domain.standards import Reading
from usecases import access, clocks, efforts, glass, progress
from usecases.service import Service, Work, use_case

MOST_DATES = 240  # that the pages of the dates go back


async def whole(service: Service, tx: AsyncConnection, about: AboutCase) -> AboutCase:
    """A case with what was recorded of its last dates, its hours and its clocks, how it stands by the council's
    procedure, what staff did about it, and who worked with the person before."""
    ids = [order.id for order in about.orders]
    done = await contacts.of_individual(tx, about.individual.id)
    timed = await clocks.about(service, tx, about.individual.id)

    def known(id_: int | None) -> Staff | None:
        return about.workers.get(id_ or 0)

    return replace(
        about,
        records=await dates.records(tx, [one.appointment.id for one in about.behind]),
        hours=await progress.standing_of(service, tx, ids, service.clock.now()),
        standing=await efforts.histories(service, tx, ids),
        contacts=tuple(one for one in reversed(done) if one.stands),
        handed=tuple(Handed(one.at, known(one.from_id), known(one.to_id)) for one in await cover.changes_of(tx, ids)),
        reads=tuple(_known_of(timed)) if timed is not None else (),
    )


async def about_dates(tx: AsyncConnection, about: AboutCase) -> AboutCase:
    """A case with what was recorded of all the dates that it holds."""
    return replace(about, records=await dates.records(tx, [one.appointment.id for one in about.behind]))


def _known_of(timed: AboutClocks) -> list[Reading]:
    """Without what ran out before the caseload was first read: of that there may be nothing on record."""
    since = timed.since or date.min
    reads = [read for order in timed.orders for read in order.reads]
    return [read for read in reads if read.done is not None or read.due >= since]


@use_case
async def show_dates(work: Work, individual_id: int, page: int) -> Sequence[Answer]:
    """*Dates*: all that have begun, the latest first, with what was recorded and what it corrected."""
    await access.require(work, Act.SEE_CASE)
    individual = await people.individual(work.tx, individual_id)
    if individual is None or not await glass.sees(work, individual):
        raise NotKnown
    await access.note(work, Act.SEE_CASE, [individual_id], "case")
    tapped = await traces.ours(work.tx, work.chat.id, work.tapped) if work.chat and work.tapped else None
    speak = edit if tapped is not None and tapped.kind == "case_dates" else send
    return [speak("case_dates", Subject("case_dates", individual_id), page=page)]

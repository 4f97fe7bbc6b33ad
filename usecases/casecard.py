"""The case card: all that matters of one person's case on one message, for those who work with them; and their dates, a
page at a time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db import contacts, cover, dates, items, people, traces
from domain.errors import NotKnown
from domain.facts import AboutCase, AboutClocks, Handed
from domain.outbox import Answer, Subject, edit, send
from domain.people import Act, Staff
from domain.standards import Reading
from usecases import access, appointments, clocks, efforts, formcards, glass, progress
from usecases.service import Work, use_case
from usecases.subjects import Source, loads_one

LAST_DATES = 5  # on the card itself
MOST_DATES = 240  # that the pages of the dates go back


@loads_one("case")
async def whole(source: Source, individual_id: int) -> AboutCase | None:
    """A case with what was recorded of its last dates, its hours and its clocks, how it stands by the council's
    procedure, what staff did about it, and who worked with the person before."""
    about = await _about(source.tx, individual_id, source.now, LAST_DATES)
    if about is None:
        return None
    ids = [order.id for order in about.orders]
    done = await contacts.of_individual(source.tx, about.individual.id)
    timed = await clocks.about(source, about.individual.id)
    staged = await formcards.about(source, about.individual.id)

    def known(id_: int | None) -> Staff | None:
        return about.workers.get(id_ or 0)

    return replace(
        about,
        records=await dates.records(source.tx, [one.appointment.id for one in about.behind]),
        hours=await progress.standing_of(source.service, source.tx, ids, source.service.clock.now()),
        standing=await efforts.histories(source.service, source.tx, ids),
        contacts=tuple(one for one in reversed(done) if one.stands),
        handed=tuple(
            Handed(one.at, known(one.from_id), known(one.to_id)) for one in await cover.changes_of(source.tx, ids)
        ),
        reads=tuple(_known_of(timed)) if timed is not None else (),
        forms=staged.forms if staged is not None else (),
        unconfirmed=staged is not None and bool(staged.unconfirmed),
    )


@loads_one("case_dates")
async def about_dates(source: Source, individual_id: int) -> AboutCase | None:
    """A case with what was recorded of all the dates that it holds."""
    about = await _about(source.tx, individual_id, source.now, MOST_DATES)
    if about is None:
        return None
    return replace(about, records=await dates.records(source.tx, [one.appointment.id for one in about.behind]))


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


async def _about(tx: AsyncConnection, id_: int, now: datetime, most: int) -> AboutCase | None:
    """A person's case at a glance. What only a manager is told (a complaint, say) is left out of it."""
    individual = await people.individual(tx, id_)
    if individual is None:
        return None
    ahead, behind = await dates.appointments_ahead(tx, id_, now), await dates.appointments_behind(tx, id_, now, most)
    known = await appointments.about(tx, {*ahead, *behind})
    return AboutCase(
        individual,
        orders=tuple(await dates.orders_of(tx, id_)),
        workers=await people.everybody_on_staff(tx),
        ahead=tuple(known[one] for one in ahead),
        behind=tuple(known[one] for one in behind if one not in ahead),
        open=tuple(one for one in await items.open_about(tx, id_) if not one.apart),
    )

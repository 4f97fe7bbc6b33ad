"""Sessions whose runner is away then, or has left: somebody is asked to give each to a colleague.

Once when a leave or a last day is entered, and in the digest of the working day before if it still has nobody. Whether
it still has nobody is looked at when each message is sent.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from db import cover as store
from db import dates, outbox, people
from domain import vacant
from domain.days import Span
from domain.outbox import Owed, Subject, To
from domain.people import Staff
from domain.vacant import Vacancy
from usecases import rota
from usecases.service import Work
from usecases.subjects import Source

AHEAD = timedelta(days=366)  # a leave is no longer than a year, and few dates are booked further ahead
MOST_CARDS = 5  # of more than that one message tells, and nobody's phone rings forty times


async def found(source: Source, span: Span, of: int | None = None) -> list[Vacancy]:
    """The sessions of these days that name somebody who is not there then; `of` one member of staff, or of all."""
    everybody = await people.everybody_on_staff(source.tx)
    absent = [one for one in everybody.values() if of in (None, one.id) and _absent(one, span)]
    if not absent:
        return []
    run = await store.run_by(source.tx, [one.id for one in absent], span)
    orders = await dates.orders_by_id(source.tx, {one.order_id for members in run.values() for one in members})
    return [one for one in vacant.vacancies(run, orders, everybody) if one.over_at > source.now]


def _absent(one: Staff, span: Span) -> bool:
    """Whether there can be a day among these on which they are not there."""
    leave = one.leave
    return not one.active_on(span.last) or (leave is not None and span.meets(Span(leave.first, leave.last)))


async def finders(source: Source, vacancies: Iterable[Vacancy]) -> dict[int, list[Vacancy]]:
    """Who is asked about which of these, by id; about dates of a worker with their own people nobody is."""
    roster = await rota.roster(source.service, source.tx)
    asked: dict[int, list[Vacancy]] = {}
    for one in vacancies:
        for id_ in vacant.finders(one, roster) if not one.one_to_one else ():
            asked.setdefault(id_, []).append(one)
    return asked


async def ask(work: Work, vacancies: Sequence[Vacancy]) -> list[int]:
    """Owes word of each to those who can give it to somebody else: a few one by one, of more one message tells.
    Returns who is asked."""
    asked = await finders(work, vacancies)
    for id_, theirs in asked.items():
        step = f"{work.update_id}-{id_}"
        for one in theirs[:MOST_CARDS]:
            about = Subject("choice", one.dates[0].id)
            card = Owed("runner_wanted", about, To.STAFF, work.now, one.over_at, step=step, to_id=id_)
            await outbox.owe(work.tx, card, work.now)
        if theirs[MOST_CARDS:]:
            rest = Owed("runners_wanted", Subject("giving", id_), To.STAFF, work.now, step=step, to_id=id_)
            await outbox.owe(work.tx, rest, work.now)
    return sorted(asked)


async def near(source: Source, until: date) -> Mapping[int, list[int]]:
    """The sessions from today to a day that still have nobody, by who is asked: one date of each."""
    asked = await finders(source, await found(source, Span(source.today, until)))
    return {id_: [one.dates[0].id for one in theirs] for id_, theirs in asked.items()}

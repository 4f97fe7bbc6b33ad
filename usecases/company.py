"""Whom somebody meets who goes to a place: shown to staff before they send anybody there. Reads only."""

from collections.abc import Iterable

from db import company, people
from domain.people import Act, Relation, Staff, may
from domain.places import Company, Offer, Seen
from usecases import access
from usecases.subjects import Source


async def at(source: Source, offer: Offer, staff: Staff, act: Act) -> Company:
    """Who is booked at a place on the day of an offer, and who was asked and may come; by name those who are within
    reach of this member of staff, who is about to do `act`."""
    booked = await company.booked(source.tx, offer.place_id, offer.day)
    asked = await company.asked(source.tx, offer.place_id, offer.day)
    there = {id_ for id_, _ in booked}
    may_come = [(id_, runner) for id_, runner in asked if id_ not in there]
    return Company(await _seen(source, booked, staff, act), await _seen(source, may_come, staff, act))


async def _seen(source: Source, found: Iterable[tuple[int, int | None]], staff: Staff, act: Act) -> Seen:
    """`found`: people, each with whoever runs their day there."""
    runners: dict[int, set[int]] = {}
    for id_, runner in found:
        runners.setdefault(id_, set()).update({runner} if runner is not None else ())
    known = await people.individuals_by_id(source.tx, runners)
    workers = await access.workers_of_each(source.tx, runners, await people.everybody_on_staff(source.tx))
    within = []
    for id_, individual in sorted(known.items(), key=lambda pair: pair[1].case_ref):
        if may(staff, act, Relation(workers[id_], runs_session=staff.id in runners[id_]), source.today):
            within.append(individual)
    return Seen(tuple(within), len(known) - len(within))

"""Gathers what a message may say about its subject, as of now. Reads only."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from domain.about import Facts
from domain.facts import AboutNothing
from domain.outbox import ABOUT_NOTHING, Saying, Subject
from usecases import (  # noqa: F401  (each enters what it knows, when it is imported)
    answers,
    appointments,
    audits,
    cards,
    casecard,
    clocks,
    consenting,
    correcting,
    cover,
    desk,
    digest,
    duty,
    efforts,
    giving,
    glass,
    handing_over,
    holding,
    leaving,
    moderating,
    noting,
    packs,
    papers,
    pausing,
    places,
    progress,
    remarks,
    repairing,
    reports,
    reviewing,
    sessions,
    sittings,
    speakers,
    stand_downs,
    subjects,
    telling,
    texting,
)
from usecases.service import Service


async def load(
    service: Service,
    tx: AsyncConnection,
    sayings: Sequence[Saying],
    now: datetime,
    known: Mapping[Subject, Facts] | None = None,
) -> dict[Subject, Facts]:
    """The facts of each subject that something is said about; one whose row is gone has AboutNothing, and so has one
    of which nothing is said. What is `known` is not gathered again."""
    source = subjects.Reading(service, tx, now)
    found, by_type = dict(known or {}), dict[str, set[int]]()
    for one in (each for each in sayings if each.kind not in ABOUT_NOTHING and each.subject not in found):
        by_type.setdefault(one.subject.type, set()).add(one.subject.id)
    for type_, ids in by_type.items():
        loaded = await subjects.load(source, type_, sorted(ids))
        found |= {Subject(type_, id_): about for id_, about in loaded.items()}
    for add, meant in subjects.additions(sayings):
        found |= await add(source, found, meant)
    return {one.subject: found.get(one.subject, AboutNothing()) for one in sayings}

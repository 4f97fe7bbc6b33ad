"""What is missing on record: one producer of a report's tables. How people can be reached is as it stands now."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db import people
from db import repairs as store
from domain import outcomes, packs, repairs
from domain.outcomes import Line, Period, Table
from domain.people import team_of_youths
from domain.repairs import Repair
from usecases import leaving
from usecases.service import Service


async def tables(service: Service, tx: AsyncConnection, period: Period, now: datetime, least: int) -> tuple[Table, ...]:
    """People on orders that run whom the chat does not reach, or who have no worker. Dates with nothing recorded are
    weighed with all the other dates (`domain/dated.py`)."""
    broken, everybody = await _unreached(service, tx, now)
    behind = {kind.value: refs for kind, refs in broken.items()}
    numbers = {kind.value: len(broken[kind]) for kind in Repair}
    total, *rest = outcomes.ticks(numbers, everybody, _worded(*numbers), least)
    lines = (replace(total, words=("pack.quality_people",)), *rest)
    return (Table(packs.QUALITY, "pack.quality", tuple(_with(line, behind.get(line.code, ())) for line in lines)),)


def _worded(*codes: str) -> dict[str, tuple[str, ...]]:
    return {code: (f"pack.quality_{code}",) for code in codes}


def _with(line: Line, refs: tuple[str, ...]) -> Line:
    return replace(line, behind=refs) if line.count is not None else line


async def _unreached(service: Service, tx: AsyncConnection, now: datetime) -> tuple[dict[Repair, tuple[str, ...]], int]:
    """By what is wrong the case references, as /repairs lists them, and how many people were looked at."""
    youth_team = team_of_youths(await people.everybody_on_staff(tx))
    alone = await leaving.without_worker(tx, service.calendar.day(now))
    found: dict[Repair, list[str]] = {kind: [] for kind in Repair}
    everybody = await store.contacts(tx, youth_team, None)
    for one in everybody:
        for kind in repairs.broken(replace(one, no_worker=one.individual_id in alone), now):
            found[kind].append(one.case_ref)
    return {kind: tuple(refs) for kind, refs in found.items()}, len(everybody)

"""When each job of the clock last ran to its end."""

from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.prepared import Prepared
from db.tables import runs

_JOB = bindparam("job_", type_=runs.c.job.type)
_AGAIN = Prepared(update(runs).where(runs.c.job == _JOB).values(at=bindparam("at")))
_FIRST = Prepared(insert(runs).values(job=_JOB, at=bindparam("at")).inline())
_LAST = Prepared(select(runs.c.at).where(runs.c.job == _JOB))


async def note(tx: AsyncConnection, job: str, now: datetime) -> None:
    if not await _AGAIN.run(tx, job_=job, at=now):
        await _FIRST.run(tx, job_=job, at=now)


async def last(tx: AsyncConnection, job: str) -> datetime | None:
    row = await _LAST.first(tx, job_=job)
    return row.at if row is not None else None

"""When each job of the clock last ran to its end."""

from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.prepared import Prepared
from db.tables import runs

_JOB = bindparam("job_", type_=runs.c.job.type)
_AT = bindparam("at", type_=runs.c.at.type)
_AGAIN = Prepared(update(runs).where(runs.c.job == _JOB).values(at=_AT))
_KNOWN = select(runs.c.job).where(runs.c.job == _JOB).exists()
_FIRST = Prepared(insert(runs).from_select(["job", "at"], select(_JOB, _AT).where(~_KNOWN)))
_LAST = Prepared(select(runs.c.at).where(runs.c.job == _JOB))


async def note(tx: AsyncConnection, job: str, now: datetime) -> None:
    await _AGAIN.later(tx, job_=job, at=now)
    await _FIRST.later(tx, job_=job, at=now)


async def last(tx: AsyncConnection, job: str) -> datetime | None:
    row = await _LAST.first(tx, job_=job)
    return row.at if row is not None else None

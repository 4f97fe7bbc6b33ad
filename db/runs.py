"""When each job of the clock last ran to its end."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.prepared import Prepared, of_each_kind
from db.tables import runs

_JOB = bindparam("job_", type_=runs.c.job.type)
_AT = bindparam("at", type_=runs.c.at.type)


def _noting(insert: Any) -> Prepared:
    """Of two processes that have both begun just now, each may be the first."""
    row = insert(runs).values(job=_JOB, at=_AT)
    return Prepared(row.on_conflict_do_update(index_elements=[runs.c.job], set_={"at": row.excluded.at}))


_NOTED = of_each_kind(_noting)
_LAST = Prepared(select(runs.c.at).where(runs.c.job == _JOB))


async def note(tx: AsyncConnection, job: str, now: datetime) -> None:
    await _NOTED[tx.dialect.name].later(tx, job_=job, at=now)


async def last(tx: AsyncConnection, job: str) -> datetime | None:
    row = await _LAST.first(tx, job_=job)
    return row.at if row is not None else None

"""What the clock does for the house itself."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from db import runs
from usecases.service import Service


async def note_runs(service: Service, jobs: Iterable[str]) -> None:
    """Remembers that these jobs ran to their end."""
    async with service.db.write() as tx:
        for job in jobs:
            await runs.note(tx, job, service.clock.now())


async def last_run(service: Service, job: str) -> datetime | None:
    """When a job last ran to its end."""
    async with service.db.read() as tx:
        return await runs.last(tx, job)


async def overdue(service: Service, job: str, every: timedelta) -> bool:
    """Whether a job has not run for longer than it should: it fell due while nothing was running."""
    before = await last_run(service, job)
    return before is None or before + every < service.clock.now()

"""Several processes on one database: who polls, who runs which job of the clock, and how many there are."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import leases, runs
from usecases.service import Service

POLLER = "poller"
LASTS = timedelta(seconds=30)  # without being renewed: how long after its death others take over from a process
LOOK_SECONDS = 3.0  # between two looks whether a lease has become free
PRESENT_SECONDS = 10.0  # between two signs of life
JOB_LASTS = timedelta(minutes=5)
_PROCESS, _JOB = "process:", "job:"
_LONG_GONE = timedelta(days=1)


class NotOurs(Exception):
    """The lease under which something was begun is another process's by now."""


async def present(service: Service) -> int:
    """Says that this process lives; returns how many do. A SQLite file has one: bot/lock.py sees to that."""
    if service.db.sqlite:
        return 1
    now = service.clock.now()
    async with service.db.write() as tx:
        await leases.take(tx, f"{_PROCESS}{service.process}", service.process, now + LASTS, now)
        await leases.forget(tx, now - _LONG_GONE)
        return await leases.living(tx, _PROCESS, now)


async def poll_until(service: Service) -> datetime | None:
    """Until when this process may poll, if it may: takes the lease, or renews it. None while another process polls."""
    now = service.clock.now()
    if service.db.sqlite:
        return now + LASTS
    async with service.db.write() as tx:
        return now + LASTS if await leases.take(tx, POLLER, service.process, now + LASTS, now) else None


@asynccontextmanager
async def keeping(service: Service, tx: AsyncConnection, polled: bool) -> AsyncIterator[None]:
    """What was polled is kept only by whoever may poll, or it might be kept again after it was dealt with: raises
    NotOurs. Asked first, and heard with whatever is asked next."""
    if service.db.sqlite or not polled:
        yield
        return
    held = leases.reading_held(POLLER, service.process, service.clock.now())
    await held.later(tx)
    yield
    if not await held.heard(tx):
        raise NotOurs(POLLER)


async def stop_polling(service: Service) -> None:
    """Leaves the polling to whoever asks next."""
    async with service.db.write() as tx:
        await leases.give_back(tx, service.process, POLLER)


async def leave(service: Service) -> None:
    """Gives everything back: this process ends."""
    async with service.db.write() as tx:
        await leases.give_back(tx, service.process)


async def begin_job(service: Service, job: str, due_at: datetime) -> bool:
    """Takes a job that fell due then; False if another process is at it, or has done it since."""
    now = service.clock.now()
    async with service.db.write() as tx:
        if not service.db.sqlite and not await leases.take(tx, _JOB + job, service.process, now + JOB_LASTS, now):
            return False
        last = await runs.last(tx, job)
        if last is not None and last >= due_at:
            await leases.give_back(tx, service.process, _JOB + job)
            return False
        return True


async def hold_job(service: Service, job: str) -> None:
    """It takes longer."""
    now = service.clock.now()
    async with service.db.write() as tx:
        await leases.take(tx, _JOB + job, service.process, now + JOB_LASTS, now)


async def end_job(service: Service, job: str) -> None:
    """Leaves the job to whoever it falls due for next."""
    async with service.db.write() as tx:
        await leases.give_back(tx, service.process, _JOB + job)

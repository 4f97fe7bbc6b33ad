"""The clock itself: each periodic job runs when it falls due, in one process at a time, and until it has run."""

import asyncio
from datetime import datetime, timedelta

import structlog

from domain import retrying
from reminders.schedule import Job
from usecases import leasing, upkeep
from usecases.service import Service

log = structlog.get_logger()
LOOK = timedelta(minutes=1)  # the machine may sleep, and its clock may be put right: no wait is trusted for longer
AGAIN = (timedelta(seconds=15), timedelta(minutes=30))  # between two tries of a job that failed
SOON_AGAIN = (timedelta(seconds=15), timedelta(minutes=1))  # of one that hears what people say
INSTANT = timedelta(microseconds=1)


class Ticker:
    """APScheduler's triggers say when. What fell due while nothing ran, or the database was away, is caught up with
    once: a job is due if its trigger has fired since it last ran to its end."""

    def __init__(self, service: Service, jobs: list[Job]) -> None:
        self.service = service
        self.jobs = jobs
        self.moved_at: datetime | None = None

    async def keep_running(self) -> None:
        """Until cancelled. A job that takes long holds up no other."""
        await asyncio.gather(*(self._keep(job) for job in self.jobs))

    async def run(self, *jobs: Job) -> bool:
        """One run of each, with its counts in the log. Whether all ran to their end."""
        ended = [job.name for job in jobs if await self._ends(job)]
        try:
            if ended:
                await upkeep.note_runs(self.service, ended)
        except Exception as error:
            log.error("job_failed", job=", ".join(ended), error=type(error).__name__)
            return False
        return len(ended) == len(jobs)

    async def _ends(self, job: Job) -> bool:
        try:
            counts = await job.run(self.service)
        except Exception as error:
            log.error("job_failed", job=job.name, error=type(error).__name__)
            return False
        log.info("job_ran", job=job.name, **counts)
        return True

    async def _keep(self, job: Job) -> None:
        fails = 0
        while True:
            try:
                wait = await self._run_if_due(job)
                fails = 0
            except Exception as error:
                fails += 1
                wait = retrying.growing(fails, *(SOON_AGAIN if job.hears else AGAIN), dice=0.5)
                log.warning("job_waits", job=job.name, error=type(error).__name__)
            await self._sleep(wait)

    async def _sleep(self, wait: timedelta) -> None:
        until = self.service.clock.now() + wait
        while (now := self.service.clock.now()) < until:
            self.moved_at = now
            await self.service.clock.sleep(min(until - now, LOOK).total_seconds())

    async def _run_if_due(self, job: Job) -> timedelta:
        """Runs it if it has fallen due and nobody else does; returns how long until it falls due next."""
        now = self.moved_at = self.service.clock.now()
        due_at = fires_after(job, await upkeep.last_run(self.service, job.name))
        if due_at is None or due_at <= now:
            await self._run_alone(job, due_at or now)
            due_at = fires_after(job, await upkeep.last_run(self.service, job.name))
        return max((due_at or now) - now, LOOK if due_at is None or due_at <= now else INSTANT)

    async def _run_alone(self, job: Job, due_at: datetime) -> None:
        if not await leasing.begin_job(self.service, job.name, due_at):
            return
        holding = asyncio.create_task(self._hold(job))
        try:
            if not await self.run(job):
                raise JobFailed(job.name)
        finally:
            holding.cancel()
            await leasing.end_job(self.service, job.name)

    async def _hold(self, job: Job) -> None:
        while True:
            await self.service.clock.sleep((leasing.JOB_LASTS / 3).total_seconds())
            await leasing.hold_job(self.service, job.name)


class JobFailed(Exception):
    """It is tried again, after a while that grows."""


def fires_after(job: Job, moment: datetime | None) -> datetime | None:
    """When a job that ran to its end at a moment falls due again; None: it never ran, and is due."""
    if moment is None:
        return None
    fires: datetime = job.trigger.get_next_fire_time(None, moment + INSTANT)
    return fires

"""What it costs to have messages planned that are not due: nothing, however many."""

import asyncio
import math
import pickle
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.job import Job
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.util import datetime_to_utc_timestamp
from sqlalchemy import func, insert, literal, select

from benchmarks import caseload
from bot.clock import SystemClock
from bot.memory import most_bytes
from db import bulk
from db.engine import Database
from db.tables import outbox

DUE = 1_000  # people whose reminder falls due in the end
BEFORE = caseload.EVE - timedelta(hours=4)
FAR = datetime(2027, 6, 1, 17, tzinfo=UTC)
TICKS = 300


@dataclass(frozen=True)
class Cost:
    """Seconds to start, bytes at most, seconds of a tick with nothing due, and of one more message that is due (endless
    if none was sent)."""

    start: float
    memory: int
    idle: float
    due: float


# ── Ours ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def plan(url: str, messages: int) -> None:
    """Brings what is planned to so many: copies of what the importer planned, about other dates, due in summer."""
    asyncio.run(_plan(url, messages))


async def _plan(url: str, messages: int) -> None:
    app = caseload.built(url, "http://127.0.0.1:1", BEFORE)
    while await _copied(app.service.db, messages):
        pass
    await app.service.db.close()


async def _copied(db: Database, messages: int) -> bool:
    """Doubles what is planned, up to a number; whether any was missing."""
    async with db.write() as tx:
        last, planned = (await tx.execute(select(func.max(outbox.c.id), func.count()))).one()
        new = {
            "key": outbox.c.key + literal(f"/{last}"),
            "subject": outbox.c.subject + literal(f"{last}"),
            "due_at": literal(FAR, outbox.c.due_at.type),
            "expires_at": literal(FAR + timedelta(days=1), outbox.c.expires_at.type),
        }
        columns = [column for column in outbox.c if column.name != "id"]
        copies = select(*(new.get(column.name, column) for column in columns)).limit(max(messages - planned, 0))
        await tx.execute(insert(outbox).from_select([column.name for column in columns], copies.order_by(outbox.c.id)))
        return bool(messages > planned)


def ours(url: str, address: str, to_the_end: bool) -> Cost:
    """The real bot: started, idle, and at last, if wanted, with DUE messages to send."""
    return asyncio.run(_ours(url, address, to_the_end))


async def _ours(url: str, address: str, to_the_end: bool) -> Cost:
    began = time.perf_counter()
    app = caseload.built(url, address, BEFORE)
    await app.open()

    tick = app.dispatcher.run
    await tick()
    start = time.perf_counter() - began
    idle, most = await _quickest(tick), most_bytes()
    assert isinstance(app.service.clock, caseload.ShiftedClock)
    app.service.clock.start += caseload.EVE - BEFORE
    began = time.perf_counter()
    if to_the_end:
        await tick()
    due = (time.perf_counter() - began) / DUE if to_the_end else math.inf
    await app.close()
    return Cost(start, most, idle, due)


async def _quickest(tick: Callable[[], Awaitable[object]]) -> float:
    """Whatever else this machine does only adds to a tick."""
    found = []
    for _ in range(TICKS):
        began = time.perf_counter()
        await tick()
        found.append(time.perf_counter() - began)
    return min(found)


# ── One job per reminder ────────────────────────────────────────────────────────────────────────────────────────────


async def remind(appointment: int) -> None:
    """What each job would do: here nothing, not even send."""
    _reminded.append(appointment)


_reminded: list[int] = []


def plan_jobs(url: str, jobs: int) -> None:
    """The very rows that `add_job` writes, only faster."""
    asyncio.run(_plan_jobs(url, jobs))


async def _plan_jobs(url: str, jobs: int) -> None:
    scheduler, store = _scheduler(url)
    scheduler.start(paused=True)
    _store_jobs(scheduler, store, range(jobs), SystemClock().now() + timedelta(days=180))
    scheduler.shutdown()


def _store_jobs(scheduler: Any, store: Any, numbers: range, at: datetime) -> None:
    for part in bulk.chunks(numbers):
        with store.engine.begin() as connection:
            connection.execute(insert(store.jobs_t), [_row(scheduler, n, at) for n in part])


def _row(scheduler: Any, number: int, at: datetime) -> dict[str, object]:
    how = {"executor": "default", "misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    what = {"name": "remind", "func": remind, "args": (number,), "kwargs": {}}
    job = Job(scheduler, str(number), trigger=DateTrigger(at), next_run_time=at, **what, **how)
    state = pickle.dumps(job.__getstate__(), pickle.HIGHEST_PROTOCOL)
    return {"id": job.id, "next_run_time": datetime_to_utc_timestamp(at), "job_state": state}


def _scheduler(url: str) -> tuple[Any, Any]:
    scheduler, store = AsyncIOScheduler(timezone="UTC"), SQLAlchemyJobStore(url)
    scheduler.add_jobstore(store)
    return scheduler, store


def scheduled(url: str, jobs: int, to_the_end: bool) -> Cost:
    """APScheduler alone: started, idle, and at last, if wanted, with DUE more jobs, which are due."""
    return asyncio.run(_scheduled(url, jobs, to_the_end))


async def _scheduled(url: str, jobs: int, to_the_end: bool) -> Cost:
    began = time.perf_counter()
    scheduler, store = _scheduler(url)
    scheduler.start()

    async def tick() -> None:
        scheduler._process_jobs()

    await tick()
    start = time.perf_counter() - began
    idle, most = await _quickest(tick), most_bytes()
    if to_the_end:
        _store_jobs(scheduler, store, range(jobs, jobs + DUE), SystemClock().now())
    began = time.perf_counter()
    while to_the_end and len(_reminded) < DUE:
        await tick()
        await asyncio.sleep(0)
    due = (time.perf_counter() - began) / DUE if to_the_end else math.inf
    scheduler.shutdown()
    return Cost(start, most, idle, due)

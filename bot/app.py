"""Builds the house from its settings, and starts and stops it cleanly."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from telegram.ext import Application
from telegram.request import BaseRequest

import handlers
from bot.receive import AnyApplication, Receiver
from bot.settings import Settings
from db.engine import Database
from db.types import Keyring
from domain.clock import Clock
from messages import access as access_messages  # noqa: F401
from messages import asking as asking_messages  # noqa: F401
from messages import chat, enrolment, individual, register, report, staff  # noqa: F401  (each enters its messages when it is imported)  # noqa: F401
from messages import forms as form_messages  # noqa: F401
from messages import keeping as keeping_messages  # noqa: F401
from messages import locks as lock_messages  # noqa: F401
from messages import talk as talk_messages  # noqa: F401
from messages.compose import Tongue
from messages.limits import Limits
from messages.telegram import Channel
from reminders.dispatch import Dispatcher
from reminders.schedule import Job, jobs
from usecases import danger, forms, unlocking, upkeep
from usecases.service import Service

log = structlog.get_logger()
DAY = timedelta(days=1)


@dataclass
class App:
    """The bot, built. `open` makes it ready to be driven; `run` drives it by the real clock until cancelled."""

    settings: Settings
    service: Service
    application: AnyApplication
    channel: Channel
    tongue: Tongue
    receiver: Receiver
    dispatcher: Dispatcher
    jobs: list[Job]
    _tasks: list[asyncio.Task[Any]] = field(default_factory=list)

    async def open(self) -> None:
        """Learns its own name from Telegram and begins to listen."""
        await self.application.initialize()
        self.tongue.bot = self.application.bot.username
        await self.receiver.start()

    async def close(self) -> None:
        """Finishes what is in hand, then lets go of everything."""
        await self.receiver.stop()
        await self.application.shutdown()
        await self.service.db.close()

    async def run(self) -> None:
        """Serves until cancelled."""
        await self.open()
        scheduler = AsyncIOScheduler(timezone=self.service.calendar.zone)
        for job in self.jobs:
            scheduler.add_job(
                self.run_job, job.trigger, [job], id=job.name, misfire_grace_time=None, coalesce=True, max_instances=1
            )
        dispatching = asyncio.create_task(self.dispatcher.keep_running(), name="dispatcher")
        try:
            for job in self.jobs:
                if job.daily and await upkeep.overdue(self.service, job.name, DAY):
                    await self.run_job(job)
            scheduler.start()
            await dispatching
        finally:
            if scheduler.running:
                scheduler.shutdown(wait=False)
            dispatching.cancel()
            await asyncio.gather(dispatching, return_exceptions=True)
            await self.close()

    async def run_job(self, job: Job) -> None:
        """One run of one job of the clock, with its counts in the log."""
        try:
            counts = await job.run(self.service)
            await upkeep.note_run(self.service, job.name)
            log.info("job_ran", job=job.name, **counts)
        except Exception as error:
            log.error("job_failed", job=job.name, error=type(error).__name__)


def build(settings: Settings, clock: Clock, request: BaseRequest | None = None) -> App:
    """The composition root: nothing here speaks to anybody yet. `request` replaces the network (for the sandbox)."""
    db = Database(settings.database_url, Keyring(settings.secret_key))
    builder = Application.builder().token(settings.token).updater(None).job_queue(None)
    builder = builder.base_url(f"{settings.telegram_url.rstrip('/')}/bot")
    if request is not None:
        builder = builder.request(request).get_updates_request(request)
    else:
        builder = builder.connection_pool_size(20)
    application: AnyApplication = builder.build()
    channel = Channel(application.bot, Limits(clock))
    woken = asyncio.Event()
    service = Service(
        db, clock, settings.calendar(), settings.policy(), forms.read(), woken.set, danger.listen, unlocking.guard
    )
    tongue = Tongue(service.calendar, service.policy)
    dispatcher = Dispatcher(service, channel, tongue, woken)
    handlers.hang(application, service)
    receiver = Receiver(application, service, channel, tongue)
    return App(settings, service, application, channel, tongue, receiver, dispatcher, jobs(service.calendar.zone))

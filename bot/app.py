"""Builds the house from its settings, and starts and stops it cleanly."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.exc import DBAPIError
from starlette.routing import Route
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application
from telegram.request import BaseRequest

import handlers
from bot import callbacks, webhook
from bot.health import Monitor, Moved
from bot.metrics import Measured, Meters
from bot.opening import forms_of
from bot.receive import AnyApplication, Receiver
from bot.settings import Settings
from db.engine import Database
from db.types import Keyring
from domain import retrying
from domain.clock import Clock
from messages import access as access_messages  # noqa: F401
from messages import aftercare as aftercare_messages  # noqa: F401
from messages import answers as answers_messages  # noqa: F401
from messages import asking as asking_messages  # noqa: F401
from messages import assisting as assisting_messages  # noqa: F401
from messages import casecard as case_messages  # noqa: F401
from messages import changes as change_messages  # noqa: F401
from messages import chat, enrolment, individual, register, report, staff  # noqa: F401  (each enters its messages when it is imported)  # noqa: F401
from messages import consenting as consent_messages  # noqa: F401
from messages import correcting as correcting_messages  # noqa: F401
from messages import cover as cover_messages  # noqa: F401
from messages import deciding as deciding_messages  # noqa: F401
from messages import desk as desk_messages  # noqa: F401
from messages import digest as digest_messages  # noqa: F401
from messages import duty as duty_messages  # noqa: F401
from messages import evidence as evidence_messages  # noqa: F401
from messages import failing as failing_messages  # noqa: F401
from messages import files as file_messages  # noqa: F401
from messages import following as following_messages  # noqa: F401
from messages import forms as form_messages  # noqa: F401
from messages import giving as giving_messages  # noqa: F401
from messages import handing_over as handover_messages  # noqa: F401
from messages import hours as hours_messages  # noqa: F401
from messages import keeping as keeping_messages  # noqa: F401
from messages import locks as lock_messages  # noqa: F401
from messages import moderating as moderating_messages  # noqa: F401
from messages import neutral as neutral_messages  # noqa: F401
from messages import noting as noting_messages  # noqa: F401
from messages import offered as offered_messages  # noqa: F401
from messages import offering as offering_messages  # noqa: F401
from messages import outcomes as outcome_messages  # noqa: F401
from messages import packs as pack_messages  # noqa: F401
from messages import papers as paper_messages  # noqa: F401
from messages import places as place_messages  # noqa: F401
from messages import progress as progress_messages  # noqa: F401
from messages import reminding as reminding_messages  # noqa: F401
from messages import repairing as repair_messages  # noqa: F401
from messages import reviewing as review_messages  # noqa: F401
from messages import sending_home as sending_home_messages  # noqa: F401
from messages import standing_down as standing_down_messages  # noqa: F401
from messages import talk as talk_messages  # noqa: F401
from messages import telling as telling_messages  # noqa: F401
from messages import texting as texting_messages  # noqa: F401
from messages import watching as watching_messages  # noqa: F401
from messages.compose import Tongue
from messages.limits import Limits
from messages.notify import Notify
from messages.request import AiohttpRequest
from messages.telegram import Channel
from reminders.dispatch import Dispatcher
from reminders.heartbeat import Heart
from reminders.schedule import Job, jobs
from reminders.ticking import Ticker
from usecases import danger, incoming, leasing, reaching, unlocking
from usecases.service import Service

log = structlog.get_logger()
HEAR_SECONDS = 10.0  # what has not been heard by then is heard while others are served
FINISH_SECONDS, LEAVE_SECONDS = 5.0, 1.0  # within what bot/running.py gives the whole
BETWEEN_STARTS = (timedelta(seconds=1), timedelta(seconds=30))
AT_ONCE = 128  # calls in flight to Telegram: a batch of the outbox, and people who wait for an answer


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
    jobs: list[Job]  # those of each day, which whoever moves the clock by hand plays
    meters: Meters
    heart: Heart
    monitor: Monitor
    ticker: Ticker

    @property
    def callbacks(self) -> list[Route]:
        """The pages to which GOV.UK Notify posts, if text messages are set up."""
        return callbacks.routes(self.settings, self.service, self.dispatcher.notify, self.tongue)

    async def open(self) -> None:
        """Learns its own name from Telegram and begins to listen."""
        await self._patiently("telegram", self.application.initialize)
        self.tongue.bot = self.application.bot.username
        await self._patiently("database", lambda: self.receiver.start(polls=not self.settings.webhook_url))

    async def _patiently(self, whom: str, begin: Callable[[], Awaitable[None]]) -> None:
        """Telegram or the database may be away just while we start: that is waited out."""
        tries = 0
        while True:
            try:
                return await begin()
            except InvalidToken:
                raise
            except (TelegramError, DBAPIError) as error:
                tries += 1
                log.warning("waiting_to_start", on=whom, error=type(error).__name__)
                wait = retrying.growing(tries, *BETWEEN_STARTS, dice=0.5)
                await self.service.clock.sleep(wait.total_seconds())

    async def close(self) -> None:
        """Finishes what is in hand, gives back what it holds, then lets go of everything: within ten seconds."""
        await asyncio.gather(
            _at_most(FINISH_SECONDS, self.receiver.stop()), _at_most(FINISH_SECONDS, self.dispatcher.stop())
        )
        await _at_most(LEAVE_SECONDS, self._leave())
        await self.application.shutdown()
        await self.service.db.close()

    async def _leave(self) -> None:
        await incoming.give_back(self.service)
        await leasing.leave(self.service)

    async def run(self) -> None:
        """Serves until cancelled."""
        await self.open()
        await self._hear_first()
        self.dispatcher.hear_first = self._hear_first
        parts = {  # the dispatcher first
            "dispatcher": self.dispatcher.keep_running(),
            "clock": self.ticker.keep_running(),
            "sharing": self.receiver.keep_sharing(),
            "presence": self._stay_present(),
            "heart": self.heart.keep_beating(),
            "health": self.monitor.keep_serving(self.settings.health_listen),
        }
        if self.settings.webhook_url:
            parts["webhook"] = webhook.keep_serving(self.settings, self.receiver, self.application.bot, self.callbacks)
        elif self.callbacks:
            parts["callbacks"] = callbacks.keep_serving(self.settings, self.callbacks)
        tasks = [asyncio.create_task(part, name=name) for name, part in parts.items()]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
        finally:
            await self._wind_up(tasks)

    async def _wind_up(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        """The dispatcher ends by itself, with what it has in hand; the others are at nothing that matters."""
        dispatching, *others = tasks
        for task in others:
            task.cancel()
        await self.close()
        dispatching.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _hear_first(self) -> None:
        """What was texted while nobody was there may be STOP: it is heard before anything more is sent."""
        if first := [job for job in self.ticker.jobs if job.hears]:
            await _at_most(HEAR_SECONDS, self.run_jobs(*first))

    async def _stay_present(self) -> None:
        """Counts the processes, which share what may be said in a second."""
        while True:
            try:
                self.dispatcher.channel.limits.share(await leasing.present(self.service))
            except Exception as error:
                log.warning("presence_trouble", error=type(error).__name__)
            await self.service.clock.sleep(leasing.PRESENT_SECONDS)

    async def run_jobs(self, *jobs: Job) -> None:
        """One run of each of these jobs of the clock, for whoever moves it by hand."""
        await self.ticker.run(*jobs)


async def _at_most(seconds: float, work: Awaitable[None]) -> None:
    """What does not end in time, or at all, is taken up at the next start."""
    try:
        async with asyncio.timeout(seconds):
            await work
    except Exception as error:
        log.warning("not_finished", error=type(error).__name__)


def _notify(settings: Settings, clock: Clock) -> Notify | None:
    """The way of text messages, if it is set up."""
    if not settings.notify_key:
        return None
    return Notify(clock, settings.notify_key, settings.notify_template, settings.notify_url)


def build(settings: Settings, clock: Clock, request: BaseRequest | None = None, limits: Limits | None = None) -> App:
    """The composition root: nothing here speaks to anybody yet. `request` replaces the network (for the sandbox),
    `limits` how fast we speak."""
    db = Database(settings.database_url, Keyring(settings.secret_key))
    builder = Application.builder().token(settings.token).updater(None).job_queue(None)
    builder = builder.base_url(f"{settings.telegram_url.rstrip('/')}/bot")
    meters = Meters(clock)
    speaking = Measured(request or AiohttpRequest(AT_ONCE), meters)
    hearing = Measured(request or AiohttpRequest(connections=1), meters)  # a long poll never waits for who speaks
    builder = builder.request(speaking).get_updates_request(hearing)
    application: AnyApplication = builder.build()
    limits = limits or Limits(clock, a_second=settings.messages_a_second)
    channel = Channel(application.bot, limits)
    woken = asyncio.Event()
    service = Service(
        db,
        clock,
        settings.calendar(),
        settings.policy(),
        forms_of(settings),
        woken.set,
        danger.listen,
        unlocking.guard,
        incoming.prepare,
        reaching.spoken,
    )
    tongue = Tongue(service.calendar, service.policy)
    notify = _notify(settings, clock)
    dispatcher = Dispatcher(service, Channel(application.bot, limits, unasked=True), tongue, woken, notify)
    handlers.hang(application, service)
    dispatcher.on_settled = meters.settled
    receiver = Receiver(application, service, channel, tongue, hearing)
    meters.updates_taken = lambda: receiver.taken
    loops: dict[str, Moved] = {"dispatcher": lambda: dispatcher.moved_at, "poller": lambda: receiver.moved_at}
    monitor = Monitor(service, meters, loops, application.bot.get_me)
    heart = Heart(service, monitor.able, settings.heartbeat_url)
    daily = jobs(service.calendar.zone)
    ticker = Ticker(service, [*daily, *callbacks.jobs(service, notify, tongue)])
    parts = (application, channel, tongue, receiver, dispatcher, daily, meters, heart, monitor, ticker)
    loops |= {"clock": lambda: ticker.moved_at, "heart": lambda: heart.moved_at}
    return App(settings, service, *parts)

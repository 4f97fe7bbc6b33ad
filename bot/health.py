"""/healthz, /readyz and /metrics: for whoever watches over the machine, on a local port of their own.

`healthz` says whether this process lives: restart it if not. `readyz` says whether it can do its work: restarting does
not help then. Nothing of these tells anything about a person.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram.error import TelegramError

from bot import serving
from bot.metrics import Meters
from bot.settings import OFF
from db import migrate
from usecases import watching
from usecases.service import Service

log = structlog.get_logger()
LATELY = timedelta(minutes=3)  # longer than any loop of ours sleeps, a long poll and a heartbeat's minute included
PATIENCE = 5.0  # seconds for the database to answer

Moved = Callable[[], datetime | None]


@dataclass(frozen=True)
class Monitor:
    """What is looked at. `loops` say when each last moved; None from one that this process does not run now."""

    service: Service
    meters: Meters
    loops: Mapping[str, Moved]
    ask: Callable[[], Awaitable[object]]  # asks Telegram who we are

    def living(self) -> dict[str, bool]:
        """Whether each loop has moved lately."""
        return {name: at is None or self._lately(at) for name, moved in self.loops.items() for at in [moved()]}

    def telegram_lately(self) -> bool:
        """Whether Telegram has answered lately."""
        reached = self.meters.reached_at
        return reached is not None and self._lately(reached)

    def _lately(self, at: datetime) -> bool:
        """What lies ahead was before the clock was put back: nobody knows how long ago."""
        return abs(self.service.clock.now() - at) <= LATELY

    async def ready(self) -> dict[str, bool]:
        """Whether the bot can do its work."""
        stands_at = await self._revision()
        database = {"database": stands_at is not None, "migrations": stands_at == migrate.newest()}
        return {**database, "telegram": self.telegram_lately()}

    async def _revision(self) -> str | None:
        """The migration that the database stands at; None if it does not answer in time."""
        try:
            async with asyncio.timeout(PATIENCE):
                return await watching.revision(self.service)
        except Exception as error:
            log.warning("not_ready", error=type(error).__name__)
            return None

    async def able(self) -> bool:
        """Whether a heartbeat would be true, as far as this process can tell. In a quiet night Telegram is asked."""
        if not self.telegram_lately():
            await self._ask()
        return self.telegram_lately() and all(self.living().values())

    async def _ask(self) -> None:
        try:
            await self.ask()
        except TelegramError as error:
            log.warning("telegram_does_not_answer", error=type(error).__name__)

    def pages(self) -> Starlette:
        """The three of them."""

        async def healthz(_: Request) -> Response:
            return _told(self.living())

        async def readyz(_: Request) -> Response:
            return _told(await self.ready())

        async def metrics(_: Request) -> Response:
            page = self.meters.page(await watching.figures(self.service))
            return Response(page, headers={"Content-Type": CONTENT_TYPE_LATEST})

        return Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)])

    async def keep_serving(self, listen: str) -> None:
        """Until cancelled. A port that is taken is no reason to stop reminding people."""
        if listen == OFF:
            return
        host, _, port = listen.rpartition(":")
        try:
            async with serving.served(self.pages(), host, int(port)) as bound:
                log.info("health_pages", address=f"http://{host}:{bound}")
                await asyncio.Event().wait()
        except OSError as error:
            hint = "Set MINDER_HEALTH_LISTEN to another address, or to off."
            log.error("no_health_pages", address=listen, error=type(error).__name__, hint=hint)


def _told(checks: Mapping[str, bool]) -> Response:
    return JSONResponse(dict(checks), status_code=200 if all(checks.values()) else 503)

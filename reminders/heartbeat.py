"""The dead man's switch: each minute the bot notes that it can do its work, and calls an address of the council's
choice. Its silence is the alarm: whoever waits for the call hears of a bot that cannot speak for itself."""

from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from aiohttp import ClientSession, ClientTimeout

from usecases import heartbeat, watching
from usecases.service import Service

log = structlog.get_logger()
EVERY = 60.0  # seconds
PATIENCE = ClientTimeout(total=10.0)


class Heart:
    """Beats only while the database can be written, Telegram answers, nothing that is due waits for too long, and a
    manager can be told: who watches from outside is the only one left to hear of a service without one.

    A loop of its own and no job of the clock: only `App.run` starts it (docs/adr/0005-periodic-jobs.md).
    """

    def __init__(self, service: Service, able: Callable[[], Awaitable[bool]], address: str) -> None:
        self.service = service
        self.alive_since: datetime = service.clock.now()
        self.moved_at: datetime | None = None
        self._able = able
        self._address = address

    async def keep_beating(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.beat()
            except Exception as error:  # the database is away, say: that is what the silence tells
                log.error("heartbeat_failed", error=type(error).__name__)
            self.moved_at = self.service.clock.now()
            await self.service.clock.sleep(EVERY)

    async def beat(self) -> bool:
        """One beat; False if the bot cannot do its work."""
        if not await self._able():
            log.warning("no_heartbeat", why="Telegram does not answer, or a loop stands still")
            return False
        if not await watching.beat(self.service, self.alive_since):
            log.warning(
                "no_heartbeat", why="something has been due, or unanswered, for too long, or Telegram takes nothing"
            )
            return False
        if not await heartbeat.somebody_in_charge(self.service):
            log.warning("no_heartbeat", why="no manager can be told anything: see `minder doctor`")
            return False
        await self._call()
        return True

    async def _call(self) -> None:
        """The address may hold a key: it is never logged."""
        if not self._address:
            return
        try:
            async with ClientSession(timeout=PATIENCE) as session, session.get(self._address) as answer:
                if answer.status >= 400:
                    log.warning("heartbeat_not_taken", status=answer.status)
        except Exception as error:
            log.warning("heartbeat_not_taken", error=type(error).__name__)

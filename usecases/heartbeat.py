"""Whether the bot has been heard of lately. It leans on little: cron asks every minute."""

from datetime import timedelta

from db import runs, watching
from usecases.service import Service

NAME = "heartbeat"  # its name among the jobs of the clock
SILENT = timedelta(minutes=2)  # after which somebody who watches should look (issue: reminders)


async def silent(service: Service) -> bool:
    """Whether the last heartbeat is too long ago, or there has never been one. One that is ahead of a clock that was
    put back is not recent either: a bot that lives beats again within a minute."""
    async with service.db.read() as tx:
        last = await runs.last(tx, NAME)
    return last is None or abs(service.clock.now() - last) > SILENT


async def somebody_in_charge(service: Service) -> bool:
    """Whether a manager can be told anything: with none, an alert that nobody takes on would end nowhere."""
    async with service.db.read() as tx:
        return await watching.managers_linked(tx, service.calendar.day(service.clock.now())) > 0

"""Ten thousand reminders that are due, against a bare loop of `bot.send_message`."""

import asyncio
import time
from collections.abc import Iterator

from sqlalchemy import func, select
from telegram import Bot
from telegram.request import HTTPXRequest

from benchmarks import caseload
from benchmarks.standin import TOKEN
from bot.collecting import collect_seldom
from db.tables import deliveries, outbox
from domain.outbox import Status

TEXT = "Tomorrow, Wed 25 Nov, 9:30: your date at Millbank yard. It is there until 15:30. Can you come?"


def drain(url: str, address: str) -> tuple[int, float]:
    """How many messages the real dispatcher sent, and in how many seconds."""
    return asyncio.run(_drain(url, address))


async def _drain(url: str, address: str) -> tuple[int, float]:
    app = caseload.built(url, address, caseload.EVE)
    await app.application.initialize()
    began = time.perf_counter()
    await app.dispatcher.run()
    seconds = time.perf_counter() - began
    async with app.service.db.read() as tx:
        sent = (await tx.execute(select(func.count()).select_from(deliveries))).scalar_one()
        due = select(func.count()).where(outbox.c.due_at <= caseload.EVE, outbox.c.status != Status.SENT)
        unsent = (await tx.execute(due)).scalar_one()
    if unsent:
        raise RuntimeError(f"{unsent} messages were due and have not been sent")
    await app.application.shutdown()
    await app.service.db.close()
    return sent, seconds


def loop(address: str, messages: int, at_once: int) -> float:
    """Messages a second of the library alone, so many calls in flight."""
    return asyncio.run(_loop(address, messages, at_once))


async def _loop(address: str, messages: int, at_once: int) -> float:
    collect_seldom()  # at its best, as ours
    chats = iter(range(caseload.FIRST_CHAT, caseload.FIRST_CHAT + messages))
    async with Bot(TOKEN, base_url=f"{address}/bot", request=HTTPXRequest(connection_pool_size=at_once)) as bot:
        began = time.perf_counter()
        await asyncio.gather(*(_send(bot, chats) for _ in range(at_once)))
        return messages / (time.perf_counter() - began)


async def _send(bot: Bot, chats: Iterator[int]) -> None:
    for chat in chats:
        await bot.send_message(chat, TEXT)

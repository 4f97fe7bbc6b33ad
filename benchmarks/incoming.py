"""Ten thousand taps on *I'll be there* from a thousand chats.

The plain alternative is a bare bot that answers each tap and edits its message, and remembers nothing.
"""

import asyncio
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select
from telegram import Update
from telegram.ext import Application, CallbackQueryHandler, ContextTypes

from benchmarks import caseload, standin
from benchmarks.standin import TOKEN
from bot.collecting import collect_seldom
from db.tables import appointments, inbox, orders, replies
from domain.appointments import Answer
from messages.actions.individual import Say
from messages.request import AiohttpRequest

WHEN = caseload.EVE - timedelta(hours=4)  # nothing is due
TEXT = "Thanks. See you tomorrow, Wed 25 Nov, 9:30."


@dataclass(frozen=True)
class Served:
    """How fast updates were answered, from the first getUpdates to the last edit, and how many overtook another."""

    rate: float
    overtaken: int


def taps(url: str) -> list[dict[str, Any]]:
    """One tap on each date of everybody: each chat's in order, the chats in a mixed order that is always the same."""
    return asyncio.run(_taps(url))


async def _taps(url: str) -> list[dict[str, Any]]:
    app = caseload.built(url, "http://127.0.0.1:1", WHEN)
    mine = select(orders.c.individual_id, appointments.c.id).join(orders, orders.c.id == appointments.c.order_id)
    waiting: dict[int, list[int]] = defaultdict(list)
    async with app.service.db.read() as tx:
        for individual, appointment in await tx.execute(mine.order_by(appointments.c.id.desc())):
            waiting[individual].append(appointment)
    await app.service.db.close()
    chats = dict(zip(sorted(waiting), range(caseload.FIRST_CHAT, caseload.FIRST_CHAT + len(waiting)), strict=True))
    turns = [individual for individual, theirs in waiting.items() for _ in theirs]
    random.Random(1).shuffle(turns)
    return [_tap(number, chats[one], waiting[one].pop()) for number, one in enumerate(turns, 1)]


def _tap(number: int, chat: int, appointment: int) -> dict[str, Any]:
    person = {"id": chat, "first_name": "Sam"}
    message = {
        "message_id": number,
        "date": 1795000000,
        "chat": {**person, "type": "private"},
        "from": standin.BOT,
        "text": "Can you come?",
    }
    query = {
        "id": str(number),
        "from": {**person, "is_bot": False},
        "message": message,
        "chat_instance": str(chat),
        "data": Say(appointment, 1, Answer.COMING).pack(),
    }
    return {"update_id": number, "callback_query": query}


def ours(url: str, address: str, updates: Sequence[dict[str, Any]]) -> Served:
    """The real bot: each tap through the inbox and its use case."""
    return asyncio.run(_ours(url, address, updates))


async def _ours(url: str, address: str, updates: Sequence[dict[str, Any]]) -> Served:
    app = caseload.built(url, address, WHEN)
    standin.forget(address)
    standin.queue(address, updates)
    await app.open()
    await asyncio.to_thread(standin.wait_for, address, "editMessageText", len(updates))
    await app.receiver.stop()
    async with app.service.db.read() as tx:
        kept = (await tx.execute(select(func.count()).select_from(replies))).scalar_one()
        left = (await tx.execute(select(func.count()).select_from(inbox))).scalar_one()
    await app.close()
    if (kept, left) != (len(updates), 0):
        raise RuntimeError(f"{len(updates)} taps had {kept} effects, and {left} are left in the inbox")
    served = _served(address, updates)
    if served.overtaken:
        raise RuntimeError(f"{served.overtaken} updates overtook another of their chat")
    return served


def bare(address: str, updates: Sequence[dict[str, Any]], at_once: int, our_request: bool = False) -> Served:
    """The library alone, so many updates at once."""
    return asyncio.run(_bare(address, updates, at_once, our_request))


async def _bare(address: str, updates: Sequence[dict[str, Any]], at_once: int, our_request: bool) -> Served:
    collect_seldom()  # at its best, as ours
    builder = Application.builder().token(TOKEN).base_url(f"{address}/bot").job_queue(None)
    if our_request:
        builder = builder.request(AiohttpRequest(at_once)).get_updates_request(AiohttpRequest(1))
    app = builder.concurrent_updates(at_once).build()
    app.add_handler(CallbackQueryHandler(_answer))
    standin.forget(address)
    standin.queue(address, updates)
    assert app.updater is not None
    async with app:
        await app.updater.start_polling()
        await app.start()
        await asyncio.to_thread(standin.wait_for, address, "editMessageText", len(updates))
        await app.updater.stop()
        await app.stop()
    return _served(address, updates)


async def _answer(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    assert update.callback_query is not None
    await update.callback_query.answer()
    await update.callback_query.edit_message_text(TEXT)


def _served(address: str, updates: Sequence[dict[str, Any]]) -> Served:
    calls = standin.calls(address)
    began = next(at for name, _, _, at in calls if name == "getUpdates")
    edits = [(chat, message, at) for name, chat, message, at in calls if name == "editMessageText"]
    if len(edits) != len(updates):
        raise RuntimeError(f"{len(updates)} taps were answered {len(edits)} times")
    order: dict[int, list[int]] = defaultdict(list)
    for chat, message, _ in edits:
        order[chat].append(message)
    overtaken = sum(later < earlier for theirs in order.values() for earlier, later in pairwise(theirs))
    return Served(len(updates) / (edits[-1][2] - began), overtaken)

"""From due to sent, while messages fall due steadily: the whole bot, its own limits on."""

import asyncio
import time
from datetime import timedelta

from sqlalchemy import bindparam, select, update

from benchmarks import caseload, standin
from db.tables import outbox

A_SECOND = 20
LEAD = timedelta(seconds=3)  # the bot is up before the first falls due


def waits(url: str, address: str) -> list[float]:
    """For each message, the seconds between the moment it was due and its arrival at Telegram."""
    return asyncio.run(_waits(url, address))


async def _waits(url: str, address: str) -> list[float]:
    app = caseload.built(url, address, caseload.EVE, limited=True)
    first = caseload.EVE + LEAD
    gap = timedelta(seconds=1) / A_SECOND
    async with app.service.db.write() as tx:
        query = select(outbox.c.id).where(outbox.c.due_at <= caseload.EVE).order_by(outbox.c.individual_id)
        ids = (await tx.execute(query)).scalars().all()  # in the order of their chats
        change = update(outbox).where(outbox.c.id == bindparam("row")).values(due_at=bindparam("due"))
        await tx.execute(change, [{"row": id_, "due": first + n * gap} for n, id_ in enumerate(ids)])
    standin.forget(address)
    due = time.monotonic() + (first - app.service.clock.now()).total_seconds()
    running = asyncio.create_task(app.run())
    await asyncio.to_thread(standin.wait_for, address, "sendMessage", len(ids))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    sent = {chat: at for name, chat, _, at in standin.calls(address) if name == "sendMessage"}
    if len(sent) != len(ids):
        raise RuntimeError(f"{len(ids)} messages fell due and {len(sent)} were sent")
    return [at - (due + (chat - caseload.FIRST_CHAT) * gap.total_seconds()) for chat, at in sent.items()]

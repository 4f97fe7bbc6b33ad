"""A chat that Telegram cannot reach: its worker is told once, and it heals by itself when somebody speaks from it."""

from sqlalchemy.ext.asyncio import AsyncConnection

from db import items as store
from db import people
from domain.compliance import Kind
from usecases import items
from usecases.service import Service, Work


async def lost(service: Service, tx: AsyncConnection, chat: int) -> None:
    """Blocked, or the account is gone. Of an individual on an active order who has not said stop, the worker hears:
    once, whoever finds out first, and not of a phone that another has taken the place of."""
    now = service.clock.now()
    if not await people.lose_chat(tx, chat, now):
        return
    here = await people.chat(tx, chat)
    if here is None or here.individual_id is None:
        return
    linked = await people.linked_chat(tx, here.individual_id, None)
    if linked is None or linked.id != chat:
        return
    individual = await people.individual(tx, here.individual_id)
    order = await items.order_to_speak_about(tx, here.individual_id)
    if individual is None or individual.stopped or order is None or not order.active:
        return
    once = f"{Kind.UNREACHABLE}:{chat}:{now.timestamp()}"
    await items.raise_item(service, tx, Kind.UNREACHABLE, once, individual.id, order)


async def spoken(work: Work) -> None:
    """Somebody speaks from a chat that could not be reached."""
    if work.individual is not None:
        await found(work.service, work.tx, work.individual.id)


async def found(service: Service, tx: AsyncConnection, individual_id: int) -> None:
    """An individual can be reached again, on this phone or another: nobody has to look into it any more."""
    item = await store.open_of(tx, Kind.UNREACHABLE, individual_id, None)
    if item is not None:
        await items.conclude(service, tx, item)

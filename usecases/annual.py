"""The figures of the annual return, and the hours outstanding: one producer of a report's tables."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db import served as store
from domain import annual
from domain.outcomes import Period, Table
from usecases import progress
from usecases.service import Service


async def tables(service: Service, tx: AsyncConnection, period: Period, now: datetime, least: int) -> tuple[Table, ...]:
    """Orders and hours imposed, hours worked by type of work, how orders ended, what is outstanding now."""
    imposed = await store.orders_imposed(tx, period.first, period.last)
    return (
        *annual.of_orders(imposed, await store.orders_ended(tx, period.first, period.last), least),
        *annual.worked(await store.dates_between(tx, period.first, period.last), least),
        await outstanding(service, tx, least),
    )


async def outstanding(service: Service, tx: AsyncConnection, least: int) -> Table:
    """What is left to do on orders that run, as the books stand now."""
    running = await store.orders_with_hours(tx)
    books = await progress.of_orders(service, tx, [one.id for one in running])
    return annual.outstanding(books, {one.id: one.ref for one in running}, await store.in_breach(tx), least)

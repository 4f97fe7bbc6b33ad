"""Whether the service did what it had promised in a period: one producer of a report's tables."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db import served as store
from domain import served
from domain.outcomes import Period, Table
from usecases.service import Service


async def tables(service: Service, tx: AsyncConnection, period: Period, now: datetime, least: int) -> tuple[Table, ...]:
    """Hours let go, sessions run as promised, dates missed and why absences were accepted, more time asked for."""
    dates = await store.dates_between(tx, period.first, period.last)
    extensions = await store.extensions_between(tx, period.first, period.last)
    return served.figures(dates, extensions, now, least)

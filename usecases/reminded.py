"""Did the reminders work? Dates that were missed, by what was said ahead of them: one producer of a report's tables."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import reminded as store
from db import served
from domain import reminded
from domain.outcomes import Period, Table
from domain.reminded import Reminded, Said
from usecases.service import Service

A_YEAR = timedelta(days=365)


async def tables(service: Service, tx: AsyncConnection, period: Period, now: datetime, least: int) -> tuple[Table, ...]:
    """Missed rates by reminder and by answer in the period; and since the reminders began, as far as the period goes,
    against the year before they did. Nothing of a period before that."""
    live = await store.went_live(tx)
    if live is None or period.last < live:
        return ()
    before = await _dates(tx, Period(live - A_YEAR, live - timedelta(days=1)), now)
    known = [one for one in await _dates(tx, period, now) if one.day >= live]
    return reminded.tables([*before, *known], live, least)


async def _dates(tx: AsyncConnection, period: Period, now: datetime) -> list[Reminded]:
    sent = await store.sent_ahead(tx, period.first, period.last)
    said = await store.said_ahead(tx, period.first, period.last)
    return [
        Reminded(
            one.ref,
            one.kind,
            one.day,
            one.outcome,
            reminded.state_of(sent.get(one.id)),
            said.get(one.id, Said.NOTHING),
        )
        for one in await served.dates_between(tx, period.first, period.last)
        if one.outcome is not None and one.starts_at <= now
    ]

"""What is on record of a period's dates: read once, and weighed for whoever reads the figures."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import reminded as ahead
from db import reports, served
from domain import dated, reminded
from domain.dated import Dates
from domain.outcomes import Period, Table
from domain.packs import Audience, Kind, figures
from domain.reminded import Reminded, Said
from domain.served import Served
from usecases import signed
from usecases.service import Service

A_YEAR = timedelta(days=365)


async def read(tx: AsyncConnection, period: Period, now: datetime) -> Dates:
    """Every date of a period, and what was said ahead of it since the reminders began; of a period that is not over by
    then also the year before they did, to hold against it."""
    live = await ahead.went_live(tx)
    told = live is not None and period.last >= live
    mine = await served.dates_between(tx, period.first, period.last)
    compared: list[Reminded] = []
    if live is not None and told:
        before = Period(live - A_YEAR, live - timedelta(days=1))
        compared = await _reminded(tx, before, await served.dates_between(tx, before.first, before.last), now)
        compared += [one for one in await _reminded(tx, period, mine, now) if one.day >= live]
    return Dates(
        held=tuple(await reports.appointments_between(tx, period.first, period.last)),
        served=tuple(mine),
        reminded=tuple(compared),
        live=live if told else None,
        asked=tuple(await served.extensions_between(tx, period.first, period.last)),
    )


async def _reminded(tx: AsyncConnection, period: Period, dates: list[Served], now: datetime) -> list[Reminded]:
    sent = await ahead.sent_ahead(tx, period.first, period.last)
    said = await ahead.said_ahead(tx, period.first, period.last)
    return [
        Reminded(
            one.ref,
            one.kind,
            one.day,
            one.outcome,
            reminded.state_of(sent.get(one.id)),
            said.get(one.id, Said.NOTHING),
        )
        for one in dates
        if one.outcome is not None and one.starts_at <= now
    ]


async def what_became(service: Service, tx: AsyncConnection, period: Period, now: datetime) -> Table:
    """For the chat, of any days: of a quarter the same lines as in its pack, of a year none that its pack has not."""
    least = service.policy.hide_under
    held = await reports.appointments_between(tx, period.first, period.last)
    found, untold = dated.what_became(held, now, least), set[str]()
    for one in period.quarters if period.is_year else ():
        kept = (await signed.figures(tx, Kind.QUARTER, one)).get(Audience.STAFF)
        theirs = [date for date in held if one.first <= date.day <= one.last]
        shown = kept if kept is not None else figures([dated.what_became(theirs, now, least)])
        untold |= {key for key, line in shown.items() if line.count is None}
    return dated.as_its_quarters(found, untold) if untold else found

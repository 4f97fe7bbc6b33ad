"""Each night: what was answered at the end loses its person, as soon as nothing needs the tie any more.

Of a person under a legal hold nothing is cut and nothing deleted until it is lifted.
"""

import secrets
from collections import Counter
from datetime import time

from sqlalchemy.ext.asyncio import AsyncConnection

from db import parting, quotes
from domain.moderating import ASK_FOR
from domain.outcomes import Period
from domain.parting import Ending, ending
from usecases import neutral
from usecases.service import Service

BATCH = 50  # forms in one transaction: a running bot waits no longer than that takes


async def each_night(service: Service) -> dict[str, int]:
    """Silence of whoever was shown their words becomes a no; then all that is over is settled, in random order."""
    now = service.clock.now()
    lapsed = quotes.lapsing(now - ASK_FOR)
    async with service.db.write() as tx:
        await lapsed.later(tx)
        await neutral.give_up_words(service, tx)
        over = await _over(service, tx)
    counts: Counter[str] = Counter(quotes_lapsed=lapsed.found)
    secrets.SystemRandom().shuffle(over)
    for start in range(0, len(over), BATCH):
        async with service.db.write() as tx:
            for end, how in over[start : start + BATCH]:
                counts[f"settled_{how}"] += await _settle(service, tx, end, how)
    return {name: count for name, count in counts.items() if count}


async def _over(service: Service, tx: AsyncConnection) -> list[tuple[parting.Sat, Ending]]:
    now, found = service.clock.now(), []
    for end in await parting.ends(tx):
        how = ending(end.end, await quotes.of_form(tx, end.form_id), now)
        if how is not None:
            found.append((end, how))
    return found


async def _settle(service: Service, tx: AsyncConnection, end: parting.Sat, how: Ending) -> bool:
    earlier = await parting.before(tx, end)
    start = None if how is Ending.WITHDRAWN else _start(end, earlier)
    pairs = _pairs(service, start.ref) if start is not None else {}
    starts = await parting.answers_to(tx, start.form_id, pairs) if start is not None else {}
    kept = parting.Settled(how, start.ref if start is not None else "", starts)
    written = await parting.settle(tx, end, kept)
    await parting.delete_forms(tx, [one.form_id for one in earlier])
    today = service.calendar.day(service.clock.now())
    quarter = service.calendar.at(Period.quarter(today).first, time())
    await parting.cut(tx, [end.id, *(one.id for one in earlier)], quarter)
    await parting.forget_needs(tx, end.individual_id)
    return written


def _start(end: parting.Sat, earlier: list[parting.Sat]) -> parting.Sat | None:
    """What was answered at the start of this order, or of another that this form stands for."""
    finished = [
        one
        for one in earlier
        if one.occasion == "start" and one.end.finished_at is not None and one.end.withdrawn_at is None
    ]
    return min(finished, key=lambda one: one.order_id != end.order_id, default=None)


def _pairs(service: Service, ref: str) -> dict[str, str]:
    """The paired questions of a form, with the names of their pairs."""
    form = service.forms.definitions.get(ref)
    return {one.id: one.pair for one in form.questions if one.pair is not None} if form is not None else {}

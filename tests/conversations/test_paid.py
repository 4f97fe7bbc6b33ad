"""Above thirty messages a second Telegram charges: whoever sets that pays for what nobody asked for, and only then."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from telegram.request import RequestData

from db import outbox, people, tables
from domain.outbox import Owed, Subject, To
from sandbox.clock import MovableClock
from sandbox.limits import Limits
from sandbox.server import Telegram
from sandbox.town import Town
from sandbox.transport import SandboxRequest
from tests.conversations.conftest import LONGEST_POLL, MONDAY, SETTINGS

MANY = 300


class Counted(SandboxRequest):
    """Knows of each message when it was sent, and whether it was to be paid for."""

    def __init__(self, telegram: Telegram, clock: MovableClock) -> None:
        super().__init__(telegram)
        self.clock = clock
        self.sent: list[tuple[datetime, bool]] = []

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *args: Any, **how: Any
    ) -> tuple[int, bytes]:
        if url.endswith("/sendMessage"):
            given = request_data.parameters if request_data is not None else {}
            self.sent.append((self.clock.now(), bool(given.get("allow_paid_broadcast"))))
        return await super().do_request(url, method, request_data, *args, **how)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("a_second", "paid"), [(30, False), (100, True)])
async def test_what_goes_out_in_a_second_is_what_the_council_pays_for(
    database_url: str, a_second: int, paid: bool
) -> None:
    clock = MovableClock(MONDAY)
    telegram = Telegram(clock, limits=Limits(overall=1000, overall_burst=1000), longest_poll=LONGEST_POLL, seed=1)
    token = telegram.add_bot("Dates", "dates_bot").token
    set_ = {"token": token, "database_url": database_url, "messages_a_second": a_second}
    wire = Counted(telegram, clock)
    town = await Town.found(telegram, SETTINGS.model_copy(update=set_), clock, wire)
    service, told = town.app.service, [telegram.add_person(f"P{n}", started=True) for n in range(MANY)]
    async with service.db.write() as tx:
        await tx.execute(tables.individuals.insert().values(case_ref="C1", first_name="Sam"))
        for one in told:
            await people.link_chat(tx, one.id, service.db.keys.hash(one.id), clock.now(), language="en")
        for chat in (await tx.execute(select(tables.chats.c.id))).scalars().all():
            owed = Owed("not_sent", Subject("individual", 1), To.CHAT, clock.now(), step=str(chat), to_id=chat)
            await outbox.owe(tx, owed, clock.now())
    await town.settle()
    assert {one for _, one in wire.sent} == {paid}
    assert [len(one.chat) for one in told] == [1] * MANY
    began, ended = wire.sent[0][0], wire.sent[-1][0]
    assert (MANY / a_second - 1) * 0.9 < (ended - began).total_seconds() < MANY / a_second * 1.1
    within = Counter((at - began) // timedelta(seconds=1) for at, _ in wire.sent)
    assert max(within.values()) <= a_second * 1.1
    wire.sent.clear()
    told[0].say("/help")
    await town.settle()
    assert [one for _, one in wire.sent] == [False], "whoever asked is answered without"
    await town.close()

"""A made-up caseload, read by the real importer: so its messages are planned by the real rules."""

import asyncio
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert, select

from benchmarks.standin import TOKEN
from bot import app, logs, settings
from bot.app import App
from bot.collecting import collect_seldom
from bot.settings import Settings
from db import tables
from domain.imports import File
from messages.limits import Limits
from usecases import imports

SECRET = "a secret key for benchmarks only, 32 characters and more"
BOOKED = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday in winter: wall time in Scotland is UTC
FIRST_DAY = date(2026, 11, 25)
EVE = datetime(2026, 11, 24, 18, 0, 1, tzinfo=UTC)  # the reminders of the first day have just fallen due
FIRST_CHAT = 1_000_001
UNLIMITED = 10**9  # messages a second


@dataclass
class ShiftedClock:
    """Begins at a moment of our choice and goes on at the pace of this machine's monotonic clock."""

    start: datetime
    began: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    def now(self) -> datetime:
        return self.start + timedelta(seconds=asyncio.get_running_loop().time() - self.began)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _Nowhere(io.StringIO):
    """Log lines are made, and kept by nobody."""

    def write(self, words: str) -> int:
        return len(words)


def read_settings(url: str, address: str) -> Settings:
    """What a council would set for this database and this Telegram."""
    return settings.check(
        {
            "MINDER_TOKEN": TOKEN,
            "MINDER_SECRET_KEY": SECRET,
            "MINDER_DATABASE_URL": url,
            "MINDER_TELEGRAM_URL": address,
        }
    )


def built(url: str, address: str, now: datetime, limited: bool = False) -> App:
    """The real bot, as `minder run` has it, without limits of its own on how fast it speaks unless `limited`."""
    logs.to_stream(_Nowhere())
    collect_seldom()
    clock = ShiftedClock(now)
    limits = None if limited else Limits(clock, per_chat=timedelta(), a_second=UNLIMITED)
    return app.build(read_settings(url, address), clock, limits=limits)


def files(people: int, dates_each: int) -> Mapping[str, str]:
    """A case system's export: each person with one order, and dates on working days one after another."""
    days = [day for n in range(dates_each * 2 + 7) if (day := FIRST_DAY + timedelta(days=n)).weekday() < 5]
    persons = range(people)
    return {
        "staff": "staff_ref,name,roles\nKM1,Kirsty,case_manager\n",
        "places": "place_ref,nickname\nYARD,Millbank yard\n",
        "individuals": "\n".join(["case_ref,first_name", *(f"C{n},Sam" for n in persons)]),
        "orders": "\n".join(
            [
                "order_ref,case_ref,imposed_on,requirements,hours,case_manager_ref",
                *(f"O{n},C{n},2026-03-02,unpaid_work,100,KM1" for n in persons),
            ]
        ),
        "appointments": "\n".join(
            [
                "appointment_ref,order_ref,kind,date,start,end,place_ref,staff_ref",
                *(
                    f"A{n}-{k},O{n},unpaid_work,{days[k]},09:30,15:30,YARD,KM1"
                    for n in persons
                    for k in range(dates_each)
                ),
            ]
        ),
    }


def make(url: str, people: int, dates_each: int) -> None:
    """Imports it, and links everybody's chat: FIRST_CHAT and those that follow."""
    asyncio.run(_make(url, people, dates_each))


async def _make(url: str, people: int, dates_each: int) -> None:
    made = built(url, "http://127.0.0.1:1", BOOKED)
    exported = [File(f"{kind}.csv", text.encode()) for kind, text in files(people, dates_each).items()]
    report = await imports.run(made.service, exported, False, lambda *_: None)
    if report.problems:
        raise RuntimeError(str(report.problems[0]))
    await _link_everybody(made)
    await made.service.db.close()


async def _link_everybody(made: App) -> None:
    db, now = made.service.db, made.service.clock.now()
    async with db.write() as tx:
        ids = (await tx.execute(select(tables.individuals.c.id).order_by(tables.individuals.c.id))).scalars()
        rows = [
            {
                "chat_id": str(chat),
                "chat_hash": db.keys.hash(chat),
                "individual_id": id_,
                "language": "en",
                "linked_at": now,
            }
            for chat, id_ in enumerate(ids, FIRST_CHAT)
        ]
        await tx.execute(insert(tables.chats), rows)

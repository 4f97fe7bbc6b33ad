"""A caseload that is owed one reminder each, of one date or of two, spread over the time of the siege."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from db import outbox, people, tables
from db.engine import Database
from domain.clock import Clock
from domain.outbox import Owed, Subject, To
from sandbox.people import Person
from sandbox.server import Telegram

OFFICERS = 12
BLOCKED, REFUSED = 31, 17  # every so manieth has blocked the bot; every so manieth chat takes no message at all
TWO_DATES = 3  # every so manieth is to be told of two dates, in one message
FIRST_DUE = timedelta(seconds=1)
APPOINTMENT_AFTER, SECOND_AFTER = timedelta(days=1, hours=4), timedelta(days=1, hours=5)


@dataclass(frozen=True)
class Owing:
    """One individual, their phone, and the dates that they are to be reminded of. `refusal`: why it cannot be told."""

    person: Person
    individual_id: int
    appointments: tuple[int, ...]
    times: tuple[str, ...]
    refusal: str = ""

    @property
    def appointment_id(self) -> int:
        """The date that they answer about."""
        return self.appointments[0]


async def write(database: Database, telegram: Telegram, clock: Clock, count: int, spread: timedelta) -> list[Owing]:
    """`count` individuals under a dozen linked officers; a third of the reminders are due, the others fall due evenly
    over `spread`."""
    async with database.write() as tx:
        officers = [await _officer(tx, database, telegram, clock, number) for number in range(OFFICERS)]
        await _row(tx, tables.staff, ref="DUTY1", name="Dee Gunn", roles="duty")
        place = await _row(tx, tables.places, ref="P1", nickname="The yard")
        owing = [
            await _individual(tx, database, telegram, clock, number, officers[number % OFFICERS], place)
            for number in range(count)
        ]
        owed = [
            reminder
            for number, one in enumerate(owing)
            for reminder in _reminders(one, clock.now(), max(number / count - 1 / 3, 0) * spread)
        ]
        await outbox.plan(tx, [one.subject for one in owed], "siege", owed, clock.now(), "siege")
    return owing


async def _officer(tx: AsyncConnection, database: Database, telegram: Telegram, clock: Clock, number: int) -> int:
    id_ = await _row(tx, tables.staff, ref=f"CM{number}", name=f"Officer {number}", roles="case_manager")
    person = telegram.add_person(f"Officer {number}", started=True)
    await people.link_chat(tx, person.id, database.keys.hash(person.id), clock.now(), language="en", staff_id=id_)
    return id_


async def _individual(
    tx: AsyncConnection, database: Database, telegram: Telegram, clock: Clock, number: int, officer: int, place: int
) -> Owing:
    one = await _row(tx, tables.individuals, case_ref=f"C{number}", first_name=f"Sam {number}", youth=False,
                     staff_contact_only=False)  # fmt: skip
    order = await _row(tx, tables.orders, ref=f"O{number}", individual_id=one, imposed_on=date(2026, 9, 1),
                       requirements="unpaid_work", status="active", case_manager_id=officer)  # fmt: skip
    after = (APPOINTMENT_AFTER, SECOND_AFTER)[: 2 if number % TWO_DATES == TWO_DATES - 1 else 1]
    starts = {f"A{number}-{n}": clock.now() + one for n, one in enumerate(after)}
    dates = [
        await _row(tx, tables.appointments, ref=ref, order_id=order, kind="supervision", day=starts_at.date(),
                   starts_at=starts_at, place_id=place, staff_id=officer, status="booked")
        for ref, starts_at in starts.items()
    ]  # fmt: skip
    person = telegram.add_person(f"Sam {number}", started=True)
    await people.link_chat(tx, person.id, database.keys.hash(person.id), clock.now(), language="en", individual_id=one)
    times = tuple(f"{starts_at:%H:%M}" for starts_at in starts.values())  # in winter the wall shows the same
    return Owing(person, one, tuple(dates), times, _refusal(number))


def _refusal(number: int) -> str:
    if number % BLOCKED == BLOCKED - 1:
        return "Forbidden: bot was blocked by the user"
    if number % REFUSED == REFUSED - 1:
        return "Bad Request: can't parse entities: unexpected end tag at byte offset 7"
    return ""


def _reminders(owing: Owing, now: datetime, after: timedelta) -> list[Owed]:
    return [
        Owed(
            kind="reminder",
            subject=Subject("appointment", id_),
            to=To.INDIVIDUAL,
            due_at=now + FIRST_DUE + after,
            expires_at=now + APPOINTMENT_AFTER,
            step="eve",
            revision=1,
            individual_id=owing.individual_id,
            family="siege",  # not that of the rules, which would plan it anew for the evening before
        )
        for id_ in owing.appointments
    ]


async def _row(tx: AsyncConnection, table: Any, **values: Any) -> int:
    return int((await tx.execute(insert(table).values(**values).returning(table.c.id))).scalar_one())

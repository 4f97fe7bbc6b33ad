"""What a report counts. Nothing here opens a sealed column, and nothing joins a person to an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, String, cast, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, served
from db.prepared import Prepared
from db.tables import answers, appointments, forms, imports, items, orders, outbox, sittings
from domain import attendance as rules
from domain.answers import Tally
from domain.compliance import Kind
from domain.dated import Held
from domain.orders import Order
from domain.outbox import Status, To
from domain.parting import Ending


@dataclass(frozen=True)
class Alert:
    """A non-attendance alert. `escalated`: somebody beyond the individual's own worker was told."""

    raised_at: datetime
    claimed_at: datetime | None
    withdrawn_at: datetime | None
    escalated: bool


@dataclass(frozen=True)
class Progress:
    """How far one form has come."""

    order_id: int
    form: str
    offered: bool
    started: bool
    finished: bool


async def appointments_between(tx: AsyncConnection, first: date, last: date) -> list[Held]:
    """Every date from one day to another."""
    mine = appointments.c.day.between(first, last)
    columns = (appointments.c.id, appointments.c.ref, appointments.c.status, appointments.c.starts_at)
    found = await tx.execute(select(*columns, appointments.c.day).where(mine))
    standing = {id_: rules.standing(several) for id_, several in (await served.recorded(tx, mine)).items()}
    return [
        Held(row.ref, row.status, row.starts_at, row.day, one.outcome.value if (one := standing.get(row.id)) else None)
        for row in found
    ]


async def reminders_between(tx: AsyncConnection, start: datetime, end: datetime) -> dict[tuple[str, str], int]:
    """How many reminders due from one moment to another (excluded) stand how, by status and reason."""
    query = select(outbox.c.status, outbox.c.reason, func.count().label("number")).where(
        outbox.c.kind == "reminder", outbox.c.due_at >= start, outbox.c.due_at < end
    )
    found = await tx.execute(query.group_by(outbox.c.status, outbox.c.reason))
    return {(row.status, row.reason): row.number for row in found}


async def alerts_between(tx: AsyncConnection, start: datetime, end: datetime) -> list[Alert]:
    """The non-attendance alerts raised from one moment to another (excluded)."""
    beyond = select(outbox.c.id).where(
        outbox.c.subject == literal("item:") + cast(items.c.id, String),
        outbox.c.family == "ladder",
        outbox.c.to.in_((To.COVER.value, To.MANAGER.value)),
        outbox.c.status == Status.SENT.value,
    )
    query = select(items.c.raised_at, items.c.claimed_at, items.c.withdrawn_at, beyond.exists().label("escalated"))
    mine = (items.c.kind == Kind.NON_ATTENDANCE.value, items.c.raised_at >= start, items.c.raised_at < end)
    return [
        Alert(row.raised_at, row.claimed_at, row.withdrawn_at, bool(row.escalated))
        for row in await tx.execute(query.where(*mine))
    ]


def _ended(first: date, last: date) -> ColumnElement[bool]:
    return orders.c.ended_on.between(first, last)


async def orders_of_those_who_ended(tx: AsyncConnection, first: date, last: date) -> list[Order]:
    """All orders of every individual one of whose orders ended between two days."""
    whose = select(orders.c.individual_id).where(_ended(first, last))
    return [dates.order_of(row) for row in await tx.execute(select(orders).where(orders.c.individual_id.in_(whose)))]


async def progress(tx: AsyncConnection, first: date, last: date) -> list[Progress]:
    """How far the forms of the orders that ended between two days have come. Not what was answered, nor by whom."""
    columns = (sittings.c.order_id, sittings.c.form, sittings.c.offered_at, sittings.c.started_at)
    query = select(*columns, sittings.c.finished_at).join(orders, orders.c.id == sittings.c.order_id)
    return [
        Progress(
            row.order_id,
            row.form,
            row.offered_at is not None,
            row.started_at is not None,
            row.finished_at is not None,
        )
        for row in await tx.execute(query.where(_ended(first, last)))
    ]


async def tallies(tx: AsyncConnection, names: Sequence[str], quarter: date) -> dict[str, list[Tally]]:
    """By form (`exit@1`) how often each value was answered in the settled forms of a quarter (its first day).

    Counted in the database: no single form is read.
    """
    worded = answers.c.words.is_not(None).label("worded")
    begun = (forms.c.start != "").label("begun")
    columns = (forms.c.form, forms.c.version, answers.c.question, answers.c.value, worded, begun)
    query = (
        select(*columns, func.count().label("number"))
        .join(answers, answers.c.form_id == forms.c.form_id)
        .where(forms.c.form.in_(names), forms.c.ending == Ending.FINISHED.value, forms.c.ended_on == quarter)
        .group_by(*columns)
    )
    found: dict[str, list[Tally]] = {}
    for row in await tx.execute(query):
        tally = Tally(row.question, row.value, bool(row.worded), bool(row.begun), row.number)
        found.setdefault(f"{row.form}@{row.version}", []).append(tally)
    return found


_LAST_IMPORT = Prepared(select(func.max(imports.c.at)))


async def last_import(tx: AsyncConnection) -> datetime | None:
    """When an export was last imported."""
    ((latest,),) = await _LAST_IMPORT.all(tx)
    at: datetime | None = latest
    return at

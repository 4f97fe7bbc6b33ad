"""What was said ahead of dates, and what was answered. References and codes only."""

from datetime import date

from sqlalchemy import String, and_, case, cast, func, literal, not_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import appointments, outbox, replies, texts
from domain.appointments import Answer
from domain.outbox import Status
from domain.reminded import Said
from domain.texting import NOT_RECEIVED

AHEAD = ("reminder", "booked")  # what is said of a date before it comes
_SUBJECT = literal("appointment:") + cast(appointments.c.id, String)
_ANSWERS = {Answer.COMING.value: Said.COMING, Answer.CANNOT.value: Said.CANNOT}


async def sent_ahead(tx: AsyncConnection, first: date, last: date) -> dict[int, bool]:
    """Whether any word ahead of a date was accepted, of each date for which one was owed; not a text message of which
    its receipt says that it did not arrive."""
    astray = func.coalesce(texts.c.receipt, "").in_(sorted(NOT_RECEIVED))
    went = func.max(case((and_(outbox.c.status == Status.SENT.value, not_(astray)), 1), else_=0))
    query = (
        select(appointments.c.id, went.label("went"))
        .join(outbox, outbox.c.subject == _SUBJECT)
        .outerjoin(texts, texts.c.outbox_id == outbox.c.id)
        .where(outbox.c.kind.in_(AHEAD), appointments.c.day.between(first, last))
        .where(outbox.c.status.not_in((Status.PLANNED.value, Status.CANCELLED.value)))
        .group_by(appointments.c.id)
    )
    return {row.id: bool(row.went) for row in await tx.execute(query)}


async def said_ahead(tx: AsyncConnection, first: date, last: date) -> dict[int, Said]:
    """The last answer to each date that came before its start: the last to come in. When it was said, of a tap nobody
    knows, and one that waited to be heard has a later moment than the words behind it."""
    query = (
        select(replies.c.appointment_id, replies.c.answer)
        .join(appointments, appointments.c.id == replies.c.appointment_id)
        .where(appointments.c.day.between(first, last), replies.c.at < appointments.c.starts_at)
        .where(replies.c.answer.in_(_ANSWERS))
        .order_by(replies.c.id)
    )
    return {row.appointment_id: _ANSWERS[row.answer] for row in await tx.execute(query)}


async def went_live(tx: AsyncConnection) -> date | None:
    """The first date ahead of which a word was accepted."""
    query = (
        select(func.min(appointments.c.day))
        .join(outbox, outbox.c.subject == _SUBJECT)
        .where(outbox.c.kind.in_(AHEAD), outbox.c.status == Status.SENT.value)
    )
    found: date | None = (await tx.execute(query)).scalar_one()
    return found

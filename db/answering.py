"""What was answered, as far as answering needs it: the start's answers for what the end asks, and taking back."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from db.prepared import Prepared, Reading, among
from db.tables import answers, forms, quotes, sittings
from domain.questionnaires import Answer, Answers

GIVEN = "given"  # stands for free text: its words are not read


_STARTS = Prepared(
    select(
        *(sittings.c.individual_id, sittings.c.order_id, answers.c.question, answers.c.value),
        answers.c.words.is_not(None).label("written"),
    )
    .join(answers, answers.c.form_id == sittings.c.form_id)
    .where(
        among(sittings.c.individual_id, "individuals"),
        sittings.c.occasion == "start",
        sittings.c.finished_at.is_not(None),
        sittings.c.withdrawn_at.is_(None),
    )
    .order_by(sittings.c.id)
)


async def starts(tx: AsyncConnection, individual_ids: Iterable[int]) -> dict[int, dict[int, Answers]]:
    """What these individuals answered at the start of each of their orders, the first order first. Of free text only
    whether there is any."""
    return await reading_starts(individual_ids).alone(tx)


def reading_starts(individual_ids: Iterable[int]) -> Reading[dict[int, dict[int, Answers]]]:
    return Reading(_STARTS, _starts, individuals=list(set(individual_ids)))


def _starts(rows: Iterable[Any]) -> dict[int, dict[int, Answers]]:
    found: dict[int, dict[int, dict[str, Answer | None]]] = {}
    for row in rows:
        given = found.setdefault(row.individual_id, {}).setdefault(row.order_id, {})
        given[row.question] = _answer(row.value, row.written)
    return {id_: dict(orders) for id_, orders in found.items()}


def of_order(orders: Mapping[int, Answers], order_id: int) -> Answers:
    """The start of this order; of another that its form stands for, where it had none of its own."""
    return orders.get(order_id) or next(iter(orders.values()), {})


def _answer(value: str | None, written: bool) -> Answer | None:
    if value is None:
        return GIVEN if written else None
    return tuple(value.split("+")) if "+" in value else value


async def forget(tx: AsyncConnection, form_id: str) -> None:
    """Nothing of what was answered is kept: no answer, no words for a report, nothing half done."""
    await tx.execute(delete(quotes).where(quotes.c.form_id == form_id))
    await tx.execute(delete(answers).where(answers.c.form_id == form_id))
    await tx.execute(update(forms).where(forms.c.form_id == form_id).values(state=None, sent_on=None))

"""A complaint goes to somebody other than the worker, with the dates by which it is answered."""

from collections.abc import Mapping, Sequence

from db import outbox
from domain import complaints
from domain.compliance import Kind
from domain.outbox import Answer, Owed, Subject, To, send
from usecases import awaiting, items
from usecases.service import Work, use_case


@use_case
async def complain(work: Work, text: str) -> Sequence[Answer]:
    """/complain, with the words behind it or asked for."""
    individual = work.as_individual()
    if text:
        return await _take(work, text)
    await awaiting.ask(work, "complaint")
    return [send("complain_ask", Subject("individual", individual.id))]


@awaiting.hears("complaint")
async def hear(work: Work, text: str, ids: Mapping[str, int]) -> Sequence[Answer]:
    """The complaint itself."""
    return await _take(work, text)


async def _take(work: Work, text: str) -> Sequence[Answer]:
    individual = work.as_individual()
    order = await items.order_to_speak_about(work.tx, individual.id)
    once = f"complaint:{work.update_id}"
    item, _ = await items.raise_item(work.service, work.tx, Kind.COMPLAINT, once, individual.id, order, words=text)
    for due in complaints.dues(item.raised_at, work.service.calendar):
        reminder = Owed(
            kind="complaint_due",
            subject=Subject("item", item.id),
            to=To.MANAGER,
            due_at=due.remind_at,
            step=due.stage,
            individual_id=individual.id,
            params={"stage": due.stage},
        )
        await outbox.owe(work.tx, reminder, work.now)
    return [send("complained", Subject("item", item.id))]

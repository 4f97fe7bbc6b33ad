"""A review pack: one order at a glance, for whoever holds its statutory review. It decides and advises nothing."""

from collections.abc import Sequence

from db import dates, people
from domain.errors import NotKnown
from domain.facts import AboutReview
from domain.outbox import Answer, Subject, send
from domain.people import Act
from usecases import access, answers, clocks, papers, progress
from usecases.service import Work, use_case
from usecases.subjects import Source, loads_one


@use_case
async def show(work: Work, case_ref: str) -> Sequence[Answer]:
    """/review CASE_REF: of the order to speak about first. What the person answered is in it for their own workers."""
    individual = await people.individual_by_ref(work.tx, case_ref)
    await access.require_for(work, Act.PAPERS, individual, "review pack")
    if individual is None:
        raise NotKnown
    orders = await dates.orders_of(work.tx, individual.id)
    if not orders:
        return [send("papers_none", Subject("orders", individual.id))]
    reads = await access.reaches(work, Act.READ_ANSWERS, individual)
    return [send("review_pack", Subject("review", orders[0].id), answers=int(reads))]


@loads_one("review")
async def about(source: Source, order_id: int) -> AboutReview | None:
    """Everything that stands in the pack."""
    found = await papers.about(source, order_id)
    if found is None:
        return None
    hours = await progress.about_orders(source, [order_id])
    steps = await clocks.about(source, found.individual.id)
    reads = [read for one in steps.orders if one.order.id == order_id for read in one.reads] if steps else []
    said = await answers.about(source, found.individual.id)
    return AboutReview(found, hours.get(order_id), tuple(reads), said)

"""A review pack: one order at a glance, for whoever holds its statutory review. It decides and advises nothing."""

from collections.abc import Sequence

from db import dates, people
from domain.errors import NotKnown
from domain.facts import AboutReview
from domain.orders import Order
from domain.outbox import Answer, Subject, send
from domain.people import Act, Individual
from usecases import access, answers, clocks, papers, progress
from usecases.service import Work, use_case
from usecases.subjects import Source, loads_one


@use_case
async def show(work: Work, case_ref: str) -> Sequence[Answer]:
    """/review CASE_REF: of the order that runs, or the last that did; where several run, which of them?"""
    individual = await people.individual_by_ref(work.tx, case_ref)
    await access.require_for(work, Act.PAPERS, individual, "review pack")
    if individual is None:
        raise NotKnown
    orders = await dates.orders_of(work.tx, individual.id)
    if not orders:
        return [send("papers_none", Subject("orders", individual.id))]
    if sum(one.active for one in orders) > 1:
        return [send("review_which", Subject("orders", individual.id))]
    return [await _pack(work, orders[0], individual)]


@use_case
async def show_of(work: Work, order_id: int) -> Sequence[Answer]:
    """One of several orders."""
    order = await dates.order(work.tx, order_id)
    individual = await people.individual(work.tx, order.individual_id) if order is not None else None
    await access.require_for(work, Act.PAPERS, individual, "review pack")
    if order is None or individual is None:
        raise NotKnown
    return [await _pack(work, order, individual)]


async def _pack(work: Work, order: Order, individual: Individual) -> Answer:
    """What the person answered is in it for their own workers."""
    reads = await access.reaches(work, Act.READ_ANSWERS, individual)
    return send("review_pack", Subject("review", order.id), answers=int(reads))


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

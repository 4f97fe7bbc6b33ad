"""What staff put on record of the steps of an order, on /clocks.

A step that is recorded twice, in the chat or in the export, changes nothing. Of an induction follows the form at the
start of an order.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from db import dates, milestones, people
from domain import standards
from domain.compliance import Kind
from domain.errors import NotKnown, Stale
from domain.orders import Milestone, Order
from domain.outbox import Answer, Subject, edit, send
from domain.people import Act, Individual
from usecases import access, awaiting, clocks, offering
from usecases import items as open_items
from usecases.service import Work, use_case


@use_case
async def ask_when(work: Work, order_id: int, step: Milestone) -> Sequence[Answer]:
    """*Plan done*: today, yesterday, or another day?"""
    order, _ = await _within_reach(work, order_id, "step asked")
    return [edit("step_when", Subject("clocks", order.individual_id), order=order.id, step=step.value)]


@use_case
async def ask_day(work: Work, order_id: int, step: Milestone) -> Sequence[Answer]:
    """*Another day*: the next words from this chat are the day."""
    order, individual = await _within_reach(work, order_id, "step asked")
    await awaiting.ask(work, f"step_{step}", order=order.id)
    return [edit("step_day", case=individual.case_ref, step=step.value, says="ask_day")]


def _hears(step: Milestone) -> None:
    @awaiting.hears(f"step_{step}")
    async def _typed(work: Work, text: str, ids: Mapping[str, int]) -> Sequence[Answer] | None:
        """The day of a step; None for words that are no day: they were for somebody else."""
        day = standards.day_behind(text, work.today)
        return None if day is None else await _record(work, ids["order"], step, day, typed=True)


for _step in Milestone:
    _hears(_step)


@use_case
async def record(work: Work, order_id: int, step: Milestone, days_ago: int) -> Sequence[Answer]:
    """*Today* or *yesterday*."""
    if days_ago not in (0, 1):
        raise Stale
    return await _record(work, order_id, step, work.today - timedelta(days=days_ago))


async def _record(work: Work, order_id: int, step: Milestone, day: date, typed: bool = False) -> Sequence[Answer]:
    """On record once, whoever said so first. What was asked for because it was missing is not asked for any more."""
    order, individual = await _within_reach(work, order_id, f"step {step}")
    say = send if typed else edit
    if not standards.may_be_on(day, order, work.today):
        return [say("step_refused", case=individual.case_ref, day=day.isoformat())]
    new = await milestones.put(work.tx, order.id, step, day, work.as_staff().id, work.now)
    await clocks.look_again(work.service, work.tx, order)
    await _begins(work, order, step)
    params = {"order": order.id, "step": step.value, "day": day.isoformat()}
    return [say("step_recorded" if new else "step_known", Subject("clocks", individual.id), new=int(new), **params)]


async def _begins(work: Work, order: Order, step: Milestone) -> None:
    """An induction may be the beginning of an order, whose form is owed or is not owed any more."""
    if step is Milestone.INDUCTION:
        await offering.owe_form(work.service, work.tx, order.individual_id)


@use_case
async def take_back(work: Work, order_id: int, step: Milestone, number: int) -> Sequence[Answer]:
    """*Undo* of a day such as 20261218: what was tapped goes; what the export says stays."""
    order, individual = await _within_reach(work, order_id, f"step {step} undone")
    try:
        day = date.fromisoformat(str(number))
    except ValueError:
        raise Stale from None
    gone = await milestones.take_back(work.tx, order.id, step, day)
    await _begins(work, order, step)
    kind, says = ("step_undone", "taken_back") if gone else ("step_stays", "stays")
    return [edit(kind, case=individual.case_ref, step=step.value, says=says)]


@use_case
async def something_changed(work: Work, order_id: int) -> Sequence[Answer]:
    """*Something has changed*: the order's worker is asked to think of an earlier assessment; once a day at most."""
    order, individual = await _within_reach(work, order_id, "change noted")
    if not order.active or not order.supervised:
        raise Stale
    once = f"assess:told:{order.id}:{work.today.isoformat()}"
    await open_items.raise_item(work.service, work.tx, Kind.ASSESS, once, individual.id, order, reason="told")
    return [edit("assess_asked", case=individual.case_ref)]


async def _within_reach(work: Work, order_id: int, what: str) -> tuple[Order, Individual]:
    """An order of somebody within reach; raises NotKnown for any other, and for one that is nowhere."""
    order = await dates.order(work.tx, order_id)
    individual = await people.individual(work.tx, order.individual_id) if order is not None else None
    await access.require_for(work, Act.STEPS, individual, what)
    if order is None or individual is None:
        raise NotKnown
    return order, individual

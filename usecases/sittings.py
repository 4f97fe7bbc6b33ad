"""Questionnaires in the chat: owed when an order ends, answered tap by tap, kept apart from the person.

No use case of staff may read a sitting's link or its answers: nothing here is given to anybody but the one who answers.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from db import dates, outbox, people, sittings
from domain import questionnaires
from domain.errors import NotKnown
from domain.facts import AboutSitting
from domain.orders import Order, Status, form_owed
from domain.outbox import Answer, Owed, Subject, To, edit, send
from domain.outcomes import Period
from domain.questionnaires import Choose, Control, Definition, Event, Notice, Press, Type, Write
from usecases.service import Service, Work, use_case

FORM_ID_BYTES = 12  # 96 bits: at least 60 are asked for


# ── Owing a form ────────────────────────────────────────────────────────────────────────────────────────────────────


async def owe_form(service: Service, tx: AsyncConnection, individual_id: int) -> None:
    """Owes the form that this person's ended orders owe, once; nothing while another order is open.

    An offer that is not owed any more is taken back, as long as it has not been made.
    """
    now = service.clock.now()
    orders = await dates.orders_of(tx, individual_id)
    if any(order.status is Status.DIED for order in orders):
        await outbox.cancel_for_individual(tx, individual_id, "died", now)
    owed = form_owed(orders)
    wanted = [await _offer(service, tx, *owed)] if owed is not None else []
    every = [Subject("sitting", one.id) for one in await sittings.sittings_of(tx, individual_id)]
    await outbox.plan(tx, every, "form", wanted, now, "not_owed_now")


async def _offer(service: Service, tx: AsyncConnection, form: str, order: Order) -> Owed:
    sitting = await _sitting_for(service, tx, form, order)
    return Owed(
        kind="form_offer",
        subject=Subject("sitting", sitting.id),
        to=To.INDIVIDUAL,
        due_at=service.clock.now(),
        individual_id=order.individual_id,
        family="form",
    )


async def _sitting_for(service: Service, tx: AsyncConnection, form: str, order: Order) -> sittings.Sitting:
    """The one sitting of an order. Until somebody has seen it, it follows what the order says now."""
    blank = _blank(service, form, order)
    mine = await sittings.sittings_of(tx, order.individual_id)
    known = next((one for one in mine if one.order_id == order.id), None)
    if known is None:
        form_id = secrets.token_urlsafe(FORM_ID_BYTES)
        return await sittings.add(tx, form_id, order.individual_id, order.id, blank, service.clock.now())
    if known.unseen:
        await sittings.replace(tx, known, blank)
    return known


def _blank(service: Service, form: str, order: Order) -> sittings.Blank:
    definition = service.forms.newest(form)
    ended_on = order.ended_on or service.calendar.day(service.clock.now())
    state = questionnaires.begin(definition).to_row()
    return sittings.Blank(form, str(definition.version), state, Period.quarter(ended_on).first)


# ── One run through a form ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Run:
    """A sitting with everything that the engine needs of it."""

    row: sittings.Sitting
    definition: Definition
    state: questionnaires.Sitting
    facts: questionnaires.Facts


async def _runs(service: Service, tx: AsyncConnection, rows: Sequence[sittings.Sitting]) -> list[_Run]:
    """Each sitting as it stands; without those whose version of the form is not there any more."""
    orders = await dates.orders_by_id(tx, {row.order_id for row in rows})
    states = await sittings.states(tx, {row.form_id for row in rows})
    found = []
    for row in rows:
        definition = service.forms.definitions.get(row.ref)
        if definition is not None:
            stored = states.get(row.form_id)
            state = questionnaires.Sitting.from_row(stored) if stored is not None else _over(row)
            requirements = orders[row.order_id].requirements
            facts = questionnaires.Facts(requirements, sensitive_allowed=service.policy.sensitive_in_chat)
            found.append(_Run(row, definition, state, facts))
    return found


def _over(row: sittings.Sitting) -> questionnaires.Sitting:
    """What is left of a sitting whose state has been forgotten: how it ended."""
    end = questionnaires.DONE if row.finished_at is not None else questionnaires.DECLINED
    return questionnaires.Sitting(row.ref, end)


async def about_sittings(service: Service, tx: AsyncConnection, ids: Iterable[int]) -> dict[int, AboutSitting]:
    """What the one person who answers may see of each sitting."""
    rows = await sittings.sittings_by_id(tx, ids)
    individuals = await people.individuals_by_id(tx, {row.individual_id for row in rows.values()})
    screens = {
        run.row.id: questionnaires.show(run.definition, run.state, run.facts)
        for run in await _runs(service, tx, list(rows.values()))
    }
    return {
        id_: AboutSitting(
            id_,
            individuals[row.individual_id],
            row.form,
            screens.get(id_),
            closed=row.closed or id_ not in screens or not await _still_owed(tx, row),
        )
        for id_, row in rows.items()
    }


async def _still_owed(tx: AsyncConnection, row: sittings.Sitting) -> bool:
    """What was seen once stays open to be answered; before that, another order may take the ground from it."""
    if not row.unseen:
        return True
    owed = form_owed(await dates.orders_of(tx, row.individual_id))
    return owed is not None and owed[1].id == row.order_id


# ── Answering ───────────────────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def choose(work: Work, sitting_id: int, turn: int, number: int, tick: bool) -> Sequence[Answer]:
    """A tap on the option that was shown with this number in this turn."""
    run = await _mine(work, sitting_id)
    return await _step(work, run, _choice(run, turn, number, tick), edit)


@use_case
async def press(work: Work, sitting_id: int, turn: int, control: Control) -> Sequence[Answer]:
    """Begin, skip, back, stop for now, go on, send, or *I do not want to do this*."""
    return await _step(work, await _mine(work, sitting_id), Press(control, turn), edit)


async def typed(work: Work, text: str) -> Sequence[Answer] | None:
    """What was typed, if a form of this person's is under way; None if none is. A photo is typed as ""."""
    run = await _under_way(work)
    return None if run is None else await _step(work, run, Write(text), send)


async def open_for(tx: AsyncConnection, individual_id: int) -> list[Subject]:
    """The forms that this person was offered and may still answer, for a new phone to show again."""
    mine = await sittings.sittings_of(tx, individual_id)
    return [Subject("sitting", row.id) for row in mine if row.offered_at is not None and not row.closed]


async def pause(work: Work) -> None:
    """Stops the form that is under way, if any: what its person types next is for people to read."""
    run = await _under_way(work)
    if run is not None:
        await _step(work, run, Press(Control.STOP), send)


async def _mine(work: Work, sitting_id: int) -> _Run:
    individual = work.as_individual()
    row = (await sittings.sittings_by_id(work.tx, [sitting_id])).get(sitting_id)
    found = await _runs(work.service, work.tx, [row] if row is not None else [])
    if row is None or row.individual_id != individual.id or not found:
        raise NotKnown
    return found[0]


async def _under_way(work: Work) -> _Run | None:
    """The form that the speaker is in the middle of; of several the newest."""
    if work.individual is None:
        return None
    mine = await sittings.sittings_of(work.tx, work.individual.id)
    begun = [row for row in mine if row.started_at is not None and not row.closed]
    return next((run for run in await _runs(work.service, work.tx, begun) if run.state.under_way), None)


def _choice(run: _Run, turn: int, number: int, tick: bool) -> Choose:
    """A number that no option has, or that belongs to another turn, is left to the engine to call stale."""
    position = run.state.position
    options = next((one.option_ids for one in run.definition.questions if one.id == position), ())
    option = options[number - 1] if 0 < number <= len(options) else ""
    return Choose(turn, position, option, tick)


async def _step(work: Work, run: _Run, event: Event, say: Callable[..., Answer]) -> Sequence[Answer]:
    """One event: what it makes of the sitting is kept, and the screen is said from what was kept."""
    after, screen = questionnaires.step(run.definition, run.state, event, run.facts)
    if after != run.state:
        await _keep(work, run, after)
    return [say("form", Subject("sitting", run.row.id), **_codes(screen.notice))]


def _codes(notice: Notice | None) -> dict[str, str | int]:
    if notice is None:
        return {}
    limits = {"found": notice.found, "least": notice.least, "most": notice.most}
    return {"notice": notice.kind.value, **{name: value for name, value in limits.items() if value is not None}}


async def _keep(work: Work, run: _Run, after: questionnaires.Sitting) -> None:
    row = run.row
    if after.position == questionnaires.DONE:
        given = _given(run.definition, after)
        await sittings.file_answers(work.tx, row.form_id, given, Period.quarter(work.today).first)
        await sittings.change(work.tx, row.id, finished_at=work.now)
    elif after.position == questionnaires.DECLINED:
        await sittings.keep_state(work.tx, row.form_id, None)
        await sittings.change(work.tx, row.id, declined_at=work.now)
    else:
        await sittings.keep_state(work.tx, row.form_id, after.to_row())
        if row.started_at is None:
            await sittings.change(work.tx, row.id, started_at=work.now)


def _given(definition: Definition, sitting: questionnaires.Sitting) -> Iterator[tuple[str, str | None, str | None]]:
    """Each question that was asked, with its option ids or its words; neither if it was skipped."""
    for question, answer in sitting.answers.items():
        if isinstance(answer, tuple):
            yield question, "+".join(answer), None
        elif definition.question(question).type is Type.TEXT:
            yield question, None, answer
        else:
            yield question, answer, None

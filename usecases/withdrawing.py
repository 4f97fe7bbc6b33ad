"""After a form is sent: its answers can be taken back for a while, and its questions taken out of the chat."""

from collections.abc import Sequence

from db import answering, sittings
from domain.outbox import Answer, Subject, edit, send
from usecases import heeding, hiding
from usecases import sittings as answered
from usecases.service import Work, use_case


@use_case
async def take_back(work: Work, sitting_id: int, sure: bool) -> Sequence[Answer]:
    """*Take my answers back*: once it is said twice, nothing of them is kept. Too late: a sentence that says why."""
    run = await answered.mine(work, sitting_id)
    if run.row.finished_at is None or run.row.withdrawn_at is not None:
        return [answered.shown(work, run, send)]
    if answered.until(run.row, work.now) is None:
        return [send("form_kept", run.subject)]
    if not sure:
        return [send("form_take_back", run.subject)]
    await answering.forget(work.tx, run.row.form_id)
    await heeding.taken_back(work, run.row)
    await sittings.change(work.tx, run.row.id, withdrawn_at=work.now)
    return [answered.shown(work, run, edit)]


@use_case
async def leave_it(work: Work, sitting_id: int) -> Sequence[Answer]:
    """*No, keep them*: the last screen again."""
    return [answered.shown(work, await answered.mine(work, sitting_id), edit)]


@use_case
async def clear(work: Work, sitting_id: int) -> Sequence[Answer]:
    """*Take these questions and answers out of this chat*: ours and what was typed, as far back as Telegram allows."""
    run = await answered.mine(work, sitting_id)
    assert work.chat is not None
    if not run.row.closed:
        return [answered.shown(work, run, edit)]
    await hiding.take_away(work.tx, work.chat.id, work.now, sitting=run.row.id)
    return [send("form_cleared", run.subject)]


async def can_take_back(work: Work) -> list[Subject]:
    """The forms whose answers the individual who speaks can still take back, the newest first."""
    individual = work.as_individual()
    found = await sittings.sittings_of(work.tx, individual.id)
    return [Subject("sitting", row.id) for row in found if answered.until(row, work.now) is not None]

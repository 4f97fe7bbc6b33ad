"""Questionnaires in the chat: answered tap by tap, kept apart from the person.

No use case of staff may read a sitting's link or its answers: nothing here is given to anybody but the one who answers,
and to whoever on staff sits beside them or asks in their place, for as long as the form is open.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from db import answering, dates, holds, people, sittings, traces
from db import offering as owed
from db.prepared import Reading, together
from domain import questionnaires
from domain.errors import NotKnown
from domain.facts import AboutSitting
from domain.offering import END, START
from domain.outbox import Answer, Subject, edit, send
from domain.outcomes import Period
from domain.parting import WITHDRAW_FOR
from domain.people import Act
from domain.questionnaires import ALOUD, Choose, Control, Definition, Event, Notice, Press, Type, Way, Write
from usecases import access, awaiting, heeding, hiding, offering, questions
from usecases.service import Service, Work, use_case
from usecases.subjects import Source, loads

TYPED = "form"  # what words typed on staff's own phone are awaited for

# ── One run through a form ──────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Run:
    """A sitting with everything that the engine needs of it."""

    row: sittings.Sitting
    definition: Definition
    state: questionnaires.Sitting
    facts: questionnaires.Facts

    @property
    def subject(self) -> Subject:
        return Subject("sitting", self.row.id)

    @property
    def aided(self) -> bool:
        """Somebody on staff has it on their phone."""
        return self.row.way not in ("", Way.CHAT)


async def runs(
    service: Service, tx: AsyncConnection, rows: Sequence[sittings.Sitting], *beside: Reading[Any]
) -> list[Run]:
    """Each sitting as it stands; without those whose version of the form is not there any more. Whatever stands
    `beside` is read in the same exchange, if there are any."""
    if not rows:
        return []
    of_orders = dates.reading_orders(row.order_id for row in rows)
    of_forms = sittings.reading_states(row.form_id for row in rows)
    begun = answering.reading_starts(row.individual_id for row in rows if row.occasion != START)
    await together(tx, of_orders, of_forms, begun, *beside)
    orders, states, starts = of_orders.found, of_forms.found, begun.found
    found = []
    for row in rows:
        definition = service.forms.definitions.get(row.ref)
        if definition is not None:
            stored = states.get(row.form_id)
            state = questionnaires.Sitting.from_row(stored) if stored is not None else _over(row)
            sensitive = service.policy.sensitive_in_chat or row.way in ALOUD
            start = answering.of_order(starts.get(row.individual_id, {}), row.order_id)
            facts = questionnaires.Facts(orders[row.order_id].requirements, start, sensitive)
            found.append(Run(row, definition, state, facts))
    return found


def _over(row: sittings.Sitting) -> questionnaires.Sitting:
    """What is left of a sitting whose state has been forgotten: how it ended."""
    end = questionnaires.DONE if row.finished_at is not None else questionnaires.DECLINED
    return questionnaires.Sitting(row.ref, end)


@loads("sitting")
async def about_sittings(source: Source, ids: Iterable[int]) -> dict[int, AboutSitting]:
    """What the one person who answers may see of each sitting."""
    rows = await sittings.sittings_by_id(source.tx, ids)
    if not rows:
        return {}
    now = source.service.clock.now()
    individuals = people.reading_individuals(row.individual_id for row in rows.values())
    ends = owed.reading_confirmed(row.order_id for row in rows.values() if row.occasion == END)
    behind = holds.reading_of(row.order_id for row in rows.values())
    under_way = await runs(source.service, source.tx, list(rows.values()), individuals, ends, behind)
    screens = {run.row.id: questionnaires.show(run.definition, run.state, run.facts) for run in under_way}
    held = holds.kinds(behind.found, [(row.order_id, source.today) for row in rows.values()])
    return {
        id_: AboutSitting(
            id_,
            individuals.found[row.individual_id],
            row.form,
            screens.get(id_),
            closed=row.closed or id_ not in screens or not await offering.still_owed(source.tx, row),
            ended="withdrawn" if row.withdrawn_at is not None else "closed" if row.closed_at is not None else "",
            way=row.way,
            worker_sees=row.occasion != END,
            until=until(row, now),
            confirmed=row.order_id in ends.found,
            on_hold=held.get((row.order_id, source.today), "") if row.occasion != END else "",
        )
        for id_, row in rows.items()
    }


def until(row: sittings.Sitting, now: datetime) -> datetime | None:
    """Until when the answers can be taken back; None if they cannot."""
    if row.finished_at is None or row.withdrawn_at is not None or row.settled_at is not None:
        return None
    ends = row.finished_at + WITHDRAW_FOR
    return ends if now < ends else None


# ── Answering ───────────────────────────────────────────────────────────────────────────────────────────────────────


@use_case
async def choose(work: Work, sitting_id: int, turn: int, number: int, tick: bool) -> Sequence[Answer]:
    """A tap on the option that was shown with this number in this turn."""
    run = await mine(work, sitting_id)
    return await _step(work, run, _choice(run, turn, number, tick), edit)


@use_case
async def press(work: Work, sitting_id: int, turn: int, control: Control) -> Sequence[Answer]:
    """Begin, skip, back, stop for now, go on, send, or *I do not want to do this*."""
    return await _step(work, await mine(work, sitting_id), Press(control, turn), edit)


@use_case
async def reword(work: Work, sitting_id: int, easy: bool) -> Sequence[Answer]:
    """*Easier words*, and back: a wish of the person's, which every form minds from now on."""
    run = await mine(work, sitting_id)
    await people.change_individual(work.tx, run.row.individual_id, easy=easy)
    return [shown(work, run, edit)]


@use_case
async def here_instead(work: Work, sitting_id: int) -> Sequence[Answer]:
    """The person answers on their own phone what somebody on staff began with them. Nothing is carried over."""
    run = await mine(work, sitting_id)
    if work.individual is None or run.row.closed or not run.aided:
        return [edit("form", run.subject)]
    return [edit("form", (await begin_by(work, run, Way.CHAT)).subject)]


async def typed(work: Work, text: str, reply_to: int | None = None) -> Sequence[Answer] | None:
    """What was typed, if a form of this person's is under way and it is meant; None if not. A photo is typed as ""."""
    run = await _under_way(work)
    if run is None or not await questions.for_a_form(work, reply_to, at_the_end=run.row.occasion == END):
        return None
    return await _step(work, run, Write(text), send)


@awaiting.hears(TYPED)
async def heard(work: Work, text: str, ids: Mapping[str, int]) -> Sequence[Answer] | None:
    """What was typed on the phone of staff who ask in place of the chat, while the form stood there."""
    try:
        run = await mine(work, ids["sitting"])
    except NotKnown:
        return None
    return await _step(work, run, Write(text), send) if run.state.under_way else None


async def pause(work: Work) -> None:
    """Stops the form that is under way, if any: what its person types next is for people to read."""
    run = await _under_way(work)
    if run is not None:
        await _step(work, run, Press(Control.STOP), send)


async def open_again(work: Work) -> Sequence[Answer]:
    """The open question of the form that is under way, if any, once more: in another language, perhaps."""
    run = await _under_way(work)
    return [] if run is None else [send("form", run.subject)]


async def begin_by(work: Work, run: Run, way: Way) -> Run:
    """The form from its first screen, if it was begun in another way: what is recorded is then true of every answer."""
    state = run.state
    if run.row.way not in ("", way) or state.position != questionnaires.INTRO:
        state = questionnaires.begin_again(state)
        await sittings.keep_state(work.tx, run.row.form_id, state.to_row())
    await sittings.change(work.tx, run.row.id, way=way.value)
    return replace(run, row=replace(run.row, way=way.value), state=state)


async def mine(work: Work, sitting_id: int) -> Run:
    """A sitting of the speaker's own, or one that they have taken to ask; raises NotKnown for any other."""
    row = (await sittings.sittings_by_id(work.tx, [sitting_id])).get(sitting_id)
    found = await runs(work.service, work.tx, [row] if row is not None else [])
    if work.staff is None:
        individual = work.as_individual()
        if row is None or row.individual_id != individual.id or not found:
            raise NotKnown
        return found[0]
    work.as_staff()
    if row is None or not found or not found[0].aided or not await may_ask(work, row):
        raise NotKnown
    return found[0]


async def may_ask(work: Work, row: sittings.Sitting) -> bool:
    """Whether this member of staff may ask in place of the chat: of the end only who was named for it and does not
    work with the person, of the rest whoever does."""
    staff = work.as_staff()
    individual = await people.individual(work.tx, row.individual_id)
    if individual is None:
        return False
    if row.occasion == END:
        return row.helper_id == staff.id and staff.id not in (await access.relation_to(work.tx, individual)).workers
    return await access.reaches(work, Act.FORMS, individual)


async def _under_way(work: Work) -> Run | None:
    """The form that the speaker is in the middle of, on their own phone; of several the newest."""
    if work.individual is None:
        return None
    own = await sittings.sittings_of(work.tx, work.individual.id)
    begun = [row for row in own if row.started_at is not None and not row.closed and row.way in ("", Way.CHAT)]
    return next((run for run in await runs(work.service, work.tx, begun) if run.state.under_way), None)


def _choice(run: Run, turn: int, number: int, tick: bool) -> Choose:
    """A number that no option has, or that belongs to another turn, is left to the engine to call stale."""
    position = run.state.position
    options = next((one.option_ids for one in run.definition.questions if one.id == position), ())
    option = options[number - 1] if 0 < number <= len(options) else ""
    return Choose(turn, position, option, tick)


async def _step(work: Work, run: Run, event: Event, say: Callable[..., Answer]) -> Sequence[Answer]:
    """One event: what it makes of the sitting is kept, and the screen is said from what was kept."""
    if work.individual is not None and run.aided and not run.row.closed:
        return [send("form_elsewhere", run.subject)]
    if run.row.closed:
        return [shown(work, run, say)]
    await _belongs(work, run)
    after, screen = questionnaires.step(run.definition, run.state, event, run.facts)
    heeded: Sequence[Answer] = ()
    if after != run.state:
        heeded = await _keep(work, run, after)
    if run.aided:
        return [*await _on_staffs_phone(work, run, after, screen.notice, say), *heeded]
    return [shown(work, run, say, screen.notice), *heeded]


async def _belongs(work: Work, run: Run) -> None:
    """What is typed in answer can be taken out of the chat with the question."""
    if work.chat is not None and work.message_id is not None:
        await traces.belongs(work.tx, work.chat.id, work.message_id, run.subject)


async def _on_staffs_phone(
    work: Work, run: Run, after: questionnaires.Sitting, notice: Notice | None, say: Callable[..., Answer]
) -> Sequence[Answer]:
    """The next words from this chat are for the form; once it is over, nothing of it stays there."""
    if after.under_way:
        await awaiting.ask(work, TYPED, sitting=run.row.id)
    else:
        await awaiting.stop(work)
    if after.over and work.chat is not None:
        await hiding.take_away(work.tx, work.chat.id, work.now, sitting=run.row.id)
        return [send("form_over", run.subject)]
    return [shown(work, run, say, notice)]


def shown(work: Work, run: Run, say: Callable[..., Answer], notice: Notice | None = None) -> Answer:
    """The present screen. `aided`: it is for the phone of staff, and is not shown on the person's own meanwhile."""
    aided = {"aided": 1} if work.staff is not None else {}
    return say("form", run.subject, **aided, **_codes(notice))


def _codes(notice: Notice | None) -> dict[str, str | int]:
    if notice is None:
        return {}
    limits = {"found": notice.found, "least": notice.least, "most": notice.most}
    return {"notice": notice.kind.value, **{name: value for name, value in limits.items() if value is not None}}


async def _keep(work: Work, run: Run, after: questionnaires.Sitting) -> Sequence[Answer]:
    """Keeps what came of an event; what the person is told beside, once the form is sent."""
    row, way = run.row, run.row.way or Way.CHAT.value
    if after.position == questionnaires.DONE:
        given = _given(run.definition, after)
        await sittings.file_answers(work.tx, row.form_id, given, Period.quarter(work.today).first, way)
        await sittings.change(work.tx, row.id, finished_at=work.now, way=way)
        await offering.over(work.service, work.tx, row)
        return await heeding.heed(work, row, run.definition, after.answers)
    if after.position == questionnaires.DECLINED:
        await sittings.keep_state(work.tx, row.form_id, None)
        await sittings.change(work.tx, row.id, declined_at=work.now)
        await offering.over(work.service, work.tx, row)
        return []
    await sittings.keep_state(work.tx, row.form_id, after.to_row())
    if row.started_at is None:
        await sittings.change(work.tx, row.id, started_at=work.now, way=way)
    return []


def _given(definition: Definition, sitting: questionnaires.Sitting) -> Iterator[tuple[str, str | None, str | None]]:
    """Each question that was asked, with its option ids or its words; neither if it was skipped."""
    for question, answer in sitting.answers.items():
        if isinstance(answer, tuple):
            yield question, "+".join(answer), None
        elif definition.question(question).type is Type.TEXT:
            yield question, None, answer
        else:
            yield question, answer, None

"""Forms answered with somebody on staff: on their phone with the person beside them, by phone, keyed in from paper.

What is asked at the start of an order and before its reviews is asked by whoever works with the person; what is asked
at the end only by who was named for it and does not.
"""

from collections.abc import Sequence

from db import answering, dates, people, sittings
from domain import offering as occasions
from domain.errors import NotKnown
from domain.facts import AboutAsking, AboutBlank, OpenForm
from domain.offering import END, START, Due, How
from domain.orders import Order
from domain.outbox import Answer, Subject, send
from domain.people import Act, Individual
from domain.questionnaires import Facts, Way
from usecases import access, offering
from usecases import sittings as answered
from usecases.service import Work, use_case
from usecases.subjects import Source, loads_one

OWN = "own"  # the kind of occasion of a council's own form, which staff begin
BESIDE, APART = (Way.WORKER_PHONE, Way.PAPER), (Way.PHONE, Way.PAPER)
OFFERED_BY_ITSELF = frozenset({*occasions.FORMS.values(), *occasions.FORM_OWED.values()})


@use_case
async def ask(work: Work, case_ref: str) -> Sequence[Answer]:
    """/form CASE_REF: what can be asked of this person now, and how."""
    individual = await people.individual_by_ref(work.tx, case_ref)
    return await _shown(work, individual)


@use_case
async def ask_of(work: Work, individual_id: int) -> Sequence[Answer]:
    """*Questions*, on the card of a case."""
    return await _shown(work, await people.individual(work.tx, individual_id))


async def _shown(work: Work, individual: Individual | None) -> Sequence[Answer]:
    staff = work.as_staff()
    if individual is None or not await _asks(work, individual):
        raise NotKnown
    await access.note(work, Act.FORMS, [individual.id], "forms")
    return [send("forms_of", Subject("forms_of", individual.id), staff=staff.id)]


async def _asks(work: Work, individual: Individual) -> bool:
    """Whether the speaker works with this person, or was named to ask them."""
    named = [one for one in await sittings.sittings_of(work.tx, individual.id) if one.helper_id == work.as_staff().id]
    return bool(named) or await access.reaches(work, Act.FORMS, individual)


@use_case
async def take(work: Work, sitting_id: int, way: Way) -> Sequence[Answer]:
    """A form that is owed, begun by staff in this way."""
    work.as_staff()
    row = (await sittings.sittings_by_id(work.tx, [sitting_id])).get(sitting_id)
    if row is None:
        raise NotKnown
    return await _take(work, row, way)


@use_case
async def begin(work: Work, order_id: int, way: Way, form: str) -> Sequence[Answer]:
    """A form that nothing has owed yet: the one at the start of an order, or one of the council's own."""
    order = await _order(work, order_id)
    if form not in {one.form for one in _to_begin(work, order)}:
        raise NotKnown
    row = await offering.sitting_for(work.service, work.tx, Due(order, _occasion(work, form), form))
    return await _take(work, row, way)


async def _take(work: Work, row: sittings.Sitting, way: Way) -> Sequence[Answer]:
    if not await answered.may_ask(work, row):
        if row.occasion == END and await _reached(work, row):
            return [send("form_not_yours", Subject("sitting", row.id))]
        raise NotKnown
    if way not in (APART if row.occasion == END else BESIDE):
        raise NotKnown
    await access.note(work, Act.FORMS, [row.individual_id], f"form asked: {way}")
    if row.closed:
        return [send("form_gone", Subject("sitting", row.id))]
    found = await answered.runs(work.service, work.tx, [row])
    if not found:
        raise NotKnown
    run = await answered.begin_by(work, found[0], way)
    await offering.made(work.service, work.tx, row.id, How.STAFF, work.as_staff().id)
    return [answered.shown(work, run, send)]


async def _reached(work: Work, row: sittings.Sitting) -> bool:
    """Whether the speaker knows of the person anyway: they are told that somebody else asks about the end."""
    individual = await people.individual(work.tx, row.individual_id)
    return individual is not None and await access.reaches(work, Act.FORMS, individual)


async def _order(work: Work, order_id: int) -> Order:
    work.as_staff()
    order = await dates.order(work.tx, order_id)
    individual = await people.individual(work.tx, order.individual_id) if order is not None else None
    if order is None or individual is None or not await _asks(work, individual):
        raise NotKnown
    return order


@use_case
async def blank(work: Work, order_id: int, form: str) -> Sequence[Answer]:
    """A form on paper: big boxes to tick, for somebody who wants no screen."""
    order = await _order(work, order_id)
    if form not in {one.form for one in work.service.forms.definitions.values()}:
        raise NotKnown
    return [send("form_paper", Subject("blank", order.id), form=form)]


# ── What they say ───────────────────────────────────────────────────────────────────────────────────────────────────


def _occasion(source: Source, form: str) -> str:
    return START if form == occasions.FORMS[START] else f"{OWN}:{source.service.forms.newest(form).ref}"


def _to_begin(source: Source, order: Order) -> list[OpenForm]:
    """What staff may begin while an order runs, each way it can be answered."""
    if not order.active:
        return []
    names = dict.fromkeys(one.form for one in source.service.forms.definitions.values())
    own = [name for name in names if name not in OFFERED_BY_ITSELF]
    return [OpenForm(order.id, form, BESIDE) for form in (occasions.FORMS[START], *own)]


@loads_one("forms_of")
async def about_forms(source: Source, individual_id: int) -> AboutAsking | None:
    """What of this person's forms is open, and what could be begun with them. Nothing of any answer."""
    individual = await people.individual(source.tx, individual_id)
    if individual is None:
        return None
    rows = await sittings.sittings_of(source.tx, individual_id)
    orders = await dates.orders_of(source.tx, individual_id)
    there = {(row.order_id, row.occasion) for row in rows}
    opened = [_open(row) for row in reversed(rows) if not row.closed]
    new = [
        one
        for order in orders
        for one in _to_begin(source, order)
        if (order.id, _occasion(source, one.form)) not in there
    ]
    return AboutAsking(individual, (*opened, *new))


def _open(row: sittings.Sitting) -> OpenForm:
    begun = row.started_at is not None and row.way in ("", Way.CHAT)
    ways = APART if row.occasion == END else BESIDE
    return OpenForm(row.order_id, row.form, ways, row.id, row.helper_id, row.occasion == END, begun)


@loads_one("blank")
async def about_blank(source: Source, order_id: int) -> AboutBlank | None:
    """Every form in its newest version, as it would be asked on paper about this order."""
    order = await dates.order(source.tx, order_id)
    if order is None:
        return None
    starts = await answering.starts(source.tx, [order.individual_id])
    start = answering.of_order(starts.get(order.individual_id, {}), order_id)
    forms = source.service.forms
    newest = {one.form: forms.newest(one.form) for one in forms.definitions.values()}
    return AboutBlank(newest, Facts(order.requirements, start, sensitive_allowed=True))

"""What settled forms say, counted in the database by quarter: no single form is read, and nothing joins a person to an
answer. How far forms came is counted from sittings, which know no answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, literal, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from db.tables import answers, forms, orders, sittings, starts
from domain.change import UNSAID, Pair, Reach
from domain.offering import END, START
from domain.parting import Ending
from domain.period import Period

OPTIONS = 6  # of a question with ticks, in one statement: four counts each


@dataclass(frozen=True)
class Settled:
    """One kind of settled form: how many there are in the quarters asked for."""

    form: str
    version: str
    start: str  # the definition answered at the start, empty if there was none
    count: int

    @property
    def ref(self) -> str:
        return f"{self.form}@{self.version}"


def _settled(first: date, last: date) -> ColumnElement[bool]:
    return and_(forms.c.ending != "", forms.c.ended_on.between(first, last))


def _of(ref: str, start: str) -> ColumnElement[bool]:
    form, _, version = ref.partition("@")
    return and_(forms.c.form == form, forms.c.version == version, forms.c.start == start)


async def kinds(tx: AsyncConnection, first: date, last: date) -> list[Settled]:
    """Which forms were settled of the quarters that begin between two days."""
    columns = (forms.c.form, forms.c.version, forms.c.start)
    query = select(*columns, func.count().label("number")).where(_settled(first, last)).group_by(*columns)
    return [Settled(row.form, row.version, row.start, row.number) for row in await tx.execute(query.order_by(*columns))]


async def pairs(
    tx: AsyncConnection, ref: str, start: str, questions: Mapping[str, str], first: date, last: date
) -> dict[tuple[date, str], list[Pair]]:
    """By quarter and pair what was answered at the start and at the end of one kind of settled form. `questions`: by
    the name of each pair the question of the end."""
    finished = forms.c.ending == Ending.FINISHED.value
    asked = case(dict(questions), value=starts.c.pair, else_=starts.c.pair)
    same = and_(answers.c.form_id == forms.c.form_id, answers.c.question == asked, finished)
    columns = (
        forms.c.ended_on,
        starts.c.pair,
        starts.c.value.label("before"),
        answers.c.value.label("after"),
        finished.label("finished"),
    )
    query = (
        select(*columns, func.count().label("number"))
        .select_from(forms)
        .join(starts, starts.c.form_id == forms.c.form_id)
        .join(answers, same, isouter=True)
        .where(_settled(first, last), _of(ref, start), starts.c.pair.in_(list(questions)))
        .group_by(*columns)
    )
    found: dict[tuple[date, str], list[Pair]] = {}
    for row in await tx.execute(query):
        pair = Pair(row.before, row.after, bool(row.finished), row.number)
        found.setdefault((row.ended_on, row.pair), []).append(pair)
    return found


async def ticks(
    tx: AsyncConnection, ref: str, start: str, pair: str, question: str, options: Sequence[str], period: Period
) -> dict[date, dict[str, dict[str, int]]]:
    """By quarter and option of a question with ticks: how many chose it at the start, at the end, both times and never,
    of those who answered it both times."""
    found: dict[date, dict[str, dict[str, int]]] = {}
    for at in range(0, len(options), OPTIONS):
        part = options[at : at + OPTIONS]
        counted = [func.sum(case((cell, 1), else_=0)).label(name) for name, cell in _boxes(part)]
        same = and_(answers.c.form_id == forms.c.form_id, answers.c.question == question, answers.c.value.is_not(None))
        before = and_(starts.c.form_id == forms.c.form_id, starts.c.pair == pair, starts.c.value.is_not(None))
        query = (
            select(forms.c.ended_on, *counted)
            .join(starts, before)
            .join(answers, same)
            .where(_settled(period.first, period.last), _of(ref, start), forms.c.ending == Ending.FINISHED.value)
            .group_by(forms.c.ended_on)
        )
        for row in await tx.execute(query):
            for name, count in row._mapping.items():
                if name != "ended_on":
                    number, _, cell = str(name).partition(":")
                    found.setdefault(row.ended_on, {}).setdefault(part[int(number)], {})[cell] = int(count)
    return found


def _boxes(options: Sequence[str]) -> list[tuple[str, ColumnElement[bool]]]:
    cells = []
    for at, option in enumerate(options):
        began, ended = _ticked(starts.c.value, option), _ticked(answers.c.value, option)
        cells += [
            (f"{at}:both", and_(began, ended)),
            (f"{at}:expected", and_(began, not_(ended))),
            (f"{at}:actual", and_(not_(began), ended)),
            (f"{at}:neither", and_(not_(began), not_(ended))),
        ]
    return cells


def _ticked(column: Any, option: str) -> ColumnElement[bool]:
    joined: ColumnElement[str] = literal("+") + column + literal("+")
    return joined.contains(f"+{option}+", autoescape=True)


# ── How far forms came, and single rows for an analyst ──────────────────────────────────────────────────────────────


async def reach(tx: AsyncConnection, quarters: Sequence[Period]) -> dict[tuple[int, str], list[Reach]]:
    """By quarter (its position) and form: how the forms owed for the ends of orders were offered, and how far they
    came."""
    start = sittings.alias()
    began = exists().where(
        start.c.individual_id == sittings.c.individual_id,
        start.c.occasion == START,
        start.c.finished_at.is_not(None),
        start.c.withdrawn_at.is_(None),
    )
    finished = and_(sittings.c.finished_at.is_not(None), sittings.c.withdrawn_at.is_(None))
    stage = case(
        (and_(finished, began), "paired"),
        (finished, "finished"),
        (sittings.c.started_at.is_not(None), "started"),
        (sittings.c.offered_at.is_not(None), "offered"),
        else_="owed",
    )
    at = case(*((orders.c.ended_on.between(one.first, one.last), number) for number, one in enumerate(quarters)))
    columns = (at.label("at"), sittings.c.form, sittings.c.offered_how, stage.label("stage"))
    counted = (
        select(*columns)
        .join(orders, orders.c.id == sittings.c.order_id)
        .where(sittings.c.occasion == END, orders.c.ended_on.between(quarters[0].first, quarters[-1].last))
        .subquery()
    )
    query = select(counted, func.count().label("number")).group_by(*counted.c)
    found: dict[tuple[int, str], list[Reach]] = {}
    for row in await tx.execute(query):
        found.setdefault((row.at, row.form), []).append(Reach(row.offered_how or UNSAID, row.stage, row.number))
    return found


@dataclass(frozen=True)
class Form:
    """One settled form, without its random name: what is handed to an analyst. No own words."""

    ref: str
    quarter: date
    requirements: str
    way: str
    ending: str
    start: str
    starts: Mapping[str, str | None]
    answers: Mapping[str, str | None]


async def rows(tx: AsyncConnection, quarter: date) -> list[Form]:
    """Every settled form of one quarter (its first day); what was written in own words only as `answered`."""
    mine = (forms.c.ending != "", forms.c.ended_on == quarter)
    found = list(await tx.execute(select(forms).where(*mine)))
    ids = select(forms.c.form_id).where(*mine)
    worded = case((or_(answers.c.value.is_not(None), answers.c.words.is_(None)), answers.c.value), else_="answered")
    given = select(answers.c.form_id, answers.c.question, worded.label("value")).where(answers.c.form_id.in_(ids))
    begun = select(starts.c.form_id, starts.c.pair, starts.c.value).where(starts.c.form_id.in_(ids))
    answered: dict[str, dict[str, str | None]] = {}
    for row in await tx.execute(given):
        answered.setdefault(row.form_id, {})[row.question] = row.value
    started: dict[str, dict[str, str | None]] = {}
    for row in await tx.execute(begun):
        started.setdefault(row.form_id, {})[row.pair] = row.value
    return [
        Form(
            f"{row.form}@{row.version}",
            row.ended_on,
            row.requirements,
            row.way,
            row.ending,
            row.start,
            started.get(row.form_id, {}),
            answered.get(row.form_id, {}),
        )
        for row in found
    ]

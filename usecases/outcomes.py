"""What changed between the start and the end of orders: a producer of a report's tables, drawn from settled forms.

They are told by the quarter and by the council's year, and by nothing else: of any other days the difference to these
would tell a quarter that is hidden. And only once those have ended, since until then every form would show by itself.
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from db import outcomes as store
from domain import change, wording
from domain.change import Pair, Reach
from domain.outbox import Answer, Subject, edit, send
from domain.outcomes import Period, Report, Table
from domain.overlapping import Drawing
from domain.people import Act
from domain.questionnaires import Definition, Question, Type
from domain.trend import Change, changes
from usecases import access, counted
from usecases.service import Service, Turn, Work, use_case
from usecases.subjects import Source, loads_one

EXIT, EARLY_END = "exit", "early_end"
FORMS = (EXIT, EARLY_END)
QUARTERS, YEARS = 8, 3  # how far back a trend goes


@loads_one("outcomes")
async def _of_period(source: Source, number: int) -> Report:
    made = counted.fresh(source.service, Subject("outcomes", number))
    return made or await report(source.service, source.tx, Period.of_number(number), source.now)


async def report(service: Service, tx: AsyncConnection, period: Period, now: datetime) -> Report:
    """What changed, for staff."""
    least = service.policy.hide_under
    return Report(period, now, await tables(service, tx, period, now, least), None, least)


async def tables(service: Service, tx: AsyncConnection, period: Period, now: datetime, least: int) -> tuple[Table, ...]:
    """How far the forms came, what changed by area of life, who is missing, what was hard, and goals."""
    if not period.told(service.calendar.day(now)):
        return ()
    drawing = Drawing(period.is_year, frozenset({least, service.policy.hide_under}))
    quarters = period.to_weigh
    reached = await store.reach(tx, quarters)
    groups = await _groups(service, tx, quarters)
    return await asyncio.to_thread(lambda: tuple(_drawn(reached, groups, quarters, drawing)))  # seconds, of a year


async def turn_to(service: Service, turn: Turn, number: int, page: int) -> None:
    """A button under the report: what changed, of a quarter or a year. It is counted before anything is written."""
    if (period := Period.known(number)) is not None:
        now = service.clock.now()
        subject = Subject("outcomes", number)
        await counted.beforehand(service, turn, subject, lambda tx: report(service, tx, period, now))
    await _turn_to(service, turn, number, page)


@use_case
async def _turn_to(work: Work, number: int, page: int) -> Sequence[Answer]:
    await access.require(work, Act.REPORT)
    if Period.known(number) is None:
        return [send("report_unclear")]
    return [edit("report_outcomes", Subject("outcomes", number), page=page)]


async def draw_up(service: Service, period: Period) -> tuple[Report, tuple[Change, ...]]:
    """From the command line: a period, and how it compares with those before it."""
    now = service.clock.now()
    async with service.db.read() as tx:
        made = await report(service, tx, period, now)
        return made, await trend(service, tx, period, now, made.least)


async def trend(service: Service, tx: AsyncConnection, period: Period, now: datetime, least: int) -> tuple[Change, ...]:
    """Two years of quarters, or three years, up to this one: each against the one before and the same a year earlier.

    None for days of which outcomes are not told.
    """
    if not period.told(service.calendar.day(now)):
        return ()
    several = [period]
    while len(several) < (YEARS if period.is_year else QUARTERS):
        several.append(several[-1].a_year_before if period.is_year else several[-1].before)
    drawn = [(one, await tables(service, tx, one, now, least)) for one in reversed(several)]
    return changes([(one, tables_) for one, tables_ in drawn if tables_])


# ── Settled forms that are worded alike ─────────────────────────────────────────────────────────────────────────────


@dataclass
class _Group:
    """Forms whose paired questions are worded alike at the start and at the end, counted by quarter (its position)."""

    start: Definition
    end: Definition
    refs: set[str] = field(default_factory=set)
    pairs: dict[tuple[int, str], list[Pair]] = field(default_factory=dict)
    ticks: dict[tuple[int, str], dict[str, Counter[str]]] = field(default_factory=dict)

    def about(self, pair: str) -> str:
        return f"{self.start.ref}>{self.end.ref}/{pair}"

    @property
    def forms(self) -> str:
        return ", ".join(sorted(self.refs))


async def _groups(service: Service, tx: AsyncConnection, quarters: Sequence[Period]) -> list[_Group]:
    """All that was settled of these quarters; without forms whose definition is not there any more, since nobody knows
    what they asked, and without those that had no start to compare with."""
    alike = wording.same_words(service.forms.definitions.values())
    at = {one.first: number for number, one in enumerate(quarters)}
    groups: dict[tuple[str, str], _Group] = {}
    kinds = await store.kinds(tx, quarters[0].first, quarters[-1].last)
    known = [one for one in kinds if one.ref in alike and one.start in alike and one.form in FORMS]
    for kind in known:
        start, end = alike[kind.start], alike[kind.ref]
        group = groups.setdefault((start.ref, end.ref), _Group(start, end))
        group.refs |= {kind.start, kind.ref}
        await _count(tx, group, kind, service.forms.at(kind.ref), at, quarters)
    for kind in known:
        same = [one for one in groups.values() if one.end.form == EXIT and one.start == alike[kind.start]]
        if kind.form == EARLY_END and same:
            newest = max(same, key=lambda one: one.end.version)
            await _count_who_left(tx, newest, kind, at, quarters)
    return sorted(groups.values(), key=lambda one: (FORMS.index(one.end.form), one.start.ref, one.end.ref))


async def _count(
    tx: AsyncConnection,
    group: _Group,
    kind: store.Settled,
    definition: Definition,
    at: Mapping[date, int],
    quarters: Sequence[Period],
) -> None:
    period = Period(quarters[0].first, quarters[-1].last)
    single = {str(one.pair): one.id for one in wording.paired(definition) if one.type is not Type.MULTI}
    if single:
        found = await store.pairs(tx, kind.ref, kind.start, single, period.first, period.last)
        for (quarter, pair), several in found.items():
            group.pairs.setdefault((at[quarter], pair), []).extend(several)
    for one in wording.paired(definition):
        if one.type is Type.MULTI:
            options = one.option_ids
            ticks = await store.ticks(tx, kind.ref, kind.start, str(one.pair), one.id, options, period)
            for quarter, by_option in ticks.items():
                counts = group.ticks.setdefault((at[quarter], str(one.pair)), {})
                for option, cells in by_option.items():
                    counts.setdefault(option, Counter()).update(cells)


async def _count_who_left(
    tx: AsyncConnection, group: _Group, kind: store.Settled, at: Mapping[date, int], quarters: Sequence[Period]
) -> None:
    """Whose order ended early had a start as well, and no exit form to finish: they are missing there."""
    scales = {str(one.pair): one.id for one in wording.paired(group.end) if one.type is Type.SCALE}
    found = await store.pairs(tx, kind.ref, kind.start, scales, quarters[0].first, quarters[-1].last)
    for (quarter, pair), several in found.items():
        gone = [Pair(one.before, None, False, one.count) for one in several]
        group.pairs.setdefault((at[quarter], pair), []).extend(gone)


# ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _drawn(
    reached: Mapping[tuple[int, str], Sequence[Reach]],
    groups: Sequence[_Group],
    quarters: Sequence[Period],
    drawing: Drawing,
) -> Iterator[Table]:
    places = range(len(quarters))
    for form in FORMS:
        if any(form == name for _, name in reached):
            yield change.reach(form, [reached.get((at, form), ()) for at in places], drawing)
    for group in groups:
        for question in wording.paired(group.end):
            yield from _of_question(group, question, places, drawing)


def _of_question(group: _Group, question: Question, places: Sequence[int], drawing: Drawing) -> Iterator[Table]:
    pair = str(question.pair)
    about, pairs = group.about(pair), [group.pairs.get((at, pair), []) for at in places]
    if question.type is Type.MULTI:
        ticks = [group.ticks.get((at, pair), {}) for at in places]
        if any(ticks):
            yield change.barriers(about, question, group.forms, ticks, drawing)
    elif not any(pairs):
        return
    elif question.type is Type.SCALE:
        yield from change.scale(about, question, group.forms, pairs, drawing)
    elif question.type is Type.CHOICE:
        yield change.goals(about, question, group.forms, pairs, drawing)

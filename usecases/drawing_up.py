"""The figures of a pack for each audience, read in one transaction that only reads, beside those of earlier ones."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import packs as store
from domain import packs, yearly
from domain.dated import Dates, keys
from domain.dated import tables as tables_of
from domain.limits import Clock
from domain.outcomes import Line, Period, Table
from domain.packs import Audience, Figures, Kind, Pack, Version
from usecases import annual, dated, outcomes, quality, reports, signed
from usecases.service import Service

Show = Callable[[str, int, int], None]
Producer = Callable[[Service, AsyncConnection, Period, datetime, int], Awaitable[tuple[Table, ...]]]
PRODUCERS: tuple[Producer, ...] = (outcomes.tables, quality.tables)
FIGURES = "figures"  # what is being done, for whoever waits


def _quietly(phase: str, done: int, of: int) -> None:
    return None


@dataclass(frozen=True)
class Drawn:
    """A version as it was drawn up: its pack for each audience. `by`: for whom, empty for the command line."""

    version: Version
    packs: Mapping[Audience, Pack]
    by: str = ""


async def draw(service: Service, version: Version, sample: int | None = None, show: Show = _quietly) -> Drawn:
    """The figures of a version, read at one moment."""
    async with service.db.read() as tx:
        return await _Desk(service, tx, service.clock.now(), show).draw(version, sample)


@dataclass
class _Desk:
    """One drawing-up: what it reads with, and what it has read already."""

    service: Service
    tx: AsyncConnection
    now: datetime
    show: Show
    read: dict[Period, Dates] = field(default_factory=dict)

    async def draw(self, version: Version, sample: int | None) -> Drawn:
        kind, period, policy = version.kind, version.period, self.service.policy
        leasts = {Audience.STAFF: policy.hide_under, Audience.PUBLIC: policy.hide_under_public}
        before = await signed.figures(self.tx, kind, period)
        own = await self._shown(kind, period, leasts)
        last, year_ago = await self._beside(kind, period, leasts)
        as_signed: set[tuple[str, str]] = set()
        if Audience.PUBLIC in before:
            least = leasts[Audience.PUBLIC]
            own[Audience.PUBLIC], as_signed = packs.steady(own[Audience.PUBLIC], before[Audience.PUBLIC], least)
        quotes = await store.permitted(self.tx, period.first, period.last)
        refs = await store.running(self.tx, period.first, period.last)
        lot = packs.sample(refs, period, version.number, policy.audit_sample if sample is None else sample)
        made = {
            who: Pack(
                kind=kind,
                period=period,
                audience=who,
                as_of=self.now,
                version=version.number,
                least=leasts[who],
                preliminary=self.service.calendar.day(self.now) <= period.last,
                tables=packs.compared(own[who], last.get(who, {}), year_ago.get(who, {}), self._clocks(), stand),
                quotes=tuple(quotes),
                sample=lot if who is Audience.STAFF else (),
            )
            for who, stand in ((Audience.STAFF, set[tuple[str, str]]()), (Audience.PUBLIC, as_signed))
        }
        return Drawn(version, made)

    async def _beside(
        self, kind: Kind, period: Period, leasts: Mapping[Audience, int]
    ) -> tuple[Mapping[Audience, Figures], Mapping[Audience, Figures]]:
        """The figures of the period before and of the same one a year earlier: as they were signed, if they were."""
        if kind is Kind.YEAR:
            return await self._earlier(kind, period.a_year_before, leasts), {}
        return await self._earlier(kind, period.before, leasts), await self._earlier(kind, period.a_year_before, leasts)

    async def _earlier(self, kind: Kind, period: Period, leasts: Mapping[Audience, int]) -> Mapping[Audience, Figures]:
        before = await signed.figures(self.tx, kind, period)
        if before:
            return before
        return {who: packs.of_then(tables) for who, tables in (await self._shown(kind, period, leasts)).items()}

    async def _shown(
        self, kind: Kind, period: Period, leasts: Mapping[Audience, int]
    ) -> dict[Audience, tuple[Table, ...]]:
        """Everything that may be shown of a period, to each audience."""
        found = {}
        for who in Audience:
            least = leasts[who]
            quarters: dict[Period, tuple[Table, ...]] = {}
            if kind is Kind.YEAR:
                quarters = {one: await self._quarter(one, who, least) for one in period.quarters}
            tables = await self._tables(kind, period, least, quarters)
            found[who] = yearly.of_year(tables, list(quarters.values()), self._clocks()) if quarters else tables
        found[Audience.PUBLIC] = packs.for_public(found[Audience.PUBLIC], found[Audience.STAFF])
        return found

    async def _quarter(self, period: Period, who: Audience, least: int) -> tuple[Table, ...]:
        """What is shown of a quarter of the year."""
        tables = await self._tables(Kind.QUARTER, period, least, {})
        before = (await signed.figures(self.tx, Kind.QUARTER, period)).get(who)
        return tables if before is None else packs.as_shown(tables, before)

    async def _tables(
        self, kind: Kind, period: Period, least: int, quarters: Mapping[Period, Sequence[Table]]
    ) -> tuple[Table, ...]:
        """`quarters`: of a year, what is shown of each of its quarters."""
        self.show(f"{FIGURES} {period.name}", 0, 1)
        strict = replace(self.service, policy=replace(self.service.policy, hide_under=least))
        report = await reports.beside_dates(strict, self.tx, period, self.now)
        standards = await reports.standards_of(strict, self.tx, period, self.now)
        found = [*standards.tables, *(_with_median(one, report.acknowledged_after) for one in report.tables)]
        found += await self._of_dates(period, least, quarters)
        for producer in (*PRODUCERS, annual.tables) if kind is Kind.YEAR else PRODUCERS:
            found += await producer(self.service, self.tx, period, self.now, least)
        if kind is Kind.QUARTER:
            found.append(await annual.outstanding(self.service, self.tx, least))
        self.show(f"{FIGURES} {period.name}", 1, 1)
        return packs.once(packs.joined(found))

    async def _of_dates(
        self, period: Period, least: int, quarters: Mapping[Period, Sequence[Table]]
    ) -> tuple[Table, ...]:
        mine = await self._dates(period)
        theirs = [(await self._dates(one), keys(tables)) for one, tables in quarters.items()]
        return await asyncio.to_thread(tables_of, mine, self.now, least, theirs)

    async def _dates(self, period: Period) -> Dates:
        """Read once: who may see what of them is weighed for each audience, for a quarter and for its year."""
        if period not in self.read:
            self.read[period] = await dated.read(self.tx, period, self.now)
        return self.read[period]

    def _clocks(self) -> Mapping[str, Clock]:
        return {one.id: one for one in self.service.policy.standards.clocks}


def _with_median(table: Table, wait: timedelta | None) -> Table:
    if table.name != "alerts" or wait is None:
        return table
    taken = next(line.count for line in table.lines if line.code == "acknowledged")
    hours = round(wait.total_seconds() / 3600, 1)
    line = Line("median", ("pack.median_hours",), taken, share=False, value=hours if taken is not None else None)
    return replace(table, lines=(*table.lines, line))

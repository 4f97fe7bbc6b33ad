"""The figures of a pack for each audience, read in one transaction that only reads, beside those of earlier ones."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from db import packs as store
from documents import bundle
from domain import packs, yearly
from domain.limits import Clock
from domain.outcomes import Line, Period, Table
from domain.packs import Audience, Figures, Kind, Pack, Version
from usecases import annual, outcomes, quality, reminded, reports, served
from usecases.service import Service

Show = Callable[[str, int, int], None]
Producer = Callable[[Service, AsyncConnection, Period, datetime, int], Awaitable[tuple[Table, ...]]]
PRODUCERS: tuple[Producer, ...] = (served.tables, reminded.tables, outcomes.tables, quality.tables)
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

    async def draw(self, version: Version, sample: int | None) -> Drawn:
        kind, period, policy = version.kind, version.period, self.service.policy
        leasts = {Audience.STAFF: policy.hide_under, Audience.PUBLIC: policy.hide_under_public}
        signed = await self._signed(kind, period)
        own = await self._shown(kind, period, leasts)
        last, year_ago = await self._beside(kind, period, leasts)
        as_signed: set[tuple[str, str]] = set()
        if Audience.PUBLIC in signed:
            least = leasts[Audience.PUBLIC]
            own[Audience.PUBLIC], as_signed = packs.steady(own[Audience.PUBLIC], signed[Audience.PUBLIC], least)
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
        signed = await self._signed(kind, period)
        if signed:
            return signed
        return {who: packs.of_then(tables) for who, tables in (await self._shown(kind, period, leasts)).items()}

    async def _signed(self, kind: Kind, period: Period) -> Mapping[Audience, Figures]:
        """The figures of the newest version that was signed, if any was."""
        newest = [one for one in await store.versions(self.tx, kind, period) if one.signed][-1:]
        return {} if not newest else bundle.figures(await store.content(self.tx, newest[0].id))

    async def _shown(
        self, kind: Kind, period: Period, leasts: Mapping[Audience, int]
    ) -> dict[Audience, tuple[Table, ...]]:
        """Everything that may be shown of a period, to each audience."""
        found = {}
        for who in Audience:
            tables = await self._tables(kind, period, leasts[who])
            if kind is Kind.YEAR:
                quarters = [await self._quarter(one, who, leasts[who]) for one in period.quarters]
                tables = yearly.of_year(tables, quarters, self._clocks())
            found[who] = tables
        found[Audience.PUBLIC] = packs.for_public(found[Audience.PUBLIC], found[Audience.STAFF])
        return found

    async def _quarter(self, period: Period, who: Audience, least: int) -> tuple[Table, ...]:
        """What is shown of a quarter of the year."""
        tables = await self._tables(Kind.QUARTER, period, least)
        signed = (await self._signed(Kind.QUARTER, period)).get(who)
        return tables if signed is None else packs.as_shown(tables, signed)

    async def _tables(self, kind: Kind, period: Period, least: int) -> tuple[Table, ...]:
        self.show(f"{FIGURES} {period.name}", 0, 1)
        strict = replace(self.service, policy=replace(self.service.policy, hide_under=least))
        report = await reports.report(strict, self.tx, period, self.now)
        standards = await reports.standards_of(strict, self.tx, period, self.now)
        found = [*standards.tables, *(_with_median(one, report.acknowledged_after) for one in report.tables)]
        for producer in (*PRODUCERS, annual.tables) if kind is Kind.YEAR else PRODUCERS:
            found += await producer(self.service, self.tx, period, self.now, least)
        if kind is Kind.QUARTER:
            found.append(await annual.outstanding(self.service, self.tx, least))
        self.show(f"{FIGURES} {period.name}", 1, 1)
        return packs.once(packs.told_alike(found))

    def _clocks(self) -> Mapping[str, Clock]:
        return {one.id: one for one in self.service.policy.standards.clocks}


def _with_median(table: Table, wait: timedelta | None) -> Table:
    if table.name != "alerts" or wait is None:
        return table
    taken = next(line.count for line in table.lines if line.code == "acknowledged")
    hours = round(wait.total_seconds() / 3600, 1)
    line = Line("median", ("pack.median_hours",), taken, share=False, value=hours if taken is not None else None)
    return replace(table, lines=(*table.lines, line))

"""The same figure in one quarter and an earlier one, or in one year and the year before: how much higher or lower.

It is worked out from what each report shows, so it tells nothing that the two do not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.intervals import difference
from domain.outcomes import Line, Table
from domain.period import Period


@dataclass(frozen=True)
class Change:
    """One figure now and then. `earlier` is None where there was no such figure then."""

    table: Table
    period: Period
    line: Line
    against: Period
    earlier: Line | None

    @property
    def by(self) -> float | None:
        """Percentage points of a share, points of the scale of a mean; None where either is hidden, or for counts."""
        if self.earlier is None:
            return None
        if self.line.value is not None and self.earlier.value is not None:
            return round(self.line.value - self.earlier.value, 1)
        now, then = self._shares
        return None if now is None or then is None else now - then

    @property
    def interval(self) -> tuple[int, int] | None:
        """Of a share: how much it may be in truth, 95%, in percentage points. One that holds 0 shows no change."""
        earlier = self.earlier
        if earlier is None or None in self._shares or self.line.count is None or earlier.count is None:
            return None
        return difference(self.line.count, self.line.base or 1, earlier.count, earlier.base or 1)

    @property
    def _shares(self) -> tuple[int | None, int | None]:
        earlier = self.earlier
        if earlier is None or not self.line.share or not earlier.share:
            return None, None
        return self.line.percent, earlier.percent


def changes(drawn: Sequence[tuple[Period, Sequence[Table]]]) -> tuple[Change, ...]:
    """Each period against the one before it and the same one a year earlier, among those drawn; in order of time."""
    tables = {period: {(one.name, one.about): one for one in several} for period, several in drawn}
    return tuple(
        change
        for period in sorted(tables)
        for against in sorted({period.a_year_before, *_before(period, sorted(tables))} & set(tables))
        for key, table in tables[period].items()
        for change in _of(table, period, tables[against].get(key), against)
    )


def _before(period: Period, every: Sequence[Period]) -> list[Period]:
    return [one for one in every if one < period][-1:]


def _of(table: Table, period: Period, earlier: Table | None, against: Period) -> Iterator[Change]:
    lines = {line.code: line for line in earlier.lines} if earlier is not None else {}
    for line in table.lines:
        yield Change(table, period, line, against, lines.get(line.code))

"""The days that figures are drawn for: any two days, a quarter, or a year of the council's."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Self

FIRST_YEAR, LAST_YEAR = 2000, 2100
YEAR_BEGINS = 4  # a council's year begins on 1 April


@dataclass(frozen=True, order=True)
class Period:
    """Days, the first and the last included."""

    first: date
    last: date

    @classmethod
    def quarter(cls, day: date) -> Self:
        """The quarter that a day is in. Councils' quarters are the calendar's: their year begins on 1 April."""
        first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        after = (first + timedelta(days=100)).replace(day=1)
        return cls(first, after - timedelta(days=1))

    @classmethod
    def year(cls, day: date) -> Self:
        """The council's year that a day is in, from 1 April to 31 March."""
        began = day.year if day.month >= YEAR_BEGINS else day.year - 1
        return cls(date(began, YEAR_BEGINS, 1), date(began + 1, YEAR_BEGINS, 1) - timedelta(days=1))

    @classmethod
    def named(cls, name: str) -> Self:
        """`2026Q3`, the quarter from July to September 2026: quarters are the calendar's. Raises ValueError."""
        found = re.fullmatch(r"(\d{4})-?[Qq]([1-4])", name)
        if found is None or not FIRST_YEAR <= int(found[1]) <= LAST_YEAR:
            raise ValueError("expected a quarter such as 2026Q3, July to September 2026")
        return cls.quarter(date(int(found[1]), int(found[2]) * 3, 1))

    @classmethod
    def parse(cls, text: str) -> Self:
        """`2026-07-01 2026-09-30`; raises ValueError for anything else."""
        first, last = (date.fromisoformat(part) for part in text.split())
        if not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR or last < first:
            raise ValueError("a period begins before it ends, and within living memory")
        return cls(first, last)

    @classmethod
    def of_number(cls, number: int) -> Self:
        """The inverse of `number`; raises ValueError."""
        first, last = divmod(number, 10**8)
        return cls.parse(f"{first} {last}")

    @classmethod
    def known(cls, number: int) -> Self | None:
        """The same; None for a number that names no period."""
        try:
            return cls.of_number(number)
        except ValueError:
            return None

    @property
    def number(self) -> int:
        """The period as one number, 2026070120260930, for a button to carry."""
        return int(f"{self.first:%Y%m%d}{self.last:%Y%m%d}")

    @property
    def name(self) -> str:
        """`2026Q3` for a quarter, else both days."""
        return f"{self.first.year}Q{(self.first.month + 2) // 3}" if self.is_quarter else f"{self.first} {self.last}"

    @property
    def before(self) -> Self:
        """The quarter before the one in which this period begins."""
        return self.quarter(self.quarter(self.first).first - timedelta(days=1))

    @property
    def a_year_before(self) -> Self:
        """The same days a year earlier, of a quarter or a year."""
        first, after = self.first, self.last + timedelta(days=1)
        return replace(
            self, first=first.replace(year=first.year - 1), last=after.replace(year=after.year - 1) - timedelta(days=1)
        )

    @property
    def is_quarter(self) -> bool:
        return self == self.quarter(self.first)

    @property
    def is_year(self) -> bool:
        return self == self.year(self.first)

    def told(self, today: date) -> bool:
        """Whether answers and outcomes are told of it at all: a quarter or a council's year, and over.

        Of any other days the difference to these would tell a quarter that is hidden.
        """
        return (self.is_quarter or self.is_year) and self.last < today

    @property
    def to_weigh(self) -> tuple[Self, ...]:
        """The quarters that what is shown of it depends on: of a year, and of its last quarter, all four."""
        return self.quarters if self.last == self.year(self.first).last else (self,)

    @property
    def quarters(self) -> tuple[Self, ...]:
        """The quarters of a year, or those of a year up to a quarter and with it."""
        found = [self.quarter(self.year(self.first).first)]
        while found[-1].last < self.last:
            found.append(self.quarter(found[-1].last + timedelta(days=1)))
        return tuple(found)

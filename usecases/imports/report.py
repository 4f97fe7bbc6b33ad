"""What came of an import, or would come of it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from domain.imports import Change, Clash, Problem


@dataclass(frozen=True)
class Counts:
    """Rows of the export by what became of them. `missing` are future booked dates that it no longer has."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    missing: int = 0

    def __str__(self) -> str:
        return ", ".join(f"{name} {count}" for name, count in asdict(self).items())

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(one + two for one, two in zip(asdict(self).values(), asdict(other).values(), strict=True)))


@dataclass(frozen=True)
class Report:
    """With problems nothing was written and the rest is empty. `missing` are the refs, earliest date first."""

    problems: Sequence[Problem] = ()
    by_kind: Mapping[str, Counts] = field(default_factory=dict)
    changes: Sequence[Change] = ()
    clashes: Sequence[Clash] = ()
    missing: Sequence[str] = ()
    written: bool = False
    left_out: int = 0  # rows of people who were erased
    warnings: Sequence[Problem] = ()  # words that are imported and not shown to individuals
    unusual: Sequence[Problem] = ()  # what is imported, and somebody should look at

    @property
    def counts(self) -> Counts:
        """Over all rows."""
        return sum(self.by_kind.values(), Counts())

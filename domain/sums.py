"""Sums of people that are shown beside each other: may one more be shown, so that nobody can work out a small number?

Every person is in exactly one *cell*, and what is shown are sums of cells. A *secret* is a group of cells of whom
nobody may tell how many there are. Each keeps a *witness*: people in other cells than they are in, so that all that is
shown is as true as before and the secret is another number. So nobody, however good at sums, can tell it.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import lcm

Group = frozenset[int]  # cells, by their number
Vector = Mapping[int, int | Fraction]  # by cell; what is not there is 0
Witness = Mapping[int, int]  # by cell: how many more, or fewer, are in it


class Sums:
    """What has been shown, solved for one cell in each row (Gauss and Jordan): the cell and what else is in its row."""

    def __init__(self, cells: Sequence[int], secrets: Iterable[Group]) -> None:
        """`cells`: how many people are in each, never 0: an empty cell has nobody to spare, and tells of nobody."""
        self._cells = cells
        self._rows: dict[int, Vector] = {}
        self._witnesses: dict[Group, Witness] = {secret: {min(secret): 1} for secret in secrets}

    @property
    def secrets(self) -> set[Group]:
        """Those that nobody can tell."""
        return set(self._witnesses)

    def take(self, group: Group) -> None:
        """What has been shown already, and nobody can take back. What it tells is a secret no more."""
        fresh = self._with(group)
        self._witnesses |= {secret: witness for secret, witness in fresh.items() if witness is not None}
        for secret in [secret for secret, witness in fresh.items() if witness is None]:
            del self._witnesses[secret]

    def show(self, *groups: Group) -> bool:
        """Shows all of these, if no secret is told by it; whether it did."""
        rows, witnesses = dict(self._rows), dict(self._witnesses)
        for group in groups:
            for secret, witness in self._with(group).items():
                if witness is None:
                    self._rows, self._witnesses = rows, witnesses
                    return False
                self._witnesses[secret] = witness
        return True

    def _with(self, group: Group) -> dict[Group, Witness | None]:
        """Adds a row; the secrets whose witness would be noticed by it, each with a new one, or None."""
        if not self._witnesses:  # nor is there ever a secret more: nothing need be solved
            return {}
        row = self._reduced(dict.fromkeys(group, 1))
        if not row:
            return {}
        self._add(row)
        found: dict[Group, Witness | None] = {}
        fresh: list[Witness] = []
        for secret, witness in self._witnesses.items():
            if _sum(witness, group):
                known = next((one for one in fresh if _sum(one, secret)), None)
                found[secret] = known or self._witness(secret)
                fresh += [one] if known is None and (one := found[secret]) is not None else []
        return found

    def _reduced(self, vector: Vector) -> dict[int, int | Fraction]:
        """What of a vector does not follow from the rows."""
        left = dict(vector)
        for cell in [cell for cell in vector if cell in self._rows]:
            _take(left, left[cell], self._rows[cell])
        return left

    def _add(self, row: Vector) -> None:
        pivot = next((cell for cell, by in row.items() if by in (1, -1)), next(iter(row)))
        over = row[pivot]
        row = {cell: by * over if over in (1, -1) else Fraction(by) / over for cell, by in row.items()}
        for cell, other in self._rows.items():
            if pivot in other:
                self._rows[cell] = _take(dict(other), other[pivot], row)
        self._rows[pivot] = row

    def _witness(self, secret: Group) -> Witness | None:
        """One cell that no row is solved for is changed, and the others so that every row stays what it is."""
        for cell in self._reduced(dict.fromkeys(secret, 1)):
            change = {cell: Fraction(1), **{at: Fraction(-row[cell]) for at, row in self._rows.items() if cell in row}}
            whole = lcm(*(by.denominator for by in change.values()))
            for sign in (whole, -whole):
                witness = {at: int(by * sign) for at, by in change.items()}
                if all(self._cells[at] + by >= 0 for at, by in witness.items()):
                    return witness
        return None


def _take(vector: dict[int, int | Fraction], times: int | Fraction, other: Vector) -> dict[int, int | Fraction]:
    for cell, by in other.items():
        left = vector.get(cell, 0) - times * by
        if left:
            vector[cell] = left
        else:
            vector.pop(cell, None)
    return vector


def _sum(witness: Witness, group: Group) -> int:
    return sum(by for cell, by in witness.items() if cell in group)

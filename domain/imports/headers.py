"""The first row of a file: which table it is, and which of its cells is which column."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.imports import cells
from domain.imports.sheets import Row, Unreadable
from domain.imports.tables import Column, Table


@dataclass(frozen=True)
class Header:
    """`plan` names every column of the table and where in a row it stands: nowhere (None) if the file lacks it."""

    table: Table
    plan: tuple[tuple[Column, int | None], ...]
    present: frozenset[str]  # the columns that the file has
    width: int
    nameless: tuple[int, ...]

    def astray(self, held: list[str]) -> list[str]:
        """The cells that stand under no name, known or not."""
        return [held[index] for index in self.nameless if index < len(held)] + held[self.width :]


def read(row: Row, tables: Mapping[str, Table]) -> Header:
    """Tolerates other columns, any order, capitals, and blanks for underscores. Raises Unreadable."""
    names = [cells.fold(cells.clean(cell)) for cell in row.cells]
    table = _table(set(names), tables.values())
    if not table:
        raise _unknown(row, set(names), tables.values())
    doubled = [column.name for column in table.columns if names.count(column.name) > 1]
    if doubled:
        raise Unreadable(
            row.line,
            f"two columns of this {table.kind} file have one name",
            ", ".join(doubled),
            "each column once",
        )
    at = {name: index for index, name in enumerate(names) if name}
    return Header(
        table,
        plan=tuple((column, at.get(column.name)) for column in table.columns),
        present=frozenset(column.name for column in table.columns if column.name in at),
        width=len(names),
        nameless=tuple(index for index, name in enumerate(names) if not name),
    )


def _table(names: set[str], tables: Iterable[Table]) -> Table | None:
    """Of the tables whose required columns are all there, the one with most columns: an order names its individual."""
    complete = [table for table in tables if names.issuperset(table.required)]
    return max(complete, key=lambda table: sum(column.name in names for column in table.columns), default=None)


def _unknown(row: Row, names: set[str], tables: Iterable[Table]) -> Unreadable:
    nearest = max(tables, key=lambda table: len(names & set(table.required)) / len(table.required))
    missing = [name for name in nearest.required if name not in names]
    near = (
        f" (nearest: {nearest.kind}, which lacks {', '.join(missing)})" if len(missing) < len(nearest.required) else ""
    )
    return Unreadable(
        row.line,
        f"no table has this header{near}",
        ", ".join(map(cells.clean, row.cells)),
        "at least the columns of one of " + "; ".join(f"{table.kind}: {', '.join(table.required)}" for table in tables),
    )

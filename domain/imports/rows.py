"""One row: what of it could be read, what is wrong with the rest, and how it fits the other rows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from domain import orders
from domain.imports import cells, sheets
from domain.imports.headers import Header
from domain.imports.problems import Problem, Wrong
from domain.imports.tables import Column, Rule, Table


@dataclass
class Row:
    """What its cells say (`typed`), that in one spelling (`texts`), and what it means (`values`), by column.

    A cell that could not be read has a problem and no value.
    """

    table: Table
    file: str
    line: int
    present: frozenset[str]
    typed: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @cached_property
    def ref(self) -> str:
        """The key's texts, joined with " / "; empty if one of them could not be read."""
        key = self.table.key
        return " / ".join(self.texts[name] for name in key) if self.knows(key) else ""

    def knows(self, columns: Iterable[str]) -> bool:
        """Whether all of these could be read (an empty cell can be)."""
        return all(map(self.values.__contains__, columns))

    def refuse(self, column: str, wrong: Wrong) -> None:
        """Notes a problem in one cell."""
        problem = Problem(self.file, self.line, column, wrong.what, self.typed[column], wrong.expected)
        self.problems.append(problem)


def read(file: str, header: Header, sheet_row: sheets.Row) -> Row:
    """Reads every cell, then tries every rule whose cells could be read."""
    row = Row(header.table, file, sheet_row.line, header.present)
    held = sheet_row.cells
    for column, index in header.plan:
        text = cells.clean(held[index]) if index is not None and index < len(held) else ""
        _cell(row, column, text)
    if astray := list(
        filter(cells.clean, header.astray(held))
    ):  # every other cell may be one place out: what is wrong with them would only mislead
        what, expected = "there is a cell under no column", "text with a separator in it in quotation marks"
        row.problems = [Problem(file, row.line, "", what, astray[0], expected)]
        return row
    for rule in header.table.rules:
        _follow(row, rule)
    return row


def reread(file: str, line: int, table: Table, texts: Mapping[str, str]) -> Row:
    """A row put together from texts that were read before: it must obey the same rules."""
    row = Row(table, file, line, frozenset(texts))
    for column in table.columns:
        _cell(row, column, texts[column.name])
    for rule in table.rules:
        _follow(row, rule)
    return row


def _cell(row: Row, column: Column, text: str) -> None:
    row.typed[column.name] = row.texts[column.name] = text
    if not text and not column.required:
        row.texts[column.name], row.values[column.name] = column.empty
        return
    try:
        row.texts[column.name], value = column.parse(text)
    except Wrong as wrong:
        row.refuse(column.name, wrong if text else Wrong("the value is missing", wrong.expected))
        return
    if column.parts:
        row.values.update(zip(column.parts, value, strict=True))
    else:
        row.values[column.name] = value


def _follow(row: Row, rule: Rule) -> None:
    if not row.knows(rule.needs):
        return
    try:
        result = rule.check(*map(row.values.get, rule.needs))
    except Wrong as wrong:
        row.refuse(rule.column, wrong)
    else:
        if rule.gives:
            row.values[rule.gives] = result


def once(rows: Iterable[Row]) -> list[Row]:
    """Rows that say the same are one; of rows that have one ref and differ, the later is refused."""
    kept: list[Row] = []
    first: dict[str, Row] = {}
    for row in rows:
        earlier = first.setdefault(row.ref, row) if row.ref else row
        if earlier is not row and earlier.texts == row.texts:
            earlier.present |= row.present
            continue
        if earlier is not row:
            what = f"this stands differently in {earlier.file}:{earlier.line}"
            wrong = Wrong(what, f"one row for each {' and '.join(row.table.key)}")
            row.refuse(row.table.key[0], wrong)
        kept.append(row)
    return kept


def compare(rows: Mapping[str, Iterable[Row]]) -> None:
    """What must hold between rows of several tables, where both are in the reading."""
    by_ref = {kind: {row.ref: row for row in of_kind if row.ref} for kind, of_kind in rows.items()}
    for order in rows["orders"]:
        _youth_is_supervised(order, by_ref["individuals"])


def _youth_is_supervised(order: Row, individuals: Mapping[str, Row]) -> None:
    """CPO law: under 18, unpaid work too is imposed only with supervision."""
    if not order.knows(("case_ref", "requirements")):
        return
    individual = individuals.get(order.values["case_ref"])
    alone = order.values["requirements"] == {orders.Requirement.UNPAID_WORK}
    if alone and individual and individual.values.get("youth"):
        wrong = Wrong("under 18, unpaid work cannot be imposed without supervision", "supervision beside unpaid_work")
        order.refuse("requirements", wrong)

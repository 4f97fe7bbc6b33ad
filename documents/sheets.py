"""Figures as CSV files, for a spreadsheet."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(file: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """One table as a file."""
    file.write_text(table(header, rows), encoding="utf-8", newline="")


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """One table. A text that a spreadsheet would run as a formula is written so that it is shown instead."""
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(_FORMULA) else text
